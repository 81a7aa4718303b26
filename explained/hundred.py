"""A hundred families, each without and with the scheme, out of the comparison's drawn families. Pure.

Every drawn family has a state without the scheme (what its bills come to) and one with it (what it still
pays of them). The hundred stand for the shares of all nine pairs of states, by largest remainder: the same
family is at the same place in both pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.package import Package
from simulation.engine.refusal import Refused, require_above, require_at_least
from workshop.cards import largest_remainder
from workshop.years_of_families import DrawnFamilies, Estimate, in_batches

Array = NDArray[Any]

FAMILIES = 100
LITTLE, SOME, MUCH = range(3)
STATES = (LITTLE, SOME, MUCH)
"""Own spending of a year: little or nothing, up to what a family can bear, more than that."""
A_HAIR = 1e-9
"""Share of an amount within which another one is the same: what is left of a bill may be rounding."""


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What a year brings to the families; shares of all families, 0 to 1.

    Attributes
    ----------
    joint : ndarray, shape (3, 3)
        By state without the scheme (rows) and with it (columns); adds up to 1.
    without_much, with_much : Estimate
        Own spending above what a family can bear, without the scheme and with it.
    nothing_paid : Estimate
        Families that pay in and receive nothing.
    more_back : Estimate
        Families that receive more than they paid in.
    at_least_once : mapping of benefit to Estimate
        Families with at least one event of a covered benefit.
    """

    joint: Array
    without_much: Estimate
    with_much: Estimate
    nothing_paid: Estimate
    more_back: Estimate
    at_least_once: Mapping[str, Estimate]

    def __post_init__(self) -> None:
        if self.joint.shape != (len(STATES), len(STATES)) or abs(self.joint.sum() - 1.0) > 1e-9:
            raise Refused(field="joint", problem="is not a table of 3 by 3 shares that add up to 1")

    @cached_property
    def hundred(self) -> tuple[tuple[int, int], ...]:
        """State without and with the scheme of each of the hundred, from those with little to pay on."""
        counts = largest_remainder(list(FAMILIES * self.joint.ravel()), total=FAMILIES)
        pairs = [(before, after) for before in STATES for after in STATES]
        return tuple(pair for pair, count in zip(pairs, counts, strict=True) for _ in range(count))

    @property
    def counts_without(self) -> tuple[int, ...]:
        """How many of the hundred are in each state without the scheme."""
        return tuple(sum(before == state for before, _after in self.hundred) for state in STATES)

    @property
    def counts_with(self) -> tuple[int, ...]:
        """How many of the hundred are in each state with the scheme."""
        return tuple(sum(after == state for _before, after in self.hundred) for state in STATES)


def outcomes(
    families: DrawnFamilies,
    package: Package,
    *,
    premium: Callable[[int], float],
    little: float,
    too_much: float,
) -> Outcomes:
    """Look at every drawn family's year.

    Parameters
    ----------
    families : DrawnFamilies
    package : Package
        With its benefits under the names of the families' world.
    premium : callable
        What a family of this size pays in a year, money.
    little, too_much : float
        Own spending in a year that is little, and above which it is more than a family can bear, money.
    """
    require_at_least(field="little", value=little, lowest=0.0)
    require_above(field="too_much", value=too_much, bound=little)
    paid, bills = families.paid(package), families.bills
    bounds = np.array([little, too_much]) * (1.0 + A_HAIR)
    own = np.where(bills - paid <= A_HAIR * bills, 0.0, bills - paid)
    before, after = (np.searchsorted(bounds, spent) for spent in (bills, own))
    joint = np.bincount(len(STATES) * before + after, minlength=len(STATES) ** 2)
    sizes, place = np.unique(families.sizes, return_inverse=True)
    paid_in = np.array([premium(int(size)) for size in sizes])[place]
    return Outcomes(
        joint=joint.reshape(len(STATES), len(STATES)) / len(paid),
        without_much=_share(before == MUCH),
        with_much=_share(after == MUCH),
        nothing_paid=_share(paid <= 0.0),
        more_back=_share(paid > paid_in),
        at_least_once={
            benefit.name: _share(families.events[benefit.name].per_family > 0)
            for benefit in package.benefits
            if benefit.covered
        },
    )


def _share(yes: Array) -> Estimate:
    return Estimate.over(in_batches(yes).mean(axis=1))
