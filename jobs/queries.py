"""What a page shows about a job, counted from its chunk rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.db.models.functions import Now

from jobs.models import Chunk, Job, Status

NOTHING_COUNTED: Mapping[str, Any] = {"done": 0, "held": 0, "each": None}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job is. `seconds_left` is None until one chunk is done and somebody works on the next."""

    status: Status
    chunks_done: int
    chunk_count: int
    workers: int
    seconds_left: float | None

    @property
    def share_done(self) -> float:
        return self.chunks_done / self.chunk_count

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 only when done."""
        return 100 * self.chunks_done // self.chunk_count


def progress(*, job: Job) -> Progress:
    """One query; none for a job that is done, whose chunks are gone."""
    if job.status == Status.DONE:
        return Progress(
            status=Status.DONE,
            chunks_done=job.settle_at,
            chunk_count=job.settle_at,
            workers=0,
            seconds_left=0.0,
        )
    return progress_of(jobs=[job])[job.pk]


def progress_of(*, jobs: Sequence[Job]) -> dict[UUID, Progress]:
    """The progress of several jobs by their key; one query for all of them."""
    rows = (
        Chunk.objects.filter(job__in=jobs)
        .order_by()
        .values("job_id")
        .annotate(
            done=Count("pk", filter=Q(state=Chunk.State.DONE)),
            held=Count("pk", filter=Q(state=Chunk.State.RUNNING, lease_until__gt=Now())),
            each=Avg("seconds", filter=Q(state=Chunk.State.DONE)),
        )
    )
    counted = {row["job_id"]: row for row in rows}
    return {job.pk: _progress(job, counted.get(job.pk, NOTHING_COUNTED)) for job in jobs}


def _progress(job: Job, counted: Mapping[str, Any]) -> Progress:
    done, held, each = counted["done"], counted["held"], counted["each"]
    seconds_left = each * (job.chunk_count - done) / held if each is not None and held else None
    return Progress(
        status=Status(job.status),
        chunks_done=done,
        chunk_count=job.chunk_count,
        workers=held,
        seconds_left=seconds_left,
    )
