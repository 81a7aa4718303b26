"""Contracts and a plain Monte Carlo that the tests of the simulation share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.montecarlo import SimulationPlan, SimulationResult, merge_chunks, simulate_chunk
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import DayLaw, Gamma, Lognormal
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

SLIDE_FAMILIES = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})

HOSPITAL = Benefit(
    name="hospitalisation",
    terms=CostTerms(event_cap=3000.0, family_cap=10_000.0),
    frequency=Poisson(incidence=0.042),
    severity=Lognormal(mean=18_000.0, sigma=1.35),
)
INJURY = Benefit(
    name="injury",
    terms=CostTerms(event_cap=700.0, family_cap=3000.0),
    frequency=Poisson(incidence=0.2349),
    severity=Lognormal(mean=600.0, sigma=0.9),
)
IMAGING = Benefit(
    name="imaging",
    terms=CostTerms(event_cap=1000.0, family_cap=5000.0),
    frequency=Poisson(incidence=0.1525),
    severity=Lognormal(mean=1100.0, sigma=0.7),
)
TRANSPORT = Benefit(name="transport", terms=FixedTerms(amount=1000.0), frequency=Poisson(incidence=0.042))
LINKED_TRANSPORT = Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospitalisation")
WAGE = Benefit(
    name="wage loss",
    terms=WageTerms(rate=200.0, start_day=3, last_day=10, family_cap=2500.0),
    severity=DayLaw(mean=6.0, variance_to_mean=3.0),
    linked_to="hospitalisation",
    probability=0.6,
)
OPD = Benefit(
    name="OPD",
    terms=CostTerms(threshold=50.0, copay=0.2, event_cap=400.0, family_cap=2500.0),
    frequency=NegativeBinomial(incidence=2.0, variance_to_mean=3.0),
    severity=Gamma(mean=350.0, cv=1.0),
)
CAESAREAN = Benefit(
    name="caesarean", terms=FixedTerms(amount=8000.0, family_cap=8000.0), frequency=Bernoulli(incidence=0.02)
)


def a_plan(*benefits, sizes=SLIDE_FAMILIES, family_cap=np.inf, seed=20180802, **plan) -> SimulationPlan:
    package = Package(benefits=benefits, families=sizes, family_cap=family_cap)
    return SimulationPlan(package=package, seed=seed, **plan)


def simulated(plan: SimulationPlan) -> SimulationResult:
    return merge_chunks(plan, [simulate_chunk(plan, index) for index in range(plan.chunk_count)])


@dataclass(frozen=True)
class PlainEstimate:
    pure: float
    error: float
    variance_by_size: dict[int, float]


def plain_monte_carlo(package: Package, *, families: int, seed: int) -> PlainEstimate:
    """Every family drawn, one by one, as a textbook would; only the package's own ``payout`` is shared."""
    rng = np.random.default_rng(seed)
    size = rng.choice(package.families.sizes, families, p=package.families.weights)
    total = np.zeros(families)
    for parent, *children in package.groups:
        counts = _yearly_counts(parent.frequency, size, rng)
        for benefit in (parent, *children):
            struck = rng.binomial(counts, benefit.probability)
            if benefit.covered:
                total += _family_payouts(benefit, struck, rng)
    paid = np.minimum(total, package.family_cap)
    return PlainEstimate(
        pure=paid.mean() / package.families.mean_size,
        error=paid.std() / np.sqrt(families) / package.families.mean_size,
        variance_by_size={int(k): paid[size == k].var() for k in package.families.sizes},
    )


def _yearly_counts(frequency, size, rng):
    if isinstance(frequency, Poisson):
        return rng.poisson(frequency.incidence * size)
    if isinstance(frequency, Bernoulli):
        return rng.binomial(size, frequency.incidence)
    b = frequency.variance_to_mean - 1.0
    return rng.negative_binomial(frequency.incidence * size / b, 1.0 / (1.0 + b))


def _family_payouts(benefit, counts, rng):
    events = int(counts.sum())
    cost = np.ones(events) if benefit.severity is None else benefit.severity.sample(rng, events)
    family = np.repeat(np.arange(len(counts)), counts)
    sums = np.bincount(family, weights=benefit.terms.payout(cost), minlength=len(counts))
    return np.minimum(sums, benefit.terms.family_cap)
