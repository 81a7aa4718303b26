"""Reading one JSON object strictly: known fields of their type and range, each problem kept with its path."""

from __future__ import annotations

import difflib
import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from simulation.engine.refusal import Refused, require_number, require_share

T = TypeVar("T")
RangeCheck = Callable[[str, float], None]

LONGEST_TEXT = 200
MOST_MONEY = 1e12


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its fields were given more than once."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def from_pairs(cls, pairs: list[tuple[str, Any]]) -> JsonObject:
        """For ``json.loads(object_pairs_hook=...)``."""
        made = cls(pairs)
        if len(made) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            made.repeated = tuple(name for name, count in counts.items() if count > 1)
        return made


class Problems:
    """What is wrong with a case, one line each: the path, the value, what would be accepted."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, path: str, text: str) -> None:
        """Keep one problem."""
        self.lines.append(f"{path or 'case'}: {text}")


def joined(path: str, field: str) -> str:
    """``benefits[1]`` and ``terms`` as ``benefits[1].terms``; an index joins without a dot."""
    if not path or not field:
        return path or field
    return path + field if field.startswith("[") else f"{path}.{field}"


def shown(value: Any) -> str:
    """A value as the person typed it, cut short; objects and arrays by their kind."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "an array"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**30:
        return "a whole number of more than 30 digits"
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + '..."'


class Fields:
    """One JSON object being read.

    Readers return None both where a field is absent and where it is wrong; ``made`` builds the object only if
    nothing was wrong. null is read as absent.
    """

    def __init__(self, data: Any, *, path: str, problems: Problems, known: Sequence[str], what: str) -> None:
        self.path = path
        self._problems = problems
        self._at_start = len(problems.lines)
        self._data: dict[str, Any] = {}
        if not isinstance(data, dict):
            problems.add(path, f"{shown(data)} is not {what}; give a JSON object with {', '.join(known)}")
            return
        self._data = {name: value for name, value in data.items() if value is not None}
        for name in getattr(data, "repeated", ()):
            self.problem(_plain(name), "is given twice; keep one")
        for name in data:
            if name not in known:
                self.problem(_plain(name), f"is not a field of {what}{_guess(name, known)}")

    def __contains__(self, name: str) -> bool:
        return name in self._data

    @property
    def failed(self) -> bool:
        """Whether anything inside this object was wrong so far."""
        return len(self._problems.lines) > self._at_start

    def problem(self, field: str, text: str) -> None:
        """Keep a problem of one field."""
        self._problems.add(joined(self.path, field), text)

    def raw(self, name: str, *, required: bool = False, expected: str = "") -> Any:
        """The value as parsed, or None."""
        if required and name not in self._data:
            self.problem(name, f"is missing; give {expected}")
        return self._data.get(name)

    def number(
        self, name: str, check: RangeCheck, *, required: bool = False, expected: str = "a number"
    ) -> float | None:
        """A number within a range."""
        value = self.raw(name, required=required, expected=expected)
        return None if value is None else self.checked_number(name, value, check)

    def checked_number(self, name: str, value: Any, check: RangeCheck) -> float | None:
        """``value`` as a float if it is a number that passes ``check``."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.problem(name, f"{shown(value)} is not a number; give a JSON number without quotes")
            return None
        try:
            number = float(value)
            require_number(field=name, value=number)
            check(name, number)
        except (OverflowError, Refused) as refusal:
            plain = isinstance(refusal, Refused) and math.isfinite(number)
            text = (
                refusal.problem
                if plain and isinstance(refusal, Refused)
                else f"{shown(value)} is not a finite number"
            )
            self.problem(name, text)
            return None
        return number

    def whole(self, name: str, *, lowest: int, highest: int, required: bool = False) -> int | None:
        """A whole number from ``lowest`` to ``highest``."""
        expected = f"a whole number from {lowest} to {highest}"
        value = self.raw(name, required=required, expected=expected)
        if value is None:
            return None
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not is_whole or not lowest <= value <= highest:
            self.problem(name, f"{shown(value)} is not {expected}")
            return None
        return int(value)

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A name: not empty, without control characters."""
        value = self.raw(name, required=required, expected="a text")
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(name, f"{shown(value)} is not a text")
        elif not value.strip():
            self.problem(name, "is empty; give a text")
        elif len(value) > LONGEST_TEXT:
            self.problem(name, f"{shown(value)} is longer than {LONGEST_TEXT} characters")
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            self.problem(name, f"{shown(value)} holds characters that cannot be printed")
        else:
            return value
        return None

    def choice(self, name: str, options: Sequence[str], *, required: bool = False) -> str | None:
        """One of a few words."""
        listed = ", ".join(options)
        value = self.raw(name, required=required, expected=f"one of {listed}")
        if value is None or (isinstance(value, str) and value in options):
            return value
        guess = _guess(value, options) if isinstance(value, str) else f"; known: {listed}"
        self.problem(name, f"{shown(value)} is not one of them{guess}")
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        """true or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem(name, f"{shown(value)} is not true or false")
        return default

    def array(
        self, name: str, *, most: int, required: bool = False, expected: str = "an array"
    ) -> list[Any] | None:
        """A JSON array of at least one and at most ``most`` elements."""
        value = self.raw(name, required=required, expected=expected)
        if value is None:
            return None
        if not isinstance(value, list):
            self.problem(name, f"{shown(value)} is not an array; give {expected}")
        elif not value:
            self.problem(name, f"is empty; give {expected}")
        elif len(value) > most:
            self.problem(name, f"has {len(value)} elements; at most {most} are read")
        else:
            return value
        return None

    def made(self, maker: Callable[[], T]) -> T | None:
        """What ``maker`` makes, if every field was right and the whole is too."""
        if self.failed:
            return None
        try:
            return maker()
        except Refused as refusal:
            self.problem(refusal.field, refusal.problem)
            return None


def _plain(name: str) -> str:
    return name if name.isprintable() and 0 < len(name) <= 60 else shown(name)


def _guess(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word[:60], known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known: {', '.join(known)}"


def share(name: str, value: float) -> None:
    """0 to 1."""
    require_share(field=name, value=value)


def anything(name: str, value: float) -> None:
    """Any number: the object that takes it has its own rule."""


def money(name: str, value: float) -> None:
    """0, or what a currency can hold."""
    between(0.0, MOST_MONEY)(name, value)
    if 0.0 < value < 1e-6:
        raise Refused(field=name, problem=f"{value:g} is too small to count; give 0 or at least 0.000001")


def positive_money(name: str, value: float) -> None:
    """Above 0."""
    if value <= 0.0:
        raise Refused(field=name, problem=f"{value:g} is not above 0")
    money(name, value)


def between(lowest: float, highest: float) -> RangeCheck:
    """From ``lowest`` to ``highest``, both allowed."""

    def check(name: str, value: float) -> None:
        if not lowest <= value <= highest:
            raise Refused(field=name, problem=f"{value:g} is not between {lowest:g} and {highest:g}")

    return check
