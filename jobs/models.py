"""A job, its chunks, and the lease under which a worker holds one of them."""

from __future__ import annotations

import hashlib
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")


LIVE = (Status.QUEUED, Status.RUNNING)

# The one table of state moves. Nothing leaves `done` or `cancelled`: to ask again is a new job.
MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.RUNNING, Status.CANCELLED, Status.NEEDS_ATTENTION}),
    Status.RUNNING: frozenset({Status.DONE, Status.CANCELLED, Status.NEEDS_ATTENTION}),
    Status.NEEDS_ATTENTION: frozenset({Status.QUEUED, Status.CANCELLED}),
    Status.DONE: frozenset(),
    Status.CANCELLED: frozenset(),
}


def may_move_to(status: Status) -> tuple[Status, ...]:
    """The states from which a job may enter `status`."""
    return tuple(start for start, ends in MOVES.items() if status in ends)


class Reason(models.TextChoices):
    """Why a job needs a person, in words that say what to do next."""

    WORKER_LOST = (
        "worker_lost",
        _("The simulation stopped three times without an answer. Try again, or try fewer families."),
    )
    OUT_OF_MEMORY = (
        "out_of_memory",
        _("The simulation needs more memory than this machine gives it. Try fewer families."),
    )
    TOO_SLOW = "too_slow", _("One part of the simulation took longer than allowed. Try fewer families.")
    FAILED = (
        "failed",
        _("The simulation failed three times. Try again; if it fails again, report this page's address."),
    )
    REFUSED = "refused", _("The simulation cannot answer this question.")
    DAMAGED = "damaged", _("A stored part of the result was damaged and could not be made again. Try again.")


class Leased(models.Model):
    """A piece of work that one worker at a time holds, until `lease_until` by the database's clock.

    Each time it is taken `token` grows by one. Whoever comes back with an older token (a worker that was
    paused, or believed dead) changes nothing, because every write names the token it was given.
    """

    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class JobQuerySet(OwnedQuerySet["Job"]):
    def of_everybody(self) -> Self:
        """For workers: they serve all organisations in turn."""
        return self.across_organisations(reason="workers serve every organisation")

    def live(self) -> Self:
        return self.filter(status__in=LIVE)


class Job(OrganisationOwned, Leased):
    """One question, asked once. Its own lease is the one for settling: deciding and finishing."""

    kind = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    question = models.JSONField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    chunk_count = models.PositiveIntegerField()
    # After how many first chunks the job is looked at next; at the end, how many its result is made of.
    settle_at = models.PositiveIntegerField()
    cancel_requested_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    # A refusal's own words for the person who asked; empty for every other reason.
    detail = models.TextField(blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # When a chunk of this job was last begun: an organisation that has waited for its turn is served next.
    served_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "kind", "content_hash"),
                condition=Q(status__in=(Status.QUEUED, Status.RUNNING, Status.DONE)),
                name="job_one_per_question",
                violation_error_message=_("This question is being answered, or was answered, already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="job_status_known",
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                condition=Q(chunk_count__gte=1, settle_at__gte=1, settle_at__lte=F("chunk_count")),
                name="job_has_chunks",
                violation_error_message=_("A job has at least one part, and is settled within its parts."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DONE, finished_at__isnull=False) | ~Q(status=Status.DONE),
                name="job_done_is_dated",
                violation_error_message=_("A finished job says when it finished."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.NEEDS_ATTENTION) ^ Q(reason=""),
                name="job_attention_has_reason",
                violation_error_message=_("A job that needs attention says why, and only such a job does."),
            ),
        )
        indexes = (
            models.Index(fields=("created_at",), condition=Q(status__in=LIVE), name="job_live"),
            models.Index(fields=("organisation", "served_at"), name="job_served"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.status}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def reason_text(self) -> str:
        """What happened and what to do next, for the person who asked."""
        return self.detail or (str(Reason(self.reason).label) if self.reason else "")


class Chunk(Leased):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    result = models.BinaryField(null=True)
    checksum = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(null=True)
    # Why the last attempt failed; a chunk whose worker vanished has none.
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)

    class Meta:
        ordering: ClassVar = ("job", "index")
        constraints = (
            models.UniqueConstraint(
                fields=("job", "index"),
                name="chunk_once_per_index",
                violation_error_message=_("This part of the job exists already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running", "done")),
                name="chunk_state_known",
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False) & ~Q(checksum="")
                | ~Q(state="done") & Q(result__isnull=True, checksum=""),
                name="chunk_done_has_result",
                violation_error_message=_(
                    "A finished part has a result with its checksum, and only such a part."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False) | ~Q(state="running"),
                name="chunk_running_has_lease",
                violation_error_message=_("A running part is held until a stated time."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.job_id} chunk {self.index} {self.state}"


def checksum(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def free_lease() -> Q:
    """Nobody holds it, by the database's clock: machines whose clocks differ agree on this."""
    return Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
