"""Rows of persons: who lives in which household, and events counted person by person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.reading.blocks import Block, BlockReader
from survey.reading.households import Columns, Households, id_texts, key_texts
from survey.reading.keys import IdIndex, Index, Places, hashed_within, repeated
from survey.reading.recorder import Recorder
from survey.reading.sources import Source
from survey.reading.values import Values
from survey.reading.vocabulary import SEX_WORDS

OLDEST = 120.0
SEXES = ("", "f", "m")


@dataclass
class Persons:
    """Every person who counts, and how to find one."""

    columns: Columns = field(default_factory=Columns)
    keys: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    sheet_names: frozenset[str] = frozenset()
    has_keys: bool = False
    has_ids: bool = False
    found: int = 0
    """Rows, also those that do not count."""
    household: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    age: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    sex: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    rows: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    origin: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, dtype=np.int16))

    def __len__(self) -> int:
        return len(self.household)

    def finish(self, recorder: Recorder) -> None:
        self.household = self.columns.take("household", np.int64)
        self.age = self.columns.take("age", np.float64)
        self.sex = self.columns.take("sex", np.int8)
        self.rows = self.columns.take("row", np.int32)
        self.origin = self.columns.take("origin", np.int16)
        within = self.columns.take("within", np.uint64)
        named = self.columns.take("named", bool)
        first = (
            repeated(np.where(named, within, np.arange(len(within), dtype=np.uint64)))
            if len(within)
            else within
        )
        self.kept = ~named | (first < 0) if len(within) else np.zeros(0, dtype=bool)
        for place in np.flatnonzero(~self.kept):
            recorder.add(
                "duplicate_person",
                "dropped",
                self.source_of(place),
                row=int(self.rows[place]),
            )
        self._by_id = Index(within)
        if not self.has_keys:
            self.keys = []
        self.by_key = IdIndex(self.keys)

    def source_of(self, place: int | np.integer[Any]) -> Source:
        return self.sources[int(self.origin[place])]

    def forget(self) -> None:
        """No row is looked for any more: what was kept for that goes."""
        self._by_id, self.by_key, self.keys = Index(np.zeros(0, dtype=np.uint64)), IdIndex([]), []

    def find(self, households: Places, texts: Sequence[str]) -> Places:
        """The place of the person of this name in that household, -1 where there is none."""
        return self._by_id.find(hashed_within(households, texts))


def read_persons(
    readers: Sequence[BlockReader],
    households: Households,
    values: Values,
    recorder: Recorder,
    on_counts: Callable[[Block, Places, Places], None],
) -> Persons:
    """The persons; `on_counts` gets blocks that count events, with places of household and person."""
    persons = Persons(sheet_names=frozenset(reader.source.sheet.casefold() for reader in readers))
    before = 0
    for reader in readers:
        persons.sources.append(reader.source)
        persons.has_keys |= "key" in reader.places
        persons.has_ids |= "person" in reader.places
        counts = any("." in role for role in reader.places)
        for block in reader.blocks():
            places = find_households(block, households, recorder)
            kept = places >= 0
            _add_block(persons, block, places, kept, values)
            if counts:
                own = np.where(kept, before + np.cumsum(kept) - 1, -1)
                on_counts(block, places, own)
            before += int(kept.sum())
    persons.finish(recorder)
    return persons


def find_households(block: Block, households: Households, recorder: Recorder) -> Places:
    """Where each row's household stands, -1 where it is unknown, which is reported."""
    if block.has("parent") and households.has_keys:
        texts = key_texts(block, "parent")
        places = households.by_key.find(texts)
        column = block.name("parent")
    else:
        texts = id_texts(block)
        places = households.by_id.find(texts)
        column = block.name("household")
    places = np.where(np.array([bool(text) for text in texts], dtype=bool), places, -1)
    report_unknown(block, texts, places, column, recorder)
    return places


def report_unknown(
    block: Block, texts: Sequence[str], places: Places, column: str, recorder: Recorder
) -> None:
    for index in np.flatnonzero(places < 0).tolist():
        text = texts[index].rpartition("/")[2] if block.has("parent") else texts[index]
        code = "unknown_household" if text else "no_household"
        recorder.add(code, "dropped", block.source, row=block.numbers[index], column=column, value=text)


def _add_block(
    persons: Persons, block: Block, places: Places, kept: NDArray[np.bool_], values: Values
) -> None:
    persons.found += len(block)
    age = values.numbers(block, block.places["age"][0]) if block.has("age") else np.full(len(block), np.nan)
    with np.errstate(invalid="ignore"):
        absurd = (age < 0.0) | (age > OLDEST)
    for index in np.flatnonzero(absurd):
        values.recorder.add(
            "age_absurd",
            "doubtful",
            block.source,
            row=block.numbers[index],
            column=block.name("age"),
            value=block.cells("age")[index],
        )
    texts = block.texts("person")
    named = np.array([bool(text) for text in texts], dtype=bool)
    keys = key_texts(block, "key")
    persons.keys += [keys[index] for index in np.flatnonzero(kept).tolist()]
    persons.columns.add(
        household=places[kept],
        age=np.where(absurd, np.nan, age)[kept],
        sex=_sexes(block, values)[kept],
        row=np.array(block.numbers, dtype=np.int64)[kept],
        origin=np.full(int(kept.sum()), len(persons.sources) - 1, dtype=np.int64),
        within=hashed_within(places, texts)[kept],
        named=named[kept],
    )


def _sexes(block: Block, values: Values) -> NDArray[np.int8]:
    sexes = np.zeros(len(block), dtype=np.int8)
    if not block.has("sex"):
        return sexes
    for index, text in enumerate(block.texts("sex")):
        word = SEX_WORDS.get(text.casefold())
        if word is None:
            values.recorder.add(
                "unknown_sex",
                "doubtful",
                block.source,
                row=block.numbers[index],
                column=block.name("sex"),
                value=text,
            )
        else:
            sexes[index] = SEXES.index(word)
    return sexes
