"""Processor time: of a process that has one core, the wall time of an idle machine, on a busy one as well."""

from __future__ import annotations

import resource
import time


def processor_seconds() -> float:
    """User and system time of this process, and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
