"""What saved packages do in light, middling and bad years: figures from the drawn families, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache

from calculator.cases import ChosenTerms, chosen_of
from calculator.packages import Line
from simulation.engine.menu import round_steps
from simulation.engine.package import Package
from simulation.models import Kind
from workshop.years_of_families import (
    DrawnFamilies,
    PackageYears,
    World,
    draw_families,
    package_years,
    years_hash,
)
from workshop.years_of_families import renamed as renamed_package

KEPT_SECONDS = 24 * 3600
MANY_TIMES = 2.0
"""Where nobody says what is too much for a family: so many times its yearly bills on average, rounded."""


def unit_costs_of(lines: Sequence[Line]) -> dict[str, float]:
    """What a set amount or a lost day is taken to be worth: the most that any of the packages pays for it."""
    costs: dict[str, float] = {}
    for line in lines:
        chosen = chosen_of(line.package).terms
        for risk in line.package.assumption_set.risks.all():
            terms = chosen.get(risk.key, ChosenTerms(covered=False))
            if risk.kind != Kind.COST:
                paid = terms.fixed_amount if risk.kind == Kind.FIXED else terms.rate
                costs[risk.key] = max(costs.get(risk.key, 0.0), paid if terms.covered else 0.0)
    return costs


def keyed_package(line: Line) -> Package:
    """The package with its benefits under the keys that mean the same in every package."""
    return renamed_package(line.case.package, [risk.key for risk in line.package.assumption_set.risks.all()])


@dataclass
class YearsOfPackages:
    """The drawn families' figures of several packages; families are drawn only for what is not known yet."""

    lines: Sequence[Line]
    unit_costs: Mapping[str, float]
    typed_too_much: float | None = None

    @cached_property
    def packages(self) -> list[Package]:
        return [keyed_package(line) for line in self.lines]

    @cached_property
    def worlds(self) -> list[World]:
        return [World(package=package, unit_costs=self.unit_costs) for package in self.packages]

    @property
    def is_one_world(self) -> bool:
        """Whether all packages rest on the same assumptions and families."""
        first = self.worlds[0].as_json()
        return all(world.as_json() == first for world in self.worlds)

    @property
    def without_bills(self) -> list[str]:
        """Keys of benefits whose bills are not known: no package pays for them and nobody said a cost."""
        return [name for name, cost in self.worlds[0].bills_per_person.items() if cost == 0.0]

    @cached_property
    def too_much(self) -> float:
        if self.typed_too_much is not None:
            return self.typed_too_much
        world = self.worlds[0]
        mean = sum(world.bills_per_person.values()) * world.package.families.mean_size
        return round_steps(MANY_TIMES * mean, count=1)[0] if mean > 0.0 else 1.0

    @cached_property
    def figures(self) -> list[PackageYears]:
        keys = [
            f"years:{years_hash(world, package, too_much=self.too_much)}"
            for world, package in zip(self.worlds, self.packages, strict=True)
        ]
        known: dict[str, PackageYears] = cache.get_many(set(keys))
        drawn: list[tuple[World, DrawnFamilies]] = []
        for key, world, package in zip(keys, self.worlds, self.packages, strict=True):
            if key not in known:
                families = _drawn(world, drawn)
                known[key] = package_years(families, package, too_much=self.too_much)
                cache.set(key, known[key], KEPT_SECONDS)
        return [known[key] for key in keys]


def _drawn(world: World, drawn: list[tuple[World, DrawnFamilies]]) -> DrawnFamilies:
    """The families of a world, drawn once however many packages live in it."""
    for other, families in drawn:
        if other.as_json() == world.as_json():
            return families
    families = draw_families(world)
    drawn.append((world, families))
    return families
