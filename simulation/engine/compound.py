"""A family's yearly sum of payouts up to its cap, from the lattice of one event's payout.

Families with no event pay nothing and those with one event pay ``min(Y, cap)``: both are in closed form. Only
families with several events need a convolution: ``E[z^N; N >= 2]`` of the lattice's transform, one batch of
real fast Fourier transforms for all (threshold, event cap) rows and family sizes. Each compound serves
every family cap.

A transform of finite length folds what lies beyond its end back to the start (aliasing). Two things prevent
it: the length is ``PADDING`` times the largest cap, and the masses are tilted by ``exp(-tilt j / length)``
first, which makes what is folded back ``exp(-tilt)`` times smaller. Undoing the tilt magnifies rounding
errors by at most ``exp(tilt / PADDING)`` below the cap, so no more tilt is used than the tail of the count
asks for. Sums run over ``cap - x`` below the cap, never over the far tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.checks import check, relative
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.moments import Check

Array = NDArray[Any]

PADDING = 2
STRONGEST_TILT = 30.0
ALIASING_ACCEPTED = 1e-12
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


def transform_length(rows: CappedRows) -> int:
    """Length of the transforms: ``PADDING`` times the nodes below the largest cap, rounded up to a fast
    length.
    """
    below = int(np.ceil((rows.caps.max(axis=1) / rows.step).max()))
    return int(fft.next_fast_len(max(PADDING * below, rows.weights.shape[1]) + 1, real=True))


def tilt_strength(counts: FamilyCounts, rows: CappedRows, length: int) -> Array:
    """How strongly to tilt each row, shape (R,): as much as brings what is folded back below
    ``ALIASING_ACCEPTED``.

    The payout is below ``top * B`` in convex order, B being 1 with chance E[Y] / top: so the tail of the
    thinned count bounds what the family's payouts hold beyond the end of the lattice.
    """
    top = rows.step * (rows.weights.shape[1] - 1)
    # half a node before the end: a payout of exactly the length is folded back too
    beyond = counts.tail_share((length - 0.5) * rows.step / top, np.minimum(rows.event_mean / top, 1.0))
    return np.clip(np.log(np.maximum(beyond, 1e-300) / ALIASING_ACCEPTED), 0.0, STRONGEST_TILT)


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

    def excess_several(self, w: Array) -> Array:
        """E[z^N; two or more are paid] for z = 1 + w, w of shape (R, F); shape (O, R, F)."""
        result = self.counts.excess(w)
        result -= self.one[:, :, None] * (w + self.paid[:, None])
        result -= self.none_less_one[:, :, None]
        return result


def capped_moments(counts: FamilyCounts, rows: CappedRows) -> tuple[Array, Array, list[Check]]:
    """Mean and variance of ``min(sum of the family's payouts, cap)``.

    Returns
    -------
    mean, variance : ndarray, shape (O, R, G)
        Money and money squared, for each outcome of ``counts``, row and cap.
    checks : list of Check
    """
    length = transform_length(rows)
    tilt = tilt_strength(counts, rows, length) / length
    tilted = rows.weights * np.exp(-tilt[:, None] * np.arange(rows.weights.shape[1]))
    # the transform less 1, from the payouts above 0 alone: exact even where an event is hardly ever paid
    paid = rows.weights[:, 1:].sum(axis=1)
    tilted[:, 0] = -paid
    counted = _Counted(counts, paid, tilted.sum(axis=1))
    masses = fft.irfft(counted.excess_several(fft.rfft(tilted, length, axis=1)), length, axis=-1)
    mean, variance = _moments(counted, rows, *_sums_below(masses, rows.caps / rows.step[:, None], tilt))
    lattice = _Tilted(tilted, masses, tilt)
    return (
        mean,
        variance,
        [
            *_event_checks(rows),
            check("total mass", lattice.mass_error(counted)),
            check("aliasing", _aliasing(rows, lattice, counted, mean)),
            check("negative variance", np.minimum(variance, 0.0) / rows.caps**2),
        ],
    )


def _sums_below(masses: Array, units: Array, tilt: Array) -> tuple[Array, Array]:
    """Sums of (cap - x) and (cap - x)^2 over the masses below each cap, in steps; each shape (O, R, G)."""
    reach = int(np.ceil(units.max()))
    nodes = np.arange(reach, dtype=np.float64)
    below = masses[:, :, :reach] * np.exp(tilt[:, None] * nodes)
    row, last = np.arange(len(tilt))[:, None], np.ceil(units).astype(np.int64) - 1
    zeroth = np.cumsum(below, axis=2)[:, row, last]
    below *= nodes
    first = np.cumsum(below, axis=2)[:, row, last]
    below *= nodes
    second = np.cumsum(below, axis=2)[:, row, last]
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
    mean = one * single + cap * several - room
    from_zero = one * square + cap**2 * several - 2.0 * cap * room + room_square - mean**2
    left = none * cap + one * (paid * cap - single) + room
    left_square = none * cap**2 + one * (paid * cap**2 - 2.0 * cap * single + square) + room_square
    variance = np.where(mean > 0.5 * cap, left_square - left**2, from_zero)
    noise = (variance < 0.0) & (variance >= -ROUNDING * cap**2)
    return mean, np.where(noise, 0.0, variance)


def _event_checks(rows: CappedRows) -> list[Check]:
    nodes = np.arange(rows.weights.shape[1])
    mean = rows.step * (rows.weights @ nodes)
    square = rows.step**2 * (rows.weights @ nodes**2)
    return [
        check("event mean", relative(mean, rows.event_mean)),
        check("event second moment", relative(square, rows.event_square)),
    ]


@dataclass(frozen=True)
class _Tilted:
    """Tilted lattice of one event less 1 (R, n + 1), tilted masses of several (O, R, length), tilt per node
    (R,).
    """

    event: Array
    masses: Array
    tilt: Array

    def mass_error(self, counted: _Counted) -> Array:
        """Sum of the masses against the generating function, relative to the chance of any payment; shape
        (O, R).
        """
        return relative(self.masses.sum(axis=-1), counted.tilted_mass, scale=-counted.none_less_one)

    def folded(self, counted: _Counted) -> Array:
        """Tilted mass that was folded back, shape (O, R).

        The tilted masses have a mean in closed form. Whatever was folded back by one length lowered it by
        that length, so the difference over the length is the mass folded back.
        """
        nodes = np.arange(self.masses.shape[-1], dtype=np.float64)
        expected = counted.tilted_slope * (self.event @ nodes[: self.event.shape[1]])
        return np.abs(expected - self.masses @ nodes) / len(nodes)


def _aliasing(rows: CappedRows, lattice: _Tilted, counted: _Counted, mean: Array) -> Array:
    """Bound on the error of the mean under the largest cap, relative to it; shape (O, R).

    What was folded back at tilted mass m changes a sum below the cap by at most m, undoing the tilt, or by
    ``exp(-tilt length)``, whichever is less; more mass folded back than that cannot come from folding and
    counts in full.
    """
    row, largest = np.arange(len(rows.step)), rows.caps.argmax(axis=1)
    cap = rows.caps[row, largest]
    folded = lattice.folded(counted)
    possible = np.exp(-lattice.tilt * lattice.masses.shape[-1])
    share = np.minimum(folded * np.exp(lattice.tilt * cap / rows.step), possible) + np.maximum(
        folded - possible, 0.0
    )
    paid = mean[:, row, largest]
    # Where nothing is ever paid there is nothing to be relative to, and nothing to fold.
    return np.asarray(np.divide(share * cap, paid, out=np.zeros_like(paid), where=paid > 0.0))
