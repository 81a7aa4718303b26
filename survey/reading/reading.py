"""What comes back from reading a survey's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from survey.reading.mapping import ColumnGuess, SurveyMapping
from survey.reading.problems import Problem, Severity
from survey.tables import SurveyTables

Shape = Literal["events_and_roster", "persons_with_counts", "repeat_groups", "blocks", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A person's fix of one value, or exclusion of one row; the file itself is never changed.

    Attributes
    ----------
    sha256, sheet, row : which row of which file; row as the problem names it.
    column : the column to fix; "" excludes the row.
    value : what the fixed cell holds instead, as it would be typed.
    reason : why; needed for an exclusion.
    """

    sha256: str
    sheet: str
    row: int
    column: str = ""
    value: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.row < 1:
            raise ValueError("correction: row is at least 1")
        if not self.column and not self.reason.strip():
            raise ValueError("correction: say why the row is left out")

    @property
    def excludes(self) -> bool:
        return not self.column

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Correction:
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something the file leaves open; the mapping holds the answer.

    Attributes
    ----------
    code : "date_order", "decimal_mark", "epoch", "recall" or "period".
    about : the kind or the spending it is about; "" else.
    options : answers to choose from; for recall, usual days.
    assumed : what was taken meanwhile; always one that the mapping accepts.
    samples : values that show the doubt.
    """

    code: str
    assumed: str
    about: str = ""
    options: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "options": list(self.options), "samples": list(self.samples)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Question:
        return cls(**{**data, "options": tuple(data["options"]), "samples": tuple(data["samples"])})


@dataclass(frozen=True, kw_only=True)
class DroppedColumn:
    """A column that tells who people are: never kept, not even as a sample.

    Attributes
    ----------
    reason : "name", "phone", "aadhaar", "email", "location", "address", "device" or "other_id".
    """

    file: str
    sheet: str
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DroppedColumn:
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What there is to count, by sort of row and by kind of event."""

    rows: int = 0
    households: int = 0
    persons: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    money: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tally:
        return cls(**data)


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """One file as it arrived, its name made harmless."""

    name: str
    sha256: str
    size: int
    format: str
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "sheets": list(self.sheets)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReadFile:
        return cls(**{**data, "sheets": tuple(data["sheets"])})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A survey as it was understood.

    Attributes
    ----------
    tables : what fitting takes; None while something essential is missing, which a problem then says.
    problems : the first of them, file by file, row by row; `counts` has them all.
    counts : code to severity to number of problems.
    before, after : totals as found and as kept.
    guesses : one per column that was not dropped.
    mapping : what was used, complete: to be shown, corrected, and given back.
    questions : what the file leaves open.
    interviewed : the day by which half of the households had been asked, 2026-03-15; "" where not known.
    shape, confidence : which of the known layouts it is, and how sure that is, 0 to 1.
    fingerprint : of all headers together; equal for two files of the same form.
    sha256 : of all files together, whatever their names and order.
    """

    tables: SurveyTables | None
    problems: tuple[Problem, ...]
    counts: Mapping[str, Mapping[Severity, int]]
    before: Tally
    after: Tally
    guesses: tuple[ColumnGuess, ...]
    mapping: SurveyMapping
    questions: tuple[Question, ...]
    interviewed: str
    dropped_columns: tuple[DroppedColumn, ...]
    files: tuple[ReadFile, ...]
    shape: Shape
    confidence: float
    fingerprint: str
    sha256: str

    @property
    def problem_count(self) -> int:
        return sum(sum(by_severity.values()) for by_severity in self.counts.values())

    def count_of(self, severity: Severity) -> int:
        return sum(by_severity.get(severity, 0) for by_severity in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """Everything but the tables, which `survey.reading.tables_file` writes."""
        return {
            "problems": [problem.as_json() for problem in self.problems],
            "counts": {code: dict(by_severity) for code, by_severity in self.counts.items()},
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "guesses": [guess.as_json() for guess in self.guesses],
            "mapping": self.mapping.as_json(),
            "questions": [question.as_json() for question in self.questions],
            "interviewed": self.interviewed,
            "dropped_columns": [column.as_json() for column in self.dropped_columns],
            "files": [file.as_json() for file in self.files],
            "shape": self.shape,
            "confidence": self.confidence,
            "fingerprint": self.fingerprint,
            "sha256": self.sha256,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, tables: SurveyTables | None = None) -> Reading:
        return cls(
            tables=tables,
            problems=tuple(Problem.from_json(problem) for problem in data["problems"]),
            counts=data["counts"],
            before=Tally.from_json(data["before"]),
            after=Tally.from_json(data["after"]),
            guesses=tuple(ColumnGuess.from_json(guess) for guess in data["guesses"]),
            mapping=SurveyMapping.from_json(data["mapping"]),
            questions=tuple(Question.from_json(question) for question in data["questions"]),
            interviewed=data.get("interviewed", ""),
            dropped_columns=tuple(DroppedColumn.from_json(column) for column in data["dropped_columns"]),
            files=tuple(ReadFile.from_json(file) for file in data["files"]),
            shape=data["shape"],
            confidence=data["confidence"],
            fingerprint=data["fingerprint"],
            sha256=data["sha256"],
        )

    def with_tables(self, tables: SurveyTables | None) -> Reading:
        return replace(self, tables=tables)
