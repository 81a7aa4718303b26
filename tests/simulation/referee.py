"""Brute force, sharing nothing with the engine: direct convolution of whole units of money.

Mixed over event counts from ``scipy.stats``. Costs, thresholds and caps must be whole numbers of units.
"""

import numpy as np
from scipy import stats

from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.terms import CostTerms, FixedTerms


def count_pmf(frequency, size: int) -> np.ndarray:
    n = np.arange(61)
    mean = frequency.incidence * size
    if isinstance(frequency, Poisson):
        return stats.poisson.pmf(n, mean)
    if isinstance(frequency, NegativeBinomial):
        p = 1.0 / frequency.variance_to_mean
        return stats.nbinom.pmf(n, mean * p / (1.0 - p), p)
    assert isinstance(frequency, Bernoulli)
    return stats.binom.pmf(n, size, frequency.incidence)


def event_pmf(benefit: Benefit, unit: float) -> np.ndarray:
    """Of one parent's event, in units; 0 where it is not paid."""
    terms, paid = benefit.terms, {}
    if isinstance(terms, FixedTerms):
        outcomes = [(1.0, terms.amount)]
    elif isinstance(terms, CostTerms):
        weights = benefit.severity.weights or [1.0] * len(benefit.severity.values)
        outcomes = [
            (weight, min((1 - terms.copay) * max(value - terms.threshold, 0.0), terms.event_cap))
            for value, weight in zip(benefit.severity.values, weights, strict=True)
        ]
    else:
        last = terms.last_day - terms.start_day + 1
        outcomes = [
            (1.0, terms.rate * min(max(day - terms.start_day + 1, 0), last))
            for day in benefit.severity.values
        ]
    total = sum(weight for weight, _ in outcomes)
    for weight, amount in outcomes:
        place = round(amount / unit)
        assert abs(place * unit - amount) < 1e-9, "the referee needs whole units"
        paid[place] = paid.get(place, 0.0) + benefit.probability * weight / total
    pmf = np.zeros(max(paid) + 1)
    for place, chance in paid.items():
        pmf[place] += chance
    pmf[0] += 1.0 - benefit.probability
    return pmf


def capped(pmf: np.ndarray, cap: float, unit: float) -> np.ndarray:
    if np.isinf(cap) or round(cap / unit) >= len(pmf):
        return pmf
    place = round(cap / unit)
    return np.append(pmf[:place], pmf[place:].sum())


def add(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    result = np.zeros(max(len(left), len(right)))
    result[: len(left)] += left
    result[: len(right)] += right
    return result


def moments(pmf: np.ndarray, unit: float) -> tuple[float, float]:
    amounts = unit * np.arange(len(pmf))
    mean = float(pmf @ amounts)
    return mean, float(pmf @ (amounts - mean) ** 2)


def totals_of(benefits: list[Benefit], counts: np.ndarray, unit: float) -> np.ndarray:
    """Distribution of the sum of benefits paid on the same events, each under its own family cap."""
    events = [event_pmf(benefit, unit) for benefit in benefits]
    sums = [np.ones(1) for _ in benefits]
    total = np.zeros(1)
    for chance in counts:
        given = np.ones(1)
        for benefit, pmf in zip(benefits, sums, strict=True):
            given = np.convolve(given, capped(pmf, benefit.terms.family_cap, unit))
        total = add(total, chance * given)
        sums = [np.convolve(pmf, event) for pmf, event in zip(sums, events, strict=True)]
    return total


def family_pmf(package: Package, size: int, unit: float) -> np.ndarray:
    total = np.ones(1)
    for group in package.groups:
        covered = [benefit for benefit in group if benefit.covered]
        total = np.convolve(total, totals_of(covered, count_pmf(group[0].frequency, size), unit))
    return capped(total, package.family_cap, unit)


def benefit_moments(package: Package, name: str, size: int, unit: float) -> tuple[float, float]:
    for group in package.groups:
        for benefit in group:
            if benefit.name == name:
                covered = [benefit] if benefit.covered else []
                return moments(totals_of(covered, count_pmf(group[0].frequency, size), unit), unit)
    raise AssertionError(name)
