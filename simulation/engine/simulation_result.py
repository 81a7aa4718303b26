"""What merged chunks say: moments of the package and of every menu, with their standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes
from simulation.engine.moments import PackageMoments, PayoutMoments
from simulation.engine.terms import Terms

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class MenuMoments:
    """Simulated moments of a family's yearly payout for a menu of T terms.

    Attributes
    ----------
    name : str
        The benefit.
    terms : tuple of Terms
    families : FamilySizes
        The K sizes.
    mean, variance, mean_error : ndarray, shape (T, K)
        Money, money squared, money per family-year; ``mean_error`` is the standard error of ``mean``.
    pure_error : ndarray, shape (T,)
        Standard error of ``pure``, money PPPY. Sizes share drawn families: their errors do not add in
        squares.
    """

    name: str
    terms: tuple[Terms, ...]
    families: FamilySizes
    mean: Array
    variance: Array
    mean_error: Array
    pure_error: Array

    @property
    def pure(self) -> Array:
        """Pure risk premium of each of the terms, money PPPY; shape (T,)."""
        return np.asarray(self.mean @ self.families.weights / self.families.mean_size)

    @property
    def sigma(self) -> Array:
        """Per-person equivalent standard deviation of each of the terms, money; shape (T,)."""
        return np.asarray(np.sqrt(self.variance @ self.families.weights / self.families.mean_size))

    def moments(self, position: int) -> PayoutMoments:
        """The moments of one set of terms."""
        return PayoutMoments(
            name=self.name,
            families=self.families,
            mean=self.mean[position],
            variance=self.variance[position],
            mean_error=self.mean_error[position],
            error_of_pure=float(self.pure_error[position]),
        )


@dataclass(frozen=True, kw_only=True)
class SimulationResult:
    """What merged chunks say.

    Attributes
    ----------
    moments : PackageMoments
        Source ``"simulated"``; every mean with its standard error.
    menus : Mapping[str, MenuMoments]
        By benefit.
    chunks : int
        Chunks merged: all of the plan's, or its first ones.
    families : int
        Family-years represented.
    families_drawn, events_drawn : int
        What was drawn for it, over all linked groups (events: without those of a package's family cap).
    """

    moments: PackageMoments
    menus: Mapping[str, MenuMoments]
    chunks: int
    families: int
    families_drawn: int
    events_drawn: int
