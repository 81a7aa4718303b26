"""What goes into a workbook, and where on its sheets everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from xlsxwriter.utility import xl_rowcol_to_cell

from calculator.case import Case
from calculator.premium import PremiumBreakdown
from calculator.workbook.axes import Values, values_of
from calculator.workbook.tables import BenefitTables, SchemeTables
from simulation.engine.moments import PackageMoments

CALCULATOR, LISTS, TABLES, WORKING, ABOUT = "Calculator", "Lists", "Tables", "Working", "About"
FIRST_BENEFIT = 5
COVERED, FIRST_TERM, PREMIUM, NOTE = 1, 2, 6, 7
NO_CAP = 1e99
"""Stands for infinity on the lists that formulas look in."""
TAKE_UPS = (0.25, 0.5, 0.75, 1.0)
FAMILIES_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A case as a workbook shows it.

    Attributes
    ----------
    scheme, package : str
        Names, as people wrote them; ``package`` is empty where no package is saved.
    asides : sequence of str
        One for each benefit: "only OPD".
    case : Case
        Without a cap over all benefits together: ``capped`` says in words what such a cap changes.
    moments, premium
        The exact engine's answer to the case: what the formulas show before anything is chosen.
    inhabitants : int
    take_up : float
        Share of them who join: the case's persons over the inhabitants.
    """

    scheme: str
    package: str
    asides: Sequence[str]
    sign: str
    grouping: Literal["indian", "international"]
    places: int
    case: Case
    tables: SchemeTables
    moments: PackageMoments
    premium: PremiumBreakdown
    inhabitants: int
    take_up: float
    capped: str
    about: Sequence[tuple[str, str]]

    @cached_property
    def rows(self) -> tuple[BenefitRow, ...]:
        """The benefits, in order."""
        return tuple(
            BenefitRow(
                number=number,
                name=tables.name,
                aside=aside,
                tables=tables,
                covered=benefit.covered,
                values=_on_menu(values_of(benefit.terms)),
            )
            for number, (tables, benefit, aside) in enumerate(
                zip(self.tables.benefits, self.case.package.benefits, self.asides, strict=True), start=1
            )
        )

    @cached_property
    def at(self) -> Places:
        """Where everything stands."""
        return Places(benefits=len(self.rows), further=len(self.case.loadings.further))

    @property
    def largest_family(self) -> int:
        """The largest family that the sheet lists."""
        return max(FAMILIES_SHOWN, int(self.case.package.families.sizes[-1]))


def _on_menu(values: Values) -> Values:
    first, second, third, fourth = (float(f"{value:.12g}") for value in values)
    return first, second, third, fourth


@dataclass(frozen=True, kw_only=True)
class BenefitRow:
    """One benefit of the workbook: its number (from 1), its tables, and what is chosen at first."""

    number: int
    name: str
    aside: str
    tables: BenefitTables
    covered: bool
    values: Values

    @cached_property
    def combination(self) -> int:
        """Where the chosen terms stand among the menu's combinations."""
        place = 0
        for axis, value in zip(self.tables.axes.values, self.values, strict=True):
            place = place * len(axis) + axis.index(value)
        return place

    @property
    def sheet_row(self) -> int:
        """Its row on the calculator, from 0."""
        return FIRST_BENEFIT + self.number - 1


@dataclass(frozen=True, kw_only=True)
class Places:
    """Rows of the calculator's lines, from 0."""

    benefits: int
    further: int

    def _line(self, number: int) -> int:
        return FIRST_BENEFIT + self.benefits + number

    @property
    def pure(self) -> int:
        """The pure risk premium closes the table of benefits."""
        return self._line(0)

    @property
    def inhabitants(self) -> int:
        return self._line(2)

    @property
    def take_up(self) -> int:
        return self._line(3)

    @property
    def persons(self) -> int:
        return self._line(4)

    @property
    def chance(self) -> int:
        return self._line(5)

    @property
    def basis(self) -> int:
        return self._line(6)

    @property
    def sigma(self) -> int:
        return self._line(7)

    @property
    def risk_loading(self) -> int:
        return self._line(8)

    @property
    def with_risk(self) -> int:
        return self._line(9)

    @property
    def admin(self) -> int:
        return self._line(10)

    @property
    def first_further(self) -> int:
        return self._line(11)

    @property
    def total(self) -> int:
        return self._line(11 + self.further)

    @property
    def discount(self) -> int:
        return self._line(13 + self.further)

    @property
    def share(self) -> int:
        return self._line(14 + self.further)

    @property
    def small(self) -> int:
        return self._line(15 + self.further)

    @property
    def large(self) -> int:
        return self._line(16 + self.further)

    @property
    def average(self) -> int:
        return self._line(17 + self.further)

    @property
    def collected(self) -> int:
        return self._line(18 + self.further)

    @property
    def families(self) -> int:
        """Heading of what families pay; the take-up table stands beside it."""
        return self._line(20 + self.further)


def cell(sheet: str, row: int, column: int) -> str:
    """An absolute address on a named sheet."""
    return f"{sheet}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def span(sheet: str, first: tuple[int, int], last: tuple[int, int]) -> str:
    """An absolute range on a named sheet."""
    start, end = (xl_rowcol_to_cell(*corner, row_abs=True, col_abs=True) for corner in (first, last))
    return f"{sheet}!{start}:{end}"
