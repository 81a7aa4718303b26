"""The community: where, how many, how families are made up, and the loadings its packages start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from schemes import families
from schemes.currencies import CURRENCIES, Currency
from schemes.numbers import Grouping

MOST_INHABITANTS = 50_000_000
NAME_TAKEN = "name_taken"
LONGEST_UNDO = timedelta(days=30)
MOST_FURTHER_LOADINGS = 6


class GroupingChoice(models.TextChoices):
    INDIAN = "indian", _("Lakhs and crores: 3,52,54,537")
    INTERNATIONAL = "international", _("Thousands: 35,254,537")


class RiskBasis(models.TextChoices):
    JOINT = "joint", _("Joint")
    INDEPENDENT = "independent", _("Independent")


def check_family_sizes(value: Any) -> None:
    if problem := families.problem_with(value):
        raise ValidationError(
            _("Family sizes: %(problem)s."), code="family_sizes", params={"problem": problem}
        )


def check_further_loadings(value: Any) -> None:
    message = _("A further loading has a name and a rate between 0 and 100 %.")
    if not isinstance(value, list) or len(value) > MOST_FURTHER_LOADINGS:
        raise ValidationError(message, code="further_loadings")
    for row in value:
        if not isinstance(row, dict) or set(row) != {"name", "rate"} or not str(row["name"]).strip():
            raise ValidationError(message, code="further_loadings")
        rate = row["rate"]
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValidationError(message, code="further_loadings")


@dataclass(frozen=True, kw_only=True)
class FamilyRow:
    """One family size as it is drawn."""

    size: int
    share: float
    width: float

    @property
    def is_large(self) -> bool:
        return self.size >= families.LARGE_FROM


class SchemeQuerySet(OwnedQuerySet):
    def live(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def deleted_lately(self) -> Self:
        """Deleted, but not so long ago that it cannot be taken back."""
        return self.filter(deleted_at__gt=timezone.now() - LONGEST_UNDO)


class Scheme(OrganisationOwned, Versioned):
    """One community's insurance: one package, one start date a year."""

    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=160, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        choices=[(code, currency.name) for code, currency in CURRENCIES.items()],
        default="INR",
    )
    grouping = models.CharField(
        _("number grouping"),
        max_length=13,
        choices=GroupingChoice.choices,
        default=GroupingChoice.INDIAN,
    )
    inhabitants = models.PositiveIntegerField(_("inhabitants"))
    expected_take_up = models.FloatField(_("expected take-up"), default=1.0)
    # {"1": 0.29, …}: share of FAMILIES of each size
    family_sizes = models.JSONField(_("family sizes"), validators=[check_family_sizes])
    # {"1": 290, …} when families were counted, so that they can be edited as typed
    family_counts = models.JSONField(_("families counted"), null=True, blank=True, editable=False)
    # typed by hand instead of the share the family sizes give (the slide's 34 %)
    share_in_large_families = models.FloatField(_("share of people in large families"), null=True, blank=True)
    chance_of_bankruptcy = models.FloatField(_("chance of bankruptcy"), default=0.05)
    admin_rate = models.FloatField(_("admin loading"), default=0.20)
    large_family_discount = models.FloatField(_("large-family discount"), default=0.0)
    # [{"name": "Reinsurance", "rate": 0.05}, …]
    further_loadings = models.JSONField(
        _("further loadings"), default=list, blank=True, validators=[check_further_loadings]
    )
    risk_basis = models.CharField(
        _("risk basis"), max_length=11, choices=RiskBasis.choices, default=RiskBasis.JOINT
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects: ClassVar = SchemeQuerySet.as_manager()

    trail_fields = (
        "name",
        "place",
        "currency",
        "grouping",
        "inhabitants",
        "expected_take_up",
        "family_sizes",
        "share_in_large_families",
        "chance_of_bankruptcy",
        "admin_rate",
        "large_family_discount",
        "further_loadings",
        "risk_basis",
        "deleted_at",
    )

    class Meta:
        ordering = ("-changed_at", "name", "id")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                "organisation",
                condition=Q(deleted_at__isnull=True),
                name="scheme_name_unique",
                violation_error_code=NAME_TAKEN,
                violation_error_message=_("There is a scheme of this name already. Choose another name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="scheme_has_name",
                violation_error_message=_("A scheme needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(currency__in=list(CURRENCIES)),
                name="scheme_currency_known",
                violation_error_message=_("This currency is not known."),
            ),
            models.CheckConstraint(
                condition=Q(grouping__in=GroupingChoice.values),
                name="scheme_grouping_known",
                violation_error_message=_("Numbers are grouped in lakhs or in thousands."),
            ),
            models.CheckConstraint(
                condition=Q(inhabitants__gte=1, inhabitants__lte=MOST_INHABITANTS),
                name="scheme_inhabitants_plausible",
                violation_error_message=_("A community has between 1 and 50,000,000 inhabitants."),
            ),
            models.CheckConstraint(
                condition=Q(expected_take_up__gt=0, expected_take_up__lte=1),
                name="scheme_take_up_is_share",
                violation_error_message=_("Expected take-up is more than 0 %% and at most 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(share_in_large_families__isnull=True)
                | Q(share_in_large_families__gte=0, share_in_large_families__lte=1),
                name="scheme_large_share_is_share",
                violation_error_message=_(
                    "The share of people in large families is between 0 %% and 100 %%."
                ),
            ),
            models.CheckConstraint(
                condition=Q(chance_of_bankruptcy__gt=0, chance_of_bankruptcy__lte=0.5),
                name="scheme_chance_plausible",
                violation_error_message=_("The chance of bankruptcy is above 0 %% and at most 50 %%."),
            ),
            models.CheckConstraint(
                condition=Q(admin_rate__gte=0, admin_rate__lte=1),
                name="scheme_admin_is_share",
                violation_error_message=_("The admin loading is between 0 %% and 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(large_family_discount__gte=0, large_family_discount__lte=0.9),
                name="scheme_discount_plausible",
                violation_error_message=_("The large-family discount is between 0 %% and 90 %%."),
            ),
            models.CheckConstraint(
                condition=Q(risk_basis__in=RiskBasis.values),
                name="scheme_risk_basis_known",
                violation_error_message=_("The risk basis is joint or independent."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def persons(self) -> int:
        """Persons expected to join: inhabitants x expected take-up, rounded half up, at least one."""
        exact = Decimal(self.inhabitants) * Decimal(repr(self.expected_take_up))
        return max(1, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    @property
    def money(self) -> Currency:
        return CURRENCIES[self.currency]

    @property
    def number_grouping(self) -> Grouping:
        return "indian" if self.grouping == GroupingChoice.INDIAN else "international"

    @property
    def mean_family_size(self) -> float:
        return families.mean_size(self.family_sizes)

    @property
    def computed_share_in_large_families(self) -> float:
        """Share of people in families of four or more as the family sizes say."""
        return families.share_in_large(self.family_sizes)

    @property
    def effective_share_in_large_families(self) -> float:
        """The share typed by hand if there is one, otherwise the computed one."""
        typed = self.share_in_large_families
        return self.computed_share_in_large_families if typed is None else typed

    @property
    def family_rows(self) -> list[FamilyRow]:
        """Sizes that some family has, for a picture; widths in percent of the commonest size."""
        most = max(self.family_sizes.values())
        return [
            FamilyRow(size=int(size), share=share, width=round(100 * share / most, 2))
            for size, share in sorted(self.family_sizes.items(), key=lambda item: int(item[0]))
        ]
