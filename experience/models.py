"""A scheme's years: what it collected and paid, entered by people, corrected with a history."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from calculator.models import Package
from experience.digests import DigestWish  # noqa: F401
from experience.figures import AMOUNTS, MONTHS, WHOLE_YEAR
from experience.providers import ProviderDecision  # noqa: F401  files of their own; Django looks for models here
from schemes.models import Scheme

YEAR_TAKEN = "year_taken"
LONGEST_BENEFIT = 120


class YearState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")


def count_field(name: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(name, null=True, blank=True)


def money_field(name: Any, *, negative: bool = False) -> models.DecimalField:
    return models.DecimalField(
        name,
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[] if negative else [MinValueValidator(0)],
    )


class SchemeYearQuerySet(OwnedQuerySet["SchemeYear"]):
    def in_order(self) -> Self:
        """Scheme by scheme, the oldest year first, with their claims."""
        return self.order_by("scheme__name", "starts_on").prefetch_related("claims")


class SchemeYear(OrganisationOwned, Versioned):
    """Twelve months of one scheme: all its policies begin on the first day and end on the last.

    Every figure may be missing; what is not known is empty, never 0. `package` is what was sold that year.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="years")
    starts_on = models.DateField(_("first day"))
    state = models.CharField(_("state"), max_length=8, choices=YearState.choices, default=YearState.OPEN)
    reason = models.CharField(_("why it was opened again"), max_length=300, blank=True)
    package = models.ForeignKey(
        Package,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="years",
        verbose_name=_("package that was sold"),
    )
    households = count_field(_("households"))
    insured = count_field(_("persons insured"))
    new_insured = count_field(_("persons insured for the first time"))
    renewed_households = count_field(_("households that renewed"))
    due_households = count_field(_("households that could have renewed"))
    premium = money_field(_("premium collected"))
    subsidy = money_field(_("subsidy"))
    running_costs = money_field(_("running costs"))
    interest = money_field(_("interest received"))
    reserve = money_field(_("reserve on the last day"), negative=True)
    technical_assistance = money_field(_("technical assistance"))
    outstanding_claims = money_field(_("claims not paid yet"))
    cash = money_field(_("cash at hand"))
    payables = money_field(_("to be paid within three months"))
    liabilities = money_field(_("all that is owed"))
    reported_premium_per_household = money_field(_("premium a household, as reported"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects: ClassVar = SchemeYearQuerySet.as_manager()

    trail_fields = ("starts_on", "state", "reason", "package_id", *AMOUNTS, "note")

    class Meta:
        ordering = ("-starts_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "starts_on"),
                name="year_once_per_scheme",
                violation_error_code=YEAR_TAKEN,
                violation_error_message=_("This scheme has a year that begins on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=YearState.values),
                name="year_state_known",
                violation_error_message=_("A year is open, closed or opened again."),
            ),
            models.CheckConstraint(
                condition=~Q(state=YearState.REOPENED) | ~Q(reason=""),
                name="year_reopened_with_reason",
                violation_error_message=_("Say why the year is opened again."),
            ),
            models.CheckConstraint(
                condition=Q(renewed_households=None)
                | Q(households=None)
                | Q(renewed_households__lte=F("households")),
                name="year_renewed_are_households",
                violation_error_message=_("More households renewed than are covered. Check both numbers."),
            ),
            models.CheckConstraint(
                condition=Q(renewed_households=None)
                | Q(due_households=None)
                | Q(renewed_households__lte=F("due_households")),
                name="year_renewed_could_renew",
                violation_error_message=_(
                    "More households renewed than could have renewed. Check both numbers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(households=None) | Q(insured=None) | Q(insured__gte=F("households")),
                name="year_households_have_persons",
                violation_error_message=_(
                    "There are fewer persons insured than households. Every household has one at least."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def ends_on(self) -> date:
        """The last day of the twelve months."""
        return year_later(self.starts_on) - timedelta(days=1)

    @property
    def label(self) -> str:
        """2017, or 2017-18 where it runs into the next year."""
        first, last = self.starts_on.year, self.ends_on.year
        return str(first) if first == last else f"{first}-{last % 100:02d}"

    @property
    def is_closed(self) -> bool:
        return self.state == YearState.CLOSED

    @property
    def is_over(self) -> bool:
        """Its last day has passed, or somebody closed it."""
        return self.is_closed or self.share_passed >= 1.0

    @property
    def months_passed(self) -> int:
        """Whole months of the year that are over today, 0 to 12."""
        return sum(self.first_of_month(month + 1) <= timezone.localdate() for month in range(1, MONTHS + 1))

    @property
    def share_passed(self) -> float:
        """Share of the year's days that are over today."""
        days = (timezone.localdate() - self.starts_on).days
        whole = (year_later(self.starts_on) - self.starts_on).days
        return min(max(days / whole, 0.0), 1.0)

    def first_of_month(self, month: int) -> date:
        """First day of the scheme's month 1 to 12; 13 is the day after the year."""
        return months_later(self.starts_on, month - 1)

    def month_name(self, month: int) -> str:
        """ "April 2017"; "whole year" for 0."""
        if month == WHOLE_YEAR:
            return str(_("whole year"))
        return date_format(self.first_of_month(month), "F Y")

    def clean(self) -> None:
        # Money below the smallest unit, a year of another century: slips that no constraint words well.
        if not 1950 <= self.starts_on.year <= 2100:
            raise ValidationError({"starts_on": _("The first day lies between 1950 and 2100.")})


class YearClaims(OrganisationOwned):
    """Claims of one benefit whose events happened in one month of the year; month 0 is the whole year.

    `benefit` is the key of a benefit of the scheme, or empty for all of them together.
    """

    year = models.ForeignKey(SchemeYear, on_delete=models.CASCADE, related_name="claims")
    benefit = models.CharField(_("benefit"), max_length=LONGEST_BENEFIT, blank=True)
    month = models.PositiveSmallIntegerField(_("month"))
    count = count_field(_("claims handed in"))
    rejected = count_field(_("rejected"))
    billed = money_field(_("billed"))
    paid = money_field(_("paid"))
    days_to_settle = models.FloatField(_("days to settle"), null=True, blank=True)

    class Meta:
        ordering = ("benefit", "month", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "benefit", "month"),
                name="claims_once_per_month",
                violation_error_message=_("A benefit has one line a month."),
            ),
            models.CheckConstraint(
                condition=Q(month__gte=0, month__lte=MONTHS),
                name="claims_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12, or 0 for the whole year."),
            ),
            models.CheckConstraint(
                condition=Q(count=None) | Q(rejected=None) | Q(rejected__lte=F("count")),
                name="claims_rejected_were_made",
                violation_error_message=_("More claims were rejected than handed in. Check both numbers."),
            ),
            models.CheckConstraint(
                condition=Q(billed=None) | Q(billed__gte=0),
                name="claims_billed_not_negative",
                violation_error_message=_("Bills are 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(paid=None) | Q(paid__gte=0),
                name="claims_paid_not_negative",
                violation_error_message=_("What was paid is 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(days_to_settle=None) | Q(days_to_settle__gte=0, days_to_settle__lte=3660),
                name="claims_days_plausible",
                violation_error_message=_("Days to settle are 0 or more, and less than ten years."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.benefit} {self.month}"


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def year_later(day: date) -> date:
    return months_later(day, 12)
