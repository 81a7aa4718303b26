"""Assumptions: how often each benefit's event happens and what it costs, in versions frozen once used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from schemes.models import NAME_TAKEN, Scheme
from simulation.choices import COST_LAWS, DAY_LAWS, FrequencyLaw, Kind, Pictogram, SeverityLaw
from simulation.contract import frequency_of, severity_of
from simulation.engine.refusal import Refused
from simulation.stored_moments import Moments  # noqa: F401  a file of its own; Django looks for models here

MOST_SAMPLE_VALUES = 2_000


def check_sample(value: Any) -> None:
    numbers = isinstance(value, list) and all(
        isinstance(item, int | float) and not isinstance(item, bool) and 0 <= item < float("inf")
        for item in value
    )
    if not numbers or not 1 <= len(value) <= MOST_SAMPLE_VALUES:
        raise ValidationError(
            _("A list of bills or days has 1 to 2,000 numbers, each 0 or more."), code="severity_sample"
        )


class AssumptionSetQuerySet(OwnedQuerySet):
    def current(self) -> Self:
        return self.filter(is_current=True)


class AssumptionSet(OrganisationOwned):
    """One version of a scheme's assumptions. Once a run has used it, it is frozen and never changes again."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="assumption_sets")
    number = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(default=False, editable=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects: ClassVar = AssumptionSetQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "number"),
                name="assumptions_number_unique",
                violation_error_message=_("This version of the assumptions exists already."),
            ),
            models.UniqueConstraint(
                fields=("scheme",),
                condition=Q(is_current=True),
                name="assumptions_one_current",
                violation_error_message=_("One version of the assumptions is current at a time."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="assumptions_number_from_one",
                violation_error_message=_("Versions of assumptions are counted from 1."),
            ),
        )

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class BenefitRisk(OrganisationOwned, Versioned):
    """How often one benefit's event happens and what it costs before any cover.

    `key` names the same benefit through all versions. A linked benefit is paid on the events of another one
    and has no frequency of its own; a fixed benefit has no severity. `simulation.contract` makes engine
    objects.
    """

    assumption_set = models.ForeignKey(AssumptionSet, on_delete=models.CASCADE, related_name="risks")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    remark = models.CharField(_("remark"), max_length=60, blank=True)
    pictogram = models.CharField(
        _("pictogram"), max_length=12, choices=Pictogram.choices, default=Pictogram.HOSPITAL
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.COST)

    frequency_law = models.CharField(
        _("how events come"), max_length=17, choices=FrequencyLaw.choices, blank=True
    )
    incidence = models.FloatField(_("incidence"), null=True, blank=True)  # events per person-year
    variance_to_mean = models.FloatField(_("variance over mean"), null=True, blank=True)

    severity_law = models.CharField(
        _("how costs spread"), max_length=22, choices=SeverityLaw.choices, blank=True
    )
    severity_mean = models.FloatField(_("average"), null=True, blank=True)  # money, or days for wage loss
    severity_sigma = models.FloatField(_("sigma of the logarithm"), null=True, blank=True)
    severity_cv = models.FloatField(_("coefficient of variation"), null=True, blank=True)
    severity_alpha = models.FloatField(_("tail index alpha"), null=True, blank=True)
    severity_variance_to_mean = models.FloatField(_("variance over mean of the days"), null=True, blank=True)
    severity_sample = models.JSONField(_("bills or days"), null=True, blank=True, validators=[check_sample])

    linked_to = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="linked",
        verbose_name=_("paid on"),
    )
    link_probability = models.FloatField(_("chance it is paid too"), default=1.0)
    survey_person_years = models.FloatField(_("person-years asked about"), null=True, blank=True)
    source_note = models.CharField(_("source"), max_length=500, blank=True)
    is_example = models.BooleanField(default=False, editable=False)

    # Without the list of bills: those may be a household's own.
    trail_fields = (
        "name",
        "remark",
        "pictogram",
        "kind",
        "frequency_law",
        "incidence",
        "variance_to_mean",
        "severity_law",
        "severity_mean",
        "severity_sigma",
        "severity_cv",
        "severity_alpha",
        "severity_variance_to_mean",
        "link_probability",
        "survey_person_years",
        "source_note",
        "is_example",
    )

    class Meta:
        ordering = ("position", "created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("assumption_set", "key"),
                name="risk_key_unique",
                violation_error_message=_("This benefit is in the assumptions already."),
            ),
            models.UniqueConstraint(
                fields=("assumption_set", "name"),
                name="risk_name_unique",
                violation_error_code=NAME_TAKEN,
                violation_error_message=_("Another benefit has this name already. Choose another name."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(key=""),
                name="risk_has_name",
                violation_error_message=_("A benefit needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, pictogram__in=Pictogram.values),
                name="risk_kind_known",
                violation_error_message=_("This kind of benefit or pictogram is not known."),
            ),
            models.CheckConstraint(
                condition=Q(
                    linked_to__isnull=True, frequency_law__in=FrequencyLaw.values, incidence__isnull=False
                )
                | Q(linked_to__isnull=False, frequency_law="", incidence__isnull=True),
                name="risk_frequency_or_link",
                violation_error_message=_(
                    "A benefit has either an incidence of its own or the benefit on whose events it is paid."
                ),
            ),
            models.CheckConstraint(
                condition=Q(linked_to__isnull=True) | ~Q(linked_to=F("id")),
                name="risk_not_linked_to_itself",
                violation_error_message=_(
                    "A benefit cannot be paid on its own events. Choose another benefit."
                ),
            ),
            models.CheckConstraint(
                condition=Q(incidence__isnull=True) | Q(incidence__gte=0, incidence__lte=50),
                name="risk_incidence_plausible",
                violation_error_message=_("Incidence is between 0 and 50 events per person per year."),
            ),
            models.CheckConstraint(
                condition=(Q(kind=Kind.FIXED, severity_law=""))
                | Q(kind=Kind.COST, severity_law__in=sorted(COST_LAWS))
                | Q(kind=Kind.WAGE_DAYS, severity_law__in=sorted(DAY_LAWS)),
                name="risk_severity_fits_kind",
                violation_error_message=_(
                    "A cost has a law of costs, wage loss a law of days, a fixed amount none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(link_probability__gt=0, link_probability__lte=1)
                & (Q(linked_to__isnull=False) | Q(link_probability=1)),
                name="risk_link_probability_is_share",
                violation_error_message=_("The chance of a linked payment is above 0 %% and at most 100 %%."),
            ),
            models.CheckConstraint(
                condition=Q(survey_person_years__isnull=True)
                | Q(survey_person_years__gt=0, survey_person_years__lte=1e9),
                name="risk_exposure_positive",
                violation_error_message=_(
                    "Person-years asked about are above 0. Leave it empty when nobody was asked."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The links go one level only, within one version; the engine must accept the laws."""
        if self.linked_to is not None:
            self._check_link(self.linked_to)
        self.check_laws()

    def check_laws(self) -> None:
        """Ask the engine whether these figures can be; its refusals name the fields they come from."""
        self._check_law(frequency_of, _FREQUENCY_FIELDS)
        self._check_law(severity_of, _SEVERITY_FIELDS)

    def _check_link(self, parent: BenefitRisk) -> None:
        if parent.assumption_set_id != self.assumption_set_id:
            raise ValidationError({"linked_to": _("Choose a benefit of the same assumptions.")})
        if parent.linked_to_id is not None or (not self._state.adding and self.linked.exists()):
            raise ValidationError(
                {"linked_to": _("Links go one level only: choose a benefit with an incidence of its own.")}
            )

    def _check_law(self, law_of: Callable[[BenefitRisk], object], fields: Mapping[str, str]) -> None:
        try:
            law_of(self)
        except Refused as refused:
            raise ValidationError({fields[refused.field]: f"{refused.problem}."}) from None

    @property
    def mean_cost(self) -> float | None:
        """Average of one event: money, or days for wage loss; None for a fixed amount."""
        if self.severity_sample:
            return float(sum(self.severity_sample) / len(self.severity_sample))
        return self.severity_mean


# Where the engine's refusals are shown: its own names of parameters, and the fields they come from.
_FREQUENCY_FIELDS = {
    "frequency_law": "frequency_law",
    "incidence": "incidence",
    "variance_to_mean": "variance_to_mean",
}
_SEVERITY_FIELDS = {
    "severity_law": "severity_law",
    "mean": "severity_mean",
    "value": "severity_mean",
    "sigma": "severity_sigma",
    "cv": "severity_cv",
    "alpha": "severity_alpha",
    "variance_to_mean": "severity_variance_to_mean",
    "values": "severity_sample",
}


class RemovedBenefit(OrganisationOwned):
    """A benefit that was taken out of a scheme's assumptions, as it was: it can come back for 30 days."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="removed_benefits")
    name = models.CharField(_("name"), max_length=80)
    linked_to_key = models.CharField(max_length=60, blank=True)
    values: Any = models.JSONField()

    class Meta:
        ordering = ("-created_at", "id")

    def __str__(self) -> str:
        return self.name
