"""What is known of a file whose columns of persons were taken out, so that it is read again as it was first.

The stored bytes have the rows and columns of the file that arrived, and say nothing of people. What was found
out from the file as it arrived (its hash, where its header is, what was noted of its cells, which columns
told who people are) is kept beside them, for it can no longer be found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from survey.reading.headers import Header
from survey.reading.problems import Problem
from survey.reading.reading import ReadFile


@dataclass(frozen=True, kw_only=True)
class KeptSheet:
    """One sheet; columns by their place, counted from 0.

    Attributes
    ----------
    gone : columns emptied of what they held, and why.
    ids : columns of ids that stand for others now, and why; "" where they only go along with one in another
        sheet.
    dropped : reasons found in values that are not there any more.
    """

    sheet: str
    header: Header
    notes: tuple[Problem, ...] = ()
    epoch: Literal[1900, 1904] = 1900
    gone: Mapping[int, str] = field(default_factory=dict)
    ids: Mapping[int, str] = field(default_factory=dict)
    dropped: Mapping[int, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "header": asdict(self.header),
            "notes": [note.as_json() for note in self.notes],
            "epoch": self.epoch,
            **{name: _with_texts(getattr(self, name)) for name in ("gone", "ids", "dropped")},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KeptSheet:
        head = data["header"]
        return cls(
            sheet=data["sheet"],
            header=Header(
                row=head["row"],
                first_row=head["first_row"],
                names=tuple(head["names"]),
                duplicates=tuple((first, second) for first, second in head["duplicates"]),
                unnamed=tuple(head["unnamed"]),
                merged=head["merged"],
            ),
            notes=tuple(Problem.from_json(note) for note in data["notes"]),
            epoch=data["epoch"],
            gone=_with_numbers(data["gone"]),
            ids=_with_numbers(data["ids"]),
            dropped=_with_numbers(data["dropped"]),
        )


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """One file: `read` as it arrived, and how the bytes that are stored instead are to be opened."""

    read: ReadFile
    sheets: tuple[KeptSheet, ...]
    encoding: str = ""
    separator: str = ""
    first_line: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read.as_json(),
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "encoding": self.encoding,
            "separator": self.separator,
            "first_line": self.first_line,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KeptFile:
        return cls(
            read=ReadFile.from_json(data["read"]),
            sheets=tuple(KeptSheet.from_json(sheet) for sheet in data["sheets"]),
            encoding=data["encoding"],
            separator=data["separator"],
            first_line=data["first_line"],
        )


def _with_texts(places: Mapping[int, str]) -> dict[str, str]:
    return {str(place): reason for place, reason in places.items()}


def _with_numbers(places: Mapping[str, str]) -> dict[int, str]:
    return {int(place): reason for place, reason in places.items()}
