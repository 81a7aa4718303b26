"""Files without what tells who people are, to be stored instead of those that arrived.

A cell of a column that was dropped holds a mark and nothing else; an id that is a phone number or a name is
replaced by a running number, the same in every sheet and file, so that rows go on belonging together. Rows,
columns and their names stay where they were: corrections name them. A workbook is written anew with its
values alone, for what it carries besides (comments, authors, values of filters, deleted texts) may name
people too.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from survey.reading.again import told
from survey.reading.cells import FORMULA_ERRORS, Cell, is_missing, text_of
from survey.reading.guess import Column, columns_of, id_reason
from survey.reading.headers import plain_name
from survey.reading.kept import KeptFile, KeptSheet
from survey.reading.keys import bare_id, plain_id
from survey.reading.mapping import SheetMap
from survey.reading.personal import HIDDEN, PERSONAL_IDS, personal_values
from survey.reading.plain_workbook import write_workbook
from survey.reading.reading import ReadFile
from survey.reading.sources import Source
from survey.reading.vocabulary import TOTAL_WORDS

LISTED = "kept.json"
ID_ROLES = ("household", "person")


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A sheet as it was read; of one that was not used there is no map."""

    source: Source
    columns: Sequence[Column]
    map: SheetMap | None


def looked_at(source: Source) -> Looked:
    """A sheet that the reading leaves alone: what it holds is looked through all the same."""
    return Looked(source=source, columns=columns_of(source) if source.sample else [], map=None)


# ---- which columns
def plan(sheets: Sequence[Looked]) -> list[KeptSheet]:
    """For each sheet which columns go and which ids are replaced."""
    together = {(role, place) for sheet in sheets for role, place in _personal_ids(sheet)}
    return [_plan_of(sheet, together) for sheet in sheets]


def _personal_ids(sheet: Looked) -> Iterator[tuple[str, int]]:
    """Parts of ids that tell who people are: what stands in such a part is replaced in every sheet."""
    for role, part, column in _id_columns(sheet):
        if column.dropped or id_reason(column) in PERSONAL_IDS:
            yield role, part


def _id_columns(sheet: Looked) -> Iterator[tuple[str, int, Column]]:
    by_name = {column.name: column for column in sheet.columns}
    for role in ID_ROLES if sheet.map else ():
        assert sheet.map is not None
        for part, name in enumerate(sheet.map.columns.get(role, ())):
            if name in by_name:
                yield role, part, by_name[name]


def _plan_of(sheet: Looked, together: set[tuple[str, int]]) -> KeptSheet:
    source, known = sheet.source, sheet.source.kept
    ids = dict(known.ids) if known else {}
    for role, part, column in _id_columns(sheet):
        if (role, part) in together:
            ids.setdefault(column.place, id_reason(column))
    wanted = {name for names in sheet.map.columns.values() for name in names} if sheet.map else set()
    gone = dict(known.gone) if known else {}
    for column in sheet.columns:
        if column.dropped and column.name not in wanted and column.place not in ids:
            gone.setdefault(column.place, column.dropped)
        elif column.place not in ids and (reason := personal_values(column.texts, has_role=True)):
            # named like an id of households in a sheet that is not read by it
            ids[column.place] = reason
    dropped = {column.place: column.dropped for column in sheet.columns if column.dropped}
    return KeptSheet(
        sheet=source.sheet,
        header=source.header,
        notes=tuple(source.notes),
        epoch=source.epoch,
        gone=gone,
        ids=ids,
        dropped=dropped,
    )


# ---- what stands in them instead
class Masks:
    """What stands instead of ids and values; one for all files of a survey."""

    def __init__(self, *, tell_apart: bool) -> None:
        self._numbers: dict[str, int] = {}
        self._variants: dict[str, dict[str, int]] = {}
        self._tell_apart = tell_apart
        self._first: dict[int, int] = {}
        self._others: dict[tuple[int, int], int] = {}

    def id_of(self, text: str) -> str:
        """A number that is equal where ids are, and that differs by leading zeros where they do."""
        plain = plain_id(text)
        bare = bare_id(plain)
        number = self._numbers.setdefault(bare, len(self._numbers) + 1)
        variants = self._variants.setdefault(bare, {})
        return f"h{'0' * variants.setdefault(plain, len(variants))}{number}"

    def rows(self, source: Source, sheet: KeptSheet) -> Iterator[tuple[int, list[Cell]]]:
        names = [plain_name(name) for name in source.names]
        for number, cells in source.numbered():
            yield number, (cells if number <= source.header.row else self._row(cells, sheet, names))

    def _row(self, cells: list[Cell], sheet: KeptSheet, names: list[str]) -> list[Cell]:
        masked = list(cells)
        places: Iterable[int] = sheet.gone
        if len(cells) > len(names) and any(cells[len(names) :]):
            # Values that slid out of their columns: such a row never counts, and nobody knows what it holds.
            places = range(len(cells))
        hidden = []
        for place in places:
            if place < len(cells) and not _says_nothing(cells[place], names, place):
                masked[place] = HIDDEN
                hidden.append(place)
        for place in sheet.ids:
            if place < len(cells) and place not in hidden and not _says_nothing(cells[place], names, place):
                masked[place] = self.id_of(text_of(cells[place]))
        if hidden and self._tell_apart and (number := self._turn(cells, masked, len(names))) > 1:
            masked[hidden[0]] = f"{HIDDEN}{number}"
        return masked

    def _turn(self, cells: list[Cell], masked: list[Cell], width: int) -> int:
        """Rows of two files are compared as a whole: those that differed by a name only go on differing."""
        new, old = told(masked, width), told(cells, width)
        if self._first.setdefault(new, old) == old:
            return 1
        return self._others.setdefault((new, old), len(self._others) + 2)


def _says_nothing(cell: Cell, names: Sequence[str], place: int) -> bool:
    """What tells of the row, not of a person: it is empty, a total, or the header once more."""
    text = text_of(cell)
    if is_missing(text) or text.upper() in FORMULA_ERRORS:
        return True
    return text.casefold().rstrip(":") in TOTAL_WORDS or (
        place < len(names) and plain_name(text) == names[place]
    )


# ---- the files
def scrub(files: Sequence[tuple[ReadFile, Sequence[Looked]]], *, folder: Path) -> None:
    """Write into ``folder`` a file named by its place for every file that must not be stored as it is."""
    plans = iter(plan([sheet for _read, own in files for sheet in own]))
    planned = [(read, [(sheet.source, next(plans)) for sheet in own]) for read, own in files]
    masks = Masks(tell_apart=len({read.sha256 for read, _own in planned}) > 1)
    listed = []
    for position, (read, own) in enumerate(planned):
        if any(_is_new(source, sheet) for source, sheet in own):
            kept = _write(folder / str(position), read, own, masks)
            listed.append({"position": position, "kept": kept.as_json()})
    (folder / LISTED).write_text(json.dumps(listed), encoding="utf-8")


def scrubbed_in(folder: Path) -> list[tuple[int, Path, KeptFile]]:
    """What `scrub` left: which file, its new bytes, and what is known of it."""
    listed = json.loads((folder / LISTED).read_text(encoding="utf-8"))
    return [
        (one["position"], folder / str(one["position"]), KeptFile.from_json(one["kept"])) for one in listed
    ]


def _is_new(source: Source, sheet: KeptSheet) -> bool:
    known = source.kept
    if known is None:
        return bool(sheet.gone or sheet.ids)
    return not (set(sheet.gone) <= set(known.gone) and set(sheet.ids) <= set(known.ids))


def _write(
    path: Path,
    read: ReadFile,
    sheets: Sequence[tuple[Source, KeptSheet]],
    masks: Masks,
) -> KeptFile:
    kept = KeptFile(read=read, sheets=tuple(sheet for _source, sheet in sheets))
    if read.format != "csv":
        write_workbook(path, [(source.sheet, masks.rows(source, sheet)) for source, sheet in sheets])
        return kept
    (source, sheet) = sheets[0]
    assert source.text is not None
    return replace(
        kept,
        encoding=_write_text(path, source, sheet, masks),
        separator=source.text.separator,
        first_line=source.text.first_line,
    )


def _write_text(path: Path, source: Source, sheet: KeptSheet, masks: Masks) -> str:
    """In the encoding it came in, if that has every character; the encoding that was used."""
    assert source.text is not None
    for encoding in (source.text.encoding, "utf-8"):
        try:
            with path.open("w", encoding=encoding, newline="") as stream:
                if source.text.first_line:
                    stream.write(f"sep={source.text.separator}\r\n")
                writer = csv.writer(stream, delimiter=source.text.separator)
                writer.writerows(cells for _number, cells in masks.rows(source, sheet))
        except UnicodeEncodeError:
            # What could not be read stands for itself with a character that old encodings lack.
            continue
        return encoding
    raise AssertionError(source.text.encoding)
