"""What a worker does when the doorbell rings: work for a while, then ring for the next one."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection

from accounts.refusals import ActionRefused
from jobs import kinds, leases
from jobs.actions import give_up, ring
from jobs.leases import AWAY, Held
from jobs.letting_go import LetGo, may_be_let_go
from jobs.models import Job, Reason

logger = logging.getLogger(__name__)


@shared_task(name="jobs.work")
def work(job_id: str) -> None:
    """Do what is to be done, for `job_id` and for whoever has waited longer, for one slice of time.

    The doorbell only says that there is work; which is decided by the rows. So a lost, doubled or late
    doorbell changes nothing but the moment at which somebody starts.
    """
    started = time.monotonic()
    try:
        leases.give_up_exhausted()
        while step():
            worked = time.monotonic() - started
            if worked < settings.JOBS_SLICE_SECONDS:
                continue
            # With the broker away nobody would hear the bell: carry on instead, but not into the time limit,
            # which would count against the chunk at hand. Once the broker is back each worker looks for work.
            if ring(job_id) or worked >= work.soft_time_limit / 2:
                return
    except AWAY as problem:
        # Leases run out and the work is found again by whoever looks next.
        logger.warning("the database is away: %s", type(problem).__name__)
        connection.close()


def step() -> bool:
    """Settle one job or run one chunk; False when there is nothing to do."""
    if leases.settle_next():
        return True
    held = leases.take_chunk()
    if held is None:
        return False
    run_chunk(held)
    return True


def run_chunk(held: Held) -> None:
    """Run a chunk that this worker holds and keep its result; a failure is an attempt, a refusal is final."""
    started = time.perf_counter()
    try:
        with may_be_let_go() as let_go, leases.kept_alive(held.rows(), lost=let_go):
            payload = kinds.get(held.job.kind).run_chunk(held.job.question, held.index)
        leases.store(held, payload, seconds=time.perf_counter() - started)
    except LetGo:
        logger.info("job %s chunk %d: let go, nobody waits for it", held.job.pk, held.index)
        connection.close()  # it may have been in the middle of an answer
    except ActionRefused as refusal:
        leases.release(held, reason=Reason.REFUSED)
        give_up(Job.objects.of_everybody().filter(pk=held.job.pk), Reason.REFUSED, detail=str(refusal))
    except SoftTimeLimitExceeded:
        _failed(held, Reason.TOO_SLOW)
        raise
    except MemoryError:
        _failed(held, Reason.OUT_OF_MEMORY)
    except Exception:  # whatever a kind does wrong is an attempt, counted and logged
        logger.exception("job %s chunk %d failed", held.job.pk, held.index)
        _failed(held, Reason.FAILED)


def _failed(held: Held, reason: Reason) -> None:
    leases.release(held, reason=reason)
    leases.give_up_exhausted()


def ring_for_idle(*, slots: int) -> bool:
    """One bell for each worker process with nothing to do, if there is something to do. Whether it rang."""
    leases.give_up_exhausted()
    waiting: Any = leases.jobs_to_settle().first() or leases.jobs_with_open_chunks().first()
    return waiting is not None and ring(waiting.pk, times=slots)
