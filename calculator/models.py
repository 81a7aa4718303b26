"""Packages: the chosen terms of every benefit together, what they were priced at, and the open sheet."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationOwned, OwnedQuerySet, Versioned
from calculator.old_sheets import OldSheetFile  # noqa: F401
from calculator.published import PublicPage  # noqa: F401  files of their own; Django looks for models here
from calculator.reviews import Comment, SignOff  # noqa: F401
from jobs.models import Job
from schemes.models import RiskBasis, Scheme
from simulation.models import AssumptionSet, BenefitRisk


class CarriedFrom(models.TextChoices):
    EXACT = "exact", _("Exact calculation")
    SIMULATED = "simulated", _("Simulation")


class CapBasis(models.TextChoices):
    PAYMENT = "payment", _("what is paid")
    COST = "cost", _("the bill")


class PackageQuerySet(OwnedQuerySet):
    def kept(self) -> Self:
        """Without the deleted ones."""
        return self.filter(deleted_at=None)

    def with_saved_total(self) -> Self:
        """With `saved_total`, the premium that each was last saved at."""
        premium = Premium.objects.filter(package=OuterRef("pk")).order_by("-package_version")
        # as text and back: SQLite hands out a bare number, which is not what a JSON column expects
        total = Cast(KeyTextTransform("total", KeyTransform("premium", "answer")), models.FloatField())
        return self.annotate(saved_total=Subquery(premium.annotate(total=total).values("total")[:1]))

    def of_scheme(self, *, organisation: Organisation | None, scheme: Scheme) -> Self:
        return self.of(organisation).filter(scheme=scheme)


class Package(OrganisationOwned, Versioned):
    """A saved package: terms, loadings and the families priced for, complete enough to price it again."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="packages")
    assumption_set = models.ForeignKey(AssumptionSet, on_delete=models.PROTECT, related_name="packages")
    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("note"), max_length=500, blank=True)
    persons = models.PositiveIntegerField(_("community size"))
    family_sizes = models.JSONField(_("family sizes"))
    share_in_large = models.FloatField(_("people in larger families"), null=True, blank=True)
    chance_of_bankruptcy = models.FloatField(_("chance of bankruptcy"))
    admin_rate = models.FloatField(_("admin cost"))
    large_family_discount = models.FloatField(_("larger family discount"))
    further_loadings = models.JSONField(_("further loadings"), default=list, blank=True)
    risk_basis = models.CharField(max_length=12, choices=RiskBasis.choices, default=RiskBasis.JOINT)
    carried_from = models.CharField(max_length=10, choices=CarriedFrom.choices, default=CarriedFrom.EXACT)
    family_cap = models.DecimalField(_("package cap"), max_digits=14, decimal_places=2, null=True, blank=True)
    simulation = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = PackageQuerySet.as_manager()

    trail_fields = (
        "name",
        "note",
        "persons",
        "family_sizes",
        "share_in_large",
        "chance_of_bankruptcy",
        "admin_rate",
        "large_family_discount",
        "further_loadings",
        "risk_basis",
        "carried_from",
        "family_cap",
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(name=""),
                name="package_has_name",
                violation_error_message=_("A package needs a name."),
            ),
            models.UniqueConstraint(
                fields=("scheme", "name"),
                condition=Q(deleted_at=None),
                name="package_name_once_per_scheme",
                violation_error_message=_(
                    "This scheme has a package of this name already. Choose another name."
                ),
            ),
            models.CheckConstraint(
                condition=Q(chance_of_bankruptcy__gt=0, chance_of_bankruptcy__lt=1),
                name="package_chance_is_a_share",
                violation_error_message=_("The chance of bankruptcy lies between 0 and 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=1),
                name="package_has_persons",
                violation_error_message=_("A community has at least one person."),
            ),
            models.CheckConstraint(
                condition=Q(large_family_discount__gte=0, large_family_discount__lt=1),
                name="package_discount_is_a_share",
                violation_error_message=_("The larger family discount lies between 0 and 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(admin_rate__gte=0),
                name="package_admin_not_negative",
                violation_error_message=_("The admin cost is 0 %% or more."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class BenefitTerms(OrganisationOwned):
    """What one package pays for one benefit. An empty cap is no cap."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="terms")
    benefit_risk = models.ForeignKey(BenefitRisk, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("name on this package"), max_length=80, blank=True)
    covered = models.BooleanField(_("covered"), default=True)
    threshold = models.DecimalField(_("threshold"), max_digits=14, decimal_places=2, default=0)
    copay = models.FloatField(_("copay"), default=0)
    event_cap = models.DecimalField(_("event cap"), max_digits=14, decimal_places=2, null=True, blank=True)
    cap_basis = models.CharField(max_length=8, choices=CapBasis.choices, default=CapBasis.PAYMENT)
    family_cap = models.DecimalField(_("family cap"), max_digits=14, decimal_places=2, null=True, blank=True)
    fixed_amount = models.DecimalField(_("fixed amount"), max_digits=14, decimal_places=2, default=0)
    rate = models.DecimalField(_("rate a day"), max_digits=14, decimal_places=2, default=0)
    start_day = models.PositiveIntegerField(_("start day"), default=1)
    last_day = models.PositiveIntegerField(_("last day"), default=1)

    trail_fields = (
        "label",
        "threshold",
        "copay",
        "event_cap",
        "cap_basis",
        "family_cap",
        "fixed_amount",
        "rate",
        "start_day",
        "last_day",
    )

    class Meta:
        ordering = ("benefit_risk__position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("package", "benefit_risk"),
                name="terms_once_per_benefit",
                violation_error_message=_("A package has one set of terms for each benefit."),
            ),
            models.CheckConstraint(
                condition=Q(copay__gte=0, copay__lte=1),
                name="terms_copay_is_a_share",
                violation_error_message=_("Copay lies between 0 and 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(start_day__gte=1, last_day__gte=F("start_day")),
                name="terms_last_day_not_before_start",
                violation_error_message=_("The last day cannot be before the start day."),
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, fixed_amount__gte=0, rate__gte=0)
                & (Q(event_cap=None) | Q(event_cap__gte=0))
                & (Q(family_cap=None) | Q(family_cap__gte=0)),
                name="terms_amounts_not_negative",
                violation_error_message=_("Amounts are 0 or more."),
            ),
        )

    def __str__(self) -> str:
        return self.label or self.benefit_risk.name


class Premium(OrganisationOwned):
    """What a package was priced at when it was saved, never changed afterwards.

    `case` reproduces every figure through `manage.py price`; `answer` is the exact engine's answer to it.
    """

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="premiums")
    package_version = models.PositiveIntegerField()
    case = models.JSONField()
    answer = models.JSONField()
    content_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("package", "package_version"),
                name="premium_once_per_package_version",
                violation_error_message=_("This version of the package has its premium already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.package_id} v{self.package_version}"


class Draft(OrganisationOwned):
    """One person's calculator sheet for one scheme, exactly as typed, so that nothing typed is ever lost.

    `package` is set while a saved package is being edited, with the version that was opened. `good` is the
    newest sheet that could be priced; `undo` the earlier sheets, the newest last; `started` the saved package
    as it was opened.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="+")
    package = models.ForeignKey(Package, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    package_version = models.PositiveIntegerField(null=True, blank=True)
    assumption_set = models.ForeignKey(
        AssumptionSet, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    typed: Any = models.JSONField(default=dict)
    good: Any = models.JSONField(default=dict)
    started: Any = models.JSONField(default=dict)
    undo: Any = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "scheme"),
                name="draft_once_per_person_and_scheme",
                violation_error_message=_("There is a sheet of yours for this scheme already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.scheme_id}"
