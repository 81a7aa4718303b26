"""One organisation asks for very much: another one's first run hardly waits."""

from __future__ import annotations

import time

import pytest

from jobs import actions
from jobs.models import Job, Status
from tests.faults import jobs
from tests.faults.site import wait_until
from tests.makers import every, make_organisation

pytestmark = pytest.mark.faults
FLOOD = 500


def first_run(seed: int) -> tuple[float, float]:
    """Seconds until an organisation's first run began, and until it was done."""
    job = actions.submit(
        organisation=make_organisation(), kind="probe", question={"chunks": 12, "seed": seed, "seconds": 1.0}
    )
    done = wait_until(lambda: jobs.is_done(job))
    job.refresh_from_db()
    return (job.started_at - job.created_at).total_seconds(), done


def test_f26_first_run_waits_at_most_twice_as_long_beside_five_hundred_of_another_organisation(site, figure):
    alone_began, alone = min(first_run(seed) for seed in (2600, 2601))
    greedy = make_organisation()
    asked = time.monotonic()
    for seed in range(10_000, 10_000 + FLOOD):
        question = {"chunks": 4, "seed": seed, "seconds": 1.0}
        actions.submit(organisation=greedy, kind="probe", question=question)
    asking = time.monotonic() - asked
    waiting = every(Job).filter(organisation=greedy, status__in=(Status.QUEUED, Status.RUNNING)).count()
    began, beside = first_run(2602)
    every(Job).filter(organisation=greedy).delete()
    figure(
        "F26",
        f"{waiting} jobs of another organisation waiting (asked in {asking:.0f} s): first run began after "
        f"{began:.1f} s (empty queue {alone_began:.1f} s), done after {beside:.1f} s (empty {alone:.1f} s)",
    )
    assert waiting > FLOOD - 150
    assert beside <= 2 * alone
