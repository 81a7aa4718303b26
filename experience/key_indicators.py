"""Ten indicators of microinsurance with their formulas, and openIMIS's codes of the same figures. Pure.

Sources: J. Wipf and D. Garand, "Performance Indicators for Microinsurance" (ADA and the Microinsurance
Network); openIMIS, "Indicators" of its documentation (P1 to P12 are counted, D1 to D7 derived).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from experience.figures import Claims, YearFigures, quotient
from schemes.numbers import gettext_noop
from simulation.engine.refusal import require_share

Unit = Literal["share", "days", "bands", "ratio", "number", "money"]
BANDS: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 30), (31, 90), (91, None))
"""Days from handing in to payment, both ends counted; the last has no end."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One figure and how it comes about.

    Attributes
    ----------
    number : int
        1 to 10, as the handbook counts them.
    key : str
    name, formula : str
        English; marked for translation.
    unit : {"share", "days", "bands", "ratio"}
    value : float or None
        None while a figure that it needs is missing.
    bands : tuple of float
        For promptness: share of settled claims in each of ``BANDS``.
    codes : tuple of str
        openIMIS's codes of the same figure, or of its parts.
    """

    number: int
    key: str
    name: str
    formula: str
    unit: Unit
    value: float | None
    bands: tuple[float, ...] = ()
    codes: tuple[str, ...] = ()


def key_indicators(
    year: YearFigures,
    *,
    before: YearFigures | None = None,
    target_persons: int | None = None,
    share_passed: float = 1.0,
) -> tuple[Indicator, ...]:
    """The ten indicators of a year.

    Parameters
    ----------
    year : YearFigures
    before : YearFigures or None
        The year before, for growth.
    target_persons : int or None
        People whom the scheme is for.
    share_passed : float
        Share of the year that has passed: so much of the premium is earned. 1 for a year that is over.

    Notes
    -----
    ``earned premium = premium x share of the year passed``;
    ``incurred claims = paid + still to be paid``, paid alone while nothing is known to be outstanding: claims
    are entered under the month in which people fell ill, so what is paid this year for the year before is not
    among them, and nothing is to be taken off for it.
    """
    require_share(field="share_passed", value=share_passed)
    earned = None if year.premium is None else year.premium * share_passed
    incurred = incurred_claims(year)
    interest = year.interest or 0.0
    net = (
        None
        if earned is None or incurred is None or year.running_costs is None
        else earned + (year.subsidy or 0.0) * share_passed + interest - incurred - year.running_costs
    )
    insured_before = None if before is None else before.insured
    more = None if year.insured is None or not insured_before else year.insured - insured_before
    bands = promptness(year.claims)
    assets = year.reserve if year.liabilities is not None else None
    return (
        Indicator(
            number=1,
            key="net_income",
            name=gettext_noop("Net income ratio"),
            formula=gettext_noop(
                "(earned premium + subsidy + interest − incurred claims − running costs) / earned premium"
            ),
            unit="share",
            value=quotient(net, earned),
        ),
        Indicator(
            number=2,
            key="expenses",
            name=gettext_noop("Incurred expense ratio"),
            formula=gettext_noop("running costs / earned premium"),
            unit="share",
            value=quotient(year.running_costs, earned),
        ),
        Indicator(
            number=3,
            key="claims",
            name=gettext_noop("Incurred claims ratio"),
            formula=gettext_noop(
                "incurred claims (paid and still to be paid for what happened in the year) / earned premium"
            ),
            unit="share",
            value=quotient(incurred, earned),
            codes=("D1", "P11", "P9"),
        ),
        Indicator(
            number=4,
            key="renewal",
            name=gettext_noop("Renewal ratio"),
            formula=gettext_noop("households that renewed / households that could have renewed"),
            unit="share",
            value=quotient(year.renewed_households, year.due_households),
            codes=("D2", "P5", "P4"),
        ),
        Indicator(
            number=5,
            key="coverage",
            name=gettext_noop("Coverage ratio"),
            formula=gettext_noop("persons insured / people the scheme is for"),
            unit="share",
            value=quotient(year.insured, target_persons),
            codes=("P6",),
        ),
        Indicator(
            number=6,
            key="growth",
            name=gettext_noop("Growth ratio"),
            formula=gettext_noop("(insured this year − insured last year) / insured last year"),
            unit="share",
            value=quotient(more, insured_before),
            codes=("P6",),
        ),
        Indicator(
            number=7,
            key="promptness",
            name=gettext_noop("Promptness of claims"),
            formula=gettext_noop(
                "share of settled claims paid within 7, 30 and 90 days; a month’s claims count by that "
                "month’s average"
            ),
            unit="bands",
            value=bands[0] if bands else None,
            bands=bands,
            codes=("D4",),
        ),
        Indicator(
            number=8,
            key="rejection",
            name=gettext_noop("Claims rejection ratio"),
            formula=gettext_noop("claims rejected / claims handed in"),
            unit="share",
            value=quotient(year.rejected, year.claim_count),
            codes=("D5", "P12", "P10"),
        ),
        Indicator(
            number=9,
            key="solvency",
            name=gettext_noop("Solvency ratio"),
            formula=gettext_noop("reserve / all that is owed"),
            unit="ratio",
            value=quotient(assets, year.liabilities),
        ),
        Indicator(
            number=10,
            key="liquidity",
            name=gettext_noop("Liquidity ratio"),
            formula=gettext_noop("cash at hand / what is to be paid within three months"),
            unit="ratio",
            value=quotient(year.cash, year.payables),
        ),
    )


def incurred_claims(year: YearFigures) -> float | None:
    """What the events of the year have cost and will, money; None while nothing is known to be paid."""
    return None if year.paid is None else year.paid + (year.outstanding_claims or 0.0)


def promptness(claims: Sequence[Claims]) -> tuple[float, ...]:
    """Share of settled claims in each of ``BANDS``; empty while no line has both a count and days.

    Only the average of a line (a benefit's month) is known: all its claims count in that average's band.
    """
    counts = [0] * len(BANDS)
    for one in claims:
        if one.days_to_settle is not None and one.settled:
            counts[_band(one.days_to_settle)] += one.settled
    total = sum(counts)
    return tuple(count / total for count in counts) if total else ()


def _band(days: float) -> int:
    return next(place for place, (_low, high) in enumerate(BANDS) if high is None or days <= high)


def mean_days_to_settle(claims: Sequence[Claims]) -> float | None:
    """Over all settled claims with known days; None where there are none."""
    known = [
        (one.settled, one.days_to_settle) for one in claims if one.settled and one.days_to_settle is not None
    ]
    total = sum(count for count, _days in known)
    return sum(count * days for count, days in known) / total if total else None


# ---- openIMIS ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Code:
    """A figure under openIMIS's code; ``value`` is None while it is not known here."""

    code: str
    name: str
    unit: Unit
    value: float | None


def openimis_codes(
    year: YearFigures, *, before: YearFigures | None = None, share_passed: float = 1.0
) -> tuple[Code, ...]:
    """P1 to P12 and D1 to D7; a household's cover is a policy, a person an insuree.

    P3 (suspended policies), D8 and D9 (satisfaction, feedback) are not asked for here and left out.
    """
    available = None if year.premium is None else year.premium * share_passed
    renewed = year.renewed_households
    new = None if year.households is None or renewed is None else year.households - renewed
    accepted = None if year.claim_count is None else year.claim_count - (year.rejected or 0)
    before_policies = None if before is None else before.households
    return (
        Code(code="P1", name=gettext_noop("Policies"), unit="number", value=year.households),
        Code(code="P2", name=gettext_noop("New policies"), unit="number", value=new),
        Code(code="P4", name=gettext_noop("Policies that ended"), unit="number", value=year.due_households),
        Code(code="P5", name=gettext_noop("Renewals"), unit="number", value=renewed),
        Code(code="P6", name=gettext_noop("Persons insured"), unit="number", value=year.insured),
        Code(code="P7", name=gettext_noop("New persons insured"), unit="number", value=year.new_insured),
        Code(code="P8", name=gettext_noop("Contributions collected"), unit="money", value=year.premium),
        Code(
            code="P9", name=gettext_noop("Contributions for the time passed"), unit="money", value=available
        ),
        Code(code="P10", name=gettext_noop("Claims"), unit="number", value=year.claim_count),
        Code(code="P11", name=gettext_noop("Amount paid for claims"), unit="money", value=year.paid),
        Code(code="P12", name=gettext_noop("Claims rejected"), unit="number", value=year.rejected),
        Code(
            code="D1",
            name=gettext_noop("Claims paid over contributions (P11 / P9)"),
            unit="share",
            value=quotient(year.paid, available),
        ),
        Code(
            code="D2",
            name=gettext_noop("Renewals over policies that ended (P5 / P4)"),
            unit="share",
            value=quotient(renewed, year.due_households),
        ),
        Code(
            code="D3",
            name=gettext_noop("New policies over last year’s policies (P2 / P1)"),
            unit="share",
            value=quotient(new, before_policies),
        ),
        Code(
            code="D4",
            name=gettext_noop("Mean days from handing in to payment"),
            unit="days",
            value=mean_days_to_settle(year.claims),
        ),
        Code(
            code="D5",
            name=gettext_noop("Claims accepted ((P10 − P12) / P10)"),
            unit="share",
            value=quotient(accepted, year.claim_count),
        ),
        Code(
            code="D6",
            name=gettext_noop("Claims a person (P10 / P6)"),
            unit="ratio",
            value=quotient(year.claim_count, year.insured),
        ),
        Code(
            code="D7",
            name=gettext_noop("Amount paid a claim (P11 / P10)"),
            unit="money",
            value=quotient(year.paid, year.claim_count),
        ),
    )
