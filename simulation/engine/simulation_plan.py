"""What is simulated: the package, the further terms to price, how many family-years, in which chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.simulated_counts import count_probabilities
from simulation.engine.simulated_terms import MenuLayers
from simulation.engine.terms import Terms

Array = NDArray[Any]

FAMILIES_IN_A_CHUNK = 250_000
MOST_CHUNKS = 100_000
MOST_TERMS = 2_560


@dataclass(frozen=True, kw_only=True)
class SimulationPlan:
    """What is simulated; with the same NumPy it fixes every bit of the answer.

    Parameters
    ----------
    package : Package
        The benefits with their own terms, and the family sizes.
    seed : int
        0 or more.
    families : int
        Family-years represented, at least 1.
    chunk_families : int
        Family-years represented by one chunk (the last may be smaller).
    menus : Mapping[str, Sequence[Terms]]
        Further terms to price for named benefits, on the same simulated families; at most 2,560 for a
        benefit. Each must be terms that the benefit could have itself. A benefit that is not covered may have
        a menu.
    """

    package: Package
    seed: int
    families: int = 10_000_000
    chunk_families: int = FAMILIES_IN_A_CHUNK
    menus: Mapping[str, Sequence[Terms]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value, lowest in (
            ("seed", self.seed, 0),
            ("families", self.families, 1),
            ("chunk_families", self.chunk_families, 1),
        ):
            if value < lowest or value != int(value):
                raise Refused(field=name, problem=f"{value} is not a whole number of at least {lowest}")
        if self.chunk_count > MOST_CHUNKS:
            raise Refused(
                field="chunk_families",
                problem=f"{self.chunk_families} makes {self.chunk_count} chunks of {self.families} families; "
                f"make chunks larger, at most {MOST_CHUNKS} of them",
            )
        benefits = {benefit.name: benefit for benefit in self.package.benefits}
        for name, menu in self.menus.items():
            if name not in benefits:
                raise Refused(field="menus", problem=f"there is no benefit {name!r} in the package")
            _check_menu(benefits[name], menu)

    @property
    def chunk_count(self) -> int:
        """Number of chunks."""
        return -(-self.families // self.chunk_families)

    def families_in(self, index: int) -> int:
        """Family-years represented by chunk ``index``."""
        if not 0 <= index < self.chunk_count:
            raise ValueError(f"chunk {index}: the plan has chunks 0 to {self.chunk_count - 1}")
        return min(self.chunk_families, self.families - index * self.chunk_families)

    @cached_property
    def priced_menus(self) -> tuple[tuple[str, tuple[Terms, ...]], ...]:
        """The menus in the package's order of benefits, whatever the order of the mapping."""
        return tuple(
            (benefit.name, tuple(self.menus[benefit.name]))
            for benefit in self.package.benefits
            if benefit.name in self.menus
        )

    @cached_property
    def layers(self) -> dict[str, MenuLayers]:
        """The menus as layers, by benefit."""
        return {name: MenuLayers.of(menu) for name, menu in self.priced_menus}

    @cached_property
    def count_tables(self) -> tuple[Array, ...]:
        """Count probabilities of each linked group, each of shape (K, N_g + 1)."""
        return tuple(
            count_probabilities(parent.frequency, families=self.package.families)
            for parent, *_ in self.package.groups
            if parent.frequency is not None
        )

    @cached_property
    def lines(self) -> Lines:
        """Where each figure stands among a chunk's sums."""
        benefits, groups = len(self.package.benefits), len(self.package.groups)
        capped = int(self.package.has_family_cap)
        menu_start, total = {}, benefits + groups + capped
        for name, menu in self.priced_menus:
            menu_start[name] = total
            total += len(menu)
        return Lines(groups=benefits, package=benefits + groups, menus=menu_start, total=total)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """First line of the linked groups, of the capped package and of each menu; the benefits come first."""

    groups: int
    package: int
    menus: dict[str, int]
    total: int


def _check_menu(benefit: Benefit, menu: Sequence[Terms]) -> None:
    if len(menu) > MOST_TERMS:
        raise Refused(
            field="menus",
            problem=f"{len(menu)} terms for {benefit.name!r}; a menu holds at most {MOST_TERMS}",
        )
    for terms in menu:
        if type(terms) is not type(benefit.terms):
            raise Refused(
                field="menus",
                problem=f"{benefit.name!r} has {type(benefit.terms).__name__}, not {type(terms).__name__}",
            )
        replace(benefit, terms=terms, covered=True)
