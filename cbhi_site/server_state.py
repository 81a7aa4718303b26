"""How the server is: what waits, who works, when it was last backed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from accounts.models import Organisation
from cbhi_site.models import BackupMade, WorkerSeen
from cbhi_site.worker_seen import LOST_SECONDS
from jobs.models import Chunk, Job, Status

# Workers look for work every few seconds: what nobody took for so long, nobody sees.
STALLED_SECONDS = 60
BACKUP_HOURS = 26
WHY = "how the whole server is; nothing of it names an organisation"


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Those in touch with the database, and how many pieces of work they can do at a time."""

    count: int
    processes: int
    last_seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Queue:
    waiting: int
    running: int
    needs_attention: int
    oldest_at: datetime | None
    is_stalled: bool


def workers() -> Workers:
    in_touch = Q(seen_at__gt=Now() - timedelta(seconds=LOST_SECONDS))
    found = WorkerSeen.objects.aggregate(
        count=Count("pk", filter=in_touch),
        processes=Coalesce(Sum("processes", filter=in_touch), 0),
    )
    last = WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return Workers(**found, last_seen_at=last)


def queue_of(organisation: Organisation | None) -> Queue:
    """One organisation's work: nothing in it tells of anybody else's."""
    return _queue(Job.objects.of(organisation))


def whole_queue() -> Queue:
    return _queue(Job.objects.across_organisations(reason=WHY))


def _queue(jobs: QuerySet[Job]) -> Queue:
    counted = jobs.order_by().aggregate(
        waiting=Count("pk", filter=Q(status=Status.QUEUED)),
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        needs_attention=Count("pk", filter=Q(status=Status.NEEDS_ATTENTION)),
        oldest_at=Min("changed_at", filter=Q(status=Status.QUEUED)),
    )
    return Queue(**counted, is_stalled=stalled(jobs).exists())


def stalled(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Work that nobody took for a minute although nobody works on anything else either."""
    last_touched = Greatest("changed_at", Coalesce(F("served_at"), F("changed_at")))
    anything_held = Exists(Chunk.objects.filter(lease_until__gt=Now()))
    return (
        jobs.filter(status__in=(Status.QUEUED, Status.RUNNING))
        .filter(~anything_held)
        .alias(last_touched=last_touched)
        .filter(last_touched__lte=Now() - timedelta(seconds=STALLED_SECONDS))
    )


def chunks_done() -> int:
    """Pieces of work done since the server was set up, as far as their jobs are still known."""
    jobs = Job.objects.across_organisations(reason=WHY)
    finished = jobs.filter(status=Status.DONE).aggregate(pieces=Sum("settle_at"))["pieces"] or 0
    return int(finished) + Chunk.objects.filter(state=Chunk.State.DONE).count()


def last_backup() -> BackupMade | None:
    return BackupMade.objects.first()


def is_old(backup: BackupMade | None) -> bool:
    return backup is None or timezone.now() - backup.made_at > timedelta(hours=BACKUP_HOURS)
