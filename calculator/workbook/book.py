"""A workbook from its contents, as the bytes of one .xlsx file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from calculator.workbook.calculator_sheet import write_calculator
from calculator.workbook.contents import ABOUT, CALCULATOR, Contents
from calculator.workbook.styles import A4, Styles
from calculator.workbook.tables_sheet import write_lists, write_tables
from calculator.workbook.working_sheet import write_working
from schemes.exports import new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook


def write_workbook(contents: Contents) -> bytes:
    """The whole file. Every formula carries the site's own figure, for viewers that do not calculate."""
    target = io.BytesIO()
    book = new_workbook(target)
    styles = Styles(book, grouping=contents.grouping, places=contents.places)
    book.set_properties({"title": _("Premium calculator"), "subject": contents.scheme})
    book.set_calc_mode("auto")
    calculator = book.add_worksheet(CALCULATOR)
    _write_about(book, contents, styles)
    write_lists(book, contents, styles)
    write_working(book, contents, styles)
    write_tables(book, contents, styles)
    write_calculator(book, calculator, contents, styles)
    book.close()
    return target.getvalue()


def _write_about(book: Workbook, contents: Contents, styles: Styles) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.write_string(0, 0, _("Where the figures come from"), styles.title)
    wrapped = styles.style(text_wrap=True, valign="top", bottom=1, bottom_color="#D6D1C2")
    name = styles.style(bold=True, valign="top", bottom=1, bottom_color="#D6D1C2")
    for row, (label, text) in enumerate(contents.about, start=2):
        sheet.write_string(row, 0, label, name)
        sheet.write_string(row, 1, text, wrapped)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
