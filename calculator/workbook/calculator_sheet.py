"""The sheet that people use: the slide's table and lines, with live formulas."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from calculator.workbook.calculator_lines import SHARE_FORMAT, write_lines
from calculator.workbook.contents import (
    COVERED,
    FIRST_BENEFIT,
    FIRST_TERM,
    NOTE,
    PREMIUM,
    WORKING,
    BenefitRow,
    Contents,
    span,
)
from calculator.workbook.styles import A4, ACCENT, ACCENT_3, Styles, quoted
from calculator.workbook.tables_sheet import list_name
from calculator.workbook.working_sheet import IS_EXACT, MEAN, NO, YES, Working

WIDTHS = (27, 10, 13, 11, 15, 12, 13, 46)


def write_calculator(book: Workbook, sheet: Worksheet, contents: Contents, styles: Styles) -> None:
    """Everything on the first sheet; the sheets it looks things up on are written after it."""
    working = Working(contents)
    _write_heading(sheet, contents, styles)
    for row in contents.rows:
        _write_row(sheet, working, row, styles)
    write_lines(book, sheet, contents, working, styles)
    _set_up(sheet, contents)


def _write_heading(sheet: Worksheet, contents: Contents, styles: Styles) -> None:
    sheet.set_row(0, 30)
    sheet.set_row(1, 22)
    sheet.write_string(0, 0, _("Premium calculator"), styles.title)
    what = f"{contents.scheme}: {contents.package}" if contents.package else contents.scheme
    sheet.write_string(1, 0, what, styles.style(font_size=13, bold=True))
    sheet.write_string(
        2,
        0,
        _("you choose"),
        styles.style(
            bold=True, font_color=ACCENT, bg_color=ACCENT_3, border=1, border_color=ACCENT, align="center"
        ),
    )
    sheet.write_string(
        2, 1, _("is worked out. Figures are per person per year (PPPY) unless said otherwise."), styles.quiet
    )
    if contents.capped:
        sheet.merge_range(3, 0, 3, NOTE, "", styles.warning)
        sheet.write_string(3, 0, contents.capped, styles.warning)
        sheet.set_row(3, 34)
    heads = [
        _("Benefit"),
        _("Covered"),
        _("Threshold"),
        _("Copay"),
        _("Event cap"),
        _("Family cap"),
        _("%(sign)s PPPY") % {"sign": contents.sign},
        _("Note"),
    ]
    for column, head in enumerate(heads):
        sheet.write_string(FIRST_BENEFIT - 1, column, head, styles.head if column else styles.head_left)
    sheet.set_row(FIRST_BENEFIT - 1, 20)


def _write_row(sheet: Worksheet, working: Working, row: BenefitRow, styles: Styles) -> None:
    line = row.sheet_row
    name = f"{row.name} ({row.aside})" if row.aside else row.name
    sheet.write_string(line, 0, name, styles.style(bottom=1, bottom_color="#D6D1C2", text_wrap=True))
    sheet.set_row(line, 32 if len(name) > 28 else 20)
    sheet.write_string(line, COVERED, _("yes") if row.covered else _("no"), styles.input())
    choose = {"validate": "list", "source": "=" + span(WORKING, YES, NO)}
    sheet.data_validation(
        line,
        COVERED,
        line,
        COVERED,
        choose | _messages(_("Covered"), _("Choose yes or no."), _("Choose yes or no from the list.")),
    )
    for column in range(4):
        _write_term(sheet, row, column, styles)
    pays = row.tables.mean[row.combination] if row.covered else 0.0
    figure = working.figure(row, MEAN)
    sheet.write_formula(line, PREMIUM, f"={figure}", styles.computed(styles.money), float(pays))
    _write_note(sheet, working, row, styles)


def _write_term(sheet: Worksheet, row: BenefitRow, column: int, styles: Styles) -> None:
    line, kind = row.sheet_row, row.tables.axes.kind
    if kind == "fixed" and column < 2:
        sheet.write_string(line, FIRST_TERM + column, "–", styles.off)
        return
    value = row.values[column]
    number = _number_format(kind, column, styles)
    if math.isinf(value):
        sheet.write_string(line, FIRST_TERM + column, _("none"), styles.input(number))
    else:
        sheet.write_number(line, FIRST_TERM + column, value, styles.input(number))
    title, text = _help(row, column)
    day = kind == "wage" and column < 2
    sheet.data_validation(
        line,
        FIRST_TERM + column,
        line,
        FIRST_TERM + column,
        {
            "validate": "list",
            "source": f"={list_name(row, column)}",
            # between two points of the menu is interpolated; a day is one of the list or none
            "error_type": "stop" if day else "warning",
        }
        | _messages(
            title,
            text,
            _("Choose a day from the list.")
            if day
            else _(
                "This is not on the list. Between two values of the list the sheet interpolates; beyond "
                "the list it cannot tell."
            ),
        ),
    )


def _number_format(kind: str, column: int, styles: Styles) -> str:
    if kind == "cost" and column == 1:
        return SHARE_FORMAT
    if kind == "wage" and column == 0:
        return f'"{quoted(_("from day"))} "0'
    if kind == "wage" and column == 1:
        return f'"{quoted(_("to day"))} "0'
    if kind == "wage" and column == 2:
        return f'{styles.plain.split(";")[-1]}" {quoted(_("a day"))}"'
    if kind == "fixed" and column == 2:
        return f'{styles.plain.split(";")[-1]}" {quoted(_("each"))}"'
    return styles.plain


def _help(row: BenefitRow, column: int) -> tuple[str, str]:
    kind = row.tables.axes.kind
    if column == 3:
        return _("Family cap"), _("The most one family is paid in a year for this benefit.")
    if kind == "fixed":
        return _("Fixed amount"), _("Paid for each event, whatever it cost.")
    if kind == "wage":
        return (
            (_("Start day"), _("The first day that is paid.")),
            (_("Last day"), _("The last day that is paid.")),
            (_("Rate a day"), _("Paid for each day from the start day to the last day, both counted.")),
        )[column]
    return (
        (_("Threshold"), _("What the family bears of each event before cover starts.")),
        (_("Copay"), _("Share of the cost above the threshold that the family bears.")),
        (_("Event cap"), _("The most that is paid for one event, after the copay.")),
    )[column]


def _messages(title: str, text: str, refusal: str) -> dict[str, Any]:
    return {
        "input_title": title[:32],
        "input_message": text[:255],
        "error_title": title[:32],
        "error_message": refusal[:255],
    }


def _write_note(sheet: Worksheet, working: Working, row: BenefitRow, styles: Styles) -> None:
    covered = xl_rowcol_to_cell(row.sheet_row, COVERED)
    yes = "Working!" + xl_rowcol_to_cell(*YES, row_abs=True, col_abs=True)
    exact = working.figure(row, IS_EXACT)
    words = {
        "off": _("not covered"),
        "beyond": _("not on the menu: choose from the list, or a value between two of its values"),
        "exact": _("exact"),
        "between": _("interpolated between values of the menu; the site works it out exactly"),
    }
    off, beyond, on_menu, between = (f'"{quoted(word)}"' for word in words.values())
    formula = f"=IF({covered}<>{yes},{off},IF(ISERROR({exact}),{beyond},IF({exact}=1,{on_menu},{between})))"
    first = words["exact"] if row.covered else words["off"]
    sheet.write_formula(row.sheet_row, NOTE, formula, styles.note, first)


def _set_up(sheet: Worksheet, contents: Contents) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(FIRST_BENEFIT, 1)
    sheet.set_paper(A4)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.repeat_rows(FIRST_BENEFIT - 1)
    sheet.set_footer("&L" + _("Premium calculator").replace("&", "&&") + "&R&P / &N")
    sheet.print_area(0, 0, contents.at.families + contents.largest_family + 22, NOTE)
    sheet.set_selection(FIRST_BENEFIT, COVERED, FIRST_BENEFIT, COVERED)
    sheet.activate()
    sheet.protect(
        "",
        {
            "select_locked_cells": True,
            "select_unlocked_cells": True,
            "format_columns": True,
            "format_rows": True,
        },
    )
