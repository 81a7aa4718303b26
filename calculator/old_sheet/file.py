"""From an uploaded file to the cells of the sheet in it that looks like a calculator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from calculator.old_sheet.reading import MOST_COLUMNS, MOST_ROWS, Cell, read_sheet
from survey.reading.guards import clean_name, guard
from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused
from survey.reading.text_file import open_text
from survey.reading.workbook import open_workbook

LIMITS = Limits(
    file_bytes=5 * MEGABYTE,
    files=1,
    unpacked_bytes=60 * MEGABYTE,
    entries=400,
    sheets=40,
    rows=20_000,
    columns=500,
    cells=500_000,
)
LONGEST_TEXT = 200
Grid = list[list[Cell]]


def calculator_cells(path: Path, *, name: str, benefits: Mapping[str, str]) -> Grid | None:
    """The cells of the file's calculator; None where no sheet of it looks like one.

    Raises
    ------
    FileRefused
        When the file must not be opened, or cannot be.
    """
    found: tuple[int, Grid] | None = None
    for grid in _grids(path, name=name):
        sheet = read_sheet(grid, benefits=benefits)
        if sheet is None:
            continue
        known = sum(bool(row.benefit) for row in sheet.rows) + sum(bool(line.line) for line in sheet.lines)
        if found is None or known > found[0]:
            found = known, grid
    return None if found is None else found[1]


def _grids(path: Path, *, name: str) -> Iterable[Grid]:
    shown = clean_name(name)
    kind = guard(path, name=name, limits=LIMITS)
    if kind == "csv":
        yield _grid(cells for _number, cells in open_text(path, shown=shown, limits=LIMITS).rows())
        return
    for sheet in open_workbook(path, shown=shown, kind=kind, limits=LIMITS):
        yield _grid(cells for _number, cells in sheet.rows())


def _grid(rows: Iterable[Iterable[object]]) -> Grid:
    grid = [[_cell(cell) for cell in islice(row, MOST_COLUMNS)] for row in islice(rows, MOST_ROWS)]
    while grid and not any(cell not in ("", None) for cell in grid[-1]):
        grid.pop()
    return grid


def _cell(cell: object) -> Cell:
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, datetime | date | time | timedelta):
        return str(cell)
    return str(cell)[:LONGEST_TEXT]


__all__ = ["LIMITS", "FileRefused", "calculator_cells"]
