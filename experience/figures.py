"""What is known of one scheme's year. Pure: the pages fill it from rows, the indicators read it.

Everything may be missing (None): an old year is often known by a few figures only, and a gap is shown as a
gap, never as 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemes.numbers import gettext_noop
from simulation.engine.refusal import Refused, require_at_least, require_number

MONTHS = 12
WHOLE_YEAR = 0
"""The month of claims that are known for the whole year only."""
ALL_BENEFITS = ""
"""The benefit of claims that are known for all benefits together only."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Claims of one benefit whose events happened in one month of the scheme's year.

    Attributes
    ----------
    benefit : str
        Key of the benefit; "" for all benefits together.
    month : int
        1 to 12, counted from the first day of the scheme's year; 0 where only the whole year is known.
    count : int or None
        Claims handed in, those rejected included.
    rejected : int or None
        Of these, how many were rejected.
    billed, paid : float or None
        Money: the bills handed in, and what the scheme paid.
    days_to_settle : float or None
        Mean days from handing in to payment.
    """

    benefit: str = ALL_BENEFITS
    month: int = WHOLE_YEAR
    count: int | None = None
    rejected: int | None = None
    billed: float | None = None
    paid: float | None = None
    days_to_settle: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.month <= MONTHS:
            raise Refused(field="month", problem=f"{self.month} is not a month from 1 to 12")
        for field in ("count", "rejected", "billed", "paid", "days_to_settle"):
            if (value := getattr(self, field)) is not None:
                require_at_least(field=field, value=value, lowest=0.0)
        if self.rejected is not None and self.count is not None and self.rejected > self.count:
            raise Refused(
                field="rejected", problem=f"{self.rejected} is more than the {self.count} claims handed in"
            )

    @property
    def settled(self) -> int | None:
        """Claims that were not rejected; None where either number is missing."""
        return None if self.count is None else self.count - (self.rejected or 0)


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    """One scheme's year.

    Attributes
    ----------
    starts : date
        First day; all policies run from it for twelve months.
    households, insured : int or None
        Households and persons covered.
    renewed_households, due_households : int or None
        Households of the year before that came again, of those whose cover ended and who could have.
    new_insured : int or None
        Persons covered for the first time.
    premium, subsidy : float or None
        Money collected from members; money from a donor or the state towards the premium.
    running_costs, interest : float or None
        Money spent on running the scheme; interest received.
    reserve : float or None
        Money in the scheme's reserve on the last day.
    technical_assistance : float or None
        Money spent, by whomever, on one-time help; its own line, never in the premium.
    outstanding_claims : float or None
        Of this year's events: handed in and not paid yet, money; besides what is entered as paid.
    cash, payables, liabilities : float or None
        Money at hand on the last day; what is to be paid within three months; all that is owed.
    reported_premium_per_household : float or None
        Where a report tells this figure alone.
    claims : tuple of Claims
        No benefit and month twice; a benefit has either months or the whole year.
    """

    starts: date
    households: int | None = None
    insured: int | None = None
    renewed_households: int | None = None
    due_households: int | None = None
    new_insured: int | None = None
    premium: float | None = None
    subsidy: float | None = None
    running_costs: float | None = None
    interest: float | None = None
    reserve: float | None = None
    technical_assistance: float | None = None
    outstanding_claims: float | None = None
    cash: float | None = None
    payables: float | None = None
    liabilities: float | None = None
    reported_premium_per_household: float | None = None
    claims: tuple[Claims, ...] = ()

    def __post_init__(self) -> None:
        for field in AMOUNTS:
            if (value := getattr(self, field)) is None:
                continue
            if field == "reserve":
                require_number(field=field, value=value)
            else:
                require_at_least(field=field, value=value, lowest=0.0)
        places = [(one.benefit, one.month) for one in self.claims]
        if len(set(places)) != len(places):
            raise Refused(field="claims", problem="a benefit has two lines for the same month")
        if problem := counted_twice(places):
            raise Refused(field="claims", problem=problem)

    @property
    def premium_per_household(self) -> float | None:
        """Money; from premium and households, else as reported."""
        found = quotient(self.premium, self.households)
        return self.reported_premium_per_household if found is None else found

    @property
    def premium_per_person(self) -> float | None:
        """Money a person a year."""
        return quotient(self.premium, self.insured)

    @property
    def paid(self) -> float | None:
        """Claims paid, money; None where nothing of them is known."""
        return _sum([one.paid for one in self.claims])

    @property
    def billed(self) -> float | None:
        """Bills handed in, money."""
        return _sum([one.billed for one in self.claims])

    @property
    def claim_count(self) -> int | None:
        """Claims handed in."""
        found = _sum([one.count for one in self.claims])
        return None if found is None else int(found)

    @property
    def rejected(self) -> int | None:
        """Claims rejected."""
        found = _sum([one.rejected for one in self.claims])
        return None if found is None else int(found)

    @property
    def claim_ratio(self) -> float | None:
        """Claims paid over premium, a share."""
        return quotient(self.paid, self.premium)

    def paid_by_month(self, benefit: str | None = None) -> tuple[float | None, ...]:
        """Money paid for the events of months 1 to 12, all benefits or one; None where a month is empty."""
        chosen = [one for one in self.claims if benefit is None or one.benefit == benefit]
        return tuple(
            _sum([one.paid for one in chosen if one.month == month]) for month in range(1, MONTHS + 1)
        )


CONTRADICTIONS = (
    ("renewed_not_covered", "renewed_households", "renewed_households", "households"),
    ("renewed_not_due", "renewed_households", "renewed_households", "due_households"),
    ("fewer_persons", "insured", "households", "insured"),
)
"""Code, the figure to look at, and which of two figures may not be above the other."""
TWICE_BY_BENEFIT = gettext_noop(
    "Some lines are for single benefits, others for all benefits together: their claims would count twice. "
    "Keep one kind, and empty the figures of the other."
)
TWICE_BY_MONTH = gettext_noop(
    "A benefit has a line for the whole year and lines for single months: its claims would count twice. Keep "
    "one kind, and empty the figures of the other."
)
AMOUNTS = (
    "households",
    "insured",
    "renewed_households",
    "due_households",
    "new_insured",
    "premium",
    "subsidy",
    "running_costs",
    "interest",
    "reserve",
    "technical_assistance",
    "outstanding_claims",
    "cash",
    "payables",
    "liabilities",
    "reported_premium_per_household",
)
"""The figures of a year that are one number, in the order in which they are asked for."""


def contradiction(values: Mapping[str, Any]) -> tuple[str, str]:
    """Of a year's figures the one that cannot stand beside another, and the code of why; "" twice if none."""
    for code, column, low, high in CONTRADICTIONS:
        less, more = values.get(low), values.get(high)
        if less is not None and more is not None and less > more:
            return column, code
    return "", ""


def counted_twice(places: Iterable[tuple[str, int]]) -> str:
    """Why these lines (benefit, month) would count claims twice; "" where they do not."""
    months: dict[str, set[int]] = {}
    for benefit, month in places:
        months.setdefault(benefit, set()).add(month)
    if ALL_BENEFITS in months and len(months) > 1:
        return TWICE_BY_BENEFIT
    if any(WHOLE_YEAR in found and len(found) > 1 for found in months.values()):
        return TWICE_BY_MONTH
    return ""


def quotient(above: float | None, below: float | None) -> float | None:
    """``above / below``; None where one is missing or there is nothing to divide by."""
    if above is None or not below:
        return None
    return above / below


def _sum(values: list[float | None] | list[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None
