"""Many terms priced on the same drawn families.

Every set of terms is a layer of the event: ``scale * min(max(X - threshold, 0), width)``, and a limit on the
family's sum. Terms that share threshold and width share one pass over the events, whatever their copays and
family caps: a copay ``c`` is a scale ``1 - c`` with width ``event cap / (1 - c)`` and limit ``family cap / (1
- c)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.simulated_counts import Strata
from simulation.engine.simulated_families import BenefitEvents
from simulation.engine.terms import CostTerms, FixedTerms, Terms

Array = NDArray[Any]

ROWS_WITH_SINGLES = 8
"""Rows in which families with one event are priced from sorted costs; later rows hold few of them."""


@dataclass(frozen=True, kw_only=True)
class MenuLayers:
    """T sets of terms as layers; each array has shape (T,).

    Attributes
    ----------
    threshold, width : ndarray
        In the unit of the event: money, days, or 1 for a fixed benefit.
    scale : ndarray
        Money paid per unit in the layer.
    limit : ndarray
        The family cap in the unit of the event; infinity for none.
    """

    threshold: Array
    width: Array
    scale: Array
    limit: Array

    @classmethod
    def of(cls, terms: Sequence[Terms]) -> MenuLayers:
        """The layers of cost, fixed or wage terms."""
        columns = np.array([_layer(one) for one in terms], dtype=np.float64).reshape(len(terms), 4).T
        threshold, width, scale, family_cap = columns
        paying = scale > 0.0
        return cls(
            threshold=threshold,
            width=np.where(paying, width, 0.0),
            scale=scale,
            limit=np.divide(family_cap, scale, out=np.zeros(len(terms)), where=paying),
        )


def _layer(terms: Terms) -> tuple[float, float, float, float]:
    if isinstance(terms, CostTerms):
        share = 1.0 - terms.copay
        width = terms.event_cap / share if share > 0.0 else 0.0
        # two copays may mean the same width: 800 / 0.8 and 900 / 0.9 differ in the last bit only
        return terms.threshold, float(f"{width:.13g}"), share, terms.family_cap
    if isinstance(terms, FixedTerms):
        return 0.0, 1.0, terms.amount, terms.family_cap
    return float(terms.start_day - 1), float(terms.most_days), terms.rate, terms.family_cap


def menu_sums(events: BenefitEvents, strata: Strata, layers: MenuLayers) -> tuple[Array, Array]:
    """Sums of the family-year payouts, and of their squares, over the drawn families of each row.

    Families with one event (most of them, where events are rare) are sorted once: then any layer is two
    look-ups in running totals. The others are summed once per threshold and width, and all their limits read
    off one histogram.

    Parameters
    ----------
    events : BenefitEvents
        Of one benefit, families in the order of the strata's rows.
    strata : Strata
        With R rows.
    layers : MenuLayers
        T sets of terms.

    Returns
    -------
    first, second : ndarray, shape (R, T)
        Money, and money squared.
    """
    rows, terms = len(strata.drawn), len(layers.scale)
    first, second = np.zeros((rows, terms)), np.zeros((rows, terms))
    row = np.repeat(np.arange(rows), strata.drawn)
    single = (events.per_family == 1) & (row < ROWS_WITH_SINGLES)
    for r, start in enumerate(strata.row_start[:ROWS_WITH_SINGLES]):
        here = slice(start, start + strata.drawn[r])
        costs = events.cost[events.first_event[here][single[here]]]
        if len(costs):
            first[r], second[r] = _single_sums(np.sort(costs), layers)
    many = (events.per_family > 0) & ~single
    if many.any():
        costs = events.cost[np.repeat(many, events.per_family)]
        _add_family_sums(
            first, second, costs=costs, per_family=events.per_family[many], row=row[many], layers=layers
        )
    return first * layers.scale, second * layers.scale**2


def _single_sums(costs: Array, layers: MenuLayers) -> tuple[Array, Array]:
    """Sums over families of one event, costs ascending, in the unit of the event; each shape (T,)."""
    low = layers.threshold
    width = np.minimum(layers.width, layers.limit)
    begin = np.searchsorted(costs, low, side="right")
    end = np.searchsorted(costs, low + width, side="right")
    sums = np.concatenate([[0.0], np.cumsum(costs)])
    squares = np.concatenate([[0.0], np.cumsum(costs * costs)])
    inside, part = end - begin, sums[end] - sums[begin]
    above = len(costs) - end
    full = np.where(above > 0, width, 0.0)
    first = part - low * inside + full * above
    second = squares[end] - squares[begin] - 2.0 * low * part + low**2 * inside + full**2 * above
    return first, second


def _add_family_sums(
    first: Array, second: Array, *, costs: Array, per_family: Array, row: Array, layers: MenuLayers
) -> None:
    """Add families of several events, in the unit of the event, to the rows' sums."""
    begin = np.cumsum(per_family) - per_family
    members: dict[float, dict[float, list[int]]] = {}
    for t, (threshold, width) in enumerate(
        zip(layers.threshold.tolist(), layers.width.tolist(), strict=True)
    ):
        members.setdefault(threshold, {}).setdefault(width, []).append(t)
    layered = np.empty_like(costs)
    for threshold, widths in members.items():
        above = np.maximum(costs - threshold, 0.0)
        for width, chosen in widths.items():
            if math.isfinite(width):
                np.minimum(above, width, out=layered)
            else:
                layered[:] = above
            limits, which = np.unique(layers.limit[chosen], return_inverse=True)
            sums = _limited_sums(np.add.reduceat(layered, begin), row=row, rows=len(first), limits=limits)
            first[:, chosen] += sums[0][:, which]
            second[:, chosen] += sums[1][:, which]


def _limited_sums(family: Array, *, row: Array, rows: int, limits: Array) -> tuple[Array, Array]:
    """Row by row, for each limit (ascending): sums of min(family, limit) and of its square; each (R, G)."""
    bins = len(limits) + 1
    key = row * bins + np.searchsorted(limits, family)
    shape = (rows, bins)
    count = np.bincount(key, minlength=rows * bins).reshape(shape)
    total = np.bincount(key, weights=family, minlength=rows * bins).reshape(shape)
    square = np.bincount(key, weights=family * family, minlength=rows * bins).reshape(shape)
    above = count.sum(axis=1, keepdims=True) - np.cumsum(count, axis=1)[:, :-1]
    reached = np.where(np.isfinite(limits), limits, 0.0)
    first = np.cumsum(total, axis=1)[:, :-1] + reached * above
    second = np.cumsum(square, axis=1)[:, :-1] + reached**2 * above
    return first, second
