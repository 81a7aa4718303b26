"""The worker's side: take a chunk under a lease, store its result, settle the job; token in hand."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import (
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Now

from jobs import kinds
from jobs.actions import give_up, move
from jobs.models import LIVE, Chunk, Job, Reason, Status, checksum, free_lease
from jobs.results import DamagedResult, StoredResults

logger = logging.getLogger(__name__)

State = Chunk.State
Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")

AWAY = (OperationalError, InterfaceError)
"""What a database that restarts, or is out of reach, answers."""


@dataclass(frozen=True)
class Held:
    """A chunk that this worker holds, as long as nobody was given a later token."""

    pk: int
    token: int
    job: Job
    index: int

    def rows(self) -> QuerySet[Chunk]:
        # One table, no join: PostgreSQL checks these conditions again after waiting for a concurrent update.
        return Chunk.objects.filter(pk=self.pk, token=self.token, state=State.RUNNING)


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOBS_LEASE_SECONDS)


def _may_be_taken() -> Q:
    waits = Q(state=State.WAITING) | Q(state=State.RUNNING) & free_lease()
    return waits & Q(attempts__lt=settings.JOBS_MAX_ATTEMPTS)


def _taken(rows: QuerySet[Row], *, token: int, **changes: Any) -> bool:
    """Take a leased row if its token is still the one that was read: one conditional update, one winner."""
    return (
        rows.filter(token=token).update(
            token=token + 1, attempts=F("attempts") + 1, lease_until=_lease_end(), **changes
        )
        == 1
    )


# ---- chunks -----------------------------------------------------------------------------------------------


def jobs_with_open_chunks() -> QuerySet[Job]:
    """Live jobs with a chunk to take, in the order in which they are served.

    Organisations that were not served for JOBS_TURN_SECONDS come first, whoever has waited longest ahead.
    Otherwise the one that asks for least: its people hardly notice the large queue of another one, which
    finishes as early as it would have done. Within an organisation the oldest job comes first.
    """
    neighbours = Job.objects.filter(organisation=OuterRef("organisation"), served_at__isnull=False)
    overdue = Now() - timedelta(seconds=settings.JOBS_TURN_SECONDS)
    return (
        Job.objects.of_everybody()
        .live()
        .filter(Exists(Chunk.objects.filter(_may_be_taken(), job=OuterRef("pk"))), kind__in=kinds.known())
        .annotate(
            served=Subquery(neighbours.order_by("-served_at").values("served_at")[:1]),
            asks=Window(Sum("chunk_count"), partition_by="organisation"),
            can_wait_behind=Case(When(served__gt=overdue, then=F("asks")), default=Value(0)),
        )
        .order_by("can_wait_behind", F("served").asc(nulls_first=True), "created_at", "id")
    )


def take_chunk() -> Held | None:
    """The next chunk of the job whose turn it is, or None when there is nothing to take."""
    while (job := jobs_with_open_chunks().first()) is not None:
        open_chunks = job.chunks.filter(_may_be_taken()).order_by("index")
        for pk, index, token in open_chunks.values_list("pk", "index", "token")[: settings.JOBS_DOORBELLS]:
            if not _taken(Chunk.objects.filter(pk=pk), token=token, state=State.RUNNING):
                continue
            held = Held(pk=pk, token=token + 1, job=job, index=index)
            if _mark_served(job):
                return held
            release(held, reason="")  # cancelled or given up a moment ago
    return None


def _mark_served(job: Job) -> bool:
    now_running = Job.objects.of_everybody().filter(pk=job.pk, status=Status.QUEUED)
    move(now_running, Status.RUNNING, started_at=Coalesce(F("started_at"), Now()))
    return Job.objects.of_everybody().filter(pk=job.pk, status=Status.RUNNING).update(served_at=Now()) == 1


def store(held: Held, payload: bytes, *, seconds: float) -> bool:
    """Keep a chunk's result; False, and nothing written, for a worker whose token is no longer the latest."""
    stored = _patiently(
        lambda: held.rows().update(
            state=State.DONE,
            result=payload,
            checksum=checksum(payload),
            seconds=seconds,
            lease_until=None,
            reason="",
        )
    )
    if not stored:
        logger.info("job %s chunk %d: result dropped, token %d is stale", held.job.pk, held.index, held.token)
    return stored == 1


def _patiently(write: Callable[[], Answer]) -> Answer:
    """One write of its own, again if the database restarts meanwhile, for as long as a lease lasts.

    What was worked out is not lost to a restart. A write that did happen, unheard, finds nothing to do again.
    """
    end = time.monotonic() + settings.JOBS_LEASE_SECONDS
    while True:
        try:
            return write()
        except AWAY:
            if connection.in_atomic_block or time.monotonic() >= end:
                raise
            connection.close()
            time.sleep(0.5)


def release(held: Held, *, reason: str) -> bool:
    """Put a chunk back for another attempt."""
    return held.rows().update(state=State.WAITING, lease_until=None, reason=reason) == 1


def give_up_exhausted() -> int:
    """Jobs that used up their attempts, on a chunk or on settling, need a person. Returns how many."""
    spent = free_lease() & Q(attempts__gte=settings.JOBS_MAX_ATTEMPTS)
    chunks = Chunk.objects.filter(spent, job__status__in=LIVE).exclude(state=State.DONE)
    # Of several spent chunks the first one's reason counts.
    reasons: dict[Any, str] = dict(chunks.order_by("-index").values_list("job_id", "reason"))
    for job_id in Job.objects.of_everybody().live().filter(spent).values_list("pk", flat=True):
        reasons.setdefault(job_id, Reason.WORKER_LOST)
    given_up = 0
    for job_id, reason in reasons.items():
        given_up += give_up(
            Job.objects.of_everybody().filter(pk=job_id), Reason(reason or Reason.WORKER_LOST)
        )
    return given_up


# ---- settling ---------------------------------------------------------------------------------------------


def jobs_to_settle() -> QuerySet[Job]:
    """Running jobs whose next checkpoint is reached or whose chunks are all done, and nobody settles."""
    undone = Chunk.objects.filter(job=OuterRef("pk"), index__lt=OuterRef("settle_at")).exclude(
        state=State.DONE
    )
    return (
        Job.objects.of_everybody()
        .filter(free_lease(), ~Exists(undone), status=Status.RUNNING, kind__in=kinds.known())
        .filter(attempts__lt=settings.JOBS_MAX_ATTEMPTS)
        .order_by("created_at", "id")
    )


def settle_next() -> bool:
    """Settle one job that is ready for it; False when there is none."""
    for job in jobs_to_settle()[: settings.JOBS_DOORBELLS]:
        rows = Job.objects.of_everybody().filter(pk=job.pk, status=Status.RUNNING)
        if _taken(rows, token=job.token):
            job.token += 1
            with kept_alive(rows.filter(token=job.token)):
                _settle(job)
            return True
    return False


def _settle(job: Job) -> None:
    held = Job.objects.of_everybody().filter(pk=job.pk, status=Status.RUNNING, token=job.token)
    attempt = job.attempts + 1
    results = StoredResults(job)
    try:
        handler = kinds.get(job.kind)
        if job.settle_at == job.chunk_count or handler.enough(job.question, results):
            _finish(job, handler, results)
            return
        ahead = kinds.next_settling(handler, job.question, after=job.settle_at, chunk_count=job.chunk_count)
        held.update(lease_until=None, attempts=0, settle_at=ahead)
    except AWAY:
        raise  # the lease runs out, and whoever looks next settles it
    except Exception as problem:  # whatever a kind does wrong is an attempt, counted and logged
        logger.exception("job %s: settling failed", job.pk)
        if isinstance(problem, DamagedResult) and results.put_back_damaged():
            held.update(lease_until=None, attempts=0)
            return
        held.update(lease_until=None)
        if attempt >= settings.JOBS_MAX_ATTEMPTS:
            give_up(held, Reason.OUT_OF_MEMORY if isinstance(problem, MemoryError) else Reason.FAILED)


def _finish(job: Job, handler: kinds.JobKind, results: StoredResults) -> None:
    """Done, exactly once: the compare-and-set, the kind's own writes and the clearing up commit together."""
    with transaction.atomic():
        held = Job.objects.of_everybody().filter(pk=job.pk, token=job.token)
        if not move(held, Status.DONE, finished_at=Now(), lease_until=None, attempts=0):
            return
        job.refresh_from_db()
        handler.finish(job, results)
        Chunk.objects.filter(job_id=job.pk).delete()


# ---- heartbeat --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def kept_alive(rows: QuerySet[Any], *, lost: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Renew a lease while the block runs: long work keeps it, a dead worker loses it within one lease.

    `lost` is called, from another thread, when the lease is gone: cancelled, or given to somebody else. A
    hung block is ended by the task's time limit, a paused process pauses its heartbeat too.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(rows, stop, lost), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(rows: QuerySet[Any], stop: threading.Event, lost: Callable[[], None]) -> None:
    try:
        while not stop.wait(settings.JOBS_LEASE_SECONDS / 8):
            try:
                held = rows.update(lease_until=_lease_end())
            except DatabaseTrouble:
                # The next beat tries again, on a new connection; the lease outlives seven.
                connection.close()
                continue
            if not held:
                if not stop.is_set():
                    lost()
                return
    finally:
        connection.close()
