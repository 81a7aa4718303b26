"""How often events happen: the number of events of one person, and of one family, in a year.

Persons are independent and alike, so a family of ``k`` has the ``k``-th power of one person's probability
generating function, and the variance-to-mean ratio of a family is that of a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

HIGHEST_INCIDENCE = 50.0
"""Events per person-year above which a typing slip is far more likely than a fact."""

Array = NDArray[Any]


def _require_incidence(value: float) -> None:
    require_at_least(field="incidence", value=value, lowest=0.0)
    if value > HIGHEST_INCIDENCE:
        raise Refused(
            field="incidence",
            problem=f"{value:g} events per person per year is more than {HIGHEST_INCIDENCE:g}; "
            "give events per person per year, 0.042 for 4.2 in 100",
        )


def _log1p(z: Array) -> Array:
    """log(1 + z) for a real part of at least 0, exact for small z (NumPy's complex log1p is not)."""
    if not np.iscomplexobj(z):
        return np.asarray(np.log1p(z))
    x, y = z.real, z.imag
    return np.asarray(0.5 * np.log1p(x * (2.0 + x) + y * y) + 1j * np.arctan2(y, 1.0 + x))


def _expm1(z: Array, scale: float = 1.0) -> Array:
    """exp(scale z) - 1, exact for small z.

    With E = expm1(x) and t = tan(y / 2) the real part is E - 2 (1 + E) t^2 / (1 + t^2) and the imaginary one
    2 (1 + E) t / (1 + t^2): two functions of a real number where NumPy's complex expm1 asks five. Scaling the
    two parts apart also lays each out without gaps, which NumPy's functions want for their full speed.
    """
    if not np.iscomplexobj(z):
        return np.asarray(np.expm1(scale * z))
    less_one = np.expm1(scale * z.real)
    half = np.tan((0.5 * scale) * z.imag)
    turned = less_one + 1.0
    turned *= 2.0
    turned /= half * half + 1.0
    turned *= half
    result = np.empty_like(z)
    result.imag = turned
    turned *= half
    np.subtract(less_one, turned, out=result.real)
    return result


def _survival(above: Array, inside: Callable[[Array], Array]) -> Array:
    """P(N + 2 > above): 1 below 2, else ``inside`` of the largest whole number that N must exceed."""
    n = np.floor(np.asarray(above, dtype=np.float64)) - 2.0
    return np.where(n < 0.0, 1.0, inside(np.maximum(n, 0.0)))


@dataclass(frozen=True, kw_only=True)
class Poisson:
    """Poisson counts: events come one by one and independently of each other.

    Parameters
    ----------
    incidence : float
        Expected events per person-year, 0 to 50.
    """

    incidence: float

    def __post_init__(self) -> None:
        _require_incidence(self.incidence)

    @property
    def variance_to_mean(self) -> float:
        """Variance of the yearly count over its mean: 1."""
        return 1.0

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, ``exp(incidence (z - 1))``, element by
        element.
        """
        return np.asarray(np.exp(self.incidence * (z - 1.0)))

    def person_excess(self, w: Array) -> Array:
        """``person_pgf(1 + w) - 1``, to full relative precision however small it is."""
        return _expm1(w, self.incidence)

    def person_slope(self, w: Array) -> Array:
        """Derivative of ``person_pgf`` at ``1 + w``."""
        return np.asarray(self.incidence * np.exp(self.incidence * w))

    def thinned(self, share: float) -> Poisson:
        """The law of those events that are kept, each independently with chance ``share``."""
        return Poisson(incidence=self.incidence * share)

    def family_pmf(self, size: int, most: int) -> Array:
        """P(N = n) of a family of ``size`` for n = 0 .. most; float64, shape (most + 1,)."""
        mean = self.incidence * size
        n = np.arange(1, most + 1)
        return np.asarray(np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / n])))

    def tail_share(self, above: Array, share: Array, size: int) -> Array:
        """About E[N^2; N > above] / E[N^2] of a family's events thinned by ``share``, element by element.

        Exactly P(N + 2 > above), the share of ``E[N (N - 1)]`` that lies above, and not less than that of
        ``E[N^2]``.
        """
        return _survival(above, lambda n: special.pdtrc(n, self.incidence * size * share))


@dataclass(frozen=True, kw_only=True)
class NegativeBinomial:
    """Negative binomial counts: more spread than Poisson, as where some persons fall ill again and again.

    Parameters
    ----------
    incidence : float
        Expected events per person-year, 0 to 50.
    variance_to_mean : float
        Variance of the yearly count over its mean, above 1. With ``b = variance_to_mean - 1`` the
        generating function of one person is ``(1 - b (z - 1)) ** (-incidence / b)``.
    """

    incidence: float
    variance_to_mean: float

    def __post_init__(self) -> None:
        _require_incidence(self.incidence)
        require_above(field="variance_to_mean", value=self.variance_to_mean, bound=1.0)

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, element by element."""
        return self.person_excess(z - 1.0) + 1.0

    def person_excess(self, w: Array) -> Array:
        """``person_pgf(1 + w) - 1``, to full relative precision however small it is."""
        b = self.variance_to_mean - 1.0
        return _expm1(_log1p(-b * w), -(self.incidence / b))

    def person_slope(self, w: Array) -> Array:
        """Derivative of ``person_pgf`` at ``1 + w``."""
        b = self.variance_to_mean - 1.0
        return np.asarray(self.incidence * (self.person_excess(w) + 1.0) / (1.0 - b * w))

    def thinned(self, share: float) -> NegativeBinomial | Poisson:
        """The law of those events that are kept, each independently with chance ``share``."""
        ratio = 1.0 + (self.variance_to_mean - 1.0) * share
        if ratio == 1.0:
            return Poisson(incidence=self.incidence * share)
        return NegativeBinomial(incidence=self.incidence * share, variance_to_mean=ratio)

    def family_pmf(self, size: int, most: int) -> Array:
        """P(N = n) of a family of ``size`` for n = 0 .. most; float64, shape (most + 1,)."""
        b = self.variance_to_mean - 1.0
        r = size * self.incidence / b
        n = np.arange(1, most + 1)
        ratios = (b / (1.0 + b)) * ((r + n - 1.0) / n)
        return np.asarray(np.exp(-r * np.log1p(b)) * np.cumprod(np.concatenate([[1.0], ratios])))

    def tail_share(self, above: Array, share: Array, size: int) -> Array:
        """About E[N^2; N > above] / E[N^2] of a family's events thinned by ``share``; see
        ``Poisson.tail_share``.
        """
        b = self.variance_to_mean - 1.0
        r = size * self.incidence / b + 2.0
        # P(N > n) = I_q(n + 1, r) with q the chance of one more event
        return _survival(above, lambda n: special.betainc(n + 1.0, r, b * share / (1.0 + b * share)))


@dataclass(frozen=True, kw_only=True)
class Bernoulli:
    """At most one event per person and year, as a caesarean delivery.

    Parameters
    ----------
    incidence : float
        Probability of the event per person-year, 0 to 1.
    """

    incidence: float

    def __post_init__(self) -> None:
        require_share(field="incidence", value=self.incidence)

    @property
    def variance_to_mean(self) -> float:
        """Variance of the yearly count over its mean: ``1 - incidence``."""
        return 1.0 - self.incidence

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, ``1 + incidence (z - 1)``, element by
        element.
        """
        return np.asarray(1.0 + self.incidence * (z - 1.0))

    def person_excess(self, w: Array) -> Array:
        """``person_pgf(1 + w) - 1``."""
        return np.asarray(self.incidence * w)

    def person_slope(self, w: Array) -> Array:
        """Derivative of ``person_pgf`` at ``1 + w``."""
        return np.full_like(w, self.incidence)

    def thinned(self, share: float) -> Bernoulli:
        """The law of those events that are kept, each independently with chance ``share``."""
        return Bernoulli(incidence=self.incidence * share)

    def family_pmf(self, size: int, most: int) -> Array:
        """P(N = n) of a family of ``size`` for n = 0 .. most; float64, shape (most + 1,)."""
        n = np.arange(most + 1)
        p = self.incidence
        return np.asarray(special.comb(size, n) * p**n * (1.0 - p) ** np.maximum(size - n, 0))

    def tail_share(self, above: Array, share: Array, size: int) -> Array:
        """About E[N^2; N > above] / E[N^2] of a family's events thinned by ``share``; see
        ``Poisson.tail_share``.
        """
        left = max(size - 2.0, 0.0)
        # P(N > n) = I_p(n + 1, left - n), and nothing lies above the number of persons
        return _survival(
            above,
            lambda n: np.where(
                n < left, special.betainc(n + 1.0, np.maximum(left - n, 0.5), self.incidence * share), 0.0
            ),
        )


Frequency = Poisson | NegativeBinomial | Bernoulli
