"""The rehearsed server for a benchmark, with this process set up as one more client of it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

from tests.faults.site import FaultSite  # noqa: E402


def started(*, workers: int, families: int) -> FaultSite:
    """Start it, before any model is imported; it ends with this process."""
    folder = Path(tempfile.mkdtemp(prefix="cbhi-bench-"))
    extra = {"SIMULATED_FAMILIES": str(families), "REQUIRE_ADMIN_SECOND_FACTOR": "0", "LOG_LEVEL": "WARNING"}
    site = FaultSite(folder, workers=workers, extra=extra, keep=False)
    site.__enter__()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(site.close)
    os.environ.update(site.environ, DJANGO_SETTINGS_MODULE="cbhi_site.settings")
    django.setup()
    return site
