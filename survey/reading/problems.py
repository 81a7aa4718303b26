"""What is wrong with a file, a row or a value: a code and its values, which the site puts into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from survey.reading.words import PROBLEM_WORDS, REFUSAL_WORDS

Severity = Literal["dropped", "doubtful", "note"]
SEVERITIES: tuple[Severity, ...] = ("dropped", "doubtful", "note")
MOST_SHOWN = 60
"""Characters of a value that a problem repeats."""


class FileRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """The file is not read at all, and nothing changes.

    Attributes
    ----------
    code : which of `REFUSAL_WORDS` it is.
    params : what to put into the sentence; `file` is always there.
    message : the English sentence, filled in.
    """

    def __init__(self, code: str, *, file: str, **params: str | int) -> None:
        self.code = code
        self.params: Mapping[str, str | int] = {"file": file, **params}
        self.message = REFUSAL_WORDS[code] % self.params
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileRefused:
        params = dict(data["params"])
        return cls(str(data["code"]), file=str(params.pop("file")), **params)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing the reader could not take as it stood.

    Attributes
    ----------
    code : which of `PROBLEM_WORDS`.
    severity : "dropped": the row does not count; "doubtful": it counts, look at it (where the words say so,
        without the value); "note": about the file.
    file, sheet : where; sheet is "" for a CSV file.
    row : as the spreadsheet counts it, the header line of a plain file is row 1; 0 for the whole sheet.
    column : as the header names it, "" for the whole row.
    value : what stood there, cut to 60 characters; never from a column that was dropped at the door.
    params : further values for the sentence.
    """

    code: str
    severity: Severity
    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in PROBLEM_WORDS:
            raise ValueError(f"problem: {self.code} has no words")
        if self.severity not in SEVERITIES:
            raise ValueError(f"problem: severity is one of {', '.join(SEVERITIES)}")
        if len(self.value) > MOST_SHOWN:
            object.__setattr__(self, "value", f"{self.value[: MOST_SHOWN - 1]}…")

    @property
    def words(self) -> Mapping[str, str | int | float]:
        """Everything the sentence can need."""
        return {
            "value": self.value,
            "column": self.column,
            "row": self.row,
            "sheet": self.sheet,
            **self.params,
        }

    @property
    def message(self) -> str:
        """The English sentence: what was found and what was expected."""
        return PROBLEM_WORDS[self.code] % self.words

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        return cls(**data)
