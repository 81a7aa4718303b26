"""The lesson's figures: six years of a village, each as likely as the others, and a bad season. No Django.

The village is that of "play a year". Its years are put in the order of what the package pays the village;
each sixth of the years that the dice can pick is told by a usual year from its middle, so that one die picks
a good or a bad year as often as it comes. A bad season is the same village while everything happens `SHOCK`
times as often to everybody at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from calculator.premium import PremiumBreakdown
from calculator.sensitivity import with_incidence
from simulation.engine.package import Package
from simulation.engine.scheme import scheme_distribution
from workshop.play import DICE, FAMILIES_OF_VILLAGE, SIDES, YEARS, Villages
from workshop.years_of_families import FAMILIES, World, draw_families

SHOCK = 2.0
"""How many times as often everything happens in a bad season; the words say twice."""


@dataclass(frozen=True, kw_only=True)
class VillageYear:
    """One year of the village under the package; money.

    Attributes
    ----------
    dice : str
        Four dice that pick this year on the page where a year is played; empty in a bad season.
    happened : mapping of benefit to int
        Events of the whole village.
    helped : int
        Families that were paid something.
    bills, paid : float
        Of all families together.
    worst_bill, worst_paid : float
        Of the family with the largest bills.
    """

    dice: str
    happened: Mapping[str, int]
    helped: int
    bills: float
    paid: float
    worst_bill: float
    worst_paid: float


@dataclass(frozen=True)
class Season:
    """The village's years when everything happens `factor` times as often as assumed."""

    world: World
    package: Package
    factor: float
    drawn: int = FAMILIES

    @cached_property
    def villages(self) -> Villages:
        struck = World(
            package=with_incidence(self.world.package, self.factor), unit_costs=self.world.unit_costs
        )
        return Villages(draw_families(struck, families=self.drawn), [self.package])

    @cached_property
    def _paid(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """What the package pays the village, one figure for each year."""
        return self.villages.by_year(self.villages.paid[0])

    @property
    def mean_paid(self) -> float:
        return float(self._paid.mean())

    def share_above(self, amount: float) -> float:
        """Share of the years in which the package pays the village more than this."""
        return float((self._paid > amount).mean())

    @cached_property
    def _happened(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Events of each benefit in each year of the village; one row for each benefit."""
        events = self.villages.families.events
        return np.array([self.villages.by_year(one.per_family) for one in events.values()], dtype=float)

    def year_at(self, low: float, high: float) -> VillageYear:
        """The most usual of some years of the dice.

        Of the years between these shares in the order of what the package pays, the one whose events lie
        closest to their averages, in squares over those averages.
        """
        order = np.argsort(self._paid[:YEARS], kind="stable")
        among = order[int(low * YEARS) : int(high * YEARS)]
        happened = self._happened[:, among]
        usual = happened.mean(axis=1, keepdims=True)
        apart = ((happened - usual) ** 2 / np.maximum(usual, 1.0)).sum(axis=0)
        year = int(among[np.argmin(apart)])
        families = self.villages.play(year)
        worst = max(families, key=lambda family: family.bills)
        return VillageYear(
            dice=_rolls()[year] if self.factor == 1.0 else "",
            happened=Counter(each.key for family in families for each in family.happened),
            helped=sum(family.paid[0] > 0.0 for family in families),
            bills=sum(family.bills for family in families),
            paid=sum(family.paid[0] for family in families),
            worst_bill=worst.bills,
            worst_paid=worst.paid[0],
        )


def _rolls() -> list[str]:
    return ["".join(roll) for roll in product("123456", repeat=DICE)]


@dataclass(frozen=True, kw_only=True)
class LessonFigures:
    """Everything in figures that the lesson tells of one package.

    Parameters
    ----------
    world : World
    package : Package
        With its benefits under the names of the world.
    premium : PremiumBreakdown
    drawn : int
        Families drawn for each season.
    """

    world: World
    package: Package
    premium: PremiumBreakdown
    drawn: int = FAMILIES

    @cached_property
    def usual(self) -> Season:
        return Season(self.world, self.package, 1.0, self.drawn)

    @cached_property
    def bad(self) -> Season:
        return Season(self.world, self.package, SHOCK, self.drawn)

    @cached_property
    def years(self) -> list[VillageYear]:
        """One for each side of a die, from the one that costs the pot least to the dearest."""
        return [self.usual.year_at((side + 1 / 3) / SIDES, (side + 2 / 3) / SIDES) for side in range(SIDES)]

    @cached_property
    def bad_year(self) -> VillageYear:
        """A usual one of the middle fifth of all bad seasons."""
        return self.bad.year_at(0.4, 0.6)

    @cached_property
    def sizes(self) -> list[int]:
        """How many persons each family of the village is; the same in every season, but for rounding."""
        villages = self.usual.villages
        return [int(size) for size in villages.families.sizes[villages.places(0)]]

    @property
    def persons(self) -> int:
        return sum(self.sizes)

    @cached_property
    def paid_in(self) -> float:
        """What the families of the village pay before the year, money."""
        return sum(self.premium.per_family(size=size) for size in self.sizes)

    @property
    def a_family_pays(self) -> float:
        return self.paid_in / FAMILIES_OF_VILLAGE

    @property
    def pot(self) -> float:
        """What is left of it for bills: all but admin and further loadings."""
        return self.paid_in * self.premium.with_risk / self.premium.total

    @property
    def running(self) -> float:
        return self.paid_in - self.pot

    def scheme_short(self, *, factor: float) -> float:
        """Chance that the whole scheme's payouts exceed pure premium and risk loading in such a year, exact.

        No reserve of earlier years is counted.
        """
        law = scheme_distribution(with_incidence(self.package, factor), self.premium.persons)
        return law.probability_above(law.persons * self.premium.with_risk)
