"""Where the header of a sheet is, and what its columns are called."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from survey.reading.cells import Cell, text_of

LOOKED_AT = 30
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Ranges of merged cells, rows and columns counted from 1."""
_NOT_A_NAME = re.compile(r"[\d\s.,:/+-]*")


@dataclass(frozen=True, kw_only=True)
class Header:
    """The columns of a sheet.

    Attributes
    ----------
    row : of the last header line; data begins below.
    first_row : of the first header line.
    names : one per column, none twice, none empty.
    duplicates : name to the name the later column got.
    unnamed : places (from 1) of columns that had values but no name.
    merged : whether names were put together from merged cells.
    """

    row: int
    first_row: int
    names: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...] = ()
    unnamed: tuple[int, ...] = ()
    merged: bool = False

    @property
    def fingerprint(self) -> str:
        plain = [plain_name(name) for name in self.names]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:32]


def plain_name(name: str) -> str:
    """A name by which two headers are compared: one case, one kind of space."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_header(head: Sequence[tuple[int, list[Cell]]], merged: Merged = ()) -> Header | None:
    """The header within the first rows of a sheet; None where there is nothing at all."""
    rows = [(number, [text_of(cell) for cell in cells]) for number, cells in head[:LOOKED_AT]]
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        return None
    width = max(sum(map(bool, cells)) for _number, cells in filled)
    place = next((index for index, (_n, cells) in enumerate(filled) if _is_header(cells, width)), 0)
    place, above = _with_group(filled, place, merged)
    number, cells = filled[place]
    names = _joined(filled[above][1], cells, filled[above][0], merged) if above != place else list(cells)
    return _named(
        names, row=number, first_row=filled[above][0], merged=above != place, below=filled[place + 1 :]
    )


def _is_header(cells: list[str], width: int) -> bool:
    texts = [cell for cell in cells if cell]
    if not texts or (width > 1 and len(texts) <= 0.5 * width):
        return False
    return sum(not _NOT_A_NAME.fullmatch(text) for text in texts) >= 0.8 * len(texts)


def _with_group(filled: list[tuple[int, list[str]]], place: int, merged: Merged) -> tuple[int, int]:
    """Where the column names are and where the line of groups above them is; the same where there is none."""
    number = filled[place][0]
    if place + 1 < len(filled) and _spans(merged, number):
        below = filled[place + 1]
        if below[0] == number + 1 and _all_names(below[1]):
            return place + 1, place
    if place > 0 and filled[place - 1][0] == number - 1 and _spans(merged, number - 1):
        above = filled[place - 1][1]
        if sum(map(bool, above)) > 1:
            return place, place - 1
    return place, place


def _spans(merged: Merged, row: int) -> bool:
    """Whether cells of this row are merged across columns, but not the whole row (that is a title)."""
    return sum(start[0] == row and end[1] > start[1] for start, end in merged) >= 1


def _all_names(cells: list[str]) -> bool:
    texts = [cell for cell in cells if cell]
    return bool(texts) and all(not _NOT_A_NAME.fullmatch(text) for text in texts)


def _joined(groups: list[str], names: list[str], row: int, merged: Merged) -> list[str]:
    wide = max(len(groups), len(names))
    groups = groups + [""] * (wide - len(groups))
    names = names + [""] * (wide - len(names))
    for start, end in merged:
        if start[0] <= row <= end[0]:
            for column in range(start[1], min(end[1], wide) + 1):
                groups[column - 1] = groups[start[1] - 1]
    return [" ".join(part for part in pair if part) for pair in zip(groups, names, strict=True)]


def _named(
    names: list[str], *, row: int, first_row: int, merged: bool, below: list[tuple[int, list[str]]]
) -> Header:
    wide = max([len(names), *(len(cells) for _n, cells in below)]) if below else len(names)
    while wide and not _column_used(names, below, wide - 1):
        wide -= 1
    final: list[str] = []
    taken: set[str] = set()
    duplicates, unnamed = [], []
    for place in range(wide):
        name = " ".join(names[place].split()) if place < len(names) else ""
        if not name:
            name = f"column {place + 1}"
            unnamed.append(place + 1)
        unique = _unique(name, taken)
        if unique != name:
            duplicates.append((name, unique))
        taken.add(plain_name(unique))
        final.append(unique)
    return Header(
        row=row,
        first_row=first_row,
        names=tuple(final),
        duplicates=tuple(duplicates),
        unnamed=tuple(unnamed),
        merged=merged,
    )


def _column_used(names: list[str], below: list[tuple[int, list[str]]], place: int) -> bool:
    if place < len(names) and names[place]:
        return True
    found = sum(place < len(cells) and bool(cells[place]) for _n, cells in below)
    # Beyond the header's end a few values are slips of single rows, not a column.
    return found > 0.5 * len(below) if place >= len(names) else found > 0


def _unique(name: str, taken: set[str]) -> str:
    if plain_name(name) not in taken:
        return name
    count = 2
    while plain_name(f"{name} ({count})") in taken:
        count += 1
    return f"{name} ({count})"
