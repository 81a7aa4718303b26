"""What stands in one cell: numbers, dates, yes and no, as people type them."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Literal

from schemes.numbers import NumberRefused, parse_money

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None
"""dt.datetime is a dt.date."""

FORMULA_ERRORS = frozenset(
    {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
MISSING_WORDS = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        ".",
        "na",
        "n/a",
        "n.a.",
        "nan",
        "none",
        "null",
        "nil",
        "missing",
        "unknown",
        "dk",
        "d.k.",
        "don't know",
        "dont know",
        "do not know",
        "refused",
        "not applicable",
        "not asked",
        "पता नहीं",
        "मालूम नहीं",
        "लागू नहीं",
        "थाहा छैन",
        "छैन",
        "नहीं",
        "..",
    }
)
YES = frozenset(
    {
        "1",
        "yes",
        "y",
        "true",
        "t",
        "x",
        "✓",
        "✔",
        "हाँ",
        "हां",
        "हा",
        "छ",
        "हो",
        "ok",
        "agree",
        "agreed",
        "सहमत",
    }
)
NO = frozenset(
    {"0", "2", "no", "n", "false", "f", "नहीं", "नही", "छैन", "होइन", "disagree", "not agreed", "असहमत"}
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_COMMA_PART = re.compile(r"\d{1,3}(?:[. ]\d{3})+,\d{1,2}|\d+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}")
_POINT_PART = re.compile(r"\d[\d,]*\.\d{1,2}|\d{1,3}(?:,\d{2,3})+|\d+\.\d{4,}")
_NUMBERISH = re.compile(r"[\d.,/\- ]*\d[\d.,/\- ]*")


class CellRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """The cell cannot be taken; `code` is one of `PROBLEM_WORDS`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def text_of(cell: Cell) -> str:
    """The cell as a person would read it; a whole float loses its ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell) and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time.min:
        return cell.date().isoformat()
    return str(cell)


def is_missing(text: str) -> bool:
    return text.strip().casefold() in MISSING_WORDS


def number_of(cell: Cell, *, decimal_mark: Literal["point", "comma"] = "point") -> float:
    """The number in the cell, NaN where it is empty or says that nothing is known.

    Raises
    ------
    CellRefused
        "not_a_number", "two_ways" or "formula_error".
    """
    if isinstance(cell, bool) or cell is None:
        return float(cell) if isinstance(cell, bool) else math.nan
    if isinstance(cell, int | float):
        return _finite(float(cell))
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds() / 86_400.0
    if not isinstance(cell, str):
        raise CellRefused("not_a_number")
    text = cell.strip()
    if text.casefold() == "nil":
        # Said of money or of days it is nothing, not unknown.
        return 0.0
    if is_missing(text):
        return math.nan
    if text.upper() in FORMULA_ERRORS:
        raise CellRefused("formula_error")
    return _typed(text.lstrip("'"), decimal_mark=decimal_mark)


def _typed(text: str, *, decimal_mark: Literal["point", "comma"]) -> float:
    try:
        return float(parse_money(_as_point(text) if decimal_mark == "comma" else text, negative_allowed=True))
    except NumberRefused as refused:
        doubt = refused.code in {"ambiguous", "grouping"}
        raise CellRefused("two_ways" if doubt else "not_a_number") from None


def _finite(value: float) -> float:
    if math.isinf(value):
        raise CellRefused("not_a_number")
    return value


def _as_point(text: str) -> str:
    """Point and comma swapped: 3.000,5 becomes 3,000.5."""
    return text.translate(str.maketrans(",.", ".,"))


def decimal_evidence(text: str) -> str:
    """ "comma" or "point" where a number can be meant in one way only, else ""."""
    found = re.search(r"\d[\d., ]*", text)
    number = found.group(0).strip() if found else ""
    if _COMMA_PART.fullmatch(number):
        return "comma"
    if _POINT_PART.fullmatch(number):
        return "point"
    return ""


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?")
_WORDS = re.compile(
    r"(\d{1,2})[-/. ]?(?:st|nd|rd|th)?[-/. ]*([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})(?:[T ,].*)?"
)
_WORDS_FIRST = re.compile(r"([A-Za-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})(?:[T ,].*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EPOCHS = {1900: dt.date(1899, 12, 30), 1904: dt.date(1904, 1, 1)}
SERIALS = (20_000.0, 60_000.0)
"""Days that a spreadsheet counts for the years 1954 to 2064."""


def date_of(
    cell: Cell, *, order: Literal["dmy", "mdy", "ymd"] = "dmy", epoch: Literal[1900, 1904] = 1900
) -> dt.date | None:
    """The day in the cell; None where it is empty.

    Raises
    ------
    CellRefused
        "bad_date" or "formula_error".
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date) or cell is None:
        return cell
    text = text_of(cell)
    if is_missing(text):
        return None
    if text.upper() in FORMULA_ERRORS:
        raise CellRefused("formula_error")
    if (serial := serial_of(text)) is not None:
        return EPOCHS[epoch] + dt.timedelta(days=int(serial))
    try:
        return _typed_date(plain_digits(text), order=order)
    except ValueError:
        raise CellRefused("bad_date") from None


def serial_of(text: str) -> float | None:
    """The day count, where the text is one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if SERIALS[0] <= number <= SERIALS[1] else None


def plain_digits(text: str) -> str:
    return "".join(str(int(character)) if character.isdecimal() else character for character in text)


def _typed_date(text: str, *, order: str) -> dt.date:
    if found := _ISO.fullmatch(text):
        return dt.date(*(int(part) for part in found.groups()))
    if found := _PARTS.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        day, month = (second, first) if order == "mdy" else (first, second)
        if month > 12 >= day:
            # 12/25/2024 can be meant in one way only, whatever was answered.
            day, month = month, day
        return dt.date(_full_year(year), month, day)
    if found := _WORDS.fullmatch(text):
        day_text, name, year_text = found.groups()
        return dt.date(_full_year(int(year_text)), _month(name), int(day_text))
    if found := _WORDS_FIRST.fullmatch(text):
        name, day_text, year_text = found.groups()
        return dt.date(int(year_text), _month(name), int(day_text))
    raise ValueError


def _full_year(year: int) -> int:
    return year + 2000 if year < 70 else year + 1900 if year < 100 else year


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def date_evidence(text: str) -> str:
    """ "dmy" or "mdy" where a typed date can be meant in one way only, "either" where in two, else ""."""
    found = _PARTS.fullmatch(plain_digits(text.strip()))
    if not found:
        return ""
    first, second = int(found.group(1)), int(found.group(2))
    if first > 31 or second > 31 or (first > 12 and second > 12):
        return ""
    if first > 12:
        return "dmy"
    return "mdy" if second > 12 else "either"


def yes_no(text: str) -> bool | None:
    """True, False, or None where it is neither."""
    word = text.strip().casefold()
    if word in YES:
        return True
    return False if word in NO else None


def looks_like_date(text: str) -> bool:
    if not text or not any(character.isdecimal() for character in text):
        return False
    try:
        return _typed_date(plain_digits(text), order="dmy") is not None
    except ValueError:
        return False


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet program would carry the text out; a number below 0 is none."""
    return text.startswith(FORMULA_STARTS) and not _NUMBERISH.fullmatch(text.lstrip("+-"))
