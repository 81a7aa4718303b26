"""The number of events of a family in a year, for every size at once or for a family of random size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Frequency

Array = NDArray[Any]

NEGLIGIBLE_SHARE = 1e-15
"""Share of E[N^2] above the largest number of events that is still counted."""


@dataclass(frozen=True)
class FamilyCounts:
    """Event counts of families; arrays have one leading entry per outcome, O of them.

    Attributes
    ----------
    frequency : Frequency
        Law of one person's count.
    families : FamilySizes
        The K sizes and their shares.
    mixed : bool
        False: one outcome per size (O = K). True: one outcome, a family whose size is drawn (O = 1).
    """

    frequency: Frequency
    families: FamilySizes
    mixed: bool = False

    @cached_property
    def mean(self) -> Array:
        """E[N], shape (O,)."""
        return self._over_sizes(self.frequency.incidence * self.families.sizes)

    @cached_property
    def excess_dispersion(self) -> Array:
        """Var(N) - E[N], shape (O,): 0 for Poisson, above for negative binomial, below for Bernoulli."""
        incidence, sizes = self.frequency.incidence, self.families.sizes
        own = self._over_sizes(incidence * sizes * (self.frequency.variance_to_mean - 1.0))
        if not self.mixed:
            return own
        return own + incidence**2 * (self.families.weights @ (sizes - self.families.mean_size) ** 2)

    def excess(self, w: Array) -> Array:
        """P(1 + w) - 1, P the generating function of N; shape (O, *w.shape), exact however small it is."""
        person = self.frequency.person_excess(w)
        growth = 1.0 + person
        if self.mixed:
            # sum of w_k (g^k - 1) = (g - 1) * sum over j of g^j P(size > j), by Horner's rule
            total = np.full_like(growth, self._share_above[-1])
            for share in self._share_above[-2::-1]:
                total *= growth
                total += share
            total *= person
            return total[None]
        rows = np.empty((len(self.families.sizes), *np.shape(w)), dtype=person.dtype)
        power, reached = person.copy(), 1
        for row, size in zip(rows, self.families.sizes.tolist(), strict=True):
            for _ in range(size - reached):
                power *= growth
                power += person  # (1 + a)(1 + b) - 1 loses no digits
            reached = size
            row[...] = power
        return rows

    def slope(self, w: Array) -> Array:
        """Derivative of P at 1 + w: k P_1^(k-1) P_1' for size k; shape (O, *w.shape)."""
        sizes = self.families.sizes.reshape(-1, *(1,) * np.ndim(w))
        growth = 1.0 + self.frequency.person_excess(w)
        return self._over_sizes(sizes * growth ** (sizes - 1) * self.frequency.person_slope(w))

    def pmf(self, most: int) -> Array:
        """P(N = n) for n = 0 .. most; shape (O, most + 1)."""
        rows = np.stack([self.frequency.family_pmf(int(size), most) for size in self.families.sizes])
        return self._over_sizes(rows)

    def tail_share(self, above: Array, share: Array) -> Array:
        """Share of E[N^2] above ``above`` when each event is kept with chance ``share``, for the largest
        family.
        """
        return self.frequency.tail_share(above, share, int(self.families.sizes[-1]))

    def most_events(self) -> int:
        """A number of events above which less than ``NEGLIGIBLE_SHARE`` of the largest family's E[N^2]
        lies.
        """
        most = 8
        while self.tail_share(np.array([float(most)]), np.ones(1))[0] > NEGLIGIBLE_SHARE:
            most += most // 4
        return most

    @cached_property
    def _share_above(self) -> Array:
        """P(size > j), j = 0 .. the largest size less 1."""
        sizes, weights = self.families.sizes, self.families.weights
        return weights @ (sizes[:, None] > np.arange(int(sizes[-1])))

    def _over_sizes(self, by_size: Array) -> Array:
        if not self.mixed:
            return by_size
        mixed = self.families.weights[None] @ by_size.reshape(len(by_size), -1)
        return mixed.reshape(1, *by_size.shape[1:])
