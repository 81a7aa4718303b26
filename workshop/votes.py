"""What was chosen: for each round and group either single votes or a count of hands, and the reasons."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from workshop.sessions import SessionGroup, SessionPackage, WorkshopSession


class Round(models.TextChoices):
    """The rounds in which CHAT asks, from few people to everybody."""

    GATE_KEEPERS = "gate-keepers", _("Gate-keepers")
    INDIVIDUAL = "individual", _("Each person alone")
    GROUP_1 = "group-1", _("Group, first time")
    GROUP_2 = "group-2", _("Group, second time")
    COMMUNITY = "community", _("Whole community")


class Reason(models.TextChoices):
    """Why people say they chose; the wish to agree with the others was the strongest in the field."""

    PRICE = "price", _("We can pay it")
    BIG_BILLS = "big_bills", _("It helps with big bills")
    SMALL_BILLS = "small_bills", _("It helps often, with small bills")
    LOST_WORK = "lost_work", _("It pays for lost work")
    WAY_THERE = "way_there", _("It pays for the way to hospital")
    SIMPLE = "simple", _("It is easy to understand")
    AGREE = "agree", _("To agree with the others")
    OTHER = "other", _("Another reason")


class Tally(OrganisationOwned, Versioned):
    """What one group chose in one round. Its counts are of hands; empty while single votes are entered."""

    group = models.ForeignKey(SessionGroup, on_delete=models.CASCADE, related_name="tallies")
    round = models.CharField(_("round"), max_length=12, choices=Round.choices)
    # {"1": 12, …}: hands for the package of that number
    first_counts = models.JSONField(_("first choices counted"), default=dict, blank=True)
    second_counts = models.JSONField(_("second choices counted"), default=dict, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    in_their_words = models.CharField(_("in their own words"), max_length=500, blank=True)

    trail_fields = ("round", "first_counts", "second_counts", "reasons", "in_their_words")

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "round"),
                name="tally_once_a_round",
                violation_error_message=_("This group has a tally of this round already."),
            ),
            models.CheckConstraint(
                condition=Q(round__in=Round.values),
                name="tally_round_known",
                violation_error_message=_("This round is not known."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.group}: {self.get_round_display()}"

    @property
    def is_counted(self) -> bool:
        """Whether hands were counted here."""
        return bool(self.first_counts)


class VoteQuerySet(OwnedQuerySet["Vote"]):
    def standing(self) -> Self:
        """Without those taken back."""
        return self.filter(undone_at=None)


class Vote(OrganisationOwned):
    """One person's choice, without the person.

    `client_id` is made where it was tapped, so that a vote sent twice counts once. A vote taken back keeps
    its row: sent once more, it stays taken back.
    """

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="votes")
    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="votes")
    client_id = models.UUIDField()
    first = models.ForeignKey(SessionPackage, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(SessionPackage, on_delete=models.CASCADE, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = VoteQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("session", "client_id"),
                name="vote_once_a_session",
                violation_error_message=_("This vote is counted already."),
            ),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("first")),
                name="vote_second_is_another",
                violation_error_message=_("The second choice is another package than the first."),
            ),
        )

    def __str__(self) -> str:
        return str(self.client_id)
