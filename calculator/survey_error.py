"""Survey error in money: how far the premium may be off because other families might have been asked.

Every resample of a fitted survey (or, where only person-years are known, every survey drawn from the stated
assumptions) is priced with its own figures through the exact engine's arithmetic. Their spread is the range
on the premium; the chance that a scheme which charges such a premium is bankrupt, averaged over them, is the
true one. Its causes one by one:

    nominal       what the formula asks for
    skewness      P(S > N x premium): the exact yearly payout, figures taken to be right
    survey        that chance averaged over the surveys' premiums
    shock         that chance averaged over years: every incidence times one gamma factor of mean 1 and
                  coefficient of variation ``shock``, the same for the whole scheme (an epidemic year)
    together      averaged over both

    prediction loading = z sqrt(sigma^2 / n + Var(pure over surveys))

replaces ``z sigma / sqrt(n)`` where a scheme wants its survey's doubt in the premium (Bühlmann and Gisler
2005, ch. 1: prediction variance = process variance + estimation variance).

A dearer premium is judged by what every survey would then have asked: its own premium times the same factor,
for a survey that found little would have found a small error too. So premiums are compared by one rule, and
a higher one never has a higher chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.case_value import Case
from calculator.premium import PremiumBreakdown
from calculator.shocked_year import ShockedYear
from calculator.survey_draws import Strata, draw_surveys
from calculator.survey_pricing import PricedSurveys, price_drawn
from calculator.survey_resampled import Fitted, resampled_surveys
from simulation.engine.exact import price_exact
from simulation.engine.moments import Check, PackageMoments
from simulation.engine.refusal import Refused, require_at_least
from simulation.engine.scheme import scheme_distribution

Array = NDArray[Any]

RANGE = (0.025, 0.975)
DRAWN, BLOCKS = 512, 8
SEED = 20180802
HIGHEST_SHOCK = 1.0
LARGEST_FACTOR = 1e6
MOST_LARGER = 1000


@dataclass(frozen=True, kw_only=True)
class BenefitError:
    """One benefit's pure premium with its range, money PPPY.

    Attributes
    ----------
    name : str
    pure, low, high, standard_error : float
        95 in 100 surveys give a pure premium between ``low`` and ``high``.
    source : str
        "resamples", "person-years" (drawn from the stated law), or "known" (nobody was asked: no doubt can
        be stated).
    """

    name: str
    pure: float
    low: float
    high: float
    standard_error: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Chances:
    """True chances of bankruptcy in a year, cause by cause; the module says what each is.

    ``standard_error`` is that of ``survey``, for the surveys are a sample; ``shock`` and ``together`` equal
    ``skewness`` and ``survey`` where no shock is asked for.
    """

    nominal: float
    skewness: float
    survey: float
    standard_error: float
    shock: float
    together: float
    with_prediction_loading: float


@dataclass(frozen=True, kw_only=True)
class SurveyError:
    """What the survey leaves unsure; money is PPPY.

    Attributes
    ----------
    surveys : int
        Priced.
    benefits : tuple of BenefitError
        Covered ones, in the package's order, before any package-wide cap.
    pure, pure_low, pure_high, pure_standard_error : float
    with_risk_low, with_risk_high, total_low, total_high : float
        What 95 in 100 surveys would ask.
    process_deviation : float
        sigma / sqrt(n): a year's chance alone.
    prediction_deviation : float
        The root of its square and that of ``pure_standard_error``.
    prediction_loading, prediction_with_risk, prediction_total : float
        The risk loading that allows for the survey, and the premium with it.
    chances : Chances
    restoring_factor, restoring_with_risk, restoring_total : float
        What every premium must be multiplied by, and what it then is, for ``chances.together`` to be the
        nominal chance.
    failed_checks : tuple of Check
    """

    surveys: int
    benefits: tuple[BenefitError, ...]
    pure: float
    pure_low: float
    pure_high: float
    pure_standard_error: float
    with_risk_low: float
    with_risk_high: float
    total_low: float
    total_high: float
    process_deviation: float
    prediction_deviation: float
    prediction_loading: float
    prediction_with_risk: float
    prediction_total: float
    chances: Chances
    restoring_factor: float
    restoring_with_risk: float
    restoring_total: float
    failed_checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class MoreHouseholds:
    """What asking more households would do.

    Attributes
    ----------
    households : int
        Further ones.
    chance : float
        True chance of bankruptcy then, survey error and shock together.
    standard_error : float
    pure_standard_error : float
        Of the pure premium then, money PPPY.
    reachable : bool
        Whether ``chance`` is at the target; True where no target was asked for.
    """

    households: int
    chance: float
    standard_error: float
    pure_standard_error: float
    reachable: bool = True


class SurveyErrorModel:
    """A case with the surveys behind it, ready to be asked several questions.

    Parameters
    ----------
    case : Case
    premium : PremiumBreakdown
        What is charged.
    fitted : Fitted or None
        A fitted survey; None draws from the case's exposures alone.
    moments : PackageMoments or None
        ``price_exact(case.package)`` where it is known already.
    shock : float
        Coefficient of variation of the common yearly factor on incidence; 0 for none.
    seed : int

    Raises
    ------
    Refused
        The shock is not between 0 and 1.
    """

    def __init__(
        self,
        *,
        case: Case,
        premium: PremiumBreakdown,
        fitted: Fitted | None = None,
        moments: PackageMoments | None = None,
        shock: float = 0.0,
        seed: int = SEED,
    ) -> None:
        require_at_least(field="shock", value=shock, lowest=0.0)
        if shock > HIGHEST_SHOCK:
            raise Refused(field="shock", problem=f"{shock:g} is above {HIGHEST_SHOCK:g}; give 0.15 for 15 %")
        self.case = case
        self.premium = premium
        self.fitted = fitted if fitted is not None and fitted.resamples.number else None
        self.moments = price_exact(case.package) if moments is None else moments
        self.seed = seed
        self.scheme = scheme_distribution(case.package, case.community.persons, moments=self.moments)
        """Its payout in a year without a shock."""
        self.year = ShockedYear(case=case, plain=self.scheme, shock=shock)
        self._priced: dict[float, PricedSurveys] = {}

    def priced(self, larger: float = 1.0) -> PricedSurveys:
        """Every survey's premiums, each survey ``larger`` times as large as it was."""
        if larger not in self._priced:
            rng = np.random.default_rng(np.random.SeedSequence(self.seed))
            if self.fitted is not None:
                drawn = resampled_surveys(self.case, self.fitted, rng=rng, larger=larger)
            else:
                strata = Strata(rng, surveys=DRAWN, blocks=BLOCKS)
                drawn = draw_surveys(self.case, strata=strata, larger=larger)
            self._priced[larger] = price_drawn(self.case, self.moments, drawn)
        return self._priced[larger]

    def short(self, with_risk: Array) -> Array:
        """Chance that a year's payouts exceed each premium, averaged over shocks, shape of ``with_risk``."""
        return self.year.probabilities_above(self.scheme.persons * with_risk)

    def chance_at(self, factor: float) -> float:
        """True chance of bankruptcy where every survey's premium is multiplied by ``factor``."""
        return float(self.short(factor * self.priced().with_risk).mean())

    def error(self) -> SurveyError:
        """Ranges, prediction loading, chances and what restores them."""
        priced, loadings = self.priced(), self.case.loadings
        premium = self.premium
        pure_se = float(priced.pure.std(ddof=1))
        process = premium.sigma / math.sqrt(self.case.community.persons)
        prediction = math.hypot(process, pure_se)
        loading = loadings.z * prediction
        pure_low, pure_high = (float(one) for one in np.quantile(priced.pure, RANGE))
        low, high = (float(one) for one in np.quantile(priced.with_risk, RANGE))
        factor = self._restoring()
        prediction_factor = (premium.pure + loading) / premium.with_risk if premium.with_risk else 1.0
        return SurveyError(
            surveys=len(priced.pure),
            benefits=self._benefits(priced),
            pure=premium.pure,
            pure_low=pure_low,
            pure_high=pure_high,
            pure_standard_error=pure_se,
            with_risk_low=low,
            with_risk_high=high,
            total_low=low * loadings.factor,
            total_high=high * loadings.factor,
            process_deviation=process,
            prediction_deviation=prediction,
            prediction_loading=loading,
            prediction_with_risk=premium.pure + loading,
            prediction_total=(premium.pure + loading) * loadings.factor,
            chances=self._chances(priced, prediction_factor),
            restoring_factor=factor,
            restoring_with_risk=factor * premium.with_risk,
            restoring_total=factor * premium.total,
            failed_checks=tuple(c for c in self.scheme.checks if c.about == "scheme" and not c.passed),
        )

    def with_more(self, *, households: int, asked: int) -> MoreHouseholds:
        """What ``households`` further ones would do, ``asked`` having been asked.

        All deviations of the surveys shrink by the root of how many more are asked: the same kinds of
        villages, the same questions.
        """
        if households < 0 or asked < 1:
            raise Refused(field="households", problem="further ones are at least 0, those asked at least 1")
        larger = (asked + households) / asked
        priced = self.priced(larger)
        chances = self.short(priced.with_risk)
        return MoreHouseholds(
            households=households,
            chance=float(chances.mean()),
            standard_error=self._standard_error(chances),
            pure_standard_error=float(priced.pure.std(ddof=1)),
        )

    def households_needed(self, *, asked: int, target: float | None = None) -> MoreHouseholds:
        """About the fewest further households that bring the true chance to ``target``, within 3 %.

        More survey can only take away the survey's part: by default the target is one point above the chance
        that is left without it, or above the nominal one if that is more.
        """
        floor = float(self.short(np.array([self.premium.with_risk]))[0])
        wanted = max(floor, self.case.loadings.chance_of_bankruptcy) + 0.01 if target is None else target
        low, best = 0, self.with_more(households=0, asked=asked)
        if best.chance <= wanted:
            return best
        while best.chance > wanted and best.households < MOST_LARGER * asked:
            low = max(best.households, 1)
            best = self.with_more(households=4 * max(best.households, asked // 4, 1), asked=asked)
        if best.chance > wanted:
            return replace(best, reachable=False)
        return self._bisected(asked, wanted, low, best)

    def _bisected(self, asked: int, wanted: float, low: int, best: MoreHouseholds) -> MoreHouseholds:
        while best.households > 1.03 * low and best.households - low > 1:
            middle = round(math.sqrt(low * best.households))
            tried = self.with_more(households=middle, asked=asked)
            if tried.chance <= wanted:
                best = tried
            else:
                low = middle
        return best

    def _benefits(self, priced: PricedSurveys) -> tuple[BenefitError, ...]:
        stated = {moments.name: moments.pure for moments in self.moments.benefits}
        found = []
        for benefit, own, source in zip(
            self.case.package.benefits, priced.benefits, self._sources(), strict=True
        ):
            if not benefit.covered:
                continue
            low, high = np.quantile(own, RANGE)
            found.append(
                BenefitError(
                    name=benefit.name,
                    pure=stated[benefit.name],
                    low=float(low),
                    high=float(high),
                    standard_error=float(own.std(ddof=1)),
                    source=source,
                )
            )
        return tuple(found)

    def _sources(self) -> Sequence[str]:
        """What is behind each benefit; a linked one without an exposure has its parent's."""
        exposures = {
            benefit.name: exposure
            for benefit, exposure in zip(self.case.package.benefits, self.case.exposures, strict=True)
        }
        sources = []
        for benefit in self.case.package.benefits:
            if self.fitted is not None and self.fitted.behind(benefit) is not None:
                sources.append("resamples")
                continue
            asked = exposures[benefit.name] or exposures[benefit.linked_to or benefit.name]
            sources.append("known" if asked is None else "person-years")
        return sources

    def _chances(self, priced: PricedSurveys, prediction_factor: float) -> Chances:
        charged = np.array([self.premium.with_risk])
        scheme = self.scheme
        of_surveys = scheme.probabilities_above(scheme.persons * priced.with_risk)
        return Chances(
            nominal=self.case.loadings.chance_of_bankruptcy,
            skewness=float(scheme.probabilities_above(scheme.persons * charged)[0]),
            survey=float(of_surveys.mean()),
            standard_error=self._standard_error(of_surveys),
            shock=float(self.short(charged)[0]),
            together=self.chance_at(1.0),
            with_prediction_loading=self.chance_at(prediction_factor),
        )

    def _standard_error(self, chances: Array) -> float:
        """Of their mean: resamples are independent; drawn surveys are spread evenly within each block."""
        if self.fitted is not None:
            return float(chances.std(ddof=1)) / math.sqrt(len(chances))
        return float(chances.reshape(BLOCKS, -1).mean(axis=1).std(ddof=1)) / math.sqrt(BLOCKS)

    def _restoring(self) -> float:
        """The multiple of every premium at which the average chance is the nominal one, by bisection."""
        nominal, average = self.case.loadings.chance_of_bankruptcy, self.chance_at
        if average(1.0) == 0.0:
            return 1.0
        low, high = 0.0, 1.0
        while average(high) > nominal and high < LARGEST_FACTOR:
            low, high = high, high * 2.0
        for _ in range(50):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if average(middle) > nominal else (low, middle)
        return high


def survey_error(
    *,
    case: Case,
    premium: PremiumBreakdown,
    fitted: Fitted | None = None,
    moments: PackageMoments | None = None,
    shock: float = 0.0,
    seed: int = SEED,
) -> SurveyError:
    """The survey's error of one premium; see `SurveyErrorModel`."""
    return SurveyErrorModel(
        case=case, premium=premium, fitted=fitted, moments=moments, shock=shock, seed=seed
    ).error()
