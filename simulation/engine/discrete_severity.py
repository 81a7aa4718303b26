"""Laws of cost that live on points: the survey's own sample, one set cost, and whole days of work lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.refusal import Refused, require_above, require_at_least

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Empirical:
    """The survey's own sample of costs (money) or days.

    Parameters
    ----------
    values : tuple of float
        At least one value, each 0 or more.
    weights : tuple of float or None
        A positive weight for each value; equal weights if None. They need not add up to 1.
    """

    values: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.values:
            raise Refused(field="values", problem="is empty; give at least one cost")
        for value in self.values:
            require_at_least(field="values", value=value, lowest=0.0)
        if self.weights is None:
            return
        if len(self.weights) != len(self.values):
            raise Refused(
                field="weights", problem=f"{len(self.weights)} weights for {len(self.values)} values"
            )
        for weight in self.weights:
            require_above(field="weights", value=weight, bound=0.0)

    @cached_property
    def atoms(self) -> tuple[Array, Array]:
        """Distinct values ascending and their probabilities, each float64 of shape (V,)."""
        weights = (
            np.ones(len(self.values)) if self.weights is None else np.asarray(self.weights, dtype=np.float64)
        )
        values, where = np.unique(np.asarray(self.values, dtype=np.float64), return_inverse=True)
        return values, np.bincount(where, weights=weights) / weights.sum()

    @property
    def is_whole_days(self) -> bool:
        """Whether every value is a whole number of at least 1, as days of work lost are."""
        values, _ = self.atoms
        return bool(values[0] >= 1.0 and np.all(values == np.floor(values)))

    @cached_property
    def mean(self) -> float:
        """Expected cost, money."""
        values, probabilities = self.atoms
        return float(values @ probabilities)

    @cached_property
    def second_moment(self) -> float:
        """E[X^2], money squared."""
        values, probabilities = self.atoms
        return float((values * values) @ probabilities)

    def limited_mean(self, limit: Array) -> Array:
        """E[min(X, limit)], money, element by element; ``limit`` at least 0, infinity allowed."""
        return self._limited_power(limit, power=1)

    def limited_square(self, limit: Array) -> Array:
        """E[min(X, limit)^2], money squared, element by element."""
        return self._limited_power(limit, power=2)

    def _limited_power(self, limit: Array, *, power: int) -> Array:
        values, probabilities = self.atoms
        limit = np.minimum(np.asarray(limit, dtype=np.float64), values[-1])
        below = np.concatenate([[0.0], np.cumsum(values**power * probabilities)])
        above = np.concatenate([np.cumsum(probabilities[::-1])[::-1], [0.0]])
        index = np.searchsorted(values, limit, side="right")
        return np.asarray(below[index] + limit**power * above[index])

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws with replacement; float64, shape (size,)."""
        values, probabilities = self.atoms
        if self.weights is None and len(values) == len(self.values):
            return values[rng.integers(0, len(values), size)]
        edges = np.cumsum(probabilities)[:-1]
        return values[np.searchsorted(edges, rng.random(size), side="right")]


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Every event costs the same, money."""

    value: float

    def __post_init__(self) -> None:
        require_at_least(field="value", value=self.value, lowest=0.0)

    @property
    def mean(self) -> float:
        """Expected cost, money."""
        return self.value

    @property
    def second_moment(self) -> float:
        """E[X^2]."""
        return self.value**2

    def limited_mean(self, limit: Array) -> Array:
        """min(value, limit), element by element."""
        return np.minimum(np.asarray(limit, dtype=np.float64), self.value)

    def limited_square(self, limit: Array) -> Array:
        """min(value, limit)^2, element by element."""
        return np.asarray(self.limited_mean(limit) ** 2)

    def sample(self, rng: np.random.Generator, size: int) -> Array:  # noqa: ARG002  as every law is asked
        """``size`` times the value; float64, shape (size,)."""
        return np.full(size, self.value)


@dataclass(frozen=True, kw_only=True)
class DayLaw:
    """Whole days of work lost per event: one day plus a negative binomial number of further days.

    Parameters
    ----------
    mean : float
        Expected days per event, at least 1.
    variance_to_mean : float
        Variance over mean of the days AFTER the first, at least 1 (1 is Poisson).
    """

    mean: float
    variance_to_mean: float

    def __post_init__(self) -> None:
        require_at_least(field="mean", value=self.mean, lowest=1.0)
        require_at_least(field="variance_to_mean", value=self.variance_to_mean, lowest=1.0)

    @property
    def second_moment(self) -> float:
        """E[D^2], days squared."""
        return self.mean**2 + self.variance_to_mean * (self.mean - 1.0)

    def days_at_least(self, most: int) -> Array:
        """P(D >= d) for d = 1 .. most; float64, shape (most,)."""
        further = self.mean - 1.0
        d = np.arange(most)
        if further == 0.0:
            return np.asarray(d == 0, dtype=np.float64)
        if self.variance_to_mean == 1.0:
            return np.concatenate([[1.0], special.pdtrc(d[1:] - 1, further)])
        r = further / (self.variance_to_mean - 1.0)
        # P(N >= d) = I_{1-p}(d, r), the regularised incomplete beta function, with p = 1 / variance_to_mean
        p_more = 1.0 - 1.0 / self.variance_to_mean
        return np.concatenate([[1.0], special.betainc(d[1:].astype(np.float64), r, p_more)])

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws of whole days; float64, shape (size,)."""
        further = self.mean - 1.0
        if further == 0.0:
            return np.ones(size)
        if self.variance_to_mean == 1.0:
            return 1.0 + rng.poisson(further, size)
        p = 1.0 / self.variance_to_mean
        return 1.0 + rng.negative_binomial(further * p / (1.0 - p), p, size)
