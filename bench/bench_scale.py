"""One long simulation on one and on two processes: the same bits, how much faster, what a part costs.

    python bench/bench_scale.py [--families 100000000] [--bare-parts 3000]

Runs on the rehearsed server with real PostgreSQL, Valkey and workers. Wall time depends on what else the
machine does; the CPU seconds of the workers' processes do not.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from rehearsed import started

PARSER = argparse.ArgumentParser(description=__doc__.splitlines()[0])
PARSER.add_argument("--families", type=int, default=100_000_000)
PARSER.add_argument("--menus", type=int, default=1, help="of how many benefits the whole menu is priced")
PARSER.add_argument("--bare-parts", type=int, default=1500)
PARSER.add_argument("--most-seconds", type=float, default=400)
OPTIONS = PARSER.parse_args()
SITE = started(workers=1, families=OPTIONS.families)

import psutil  # noqa: E402

import tests.jobs.probe  # noqa: E402, F401  registers its kind
from accounts.models import Organisation  # noqa: E402
from jobs import actions  # noqa: E402
from jobs.models import Job, Status  # noqa: E402
from tests.faults import jobs  # noqa: E402
from tests.faults.site import FaultSite  # noqa: E402
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


def asked(organisation: Organisation, *, menus: int) -> Job:
    """The slide's package, and the default menu of so many of its benefits."""
    job = jobs.save(make_scheme(organisation), "Scaled", hospitalisation=12_345).simulation
    assert job is not None
    actions.cancel(job=job)
    groups = job.question["groups"]
    kept = [name for group in groups for name in group["menus"]][:menus]
    groups = [{**group, "menus": [name for name in group["menus"] if name in kept]} for group in groups]
    return actions.submit(
        organisation=organisation, kind=job.kind, question={**job.question, "groups": groups}
    )


def main() -> None:
    """Measure and print."""
    runs, found = [], []
    for processes in (1, 2):
        organisation = make_organisation()
        with SITE.changed("worker-1", concurrency=processes):
            job = asked(organisation, menus=OPTIONS.menus)
            took = watch(SITE, job, most_seconds=OPTIONS.most_seconds)
        runs.append(took)
        found.append(jobs.checksums(organisation))
        print(
            f"{processes} at work, {OPTIONS.families:,} families, {job.chunk_count} parts: "
            f"{took.seconds:.1f} s, CPU of worker {took.workers:.1f} s, of PostgreSQL {took.database:.1f} s, "
            f"machine {took.busy:.0%} busy"
        )
    print(f"identical bits: {found[0] == found[1]} ({len(found[0])} stored answers)")
    print(f"speed-up {runs[0].seconds / runs[1].seconds:.2f}")
    for processes in (1, 2, 4):
        question = {"chunks": OPTIONS.bare_parts, "seed": processes}
        with SITE.changed("worker-1", concurrency=processes):
            job = actions.submit(organisation=make_organisation(), kind="probe", question=question)
            took = watch(SITE, job, most_seconds=OPTIONS.most_seconds)
        parts = OPTIONS.bare_parts
        print(
            f"{processes} at work, {parts} empty parts: {parts / took.seconds:.0f} parts/s, "
            f"{1000 * took.database / parts:.2f} ms of CPU of PostgreSQL for each and "
            f"{1000 * took.workers / parts:.2f} ms of the worker"
        )


if __name__ == "__main__":
    main()
