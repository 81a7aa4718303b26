"""The terms that a workbook can look up: one benefit's menu as four lists, one for each column of its row.

Every kind of benefit has the same four columns, so that one set of formulas serves all: a cost its threshold,
copay, event cap and family cap; a set amount nothing, nothing, its amount and family cap; wage loss its start
day, last day, rate and family cap.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from simulation.engine.menu import default_menu
from simulation.engine.package import Benefit
from simulation.engine.severity import Lomax
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

Kind = Literal["cost", "fixed", "wage"]
Values = tuple[float, float, float, float]

NOTHING = 0.0
"""Stands in the columns that a set amount has not."""


@dataclass(frozen=True, kw_only=True)
class Axes:
    """The menu of one benefit: ascending values for each of the four columns; infinity is no cap."""

    kind: Kind
    values: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, ...]]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How many values each column has."""
        first, second, third, fourth = (len(one) for one in self.values)
        return first, second, third, fourth

    def combinations(self) -> list[Values]:
        """Every combination, the family cap running fastest."""
        return list(itertools.product(*self.values))


def kind_of(terms: Terms) -> Kind:
    """What the four columns mean for these terms."""
    if isinstance(terms, FixedTerms):
        return "fixed"
    return "wage" if isinstance(terms, WageTerms) else "cost"


def values_of(terms: Terms) -> Values:
    """The four columns of some terms."""
    if isinstance(terms, FixedTerms):
        return NOTHING, NOTHING, terms.amount, terms.family_cap
    if isinstance(terms, WageTerms):
        return float(terms.start_day), float(terms.last_day), terms.rate, terms.family_cap
    return terms.threshold, terms.copay, terms.event_cap, terms.family_cap


def terms_of(kind: Kind, values: Values) -> Terms | None:
    """The terms of four columns; None where there are none such (a last day before the start day)."""
    first, second, third, family_cap = values
    if kind == "fixed":
        return FixedTerms(amount=third, family_cap=family_cap)
    if kind == "cost":
        return CostTerms(threshold=first, copay=second, event_cap=third, family_cap=family_cap)
    if second < first:
        return None
    return WageTerms(rate=third, start_day=int(first), last_day=int(second), family_cap=family_cap)


def can_be_priced(benefit: Benefit, terms: Terms) -> bool:
    """Whether the variance is finite: a tail without end needs a cap."""
    if not (isinstance(benefit.severity, Lomax) and benefit.severity.alpha <= 2.0):
        return True
    return math.isfinite(min(terms.family_cap, getattr(terms, "event_cap", math.inf)))


def axes_of(benefit: Benefit, also: Iterable[Terms] = ()) -> Axes:
    """The benefit's default menu and its own terms, so that what it has now is always on the lists.

    `also` are further terms of the same kind whose values shall be on the lists.

    An amount or a rate may be 0 as well: nothing is paid then. Of the rates of wage loss every second one is
    taken, so that its table is no larger than the others.
    """
    kind = kind_of(benefit.terms)
    columns: list[set[float]] = [set(), set(), set(), set()]
    for terms in default_menu(benefit):
        for column, value in zip(columns, values_of(terms), strict=True):
            column.add(value)
    if kind == "wage":
        columns[2] = set(sorted(columns[2])[::2])
    if kind != "cost":
        columns[2].add(0.0)
    for terms in (benefit.terms, *also):
        for column, value in zip(columns, values_of(terms), strict=True):
            column.add(value)
    first, second, third, fourth = (
        tuple(sorted({_to_12_digits(value) for value in column})) for column in columns
    )
    return Axes(kind=kind, values=(first, second, third, fourth))


def _to_12_digits(value: float) -> float:
    """A spreadsheet writes no more than 15; 2,400 / 0.8 and 3,000 are the same cap."""
    return float(f"{value:.12g}")
