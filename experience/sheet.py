"""A block of cells, pasted or from a file, as years or as claims: all of it, or what is wrong with it. Pure.

Every line that cannot be taken is refused by row and column with a sentence that says what would be accepted.
The caller takes all lines or none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from experience.figures import ALL_BENEFITS, AMOUNTS, contradiction
from experience.sheet_cells import READERS, CellProblem, YearKey, read_month, read_year, usual_first_day
from experience.sheet_words import FIELD_OF, Problem, SheetRefused, plain
from schemes.numbers import NumberRefused
from survey.reading.cells import Cell, text_of

MOST_ROWS = 5_000
CLAIM_FIELDS = ("count", "rejected", "billed", "paid", "days_to_settle")
PASTED_ORDER = ("benefit", "month", *CLAIM_FIELDS)
"""The columns of a pasted block without a heading."""
Kind = Literal["claims", "years"]


@dataclass(frozen=True, kw_only=True)
class YearLine:
    """The figures of one year; a figure that is not in ``values`` was not in the block or was empty."""

    row: int
    year: YearKey
    values: Mapping[str, Decimal | int]


@dataclass(frozen=True, kw_only=True)
class ClaimsLine:
    """Claims of one benefit and month; ``year`` is None where the block is about one year alone."""

    row: int
    benefit: str
    month: int
    values: Mapping[str, Decimal | int | float | None]
    year: YearKey | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing but the place: takes away what is kept there."""
        return all(value is None for value in self.values.values())


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a block holds: lines of one kind."""

    years: tuple[YearLine, ...] = ()
    claims: tuple[ClaimsLine, ...] = ()

    @property
    def kind(self) -> Kind:
        return "claims" if self.claims else "years"


@dataclass(frozen=True, kw_only=True)
class About:
    """What the lines may be about.

    Attributes
    ----------
    scheme : str
        The scheme's name; a line that names another is refused.
    benefits : mapping of key to name
    starts : date or None
        First day of the one year that the block is about; None where each line names its year.
    first_days : sequence of date
        Of the years that the scheme has, the oldest first; lines may name them by their calendar year.
    """

    scheme: str
    benefits: Mapping[str, str]
    starts: dt.date | None = None
    first_days: Sequence[dt.date] = ()

    def first_day(self, year: YearKey | None) -> dt.date | None:
        """On which day the year of a line begins, whether it is there or would be opened."""
        if self.starts is not None or year is None:
            return self.starts
        if year.first_day is not None:
            return year.first_day
        kept = (day for day in self.first_days if day.year == year.first_year)
        newest = self.first_days[-1] if self.first_days else None
        return next(kept, None) or usual_first_day(year, newest=newest)


Rows = Iterable[tuple[int, Sequence[Cell]]]


def pasted_rows(text: str) -> list[tuple[int, list[Cell]]]:
    """Lines of a block from the clipboard: apart by tabs, else by semicolons, else by commas and spaces.

    Commas inside numbers stay: a comma separates only where a space follows. Between bare commas nothing is
    guessed, since 1,20,000 may be one number or three.

    Raises
    ------
    SheetRefused
        A line has bare commas where its cells would have to come apart.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    split: Callable[[str], list[str]] = re.compile(r",\s+").split
    if "\t" in text:
        split = lambda line: line.split("\t")  # noqa: E731  one of three ways to split
    elif ";" in text:
        split = lambda line: line.split(";")  # noqa: E731
    rows = [[cell.strip() for cell in split(line)] for line in lines]
    first = next((cells for cells in rows if any(cells)), [""])
    # A block of one column has numbers with commas too, but none in its first line.
    if len(first) > 1 or "," in first[0]:
        for number, cells in enumerate(rows, start=1):
            if len(cells) == 1 and "," in cells[0]:
                raise SheetRefused([Problem(code="not_apart", row=number)])
    return [(number, list(cells)) for number, cells in enumerate(rows, start=1)]


def read_sheet(rows: Rows, *, about: About) -> Sheet:
    """Read a block of claims or of years.

    Parameters
    ----------
    rows : iterable of (row number, cells)
        The first line that is not empty names the columns; a block about one year may go without and has
        the columns of ``PASTED_ORDER``.
    about : About

    Raises
    ------
    SheetRefused
        With every problem found; nothing may be taken then.
    """
    filled = []
    for number, cells in rows:
        if any(text_of(cell) for cell in cells):
            filled.append((number, list(cells)))
        if len(filled) > MOST_ROWS + 1:
            raise SheetRefused([Problem(code="too_many_rows", params={"most": f"{MOST_ROWS:,}"})])
    if not filled:
        raise SheetRefused([Problem(code="empty")])
    columns = _columns(filled[0], about)
    lines = filled[1:] if columns.named else filled
    if not lines:
        raise SheetRefused([Problem(code="empty")])
    reader = _Reader(about=about, columns=columns)
    sheet = reader.claims(lines) if columns.kind == "claims" else reader.years(lines)
    if reader.problems:
        raise SheetRefused(sorted(reader.problems, key=columns.order))
    return sheet


# ---- columns -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Where each field is; ``named`` says whether the block has a heading."""

    places: Mapping[str, int]
    titles: Mapping[str, str]
    kind: Kind
    named: bool

    @property
    def width(self) -> int:
        return max(self.places.values()) + 1

    def order(self, problem: Problem) -> tuple[int, int]:
        """By row, then as the columns stand; what is said of a whole line comes first."""
        at = {self.titles[name]: place for name, place in self.places.items()}
        return problem.row, at.get(problem.column, -1)


def _columns(heading: tuple[int, list[Cell]], about: About) -> _Columns:
    row, cells = heading
    titles = [text_of(cell) for cell in cells]
    fields = [FIELD_OF.get(plain(title)) for title in titles]
    if not any(fields):
        if about.starts is None:
            raise SheetRefused([Problem(code="unknown_columns", row=row)])
        places = {name: place for place, name in enumerate(PASTED_ORDER)}
        return _Columns(places=places, titles={name: name for name in places}, kind="claims", named=False)
    problems = [
        Problem(code="column_unknown", row=row, column=title, params={"column": title})
        for title, name in zip(titles, fields, strict=True)
        if name is None and title
    ]
    places, named = {}, {}
    for place, (title, name) in enumerate(zip(titles, fields, strict=True)):
        if name in places:
            problems.append(Problem(code="column_twice", row=row, column=title, params={"column": title}))
        if name is not None:
            places[name], named[name] = place, title
    kind: Kind = "claims" if places.keys() & {"benefit", "month"} else "years"
    problems += _misplaced(kind, places, named, row, about)
    if problems:
        raise SheetRefused(problems)
    return _Columns(places=places, titles=named, kind=kind, named=True)


def _misplaced(
    kind: Kind, places: Mapping[str, int], titles: Mapping[str, str], row: int, about: About
) -> list[Problem]:
    needed = ["month"] if kind == "claims" else []
    if about.starts is None:
        needed.append("year")
    missing = [
        Problem(code="column_missing", row=row, column=name, params={"column": name})
        for name in needed
        if name not in places
    ]
    known = CLAIM_FIELDS if kind == "claims" else AMOUNTS
    strange = places.keys() - {"scheme", "year", "benefit", "month"} - set(known)
    if not places.keys() & set(known):
        missing.append(Problem(code="unknown_columns", row=row))
    return missing + [
        Problem(code="column_unknown", row=row, column=titles[name], params={"column": titles[name]})
        for name in sorted(strange, key=lambda name: places[name])
    ]


# ---- lines -------------------------------------------------------------------------------------------------
class _Reader:
    """Reads lines and keeps what is wrong with them."""

    def __init__(self, *, about: About, columns: _Columns) -> None:
        self.about, self.columns = about, columns
        self.problems: list[Problem] = []
        self.names = {plain(text): key for key, name in about.benefits.items() for text in (key, name)}
        self.names |= {plain(text): ALL_BENEFITS for text in ("all", "all benefits", "all together")}

    def claims(self, lines: Sequence[tuple[int, list[Cell]]]) -> Sheet:
        found: list[ClaimsLine] = []
        first: dict[tuple[YearKey | None, str, int], int] = {}
        for row, cells in lines:
            before = len(self.problems)
            self._whole_line(row, cells)
            year = self._year(row, cells)
            starts = self.about.first_day(year)
            benefit = self._take(row, cells, "benefit", self._benefit) or ALL_BENEFITS
            month = self._take(row, cells, "month", partial(read_month, starts=starts))
            values = {
                name: self._take(row, cells, name, READERS[name])
                for name in CLAIM_FIELDS
                if name in self.columns.places
            }
            count, rejected = values.get("count"), values.get("rejected")
            if count is not None and rejected is not None and rejected > count:
                self._problem("rejected_more", row, "rejected")
            if len(self.problems) > before:
                continue
            line = ClaimsLine(row=row, benefit=benefit, month=month, values=values, year=year)
            place = (year, line.benefit, line.month)
            if place in first:
                self._problem("line_twice", row, first=str(first[place]))
            first.setdefault(place, row)
            found.append(line)
        return Sheet(claims=tuple(found))

    def years(self, lines: Sequence[tuple[int, list[Cell]]]) -> Sheet:
        found: list[YearLine] = []
        first: dict[YearKey, int] = {}
        for row, cells in lines:
            before = len(self.problems)
            self._whole_line(row, cells)
            if "year" in self.columns.places:
                year = self._year(row, cells)
            else:
                assert self.about.starts is not None  # else the column was asked for
                year = YearKey(first_year=self.about.starts.year, first_day=self.about.starts)
            read = {
                name: self._take(row, cells, name, READERS[name])
                for name in AMOUNTS
                if name in self.columns.places
            }
            name, code = contradiction(read)
            if code:
                self._problem(code, row, name)
            if len(self.problems) > before or year is None:
                continue
            if year in first:
                self._problem("year_twice", row, "year", first=str(first[year]))
            first.setdefault(year, row)
            values = {name: value for name, value in read.items() if value is not None}
            found.append(YearLine(row=row, year=year, values=values))
        return Sheet(years=tuple(found))

    def _year(self, row: int, cells: list[Cell]) -> YearKey | None:
        year: YearKey | None = self._take(row, cells, "year", read_year)
        only = self.about.starts
        if year is not None and only is not None:
            if year.first_year != only.year or year.first_day not in {None, only}:
                self._problem("other_year", row, "year")
            return YearKey(first_year=only.year, first_day=only)
        return year

    def _whole_line(self, row: int, cells: list[Cell]) -> None:
        if any(text_of(cell) for cell in cells[self.columns.width :]):
            self._problem("too_many_cells", row)
        named = self._text(cells, "scheme")
        if named and plain(named) != plain(self.about.scheme):
            self._problem("other_scheme", row, "scheme", typed=named)

    def _text(self, cells: list[Cell], name: str) -> str:
        place = self.columns.places.get(name)
        return text_of(cells[place]) if place is not None and place < len(cells) else ""

    def _take(self, row: int, cells: list[Cell], name: str, read: Callable[[Cell], Any]) -> Any:
        """The value of a cell; None with a problem where it cannot be read."""
        place = self.columns.places.get(name)
        if place is None:
            return None
        try:
            return read(cells[place] if place < len(cells) else None)
        except NumberRefused as refused:
            self._problem(refused.code, row, name, **refused.params)
        except CellProblem as refused:
            self._problem(refused.code, row, name, **refused.params)
        return None

    def _problem(self, code: str, row: int, name: str = "", **params: str) -> None:
        column = self.columns.titles.get(name, name)
        self.problems.append(Problem(code=code, row=row, column=column, params=params))

    def _benefit(self, cell: Cell) -> str:
        typed = text_of(cell)
        if not typed:
            return ALL_BENEFITS
        key = self.names.get(plain(typed))
        if key is None:
            known = ", ".join(self.about.benefits.values())
            raise CellProblem("benefit_unknown", typed=typed[:60], known=known)
        return key
