"""How well a law fits: Anderson-Darling and Kolmogorov-Smirnov, with p-values by parametric bootstrap.

Samples as large as the survey's are drawn from the fitted law, rounded as the survey's costs were told,
weighted as they were, fitted again and measured against their own fit (Stute, Manteiga and Quindimil 1993,
Metrika 40): a p-value is the share of them that lie at least as far from their law as the survey's costs lie
from theirs. An open event is completed first by a draw from the fitted law beyond its bound. Costs are taken
to be independent: bills that are alike within a village make the p-values smaller than they should be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.severity import SmoothLaw
from survey.costs import Costs
from survey.laws import cumulative, law_of, quantile
from survey.maximum_likelihood import fit_batch

Array = NDArray[Any]

MOST_NUMBERS = 1_000_000
"""Costs drawn for one law's p-values; larger surveys get fewer replicates, never fewer than 99."""
MOST_TESTED = 20_000
"""Costs beyond this are thinned at random before they are tested."""
STEPS = (10_000.0, 5_000.0, 1_000.0, 500.0, 100.0, 50.0, 10.0)
"""What people round to; the largest that divides a value is what it was rounded to."""


@dataclass(frozen=True, kw_only=True)
class Goodness:
    """Statistics and p-values; small p-values speak against the law."""

    anderson_darling: float
    anderson_darling_p: float
    kolmogorov: float
    kolmogorov_p: float


def rounded_to(values: Array) -> Array:
    """What each value was rounded to, money; 0 where to none of `STEPS`."""
    found = np.zeros_like(values)
    for step in reversed(STEPS):
        found[np.mod(values, step) == 0.0] = step
    return found


def distances(probabilities: Array, weights: Array) -> tuple[Array, Array]:
    """Anderson-Darling and Kolmogorov-Smirnov of weighted samples against their laws.

    Parameters
    ----------
    probabilities : ndarray, shape (B, n)
        The law's F(x), ascending along each row.
    weights : ndarray, shape (n,) or (B, n)
        Of each x.

    Returns
    -------
    tuple of ndarray, each shape (B,)
        ``A^2 = m int (F_n - F)^2 / (F (1 - F)) dF`` with m the effective number, (sum w)^2 / sum w^2, and
        ``sqrt(m) sup |F_n - F|``.
    """
    # what lies so far in a tail that its probability rounds to 0 or 1 is held just inside
    u = np.clip(probabilities, 1e-300, 1.0 - 1e-16)
    weights = np.broadcast_to(weights, u.shape)
    total = weights.sum(axis=1, keepdims=True)
    number = total[:, 0] ** 2 / (weights**2).sum(axis=1)
    reached = np.cumsum(weights, axis=1) / total
    below = np.concatenate([np.zeros((len(u), 1)), reached[:, :-1]], axis=1)
    kolmogorov = np.maximum(np.abs(reached - u), np.abs(u - below)).max(axis=1)
    log_u, log_v = np.log(u), np.log1p(-u)
    inside = reached[:, :-1]
    steps = inside**2 * np.diff(log_u, axis=1) - (1.0 - inside) ** 2 * np.diff(log_v, axis=1)
    squared = steps.sum(axis=1) - 1.0 - log_v[:, 0] - log_u[:, -1]
    return number * squared, np.sqrt(number) * kolmogorov


def goodness(*, law: str, fitted: SmoothLaw, costs: Costs, tests: int, rng: np.random.Generator) -> Goodness:
    """Both statistics of ``costs`` against ``fitted``, and their p-values."""
    values, weights = _complete(fitted, costs, rng)
    number = len(values)
    own = distances(cumulative(fitted, values)[None, :], weights)
    replicates = max(99, min(tests, MOST_NUMBERS // number)) if tests > 99 else tests
    steps = rounded_to(np.sort(values))
    drawn = np.sort(fitted.sample(rng, replicates * number).reshape(replicates, number), axis=1)
    drawn = np.where(steps > 0.0, np.maximum(np.round(drawn / np.maximum(steps, 1.0)), 1.0) * steps, drawn)
    equal = bool(np.ptp(weights) == 0.0)
    drawn.sort(axis=1)
    # a replicate's costs get the survey's weights in an order of their own
    weight = weights if equal else rng.permuted(np.broadcast_to(weights, drawn.shape), axis=1)
    again = fit_batch(law, drawn, weight, np.zeros(number, dtype=bool))
    u = np.stack([cumulative(law_of(law, one), row) for one, row in zip(again, drawn, strict=True)])
    theirs = distances(u, weight)
    p_values = [
        (1.0 + float((replicate >= own_value[0]).sum())) / (1.0 + replicates)
        for replicate, own_value in zip(theirs, own, strict=True)
    ]
    return Goodness(
        anderson_darling=float(own[0][0]),
        anderson_darling_p=p_values[0],
        kolmogorov=float(own[1][0]),
        kolmogorov_p=p_values[1],
    )


def _complete(fitted: SmoothLaw, costs: Costs, rng: np.random.Generator) -> tuple[Array, Array]:
    values, weights = costs.values.copy(), costs.weights
    if costs.is_open.any():
        bounds = cumulative(fitted, values[costs.is_open])
        beyond = bounds + (1.0 - bounds) * rng.random(len(bounds))
        # a bound beyond all digits of the law stays where it is
        values[costs.is_open] = np.maximum(
            quantile(fitted, np.minimum(beyond, 1.0 - 1e-15)), values[costs.is_open]
        )
    if len(values) > MOST_TESTED:
        kept = rng.choice(len(values), size=MOST_TESTED, replace=False)
        values, weights = values[kept], weights[kept]
    order = np.argsort(values, kind="stable")
    return values[order], weights[order]
