"""Play a year: dice pick one year of a small village out of the drawn families. Pure: no Django.

The families drawn for the comparison (`years_of_families`) stand in the order of their sizes. Every
5,000th of them makes a village of 40 families, so that all villages have the same sizes, near enough: they
are one village in 5,000 years. Four dice pick one of the first 1,296 years, each as likely as any other;
what such a year costs is held against all 5,000. Nothing is drawn here: bills and payments are the
comparison's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.package import Package
from simulation.engine.refusal import Refused
from workshop.years_of_families import DrawnFamilies, World

Array = NDArray[Any]

FAMILIES_OF_VILLAGE = 40
DICE = 4
SIDES = 6
YEARS = SIDES**DICE
"""Years that the dice can pick."""


def year_of_dice(dice: str) -> int:
    """The place of the year that these dice pick, 0 to 1,295; each digit is what one die showed.

    Raises
    ------
    Refused
        Not four digits from 1 to 6.
    """
    if len(dice) != DICE or not set(dice) <= set("123456"):
        raise Refused(field="dice", problem=f"{dice!r} is not what {DICE} dice show: digits from 1 to 6")
    return int("".join(str(int(die) - 1) for die in dice), SIDES)


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One event of one benefit in a family's year.

    Attributes
    ----------
    key : str
        The benefit.
    cost : float
        Money, or days of lost work; 1 for a benefit with a set amount.
    bill : float
        What the family is billed for it, money; 0 where the assumptions and the packages say no cost.
    """

    key: str
    cost: float
    bill: float


@dataclass(frozen=True, kw_only=True)
class FamilyYear:
    """One family's year: its size, what happened, its bills, and what each package pays of them."""

    size: int
    happened: tuple[Happened, ...]
    bills: float
    paid: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class VillageYear:
    """One year of the village, and how it stands among all ``years``.

    Attributes
    ----------
    families : sequence of FamilyYear
        From small to large.
    usual : sequence of float
        What each package pays the village in an average year, money.
    share_dearer : float
        Share of all years that cost the village more.
    spread : sequence of float
        The village's bills that 1, 5 and 9 years of 10 stay below, money.
    big : float
        Nine families in ten have a year with no more bills than this, money.
    years : int
    """

    families: Sequence[FamilyYear]
    usual: Sequence[float]
    share_dearer: float
    spread: Sequence[float]
    big: float
    years: int


@dataclass(frozen=True)
class Villages:
    """The drawn families as one village in many years, under several packages of the same world."""

    families: DrawnFamilies
    packages: Sequence[Package]

    def __post_init__(self) -> None:
        if len(self.families.sizes) // FAMILIES_OF_VILLAGE < YEARS:
            raise Refused(
                field="families",
                problem=f"{len(self.families.sizes)} families make fewer than {YEARS} years",
            )

    @property
    def years(self) -> int:
        """How many years there are to hold one against."""
        return len(self.families.sizes) // FAMILIES_OF_VILLAGE

    @property
    def world(self) -> World:
        return self.families.world

    @cached_property
    def paid(self) -> tuple[Array, ...]:
        """What each package pays each drawn family; each of shape (F,)."""
        return tuple(self.families.paid(package) for package in self.packages)

    def places(self, year: int) -> Array:
        """Where a year's families stand among the drawn ones."""
        return year + self.years * np.arange(FAMILIES_OF_VILLAGE)

    def by_year(self, per_family: Array) -> Array:
        """Sums over the village, one for each year."""
        used = per_family[: self.years * FAMILIES_OF_VILLAGE]
        return np.asarray(used.reshape(FAMILIES_OF_VILLAGE, self.years).sum(axis=0))

    @cached_property
    def bills(self) -> Array:
        """The village's bills of every year, shape (years,)."""
        return self.by_year(self.families.bills)

    def play(self, year: int) -> list[FamilyYear]:
        """The families of one year, from small to large."""
        return [self._family(int(place)) for place in self.places(year)]

    def _family(self, place: int) -> FamilyYear:
        return FamilyYear(
            size=int(self.families.sizes[place]),
            happened=tuple(self._happened(place)),
            bills=float(self.families.bills[place]),
            paid=tuple(float(paid[place]) for paid in self.paid),
        )

    def _happened(self, place: int) -> list[Happened]:
        found: list[Happened] = []
        for benefit in self.world.package.benefits:
            events = self.families.events[benefit.name]
            first, unit = int(events.first_event[place]), self.world.unit_cost(benefit)
            costs = events.cost[first : first + int(events.per_family[place])]
            found += [Happened(key=benefit.name, cost=float(cost), bill=unit * float(cost)) for cost in costs]
        return found

    def of(self, year: int) -> VillageYear:
        bills = self.families.bills
        place = int(0.9 * len(bills))
        return VillageYear(
            families=self.play(year),
            usual=self.mean_paid(),
            share_dearer=self.share_dearer(year),
            spread=self.quantiles((0.1, 0.5, 0.9)),
            big=float(np.partition(bills, place)[place]),
            years=self.years,
        )

    def share_dearer(self, year: int) -> float:
        """Share of all years in which the village's bills are higher than in this one."""
        return float((self.bills > self.bills[year]).mean())

    def quantiles(self, chances: Sequence[float]) -> list[float]:
        """The village's bills that this share of the years stay below, money."""
        return [float(value) for value in np.quantile(self.bills, chances)]

    def mean_paid(self) -> list[float]:
        """What each package pays the village in an average year."""
        return [float(self.by_year(paid).mean()) for paid in self.paid]
