"""Reads of sheets and packages, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import Organisation
from calculator.models import BenefitTerms, Draft, Package, PackageQuerySet
from calculator.typed import TypedSheet
from schemes.models import LONGEST_UNDO, Scheme
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set, risks_of


def find_scheme(*, organisation: Organisation | None, scheme_id: UUID) -> Scheme:
    return Scheme.objects.of(organisation).live().select_related("organisation").get(pk=scheme_id)


def _complete(packages: PackageQuerySet) -> QuerySet[Package]:
    """With all that pricing and showing them needs: a fixed number of queries."""
    terms = BenefitTerms.objects.select_related("benefit_risk")
    risks = BenefitRisk.objects.select_related("linked_to")
    return (
        packages.with_saved_total()
        .select_related("assumption_set", "simulation", "saved_by")
        .prefetch_related(Prefetch("terms", queryset=terms))
        .prefetch_related(Prefetch("assumption_set__risks", queryset=risks))
    )


def packages_of(*, scheme: Scheme) -> QuerySet[Package]:
    """The scheme's saved packages, complete."""
    return _complete(Package.objects.of_scheme(organisation=scheme.organisation, scheme=scheme).kept())


def find_package(*, organisation: Organisation | None, package_id: UUID) -> Package:
    """One package of this organisation, deleted or not, complete."""
    packages = Package.objects.of(organisation).filter(scheme__deleted_at=None)
    return _complete(packages.select_related("scheme__organisation")).get(pk=package_id)


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
