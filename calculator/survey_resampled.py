"""A fitted survey's resamples as the surveys that might have been, for the laws that a case states.

A resample says by how much each figure might have come out otherwise; that ratio is put on the stated figure,
so that costs brought to another year, or figures that a person changed, keep the survey's doubt.

=========================  ==============================================================================
incidence, mean cost       times the resample's over the survey's own
sigma, cv                  the same
alpha, ratio of days       their excess over 1, the same
chance of a link           its odds, the same
empirical                  the resample's probabilities on the survey's values
a law that was not fitted  the mean moves as the survey's plain mean does, the spread stays
=========================  ==============================================================================

What a survey was not asked about is drawn as `calculator.survey_draws` draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from calculator.case_value import Case
from calculator.survey_draws import BenefitSurveys, Strata, draw_surveys
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import HIGHEST_INCIDENCE, Bernoulli
from simulation.engine.package import Benefit
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, Weibull
from survey.estimates import DAYS_LAW, WAGE_KEY
from survey.resamples import BenefitResamples, Resamples

Array = NDArray[Any]

SIGMAS = (1e-3, 10.0)
CVS = (0.01, 20.0)
LEAST_EXCESS = 1e-6
MOST_RATIO = 100.0


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A fitted survey behind a case.

    Attributes
    ----------
    resamples : Resamples
    keys : mapping of benefit name to key
        Which of the survey's benefits stands behind which of the case's; those not named are not the
        survey's.
    """

    resamples: Resamples
    keys: Mapping[str, str]

    def behind(self, benefit: Benefit) -> BenefitResamples | None:
        """The survey's own benefit, or None."""
        key = self.keys.get(benefit.name)
        return None if key is None else self.resamples.benefit(key)


def resampled_surveys(
    case: Case, fitted: Fitted, *, rng: np.random.Generator, larger: float = 1.0
) -> tuple[BenefitSurveys, ...]:
    """The B surveys of every benefit, in the package's order.

    Parameters
    ----------
    case : Case
    fitted : Fitted
    rng : Generator
        For what the survey was not asked about.
    larger : float
        How many times as many households: deviations shrink by its root.
    """
    benefits = case.package.benefits
    surveys = fitted.resamples.number
    found = {benefit.name: fitted.behind(benefit) for benefit in benefits}
    exposures = tuple(
        None if found[benefit.name] is not None else exposure
        for benefit, exposure in zip(benefits, case.exposures, strict=True)
    )
    drawn = draw_surveys(
        replace(case, exposures=exposures), strata=Strata(rng, surveys=surveys, blocks=1), larger=larger
    )
    shrink = 1.0 / np.sqrt(larger)
    incidence: dict[str, Array] = {}
    for benefit, other in zip(benefits, drawn, strict=True):
        if benefit.frequency is not None:
            one = found[benefit.name]
            incidence[benefit.name] = other.incidence if one is None else _incidence(benefit, one, shrink)
    return tuple(
        _surveys_of(benefit, found[benefit.name], other, incidence, shrink)
        for benefit, other in zip(benefits, drawn, strict=True)
    )


def _surveys_of(
    benefit: Benefit,
    one: BenefitResamples | None,
    other: BenefitSurveys,
    incidence: Mapping[str, Array],
    shrink: float,
) -> BenefitSurveys:
    of_events = incidence[benefit.linked_to or benefit.name]
    if one is None:
        return replace(other, incidence=of_events)
    severities: list[Severity | None] = [None] * len(of_events)
    if benefit.covered:
        severities = resampled_laws(benefit.severity, one, shrink)
    probability = other.probability
    if benefit.linked_to and one.linked_to:
        probability = _probability(benefit.probability, one, shrink)
    return BenefitSurveys(incidence=of_events, probability=probability, severities=severities)


def _incidence(benefit: Benefit, one: BenefitResamples, shrink: float) -> Array:
    """Of a benefit with events of its own; a survey's linked benefit has its parent's, thinned."""
    assert benefit.frequency is not None
    ratio = one.incidence / one.stated_incidence
    if one.linked_to:
        ratio = ratio * one.probability / one.stated_probability
    most = 1.0 if isinstance(benefit.frequency, Bernoulli) else HIGHEST_INCIDENCE
    return np.asarray(np.minimum(benefit.frequency.incidence * _toward_one(ratio, shrink), most))


def _toward_one(ratio: Array, shrink: float) -> Array:
    """A larger survey's ratio: the logarithm shrunk; a resample that found nothing keeps nothing."""
    return np.asarray(ratio if shrink == 1.0 else ratio**shrink)


def _probability(stated: float, one: BenefitResamples, shrink: float) -> Array:
    """The stated chance with its odds moved as the survey's; certainty stays certain."""
    if not 0.0 < stated < 1.0 or not 0.0 < one.stated_probability < 1.0:
        return np.full(len(one.probability), stated)
    moved = special.logit(one.probability) - special.logit(one.stated_probability)
    return np.asarray(special.expit(special.logit(stated) + shrink * moved))


def resampled_laws(
    severity: Severity | None, one: BenefitResamples, shrink: float = 1.0
) -> list[Severity | None]:
    """The stated law moved as each resample's is, B of them."""
    number = len(one.incidence)
    if severity is None or isinstance(severity, Constant) or not len(one.atoms):
        return [severity] * number
    if isinstance(severity, Empirical):
        return list(_empirical(severity, one, shrink))
    name = _NAMES[type(severity)]
    if name not in one.laws:
        plain = (one.shares @ one.atoms) / float(one.stated_shares @ one.atoms)
        means = severity.mean * _toward_one(plain, shrink)
        return [_with_mean(severity, float(mean)) for mean in means]
    stated, again = np.array(one.stated_laws[name]), one.laws[name]
    base = np.array(_COUNTED_FROM.get(name, (0.0, 0.0)))
    ratio = (again - base) / np.maximum(stated - base, LEAST_EXCESS)
    moved = _toward_one(np.maximum(ratio, LEAST_EXCESS), shrink)
    return [_moved(severity, float(mean), float(spread)) for mean, spread in moved]


_NAMES: dict[type, str] = {
    Lognormal: "lognormal",
    Gamma: "gamma",
    Weibull: "weibull",
    Lomax: "lomax",
    DayLaw: DAYS_LAW,
}

_COUNTED_FROM = {"lomax": (0.0, 1.0), DAYS_LAW: (1.0, 1.0)}
"""Where mean and spread begin, for laws in which it is not 0."""


def _with_mean(severity: Severity, mean: float) -> Severity:
    assert not isinstance(severity, Constant | Empirical)
    if isinstance(severity, DayLaw):
        return replace(severity, mean=max(mean, 1.0))
    return replace(severity, mean=mean)


def _moved(severity: Severity, mean: float, spread: float) -> Severity:
    """The law with its mean and spread multiplied (their excess over 1 for alpha and days)."""
    if isinstance(severity, Lognormal):
        sigma = float(np.clip(severity.sigma * spread, *SIGMAS))
        return Lognormal(mean=severity.mean * mean, sigma=sigma)
    if isinstance(severity, Gamma | Weibull):
        return type(severity)(mean=severity.mean * mean, cv=float(np.clip(severity.cv * spread, *CVS)))
    if isinstance(severity, Lomax):
        return Lomax(mean=severity.mean * mean, alpha=1.0 + (severity.alpha - 1.0) * spread)
    assert isinstance(severity, DayLaw)
    excess = min((severity.variance_to_mean - 1.0) * spread, MOST_RATIO - 1.0)
    return DayLaw(mean=1.0 + (severity.mean - 1.0) * mean, variance_to_mean=1.0 + excess)


def _empirical(severity: Empirical, one: BenefitResamples, shrink: float) -> list[Severity]:
    """The resample's probabilities on the survey's values, brought to the stated mean.

    Days are whole and stay as they are.
    """
    stated = float(one.stated_shares @ one.atoms)
    values = one.atoms if one.key == WAGE_KEY else one.atoms * (severity.mean / stated)
    shares = one.stated_shares + shrink * (one.shares - one.stated_shares)
    made: list[Severity] = []
    for row in shares:
        kept = row > 0.0
        made.append(Empirical(values=tuple(values[kept].tolist()), weights=tuple(row[kept].tolist())))
    return made
