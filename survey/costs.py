"""Costs (or days) as they are fitted: values above 0 with weights and open ends, and what the data say alone.

The data's own distribution gives the weight of an open event to the larger ones that are over (Kaplan and
Meier 1958; Efron's redistribution to the right); what is left beyond the largest stays on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.bootstrap import Times

Array = NDArray[Any]

MOST_ATOMS = 500
"""Points that the empirical law is put together to for resamples."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Values above 0, ascending; open ones after closed ones of the same value.

    Attributes
    ----------
    values, weights : ndarray, shape (n,)
        Money or days; weights above 0.
    is_open : ndarray of bool, shape (n,)
        Lower bounds.
    household : ndarray of int, shape (n,)
    """

    values: Array
    weights: Array
    is_open: Array
    household: Array

    @property
    def number(self) -> int:
        """Events."""
        return len(self.values)

    @property
    def distinct(self) -> int:
        """Different values among the events that are over."""
        return len(np.unique(self.values[~self.is_open]))

    def resampled_weights(self, times: Times) -> Array:
        """Weights in each resample, shape (B, n)."""
        return np.asarray(times.of(self.household) * self.weights)


def make_costs(*, values: Array, weights: Array, is_open: Array, household: Array) -> Costs:
    """Costs in their order; values of 0 or unknown must have been taken out."""
    order = np.lexsort((is_open, values))
    return Costs(
        values=values[order],
        weights=weights[order],
        is_open=is_open[order].astype(bool),
        household=household[order],
    )


def own_shares(weights: Array, is_open: Array) -> Array:
    """Probability of each value by the data alone, shape of ``weights``: (n,) or (B, n), values ascending."""
    total = weights.sum(axis=-1, keepdims=True)
    if not is_open.any():
        return np.asarray(weights / total)
    at_risk = np.cumsum(weights[..., ::-1], axis=-1)[..., ::-1]
    gone = np.where(is_open, 0.0, weights) / np.where(at_risk > 0.0, at_risk, 1.0)
    staying = np.cumprod(np.clip(1.0 - gone, 0.0, 1.0), axis=-1)
    before = np.concatenate([np.ones_like(staying[..., :1]), staying[..., :-1]], axis=-1)
    shares = before - staying
    # an open end beyond all others: its chance stays on the largest value of the sample
    shares[..., -1] += staying[..., -1]
    return np.asarray(shares)


def limited_means(values: Array, shares: Array, caps: Array) -> Array:
    """E[min(X, cap)] of the data; ``shares`` (n,) gives (C,), (B, n) gives (B, C)."""
    return np.asarray(shares @ np.minimum(values[:, None], caps[None, :]))


def quantiles(values: Array, shares: Array, chances: Array) -> Array:
    """The data's own quantiles: the smallest value reached with each chance, shape of ``chances``."""
    reached = np.searchsorted(np.cumsum(shares), chances * (1.0 - 1e-12))
    return np.asarray(values[np.minimum(reached, len(values) - 1)])


def slabs(shares: Array, number: int) -> Array:
    """Equal slabs of probability: how much of each value lies in each, shape (number, n) as a sparse product.

    Returns
    -------
    ndarray of int and float, shape (3, m)
        Slab, value's place and probability, for the m pairs that overlap.
    """
    ends = np.concatenate([[0.0], np.cumsum(shares)])
    ends[-1] = 1.0
    cuts = np.unique(np.concatenate([ends, np.linspace(0.0, 1.0, number + 1)]))
    middle = 0.5 * (cuts[1:] + cuts[:-1])
    slab = np.minimum((middle * number).astype(np.int64), number - 1)
    place = np.clip(np.searchsorted(ends, middle, side="right") - 1, 0, len(shares) - 1)
    return np.stack([slab, place, np.diff(cuts)])


def equal_sample(values: Array, shares: Array, *, most: int, whole: bool = False) -> Array:
    """At most ``most`` equally likely values with the mean of the data, ascending.

    Equal shares of at most ``most`` values are kept as they are. Otherwise the distribution is cut into
    ``most`` slabs of equal probability and each is its own mean: the overall mean is kept exactly. Whole days
    stay whole: each slab is its median then.
    """
    kept = shares > 0.0
    values, shares = values[kept], shares[kept]
    if len(values) <= most and np.ptp(shares) <= 1e-9 * shares[0]:
        return values
    if whole:
        return quantiles(values, shares, (np.arange(most) + 0.5) / most)
    slab, place, chance = slabs(shares, most)
    of = values[place.astype(np.int64)]
    return np.asarray(np.bincount(slab.astype(np.int64), chance * of, most) * most)


def put_together(values: Array, *, most: int) -> tuple[Array, Array]:
    """At most ``most`` groups of neighbouring values: the group of each value, and the groups' first places.

    Values ascending; equal values are one group; otherwise groups hold about equally many.
    """
    distinct, group = np.unique(values, return_inverse=True)
    if len(distinct) > most:
        rank = np.minimum(np.arange(len(values)) * most // len(values), most - 1)
        first_of_value = np.full(len(distinct), most, dtype=np.int64)
        np.minimum.at(first_of_value, group, rank)
        _, group = np.unique(first_of_value[group], return_inverse=True)
    return group, np.unique(group, return_index=True)[1]
