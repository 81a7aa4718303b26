"""What a whole scheme pays in a year: the sum over all its families, exactly.

A community's families are counted, not drawn: with ``c_k`` families of size k the characteristic function of
the scheme's payout S is the product over sizes of the family's own to the power ``c_k``. It is turned back
into P(S <= x) on a window around the mean, by one of two routes:

- *lattice*: where the window fits on the families' own lattice, one fast Fourier transform there and back.
What lies
  outside the window is folded into it; a Chernoff bound says how much that can be.
- *series*: a scheme too large for that is smooth, its characteristic function dies away after a few dozen
terms, and
  a Fourier series of those is enough. It is evaluated at the frequencies needed, on the families' own
  lattice, so that nothing is lost however large the scheme.

A family that alone takes more than eight standard deviations of the scheme (Lomax without caps) counts as
above every amount on the window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.moments import Check, PackageMoments
from simulation.engine.package import Package
from simulation.engine.refusal import Refused
from simulation.engine.scheme_families import SchemeFamilies, scheme_families

Array = NDArray[Any]

LONGEST_LATTICE = 2**17
BELOW, ABOVE = 10.0, 24.0
"""The window reaches from mean - BELOW to mean + ABOVE, in standard deviations of the scheme."""
FEWEST_POINTS = 8
BLOCK = 64
MOST_FREQUENCIES = 1024
SERIES_POINTS = 2**14
DIED_AWAY = 1e-12
FOLDED_ACCEPTED = 1e-6
MASS_ACCEPTED = 1e-6
STRAYS_ACCEPTED = 1e-5
VARIANCE_ACCEPTED = 1e-2
MEAN_ACCEPTED = 1e-4
JUMP = 1e-9
WHOLE = 1e-12
"""Chance of one family beyond the lattice below which the lattice is taken to be the whole."""


@dataclass(frozen=True, kw_only=True)
class SchemeDistribution:
    """Distribution of what a scheme pays its families in a year.

    Attributes
    ----------
    families, persons : int
        Whole families of every size together, and the people in them.
    mean, sd : float
        Of the yearly payout, money.
    route : str
        ``"lattice"``, ``"series"``, or ``"certain"`` where nothing varies.
    points : ndarray, shape (P,)
        Amounts, money, ascending.
    cumulative : ndarray, shape (P,)
        P(payout <= point), before any tidying: it may stray from 0..1 by rounding.
    jumps : bool
        Whether the payout takes the points' values only.
    checks : tuple of Check
    """

    families: int
    persons: int
    mean: float
    sd: float
    route: str
    points: Array
    cumulative: Array
    jumps: bool
    checks: tuple[Check, ...]

    def probability_above(self, amount: float) -> float:
        """P(payout > amount)."""
        return float(self.probabilities_above(np.array([amount]))[0])

    def probabilities_above(self, amounts: Array) -> Array:
        """P(payout > amount) for each amount, money; same shape.

        Beyond the window, 24 standard deviations above the mean, the chance that is left there.
        """
        return np.asarray(1.0 - np.interp(amounts, self.points, self.cumulative, left=0.0))

    def quantile(self, chance: float) -> float:
        """Smallest amount that the payout exceeds with a chance of at most ``1 - chance``, money.

        Raises
        ------
        Refused
            ``chance`` is not between 0 and 1, or so near 1 that the amount lies beyond the window.
        """
        if not 0.0 < chance < 1.0:
            raise Refused(field="chance", problem=f"{chance:g} is not between 0 and 1")
        if chance > self.cumulative[-1]:
            raise Refused(field="chance", problem=f"{chance:g} lies beyond what the distribution resolves")
        right = int(np.argmax(self.cumulative >= chance))
        if right == 0 or self.jumps:
            return float(self.points[right])
        low, high = self.cumulative[right - 1], self.cumulative[right]
        share = (chance - low) / (high - low)
        return float(self.points[right - 1] + share * (self.points[right] - self.points[right - 1]))


def scheme_distribution(
    package: Package, persons: int, *, moments: PackageMoments | None = None
) -> SchemeDistribution:
    """Distribution of the yearly payout of a scheme of about ``persons`` people.

    Parameters
    ----------
    package : Package
    persons : int
        Expected to join; the scheme has the whole families that ``FamilySizes.counts_for`` gives.
    moments : PackageMoments or None
        ``price_exact(package)`` where it is known already.
    """
    law = scheme_families(package, persons=persons, moments=moments)
    points, cumulative, route, checks = _certain(law) if law.sd == 0.0 else _centred(law, _spread(law))
    strays = max(0.0, -float(cumulative.min()), float(cumulative.max()) - 1.0)
    within = Check(name="chances from 0 to 1", error=strays, tolerance=STRAYS_ACCEPTED, about="scheme")
    return SchemeDistribution(
        families=int(law.counts.sum()),
        persons=int(law.counts @ package.families.sizes),
        mean=law.whole_mean,
        sd=law.sd,
        route=route,
        points=points,
        cumulative=cumulative,
        jumps=route == "certain" or (route == "lattice" and law.on_points),
        checks=(*law.checks, *checks, within),
    )


_Answer = tuple[Array, Array, str, tuple[Check, ...]]


def _certain(law: SchemeFamilies) -> _Answer:
    """Nothing varies: a jump at the mean, placed a hair below it so that the mean itself is not exceeded."""
    below = law.whole_mean - JUMP * max(law.whole_mean, 1.0)
    return np.array([below, law.whole_mean]), np.array([0.0, 1.0]), "certain", ()


def _centred(law: SchemeFamilies, answer: _Answer) -> _Answer:
    """Scale the amounts to the mean that the premium was made from.

    Lattice and moments come from two calculations whose means agree to five digits or more: nothing for a
    family, but in a scheme of a hundred million families a standard deviation is no more than that. Where
    families beyond the lattice count (heavy tails without caps) its mean is not the whole mean, and nothing
    is scaled.
    """
    points, cumulative, route, checks = answer
    if np.abs(law.masses.sum(axis=1) - 1.0).max() > WHOLE:
        return answer
    means = law.masses @ law.amounts
    on_lattice = float(law.counts @ means)
    spread = float(law.counts @ (law.masses @ law.amounts**2 - means**2))
    mean_error, spread_error = abs(on_lattice / law.whole_mean - 1.0), abs(spread / law.sd**2 - 1.0)
    found = (
        Check(name="scheme mean", error=mean_error, tolerance=MEAN_ACCEPTED, about="scheme"),
        Check(name="scheme variance", error=spread_error, tolerance=VARIANCE_ACCEPTED, about="scheme"),
    )
    return points * (law.whole_mean / on_lattice), cumulative, route, (*checks, *found)


def _spread(law: SchemeFamilies) -> _Answer:
    whole = int(law.counts.sum()) * int(law.places[-1]) + 1
    if whole <= LONGEST_LATTICE:
        return _on_lattice(law, start=0, length=whole, folds=False)
    start = max(0, math.floor((law.whole_mean - BELOW * law.sd) / law.step))
    length = math.ceil((law.whole_mean + ABOVE * law.sd) / law.step) - start
    if length <= LONGEST_LATTICE:
        return _on_lattice(law, start=start, length=length, folds=True)
    return _by_series(law)


def _on_lattice(law: SchemeFamilies, *, start: int, length: int, folds: bool) -> _Answer:
    size = int(fft.next_fast_len(max(length, FEWEST_POINTS), real=True))
    place = (
        law.places % size
    )  # the sum is wanted on the window only: whole lengths may be left out of every family
    spread = np.stack([np.bincount(place, row, size) for row in law.masses])
    product = np.ones(size // 2 + 1, dtype=np.complex128)
    for row, count in zip(fft.rfft(spread, axis=1), law.counts, strict=True):
        product *= _power(row, int(count))
    masses = np.roll(fft.irfft(product, size), -(start % size))
    cumulative = np.cumsum(masses)
    points = law.step * (start + np.arange(size))
    lost = abs(float(cumulative[-1]) - law.whole_mass)
    checks = [Check(name="scheme mass", error=lost, tolerance=MASS_ACCEPTED, about="scheme")]
    if folds:
        checks.append(_folded(law, low=law.step * start, high=law.step * (start + size)))
    points, cumulative = _steps(points, cumulative) if law.on_points else _slopes(points, cumulative)
    return points, cumulative, "lattice", tuple(checks)


def _slopes(points: Array, cumulative: Array) -> tuple[Array, Array]:
    """A mass stands for the payouts half a step around it, except at 0, where nothing is paid."""
    half = 0.5 * (points[1] - points[0])
    if points[0] > 0.0:
        return points + half, cumulative
    return np.concatenate([points[:1], points + half]), np.concatenate([cumulative[:1], cumulative])


def _steps(points: Array, cumulative: Array) -> tuple[Array, Array]:
    """A mass stands for itself: the distribution function jumps within a billionth below it."""
    hair = JUMP * (points[1] - points[0])
    before = np.concatenate([[0.0], cumulative[:-1]])
    return np.stack([points - hair, points], axis=1).ravel(), np.stack([before, cumulative], axis=1).ravel()


def _power(values: Array, exponent: int) -> Array:
    """``values ** exponent`` for a whole exponent of at least 0, by repeated squaring."""
    result = np.ones_like(values)
    square = values
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        if exponent:
            square = square * square
    return result


def _folded(law: SchemeFamilies, *, low: float, high: float) -> Check:
    """Chernoff bound on the mass outside the window: exp(K(t) - t edge), K the cumulant, at the best t tried.

    Above, t is kept small: it would magnify the rounding errors of masses far out on the lattice.
    """
    bound = _chernoff(law, edge=high, strengths=(0.5, 0.75, 1.0))
    if low > 0.0:
        bound += _chernoff(law, edge=low, strengths=(-2.0, -4.0, -8.0))
    return Check(name="outside the window", error=bound, tolerance=FOLDED_ACCEPTED, about="scheme")


def _chernoff(law: SchemeFamilies, *, edge: float, strengths: tuple[float, ...]) -> float:
    exponents = []
    for strength in strengths:
        t = strength / law.sd
        with np.errstate(over="ignore", invalid="ignore"):  # not finite: this t bounds nothing
            around = np.expm1(t * (law.amounts - law.mean[:, None]))
            growth = law.masses.sum(axis=1) - 1.0 + (law.masses * around).sum(axis=1)
        if (
            np.isfinite(growth).all() and growth.min() > -1.0
        ):  # else rounding errors have won: this t says nothing
            exponents.append(float(law.counts @ np.log1p(growth)) - t * (edge - law.whole_mean))
    return math.exp(min([0.0, *exponents]))


def _by_series(law: SchemeFamilies) -> _Answer:
    low, width = max(law.whole_mean - BELOW * law.sd, 0.0), (BELOW + ABOVE) * law.sd
    values, died_away = _characteristic(law, low=low, width=width)
    frequencies = 2.0 * np.pi * np.arange(1, len(values) + 1) / width
    terms = values / (1j * frequencies * width)
    spectrum = np.zeros(SERIES_POINTS // 2 + 1, dtype=np.complex128)
    spectrum[1 : len(terms) + 1] = np.conj(terms)
    waves = fft.irfft(spectrum, SERIES_POINTS) * SERIES_POINTS
    places = np.arange(SERIES_POINTS) / SERIES_POINTS
    cumulative = law.whole_mass * places + 2.0 * float(terms.real.sum()) - waves
    checks = (
        Check(name="series", error=died_away, tolerance=DIED_AWAY, about="scheme"),
        _folded(law, low=low, high=low + width),
    )
    return low + width * places, cumulative, "series", checks


def _log1p(z: Array) -> Array:
    """log(1 + z), exact for small z (NumPy's complex log1p is not)."""
    x, y = z.real, z.imag
    return np.asarray(0.5 * np.log1p(x * (2.0 + x) + y * y) + 1j * np.arctan2(y, 1.0 + x))


def _characteristic(law: SchemeFamilies, *, low: float, width: float) -> tuple[Array, float]:
    """E[exp(i w (S - low))] at w = 2 pi j / width, j = 1, 2 .. until it has died away; and how far it has."""
    missing = law.masses.sum(axis=1) - 1.0
    blocks: list[Array] = []
    for first in range(1, MOST_FREQUENCIES, BLOCK):
        w = 2.0 * np.pi * np.arange(first, first + BLOCK) / width
        half = np.sin(0.5 * np.outer(law.amounts, w))
        # exp(i x) - 1 = -2 sin^2(x / 2) + i sin x, without cancellation for small x
        less_one = law.masses @ (-2.0 * half * half) + 1j * (law.masses @ np.sin(np.outer(law.amounts, w)))
        exponent = law.counts @ _log1p(less_one + missing[:, None]) - 1j * w * low
        blocks.append(np.exp(exponent))
        left = float(np.abs(blocks[-1][-BLOCK // 4 :]).max())
        if left <= DIED_AWAY:
            break
    return np.concatenate(blocks), left
