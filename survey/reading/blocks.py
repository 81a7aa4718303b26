"""Rows in blocks of some thousands, corrections applied, what is no row of data left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.reading.cells import Cell, starts_formula, text_of
from survey.reading.examples import marks_example
from survey.reading.headers import plain_name
from survey.reading.mapping import SheetMap
from survey.reading.numbering import cluster_among
from survey.reading.reading import Correction
from survey.reading.recorder import Recorder
from survey.reading.sources import Source
from survey.reading.vocabulary import TOTAL_WORDS

ROWS_A_BLOCK = 10_000


@dataclass
class Corrections:
    """A person's fixes and exclusions, by file and sheet and row."""

    by_row: dict[tuple[str, str], dict[int, list[Correction]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    given: int = 0
    used: int = 0

    @classmethod
    def of(cls, corrections: Sequence[Correction]) -> Corrections:
        made = cls(given=len(corrections))
        for correction in corrections:
            made.by_row[correction.sha256, correction.sheet][correction.row].append(correction)
        return made

    def for_sheet(self, source: Source) -> Mapping[int, list[Correction]]:
        return self.by_row.get((source.file.sha256, source.sheet), {})


@dataclass
class Block:
    """Some rows of a sheet.

    Attributes
    ----------
    numbers : row numbers as the file counts them.
    rows : their cells; a row may be shorter than the header.
    places : role to the columns that play it.
    """

    source: Source
    numbers: list[int]
    rows: list[list[Cell]]
    places: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        self.shortest = min(map(len, self.rows), default=0)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, role: str) -> bool:
        return role in self.places

    def column(self, place: int) -> list[Cell]:
        if place < self.shortest:
            return [row[place] for row in self.rows]
        return [row[place] if place < len(row) else "" for row in self.rows]

    def cells(self, role: str) -> list[Cell]:
        """The cells of a role; empty ones where the sheet has no such column."""
        places = self.places.get(role, ())
        return self.column(places[0]) if places else [""] * len(self.rows)

    def texts(self, role: str) -> list[str]:
        return [text_of(cell) for cell in self.cells(role)]

    def name(self, role: str) -> str:
        """The column's name, for a problem."""
        places = self.places.get(role, ())
        return self.source.names[places[0]] if places else ""


def places_of(source: Source, sheet: SheetMap, recorder: Recorder) -> dict[str, tuple[int, ...]]:
    """Role to columns; a column that the mapping names and the sheet lacks is reported."""
    by_name = {plain_name(name): place for place, name in enumerate(source.names)}
    places = {}
    for role, names in sheet.columns.items():
        found = tuple(by_name[plain_name(name)] for name in names if plain_name(name) in by_name)
        for name in names:
            if plain_name(name) not in by_name:
                recorder.add("column_missing", "note", source, column=name)
        if found:
            places[role] = found
    if village := cluster_among(places, source.names):
        places["cluster"] = village
    return places


class BlockReader:
    """Goes through one sheet, block by block."""

    def __init__(self, source: Source, sheet: SheetMap, recorder: Recorder, corrections: Corrections) -> None:
        self.source = source
        self.recorder = recorder
        self.corrections = corrections
        self.fixes = corrections.for_sheet(source)
        self.places = places_of(source, sheet, recorder)
        source.roles = {role: source.names[found[0]] for role, found in self.places.items()}
        self.width = len(source.names)
        self.skip_place = self.places.get("skip", (None,))[0]
        self.plain_names = [plain_name(name) for name in source.names]
        self.telling = {word[0] for word in TOTAL_WORDS} | {name[:1] for name in self.plain_names[:1]}
        self.seen = 0

    def blocks(self) -> Iterator[Block]:
        numbers: list[int] = []
        rows: list[list[Cell]] = []
        for number, cells in self.source.rows():
            kept = self._kept(number, cells)
            if kept is None:
                continue
            numbers.append(number)
            rows.append(kept)
            if len(rows) == ROWS_A_BLOCK:
                yield self._block(numbers, rows)
                numbers, rows = [], []
        if rows:
            yield self._block(numbers, rows)

    def _block(self, numbers: list[int], rows: list[list[Cell]]) -> Block:
        block = Block(source=self.source, numbers=numbers, rows=rows, places=self.places)
        self._look_for_formulas(block)
        return block

    def _kept(self, number: int, cells: list[Cell]) -> list[Cell] | None:
        """The row with its fixes; None where it is no row of data."""
        if number in self.fixes:
            fixed = self._fixed(number, cells)
            if fixed is None:
                return None
            cells = fixed
        if self.skip_place is not None and self._is_example(cells):
            self.recorder.add("example_row", "note", self.source, row=number)
            return None
        self.seen += 1
        if number in self.source.again:
            name, first = self.source.again[number]
            self.recorder.add(
                "row_of_other_file", "dropped", self.source, row=number, first=first, other=name
            )
            return None
        if len(cells) > self.width and any(cells[self.width :]):
            self.recorder.add(
                "ragged_row", "dropped", self.source, row=number, found=len(cells), expected=self.width
            )
            return None
        return None if self._is_no_data(number, cells) else cells

    def _fixed(self, number: int, cells: list[Cell]) -> list[Cell] | None:
        fixes = self.fixes[number]
        self.corrections.used += len(fixes)
        cells = [*cells, *[""] * (self.width - len(cells))]
        for fix in fixes:
            if fix.excludes:
                self.seen += 1
                self.recorder.add("excluded", "dropped", self.source, row=number, reason=fix.reason)
                return None
            if plain_name(fix.column) in self.plain_names:
                cells[self.plain_names.index(plain_name(fix.column))] = fix.value
            else:
                self.corrections.used -= 1
        return cells

    def _is_example(self, cells: list[Cell]) -> bool:
        place = self.skip_place
        if place is None or place >= len(cells):
            return False
        return marks_example(text_of(cells[place]))

    def _is_no_data(self, number: int, cells: list[Cell]) -> bool:
        first = cells[0] or next((cell for cell in cells if cell not in ("", None)), "")
        # Most rows begin with a number or an id: they are let through without a further look.
        if not isinstance(first, str) or first.lstrip()[:1].casefold() not in self.telling:
            return False
        word = first.strip().casefold()
        if word.rstrip(":") in TOTAL_WORDS:
            self.recorder.add("total_row", "dropped", self.source, row=number, value=first)
            return True
        if word and word == self.plain_names[0] and self._repeats_header(cells):
            self.recorder.add("repeated_header", "dropped", self.source, row=number)
            return True
        return False

    def _repeats_header(self, cells: list[Cell]) -> bool:
        texts = [plain_name(text_of(cell)) for cell in cells]
        return texts[: len(self.plain_names)] == self.plain_names[: len(texts)]

    def _look_for_formulas(self, block: Block) -> None:
        """Text that a spreadsheet would carry out is only ever text here; a person is told that it is there.

        Columns of numbers need no look: there it is no number, and said so.
        """
        for role in TEXT_ROLES & set(self.places):
            for place in self.places[role]:
                cells = block.column(place)
                for index in [
                    i for i, cell in enumerate(cells) if isinstance(cell, str) and cell[:1] in _STARTS
                ]:
                    if starts_formula(str(cells[index])):
                        self.recorder.add(
                            "formula_like_text",
                            "doubtful",
                            self.source,
                            row=block.numbers[index],
                            column=self.source.names[place],
                            value=cells[index],
                        )


TEXT_ROLES = frozenset({"household", "cluster", "person", "kind", "sex"})
_STARTS = frozenset("=+-@\t\r")
