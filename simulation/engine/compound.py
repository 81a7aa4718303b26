"""A family's yearly sum of payouts up to its cap, from the lattice of one event's payout.

Families with no event pay nothing and those with one event pay ``min(Y, cap)``: both are in closed form. Only
families with several events need a convolution: ``E[z^N; N >= 2]`` of the lattice's transform, one batch of
real fast Fourier transforms for all (threshold, event cap) rows and family sizes. Each compound serves
every family cap.

A transform of finite length folds what lies beyond its end back to the start (aliasing). Two things prevent
it: the length is ``PADDING`` times the largest cap, and the masses are tilted by ``exp(-tilt j / length)``
first, which makes what is folded back ``exp(-tilt)`` times smaller. Undoing the tilt magnifies rounding
errors by at most ``exp(tilt / PADDING)`` below the cap, so no more tilt is used than the tail of the count
asks for; where that is hardly any, ``SHORT_PADDING`` does. Sums run over ``cap - x`` below the cap, never
over the far tail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.checks import check, relative
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.moments import Check

Array = NDArray[Any]

PADDING, SHORT_PADDING = 2.0, 1.125
STRONGEST_TILT, WEAK_TILT = 30.0, 8.0
ALIASING_ACCEPTED = 1e-12
MASSES_AT_ONCE = 2**16
"""Rows are done in blocks of so many masses: larger temporary arrays leave the processor's cache."""
KEPT = 2**20
"""Numbers (8 MiB) up to whose size the C library keeps for the next block what one block gave back.

By default it gives arrays of more than 128 KiB back to the system at once and asks for them anew, page by
page: up to a third of an answer's time. It learns from the largest array it has seen freed, so it is shown
one here; nobody writes into it, so it takes no memory.
"""
np.empty(KEPT)
ROUNDING = 1e-11
"""A variance this far below 0, in squared caps, is the noise of subtracting equal numbers and is reported
as 0.
"""


@dataclass(frozen=True, kw_only=True)
class CappedRows:
    """Rows with the same number of nodes, each one event law with several family caps (R rows, G caps each).

    Attributes
    ----------
    weights : ndarray, shape (R, n + 1)
        Lattice of the event's payout, from ``lattice``.
    step : ndarray, shape (R,)
        Money.
    event_mean, event_square : ndarray, shape (R,)
        E[Y] and E[Y^2] in closed form, of the payout limited to the last node.
    caps : ndarray, shape (R, G)
        Family caps, above 0, finite, money.
    single_mean, single_square : ndarray, shape (R, G)
        E[min(Y, cap)] and E[min(Y, cap)^2] in closed form.
    """

    weights: Array
    step: Array
    event_mean: Array
    event_square: Array
    caps: Array
    single_mean: Array
    single_square: Array


def transform_length(rows: CappedRows, padding: float = PADDING) -> int:
    """Length of the transforms: ``padding`` times the nodes below the largest cap, rounded up to a fast
    length.
    """
    below = math.ceil((rows.caps.max(axis=1) / rows.step).max())
    return int(fft.next_fast_len(max(math.ceil(padding * below), rows.weights.shape[1]) + 1, real=True))


def tilt_strength(counts: FamilyCounts, rows: CappedRows, length: int) -> Array:
    """How strongly to tilt each row, shape (R,): as much as brings what is folded back below
    ``ALIASING_ACCEPTED``.

    The payout is below ``top * B`` in convex order, B being 1 with chance E[Y] / top: so the tail of the
    thinned count bounds what the family's payouts hold beyond the end of the lattice.
    """
    top = rows.step * (rows.weights.shape[1] - 1)
    # half a node before the end: a payout of exactly the length is folded back too
    beyond = counts.tail_share((length - 0.5) * rows.step / top, np.minimum(rows.event_mean / top, 1.0))
    wanted = np.log(np.maximum(beyond, 1e-300) / ALIASING_ACCEPTED)
    return np.minimum(np.maximum(wanted, 0.0), STRONGEST_TILT)


def _length_and_tilt(counts: FamilyCounts, rows: CappedRows) -> tuple[int, Array]:
    """A short transform where so few events lie beyond the cap that little tilt will do, else a long one."""
    length = transform_length(rows, SHORT_PADDING)
    tilt = tilt_strength(counts, rows, length)
    if tilt.max() > WEAK_TILT:
        length = transform_length(rows)
        tilt = tilt_strength(counts, rows, length)
    return length, tilt / length


class _Counted:
    """How many of a family's events are paid.

    Attributes
    ----------
    paid : ndarray, shape (R,)
        Chance that one event is paid.
    none_less_one, one, several : ndarray, shape (O, R)
        P(none is paid) - 1; P(exactly one is paid) / paid; P(two or more are paid).
    """

    def __init__(self, counts: FamilyCounts, paid: Array, tilted_sum: Array) -> None:
        self.counts = counts
        self.paid = paid
        points = np.stack([-paid, tilted_sum])
        excess, slope = counts.excess(points), counts.slope(points)
        self.none_less_one, self.one = excess[:, 0], slope[:, 0]
        self.several = -self.none_less_one - self.one * paid
        self.tilted_mass = excess[:, 1] - self.none_less_one - self.one * (tilted_sum + paid)
        """E[z^N; two or more are paid] at the tilted lattice's sum, shape (O, R): what the masses must add
        up to.
        """
        self.tilted_slope = slope[:, 1] - self.one
        """Its derivative there."""

    def excess_several(self, w: Array, rows: slice) -> Array:
        """E[z^N; two or more are paid] for z = 1 + w, w of shape (rows, F), which is spent; shape (O, rows,
        F).
        """
        result = self.counts.excess(w)
        w += self.paid[rows, None]
        for outcome in range(len(result)):  # one at a time: what is set aside for it stays small
            result[outcome] -= self.one[outcome, rows, None] * w
        result -= self.none_less_one[:, rows, None]
        return result


@dataclass(frozen=True)
class _Tilted:
    """Tilted lattice of one event less 1 (R, n + 1), tilt per node (R,), length of the transforms."""

    event: Array
    tilt: Array
    length: int

    def folded(self, counted: _Counted, place: Array) -> Array:
        """Tilted mass that was folded back, shape (O, R), from the masses times their nodes.

        The tilted masses have a mean in closed form. Whatever was folded back by one length lowered it by
        that length, so the difference over the length is the mass folded back.
        """
        nodes = np.arange(self.event.shape[1], dtype=np.float64)
        return np.abs(counted.tilted_slope * (self.event @ nodes) - place) / self.length


def capped_moments(counts: FamilyCounts, rows: CappedRows) -> tuple[Array, Array, list[Check]]:
    """Mean and variance of ``min(sum of the family's payouts, cap)``.

    Returns
    -------
    mean, variance : ndarray, shape (O, R, G)
        Money and money squared, for each outcome of ``counts``, row and cap.
    checks : list of Check
    """
    length, tilt = _length_and_tilt(counts, rows)
    event = rows.weights * np.exp(-tilt[:, None] * np.arange(rows.weights.shape[1]))
    # the transform less 1, from the payouts above 0 alone: exact even where an event is hardly ever paid
    paid = rows.weights[:, 1:].sum(axis=1)
    event[:, 0] = -paid
    tilted = _Tilted(event, tilt, length)
    counted = _Counted(counts, paid, event.sum(axis=1))
    several = [
        _several_below(counted, rows, tilted, part) for part in _blocks(len(tilt), len(counted.one) * length)
    ]
    first, second, mass, place = (np.concatenate(found, axis=1) for found in zip(*several, strict=True))
    mean, variance = _moments(counted, rows, first, second)
    return (
        mean,
        variance,
        [
            *_event_checks(rows),
            check("total mass", relative(mass, counted.tilted_mass, scale=-counted.none_less_one)),
            check("aliasing", _aliasing(rows, tilted, tilted.folded(counted, place), mean)),
            check("negative variance", np.minimum(variance, 0.0) / rows.caps**2),
        ],
    )


def _blocks(rows: int, masses_of_one: int) -> list[slice]:
    size = max(1, MASSES_AT_ONCE // masses_of_one)
    return [slice(start, start + size) for start in range(0, rows, size)]


def _several_below(
    counted: _Counted, rows: CappedRows, tilted: _Tilted, part: slice
) -> tuple[Array, Array, Array, Array]:
    """Sums over families with several paid events, for the rows ``part``.

    Returns
    -------
    first, second : ndarray, shape (O, rows, G)
        (cap - x) and (cap - x)^2 over the masses below each cap, in steps.
    mass, place : ndarray, shape (O, rows)
        Sum of the tilted masses, and of the masses times their nodes.
    """
    event = fft.rfft(tilted.event[part], tilted.length, axis=1)
    masses = fft.irfft(counted.excess_several(event, part), tilted.length, axis=-1)
    first, second = _sums_below(masses, rows.caps[part] / rows.step[part, None], tilted.tilt[part])
    return first, second, masses.sum(axis=-1), masses @ np.arange(tilted.length, dtype=np.float64)


def _sums_below(masses: Array, units: Array, tilt: Array) -> tuple[Array, Array]:
    """Sums of (cap - x) and (cap - x)^2 over the masses below each cap, in steps; each shape (O, R, G)."""
    outcomes, rows, caps = len(masses), *units.shape
    row = np.arange(rows)[:, None]
    ends = np.ceil(units).astype(np.int64)
    # one node beyond the highest cap: a sum that ends there still has somewhere to end
    reach = int(ends.max()) + 1
    order = ends.argsort(axis=1)
    starts = np.zeros((rows, caps + 1), dtype=np.int64)
    starts[:, 1:] = ends[row, order]
    empty = starts[:, 1:] == starts[:, :-1]
    places = (starts + reach * row).ravel()
    nodes = np.arange(reach, dtype=np.float64)
    below = masses[:, :, :reach] * np.exp(tilt[:, None] * nodes)
    between = np.empty((3, outcomes, rows * (caps + 1)))
    for power in between:  # the masses, times their nodes, times their squares; from each cap to the next
        np.add.reduceat(below.reshape(outcomes, -1), places, axis=1, out=power)
        below *= nodes
    between = between.reshape(3, outcomes, rows, caps + 1)[..., :caps]
    between[..., empty] = 0.0
    zeroth, first, second = between.cumsum(axis=3)[:, :, row, order.argsort(axis=1)]
    return units * zeroth - first, units**2 * zeroth - 2.0 * units * first + second


def _moments(
    counted: _Counted, rows: CappedRows, below_first: Array, below_second: Array
) -> tuple[Array, Array]:
    """Put none, one and several paid events together; the variance is taken from the nearer end, 0 or the
    cap.
    """
    step, cap, single, square = rows.step[:, None], rows.caps, rows.single_mean, rows.single_square
    none, one = 1.0 + counted.none_less_one[:, :, None], counted.one[:, :, None]
    several, paid = counted.several[:, :, None], counted.paid[:, None]
    room, room_square = step * below_first, step**2 * below_second
    cap_square = cap**2
    mean = one * single + cap * several - room
    from_zero = one * square + cap_square * several - 2.0 * cap * room + room_square - mean**2
    left = none * cap + one * (paid * cap - single) + room
    left_square = none * cap_square + one * (paid * cap_square - 2.0 * cap * single + square) + room_square
    variance = np.where(mean > 0.5 * cap, left_square - left**2, from_zero)
    variance[(variance < 0.0) & (variance >= -ROUNDING * cap_square)] = 0.0
    return mean, variance


def _event_checks(rows: CappedRows) -> list[Check]:
    nodes = np.arange(rows.weights.shape[1], dtype=np.float64)
    mean = rows.step * (rows.weights @ nodes)
    square = rows.step**2 * (rows.weights @ nodes**2)
    return [
        check("event mean", relative(mean, rows.event_mean)),
        check("event second moment", relative(square, rows.event_square)),
    ]


def _aliasing(rows: CappedRows, lattice: _Tilted, folded: Array, mean: Array) -> Array:
    """Bound on the error of the mean under the largest cap, relative to it; shape (O, R).

    What was folded back at tilted mass m changes a sum below the cap by at most m, undoing the tilt, or by
    ``exp(-tilt length)``, whichever is less; more mass folded back than that cannot come from folding and
    counts in full.
    """
    row, largest = np.arange(len(rows.step)), rows.caps.argmax(axis=1)
    cap = rows.caps[row, largest]
    possible = np.exp(-lattice.tilt * lattice.length)
    share = np.minimum(folded * np.exp(lattice.tilt * cap / rows.step), possible) + np.maximum(
        folded - possible, 0.0
    )
    paid = mean[:, row, largest]
    # Where nothing is ever paid there is nothing to be relative to, and nothing to fold.
    return np.asarray(np.divide(share * cap, paid, out=np.zeros_like(paid), where=paid > 0.0))
