"""What one event costs, before any cover: money, or whole days for wage loss.

Every law answers two kinds of questions. The exact engine asks for limited moments (``limited_mean``,
``limited_square``); the simulation asks only for draws (``sample``). Keeping them apart is what makes the
agreement of the two engines a proof: the simulation must never call a limited moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.refusal import Refused, require_above, require_at_least

Array = NDArray[Any]

LARGEST_EXPONENT = 700.0
"""exp of anything larger leaves the range of float64."""


@dataclass(frozen=True, kw_only=True)
class Lognormal:
    """Lognormal cost.

    Parameters
    ----------
    mean : float
        Expected cost of an event, money, above 0.
    sigma : float
        Standard deviation of the logarithm of the cost, above 0.
    """

    mean: float
    sigma: float

    def __post_init__(self) -> None:
        require_above(field="mean", value=self.mean, bound=0.0)
        require_above(field="sigma", value=self.sigma, bound=0.0)
        if self.sigma > 10.0:
            raise Refused(
                field="sigma",
                problem=f"{self.sigma:g} is above 10; it is the spread of the logarithm, usually 0.5 to 2",
            )

    @classmethod
    def from_cv(cls, *, mean: float, cv: float) -> Lognormal:
        """From the mean and the coefficient of variation (standard deviation over mean)."""
        require_above(field="cv", value=cv, bound=0.0)
        return cls(mean=mean, sigma=math.sqrt(math.log1p(cv * cv)))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of the cost."""
        return math.log(self.mean) - self.sigma**2 / 2.0

    @property
    def second_moment(self) -> float:
        """E[X^2] = mean^2 exp(sigma^2)."""
        return self.mean**2 * math.exp(self.sigma**2)

    def limited_mean(self, limit: Array) -> Array:
        """E[min(X, limit)], money, element by element; ``limit`` at least 0, infinity allowed."""
        return _limited(self, limit, self._limited_mean)

    def limited_square(self, limit: Array) -> Array:
        """E[min(X, limit)^2], money squared, element by element."""
        return _limited_square(self, limit, self._limited_square)

    def _limited_mean(self, x: Array) -> Array:
        z = (np.log(x) - self.mu) / self.sigma
        return np.asarray(self.mean * special.ndtr(z - self.sigma) + x * special.ndtr(-z))

    def _limited_square(self, x: Array) -> Array:
        z = (np.log(x) - self.mu) / self.sigma
        return np.asarray(self.second_moment * special.ndtr(z - 2.0 * self.sigma) + x * x * special.ndtr(-z))

    def survival(self, x: Array) -> Array:
        """P(X > x), element by element."""
        return np.asarray(special.ndtr(-self._score(x)))

    def parts(self, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        """E[X^j; low < X <= high] for j = 0, 1, 2, and P(X > high), exact in both tails; infinite ``high``
        allowed. The answers have the shape of ``high``, into which that of ``low`` must fit.
        """
        below, above = self._score(low), self._score(high)
        shape = (3, *(1,) * max(below.ndim, above.ndim))
        shift = self.sigma * np.arange(3.0).reshape(shape)
        # the smaller tail: a difference of two numbers near 1 has lost its digits
        side = np.where(below > shift, -1.0, 1.0)
        inside = np.asarray(above - shift)
        inside *= side
        special.ndtr(inside, out=inside)
        inside -= special.ndtr(side * (below - shift))
        inside *= self._whole.reshape(shape) * side
        return inside[0], inside[1], inside[2], np.asarray(special.ndtr(-above))

    @cached_property
    def _whole(self) -> Array:
        """E[X^j] for j = 0, 1, 2."""
        return np.exp(np.arange(3.0) * self.mu + 0.5 * (self.sigma * np.arange(3.0)) ** 2)

    def _score(self, x: Array) -> Array:
        with np.errstate(divide="ignore"):  # the logarithm of nothing is minus infinity, as it should be
            return np.asarray((np.log(x) - self.mu) / self.sigma)

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws; float64, shape (size,)."""
        return np.exp(self.mu + self.sigma * rng.standard_normal(size))


@dataclass(frozen=True, kw_only=True)
class Gamma:
    """Gamma cost with the given mean (money) and coefficient of variation; shape ``1 / cv^2``."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_above(field="mean", value=self.mean, bound=0.0)
        _require_cv(self.cv)

    @property
    def shape(self) -> float:
        """Shape parameter a."""
        return 1.0 / self.cv**2

    @property
    def scale(self) -> float:
        """Scale parameter, money."""
        return self.mean * self.cv**2

    @property
    def second_moment(self) -> float:
        """E[X^2] = mean^2 (1 + cv^2)."""
        return self.mean**2 * (1.0 + self.cv**2)

    def limited_mean(self, limit: Array) -> Array:
        """E[min(X, limit)], money, element by element; ``limit`` at least 0, infinity allowed."""
        return _limited(self, limit, self._limited_mean)

    def limited_square(self, limit: Array) -> Array:
        """E[min(X, limit)^2], money squared, element by element."""
        return _limited_square(self, limit, self._limited_square)

    def _limited_mean(self, x: Array) -> Array:
        u = x / self.scale
        return np.asarray(
            self.mean * special.gammainc(self.shape + 1.0, u) + x * special.gammaincc(self.shape, u)
        )

    def _limited_square(self, x: Array) -> Array:
        u = x / self.scale
        return np.asarray(
            self.second_moment * special.gammainc(self.shape + 2.0, u)
            + x * x * special.gammaincc(self.shape, u)
        )

    def survival(self, x: Array) -> Array:
        """P(X > x), element by element."""
        return np.asarray(special.gammaincc(self.shape, x / self.scale))

    def parts(self, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        """E[X^j; low < X <= high] for j = 0, 1, 2, and P(X > high), exact in both tails; infinite ``high``
        allowed.
        """
        below, above = low / self.scale, high / self.scale
        return (
            _gamma_between(self.shape, below, above),
            self.mean * _gamma_between(self.shape + 1.0, below, above),
            self.second_moment * _gamma_between(self.shape + 2.0, below, above),
            np.asarray(special.gammaincc(self.shape, above)),
        )

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws; float64, shape (size,)."""
        return rng.gamma(self.shape, self.scale, size)


@dataclass(frozen=True, kw_only=True)
class Weibull:
    """Weibull cost with the given mean (money) and coefficient of variation; the shape solves
    ``1 + cv^2 = Gamma(1 + 2/shape) / Gamma(1 + 1/shape)^2``."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_above(field="mean", value=self.mean, bound=0.0)
        _require_cv(self.cv)

    @cached_property
    def shape(self) -> float:
        """Shape parameter c, found from the coefficient of variation."""
        target = math.log1p(self.cv**2)

        def excess(c: float) -> float:
            return math.lgamma(1.0 + 2.0 / c) - 2.0 * math.lgamma(1.0 + 1.0 / c) - target

        return _root(excess, low=0.05, high=500.0)

    @cached_property
    def scale(self) -> float:
        """Scale parameter, money."""
        return self.mean / math.exp(math.lgamma(1.0 + 1.0 / self.shape))

    @property
    def second_moment(self) -> float:
        """E[X^2] = scale^2 Gamma(1 + 2/shape)."""
        return self.scale**2 * math.exp(math.lgamma(1.0 + 2.0 / self.shape))

    def limited_mean(self, limit: Array) -> Array:
        """E[min(X, limit)], money, element by element; ``limit`` at least 0, infinity allowed."""
        return _limited(self, limit, self._limited_mean)

    def limited_square(self, limit: Array) -> Array:
        """E[min(X, limit)^2], money squared, element by element."""
        return _limited_square(self, limit, self._limited_square)

    def _limited_mean(self, x: Array) -> Array:
        u = self._hazard(x)
        return np.asarray(self.mean * special.gammainc(1.0 + 1.0 / self.shape, u) + x * np.exp(-u))

    def _limited_square(self, x: Array) -> Array:
        u = self._hazard(x)
        return np.asarray(
            self.second_moment * special.gammainc(1.0 + 2.0 / self.shape, u) + x * x * np.exp(-u)
        )

    def survival(self, x: Array) -> Array:
        """P(X > x), element by element."""
        return np.asarray(np.exp(-self._hazard(x)))

    def parts(self, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        """E[X^j; low < X <= high] for j = 0, 1, 2, and P(X > high), exact in both tails; infinite ``high``
        allowed.
        """
        below, above = self._hazard(low), self._hazard(high)
        return (
            _gamma_between(1.0, below, above),
            self.mean * _gamma_between(1.0 + 1.0 / self.shape, below, above),
            self.second_moment * _gamma_between(1.0 + 2.0 / self.shape, below, above),
            np.asarray(np.exp(-above)),
        )

    def _hazard(self, x: Array) -> Array:
        """(x / scale) ** shape, held below the largest float: beyond it nothing survives."""
        x = np.asarray(x, dtype=np.float64)
        log_ratio = np.log(x, out=np.full(x.shape, -np.inf), where=x > 0.0) - math.log(self.scale)
        return np.asarray(np.exp(np.minimum(self.shape * log_ratio, LARGEST_EXPONENT)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws; float64, shape (size,)."""
        return self.scale * rng.weibull(self.shape, size)


@dataclass(frozen=True, kw_only=True)
class Lomax:
    """Lomax (Pareto II) cost: survival ``(scale / (scale + x)) ** alpha``.

    Parameters
    ----------
    mean : float
        Expected cost, money, above 0.
    alpha : float
        Tail index, above 1. The variance is infinite for ``alpha <= 2``: then an event or family cap is
        needed.
    """

    mean: float
    alpha: float

    def __post_init__(self) -> None:
        require_above(field="mean", value=self.mean, bound=0.0)
        if not self.alpha > 1.0:
            raise Refused(
                field="alpha", problem=f"{self.alpha:g} is not above 1; the mean itself would be infinite"
            )
        require_at_least(field="alpha", value=self.alpha, lowest=1.0)

    @property
    def scale(self) -> float:
        """Scale parameter, money: ``mean (alpha - 1)``."""
        return self.mean * (self.alpha - 1.0)

    @property
    def second_moment(self) -> float:
        """E[X^2]; infinite for ``alpha <= 2``."""
        if self.alpha <= 2.0:
            return math.inf
        return 2.0 * self.scale**2 / ((self.alpha - 1.0) * (self.alpha - 2.0))

    def limited_mean(self, limit: Array) -> Array:
        """E[min(X, limit)], money, element by element; ``limit`` at least 0, infinity allowed."""
        return _limited(self, limit, self._limited_mean)

    def limited_square(self, limit: Array) -> Array:
        """E[min(X, limit)^2], money squared, element by element; infinite at infinity for ``alpha <= 2``."""
        return _limited_square(self, limit, self._limited_square)

    def survival(self, x: Array) -> Array:
        """P(X > x), element by element."""
        return np.asarray(np.exp(-self.alpha * np.log1p(x / self.scale)))

    def beyond(self, threshold: float) -> Lomax:
        """The law of ``X - threshold`` given ``X > threshold``: again Lomax, with a larger scale."""
        return Lomax(mean=self.mean + threshold / (self.alpha - 1.0), alpha=self.alpha)

    def _limited_mean(self, x: Array) -> Array:
        return np.asarray(-self.mean * np.expm1((1.0 - self.alpha) * np.log1p(x / self.scale)))

    def _limited_square(self, x: Array) -> Array:
        # E[min(X,x)^2] = 2 int_0^x y S(y) dy with S(y) = (1 + y/scale)^-alpha, in t = log(1 + x/scale)
        t = np.log1p(x / self.scale)
        return np.asarray(
            2.0
            * self.scale**2
            * (_exprel_integral(2.0 - self.alpha, t) - _exprel_integral(1.0 - self.alpha, t))
        )

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` independent draws; float64, shape (size,)."""
        return self.scale * rng.pareto(self.alpha, size)


SmoothLaw = Lognormal | Gamma | Weibull | Lomax
Severity = Lognormal | Gamma | Weibull | Lomax | Empirical | Constant | DayLaw
CostLaw = Lognormal | Gamma | Weibull | Lomax | Empirical | Constant


def _require_cv(cv: float) -> None:
    require_above(field="cv", value=cv, bound=0.0)
    if not 0.01 <= cv <= 20.0:
        raise Refused(
            field="cv",
            problem=f"{cv:g} is not between 0.01 and 20; it is the standard deviation over the mean",
        )


def _gamma_between(shape: float, low: Array, high: Array) -> Array:
    """P(low < V <= high) of a standard gamma variable, differenced on its smaller tail."""
    below = special.gammainc(shape, low)
    return np.where(
        below > 0.5,
        special.gammaincc(shape, low) - special.gammaincc(shape, high),
        special.gammainc(shape, high) - below,
    )


def _limited(law: Any, limit: Array, inside: Any) -> Array:
    """Apply ``inside`` where the limit is positive and finite; 0 at 0 and the mean at infinity."""
    return _fill(limit, inside, at_infinity=law.mean)


def _limited_square(law: Any, limit: Array, inside: Any) -> Array:
    return _fill(limit, inside, at_infinity=law.second_moment)


def _fill(limit: Array, inside: Any, *, at_infinity: float) -> Array:
    x = np.asarray(limit, dtype=np.float64)
    plain = (x > 0.0) & np.isfinite(x)
    if plain.all():
        return np.asarray(inside(x))
    result = np.where(np.isinf(x), at_infinity, 0.0)
    result[plain] = inside(x[plain])
    return result


def _exprel_integral(c: float, t: Array) -> Array:
    """int_0^t exp(c s) ds, continuous at c = 0."""
    return np.asarray(t * special.exprel(c * t))


def _root(function: Any, *, low: float, high: float) -> float:
    return float(optimize.brentq(function, low, high, xtol=1e-14, rtol=8.9e-16))
