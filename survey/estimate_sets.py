"""Estimates as they are kept: from a survey, typed, or from groups; and which assumptions they became."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, Versioned
from jobs.models import Job
from schemes.models import Scheme
from simulation.models import AssumptionSet
from survey.blobs import Blob
from survey.estimates import Estimates
from survey.trend import CostTrend


class Source(models.TextChoices):
    SURVEY = "survey", _("Household survey")
    TYPED = "typed", _("Typed by hand")
    GROUP = "group", _("Estimates of groups")
    EXPERIENCE = "experience", _("Years of the scheme")


class EstimateSet(OrganisationOwned, Versioned):
    """Everything one survey (or group, or person) says. Survives the survey's rows.

    `estimates` is `Estimates.as_json()`, None until it is worked out; `choices` what a person decided:
    {benefit key: {"use": bool, "law": str, "incidence": float | None, "mean": float | None}}.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="estimate_sets")
    survey = models.ForeignKey(
        "survey.Survey", on_delete=models.SET_NULL, null=True, related_name="estimate_sets"
    )
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    note = models.CharField(_("where from"), max_length=300, blank=True)
    survey_sha256 = models.CharField(max_length=64, blank=True)
    tables_sha256 = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict)
    asked = models.CharField(max_length=64)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    estimates = models.JSONField(null=True)
    resamples = models.OneToOneField(Blob, on_delete=models.SET_NULL, null=True, related_name="+")
    fitted_at = models.DateTimeField(null=True)
    choices = models.JSONField(default=dict)
    take_families = models.BooleanField(_("take the survey’s family sizes"), default=False)
    trend_rate = models.FloatField(_("cost trend a year"), default=0.0)
    told_on = models.DateField(_("middle of the interviews"), null=True)
    policy_from = models.DateField(_("first day of the policy year"), null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    trail_fields = ("number", "source", "survey_sha256", "asked")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "number"),
                name="estimates_number_unique",
                violation_error_message=_("These estimates are there already."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values),
                name="estimates_source_known",
                violation_error_message=_("This source is not known."),
            ),
            models.CheckConstraint(
                condition=Q(trend_rate__gte=-0.5, trend_rate__lte=1),
                name="estimates_trend_plausible",
                violation_error_message=_("Costs grow by −50 %% to 100 %% a year."),
            ),
        )

    def __str__(self) -> str:
        return f"E{self.number}"

    @cached_property
    def found(self) -> Estimates | None:
        """The estimates; None until they are worked out."""
        return None if self.estimates is None else Estimates.from_json(self.estimates)

    @property
    def trend(self) -> CostTrend | None:
        """How costs are brought to the policy year; None where they are taken as they were told."""
        if not self.trend_rate or self.told_on is None or self.policy_from is None:
            return None
        return CostTrend(told_on=self.told_on, policy_from=self.policy_from, rate=self.trend_rate)

    def trend_factor(self, key: str) -> float:
        """What a benefit's costs are multiplied by."""
        if self.trend is None:
            return 1.0
        return self.trend.factor(key, recall_days=self.recall_days(key))

    def recall_days(self, key: str) -> float:
        benefit = self.found.benefit(key) if self.found else None
        incidence = self.found.incidence(benefit.source_kind) if self.found and benefit else None
        return incidence.recall_days if incidence else 0.0


class Adoption(OrganisationOwned):
    """Which estimates a version of the assumptions was made of, with the choices as they were."""

    assumption_set = models.OneToOneField(AssumptionSet, on_delete=models.CASCADE, related_name="+")
    estimate_set = models.ForeignKey(EstimateSet, on_delete=models.RESTRICT, related_name="adoptions")
    # benefit key → {"law": …, "factor": …, "own": …}: the keys say which benefits are the survey's
    taken = models.JSONField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.assumption_set_id} {self.estimate_set_id}"
