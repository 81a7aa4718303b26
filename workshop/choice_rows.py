"""The package that a community chose, frozen as it was on that day, and the member sheets that go with it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from calculator.dossier import text_hash
from calculator.models import Package
from calculator.review_actions import Damaged
from schemes.models import Scheme

LONGEST_REASON = 1_000


def whole_year_from(starts_on: date) -> date:
    """The last day of a year of cover that starts on this day."""
    try:
        return starts_on.replace(year=starts_on.year + 1) - timedelta(days=1)
    except ValueError:  # the 29th of February
        return starts_on.replace(year=starts_on.year + 1, day=28)


class ChosenPackageQuerySet(OwnedQuerySet["ChosenPackage"]):
    def standing(self) -> Self:
        """Without those that were taken back, in the order of their cover; the first of a period first."""
        return self.filter(is_withdrawn=False).order_by("starts_on", "period", "created_at")

    def overlapping(self, *, starts_on: date, ends_on: date) -> Self:
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def light(self) -> Self:
        """Without the frozen content: enough for a list."""
        return self.defer("content")


class ChosenPackage(OrganisationOwned, Versioned):
    """One package, chosen for one scheme, with one first and one last day of cover for everybody.

    `content` is what was chosen, as canonical JSON: terms, price, the case that reproduces it, the votes.
    Nothing changes it afterwards. Choices of a scheme are numbered by `period`: the first one of a period
    stands alone unless an administrator let a second one in (`beside`), with the reason in
    `second_reason`. `ends_on` is the last day of cover; `agreed_ends_on` what was agreed at first, where the
    cover ended earlier. A choice that was taken back (`is_withdrawn`) never began.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="choices")
    # What a community chose outlives the package's own deletion.
    package = models.ForeignKey(Package, on_delete=models.RESTRICT, related_name="choices")
    package_version = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=120)
    premium_per_person = models.FloatField(_("premium a person a year"))
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    period = models.PositiveSmallIntegerField()
    starts_on = models.DateField(_("first day of cover"))
    ends_on = models.DateField(_("last day of cover"))
    agreed_ends_on = models.DateField(_("last day of cover, as agreed"))
    meeting_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    meeting_place = models.CharField(_("place of the meeting"), max_length=160, blank=True)
    reason = models.TextField(_("why this package"), max_length=LONGEST_REASON, blank=True)
    beside = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="seconds"
    )
    second_reason = models.TextField(_("why a second package"), max_length=LONGEST_REASON, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_withdrawn = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_reason = models.TextField(_("why it ends"), max_length=LONGEST_REASON, blank=True)

    objects: ClassVar = ChosenPackageQuerySet.as_manager()

    trail_fields = (
        "name", "package_version", "premium_per_person", "content_hash", "period", "starts_on", "ends_on",
        "meeting_on", "meeting_place", "reason", "second_reason", "is_withdrawn", "closed_reason",
    )  # fmt: skip

    class Meta:
        ordering = ("-starts_on", "-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "period"),
                condition=Q(is_withdrawn=False, beside=None),
                name="choice_once_per_scheme_and_period",
                violation_error_message=_("A package is chosen for this scheme and these days already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), agreed_ends_on__gte=F("ends_on")),
                name="choice_ends_after_it_starts",
                violation_error_message=_("The last day of cover cannot lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(beside=None, second_reason="") | Q(beside__isnull=False) & ~Q(second_reason=""),
                name="choice_second_with_reason",
                violation_error_message=_("A second package is let in with a reason."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_reason="", is_withdrawn=False)
                | Q(closed_at__isnull=False) & ~Q(closed_reason=""),
                name="choice_closed_with_reason",
                violation_error_message=_("A choice is ended or taken back with a reason."),
            ),
            models.CheckConstraint(
                condition=Q(premium_per_person__gte=0),
                name="choice_premium_not_negative",
                violation_error_message=_("A premium is 0 or more."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def frozen(self) -> dict[str, Any]:
        """What was chosen, as it was on that day. Raises `Damaged` when a single character differs."""
        if text_hash(self.content) != self.content_hash:
            raise Damaged
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def is_second(self) -> bool:
        return self.beside_id is not None

    @property
    def ended_early(self) -> bool:
        return not self.is_withdrawn and self.ends_on < self.agreed_ends_on

    def state_on(self, day: date | None = None) -> str:
        """ "withdrawn", "coming", "running" or "over"."""
        today = day or timezone.localdate()
        if self.is_withdrawn:
            return "withdrawn"
        if today < self.starts_on:
            return "coming"
        return "running" if today <= self.ends_on else "over"

    @property
    def state(self) -> str:
        return self.state_on()


class FrozenSheet(OrganisationOwned):
    """A choice's member sheet in one language, worded on the day of the choice.

    The words are frozen with the choice; the PDF is kept when it is printed for the first time, so that next
    month's print is the same file.
    """

    choice = models.ForeignKey(ChosenPackage, on_delete=models.CASCADE, related_name="sheets")
    language = models.CharField(max_length=10)
    digits = models.CharField(max_length=5)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    pdf = models.BinaryField(null=True)
    pdf_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("language", "digits", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("choice", "language", "digits"),
                name="frozen_sheet_once_per_language",
                violation_error_message=_("This member sheet is frozen already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.language} {self.digits}"

    @cached_property
    def words(self) -> dict[str, Any]:
        """Raises `Damaged` when a single character differs from what was frozen."""
        if text_hash(self.content) != self.content_hash:
            raise Damaged
        found: dict[str, Any] = json.loads(self.content)
        return found
