"""A plain Monte Carlo in NumPy, as a competent analyst writes it: draw once, apply each contract."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.field.cases import EIGHT, PACKAGE_CAP, SHARES, SIZES, Case
from simulation.engine.frequency import Bernoulli
from simulation.engine.package import Benefit

Array = NDArray[Any]

FAMILY_YEARS = {"ONE": 10_000_000, "GRID": 10_000_000, "OPD": 200_000, "PACKAGE": 1_000_000}
"""Families drawn; dense benefits have so many events that 10 million families do not fit into 3 GB."""
SEED = 1


def plain(case: Case) -> tuple[Array, Array]:
    """Moments and the means' relative standard errors, as ``ours.simulated``."""
    families = FAMILY_YEARS[case.name]
    rng = np.random.default_rng(SEED)
    size = rng.choice(SIZES.astype(np.int8), families, p=SHARES)
    counts = rng.poisson(case.incidence * size).astype(np.int16)
    counts = counts[counts > 0]
    cost = np.exp(case.mu + case.sigma * rng.standard_normal(int(counts.sum())))
    start = np.concatenate([[0], np.cumsum(counts)[:-1]])
    found = np.empty((len(case.contracts), 2))
    for place, (threshold, cap, copay, family_cap) in enumerate(case.contracts):
        paid = (1.0 - copay) * np.minimum(np.maximum(cost - threshold, 0.0), cap)
        year = np.minimum(np.add.reduceat(paid, start), family_cap)
        mean = year.sum() / families
        found[place] = mean, year @ year / families - mean**2
    return found, np.sqrt(found[:, 1] / families) / found[:, 0]


def plain_package() -> tuple[Array, Array]:
    """The eight benefits under one cap: every family drawn, every event, every linked payment."""
    families = FAMILY_YEARS["PACKAGE"]
    rng = np.random.default_rng(SEED)
    size = rng.choice(SIZES, families, p=SHARES)
    paid = np.zeros(families)
    whose: dict[str, Array] = {}
    for benefit in EIGHT:
        if benefit.linked_to is None:
            counts = _counts(benefit, size, rng)
            events = whose[benefit.name] = np.repeat(np.arange(families), counts)
        else:
            events = whose[benefit.linked_to]
            events = events[rng.random(len(events)) < benefit.probability]
        law = benefit.severity
        cost = np.ones(len(events)) if law is None else law.sample(rng, len(events))
        year = np.bincount(events, benefit.terms.payout(cost), minlength=families)
        paid += np.minimum(year, benefit.terms.family_cap)
    np.minimum(paid, PACKAGE_CAP, out=paid)
    mean, variance = paid.mean(), paid.var()
    return np.array([[mean, variance]]), np.array([np.sqrt(variance / families) / mean])


def _counts(benefit: Benefit, size: Array, rng: np.random.Generator) -> Array:
    law = benefit.frequency
    assert law is not None
    return (
        rng.binomial(size, law.incidence) if isinstance(law, Bernoulli) else rng.poisson(law.incidence * size)
    )
