"""What people and pages do with jobs: ask, cancel, try again; and the doorbell that wakes the workers."""

from __future__ import annotations

import json
import logging
import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Q, QuerySet
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from accounts.models import Organisation, User
from jobs import kinds
from jobs.models import Chunk, Job, Reason, Status, may_move_to
from jobs.questions import canonical, content_hash
from jobs.refusals import JobAlreadyFinished, JobNeedsNoRetry

logger = logging.getLogger(__name__)

ANSWERING = (Status.QUEUED, Status.RUNNING, Status.DONE)


def submit(
    *, organisation: Organisation, kind: str, question: dict[str, Any], user: User | None = None
) -> Job:
    """The job that answers this question: the one there is already, or a new one that starts on commit.

    Equal questions of one organisation are one job, however many ask at once. A job that was cancelled or
    needs attention does not count: asking again starts anew. Inside the caller's transaction nobody can
    cancel the job that is returned before the caller has noted that it waits for it (`hold`).
    """
    handler = kinds.get(kind)
    plain: dict[str, Any] = json.loads(canonical(question))
    asked = {"kind": kind, "content_hash": content_hash(kind, plain)}
    answering = Job.objects.of(organisation).filter(**asked, status__in=ANSWERING)
    found = hold(answering)
    if found is not None:
        return found
    chunk_count = handler.chunk_count(plain)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                **asked,
                organisation=organisation,
                question=plain,
                chunk_count=chunk_count,
                settle_at=kinds.next_settling(handler, plain, after=0, chunk_count=chunk_count),
                started_by=user,
                rung_at=Now(),
            )
            Chunk.objects.bulk_create(
                [Chunk(job=job, index=index) for index in range(chunk_count)], batch_size=1000
            )
    except IntegrityError:
        # Somebody asked the same at the same moment and was first; their row is there now.
        found = hold(answering)
        if found is None:
            raise
        return found
    transaction.on_commit(partial(_ring_new, job), robust=True)
    return job


def hold(jobs: QuerySet[Job]) -> Job | None:
    """The first of these jobs, which nobody else joins or cancels until the transaction around ends."""
    with transaction.atomic():
        return jobs.select_for_update(no_key=True).first()


def cancel(*, job: Job) -> Job:
    """Stop a job that waits, runs or needs attention. What was simulated so far is dropped, never shown.

    For everybody who waits for it: whoever calls makes sure that nobody else does. A worker in the middle of
    a chunk lets go of it with its next heartbeat.
    """
    with transaction.atomic():
        moved = move(
            Job.objects.beside(job).filter(pk=job.pk),
            Status.CANCELLED,
            cancel_requested_at=Now(),
            finished_at=Now(),
            reason="",
            detail="",
            lease_until=None,
        )
        if moved:
            Chunk.objects.filter(job_id=job.pk).delete()
    job.refresh_from_db()
    if job.status != Status.CANCELLED:
        raise JobAlreadyFinished
    return job


def retry(*, job: Job) -> Job:
    """Give a job that needs attention three fresh attempts; chunks that are done stay done.

    Returns the job that answers the question from now on: another one if somebody asked anew in the meantime.
    """
    try:
        with transaction.atomic():
            moved = move(
                Job.objects.beside(job).filter(pk=job.pk),
                Status.QUEUED,
                reason="",
                detail="",
                attempts=0,
                lease_until=None,
            )
            if moved:
                Chunk.objects.filter(job_id=job.pk).exclude(state=Chunk.State.DONE).update(
                    attempts=0, reason=""
                )
    except IntegrityError:
        return Job.objects.beside(job).get(
            kind=job.kind,
            content_hash=job.content_hash,
            status__in=ANSWERING,
        )
    job.refresh_from_db()
    if not moved:
        raise JobNeedsNoRetry
    transaction.on_commit(partial(_ring_new, job), robust=True)
    return job


def move(jobs: QuerySet[Job], status: Status, **changes: Any) -> bool:
    """Move one job to `status` if the table of moves lets it go there now. No state changes elsewhere."""
    return jobs.filter(status__in=may_move_to(status)).update(status=status, changed_at=Now(), **changes) == 1


def give_up(jobs: QuerySet[Job], reason: Reason, *, detail: str = "") -> bool:
    """No further attempt: a person must look."""
    given_up = move(jobs, Status.NEEDS_ATTENTION, reason=reason, detail=detail, lease_until=None)
    if given_up:
        logger.warning("a job needs attention; its row says why")
    return given_up


def ring(job_id: uuid.UUID | str, *, times: int = 1) -> bool:
    """Wake up to `times` workers. Whether the broker took it: if not, a worker finds the job by itself."""
    from jobs.tasks import work  # noqa: PLC0415  the task calls actions

    # A line of its own that gives up within a second: somebody waits for the page.
    impatient = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.JOBS_DOORBELL_PATIENCE}
    try:
        with work.app.connection_for_write(transport_options=impatient) as line:
            for _time in range(times):
                work.apply_async((str(job_id),), connection=line, retry=False)
    except (OperationalError, OSError) as problem:
        logger.warning("doorbell of job %s not heard: %s", job_id, type(problem).__name__)
        return False
    return True


def ring_stalled() -> bool:
    """Ring again when jobs wait, no worker holds anything and nobody rang lately. Whether it rang.

    One query when all is well, so that every look at a progress bar may call it. While any worker holds a
    lease it goes on by itself and needs no bell.
    """
    lately = Now() - timedelta(seconds=settings.JOBS_RING_AGAIN_SECONDS)
    anything_held = Exists(Chunk.objects.filter(lease_until__gt=Now()))
    oldest = (
        Job.objects.of_everybody()
        .live()
        .filter(~anything_held)
        .filter(Q(rung_at__isnull=True) | Q(rung_at__lte=lately))
        .order_by("created_at", "id")
        .first()
    )
    if oldest is None:
        return False
    # Of all who look at the same moment one rings.
    same = Job.objects.of_everybody().filter(pk=oldest.pk, rung_at=oldest.rung_at)
    return same.update(rung_at=Now()) == 1 and _ring_new(oldest)


def _ring_new(job: Job) -> bool:
    return ring(job.pk, times=min(job.chunk_count, settings.JOBS_DOORBELLS))
