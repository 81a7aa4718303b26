"""Surveys that might have been: drawn from the stated assumptions, each fitted again as the survey was.

A survey of ``m`` person-years sees a number of events from the stated law of counts; the incidence is
estimated as events over person-years. The costs it sees are drawn from the stated severity and fitted again:

=====================  ==================================================================================
lognormal              mean and standard deviation of the logarithms (maximum likelihood)
gamma, Weibull         mean and coefficient of variation
Lomax                  mean of the logarithms, alpha kept (its moments are too unstable to fit)
empirical              resampled
days                   mean, variance-to-mean ratio kept
constant, fixed        nothing to estimate
negative binomial      the overdispersion of counts is kept
=====================  ==================================================================================

A survey that saw no event counts half an event and keeps the stated cost; fewer than three keep the stated
spread.

Counts, and the two numbers that a lognormal is fitted from, are drawn by Latin hypercube: the surveys are
spread evenly over each of them, block by block, which makes averages over surveys more exact than independent
draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from calculator.case_value import Case
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial
from simulation.engine.package import Benefit
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, Weibull

Array = NDArray[Any]

LARGE_COUNT = 1e6
"""Expected events from which a count is drawn by the normal law."""
MOST_DRAWN = 1000
"""Costs drawn for one survey; those of a larger one shrink the deviations by the root of how many more."""
ENOUGH_FOR_SPREAD = 3


class Strata:
    """Latin hypercube: each call gives ``surveys`` numbers in (0, 1), one in every stratum of each block."""

    def __init__(self, rng: np.random.Generator, *, surveys: int, blocks: int) -> None:
        self.rng = rng
        self.surveys = surveys
        self.blocks = blocks

    def next(self) -> Array:
        """One more dimension, shape (surveys,)."""
        size = self.surveys // self.blocks
        strata = np.tile(np.arange(size, dtype=np.float64), (self.blocks, 1))
        places = self.rng.permuted(strata, axis=1)
        return np.asarray((places + self.rng.uniform(0.001, 0.999, places.shape)).ravel() / size)


@dataclass(frozen=True, kw_only=True)
class BenefitSurveys:
    """What B surveys say about one benefit.

    Attributes
    ----------
    incidence : ndarray, shape (B,)
        Of the benefit's events, or of its parent's if it is linked.
    probability : ndarray, shape (B,)
        Of a linked benefit being paid on an event; ones without a link.
    severities : sequence of Severity or None, B of them
    """

    incidence: Array
    probability: Array
    severities: Sequence[Severity | None]


def draw_surveys(case: Case, *, strata: Strata, larger: float = 1.0) -> tuple[BenefitSurveys, ...]:
    """Surveys of every benefit, in the package's order; ``larger`` multiplies every exposure.

    A linked benefit without an exposure of its own was asked about in its parent's survey, on the same
    events. What has no exposure at all is taken to be known.
    """
    benefits = case.package.benefits
    exposures = {b.name: e for b, e in zip(benefits, case.exposures, strict=True)}
    seen: dict[str, Array | None] = {}
    incidence: dict[str, Array] = {}
    for benefit in benefits:
        if benefit.frequency is not None:
            exposure = exposures[benefit.name]
            stated = benefit.frequency.incidence
            incidence[benefit.name] = np.full(strata.surveys, stated)
            seen[benefit.name] = None
            if exposure is not None and stated > 0.0:
                found = draw_counts(benefit.frequency, exposure * larger, strata.next())
                seen[benefit.name] = found
                incidence[benefit.name] = np.maximum(found, 0.5) / asked(benefit.frequency, exposure * larger)
    parents = {b.name: b for b in benefits if b.frequency is not None}
    drawn = []
    for benefit in benefits:
        parent = parents[benefit.linked_to or benefit.name]
        events = seen[parent.name]
        own = exposures[benefit.name] if benefit.linked_to else None
        if own is not None and own != exposures[parent.name]:
            assert parent.frequency is not None
            events = draw_counts(parent.frequency, own * larger, strata.next())
        drawn.append(_of_events(benefit, events, strata, incidence[parent.name]))
    return tuple(drawn)


def _of_events(benefit: Benefit, events: Array | None, strata: Strata, incidence: Array) -> BenefitSurveys:
    stated = np.full(strata.surveys, benefit.probability)
    if events is None:
        return BenefitSurveys(
            incidence=incidence, probability=stated, severities=[benefit.severity] * strata.surveys
        )
    paid, probability = events, stated
    if benefit.probability < 1.0:
        paid = strata.rng.binomial(events.astype(np.int64), benefit.probability).astype(np.float64)
        probability = np.where(events > 0.0, paid / np.maximum(events, 1.0), stated)
    severities = fit_again(benefit.severity, paid, strata) if benefit.covered else [None] * strata.surveys
    return BenefitSurveys(incidence=incidence, probability=probability, severities=severities)


def asked(frequency: Frequency, exposure: float) -> float:
    """Person-years that a survey's events are counted in: whole persons where each has at most one event."""
    return max(1.0, round(exposure)) if isinstance(frequency, Bernoulli) else exposure


def draw_counts(frequency: Frequency, exposure: float, uniform: Array) -> Array:
    """Events seen in ``exposure`` person-years, by inversion at ``uniform``; whole numbers, same shape."""
    persons = asked(frequency, exposure)
    mean = frequency.incidence * persons
    if mean == 0.0:
        return np.zeros_like(uniform)
    sd = float(np.sqrt(mean * frequency.variance_to_mean))
    if mean > LARGE_COUNT:
        return np.asarray(np.maximum(np.rint(mean + sd * special.ndtri(uniform)), 0.0))
    counts = np.arange(max(0.0, np.floor(mean - 12.0 * sd)), np.ceil(mean + 15.0 * sd + 60.0))
    cumulative = np.cumsum(np.exp(_log_pmf(frequency, mean, persons, counts)))
    return counts[np.minimum(np.searchsorted(cumulative, uniform), len(counts) - 1)]


def _log_pmf(frequency: Frequency, mean: float, persons: float, counts: Array) -> Array:
    if isinstance(frequency, Bernoulli):
        counts = np.minimum(counts, persons)
        beyond = np.concatenate([[False], np.diff(counts) == 0.0])
        ways = (
            special.gammaln(persons + 1) - special.gammaln(counts + 1) - special.gammaln(persons - counts + 1)
        )
        p = frequency.incidence
        chances = ways + special.xlogy(counts, p) + special.xlog1py(persons - counts, -p)
        return np.asarray(np.where(beyond, -745.0, chances))
    if isinstance(frequency, NegativeBinomial):
        b = frequency.variance_to_mean - 1.0
        r = mean / b
        ways = special.gammaln(counts + r) - special.gammaln(r) - special.gammaln(counts + 1)
        return np.asarray(ways + counts * (np.log(b) - np.log1p(b)) - r * np.log1p(b))
    return np.asarray(special.xlogy(counts, mean) - mean - special.gammaln(counts + 1))


def fit_again(severity: Severity | None, events: Array, strata: Strata) -> list[Severity | None]:
    """The law fitted to ``events`` costs drawn from ``severity``, for each survey."""
    if severity is None or isinstance(severity, Constant):
        return [severity] * len(events)
    if isinstance(severity, Lognormal):
        return _lognormals(severity, events, strata)
    if isinstance(severity, Lomax):
        return _lomaxes(severity, events, strata.rng)
    one = _fit_one(severity)
    return [one(int(count), strata.rng) if count >= 1.0 else severity for count in events]


def _lognormals(law: Lognormal, events: Array, strata: Strata) -> list[Severity | None]:
    """The mean of n logarithms is normal; independent of it, n s^2 / sigma^2 is chi-square of n - 1."""
    n = np.maximum(events, 1.0)
    mu = law.mu + law.sigma / np.sqrt(n) * special.ndtri(strata.next())
    half = np.maximum(n - 1.0, 1.0) / 2.0
    sigma = law.sigma * np.sqrt(2.0 * special.gammaincinv(half, strata.next()) / n)
    sigma = np.clip(np.where(events >= ENOUGH_FOR_SPREAD, sigma, law.sigma), 1e-3, 10.0)
    mean = np.where(events >= 1.0, np.exp(mu + sigma**2 / 2.0), law.mean)
    return [Lognormal(mean=float(m), sigma=float(s)) for m, s in zip(mean, sigma, strict=True)]


def _lomaxes(law: Lomax, events: Array, rng: np.random.Generator) -> list[Severity | None]:
    """The logarithm of a Lomax cost has mean log(scale) + digamma(1) - digamma(alpha), whatever the scale."""
    expected = np.log(law.scale) + special.digamma(1.0) - special.digamma(law.alpha)
    fitted: list[Severity | None] = []
    for count in events.astype(np.int64):
        drawn = min(int(count), MOST_DRAWN)
        if not drawn:
            fitted.append(law)
            continue
        deviation = float(np.log(law.sample(rng, drawn)).mean()) - expected
        fitted.append(Lomax(mean=law.mean * np.exp(deviation * np.sqrt(drawn / count)), alpha=law.alpha))
    return fitted


def _fit_one(severity: Severity) -> Any:
    """How one survey's costs are fitted: a function of their number and the random numbers."""
    if isinstance(severity, Empirical):
        return lambda count, rng: _resampled(severity, count, rng)
    if isinstance(severity, DayLaw):
        return lambda count, rng: _days(severity, count, rng)
    assert isinstance(severity, Gamma | Weibull)
    return lambda count, rng: _by_moments(severity, count, rng)


def _by_moments(law: Gamma | Weibull, count: int, rng: np.random.Generator) -> Severity:
    drawn = min(count, MOST_DRAWN)
    costs = law.sample(rng, drawn)
    shrink = np.sqrt(drawn / count)
    mean = law.mean + shrink * (float(costs.mean()) - law.mean)
    if count < ENOUGH_FOR_SPREAD:
        return type(law)(mean=mean, cv=law.cv)
    variance = (law.cv * law.mean) ** 2
    variance += shrink * (float(costs.var(ddof=1)) - variance)
    return type(law)(mean=mean, cv=float(np.clip(np.sqrt(variance) / mean, 0.01, 20.0)))


def _resampled(law: Empirical, count: int, rng: np.random.Generator) -> Severity:
    values, probabilities = law.atoms
    times = rng.multinomial(count, probabilities)
    kept = times > 0
    return Empirical(values=tuple(values[kept].tolist()), weights=tuple(times[kept].astype(float).tolist()))


def _days(law: DayLaw, count: int, rng: np.random.Generator) -> Severity:
    further = (law.mean - 1.0) * count
    ratio = law.variance_to_mean
    if further == 0.0:
        return law
    total = (
        rng.poisson(further) if ratio == 1.0 else rng.negative_binomial(further / (ratio - 1.0), 1.0 / ratio)
    )
    return DayLaw(mean=1.0 + float(total) / count, variance_to_mean=ratio)
