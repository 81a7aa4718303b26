"""One cell of a block as a year, a month, a count or money, or why not. Pure."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from experience.figures import AMOUNTS, MONTHS, WHOLE_YEAR
from experience.sheet_words import plain
from schemes.numbers import NumberRefused, parse_money, parse_number, parse_whole
from survey.reading.cells import Cell, CellRefused, date_of, plain_digits, text_of

MOST_COUNT = 2_000_000_000
MOST_MONEY = Decimal(999_999_999_999)
LONGEST_DAYS = 3_660
COUNTS = ("households", "insured", "renewed_households", "due_households", "new_insured")
GAPS = frozenset({"", "-", "–", "—", "n/a", "na"})
"""What people write where they know nothing; "nil" is 0."""
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WHOLE_YEARS = frozenset({"whole year", "year", "all year", "total", "0", "0.0"})
_NUMBER = re.compile(r"(\d{1,2})(?:\.0)?")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?")
_NAMED = re.compile(r"([a-z]{3,9})\.?(?:[\s-]+(\d{4}|\d{2}))?")


class CellProblem(Exception):  # noqa: N818  caught where the row and column are known
    """A cell that cannot be taken: a code of `sheet_words.WORDS` and its values."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params


@dataclass(frozen=True, kw_only=True)
class YearKey:
    """Which year a line means: by its first day, or by the calendar year in which it begins.

    ``spans`` where it is written 2017-18, so that it begins on no 1 January.
    """

    first_year: int
    first_day: dt.date | None = None
    spans: bool = field(default=False, compare=False)


def read_year(cell: Cell) -> YearKey:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return YearKey(first_year=cell.year, first_day=cell)
    typed = text_of(cell)
    if not typed:
        raise CellProblem("year_empty")
    digits = plain_digits(typed)
    if found := re.fullmatch(r"(\d{4})(?:\.0)?(?:\s*[-–/]\s*(\d{4}|\d{2}))?", digits):
        first, last = int(found[1]), found[2]
        if last is None or int(last) % 100 == (first + 1) % 100:
            return YearKey(first_year=first, spans=last is not None)
        raise CellProblem("year_bad", typed=typed[:60])
    try:
        day = date_of(typed)
    except CellRefused:
        day = None
    if day is None:
        raise CellProblem("year_bad", typed=typed[:60])
    return YearKey(first_year=day.year, first_day=day)


def usual_first_day(key: YearKey, *, newest: dt.date | None) -> dt.date | None:
    """On which day a year that is not there yet begins: as the newest does, else on 1 January.

    None where it cannot be told: 2017-18 of a scheme whose years begin in January, or that has none.
    """
    usual = newest or dt.date(key.first_year, 1, 1)
    if key.spans and (usual.month, usual.day) == (1, 1):
        return None
    # 29 February has no place in most years.
    day = min(usual.day, 28) if usual.month == 2 else usual.day
    return dt.date(key.first_year, usual.month, day)


def read_month(cell: Cell, *, starts: dt.date | None) -> int:
    """1 to 12 from the year's first day, 0 for the whole year; a name or a date is counted from that day."""
    if isinstance(cell, dt.date):
        return _month_of(cell.year, cell.month, starts, typed=text_of(cell))
    typed = text_of(cell)
    words = plain(plain_digits(typed))
    if not words:
        raise CellProblem("month_empty")
    if words in WHOLE_YEARS:
        return WHOLE_YEAR
    if (found := _NUMBER.fullmatch(words)) and 1 <= int(found[1]) <= MONTHS:
        return int(found[1])
    if (found := _ISO_MONTH.fullmatch(words)) and 1 <= int(found[2]) <= MONTHS:
        return _month_of(int(found[1]), int(found[2]), starts, typed=typed)
    if (found := _NAMED.fullmatch(words)) and found[1][:3] in MONTH_NAMES:
        year = None if found[2] is None else int(found[2][-2:]) + 2000
        return _month_of(year, MONTH_NAMES.index(found[1][:3]) + 1, starts, typed=typed)
    raise CellProblem("month_bad", typed=typed[:60])


def _month_of(year: int | None, month: int, starts: dt.date | None, *, typed: str) -> int:
    if starts is None:
        raise CellProblem("month_of_what", typed=typed[:60])
    if year is None:
        return (month - starts.month) % MONTHS + 1
    place = (year - starts.year) * MONTHS + month - starts.month + 1
    if not 1 <= place <= MONTHS:
        raise CellProblem("month_outside", typed=typed[:60])
    return place


def _is_gap(cell: Cell) -> bool:
    return text_of(cell).strip().casefold() in GAPS


def _number_text(cell: Cell) -> str:
    """What a person would have typed: 12.0 from a spreadsheet is 12."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise CellProblem("not_a_number", typed=text_of(cell)[:60])
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise CellProblem("not_a_number", typed=str(cell))
        if cell < 0:
            raise NumberRefused("negative", typed=f"{cell:g}")
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    typed = text_of(cell)
    return "0" if typed.casefold() == "nil" else typed


def read_count(cell: Cell) -> int | None:
    """A whole number; None for a gap."""
    return None if _is_gap(cell) else parse_whole(_number_text(cell), highest=MOST_COUNT)


def read_money(cell: Cell) -> Decimal | None:
    """An amount to the hundredth; None for a gap."""
    if _is_gap(cell):
        return None
    amount = parse_money(_number_text(cell)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if amount > MOST_MONEY:
        raise CellProblem("money_high", typed=text_of(cell)[:60])
    return amount


def read_reserve(cell: Cell) -> Decimal | None:
    """An amount that may be below 0: a debt."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell < 0:
        found = read_money(-cell)
        return None if found is None else -found
    typed = text_of(cell).strip()
    if typed[:1] in {"-", "−"} and not _is_gap(cell):
        found = read_money(typed[1:])
        return None if found is None else -found
    return read_money(cell)


def read_days(cell: Cell) -> float | None:
    """Days, parts of one allowed."""
    if _is_gap(cell):
        return None
    days = float(parse_number(_number_text(cell)))
    if days > LONGEST_DAYS:
        raise CellProblem("days_high", typed=text_of(cell)[:60])
    return days


READERS: Mapping[str, Callable[[Cell], Any]] = MappingProxyType(
    {
        **dict.fromkeys(AMOUNTS, read_money),
        **dict.fromkeys(COUNTS, read_count),
        "reserve": read_reserve,
        "count": read_count,
        "rejected": read_count,
        "billed": read_money,
        "paid": read_money,
        "days_to_settle": read_days,
    }
)
