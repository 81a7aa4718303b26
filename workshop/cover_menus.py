"""From the tables of whole menus to what the search chooses from: terms, prices, cover. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from calculator.workbook.axes import Kind, Values, terms_of
from calculator.workbook.tables import BenefitTables, SchemeTables
from simulation.engine.terms import Terms
from workshop.frontier_menus import Menu
from workshop.years_of_families import DrawnFamilies, World

Array = NDArray[Any]
Best = Literal["dear", "all"]

THRESHOLD, COPAY, AMOUNT = 0, 1, 2
"""Columns of a combination: a cost's threshold and copay; an amount or a rate a day."""


@dataclass(frozen=True, kw_only=True)
class CoverMenu:
    """One benefit's menu and the terms behind each of its items; the last item is: not covered."""

    key: str
    kind: Kind
    values: tuple[Values, ...]
    menu: Menu

    def terms(self, item: int) -> Values | None:
        """The four columns of an item; None for not covered."""
        return self.values[item] if item < len(self.values) else None


def cover_menus(
    tables: SchemeTables,
    cover: Mapping[str, Array],
    *,
    world: World,
    keys: Collection[str],
    simple: bool,
) -> list[CoverMenu]:
    """The menus of the benefits that may be covered, in the tables' order.

    Parameters
    ----------
    tables : SchemeTables
        Of benefits named by their keys.
    cover : mapping of key to ndarray
        What each combination covers, as ``cover_of_all_bills`` or ``cover_of_the_dearest`` say.
    world : World
        A set amount or a rate a day above what it stands for is left out: nobody is paid more than a bill.
    keys : collection of str
        Benefits that may be covered.
    simple : bool
        Only terms without a threshold and without a copay, which a claims committee explains in one line.
    """
    units = {one.name: world.unit_costs.get(one.name, math.inf) for one in world.package.benefits}
    return [
        _menu_of(one, cover[one.name], most=units[one.name], simple=simple)
        for one in tables.benefits
        if one.name in keys
    ]


def _menu_of(one: BenefitTables, cover: Array, *, most: float, simple: bool) -> CoverMenu:
    combinations = one.axes.combinations()
    kept = [
        place
        for place, values in enumerate(combinations)
        if math.isfinite(one.mean[place]) and _is_wanted(one.axes.kind, values, most=most, simple=simple)
    ]
    return CoverMenu(
        key=one.name,
        kind=one.axes.kind,
        values=tuple(_as_said(one.axes.kind, combinations[place]) for place in kept),
        menu=Menu(
            name=one.name,
            mean=np.append(one.mean[kept], 0.0),
            variance=np.append(one.variance[kept], 0.0),
            cover=np.append(cover[kept], 0.0),
            group=one.group,
            shared=np.concatenate([one.shared[kept], np.zeros((1, one.shared.shape[1]))]),
        ),
    )


def _as_said(kind: Kind, values: Values) -> Values:
    """The same terms without a limit that nobody ever reaches: one event brings no more than a year does."""
    threshold, copay, event_cap, family_cap = values
    if kind == "cost" and family_cap < event_cap < math.inf:
        return threshold, copay, family_cap, family_cap
    return values


def _is_wanted(kind: Kind, values: Values, *, most: float, simple: bool) -> bool:
    if kind == "cost":
        return not simple or (values[THRESHOLD] == 0.0 and values[COPAY] == 0.0)
    return 0.0 < values[AMOUNT] <= most


def cover_of_all_bills(tables: SchemeTables, world: World) -> dict[str, Array]:
    """Share of all expected bills that each combination pays; exact."""
    bills = sum(world.bills_per_person.values())
    return {one.name: one.mean / bills for one in tables.benefits}


def cover_of_the_dearest(tables: SchemeTables, families: DrawnFamilies) -> dict[str, Array]:
    """Share of the bills of the tenth of families with the largest that each combination pays; simulated."""
    bills = families.bills_of_the_dearest
    found = {}
    for one in tables.benefits:
        priced = [terms_of(one.axes.kind, values) for values in one.axes.combinations()]
        places = [place for place, terms in enumerate(priced) if terms is not None]
        terms: Sequence[Terms] = [terms for terms in priced if terms is not None]
        cover = np.full(len(priced), np.nan)
        cover[places] = families.paid_to_the_dearest(one.name, terms) / bills
        found[one.name] = cover
    return found
