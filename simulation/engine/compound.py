"""A family's yearly sum of payouts up to its cap, from the lattice of one event's payout.

Families with no event pay nothing and those with one event pay ``min(Y, cap)``: both are in closed form. Only
families with several events need a convolution: ``E[z^N; N >= 2]`` of the lattice's transform, one batch of real
fast Fourier transforms for all (threshold, event cap) rows and family sizes. Each compound serves every family cap.

A transform of finite length folds what lies beyond its end back to the start (aliasing). Two things prevent it: the
length is ``PADDING`` times the largest cap, and the masses are tilted by ``exp(-tilt j / length)`` first, which makes
what is folded back ``exp(-tilt)`` times smaller. Undoing the tilt magnifies rounding errors by at most
``exp(tilt / PADDING)`` below the cap, so no more tilt is used than the tail of the count asks for. Sums run over
``cap - x`` below the cap, never over the far tail.
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

PADDING = 3
STRONGEST_TILT = 26.0
ALIASING_ACCEPTED = 1e-12
ROUNDING = 1e-11
"""A variance this far below 0, in squared caps, is the noise of subtracting equal numbers and is reported as 0."""


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
    """Length of the transforms: ``PADDING`` times the nodes below the largest cap, rounded up to a fast length."""
    below = int(np.ceil((rows.caps.max(axis=1) / rows.step).max()))
    return int(fft.next_fast_len(max(PADDING * below, rows.weights.shape[1]) + 1, real=True))


def tilt_strength(counts: FamilyCounts, rows: CappedRows, length: int) -> Array:
    """How strongly to tilt each row, shape (R,): as much as brings what is folded back below ``ALIASING_ACCEPTED``.

    The payout is below ``top * B`` in convex order, B being 1 with chance E[Y] / top: so the tail of the thinned
    count bounds what the family's payouts hold beyond the end of the lattice.
    """
    top = rows.step * (rows.weights.shape[1] - 1)
    beyond = counts.tail_share(length * rows.step / top, np.minimum(rows.event_mean / top, 1.0))
    return np.clip(np.log(np.maximum(beyond, 1e-300) / ALIASING_ACCEPTED), 0.0, STRONGEST_TILT)


def capped_moments(counts: FamilyCounts, rows: CappedRows) -> tuple[Array, Array, list[Check]]:
    """Mean and variance of ``min(sum of the family's payouts, cap)``.

    Returns
    -------
    mean, variance : ndarray, shape (O, R, G)
        Money and money squared, for each outcome of ``counts``, row and cap.
    checks : list of Check
    """
    length = transform_length(rows)
    nodes = np.arange(length)
    tilt = tilt_strength(counts, rows, length)[:, None] / length
    tilted = rows.weights * np.exp(-tilt * nodes[: rows.weights.shape[1]])
    masses = fft.irfft(counts.excess_several(fft.rfft(tilted, length, axis=1)), length, axis=-1)
    checks = _checks_of(counts, rows, tilted, masses, tilt[:, 0])
    units = rows.caps / rows.step[:, None]
    below_first, below_second = _sums_below(masses, units, tilt)
    mean, variance = _moments(counts, rows, below_first, below_second)
    checks.append(check("aliasing", _folded_share(counts, rows, tilted, masses, tilt[:, 0], mean)))
    checks.append(check("negative variance", np.minimum(variance, 0.0) / rows.caps**2))
    return mean, variance, checks


def _sums_below(masses: Array, units: Array, tilt: Array) -> tuple[Array, Array]:
    """Sums of (cap - x) and (cap - x)^2 over the masses below each cap, in steps; each shape (O, R, G)."""
    reach = int(np.ceil(units.max()))
    nodes = np.arange(reach)
    room = np.maximum(units[:, :, None] - nodes, 0.0)
    weighted = room * np.exp(tilt * nodes)[:, None, :]
    both = np.concatenate([weighted, weighted * room], axis=1)
    sums = np.matmul(masses[:, :, None, :reach], both.swapaxes(1, 2))[:, :, 0, :]
    caps = units.shape[1]
    return sums[..., :caps], sums[..., caps:]


def _moments(
    counts: FamilyCounts, rows: CappedRows, below_first: Array, below_second: Array
) -> tuple[Array, Array]:
    """Put none, one and several events together; the variance is taken from the nearer end, 0 or the cap."""
    step, cap, single, square = rows.step[:, None], rows.caps, rows.single_mean, rows.single_square
    none = 1.0 + counts.none_less_one[:, None, None]
    one, several = counts.one[:, None, None], counts.several[:, None, None]
    room, room_square = step * below_first, step**2 * below_second
    mean = one * single + cap * several - room
    from_zero = one * square + cap**2 * several - 2.0 * cap * room + room_square - mean**2
    left = none * cap + one * (cap - single) + room
    left_square = none * cap**2 + one * (cap**2 - 2.0 * cap * single + square) + room_square
    variance = np.where(mean > 0.5 * cap, left_square - left**2, from_zero)
    noise = (variance < 0.0) & (variance >= -ROUNDING * cap**2)
    return mean, np.where(noise, 0.0, variance)


def _checks_of(
    counts: FamilyCounts, rows: CappedRows, tilted: Array, masses: Array, tilt: Array
) -> list[Check]:
    nodes = np.arange(rows.weights.shape[1])
    mean = rows.step * (rows.weights @ nodes)
    square = rows.step**2 * (rows.weights @ nodes**2)
    whole = counts.excess_several(tilted.sum(axis=1))
    return [
        check("event mean", relative(mean, rows.event_mean)),
        check("event second moment", relative(square, rows.event_square)),
        check("total mass", relative(masses.sum(axis=-1), whole, scale=counts.mean[:, None] + whole)),
    ]


def _folded_share(
    counts: FamilyCounts, rows: CappedRows, tilted: Array, masses: Array, tilt: Array, mean: Array
) -> Array:
    """Bound on what aliasing did to the mean, relative to it; shape (O, R).

    The tilted masses have a mean in closed form. Whatever was folded back by one length lowered it by that length, so
    the difference over the length is the mass folded back; undoing the tilt magnifies it at most up to the cap.
    """
    length = masses.shape[-1]
    nodes = np.arange(length)
    slope = counts.slope(tilted.sum(axis=1)) - counts.one[:, None]
    expected = slope * (tilted @ nodes[: tilted.shape[1]])
    folded = np.abs(expected - masses @ nodes) / length
    cap = rows.caps.max(axis=1)
    largest = mean[np.arange(len(mean))[:, None], np.arange(len(cap)), rows.caps.argmax(axis=1)]
    return folded * np.exp(tilt * cap / rows.step) * cap / largest
