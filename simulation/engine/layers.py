"""Moments of one event's payout: W = max(X - threshold, 0) limited to a width, E[min(W, y)] and E[min(W,
y)^2].

Three routes, chosen by row, each without the cancellation that would ruin it elsewhere: Lomax by its own
memory (the excess over a threshold is Lomax again); a layer narrow against its threshold by Gauss-Legendre
over the survival function; everything else by partial moments E[X^j; threshold < X <= threshold + y].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.severity import Gamma, Lognormal, Lomax, SmoothLaw, Weibull

Array = NDArray[Any]

NARROW = 1e-4
"""Width over threshold below which partial moments would lose more than half of their digits."""
NEGLIGIBLE_DAYS = 1e-18
"""Chance of staying longer below which further days are not counted."""


def limited_moments(law: SmoothLaw, thresholds: Array, widths: Array) -> tuple[Array, Array]:
    """E[min(W, y)] and E[min(W, y)^2] for W = max(X - threshold, 0).

    Parameters
    ----------
    law : Lognormal, Gamma, Weibull or Lomax
        Cost of one event.
    thresholds : ndarray, shape (R,)
        Money.
    widths : ndarray, shape (R, Y)
        The limits y, money; infinity allowed.

    Returns
    -------
    tuple of ndarray, each shape (R, Y)
        Money and money squared.
    """
    if isinstance(law, Lomax):
        first, second = _by_memory(law, thresholds, widths)
    else:
        first, second = _by_bands(law, thresholds[:, None], widths)
    narrow = widths.max(axis=1) < NARROW * thresholds
    if narrow.any():
        first[narrow], second[narrow] = _by_quadrature(law, thresholds[narrow, None], widths[narrow])
    return first, second


def _by_memory(law: Lomax, thresholds: Array, widths: Array) -> tuple[Array, Array]:
    first, second = np.empty_like(widths), np.empty_like(widths)
    for threshold in np.unique(thresholds):
        rows = thresholds == threshold
        rest = law.beyond(float(threshold))
        chance = law.survival(threshold)
        first[rows] = chance * rest.limited_mean(widths[rows])
        second[rows] = chance * rest.limited_square(widths[rows])
    return first, second


def _by_bands(law: Lognormal | Gamma | Weibull, threshold: Array, width: Array) -> tuple[Array, Array]:
    inside, mean, square, reached = law.parts(threshold, threshold + width)
    limited = np.where(np.isinf(width), 0.0, width)
    first = mean - threshold * inside + limited * reached
    second = square - 2.0 * threshold * mean + threshold**2 * inside + limited**2 * reached
    return first, second


def _by_quadrature(law: SmoothLaw, threshold: Array, width: Array) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(12)
    at = 0.5 * (nodes + 1.0)
    survival = law.survival(threshold[..., None] + width[..., None] * at)
    return width * (survival @ (0.5 * weights)), 2.0 * width**2 * (survival @ (0.5 * weights * at))


@dataclass(frozen=True)
class Atoms:
    """A payout that lives on points.

    Attributes
    ----------
    values, probabilities : ndarray, shape (V,)
        Distinct values ascending, at least 0, and their probabilities, which add up to 1.
    """

    values: Array
    probabilities: Array

    def limited_moments(self, limits: Array) -> tuple[Array, Array]:
        """E[min(Y, y)] and E[min(Y, y)^2] for limits of shape (Y,)."""
        limited = np.minimum(self.values, limits[:, None])
        return limited @ self.probabilities, (limited * limited) @ self.probabilities

    def limited(self, cap: float) -> Atoms:
        """The payout with a cap of its own."""
        return merged(np.minimum(self.values, cap), self.probabilities)


def merged(values: Array, probabilities: Array) -> Atoms:
    """Atoms with equal values put together."""
    distinct, where = np.unique(values, return_inverse=True)
    return Atoms(distinct, np.bincount(where, weights=probabilities, minlength=len(distinct)))


def atoms_above(law: Empirical | Constant, threshold: float) -> Atoms:
    """Atoms of max(X - threshold, 0), money."""
    if isinstance(law, Constant):
        return Atoms(np.array([max(law.value - threshold, 0.0)]), np.ones(1))
    values, probabilities = law.atoms
    return merged(np.maximum(values - threshold, 0.0), probabilities)


def paid_days(law: DayLaw | Empirical, *, start_day: int, most_days: int) -> Atoms:
    """Atoms of the days that one event pays: ``clip(D - start_day + 1, 0, most_days)``."""
    if isinstance(law, Empirical):
        values, probabilities = law.atoms
        return merged(np.clip(values - start_day + 1.0, 0.0, most_days), probabilities)
    known = start_day - 1
    # P(days paid >= d) = P(D >= start_day - 1 + d); stays longer than the law can produce are not looked at
    longest = min(known + most_days, _longest_stay(law, asked=known + most_days))
    at_least = law.days_at_least(longest)[known:]
    reached = np.concatenate([[1.0], at_least])
    return Atoms(np.arange(len(reached), dtype=np.float64), reached - np.concatenate([at_least, [0.0]]))


def _longest_stay(law: DayLaw, *, asked: int) -> int:
    most = 32
    while most < asked and law.days_at_least(most)[-1] > NEGLIGIBLE_DAYS:
        most *= 2
    return most
