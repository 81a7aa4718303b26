"""Which column of which sheet is what: guessed, corrected by a person, kept for the next file.

A mapping is plain JSON with a version. It names sheets by the fingerprint of their header, so that next
month's export of the same form needs no question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from survey.tables import KINDS

VERSION = 1
MOST_SAMPLES = 5

Holds = Literal["households", "persons", "events", "recall", "nothing"]
HOLDS: tuple[Holds, ...] = ("households", "persons", "events", "recall", "nothing")

HOUSEHOLD_ROLES = (
    "household",
    "cluster",
    "weight",
    "size",
    "food_spending",
    "total_spending",
    "willingness_to_pay",
    "survey_date",
    "consent",
)
PERSON_ROLES = ("person", "age", "sex")
EVENT_ROLES = ("kind", "bill", "days", "transport", "days_lost", "is_open", "date", "recall")
LINK_ROLES = ("key", "parent", "parent_table", "skip")
"""key: the number an export gives each row; parent: the key of the row this one belongs to, parent_table: the
sheet that row is in; skip: a mark on
rows that are examples."""
PER_KIND = ("count", "bill", "days", "transport", "days_lost", "recall")
"""With a kind behind a point ("count.hospital"): one row per person (or household) that counts its events."""
ROLES: tuple[str, ...] = (
    *LINK_ROLES,
    *HOUSEHOLD_ROLES,
    *PERSON_ROLES,
    *EVENT_ROLES,
    *(f"{what}.{kind}" for what in PER_KIND for kind in KINDS),
)
SEVERAL_COLUMNS = frozenset({"household", "bill", "transport", *(f"bill.{kind}" for kind in KINDS)})
"""Roles that may be put together from several columns: ids are joined, amounts added."""

DateOrder = Literal["dmy", "mdy", "ymd"]
DecimalMark = Literal["point", "comma"]
Period = Literal["week", "month", "year"]
PERIODS_A_YEAR: Mapping[str, float] = {"week": 365.0 / 7.0, "month": 12.0, "year": 1.0}
SPENDING_ROLES = ("food_spending", "total_spending", "willingness_to_pay")


class MappingRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """A mapping that says nonsense; says what and where."""


@dataclass(frozen=True, kw_only=True)
class SheetMap:
    """What one sheet holds and which column plays which role.

    Attributes
    ----------
    fingerprint : of the sheet's header line.
    file, sheet : where it was last seen.
    holds : what a row of it is.
    kind : the kind of event, where a sheet holds one kind alone; else "".
    columns : role to column names; several only for the roles that allow it.
    """

    fingerprint: str
    holds: Holds
    kind: str = ""
    file: str = ""
    sheet: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"sheet “{self.sheet or self.file}”"
        if self.holds not in HOLDS:
            raise MappingRefused(f"{where}: holds is one of {', '.join(HOLDS)}")
        if self.kind and self.kind not in KINDS:
            raise MappingRefused(f"{where}: kind is one of {', '.join(KINDS)}")
        for role, columns in self.columns.items():
            if role not in ROLES:
                raise MappingRefused(f"{where}: “{role}” is no role; roles are {', '.join(ROLES[:20])}, …")
            if not columns or (len(columns) > 1 and role not in SEVERAL_COLUMNS):
                raise MappingRefused(f"{where}: {role} takes one column")

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": {role: list(names) for role, names in self.columns.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SheetMap:
        _only(data, {"fingerprint", "holds", "kind", "file", "sheet", "columns"}, "sheet")
        columns = data.get("columns", {})
        if not isinstance(columns, dict) or not all(_is_names(names) for names in columns.values()):
            raise MappingRefused("sheet: columns maps each role to a list of column names")
        return cls(
            fingerprint=_text(data, "fingerprint"),
            holds=cast("Holds", _text(data, "holds")),
            kind=_text(data, "kind", default=""),
            file=_text(data, "file", default=""),
            sheet=_text(data, "sheet", default=""),
            columns={role: tuple(names) for role, names in columns.items()},
        )


@dataclass(frozen=True, kw_only=True)
class SurveyMapping:
    """Everything a person can decide about how a survey's files are read.

    Attributes
    ----------
    sheets : one `SheetMap` per sheet.
    recall : kind to days; kinds that were asked about.
    date_order : of dates typed as text; "" means not asked yet.
    decimal_mark : of numbers typed as text; "" means guessed.
    epoch : year from which numbers in date columns are counted, 1900 or 1904; 0 means as the file says.
    periods : spending role to the period it was asked for.
    """

    sheets: tuple[SheetMap, ...] = ()
    recall: Mapping[str, float] = field(default_factory=dict)
    date_order: DateOrder | Literal[""] = ""
    decimal_mark: DecimalMark | Literal[""] = ""
    epoch: Literal[0, 1900, 1904] = 0
    periods: Mapping[str, Period] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, days in self.recall.items():
            if kind not in KINDS:
                raise MappingRefused(f"recall: “{kind}” is no kind; kinds are {', '.join(KINDS)}")
            if not 0.0 < days <= 3660.0:
                raise MappingRefused(f"recall: {kind}: {days} is not above 0 and at most 3,660 days")
        self._check_choices()

    def _check_choices(self) -> None:
        if self.date_order not in {"", "dmy", "mdy", "ymd"}:
            raise MappingRefused("date_order is dmy, mdy or ymd")
        if self.decimal_mark not in {"", "point", "comma"}:
            raise MappingRefused("decimal_mark is point or comma")
        if self.epoch not in {0, 1900, 1904}:
            raise MappingRefused("epoch is 1900 or 1904, or 0 for what the file says")
        for role, period in self.periods.items():
            if role not in SPENDING_ROLES or period not in PERIODS_A_YEAR:
                raise MappingRefused(f"periods: {role}: {period} is not one of week, month, year")

    def sheet(self, fingerprint: str, *, sheet: str = "", file: str = "") -> SheetMap | None:
        """The map of a sheet with this header; of several the one whose names are most alike."""
        alike = [known for known in self.sheets if known.fingerprint == fingerprint]
        return max(
            alike,
            key=lambda known: (known.sheet == sheet, known.file == file, _stem(known.file) == _stem(file)),
            default=None,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "recall": dict(self.recall),
            "date_order": self.date_order,
            "decimal_mark": self.decimal_mark,
            "epoch": self.epoch,
            "periods": dict(self.periods),
        }

    @classmethod
    def from_json(cls, data: Any) -> SurveyMapping:
        """Raises `MappingRefused` for anything that `as_json` could not have made."""
        if not isinstance(data, dict):
            raise MappingRefused("a mapping is a JSON object")
        _only(
            data,
            {"version", "sheets", "recall", "date_order", "decimal_mark", "epoch", "periods"},
            "mapping",
        )
        if data.get("version") != VERSION:
            raise MappingRefused(f"version is {VERSION}; this mapping was made by another version")
        sheets, recall, periods = data.get("sheets", []), data.get("recall", {}), data.get("periods", {})
        if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
            raise MappingRefused("sheets is a list of objects")
        if not isinstance(recall, dict) or not all(_is_number(days) for days in recall.values()):
            raise MappingRefused("recall maps each kind to a number of days")
        if not isinstance(periods, dict) or not all(isinstance(period, str) for period in periods.values()):
            raise MappingRefused("periods maps each spending to week, month or year")
        if not _is_number(data.get("epoch", 0)):
            raise MappingRefused("epoch is 1900 or 1904, or 0 for what the file says")
        return cls(
            sheets=tuple(SheetMap.from_json(sheet) for sheet in sheets),
            recall={kind: float(days) for kind, days in recall.items()},
            date_order=cast("DateOrder", _text(data, "date_order", default="")),
            decimal_mark=cast("DecimalMark", _text(data, "decimal_mark", default="")),
            epoch=data.get("epoch", 0),
            periods=periods,
        )


@dataclass(frozen=True, kw_only=True)
class ColumnGuess:
    """What a column was taken for, and why a person should believe it.

    Attributes
    ----------
    role : "" where no role was found; the column is then not used.
    confidence : 0 to 1; 1 is a name of our own questionnaire, or a person's decision.
    samples : up to five different values; none from a column of free text, which may hold names.
    by : "name", "values", "both", "person" or "" (no guess).
    """

    file: str
    sheet: str
    column: str
    role: str
    confidence: float
    samples: tuple[str, ...] = ()
    by: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError("guess: confidence is between 0 and 1")
        if len(self.samples) > MOST_SAMPLES:
            raise ValueError(f"guess: at most {MOST_SAMPLES} samples")

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "samples": list(self.samples)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnGuess:
        return cls(**{**data, "samples": tuple(data["samples"])})


def _stem(file: str) -> str:
    """A file's name without the digits by which this month's differs from last month's."""
    return "".join(character for character in file.casefold() if not character.isdecimal())


def _only(data: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := set(data) - known:
        raise MappingRefused(f"{where}: unknown field {', '.join(sorted(map(str, unknown)))}")


def _text(data: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise MappingRefused(f"{name} is a text")
    return value


def _is_names(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
