"""From the cells of an old calculator to its terms and lines.

The shape is that of the slide (Majumdar 2018): a row of headings, a row for each benefit, then one line after
the other with its number to the right of its label or beneath it. Labels are matched by likeness; what is
not sure is said to be so, and what is not known is kept with its number for a person to place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from calculator.old_sheet.vocabulary import BENEFITS, COLUMNS, LINES, SURE, WAGE, best, likeness, plain
from schemes.numbers import NumberRefused, parse_money

Cell = str | float | None
Grid = Sequence[Sequence[Cell]]

LINES_AS_SHARES = frozenset({"chance", "discount", "share"})
MOST_ROWS, MOST_COLUMNS = 200, 40


@dataclass(frozen=True, kw_only=True)
class OldRow:
    """One benefit of an old sheet: its label, where it stands (row from 1), and what its columns hold."""

    label: str
    row: int
    benefit: str = ""
    sure: bool = False
    fixed: bool = False
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def pppy(self) -> float | None:
        """Its pure risk premium."""
        return self.values.get("pppy")


@dataclass(frozen=True, kw_only=True)
class OldLine:
    """One line of an old sheet: a rate, an amount, or both."""

    label: str
    row: int
    line: str = ""
    sure: bool = False
    rate: float | None = None
    amount: float | None = None


@dataclass(frozen=True, kw_only=True)
class OldSheet:
    """What was read. Benefits and lines keep their order."""

    rows: tuple[OldRow, ...]
    lines: tuple[OldLine, ...]

    def line(self, name: str) -> OldLine | None:
        """The first line of this meaning."""
        return next((line for line in self.lines if line.line == name), None)

    def amount(self, name: str) -> float | None:
        """The amount of a line, or its rate where it has nothing else."""
        line = self.line(name)
        if line is None:
            return None
        return line.rate if name in LINES_AS_SHARES else line.amount

    @property
    def unsure(self) -> tuple[OldRow | OldLine, ...]:
        """What a person should look at first."""
        found: list[OldRow | OldLine] = [row for row in self.rows if not row.sure]
        return (*found, *(line for line in self.lines if not line.sure))

    def placed(self, benefits: Mapping[int, str], lines: Mapping[int, str]) -> OldSheet:
        """The same sheet as a person placed it: by the number of its benefits and of its lines."""
        return OldSheet(
            rows=tuple(
                replace(row, benefit=benefits[place], sure=True) if place in benefits else row
                for place, row in enumerate(self.rows)
            ),
            lines=tuple(
                replace(line, line=lines[place], sure=True) if place in lines else line
                for place, line in enumerate(self.lines)
            ),
        )


def read_sheet(grid: Grid, *, benefits: Mapping[str, str]) -> OldSheet | None:
    """The terms and lines of one sheet; None where nothing looks like a calculator.

    Parameters
    ----------
    grid : sequence of rows of cells
    benefits : mapping
        The scheme's benefits: key to name.
    """
    grid = [list(row[:MOST_COLUMNS]) for row in grid[:MOST_ROWS]]
    head = _find_head(grid)
    if head is None:
        return None
    at, columns = head
    rows, end = _benefit_rows(grid, at, columns, benefits)
    lines = _lines(grid, end)
    return OldSheet(rows=tuple(rows), lines=tuple(lines)) if rows else None


def number(cell: Cell) -> float | None:
    """A cell as a number; typed text counts too ("3,000", "Rs 500")."""
    if cell is None or isinstance(cell, bool):  # a file may hold one, whatever the types say
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    text = cell.strip()
    if text.endswith("%"):
        found = number(text[:-1])
        return None if found is None else found / 100.0
    try:
        return float(parse_money(text)) if text and len(text) < 30 else None
    except NumberRefused:
        return None


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) and number(cell) is None else ""


def _find_head(grid: Grid) -> tuple[int, dict[str, int]] | None:
    best_row, best_columns = 0, dict[str, int]()
    for place, row in enumerate(grid):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            key, near = best(_text(cell), COLUMNS)
            if near >= SURE and key not in columns:
                columns[key] = column
        if len(columns) > len(best_columns):
            best_row, best_columns = place, columns
    if "pppy" not in best_columns or len(best_columns) < 3:
        return None
    first = next((column for column, cell in enumerate(grid[best_row]) if _text(cell)), 0)
    best_columns.setdefault("benefit", min(first, *best_columns.values()) if first else 0)
    return best_row, best_columns


def _benefit_rows(
    grid: Grid, head: int, columns: Mapping[str, int], benefits: Mapping[str, str]
) -> tuple[list[OldRow], int]:
    """The benefits below the headings, and the row where the lines begin."""
    known = _known(benefits)
    rows: list[OldRow] = []
    place = head + 1
    while place < len(grid):
        label = _text(_at(grid[place], columns["benefit"]))
        if label and likeness(label, LINES["pure"]) >= SURE:
            break
        if label and _is_line(label, known):
            break
        if label:
            row, used = _benefit_row(grid, place, label, columns, known)
            rows.append(row)
            place += used
        else:
            place += 1
    return rows, place


def _known(benefits: Mapping[str, str]) -> dict[str, list[str]]:
    return {key: [plain(name), plain(key), *BENEFITS.get(key, ())] for key, name in benefits.items()}


def _is_line(label: str, known: Mapping[str, Sequence[str]]) -> bool:
    _key, as_line = best(label, LINES)
    return as_line >= SURE and as_line > best(label, known)[1]


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _benefit_row(
    grid: Grid, place: int, label: str, columns: Mapping[str, int], known: Mapping[str, Sequence[str]]
) -> tuple[OldRow, int]:
    row = grid[place]
    key, near = best(label, known)
    values = {
        name: found
        for name, column in columns.items()
        if name != "benefit" and (found := number(_at(row, column))) is not None
    }
    fixed = bool(re.search(r"\bfixed\b", label, re.IGNORECASE))
    used = 1
    days = {column: WAGE[plain(_text(cell))] for column, cell in enumerate(row) if plain(_text(cell)) in WAGE}
    if len(days) > 1 and place + 1 < len(grid):
        # the wage loss of the slide: its columns have headings of their own, its numbers stand beneath
        below = grid[place + 1]
        found_days = {name: number(_at(below, column)) for column, name in days.items()}
        values |= {name: value for name, value in found_days.items() if value is not None}
        used = 2
    return OldRow(
        label=label, row=place + 1, benefit=key, sure=near >= SURE, fixed=fixed, values=values
    ), used


def _lines(grid: Grid, start: int) -> list[OldLine]:
    lines = []
    for place in range(start, len(grid)):
        row = grid[place]
        for column, cell in enumerate(row):
            label = _text(cell)
            if not label:
                continue
            numbers = _numbers_right(row, column) or _number_below(grid, place, column)
            if numbers:
                lines.append(_line(label, place + 1, numbers))
    return lines


def _numbers_right(row: Sequence[Cell], column: int) -> list[tuple[float, bool]]:
    """The numbers after a label up to the next label, each with whether it was written as a share."""
    numbers: list[tuple[float, bool]] = []
    for cell in row[column + 1 :]:
        if _text(cell):
            break
        found = number(cell)
        if found is not None:
            numbers.append((found, isinstance(cell, str) and cell.strip().endswith("%")))
    return numbers


def _number_below(grid: Grid, place: int, column: int) -> list[tuple[float, bool]]:
    below = _at(grid[place + 1], column) if place + 1 < len(grid) else None
    found = number(below)
    return [] if found is None else [(found, isinstance(below, str) and below.strip().endswith("%"))]


def _line(label: str, row: int, numbers: list[tuple[float, bool]]) -> OldLine:
    key, near = best(label, LINES)
    shares = [value for value, share in numbers if share or 0.0 < value < 1.0]
    amounts = [value for value, share in numbers if not share and not 0.0 < value < 1.0]
    rate = shares[0] if shares else None
    if rate is None and key in LINES_AS_SHARES and amounts:
        rate = amounts[0] / 100.0 if amounts[0] <= 100.0 else None
    return OldLine(
        label=label, row=row, line=key, sure=near >= SURE, rate=rate, amount=amounts[-1] if amounts else None
    )
