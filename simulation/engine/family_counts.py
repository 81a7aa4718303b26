"""The number of events of a family in a year, for every family size at once or for a family of random size."""

from __future__ import annotations

from collections.abc import Callable
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

    @cached_property
    def none_less_one(self) -> Array:
        """P(N = 0) - 1, shape (O,), exact for small incidences."""
        return self.excess(np.zeros(()))

    @cached_property
    def one(self) -> Array:
        """P(N = 1), shape (O,)."""
        return self.slope(np.zeros(()))

    @cached_property
    def several(self) -> Array:
        """P(N >= 2), shape (O,)."""
        return self.excess_several(np.ones(()))

    def excess(self, z: Array) -> Array:
        """P(z) - 1 with P the generating function of N; shape (O, *z.shape), exact relative to E[N]."""
        person = self.frequency.person_excess(z)
        return self._by_powers(person, lambda power, size: power)

    def slope(self, z: Array) -> Array:
        """Derivative of the generating function of N; shape (O, *z.shape)."""
        person = self.frequency.person_excess(z)
        inner = self.frequency.person_slope(z)
        # P_1^(k - 1) is one power behind: the loop of size k hands over P_1^k - 1, so divide nothing and carry it
        return self._by_powers(person, lambda power, size: size * inner * (power + 1.0), shift=1)

    def excess_several(self, z: Array) -> Array:
        """E[z^N; N >= 2], shape (O, *z.shape): only families with several events need a convolution."""
        shape = (-1, *(1,) * z.ndim)
        return self.excess(z) - self.none_less_one.reshape(shape) - self.one.reshape(shape) * z

    def pmf(self, most: int) -> Array:
        """P(N = n) for n = 0 .. most; shape (O, most + 1)."""
        rows = np.stack([self.frequency.family_pmf(int(size), most) for size in self.families.sizes])
        return self.families.weights[None, :] @ rows if self.mixed else rows

    def tail_share(self, above: Array, share: Array) -> Array:
        """Share of E[N^2] above ``above`` when each event is kept with chance ``share``, for the largest family."""
        return self.frequency.tail_share(above, share, int(self.families.sizes[-1]))

    def most_events(self) -> int:
        """A number of events above which less than ``NEGLIGIBLE_SHARE`` of the largest family's E[N^2] lies."""
        most = 8
        while self.tail_share(np.array([float(most)]), np.ones(1))[0] > NEGLIGIBLE_SHARE:
            most += most // 4
        return most

    def _over_sizes(self, by_size: Array) -> Array:
        return (self.families.weights @ by_size)[None] if self.mixed else by_size

    def _by_powers(self, person: Array, outcome: Callable[[Array, int], Array], *, shift: int = 0) -> Array:
        """Collect ``outcome(P_1^(k - shift) - 1, k)`` for every size k; the powers build on each other."""
        rows: list[Array] = []
        total: Array = np.zeros(np.shape(person), dtype=np.asarray(person).dtype)
        weight_of = {
            int(size): weight for size, weight in zip(self.families.sizes, self.families.weights, strict=True)
        }
        power = np.zeros_like(total)
        for size in range(1, max(weight_of) + 1):
            before = power
            power = power + person + power * person
            if size not in weight_of:
                continue
            row = outcome(before if shift else power, size)
            if self.mixed:
                total = total + weight_of[size] * row
            else:
                rows.append(row)
        return total[None] if self.mixed else np.stack(rows)
