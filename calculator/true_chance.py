"""How often a scheme that charges its premium is really bankrupt, and how much of that is the survey's doing.

The premium's own formula takes yearly payouts to be normal and the assumptions to be right. Beside the
nominal chance:

- *skewness*: P(S > N x premium with risk loading), S the exact yearly payout of the scheme's whole families
  and N their persons; no admin, reserve or interest on either side, and always the true (joint) payouts;
- *survey error*: that chance averaged over surveys that might have been, each drawn from the stated
  assumptions, fitted again, priced with its own figures, and tested against the stated assumptions
  (parametric bootstrap).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.case_value import Case
from calculator.premium import PremiumBreakdown, normal_quantile
from calculator.survey_draws import Strata, draw_surveys
from calculator.survey_pricing import PricedSurveys, price_drawn
from simulation.engine.exact import price_exact
from simulation.engine.moments import Check, PackageMoments
from simulation.engine.refusal import Refused
from simulation.engine.scheme import SchemeDistribution, scheme_distribution

Array = NDArray[Any]

SURVEYS = 256
BLOCKS = 8
SEED = 20180802
RANGE = (0.025, 0.975)
LARGEST_FACTOR = 1e6


@dataclass(frozen=True, kw_only=True)
class SurveyRisk:
    """What the survey's own error does; money is PPPY.

    Attributes
    ----------
    chance, standard_error : float
        Average true chance of bankruptcy over the surveys, and the standard error of that average.
    surveys : int
    pure_standard_error : float
        Spread of the pure premium from survey to survey: its standard error.
    total_low, total_high : float
        95 in 100 surveys give a total premium between these.
    restoring_factor : float
        What every premium must be multiplied by to bring the average chance back to the nominal one.
    restoring_with_risk, restoring_total : float
        The premium with risk loading, and in total, times that.
    without_exposure : tuple of str
        Covered benefits without survey person-years: taken to be known.
    """

    chance: float
    standard_error: float
    surveys: int
    pure_standard_error: float
    total_low: float
    total_high: float
    restoring_factor: float
    restoring_with_risk: float
    restoring_total: float
    without_exposure: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TrueChance:
    """Chances of bankruptcy in a year.

    Attributes
    ----------
    nominal, skewness : float
        The chance priced for, and the exact one.
    survey : SurveyRisk or None
        With survey error; None without exposures.
    failed_checks : tuple of Check
        What the scheme's distribution found wrong with itself.
    """

    nominal: float
    skewness: float
    survey: SurveyRisk | None
    failed_checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LargerSurvey:
    """How much larger every survey must be for the chance to come down to ``target``.

    Attributes
    ----------
    target : float
    factor : float
        Person-years needed over those there are; 1 where they are enough.
    further_person_years : tuple of float or None
        By benefit, in the package's order; None without an exposure.
    chance, standard_error : float
        Average true chance with surveys that large, and its standard error.
    """

    target: float
    factor: float
    further_person_years: tuple[float | None, ...]
    chance: float
    standard_error: float


def true_chance(
    *,
    case: Case,
    premium: PremiumBreakdown,
    moments: PackageMoments | None = None,
    surveys: int = SURVEYS,
    seed: int = SEED,
) -> TrueChance:
    """The true chance of bankruptcy of a scheme that charges ``premium.with_risk``.

    Parameters
    ----------
    case : Case
        Its exposures (survey person-years) make the survey part; without any that part is None.
    premium : PremiumBreakdown
        What is charged.
    moments : PackageMoments or None
        ``price_exact(case.package)`` where it is known already.
    surveys : int
        Surveys drawn, a multiple of 8.
    seed : int
        Of their random numbers; the same seed gives the same figures.
    """
    moments = price_exact(case.package) if moments is None else moments
    scheme = scheme_distribution(case.package, case.community.persons, moments=moments)
    skewness = scheme.probability_above(scheme.persons * premium.with_risk)
    survey: SurveyRisk | None = None
    survey_checks: tuple[Check, ...] = ()
    if any(exposure is not None for exposure in case.exposures):
        try:
            priced = _price_surveys(case, moments, surveys=surveys, seed=seed)
            survey = _survey_risk(case, premium, scheme, priced)
        except (ArithmeticError, Refused):
            # Some survey that might have been cannot be priced at all; the exact chance stands all the same.
            survey_checks = (Check(name="survey error", error=math.inf, tolerance=0.0, about="scheme"),)
    return TrueChance(
        nominal=case.loadings.chance_of_bankruptcy,
        skewness=skewness,
        survey=survey,
        failed_checks=(*(c for c in scheme.checks if c.about == "scheme" and not c.passed), *survey_checks),
    )


def person_years_needed(
    *,
    case: Case,
    premium: PremiumBreakdown,
    moments: PackageMoments | None = None,
    target: float | None = None,
    surveys: int = SURVEYS,
    seed: int = SEED,
) -> LargerSurvey | None:
    """How many further person-years bring the true chance, survey error included, down to ``target``.

    More survey can only take away the survey's part: by default the target is one point above what is left
    without it (or above the nominal chance if that is more). The chance is taken to fall as
    ``Phi(-z / sqrt(1 + r / factor))``, r being the survey's variance over that of a year; surveys so large
    are then tried, and the factor is corrected twice.

    Returns
    -------
    LargerSurvey or None
        None without exposures, or where the target lies below what the largest survey could reach.
    """
    if all(exposure is None for exposure in case.exposures):
        return None
    moments = price_exact(case.package) if moments is None else moments
    scheme = scheme_distribution(case.package, case.community.persons, moments=moments)
    floor = scheme.probability_above(scheme.persons * premium.with_risk)
    target = max(floor, case.loadings.chance_of_bankruptcy) + 0.01 if target is None else target
    if not floor < target < 0.5:
        return None
    factor = 1.0
    chance, error = _chance_with(case, scheme, moments, factor=factor, surveys=surveys, seed=seed)
    wanted = _variance_ratio(floor, target)
    for _ in range(3):
        if factor == 1.0 and chance <= target:
            break
        factor = min(max(1.0, factor * _variance_ratio(floor, chance) / wanted), LARGEST_FACTOR)
        chance, error = _chance_with(case, scheme, moments, factor=factor, surveys=surveys, seed=seed)
    return LargerSurvey(
        target=target,
        factor=factor,
        further_person_years=tuple(None if e is None else (factor - 1.0) * e for e in case.exposures),
        chance=chance,
        standard_error=error,
    )


def _variance_ratio(floor: float, chance: float) -> float:
    """r with Phi(-z / sqrt(1 + r)) = chance, z belonging to ``floor``."""
    z, reached = normal_quantile(floor), normal_quantile(min(max(chance, floor + 1e-6), 0.499))
    return max((z / reached) ** 2 - 1.0, 1e-9)


def _chance_with(
    case: Case,
    scheme: SchemeDistribution,
    moments: PackageMoments,
    *,
    factor: float,
    surveys: int,
    seed: int,
) -> tuple[float, float]:
    priced = _price_surveys(case, moments, surveys=surveys, seed=seed, larger=factor)
    return _averaged(scheme.probabilities_above(scheme.persons * priced.with_risk))


def _averaged(chances: Array) -> tuple[float, float]:
    """Average, and its standard error from the spread of the blocks, each a whole Latin hypercube."""
    blocks = chances.reshape(BLOCKS, -1).mean(axis=1)
    return float(chances.mean()), float(blocks.std(ddof=1)) / math.sqrt(BLOCKS)


def _survey_risk(
    case: Case, premium: PremiumBreakdown, scheme: SchemeDistribution, priced: PricedSurveys
) -> SurveyRisk:
    chance, error = _averaged(scheme.probabilities_above(scheme.persons * priced.with_risk))
    factor = _restoring_factor(scheme, priced.with_risk, case.loadings.chance_of_bankruptcy)
    low, high = np.quantile(priced.with_risk, RANGE) * case.loadings.factor
    return SurveyRisk(
        chance=chance,
        standard_error=error,
        surveys=len(priced.pure),
        pure_standard_error=float(priced.pure.std(ddof=1)),
        total_low=float(low),
        total_high=float(high),
        restoring_factor=factor,
        restoring_with_risk=factor * premium.with_risk,
        restoring_total=factor * premium.total,
        without_exposure=_without_exposure(case),
    )


def _without_exposure(case: Case) -> tuple[str, ...]:
    known = {b.name: e for b, e in zip(case.package.benefits, case.exposures, strict=True)}
    return tuple(
        benefit.name
        for benefit in case.package.benefits
        if benefit.covered
        and known[benefit.name] is None
        and known[benefit.linked_to or benefit.name] is None
    )


def _restoring_factor(scheme: SchemeDistribution, with_risk: Array, nominal: float) -> float:
    """The multiple of every survey's premium at which the average chance is the nominal one, by bisection."""

    def average(factor: float) -> float:
        return float(scheme.probabilities_above(scheme.persons * factor * with_risk).mean())

    if average(1.0) == 0.0:
        return 1.0
    low, high = 0.0, 1.0
    while average(high) > nominal and high < LARGEST_FACTOR:
        high *= 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if average(middle) > nominal else (low, middle)
    return high


def _price_surveys(
    case: Case, moments: PackageMoments, *, surveys: int, seed: int, larger: float = 1.0
) -> PricedSurveys:
    """Every survey's own premium."""
    if surveys < 2 * BLOCKS or surveys % BLOCKS:
        raise ValueError(f"surveys: {surveys} is not a multiple of {BLOCKS}, at least {2 * BLOCKS}")
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = draw_surveys(case, strata=Strata(rng, surveys=surveys, blocks=BLOCKS), larger=larger)
    return price_drawn(case, moments, drawn)
