"""Whether some persons, or families, have events again and again.

The test is Dean and Lawless's score against Poisson (1989, Journal of the American Statistical Association
84), ``sum((y - mu)^2 - y) / sqrt(2 sum mu^2)``; its p-value is exact: given their number, Poisson events fall
on persons at random, and so they are thrown again and again (normal above a million throws). The ratio of
variance to mean is that of the recall period. Differences that last (chronic illness) grow with time:

    persistent:  yearly ratio - 1 = (ratio - 1) x 365 / recall period
    passing:     yearly ratio - 1 = ratio - 1

A family's ratio is the person's where persons are independent, as the engine takes them to be; where families
clearly differ more than that, the family's own ratio is used, for it is what a family's payout varies by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey.estimates import DispersionEstimate, Reason
from survey.fit_options import PERSISTENT
from survey.incidence import AT_MOST_ONCE
from survey.reasons import reason
from survey.tables import DAYS_A_YEAR, SurveyTables

Array = NDArray[Any]

FEWEST_EVENTS = 10
SIGNIFICANT = 0.05
CLEARLY = 1.645
"""Standard errors by which the family's ratio must exceed the person's: one chance in twenty."""
HIGHEST_RATIO = 25.0
"""A yearly variance-to-mean ratio beyond this says more about the file than about people."""
THROWS = 499
MOST_THROWN = 1_500_000
FEWEST_KNOWN = 0.9
"""Share of events whose person must be known for persons to be compared."""


@dataclass(frozen=True)
class Spread:
    """Variance over mean of counts, and the chance of one at least so large if all were alike."""

    ratio: float
    score: float
    p_value: float


def spread_of(counts: Array, exposure: Array, *, rng: np.random.Generator) -> Spread:
    """Overdispersion of ``counts`` against a common rate times ``exposure``; each shape (n,), unweighted."""
    total = float(counts.sum())
    share = exposure / exposure.sum()
    expected = total * share
    squares = float(((counts - expected) ** 2).sum())
    ratio = squares / float((expected * (1.0 - share)).sum())
    scale = math.sqrt(2.0 * float((expected**2).sum()))
    score = (squares - total) / scale
    number = int(total)
    if number * THROWS > MOST_THROWN:
        return Spread(ratio, score, float(special.ndtr(-score)))
    edges = np.cumsum(share)[:-1]
    worse = 0
    for _ in range(THROWS):
        thrown = np.bincount(np.searchsorted(edges, rng.random(number)), minlength=len(share))
        worse += float(((thrown - expected) ** 2).sum()) >= squares * (1.0 - 1e-12)
    return Spread(ratio, score, (1.0 + worse) / (1.0 + THROWS))


def dispersion_of(
    kind: str, *, tables: SurveyTables, persistence: str, rng: np.random.Generator
) -> DispersionEstimate:
    """The law of counts of one kind of event."""
    own = tables.events[tables.events["kind"] == kind]
    if kind in AT_MOST_ONCE:
        return _plain(kind, persistence, "bernoulli", reason("at_most_once"))
    if len(own) < FEWEST_EVENTS:
        few = reason("too_few_to_tell", events=len(own), needed=FEWEST_EVENTS)
        return _plain(kind, persistence, "poisson", few)
    persons, households = _person_spread(own, tables, rng), _household_spread(own, tables, rng)
    basis, chosen = _chosen(persons, households)
    reasons = _why(persons, households, chosen)
    yearly = 1.0
    if chosen is not None:
        recall = tables.recall[kind]
        growth = DAYS_A_YEAR / recall if persistence == PERSISTENT else 1.0
        yearly = 1.0 + (chosen.ratio - 1.0) * growth
        reasons.append(
            reason(
                "persistence_assumed",
                persistence=persistence,
                window_ratio=chosen.ratio,
                yearly_ratio=yearly,
                recall_days=recall,
            )
        )
        if yearly > HIGHEST_RATIO:
            reasons.append(reason("ratio_capped", ratio=yearly, cap=HIGHEST_RATIO))
            yearly = HIGHEST_RATIO
    return DispersionEstimate(
        kind=kind,
        person_ratio=None if persons is None else persons.ratio,
        household_ratio=None if households is None else households.ratio,
        person_p_value=None if persons is None else persons.p_value,
        household_p_value=None if households is None else households.p_value,
        basis=basis,
        persistence=persistence,
        yearly_ratio=yearly,
        frequency_law="poisson" if yearly == 1.0 else "negative_binomial",
        reasons=tuple(reasons),
    )


def _plain(kind: str, persistence: str, law: str, why: Reason) -> DispersionEstimate:
    return DispersionEstimate(
        kind=kind,
        person_ratio=None,
        household_ratio=None,
        person_p_value=None,
        household_p_value=None,
        basis="none",
        persistence=persistence,
        yearly_ratio=1.0,
        frequency_law=law,
        reasons=(why,),
    )


def _person_spread(own: Any, tables: SurveyTables, rng: np.random.Generator) -> Spread | None:
    """None where persons are not known well enough, or there is only one."""
    known = own["person"].to_numpy()
    known = known[known >= 0]
    number = max(int(tables.exposed.sum()), len(tables.persons))
    if len(known) < FEWEST_KNOWN * len(own) or number < 2:
        return None
    counts = np.zeros(number)
    found = np.unique(known, return_counts=True)[1]
    counts[: len(found)] = found
    return spread_of(counts, np.ones(number), rng=rng)


def _household_spread(own: Any, tables: SurveyTables, rng: np.random.Generator) -> Spread | None:
    number = len(tables.households)
    if number < 2:
        return None
    counts = np.bincount(own["household"].to_numpy(), minlength=number).astype(np.float64)
    return spread_of(counts, tables.exposed, rng=rng)


def _chosen(persons: Spread | None, households: Spread | None) -> tuple[str, Spread | None]:
    """Of the ratios that chance does not explain the person's, or the family's where it is clearly larger.

    Where persons are independent both estimate the same; the larger of the two would be too large.
    """
    candidates = [
        (name, spread)
        for name, spread in (("person", persons), ("household", households))
        if spread is not None and spread.p_value < SIGNIFICANT and spread.ratio > 1.0
    ]
    if not candidates:
        return "none", None
    if persons is not None and households is not None and len(candidates) > 1:
        noise = (households.ratio - 1.0) / households.score if households.score > 0.0 else math.inf
        return candidates[int(households.ratio - persons.ratio > CLEARLY * noise)]
    return candidates[0]


def _why(persons: Spread | None, households: Spread | None, chosen: Spread | None) -> list[Reason]:
    if chosen is None:
        p_values = [spread.p_value for spread in (persons, households) if spread is not None]
        return [reason("counts_are_even", p_value=min(p_values, default=1.0))]
    found = [reason("counts_are_uneven", ratio=chosen.ratio, p_value=chosen.p_value)]
    if persons is not None and households is not None and chosen is households:
        found.append(
            reason("households_more_uneven", person_ratio=persons.ratio, household_ratio=households.ratio)
        )
    return found
