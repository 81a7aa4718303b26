"""One long simulation on one and on two processes: the same bits, and how much faster; what a part costs the database.

    python bench/bench_scale.py [--families 100000000] [--bare-parts 3000]

Runs on the rehearsed server with real PostgreSQL, Valkey and workers. Wall time depends on what else the
machine does; the CPU seconds of the workers' processes do not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402

import tests.jobs.probe  # noqa: E402, F401  registers its kind
from accounts.models import Organisation  # noqa: E402
from jobs import actions  # noqa: E402
from jobs.models import Job, Status  # noqa: E402
from tests.faults import jobs  # noqa: E402
from tests.faults.site import FaultSite, as_client_of  # noqa: E402
from tests.makers import every, make_organisation, make_scheme  # noqa: E402


@dataclass(frozen=True, kw_only=True)
class Took:
    """Wall time of a job, and CPU seconds meanwhile of the workers and of the database."""

    seconds: float
    workers: float
    database: float
    busy: float


def cpu_of(pid: int) -> dict[int, float]:
    """CPU seconds of a process and its children, dead ones apart."""
    found = {}
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            found[process.pid] = sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return found


def watch(site: FaultSite, job: Job, *, most_seconds: float) -> Took:
    """Wait for a job; CPU is added up as processes come and go."""
    names = ("worker-1", "postgres")
    began, machine = time.monotonic(), psutil.cpu_times()
    before = {name: cpu_of(site.pids[name]) for name in names}
    seen = {name: dict(before[name]) for name in names}
    while every(Job).values_list("status", flat=True).get(pk=job.pk) != Status.DONE:
        for name in names:
            seen[name] |= cpu_of(site.pids[name])
        if time.monotonic() - began > most_seconds:
            raise SystemExit(
                f"not done after {most_seconds} s: {jobs.done_chunks(job)} of {job.chunk_count} parts"
            )
        time.sleep(0.2)
    used = {
        name: sum(value - before[name].get(pid, 0.0) for pid, value in seen[name].items()) for name in names
    }
    now = psutil.cpu_times()
    busy = 1 - (now.idle - machine.idle) / (sum(now) - sum(machine))
    job.refresh_from_db()
    assert job.started_at is not None
    assert job.finished_at is not None
    seconds = (job.finished_at - job.started_at).total_seconds()
    return Took(seconds=seconds, workers=used["worker-1"], database=used["postgres"], busy=busy)


def asked(organisation: Organisation, *, menus: bool) -> Job:
    """The slide's package, with the menus of all its benefits or with its own terms alone."""
    job = jobs.save(make_scheme(organisation), "Scaled", hospitalisation=12_345).simulation
    assert job is not None
    if menus:
        return job
    actions.cancel(job=job)
    groups = [{**group, "menus": []} for group in job.question["groups"]]
    return actions.submit(
        organisation=organisation, kind=job.kind, question={**job.question, "groups": groups}
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=int, default=100_000_000)
    parser.add_argument("--menus", action="store_true", help="price the menus of all benefits too")
    parser.add_argument("--bare-parts", type=int, default=3000)
    parser.add_argument("--most-seconds", type=float, default=400)
    options = parser.parse_args()
    extra = {"SIMULATED_FAMILIES": str(options.families)}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        with FaultSite(Path(folder) / "site", workers=1, extra=extra, keep=False) as site, as_client_of(site):
            settings.SIMULATED_FAMILIES = options.families
            runs, found = [], []
            for processes in (1, 2):
                organisation = make_organisation()
                with site.changed("worker-1", concurrency=processes):
                    job = asked(organisation, menus=options.menus)
                    took = watch(site, job, most_seconds=options.most_seconds)
                runs.append(took)
                found.append(jobs.checksums(organisation))
                print(
                    f"{processes} process(es), {options.families:,} families, {job.chunk_count} parts: "
                    f"{took.seconds:.1f} s, CPU {took.workers:.1f} s of workers, {took.database:.1f} s of PostgreSQL, "
                    f"machine {took.busy:.0%} busy"
                )
            print(f"identical bits: {found[0] == found[1]} ({len(found[0])} stored answers)")
            print(
                f"speed-up {runs[0].seconds / runs[1].seconds:.2f}, of CPU-s {runs[0].workers / runs[1].workers:.2f}"
            )
            for processes in (1, 2, 4):
                organisation = make_organisation()
                question = {"chunks": options.bare_parts, "seed": processes}
                with site.changed("worker-1", concurrency=processes):
                    job = actions.submit(organisation=organisation, kind="probe", question=question)
                    took = watch(site, job, most_seconds=options.most_seconds)
                each = 1000 / options.bare_parts
                print(
                    f"{processes} process(es), {options.bare_parts} parts with nothing in them: "
                    f"{options.bare_parts / took.seconds:.0f} parts/s; CPU for each: {took.database * each:.2f} ms of "
                    f"PostgreSQL, {took.workers * each:.2f} ms of the worker"
                )


if __name__ == "__main__":
    main()
