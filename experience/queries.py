"""Reads of scheme years, always within one organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import AuditEntry, Organisation
from calculator.models import BenefitTerms, Package
from experience.figures import AMOUNTS, Claims, YearFigures
from experience.models import SchemeYear, YearClaims
from schemes.models import Scheme
from simulation.queries import current_set, risks_of
from workshop.choice_queries import standing_choice

CLAIM_NUMBERS = ("count", "rejected", "billed", "paid", "days_to_settle")


def years_of(scheme: Scheme) -> QuerySet[SchemeYear]:
    """The scheme's years with their claims, the newest first."""
    years = SchemeYear.objects.beside(scheme).filter(scheme=scheme)
    return years.select_related("package").prefetch_related("claims")


def first_days_of(scheme: Scheme) -> list[date]:
    """Of all its years, the oldest first."""
    years = SchemeYear.objects.beside(scheme).filter(scheme=scheme)
    return list(years.order_by("starts_on").values_list("starts_on", flat=True))


def find_year(*, organisation: Organisation | None, year_id: UUID) -> SchemeYear:
    """One year of a scheme that is still there, complete."""
    years = SchemeYear.objects.of(organisation).filter(scheme__deleted_at=None)
    return years.select_related("scheme__organisation", "package").prefetch_related("claims").get(pk=year_id)


def year_before(year: SchemeYear) -> SchemeYear | None:
    """The year that ended on the day before; None where it is not kept."""
    earlier = years_of(year.scheme).filter(starts_on__lt=year.starts_on).order_by("-starts_on").first()
    return earlier if earlier is not None and (year.starts_on - earlier.ends_on).days == 1 else None


def figures_of(year: SchemeYear) -> YearFigures:
    """The year as the pure modules know it; `claims` are read from the prefetch where there is one."""
    numbers = {name: _number(getattr(year, name)) for name in AMOUNTS}
    return YearFigures(
        starts=year.starts_on,
        claims=tuple(_claims(row) for row in year.claims.all()),
        **numbers,  # type: ignore[arg-type]  # whole numbers stay whole
    )


def _claims(row: YearClaims) -> Claims:
    numbers = {name: _number(getattr(row, name)) for name in CLAIM_NUMBERS}
    return Claims(benefit=row.benefit, month=row.month, **numbers)  # type: ignore[arg-type]


def _number(value: object) -> float | int | None:
    return value if value is None or isinstance(value, int) else float(value)  # type: ignore[arg-type]


def package_of(year: SchemeYear) -> Package | None:
    """What is sold in the year: named for it, else what the scheme has chosen for that day."""
    if year.package is not None:
        return year.package
    choice = standing_choice(year.scheme, on=year.starts_on)
    if choice is None or not choice.starts_on <= year.ends_on or choice.ends_on < year.starts_on:
        return None
    return choice.package


def benefits_of(year: SchemeYear) -> Mapping[str, str]:
    """Benefits that claims may be entered for, key to name, in the order of the package or assumptions.

    Those that claims are kept of stay, whatever became of the package.
    """
    package = package_of(year)
    names: dict[str, str] = {}
    if package is not None:
        terms = BenefitTerms.objects.beside(package).filter(package=package, covered=True)
        names = {
            term.benefit_risk.key: term.label or term.benefit_risk.name
            for term in terms.select_related("benefit_risk")
        }
    if not names:
        names = benefits_of_scheme(year.scheme)
    for row in year.claims.all():
        if row.benefit:
            names.setdefault(row.benefit, row.benefit)
    return names


def benefits_of_scheme(scheme: Scheme) -> dict[str, str]:
    """All benefits of the scheme's current assumptions, key to name."""
    return {risk.key: risk.name for risk in risks_of(assumption_set=current_set(scheme=scheme))}


def history_of(year: SchemeYear) -> QuerySet[AuditEntry]:
    """Who changed what in this year, the newest first."""
    return AuditEntry.objects.of(year.organisation).filter(
        subject_type=SchemeYear._meta.label_lower, subject_id=str(year.pk)
    )


def years_by_scheme(organisation: Organisation | None) -> dict[Scheme, Sequence[SchemeYear]]:
    """Every scheme of the organisation by name, with its years from the oldest to the newest."""
    schemes = list(Scheme.objects.of(organisation).live().order_by("name"))
    found: dict[UUID, list[SchemeYear]] = {scheme.pk: [] for scheme in schemes}
    years = SchemeYear.objects.of(organisation).filter(scheme__deleted_at=None)
    for year in years.order_by("starts_on").prefetch_related("claims"):
        found[year.scheme_id].append(year)
    return {scheme: found[scheme.pk] for scheme in schemes}
