"""What the audit trail keeps of a package: its own fields, and the terms of every benefit it covers."""

from __future__ import annotations

from typing import Any

from accounts.trail import What, record, snapshot
from calculator.models import Package


def package_snapshot(package: Package) -> dict[str, Any]:
    """As it is in the database now, two queries; a benefit that is not covered has no terms to keep."""
    now = Package.objects.beside(package).select_related("assumption_set").get(pk=package.pk)
    terms = {
        f"{row.benefit_risk.name}.{name}": value
        for row in now.terms.select_related("benefit_risk")
        if row.covered
        for name, value in snapshot(row).items()
    }
    return snapshot(now, assumptions=now.assumption_set.number, **terms)


def record_package(
    what: What, package: Package, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    record(what=what, subject=package, scheme=package.scheme_id, package=package, before=before, after=after)
