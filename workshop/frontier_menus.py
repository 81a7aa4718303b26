"""What the search for packages works on: menus, the rule of the price, packages half built. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_above, require_at_least

Array = NDArray[Any]

KEPT_WHOLE = 2_000
"""So many packages are compared each with each."""


@dataclass(frozen=True, kw_only=True)
class Menu:
    """One benefit's terms to choose from; n of them, with vectors of d shared coordinates.

    Attributes
    ----------
    name : str
    mean, variance : ndarray, shape (n,)
        Money and money squared, per person and year; not-a-number for what cannot be priced.
    cover : ndarray, shape (n,)
        What each adds to the package's cover, 0 or more, in any unit that adds up over benefits.
    group : int
        Benefits with the same number share their events; 0 for one that shares with none.
    shared : ndarray, shape (n, d)
        The vectors whose inner products are the covariances within the group.
    """

    name: str
    mean: Array
    variance: Array
    cover: Array
    group: int
    shared: Array

    def __post_init__(self) -> None:
        lengths = {len(self.mean), len(self.variance), len(self.cover), len(self.shared)}
        if lengths != {len(self.mean)} or not np.isfinite(self.mean).any():
            raise Refused(
                field="menu", problem=f"{self.name}: gives no terms, or not as many figures of each kind"
            )


@dataclass(frozen=True, kw_only=True)
class PriceRule:
    """From a package's moments to its price.

    Attributes
    ----------
    factor : float
        Price over premium with risk loading: admin, further loadings, what a family of this size pays.
    loading : float
        z / sqrt(n): risk loading for each unit of sigma.
    joint : bool
        Whether covariances count.
    """

    factor: float
    loading: float
    joint: bool

    def __post_init__(self) -> None:
        require_above(field="factor", value=self.factor, bound=0.0)
        require_at_least(field="loading", value=self.loading, lowest=0.0)

    def price(self, mean: Array | float, variance: Array | float) -> Array:
        """Money a year, element by element."""
        return np.asarray(self.factor * (mean + self.loading * np.sqrt(np.maximum(variance, 0.0))))


@dataclass(frozen=True, kw_only=True)
class Found:
    """One package: the place of the item chosen from each menu, and what it costs and covers."""

    choice: tuple[int, ...]
    mean: float
    variance: float
    price: float
    cover: float


@dataclass(frozen=True)
class Packages:
    """P packages of some of the menus; ``shared`` holds the sums of the vectors of the group at work."""

    mean: Array
    variance: Array
    cover: Array
    shared: Array
    choice: Array

    def at(self, places: Array) -> Packages:
        return Packages(*(part[places] for part in self._parts))

    @property
    def _parts(self) -> tuple[Array, ...]:
        return self.mean, self.variance, self.cover, self.shared, self.choice

    def __len__(self) -> int:
        return len(self.mean)

    def without_shared(self) -> Packages:
        """A group is complete: no later benefit shares its events."""
        return Packages(self.mean, self.variance, self.cover, np.zeros((len(self), 0)), self.choice)

    def joined(self, other: Packages, *, slope: float, most: float, keep: int, whole: bool) -> Packages:
        """Every one of these with every one of the others, thinned; only what is kept is put together."""
        mean = self.mean[:, None] + other.mean[None, :]
        variance = self.variance[:, None] + other.variance[None, :]
        if self.shared.shape[1]:
            variance += 2.0 * self.shared @ other.shared.T
        cover = self.cover[:, None] + other.cover[None, :]
        kept = _kept(
            mean.ravel(), variance.ravel(), cover.ravel(), slope=slope, most=most, keep=keep, whole=whole
        )
        ours, theirs = np.unravel_index(kept, mean.shape)
        return Packages(
            mean[ours, theirs],
            variance[ours, theirs],
            cover[ours, theirs],
            self.shared[ours] + other.shared[theirs],
            np.concatenate([self.choice[ours], other.choice[theirs]], axis=1),
        )

    def thinned(self, *, slope: float, most: float, keep: int, whole: bool) -> Packages:
        """Fewer packages of the same worth."""
        return self.at(
            _kept(self.mean, self.variance, self.cover, slope=slope, most=most, keep=keep, whole=whole)
        )


def _kept(
    mean: Array, variance: Array, cover: Array, *, slope: float, most: float, keep: int, whole: bool
) -> Array:
    """Places of the packages worth keeping; ``whole`` says that no later benefit shares their events."""
    within = np.flatnonzero(mean <= most)
    mean, variance, cover = mean[within], variance[within], cover[within]
    if len(within) > KEPT_WHOLE:
        chosen = frontier_of(mean + slope * variance, cover, most, keep=keep)
    elif whole:
        chosen = _undominated(mean, variance, cover)
    else:
        return within
    return np.asarray(within[chosen])


def _undominated(mean: Array, variance: Array, cover: Array) -> Array:
    """Places of those that no other beats or equals in mean, variance and cover together."""
    order = np.lexsort((-cover, variance, mean))
    variance, cover = variance[order], cover[order]
    kept = [place for place in range(len(order)) if not _beaten(place, variance, cover)]
    return np.asarray(order[kept])


def _beaten(place: int, variance: Array, cover: Array) -> bool:
    """Whether one before it, whose mean is no higher, has no more variance and no less cover."""
    return bool(((variance[:place] <= variance[place]) & (cover[:place] >= cover[place])).any())


def frontier_of(price: Array, cover: Array, most: float, *, keep: int) -> Array:
    """Of each of ``keep`` equal steps of price the item with the most cover, if it beats all cheaper ones."""
    step = np.floor(np.clip(price / most, 0.0, 1.0) * keep).astype(np.int64)
    highest = np.full(keep + 1, -np.inf)
    np.maximum.at(highest, step, cover)
    candidates = np.flatnonzero(cover == highest[step])
    order = candidates[np.lexsort((price[candidates], step[candidates]))]
    best = order[np.append(True, step[order][1:] != step[order][:-1])]
    beats = np.append(True, cover[best][1:] > np.maximum.accumulate(cover[best])[:-1])
    return np.asarray(best[beats])
