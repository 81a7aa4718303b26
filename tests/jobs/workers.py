"""Real Celery workers for tests: on the test's own database and broker, with impatient leases."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

from cbhi_site.child import dies_with_parent

PATIENCE_SECONDS = 240


def worker_environment(**changes: str) -> dict[str, str]:
    """The environment of a process that shares this test's database."""
    now = connection.settings_dict
    user, host = quote(now["USER"]), now["HOST"]
    password = f":{quote(now['PASSWORD'])}" if now["PASSWORD"] else ""
    port = f"&port={now['PORT']}" if now["PORT"] else ""
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}{password}@/{now['NAME']}?host={quote(host)}{port}",
        "DJANGO_SETTINGS_MODULE": "cbhi_site.settings",
        # Eight beats fit into a lease: a busy machine may hold a thread up for a second.
        "JOBS_LEASE_SECONDS": "2",
        "JOBS_LOOK_SECONDS": "1",
        "JOBS_SLICE_SECONDS": "1",
        **changes,
    }


@contextlib.contextmanager
def celery_worker(log: Path, *, processes: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """A prefork worker that knows the probe; its children die with it."""
    command = [sys.executable, "-m", "celery", "-A", "cbhi_site", "worker", "-P", "prefork"]
    command += ["-c", str(processes), "-I", "tests.jobs.probe", "-l", "INFO", "-n", f"test{os.getpid()}@%h"]
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle"],
            env=worker_environment(),
            stdout=output,
            stderr=output,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
    try:
        yield worker
    finally:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 the whole worker: its main process and every child."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(worker.pid)
        family.suspend()  # or it would put a new child in the place of the first one killed
        for process in [*family.children(recursive=True), family]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    worker.wait(PATIENCE_SECONDS)


def wait_until(true: Callable[[], bool], *, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"still waiting\n{_state_of_work()}\n{_told_by(log)}"
        time.sleep(0.05)


def _state_of_work() -> str:
    """Every job and chunk that is not done, for who reads why a test waited in vain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, status, reason, attempts, token, settle_at, chunk_count FROM jobs_job")
        jobs = cursor.fetchall()
        cursor.execute("SELECT index, state, reason, attempts, token FROM jobs_chunk WHERE state <> 'done'")
        return "\n".join(str(row) for row in [*jobs, *cursor.fetchall()])


def _told_by(log: Path) -> str:
    """What is no routine in a worker's log, and its last lines."""
    lines = log.read_text().splitlines()
    routine = re.compile(r" INFO celery\.(app\.trace|worker\.strategy) ")
    return "\n".join([*[line for line in lines if not routine.search(line)][-80:], "…", *lines[-6:]])
