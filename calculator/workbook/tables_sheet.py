"""The sheets that are looked up: what may be chosen, and mean and variance of every combination of it."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from calculator.workbook.contents import LISTS, NO_CAP, TABLES, BenefitRow, Contents, span
from calculator.workbook.styles import Styles, for_paper

DIGITS = 12
"""Digits that figures are written with: far more than any line needs, far fewer than a float has."""


def axis_name(row: BenefitRow, column: int) -> str:
    """The range that formulas look in."""
    return f"menu_{row.number}_{column + 1}"


def list_name(row: BenefitRow, column: int) -> str:
    """The range that the drop-down shows."""
    return f"list_{row.number}_{column + 1}"


def table_name(row: BenefitRow, what: str) -> str:
    """``mean``, ``variance`` or ``shared_1`` ... of one benefit."""
    return f"{what}_{row.number}"


def write_lists(book: Workbook, contents: Contents, styles: Styles) -> None:
    """Every benefit's four menus: as the drop-downs show them, and as formulas look in them."""
    sheet = book.add_worksheet(LISTS)
    sheet.write_string(0, 0, _("What may be chosen: each menu as it is shown, and as numbers"), styles.title)
    for row in contents.rows:
        for column, axis in enumerate(row.tables.axes.values):
            at = 8 * (row.number - 1) + 2 * column
            sheet.write_string(2, at, row.name, styles.quiet)
            sheet.write_string(3, at, column_names(row)[column], styles.style(bold=True))
            for place, value in enumerate(axis):
                _write_shown(sheet, 4 + place, at, value, styles, is_share=is_share(row, column))
                sheet.write_number(4 + place, at + 1, min(value, NO_CAP), styles.quiet)
            last = 3 + len(axis)
            book.define_name(list_name(row, column), "=" + span(LISTS, (4, at), (last, at)))
            book.define_name(axis_name(row, column), "=" + span(LISTS, (4, at + 1), (last, at + 1)))
    sheet.set_column(0, 8 * len(contents.rows), 12)
    sheet.freeze_panes(4, 0)
    for_paper(sheet)
    sheet.protect()


def is_share(row: BenefitRow, column: int) -> bool:
    return row.tables.axes.kind == "cost" and column == 1


def column_names(row: BenefitRow) -> tuple[str, str, str, str]:
    """What the four columns mean for a benefit of this kind."""
    if row.tables.axes.kind == "fixed":
        return _("(none)"), _("(none)"), _("Fixed amount"), _("Family cap")
    if row.tables.axes.kind == "wage":
        return _("Start day"), _("Last day"), _("Rate a day"), _("Family cap")
    return _("Threshold"), _("Copay"), _("Event cap"), _("Family cap")


def _write_shown(
    sheet: Worksheet, row: int, column: int, value: float, styles: Styles, *, is_share: bool
) -> None:
    if math.isinf(value):
        sheet.write_string(row, column, _("none"))
    else:
        number = "0.##%" if is_share else styles.plain if value == int(value) else "General"
        sheet.write_number(row, column, value, styles.style(num_format="0%" if is_share else number))


def write_tables(book: Workbook, contents: Contents, styles: Styles) -> None:
    """Mean, variance and shared coordinates: a row for each three terms, a column for each family cap."""
    sheet = book.add_worksheet(TABLES)
    sheet.write_string(0, 0, _("Mean and variance of what a person is paid in a year"), styles.title)
    sheet.write_string(
        1,
        0,
        _(
            "Worked out exactly for this scheme’s family sizes. “Shared” columns: the products of two "
            "benefits’ figures, added up, are their covariance."
        ),
        styles.quiet,
    )
    at = 3
    for row in contents.rows:
        at = _write_block(book, sheet, row, at, styles) + 2
    sheet.set_column(0, 400, 13)
    for_paper(sheet)
    sheet.protect()


def _write_block(book: Workbook, sheet: Worksheet, row: BenefitRow, at: int, styles: Styles) -> int:
    axes, tables, bold = row.tables.axes, row.tables, styles.style(bold=True)
    caps = axes.values[3]
    sheet.write_string(at, 0, row.name, styles.head_left)
    for column, name in enumerate(column_names(row)[:3]):
        sheet.write_string(at + 2, column, name, bold)
    first = at + 3
    for place, values in enumerate(product(*axes.values[:3])):
        for column, value in enumerate(values):
            _write_shown(sheet, first + place, column, value, styles, is_share=is_share(row, column))
    last = first + len(axes.combinations()) // len(caps) - 1
    figures = [("mean", _("Mean"), tables.mean), ("variance", _("Variance"), tables.variance)]
    figures += [
        (f"shared_{place + 1}", _("Shared %(number)s") % {"number": place + 1}, tables.shared[:, place])
        for place in range(tables.shared.shape[1])
    ]
    for number, (what, heading, found) in enumerate(figures):
        left = 3 + number * len(caps)
        sheet.write_string(at + 1, left, heading, bold)
        for place, cap in enumerate(caps):
            _write_shown(sheet, at + 2, left + place, cap, styles, is_share=False)
        _write_figures(sheet, first, left, found.reshape(-1, len(caps)))
        area = span(TABLES, (first, left), (last, left + len(caps) - 1))
        book.define_name(table_name(row, what), "=" + area)
    return last


def _write_figures(sheet: Worksheet, first: int, left: int, figures: np.ndarray) -> None:
    for down, line in enumerate(figures.tolist()):
        for right, value in enumerate(line):
            if math.isnan(value):
                sheet.write_formula(first + down, left + right, "=NA()", None, "#N/A")
            else:
                sheet.write_number(first + down, left + right, float(f"{value:.{DIGITS}g}"))
