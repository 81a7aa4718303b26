"""A ceiling for what one worker process may take: who wants more is told so, and the machine stays up."""

from __future__ import annotations

import contextlib
import resource
import sys


def hold_memory(megabytes: int) -> None:
    """Let this process have so much memory of its own; whatever asks for more gets a `MemoryError`.

    Without it the kernel would choose a process to kill, which may be the database's. Linux counts what is
    written to and not shared (`RLIMIT_DATA`), so that the code and the libraries of a process cost nothing;
    other systems may not, and then the limit does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    wanted = megabytes * 1024 * 1024
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
