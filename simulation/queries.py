"""Reads of assumptions, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import Organisation
from schemes.models import Scheme
from simulation.models import AssumptionSet, BenefitRisk


def current_set(*, scheme: Scheme) -> AssumptionSet:
    """The version of a scheme's assumptions that is worked with."""
    return (
        AssumptionSet.objects.of(scheme.organisation)
        .select_related("scheme")
        .get(scheme=scheme, is_current=True)
    )


def set_of_number(*, scheme: Scheme, number: int) -> AssumptionSet:
    return (
        AssumptionSet.objects.of(scheme.organisation)
        .select_related("scheme")
        .get(scheme=scheme, number=number)
    )


def versions_of(*, scheme: Scheme) -> QuerySet[AssumptionSet]:
    """All versions, the newest first, each with `risk_count`."""
    sets = AssumptionSet.objects.of(scheme.organisation).filter(scheme=scheme)
    return sets.annotate(risk_count=Count("risks")).order_by("-number")


def risks_of(*, assumption_set: AssumptionSet) -> QuerySet[BenefitRisk]:
    """The rows of one version in the order shown, with what they are linked to."""
    return assumption_set.risks.select_related("linked_to")


def find_risk(*, organisation: Organisation | None, risk_id: UUID) -> BenefitRisk:
    risks = BenefitRisk.objects.of(organisation).select_related(
        "assumption_set__scheme__organisation", "linked_to"
    )
    return risks.get(pk=risk_id, assumption_set__scheme__deleted_at__isnull=True)


def parents_in(*, assumption_set: AssumptionSet, besides: BenefitRisk | None = None) -> list[BenefitRisk]:
    """Benefits with events of their own, on which another one can be paid."""
    if besides is not None and besides.linked.exists():
        return []
    risks = assumption_set.risks.filter(linked_to__isnull=True)
    return [risk for risk in risks if besides is None or risk.pk != besides.pk]
