"""How well a law fits: Anderson-Darling and Kolmogorov-Smirnov, with p-values by parametric bootstrap.

Samples as large as the survey's are drawn from the fitted law, rounded as the survey's costs were told,
weighted as they were, as many of them open, fitted again and measured against their own fit (Stute, Manteiga
and Quindimil 1993, Metrika 40): a p-value is the share of them that lie at least as far from their law as the
survey's costs lie from theirs. An open event is completed by a draw from the fitted law beyond its bound, the
survey's and every replicate's alike: a fit knows less where events are open, and only so is that allowed for.
Costs are taken to be independent: bills that are alike within a village make the p-values smaller than they
should be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.severity import SmoothLaw
from survey.costs import Costs, own_shares
from survey.laws import cumulative, law_of, quantile
from survey.maximum_likelihood import fit_batch

Array = NDArray[Any]

MOST_NUMBERS = 1_000_000
"""Costs drawn for one law's p-values; larger surveys get fewer replicates, never fewer than 99."""
MOST_TESTED = 20_000
"""Costs beyond this are thinned at random before they are tested."""
MOST_DRAWS = 20
"""Rounds of draws until enough events are open."""
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
    costs = _thinned(costs, rng)
    number = costs.number
    replicates = max(99, min(tests, MOST_NUMBERS // number)) if tests > 99 else tests
    own = _measured(fitted, costs.values[None, :], costs.weights[None, :], costs.is_open, rng)
    drawn, is_open = _drawn(fitted, costs, replicates, rng)
    # a replicate's costs get the survey's weights in an order of their own
    weights = rng.permuted(np.broadcast_to(costs.weights, drawn.shape), axis=1)
    laws = [law_of(law, one) for one in fit_batch(law, drawn, weights, is_open)]
    theirs = [
        _measured(one, drawn[[place]], weights[[place]], is_open, rng) for place, one in enumerate(laws)
    ]
    p_values = [
        (1.0 + sum(replicate[which] >= own[which] for replicate in theirs)) / (1.0 + replicates)
        for which in (0, 1)
    ]
    return Goodness(
        anderson_darling=own[0],
        anderson_darling_p=p_values[0],
        kolmogorov=own[1],
        kolmogorov_p=p_values[1],
    )


def _thinned(costs: Costs, rng: np.random.Generator) -> Costs:
    if costs.number <= MOST_TESTED:
        return costs
    kept = np.sort(rng.choice(costs.number, size=MOST_TESTED, replace=False))
    parts = {name: getattr(costs, name)[kept] for name in ("values", "weights", "is_open", "household")}
    return Costs(**parts)


def _measured(
    law: SmoothLaw, values: Array, weights: Array, is_open: Array, rng: np.random.Generator
) -> tuple[float, float]:
    """Both distances of one sample from a law, open events completed by it; shapes (1, n) and (n,)."""
    values = values.copy()
    if is_open.any():
        bounds = cumulative(law, values[:, is_open])
        beyond = bounds + (1.0 - bounds) * rng.random(bounds.shape)
        # a bound beyond all digits of the law stays where it is
        completed = quantile(law, np.minimum(beyond, 1.0 - 1e-15))
        values[:, is_open] = np.maximum(completed, values[:, is_open])
    order = np.argsort(values[0], kind="stable")
    squared, largest = distances(cumulative(law, values[:, order]), weights[:, order])
    return float(squared[0]), float(largest[0])


def _drawn(fitted: SmoothLaw, costs: Costs, replicates: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Samples of the fitted law, told as the survey's were: as many open, the others rounded.

    Returns
    -------
    tuple of ndarray, shape (B, n) and (n,)
        Closed costs first, ascending in each sample; then the bounds of the open ones.
    """
    open_number = int(costs.is_open.sum())
    closed_number = costs.number - open_number
    closed, bounds = _pairs(fitted, costs, replicates * closed_number, replicates * open_number, rng)
    closed = np.sort(closed.reshape(replicates, closed_number), axis=1)
    steps = rounded_to(costs.values[~costs.is_open])
    rounded = np.maximum(np.round(closed / np.maximum(steps, 1.0)), 1.0) * steps
    told = np.where(steps > 0.0, rounded, closed)
    is_open = np.arange(costs.number) >= closed_number
    return np.concatenate([told, bounds.reshape(replicates, open_number)], axis=1), is_open


def _pairs(
    fitted: SmoothLaw, costs: Costs, closed: int, bounds: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """So many costs that were over before the interviewer came, and bounds of ones that were not.

    When the interviewer comes is drawn from what the survey says of it: the same estimate as for the costs,
    with open and closed changed over (Kaplan and Meier 1958); beyond the largest cost that is over, never.
    """
    if not bounds:
        return fitted.sample(rng, closed), np.zeros(0)
    chances = own_shares(costs.weights, ~costs.is_open)
    until = costs.values.copy()
    if not costs.is_open[-1]:
        until[-1] = np.inf
    over, cut = [np.zeros(0)], [np.zeros(0)]
    for _ in range(MOST_DRAWS):
        values = fitted.sample(rng, 2 * (closed + bounds))
        came = rng.choice(until, size=len(values), p=chances / chances.sum())
        over.append(values[values <= came])
        cut.append(came[values > came])
        if sum(map(len, over)) >= closed and sum(map(len, cut)) >= bounds:
            break
    return _as_many(np.concatenate(over), closed, costs.values[~costs.is_open], rng), _as_many(
        np.concatenate(cut), bounds, costs.values[costs.is_open], rng
    )


def _as_many(found: Array, number: int, otherwise: Array, rng: np.random.Generator) -> Array:
    """The first so many; where a law hardly ever gives any, those it gives again and again."""
    if len(found) >= number:
        return found[:number]
    return np.asarray(rng.choice(found if len(found) else otherwise, size=number))
