"""The sheet that looks up: where chosen terms stand on their menus, and what the tables say there.

A value on its menu is looked up; one between two points of its menu is interpolated straight between them,
in all of the four columns at once (sixteen corners, each with its weight). Nothing is ever worked out beyond
a menu's ends: the benefit's figure is then an error that its note on the calculator explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from calculator.workbook.contents import (
    CALCULATOR,
    COVERED,
    FIRST_TERM,
    NO_CAP,
    WORKING,
    BenefitRow,
    Contents,
    cell,
    span,
)
from calculator.workbook.styles import Styles, for_paper
from calculator.workbook.tables_sheet import axis_name, table_name

YES, NO, JOINT, INDEPENDENT = (2, 1), (3, 1), (4, 1), (5, 1)
"""Where the words of the drop-downs stand."""
FIRST = 8
NAME, ON, GROUP, DIMENSIONS = 0, 1, 2, 3
IS_EXACT, MEAN, VARIANCE, SHARED = 19, 20, 21, 22
CORNERS = 16


@dataclass(frozen=True)
class Working:
    """Addresses on this sheet that the calculator asks for."""

    contents: Contents

    @property
    def directions(self) -> int:
        return self.contents.tables.directions

    def row(self, benefit: BenefitRow) -> int:
        return FIRST + benefit.number - 1

    def figure(self, benefit: BenefitRow, column: int) -> str:
        return cell(WORKING, self.row(benefit), column)

    def column(self, column: int) -> str:
        """One column over all benefits."""
        return span(WORKING, (FIRST, column), (FIRST + len(self.contents.rows) - 1, column))

    @property
    def groups(self) -> tuple[int, ...]:
        return tuple(sorted({row.tables.group for row in self.contents.rows} - {0}))

    @property
    def first_group(self) -> int:
        return FIRST + len(self.contents.rows) + 2

    @property
    def group_sums(self) -> str:
        last = (self.first_group + len(self.groups) - 1, SHARED + self.directions - 1)
        return span(WORKING, (self.first_group, SHARED), last)

    @property
    def shared(self) -> str:
        """All shared coordinates of all benefits."""
        last = (FIRST + len(self.contents.rows) - 1, SHARED + self.directions - 1)
        return span(WORKING, (FIRST, SHARED), last)

    @property
    def first_corner(self) -> int:
        return self.first_group + len(self.groups) + 3

    def corners(self, benefit: BenefitRow, column: int) -> str:
        first = self.first_corner + CORNERS * (benefit.number - 1)
        return span(WORKING, (first, column), (first + CORNERS - 1, column)).removeprefix(f"{WORKING}!")


def write_working(book: Workbook, contents: Contents, styles: Styles) -> Working:
    """Write the sheet; the answer says where its figures stand."""
    sheet = book.add_worksheet(WORKING)
    at = Working(contents)
    sheet.write_string(0, 0, _("How the tables are looked up"), styles.title)
    for (row, column), word in zip(
        (YES, NO, JOINT, INDEPENDENT), (_("yes"), _("no"), _("joint"), _("independent")), strict=True
    ):
        sheet.write_string(row, column, word)
    _write_heads(sheet, at, styles)
    for benefit in contents.rows:
        _write_benefit(sheet, at, benefit)
        _write_corners(sheet, at, benefit)
    for place, group in enumerate(at.groups):
        _write_group(sheet, at, at.first_group + place, group)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 30, 11)
    for_paper(sheet)
    sheet.protect()
    return at


def _write_heads(sheet: Worksheet, at: Working, styles: Styles) -> None:
    bold = styles.style(bold=True)
    heads = [_("Benefit"), _("Covered"), _("Group")]
    heads += 4 * [_("Value"), _("From"), _("To"), _("Weight")]
    heads += [_("On the menu"), _("Mean"), _("Variance")]
    heads += [_("Shared %(number)s") % {"number": place + 1} for place in range(at.directions)]
    for column, head in enumerate(heads):
        sheet.write_string(FIRST - 1, column, head, bold)
    sheet.write_string(at.first_corner - 2, 0, _("The sixteen corners around each benefit’s terms"), bold)
    corners = [_("Benefit"), _("Row"), _("Column"), _("Weight"), _("Mean"), _("Variance")]
    for column, head in enumerate([*corners, *heads[SHARED:]]):
        sheet.write_string(at.first_corner - 1, column, head, bold)


def _write_benefit(sheet: Worksheet, at: Working, benefit: BenefitRow) -> None:
    row = at.row(benefit)
    place, tables, covered = benefit.combination, benefit.tables, benefit.covered
    chosen = cell(CALCULATOR, benefit.sheet_row, COVERED)
    yes = xl_rowcol_to_cell(*YES, row_abs=True, col_abs=True)
    on = xl_rowcol_to_cell(row, ON, col_abs=True)
    sheet.write_string(row, NAME, benefit.name)
    sheet.write_formula(row, ON, f"=IF({chosen}={yes},1,0)", None, int(covered))
    sheet.write_number(row, GROUP, tables.group)
    for column in range(4):
        _write_dimension(sheet, row, benefit, column)
    weights = [xl_rowcol_to_cell(row, DIMENSIONS + 4 * column + 3) for column in range(4)]
    sheet.write_formula(row, IS_EXACT, f"=IF({on}=1,IF({'+'.join(weights)}=0,1,0),1)", None, 1)
    figures = [(MEAN, 4, tables.mean[place]), (VARIANCE, 5, tables.variance[place])]
    figures += [(SHARED + j, 6 + j, tables.shared[place, j]) for j in range(tables.shared.shape[1])]
    weight = at.corners(benefit, 3)
    for column, source, value in figures:
        formula = f"=IF({on}=1,SUMPRODUCT({weight},{at.corners(benefit, source)}),0)"
        sheet.write_formula(row, column, formula, None, float(value) if covered else 0)


def _write_dimension(sheet: Worksheet, row: int, benefit: BenefitRow, column: int) -> None:
    """One column's value, the two menu points around it, and the weight of the upper one."""
    axes, left = benefit.tables.axes, DIMENSIONS + 4 * column
    value, lower, upper = (xl_rowcol_to_cell(row, left + offset) for offset in range(3))
    chosen, name = cell(CALCULATOR, benefit.sheet_row, FIRST_TERM + column), axis_name(benefit, column)
    number, is_cap = benefit.values[column], column == 3 or (column == 2 and axes.kind == "cost")
    is_day = axes.kind == "wage" and column < 2
    if axes.kind == "fixed" and column < 2:
        sheet.write_number(row, left, 0)
    else:
        empty = f"{NO_CAP:.0E}" if is_cap else "0"
        sheet.write_formula(row, left, f"=IF(ISNUMBER({chosen}),{chosen},{empty})", None, min(number, NO_CAP))
    place = axes.values[column].index(number) + 1
    sheet.write_formula(row, left + 1, f"=MATCH({value},{name},1)", None, place)
    sheet.write_formula(
        row, left + 2, f"=MIN({lower}+1,ROWS({name}))", None, min(place + 1, len(axes.values[column]))
    )
    low, high = f"INDEX({name},{lower})", f"INDEX({name},{upper})"
    between = "NA()" if is_day else f"IF({high}>={NO_CAP:.0E},NA(),({value}-{low})/({high}-{low}))"
    sheet.write_formula(row, left + 3, f"=IF({value}={low},0,{between})", None, 0)


def _write_corners(sheet: Worksheet, at: Working, benefit: BenefitRow) -> None:
    row, first = at.row(benefit), at.first_corner + CORNERS * (benefit.number - 1)
    sizes = benefit.tables.axes.shape
    tables, place = benefit.tables, benefit.combination
    sources = [("mean", tables.mean[place]), ("variance", tables.variance[place])]
    sources += [(f"shared_{j + 1}", tables.shared[place, j]) for j in range(tables.shared.shape[1])]
    for corner, bits in enumerate(product((0, 1), repeat=4)):
        line = first + corner
        index = [
            xl_rowcol_to_cell(row, DIMENSIONS + 4 * column + 1 + bit, row_abs=True, col_abs=True)
            for column, bit in enumerate(bits)
        ]
        weights = [
            xl_rowcol_to_cell(row, DIMENSIONS + 4 * column + 3, row_abs=True, col_abs=True)
            for column in range(4)
        ]
        share = "*".join(w if bit else f"(1-{w})" for w, bit in zip(weights, bits, strict=True))
        sheet.write_string(line, 0, benefit.name)
        start = [axis.index(v) + 1 for axis, v in zip(tables.axes.values, benefit.values, strict=True)]
        start = [min(s + bit, size) for s, bit, size in zip(start, bits, sizes, strict=True)]
        sheet.write_formula(
            line,
            1,
            f"=(({index[0]}-1)*{sizes[1]}+{index[1]}-1)*{sizes[2]}+{index[2]}",
            None,
            ((start[0] - 1) * sizes[1] + start[1] - 1) * sizes[2] + start[2],
        )
        sheet.write_formula(line, 2, f"={index[3]}", None, start[3])
        sheet.write_formula(line, 3, f"={share}", None, int(corner == 0))
        here = [xl_rowcol_to_cell(line, column) for column in (1, 2, 3)]
        for column, (what, value) in enumerate(sources, start=4):
            # a corner without weight is not looked at: it may be one that cannot be priced
            formula = f"=IF({here[2]}=0,0,INDEX({table_name(benefit, what)},{here[0]},{here[1]}))"
            sheet.write_formula(line, column, formula, None, float(value) if corner == 0 else 0)


def _write_group(sheet: Worksheet, at: Working, row: int, group: int) -> None:
    """Shared coordinates added up over a group: the square of the sum holds every covariance twice."""
    sheet.write_string(row, NAME, _("Group %(number)s") % {"number": group})
    members = [benefit for benefit in at.contents.rows if benefit.tables.group == group and benefit.covered]
    groups = at.column(GROUP)
    for place in range(at.directions):
        column = SHARED + place
        value = sum(
            float(one.tables.shared[one.combination, place])
            for one in members
            if place < one.tables.shared.shape[1]
        )
        sheet.write_formula(row, column, f"=SUMIFS({at.column(column)},{groups},{group})", None, value)
