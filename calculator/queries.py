"""Reads of sheets and packages, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import Organisation
from calculator.models import BenefitTerms, Draft, Package
from calculator.typed import TypedSheet
from schemes.models import LONGEST_UNDO, Scheme
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set, risks_of


def find_scheme(*, organisation: Organisation | None, scheme_id: UUID) -> Scheme:
    return Scheme.objects.of(organisation).live().select_related("organisation").get(pk=scheme_id)


def packages_of(*, scheme: Scheme) -> QuerySet[Package]:
    """Saved packages with all that pricing and showing them needs: a fixed number of queries."""
    terms = BenefitTerms.objects.select_related("benefit_risk")
    return (
        Package.objects.of_scheme(organisation=scheme.organisation, scheme=scheme)
        .kept()
        .select_related("assumption_set", "simulation", "saved_by")
        .prefetch_related(
            Prefetch("terms", queryset=terms),
            Prefetch(
                "assumption_set__risks",
                queryset=BenefitRisk.objects.select_related("linked_to"),
            ),
        )
    )


def find_package(*, organisation: Organisation | None, package_id: UUID) -> Package:
    package = (
        Package.objects.of(organisation)
        .filter(scheme__deleted_at=None)
        .select_related("scheme__organisation", "assumption_set", "simulation", "saved_by")
        .prefetch_related(
            Prefetch("terms", queryset=BenefitTerms.objects.select_related("benefit_risk")),
            Prefetch(
                "assumption_set__risks",
                queryset=BenefitRisk.objects.select_related("linked_to"),
            ),
        )
    )
    return package.get(pk=package_id)


def deleted_lately(*, scheme: Scheme) -> QuerySet[Package]:
    return Package.objects.of_scheme(organisation=scheme.organisation, scheme=scheme).filter(
        deleted_at__gt=timezone.now() - LONGEST_UNDO
    )


def assumptions_for(draft: Draft) -> AssumptionSet:
    """The assumptions that the sheet is priced on: the current ones, or those of an opened package."""
    return draft.assumption_set or current_set(scheme=draft.scheme)


def typed_sheets(draft: Draft, risks: tuple[BenefitRisk, ...]) -> tuple[TypedSheet, TypedSheet | None]:
    """What is typed, and the last sheet that could be priced."""
    good = TypedSheet(draft.scheme, risks, draft.good) if draft.good else None
    return TypedSheet(draft.scheme, risks, draft.typed), good


def risks_tuple(assumption_set: AssumptionSet) -> tuple[BenefitRisk, ...]:
    return tuple(risks_of(assumption_set=assumption_set))
