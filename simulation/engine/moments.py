"""What either engine answers: mean and variance of a family's yearly payout, by family size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One test that an engine made of its own answer.

    Attributes
    ----------
    name : str
        For example ``"total mass"`` or ``"aliasing"``.
    error, tolerance : float
        Size of the error found and what is accepted, in the same (relative) unit.
    about : str
        Which benefit or step it speaks of.
    """

    name: str
    error: float
    tolerance: float
    about: str = ""

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance; not-a-number never passes."""
        return bool(self.error <= self.tolerance)


@dataclass(frozen=True, kw_only=True)
class PayoutMoments:
    """Mean and variance of one family's yearly payout, for each family size.

    Attributes
    ----------
    name : str
        The benefit's name, or ``"package"``.
    families : FamilySizes
        The sizes (K of them) that the arrays follow.
    mean, variance : ndarray, shape (K,)
        Money and money squared per family-year.
    mean_error : ndarray, shape (K,), or None
        Standard error of ``mean`` where it was simulated; None where it is exact.
    error_of_pure : float or None
        Standard error of ``pure``, money PPPY, where the sizes were simulated on shared families; None where
        their errors are independent.
    """

    name: str
    families: FamilySizes
    mean: Array
    variance: Array
    mean_error: Array | None = None
    error_of_pure: float | None = None

    @property
    def pure(self) -> float:
        """Pure risk premium, money PPPY: expected payout per family over expected family size."""
        return float(self.families.weights @ self.mean) / self.families.mean_size

    @property
    def variance_per_person(self) -> float:
        """E over sizes of Var(S | k), over E[k]: the per-person equivalent.

        The spread of sizes adds no risk of its own.
        """
        return float(self.families.weights @ self.variance) / self.families.mean_size

    @property
    def sigma(self) -> float:
        """Per-person equivalent standard deviation, money."""
        return math.sqrt(self.variance_per_person)

    @property
    def pure_error(self) -> float | None:
        """Standard error of ``pure``, money PPPY; None where it is exact.

        Errors of sizes simulated independently of each other add in squares; where sizes share drawn families
        the engine says what it is.
        """
        if self.error_of_pure is not None:
            return self.error_of_pure
        if self.mean_error is None:
            return None
        return (
            float(np.sqrt(((self.families.weights * self.mean_error) ** 2).sum())) / self.families.mean_size
        )


@dataclass(frozen=True, kw_only=True)
class PackageMoments:
    """An engine's whole answer for one package.

    Attributes
    ----------
    source : {"exact", "simulated"}
    benefits : tuple of PayoutMoments
        One per benefit, in the package's order, each under its own caps; zero where not covered.
    package : PayoutMoments
        The family's payout over all benefits together (joint), after the package-wide family cap if there is
        one.
    checks : tuple of Check
        What the engine tested about its own answer.
    """

    source: Literal["exact", "simulated"]
    benefits: tuple[PayoutMoments, ...]
    package: PayoutMoments
    checks: tuple[Check, ...] = ()

    @property
    def sigma_joint(self) -> float:
        """Per-person sigma of the family's payout over all benefits together."""
        return self.package.sigma

    @property
    def sigma_independent(self) -> float:
        """Per-person sigma with the benefits' variances added as if they were unrelated.

        This is what the Excel calculator did.
        """
        return math.sqrt(sum(benefit.variance_per_person for benefit in self.benefits))

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)
