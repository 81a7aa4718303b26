"""Three ways to work a contract out that share nothing with either engine but the contract itself.

*Closed form*, where no family cap is set: moments of one event by adaptive quadrature of ``scipy.stats``,
then E[N] and Var(N). *Plain lattice*: direct convolution of one event's payouts, mixed over the number of
events; exact where all payouts are on the lattice. *Plain simulation*: families drawn one by one, with
standard errors.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, special, stats

from bench.correctness.contracts import Contract
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, Frequency, Poisson
from simulation.engine.package import Benefit
from simulation.engine.severity import Gamma, Lognormal, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Array = NDArray[Any]

NEVER = 1e-18
"""Chance of further days or events from which on they are left out."""


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a family's yearly payout; standard errors where they were simulated."""

    mean: float
    variance: float
    mean_error: float = 0.0
    variance_error: float = 0.0


def count_law(frequency: Frequency, size: int) -> Any:
    """A family's events in a year, as ``scipy.stats`` knows them."""
    mean = frequency.incidence * size
    if isinstance(frequency, Poisson):
        return stats.poisson(mean)
    if isinstance(frequency, Bernoulli):
        return stats.binom(size, frequency.incidence)
    p = 1.0 / frequency.variance_to_mean
    return stats.nbinom(mean * p / (1.0 - p), p)


def most(counts: Any) -> int:
    """The number of events above which the chance is below ``NEVER``."""
    n = 1
    while counts.sf(n) > NEVER:
        n += 1
    return n


def cost_law(severity: Any) -> Any:
    """A law of costs, as ``scipy.stats`` knows it."""
    if isinstance(severity, Lognormal):
        return stats.lognorm(severity.sigma, scale=severity.mean * math.exp(-(severity.sigma**2) / 2.0))
    if isinstance(severity, Gamma):
        return stats.gamma(1.0 / severity.cv**2, scale=severity.mean * severity.cv**2)
    if isinstance(severity, Weibull):
        shape = optimize.brentq(lambda c: _weibull_cv(c) - severity.cv, 0.1, 50.0, xtol=1e-14)
        return stats.weibull_min(shape, scale=severity.mean / special.gamma(1.0 + 1.0 / shape))
    return stats.lomax(severity.alpha, scale=severity.mean * (severity.alpha - 1.0))


def _weibull_cv(shape: float) -> float:
    first, second = special.gamma(1.0 + 1.0 / shape), special.gamma(1.0 + 2.0 / shape)
    return math.sqrt(second / first**2 - 1.0)


def points_of(benefit: Benefit) -> tuple[Array, Array] | None:
    """Amounts that one event can pay and their chances; None where they are everywhere."""
    terms, severity = benefit.terms, benefit.severity
    if isinstance(terms, FixedTerms):
        return np.array([terms.amount]), np.ones(1)
    if isinstance(severity, Constant):
        values, chances = np.array([severity.value]), np.ones(1)
    elif isinstance(severity, Empirical):
        values = np.array(severity.values)
        chances = np.ones(len(values)) if severity.weights is None else np.array(severity.weights)
    elif isinstance(severity, DayLaw):
        values, chances = _days(severity)
    else:
        return None
    if isinstance(terms, WageTerms):
        days = np.minimum(values, terms.last_day) - (terms.start_day - 1)
        paid = terms.rate * np.maximum(days, 0.0)
    else:
        paid = np.minimum((1.0 - terms.copay) * np.maximum(values - terms.threshold, 0.0), terms.event_cap)
    return paid, chances / chances.sum()


def _days(law: DayLaw) -> tuple[Array, Array]:
    """One day and a number of further ones."""
    further = law.mean - 1.0
    more = Poisson(incidence=further) if law.variance_to_mean == 1.0 else None
    p = 1.0 / law.variance_to_mean
    counts = stats.poisson(further) if more else stats.nbinom(further * p / (1.0 - p), p)
    days = np.arange(most(counts) + 1)
    return 1.0 + days, counts.pmf(days)


def paid_beyond(benefit: Benefit, amounts: Array) -> Array:
    """P(one event pays more than each amount), for a law without points."""
    terms = benefit.terms
    assert isinstance(terms, CostTerms)
    beyond = cost_law(benefit.severity).sf(terms.threshold + amounts / (1.0 - terms.copay))
    return np.where(amounts < terms.event_cap, beyond, 0.0)


# ---- closed form -------------------------------------------------------------------------------------------


def event_moments(benefit: Benefit) -> tuple[float, float]:
    """E[Y] and E[Y^2] of one event's payout."""
    points = points_of(benefit)
    if points is not None:
        paid, chances = points
        return float(paid @ chances), float(paid**2 @ chances)
    terms = benefit.terms
    assert isinstance(terms, CostTerms)
    law = cost_law(benefit.severity)
    edges = np.unique(np.clip(law.ppf([0.0, 0.1, 0.5, 0.9, 0.99, 0.9999]), terms.threshold, None))
    top = terms.threshold + terms.event_cap / (1.0 - terms.copay)
    edges = np.append(edges[edges < top], top)
    if edges[0] > terms.threshold:
        edges = np.insert(edges, 0, terms.threshold)
    first = second = 0.0
    for low, high in itertools.pairwise(edges):
        first += _integral(law.sf, low, high)
        second += _integral(lambda x: 2.0 * (x - terms.threshold) * law.sf(x), low, high)
    return (1.0 - terms.copay) * first, (1.0 - terms.copay) ** 2 * second


def _integral(function: Any, low: float, high: float) -> float:
    if math.isinf(high):  # a long tail is short on the scale of logarithms
        return _quadrature(lambda u: function(low * math.exp(u)) * low * math.exp(u), 0.0, 200.0)
    return _quadrature(function, low, high)


def _quadrature(function: Any, low: float, high: float) -> float:
    return float(integrate.quad(function, low, high, epsabs=1e-300, epsrel=1e-11, limit=400)[0])


def closed_form(contract: Contract) -> Moments | None:
    """E[N] m and E[N] (s - m^2) + Var(N) m^2, summed over linked groups; None under a family cap.

    m and s are the moments of all that one event of the group pays.
    """
    package = contract.package
    if package.has_family_cap or any(math.isfinite(one.terms.family_cap) for one in package.benefits):
        return None
    mean = variance = 0.0
    for group in package.groups:
        m = s = 0.0
        for benefit in (one for one in group if one.covered):
            first, second = event_moments(benefit)
            s += benefit.probability * second + 2.0 * m * benefit.probability * first
            m += benefit.probability * first
        counts = count_law(group[0].frequency, contract.size)
        mean += counts.mean() * m
        variance += counts.mean() * (s - m * m) + counts.var() * m * m
    return Moments(float(mean), float(variance))


# ---- plain lattice -----------------------------------------------------------------------------------------


def event_masses(benefit: Benefit, step: float, top: float) -> Array:
    """Chances of ``step * j`` for one event of the parent; rounded to the nearest where it is not on points.

    Nothing above ``top`` is told apart.
    """
    points = points_of(benefit)
    if points is not None:
        paid, chances = points
        places = np.minimum(np.rint(paid / step), round(top / step) if math.isfinite(top) else np.inf)
        masses = np.bincount(places.astype(np.int64), weights=chances)
    else:
        nodes = round(min(top, benefit.terms.event_cap) / step)  # type: ignore[union-attr]
        beyond = paid_beyond(benefit, step * (np.arange(nodes) + 0.5))
        masses = -np.diff(np.concatenate([[1.0], beyond, [0.0]]))
    masses = benefit.probability * masses
    masses[0] += 1.0 - benefit.probability
    return masses


def _limited(masses: Array, nodes: float) -> Array:
    if len(masses) <= nodes + 1:
        return masses
    return np.append(masses[: int(nodes)], masses[int(nodes) :].sum())


def plain_lattice(contract: Contract, *, coarser: int = 1) -> Moments | None:
    """Direct convolution, mixed over the number of events; None where nothing bounds the payouts.

    ``coarser`` takes a lattice so many times as coarse, where no payout has to lie on it.
    """
    package, step = contract.package, contract.step
    if all(points_of(one) is None for one in package.benefits):
        step *= coarser
    bounded = [
        points_of(one) is not None or math.isfinite(min(one.terms.family_cap, package.family_cap))
        for one in package.benefits
    ]
    if not all(bounded):
        return None
    top = package.family_cap / step
    total = np.ones(1)
    for group in package.groups:
        total = _limited(np.convolve(total, _group_masses(contract, group, step)), top)
    amounts = step * np.arange(len(total))
    mean = float(total @ amounts)
    return Moments(mean, float(total @ (amounts - mean) ** 2))


def _group_masses(contract: Contract, group: tuple[Benefit, ...], step: float) -> Array:
    counts = count_law(group[0].frequency, contract.size)
    package_cap = contract.package.family_cap
    covered = [one for one in group if one.covered]
    caps = [min(one.terms.family_cap, package_cap) for one in covered]
    events = [event_masses(one, step, cap) for one, cap in zip(covered, caps, strict=True)]
    sums = [np.ones(1) for _ in covered]
    whole = np.zeros(1)
    for n in range(most(counts) + 1):
        given = np.ones(1)
        for masses in sums:
            given = _limited(np.convolve(given, masses), package_cap / step)
        longer = np.zeros(max(len(whole), len(given)))
        longer[: len(whole)] += whole
        longer[: len(given)] += counts.pmf(n) * given
        whole = longer
        sums = [
            _limited(np.convolve(masses, event), cap / step)
            for masses, event, cap in zip(sums, events, caps, strict=True)
        ]
    return whole


# ---- plain simulation --------------------------------------------------------------------------------------


def plain_simulation(contract: Contract, *, events: int, seed: int) -> Moments:
    """Families drawn one by one until about ``events`` events have happened, or three million families."""
    rng = np.random.default_rng(np.random.SeedSequence((seed, contract.number)))
    expected = max(
        group[0].frequency.incidence * contract.size  # type: ignore[union-attr]
        for group in contract.package.groups
    )
    families = min(3_000_000, round(events / expected))
    paid = np.zeros(families)
    for group in contract.package.groups:
        counts = count_law(group[0].frequency, contract.size).rvs(size=families, random_state=rng)
        whose = np.repeat(np.arange(families), counts)
        for benefit in (one for one in group if one.covered):
            amounts = _drawn(benefit, len(whose), rng)
            if benefit.probability < 1.0:
                amounts = amounts * (rng.random(len(whose)) < benefit.probability)
            of_family = np.bincount(whose, weights=amounts, minlength=families)
            paid += np.minimum(of_family, benefit.terms.family_cap)
    paid = np.minimum(paid, contract.package.family_cap)
    mean = float(paid.mean())
    squares = (paid - mean) ** 2
    root = math.sqrt(families)
    variance = float(squares.mean())
    return Moments(mean, variance, math.sqrt(variance) / root, float(squares.std()) / root)


def _drawn(benefit: Benefit, size: int, rng: np.random.Generator) -> Array:
    points = points_of(benefit)
    if points is not None:
        return rng.choice(points[0], size=size, p=points[1])
    terms = benefit.terms
    assert isinstance(terms, CostTerms)
    costs = cost_law(benefit.severity).rvs(size=size, random_state=rng)
    return np.minimum((1.0 - terms.copay) * np.maximum(costs - terms.threshold, 0.0), terms.event_cap)
