"""One sheet, or one CSV file, as rows under named columns; the same for every format.

Opening finds the header and takes a sample; `rows` goes through the sheet again from its start, so that a
CSV file of any length is never held in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from survey.reading.cells import Cell
from survey.reading.guards import clean_name, guard
from survey.reading.headers import LOOKED_AT, Header, find_header
from survey.reading.kept import KeptFile, KeptSheet
from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused, Problem
from survey.reading.reading import ReadFile
from survey.reading.text_file import TextFile, open_text
from survey.reading.workbook import WorkbookSheet, open_workbook
from survey.reading.xlsx_parts import SheetMarks, column_letters

SAMPLED_ROWS = 1_000
MOST_NAMED = 12
NumberedRows = Iterator[tuple[int, list[Cell]]]


@dataclass(frozen=True, kw_only=True)
class SurveyFile:
    """A file to be read: where it lies, the name it came with, and what is known of it if it was scrubbed."""

    path: Path
    name: str = ""
    kept: KeptFile | None = None

    @property
    def shown(self) -> str:
        return clean_name(self.name or self.path.name)


@dataclass
class Source:
    """One sheet under its header."""

    file: ReadFile
    sheet: str
    header: Header
    numbered: Callable[[], NumberedRows]
    sample: list[tuple[int, list[Cell]]]
    notes: list[Problem] = field(default_factory=list)
    marks: SheetMarks = field(default_factory=SheetMarks)
    epoch: Literal[1900, 1904] = 1900
    roles: dict[str, str] = field(default_factory=dict)
    """Role to the column that plays it, once the sheet is being read."""
    again: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Rows that an earlier file has too: which file, and where."""
    text: TextFile | None = None
    kept: KeptSheet | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self.header.names

    @property
    def fingerprint(self) -> str:
        return self.header.fingerprint

    def rows(self) -> NumberedRows:
        """Everything below the header that is not blank."""
        for number, cells in self.numbered():
            # 0 is a value, though it counts as nothing.
            if number > self.header.row and (any(cells) or any(cell not in ("", None) for cell in cells)):
                yield number, cells

    def note(
        self, code: str, *, row: int = 0, column: str = "", value: str = "", **params: str | int
    ) -> None:
        self.notes.append(
            Problem(
                code=code,
                severity="note",
                file=self.file.name,
                sheet=self.sheet,
                row=row,
                column=column,
                value=value,
                params=params,
            )
        )


def open_file(file: SurveyFile, *, limits: Limits) -> tuple[ReadFile, list[Source]]:
    """The file's sheets that have anything in them.

    Raises
    ------
    FileRefused
        With what is wrong with the file as a whole.
    """
    if file.kept is not None:
        return file.kept.read, _kept_sources(file.path, file.kept, limits=limits)
    shown = file.shown
    kind = guard(file.path, name=shown, limits=limits)
    size = file.path.stat().st_size
    sha256 = file_hash(file.path)
    if kind == "csv":
        text = open_text(file.path, shown=shown, limits=limits)
        read = ReadFile(
            name=shown,
            sha256=sha256,
            size=size,
            format=kind,
            encoding=text.encoding,
            separator=text.separator,
        )
        sources = [_text_source(read, text, limits=limits)]
    else:
        sheets = open_workbook(file.path, shown=shown, kind=kind, limits=limits)
        read = ReadFile(
            name=shown, sha256=sha256, size=size, format=kind, sheets=tuple(sheet.name for sheet in sheets)
        )
        sources = [_sheet_source(read, sheet, limits=limits) for sheet in sheets]
    found = [source for source in sources if source is not None]
    if not any(source.sample for source in found):
        raise FileRefused("no_rows", file=shown)
    return read, found


def _kept_sources(path: Path, kept: KeptFile, *, limits: Limits) -> list[Source]:
    """Of a file that was scrubbed: what was found out when it arrived is not looked for again."""
    shown = kept.read.name
    rows: list[Callable[[], NumberedRows]]
    text = None
    if kept.read.format == "csv":
        text = TextFile(
            path=path,
            shown=shown,
            encoding=kept.encoding,
            guessed=False,
            separator=kept.separator,
            first_line=kept.first_line,
            limits=limits,
        )
        rows = [text.rows]  # type: ignore[list-item]  # a list of texts is a list of cells
    else:
        rows = [sheet.rows for sheet in open_workbook(path, shown=shown, kind="plain", limits=limits)]
    found = [
        Source(
            file=kept.read,
            sheet=sheet.sheet,
            header=sheet.header,
            numbered=numbered,
            sample=[],
            notes=list(sheet.notes),
            epoch=sheet.epoch,
            text=text,
            kept=sheet,
        )
        for sheet, numbered in zip(kept.sheets, rows, strict=True)
    ]
    for source in found:
        source.sample = list(islice(source.rows(), SAMPLED_ROWS))
    return found


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(MEGABYTE):
            digest.update(block)
    return digest.hexdigest()


def _text_source(read: ReadFile, text: TextFile, *, limits: Limits) -> Source | None:
    def numbered() -> NumberedRows:
        yield from text.rows()  # type: ignore[misc]  # a list of texts is a list of cells

    source = _source(read, "", numbered, merged=(), limits=limits)
    if source is not None:
        source.text = text
        if text.guessed:
            source.note("encoding_guessed", encoding=text.encoding)
    return source


def _sheet_source(read: ReadFile, sheet: WorkbookSheet, *, limits: Limits) -> Source | None:
    source = _source(read, sheet.name, sheet.rows, merged=sheet.merged, limits=limits)
    if source is None:
        return None
    source.marks = sheet.marks
    source.epoch = sheet.epoch
    _note_marks(source, sheet)
    return source


def _source(
    read: ReadFile,
    sheet: str,
    numbered: Callable[[], NumberedRows],
    *,
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    limits: Limits,
) -> Source | None:
    head = list(islice(numbered(), LOOKED_AT))
    header = find_header(head, merged)
    if header is None:
        return None
    if len(header.names) > limits.columns:
        raise FileRefused("too_many_columns", file=read.name, found=len(header.names), most=limits.columns)
    source = Source(file=read, sheet=sheet, header=header, numbered=numbered, sample=[])
    source.sample = list(islice(source.rows(), SAMPLED_ROWS))
    _note_header(source, header)
    return source


def _note_header(source: Source, header: Header) -> None:
    for name, renamed in header.duplicates[:MOST_NAMED]:
        source.note("duplicate_header", row=header.row, column=name, renamed=renamed)
    for number in header.unnamed[:MOST_NAMED]:
        source.note("empty_header", row=header.row, column=header.names[number - 1], number=number)
    if header.merged:
        source.note("merged_header", row=header.row)
    if header.first_row > 1 and source.file.format != "csv":
        source.note("header_below", row=header.row)


def _note_marks(source: Source, sheet: WorkbookSheet) -> None:
    marks = sheet.marks
    if sheet.hidden:
        source.note("hidden_sheet")
    if hidden := [row for row in marks.hidden_rows if row > source.header.row]:
        source.note("hidden_rows", row=hidden[0], count=len(hidden))
    if marks.hidden_columns:
        letters = ", ".join(column_letters(number) for number in marks.hidden_columns[:MOST_NAMED])
        source.note("hidden_columns", columns=letters)
    if marks.formulas:
        source.note("formula_cells", count=marks.formulas)
    for row, column in marks.unsaved[:MOST_NAMED]:
        source.note("formula_without_value", row=row, value=f"{column_letters(column)}{row}")
    if sheet.legacy_fonts:
        source.note("legacy_font", font=", ".join(sheet.legacy_fonts[:3]))
