"""The families of a community: how many of each size. A community's families are counted, not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_at_least

Array = NDArray[Any]

LARGEST_FAMILY = 12
LARGE_FAMILY_FROM = 4
SHARES_TOLERANCE = 1e-6


@dataclass(frozen=True)
class FamilySizes:
    """Shares of families by number of insured members.

    Parameters
    ----------
    shares : Mapping[int, float]
        Share of FAMILIES (not of people) of each size 1 to 12; they add up to 1.
    """

    shares: Mapping[int, float]

    def __post_init__(self) -> None:
        if not self.shares:
            raise Refused(
                field="family_sizes", problem="is empty; give the share of families of each size 1 to 12"
            )
        for size, share in self.shares.items():
            if size != int(size) or not 1 <= size <= LARGEST_FAMILY:
                raise Refused(
                    field="family_sizes",
                    problem=f"size {size} is not a whole number from 1 to {LARGEST_FAMILY}",
                )
            require_at_least(field=f"family_sizes.{size}", value=share, lowest=0.0)
        total = sum(self.shares.values())
        if abs(total - 1.0) > SHARES_TOLERANCE:
            raise Refused(field="family_sizes", problem=f"the shares add up to {total:.6g}, not 1")

    @cached_property
    def sizes(self) -> Array:
        """Family sizes with a positive share, ascending; int64, shape (K,)."""
        return np.array(sorted(size for size, share in self.shares.items() if share > 0), dtype=np.int64)

    @cached_property
    def weights(self) -> Array:
        """Share of families of each of ``sizes``; float64, shape (K,)."""
        return np.array([self.shares[int(size)] for size in self.sizes], dtype=np.float64)

    @cached_property
    def mean_size(self) -> float:
        """Expected persons per family, E[k]."""
        return float(self.weights @ self.sizes)

    @cached_property
    def share_in_large(self) -> float:
        """Share of PEOPLE who live in families of four or more."""
        large = self.sizes >= LARGE_FAMILY_FROM
        return float((self.weights * self.sizes)[large].sum() / self.mean_size)

    def counts_for(self, *, persons: int) -> Array:
        """Whole families of each size in a community of about ``persons``; int64, shape (K,).

        By largest remainder: the number of families is ``persons / E[k]`` rounded, at least one; each size
        gets its share of them.
        """
        families = max(1, round(persons / self.mean_size))
        exact = self.weights * families
        counts = np.floor(exact).astype(np.int64)
        short = families - int(counts.sum())
        order = np.argsort(-(exact - counts), kind="stable")
        counts[order[:short]] += 1
        return np.asarray(counts)
