"""XLSX, XLS and ODS workbooks through calamine, which carries nothing out and reads the values last saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from survey.reading.cells import Cell
from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused
from survey.reading.xlsx_parts import SheetMarks, WorkbookMarks, look_into

MOST_MARKED = 128 * MEGABYTE
"""Sheets whose XML is larger are not searched for hidden rows and error cells: it would take too long."""


@dataclass
class WorkbookSheet:
    """One sheet; rows and columns counted from 1."""

    name: str
    sheet: CalamineSheet
    hidden: bool
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    marks: SheetMarks = field(default_factory=SheetMarks)
    legacy_fonts: Sequence[str] = ()
    epoch: Literal[1900, 1904] = 1900

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Row number and cells; error cells hold the error's name, which calamine leaves empty."""
        start = self.sheet.start
        first_column = start[1] if start else 0
        errors: dict[int, list[tuple[int, str]]] = {}
        for (row, column), error in self.marks.errors.items():
            errors.setdefault(row, []).append((column - first_column - 1, error))
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            row_cells: list[Cell] = cells  # type: ignore[assignment]  # the same types, named one by one
            for place, error in errors.get(number, ()):
                row_cells.extend([""] * (place + 1 - len(row_cells)))
                row_cells[place] = error
            yield number, row_cells


def open_workbook(path: Path, *, shown: str, kind: str, limits: Limits) -> list[WorkbookSheet]:
    """The workbook's sheets of cells, in its order.

    Raises
    ------
    FileRefused
        "password", "damaged", or a limit.
    """
    marks = look_into(path, shown=shown, most_bytes=MOST_MARKED) if kind == "xlsx" else WorkbookMarks()
    try:
        workbook = CalamineWorkbook.from_path(path)
        listed = [item for item in workbook.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
        if len(listed) > limits.sheets:
            raise FileRefused("too_many_sheets", file=shown, most=limits.sheets)
        return [
            _sheet(workbook.get_sheet_by_name(item.name), item.visible, marks, shown=shown, limits=limits)
            for item in listed
        ]
    except PasswordError as error:
        raise FileRefused("password", file=shown) from error
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused("damaged", file=shown) from error
    except BaseException as error:
        # A reader in another language ends an impossible file with a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused("damaged", file=shown) from error


def _sheet(
    sheet: CalamineSheet, visible: SheetVisibleEnum, marks: WorkbookMarks, *, shown: str, limits: Limits
) -> WorkbookSheet:
    if sheet.width > limits.columns:
        raise FileRefused("too_many_columns", file=shown, found=sheet.width, most=limits.columns)
    if sheet.height > limits.rows:
        raise FileRefused("too_many_rows", file=shown, most=limits.rows)
    if sheet.width * sheet.height > limits.cells:
        raise FileRefused("too_many_cells", file=shown, most=limits.cells)
    start = sheet.start
    left = start[1] if start else 0
    ranges = sheet.merged_cell_ranges or []
    return WorkbookSheet(
        name=sheet.name,
        sheet=sheet,
        hidden=visible != SheetVisibleEnum.Visible,
        merged=[
            ((top + 1, first + 1 - left), (bottom + 1, last + 1 - left))
            for (top, first), (bottom, last) in ranges[:10_000]
        ],
        marks=marks.sheets.get(sheet.name, SheetMarks()),
        legacy_fonts=marks.legacy_fonts,
        epoch=1904 if marks.from_1904 else 1900,
    )
