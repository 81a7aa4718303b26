"""Which input moves the premium most: each low and high, everything else as it is (a tornado picture)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from calculator.case_value import Case
from calculator.premium import price_premium
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.frequency import HIGHEST_INCIDENCE, Bernoulli
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms, WageTerms

Input = Literal["incidence", "cost", "caps", "take_up", "chance_of_bankruptcy"]

CHANGE = 0.2
"""Incidence, cost and caps are moved by a fifth down and up."""
TAKE_UPS = (0.5, 1.0)
CHANCES = (0.10, 0.01)


@dataclass(frozen=True, kw_only=True)
class Swing:
    """What one input does to the total premium, money PPPY.

    Attributes
    ----------
    what : str
        Code of the input: incidence, cost, caps, take_up or chance_of_bankruptcy.
    low, high : float
        The values tried: a factor on what is stated (0.8 and 1.2), a share of the inhabitants, or a chance.
    at_low, at_high : float
        Total premium there.
    """

    what: Input
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How far apart the two totals are."""
        return abs(self.at_high - self.at_low)


def sensitivity(
    *, case: Case, moments: PackageMoments | None = None, inhabitants: int | None = None
) -> tuple[Swing, ...]:
    """Every input's swing, the widest first.

    Parameters
    ----------
    case : Case
    moments : PackageMoments or None
        ``price_exact(case.package)`` where it is known already.
    inhabitants : int or None
        Of the place; the take-up is tried at a half and the whole of them. None leaves the take-up out.
    """
    moments = price_exact(case.package) if moments is None else moments
    low, high = 1.0 - CHANGE, 1.0 + CHANGE
    moves: tuple[tuple[Input, Callable[[Package, float], Package]], ...] = (
        ("incidence", with_incidence),
        ("cost", with_cost),
        ("caps", with_caps),
    )
    swings = [
        Swing(
            what=what,
            low=low,
            high=high,
            at_low=_repriced(case, move(case.package, low)),
            at_high=_repriced(case, move(case.package, high)),
        )
        for what, move in moves
    ]
    if inhabitants is not None:
        swings.append(_swing_of_take_up(case, moments, inhabitants))
    chances = [
        _total(replace(case, loadings=replace(case.loadings, chance_of_bankruptcy=chance)), moments)
        for chance in CHANCES
    ]
    swings.append(
        Swing(
            what="chance_of_bankruptcy",
            low=CHANCES[0],
            high=CHANCES[1],
            at_low=chances[0],
            at_high=chances[1],
        )
    )
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def _swing_of_take_up(case: Case, moments: PackageMoments, inhabitants: int) -> Swing:
    totals = [
        _total(
            replace(case, community=replace(case.community, persons=max(1, round(inhabitants * share)))),
            moments,
        )
        for share in TAKE_UPS
    ]
    return Swing(what="take_up", low=TAKE_UPS[0], high=TAKE_UPS[1], at_low=totals[0], at_high=totals[1])


def _total(case: Case, moments: PackageMoments) -> float:
    return price_premium(
        moments=moments,
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    ).total


def _repriced(case: Case, package: Package) -> float:
    return _total(replace(case, package=package), price_exact(package))


def _each(package: Package, change: Callable[[Benefit], Benefit]) -> Package:
    return replace(package, benefits=tuple(change(benefit) for benefit in package.benefits))


def with_incidence(package: Package, factor: float) -> Package:
    """The package with every incidence multiplied, as far as a law of counts allows."""

    def moved(benefit: Benefit) -> Benefit:
        frequency = benefit.frequency
        if frequency is None:
            return benefit
        most = 1.0 if isinstance(frequency, Bernoulli) else HIGHEST_INCIDENCE
        return replace(
            benefit, frequency=replace(frequency, incidence=min(frequency.incidence * factor, most))
        )

    return _each(package, moved)


def with_cost(package: Package, factor: float) -> Package:
    """The package with every event's cost multiplied; of days lost, those after the first."""

    def moved(benefit: Benefit) -> Benefit:
        severity = benefit.severity
        if severity is None or (isinstance(benefit.terms, WageTerms) and isinstance(severity, Empirical)):
            return benefit  # a sample of whole days cannot be stretched
        return replace(benefit, severity=_scaled(severity, factor))

    return _each(package, moved)


def _scaled(severity: Severity, factor: float) -> Severity:
    if isinstance(severity, Empirical):
        return replace(severity, values=tuple(value * factor for value in severity.values))
    if isinstance(severity, Constant):
        return replace(severity, value=severity.value * factor)
    if isinstance(severity, DayLaw):
        return replace(severity, mean=1.0 + (severity.mean - 1.0) * factor)
    return replace(severity, mean=severity.mean * factor)


def with_caps(package: Package, factor: float) -> Package:
    """The package with every event cap, family cap and package-wide cap multiplied; no cap stays none."""

    def moved(benefit: Benefit) -> Benefit:
        terms = benefit.terms
        if isinstance(terms, CostTerms):
            terms = replace(terms, event_cap=terms.event_cap * factor)
        return replace(benefit, terms=replace(terms, family_cap=terms.family_cap * factor))

    cap = package.family_cap
    return replace(_each(package, moved), family_cap=cap * factor if math.isfinite(cap) else cap)
