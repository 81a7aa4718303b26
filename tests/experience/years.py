"""A year with figures and claims, for pages to show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from calculator.models import Package
from experience.actions import change_claims, open_year
from experience.models import ProviderDecision, SchemeYear
from experience.provider_actions import add_decision
from experience.sheet import ClaimsLine
from schemes.models import Scheme


def make_year(scheme: Scheme, package: Package | None = None) -> SchemeYear:
    """Seven months of a scheme of 4,950 members."""
    figures = {
        "package": package,
        "households": 2_100,
        "insured": 4_950,
        "premium": Decimal(2_250_000),
        "running_costs": Decimal(420_000),
        "technical_assistance": Decimal(150_000),
        "note": "From the ledger.",
    }
    year = open_year(scheme=scheme, starts_on=date(2026, 4, 1), values=figures)
    values = {
        "count": 40,
        "rejected": 2,
        "billed": Decimal(60_000),
        "paid": Decimal(30_000),
        "days_to_settle": 21.0,
    }
    lines = [
        ClaimsLine(row=month, benefit=benefit, month=month, values=values)
        for month in range(1, 8)
        for benefit in ("hospitalisation", "injury")
    ]
    return change_claims(year=year, seen_version=1, lines=lines)


def make_decision(scheme: Scheme) -> ProviderDecision:
    """A clinic whose bills are refused."""
    values = {
        "facility": "Sunrise Nursing Home, near the bus stand",
        "decided_on": date(2026, 6, 1),
        "decision": "No bills accepted: operations that were not done.",
        "committee": "Claims committee of the federation",
    }
    return add_decision(scheme=scheme, values=values)
