"""Files for spreadsheets in which no cell runs: text is text, numbers are numbers.

When a spreadsheet reads a CSV file it takes text that begins with `=`, `+`, `-`, `@`, a tab or a line break
for a formula. An apostrophe in front makes it text. Numbers are left alone: -40 is a number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Cell = str | int | float | Decimal | date | bool | None
# The full-width forms are taken for the plain ones by some spreadsheets.
STARTS = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
BYTE_ORDER_MARK = "\ufeff"


def safe_text(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet could take it for a formula.

    Spaces and invisible marks in front are looked through: spreadsheets do that too.
    """
    shown = text.lstrip(" \u00a0\u200b\u200e\u200f\ufeff\0")
    return f"'{text}" if text[:1] in STARTS or shown[:1] in STARTS else text


def safe_cell(cell: Cell) -> Cell:
    """Text made safe; a number, a date or nothing as it is."""
    return safe_text(cell) if isinstance(cell, str) else cell


def csv_text(rows: Iterable[Iterable[Cell]]) -> str:
    """A CSV file that spreadsheets open as UTF-8 and in which nothing runs."""
    text = io.StringIO()
    # The byte order mark tells spreadsheets that the file is UTF-8.
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def new_workbook(target: BinaryIO) -> Workbook:
    """A workbook in memory in which written text never becomes a formula, a link or a number.

    Formulas are written by `worksheet.write_formula` alone, from fixed text, never from what somebody typed.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415  0.1 s that no page needs at its start

    return Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
