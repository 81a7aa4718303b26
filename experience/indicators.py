"""What a year's figures say: the slides' tables, ten indicators, and openIMIS's codes. Pure.

Sources: the tables are those of "Pricing of Community Based Health Insurance Products" (Micro Insurance
Academy, 2018), slides "Results 1", "Results 2" and "Lessons Learnt 3". The ten indicators are those of Wipf
and Garand, "Performance Indicators for Microinsurance". The codes P1 to P12 and D1 to D7 are openIMIS's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experience.figures import YearFigures, quotient
from simulation.engine.refusal import Refused, require_above, require_at_least

INTEREST_RATE = 0.04
"""What the slides let a year's premium earn."""
MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Viability:
    """Whether what is left of the premium runs the scheme: one column of "Lessons Learnt 3".

    Attributes
    ----------
    households, insured : int
        Households and persons, above 0.
    premium : float
        Money collected in the year.
    claim_ratio : float
        Claims over premium, a share.
    interest_rate : float
        Yearly, on the whole premium.

    Notes
    -----
    ``excess = premium (1 - claim ratio)``, ``interest = rate premium``,
    ``a month = (excess + interest) / 12``.
    """

    households: int
    insured: int
    premium: float
    claim_ratio: float
    interest_rate: float = INTEREST_RATE

    def __post_init__(self) -> None:
        require_above(field="households", value=self.households, bound=0)
        require_above(field="insured", value=self.insured, bound=0)
        require_at_least(field="premium", value=self.premium, lowest=0.0)
        require_at_least(field="claim_ratio", value=self.claim_ratio, lowest=0.0)
        require_at_least(field="interest_rate", value=self.interest_rate, lowest=0.0)

    @classmethod
    def of(cls, year: YearFigures, *, interest_rate: float = INTEREST_RATE) -> Viability | None:
        """Of a year; None while households, insured, premium or claims are missing."""
        if not year.households or not year.insured or year.premium is None or year.claim_ratio is None:
            return None
        return cls(
            households=year.households,
            insured=year.insured,
            premium=year.premium,
            claim_ratio=year.claim_ratio,
            interest_rate=interest_rate,
        )

    @property
    def persons_per_household(self) -> float:
        return self.insured / self.households

    @property
    def premium_per_household(self) -> float:
        return self.premium / self.households

    @property
    def premium_per_person(self) -> float:
        return self.premium / self.insured

    @property
    def excess(self) -> float:
        """Premium left after claims, money; below 0 where claims were more."""
        return self.premium * (1.0 - self.claim_ratio)

    @property
    def interest(self) -> float:
        return self.interest_rate * self.premium

    @property
    def for_running_a_month(self) -> float:
        """Money a month that may be spent on running the scheme."""
        return (self.excess + self.interest) / MONTHS_A_YEAR


# ---- by year and scheme ------------------------------------------------------------------------------------
Series = Mapping[str, Mapping[int, float]]
"""A figure of each scheme (by name) in each year it is known for."""


@dataclass(frozen=True, kw_only=True)
class ByYear:
    """A figure by scheme and year, with its gaps, and the mean over the schemes of each year.

    Attributes
    ----------
    years : tuple of int
        Every year from the first to the last that is known, none left out.
    rows : mapping of scheme to tuple of float or None
        One figure a year; None is a gap.
    totals : tuple of float or None
        Unweighted mean over the schemes that have a figure for the year: every scheme counts once, however
        large it is.
    """

    years: tuple[int, ...]
    rows: Mapping[str, tuple[float | None, ...]]
    totals: tuple[float | None, ...]


def by_year(series: Series) -> ByYear:
    """Lay a figure out by year; nothing is filled in."""
    known = [year for row in series.values() for year in row]
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    rows = {name: tuple(row.get(year) for year in years) for name, row in series.items()}
    return ByYear(
        years=years,
        rows=rows,
        totals=tuple(mean_of_known([row[year] for row in series.values() if year in row]) for year in years),
    )


def mean_of_known(values: Sequence[float]) -> float | None:
    """Unweighted mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """ "Results 2" of any number of scheme years.

    Attributes
    ----------
    scheme_years : int
        Years of schemes that have a premium.
    policy_years : int
        Persons insured, summed over those years.
    premium, paid : float
        Money.
    largest : float
        The most that one scheme collected in one year.
    """

    scheme_years: int
    policy_years: int
    premium: float
    paid: float
    largest: float

    @property
    def premium_per_policy_year(self) -> float | None:
        """Money a person a year."""
        return quotient(self.premium, self.policy_years)

    @property
    def claim_ratio(self) -> float | None:
        """Cumulative: all claims over all premiums."""
        return quotient(self.paid, self.premium)

    @property
    def premium_per_scheme_year(self) -> float | None:
        """The average premium turn-over that one scheme handles in one year."""
        return quotient(self.premium, self.scheme_years)


def totals(years: Sequence[YearFigures]) -> Totals:
    """Over the years of which premium, persons and claims are known; the others would bend the ratios."""
    whole = [year for year in years if year.premium is not None and year.insured and year.paid is not None]
    return Totals(
        scheme_years=len(whole),
        policy_years=sum(year.insured or 0 for year in whole),
        premium=math.fsum(year.premium or 0.0 for year in whole),
        paid=math.fsum(year.paid or 0.0 for year in whole),
        largest=max((year.premium or 0.0 for year in whole), default=0.0),
    )


# ---- of each hundred ---------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class OfEachHundred:
    """Where each 100 of the money that came in went, in whole units that add up to 100.

    ``saved`` is below 0 where more went out than came in: so much was taken from the reserve.
    """

    claims: int
    running: int
    saved: int


def of_each_hundred(*, income: float, claims: float, running: float) -> OfEachHundred:
    """Shares of ``income`` (premium, subsidy and interest together), rounded by largest remainder.

    Raises
    ------
    Refused
        Where nothing came in.
    """
    require_above(field="income", value=income, bound=0.0)
    require_at_least(field="claims", value=claims, lowest=0.0)
    require_at_least(field="running", value=running, lowest=0.0)
    exact = (100.0 * claims / income, 100.0 * running / income, 100.0 * (income - claims - running) / income)
    spent, cost, saved = rounded_to(exact, total=100)
    return OfEachHundred(claims=spent, running=cost, saved=saved)


def rounded_to(parts: Sequence[float], *, total: int) -> tuple[int, ...]:
    """Whole numbers next to ``parts`` that add up to ``total``, by largest remainder; earlier parts win ties.

    Raises
    ------
    Refused
        Where the parts themselves do not add up to it.
    """
    if abs(math.fsum(parts) - total) > 1e-6 * max(1.0, *(abs(part) for part in parts)):
        raise Refused(field="parts", problem=f"add up to {math.fsum(parts):g}, not {total}")
    floors = [math.floor(part) for part in parts]
    short = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    return tuple(floor + (place in order[:short]) for place, floor in enumerate(floors))
