"""Rows of households, from their own sheet or from the roster of persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.reading.blocks import Block, BlockReader
from survey.reading.cells import is_missing, yes_no
from survey.reading.keys import IdIndex, Places, hashed, plain_id, repeated, whole_id
from survey.reading.mapping import PERIODS_A_YEAR, SPENDING_ROLES, SurveyMapping
from survey.reading.numbering import SHARES, is_rule
from survey.reading.recorder import Recorder
from survey.reading.sources import Source
from survey.reading.values import NO_DAY, Values

MOST_MEMBERS = 200
MOST_WEIGHT = 1e12


COMPACT: Mapping[str, Any] = {
    "household": np.int32,
    "person": np.int32,
    "row": np.int32,
    "days": np.float32,
    "days_lost": np.float32,
    "origin": np.int16,
}
"""Half the room while everything is held; the tables get full width at the end."""


class Columns:
    """Arrays that grow block by block and are joined one at a time, so that nothing is held twice."""

    def __init__(self) -> None:
        self._parts: dict[str, list[NDArray[Any]]] = {}

    def add(self, **parts: NDArray[Any]) -> None:
        for name, part in parts.items():
            kind = COMPACT.get(name)
            self._parts.setdefault(name, []).append(part if kind is None else part.astype(kind))

    def look(self, name: str, kind: Any) -> NDArray[Any]:
        """The whole column, which stays here."""
        whole = self.take(name, kind)
        if len(whole):
            self.add(**{name: whole})
        return whole

    def take(self, name: str, kind: Any) -> NDArray[Any]:
        """The whole column; it is no longer held here."""
        parts = self._parts.pop(name, [])
        return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, dtype=kind)


@dataclass
class Households:
    """Every household found, also those that will not count.

    Attributes
    ----------
    ids, keys, clusters : texts; a key is the export's own number, with its file in front.
    counts : whether the household counts so far.
    sources, rows : where it stood.
    """

    ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    rows: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    origin: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    counts: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    weight: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    size: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    interview: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    spending: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    has_weights: bool = False
    has_clusters: bool = False
    has_keys: bool = False
    sheet_names: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.ids)

    def finish(self) -> None:
        """Join the blocks and make the indexes."""
        self.rows = self.columns.take("row", np.int64)
        self.origin = self.columns.take("origin", np.int64)
        self.counts = self.columns.take("counts", bool)
        self.weight = self.columns.take("weight", np.float64)
        self.size = self.columns.take("size", np.float64)
        self.interview = self.columns.take("interview", np.int64)
        self.spending = {role: self.columns.take(role, np.float64) for role in SPENDING_ROLES}
        self.by_id = IdIndex(self.ids)
        self.by_key = IdIndex(self._keys_of_one() if self.has_keys else [])

    def _keys_of_one(self) -> list[str]:
        """The keys, without those that several households have: text files number their rows from 1, each."""
        keys, ids = hashed(self.keys), hashed(self.ids)
        before = repeated(keys)
        other = (before >= 0) & (ids != ids[before])
        several = set(keys[other].tolist())
        return [
            "" if number in several else key for number, key in zip(keys.tolist(), self.keys, strict=True)
        ]

    def forget(self) -> None:
        """No row is looked for any more: what was kept for that goes."""
        self.by_id, self.by_key = IdIndex([]), IdIndex([])

    def source_of(self, place: int | np.integer[Any]) -> Source:
        return self.sources[int(self.origin[place])]


def id_texts(block: Block) -> list[str]:
    """The household ids of a block; ids of several columns joined."""
    places = block.places.get("household", ())
    if not places:
        return [""] * len(block)
    texts = [[_id_text(cell) for cell in block.column(place)] for place in places]
    if len(texts) == 1:
        return texts[0]
    return ["|".join(map(whole_id, parts)) if any(parts) else "" for parts in zip(*texts, strict=True)]


def _id_text(cell: Any) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        return "" if is_missing(text) else text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def key_texts(block: Block, role: str) -> list[str]:
    """The export's own numbers; within a workbook they start anew, so its hash stands in front."""
    source = block.source
    scope = f"{source.file.sha256[:16]}/" if source.file.format != "csv" else ""
    return [f"{scope}{text}" if text else "" for text in block.texts(role)]


def read_households(
    readers: Sequence[BlockReader], values: Values, mapping: SurveyMapping, recorder: Recorder
) -> Households:
    """The households of all sheets that hold them."""
    households = Households(sheet_names=frozenset(reader.source.sheet.casefold() for reader in readers))
    for reader in readers:
        households.sources.append(reader.source)
        households.has_weights |= "weight" in reader.places
        households.has_clusters |= "cluster" in reader.places
        households.has_keys |= "key" in reader.places
        for block in reader.blocks():
            _add_block(households, block, values, mapping, recorder)
    households.finish()
    _drop_repeated(households, recorder)
    return households


def households_of_roster(
    readers: Sequence[BlockReader], mapping: SurveyMapping, recorder: Recorder
) -> Households:
    """The households that a roster names, each as its first member's row has it.

    The rows are reported when the persons themselves are read, not here.
    """
    silent = Recorder(most=1)
    values = Values(mapping, silent)
    households = Households()
    for reader in readers:
        households.sources.append(reader.source)
        households.has_weights |= "weight" in reader.places
        households.has_clusters |= "cluster" in reader.places
        for block in reader.blocks():
            _add_block(households, block, values, mapping, silent)
    households.finish()
    before = repeated(hashed(households.ids))
    filled = np.array([bool(text) for text in households.ids], dtype=bool)
    _report_villages(households, np.where(filled, before, -1), recorder)
    return _chosen(households, np.flatnonzero((before < 0) & filled))


def _report_villages(households: Households, before: Places, recorder: Recorder) -> None:
    """Households whose members are listed in several villages, each once."""
    seen: set[int] = set()
    for place in np.flatnonzero(_in_another_village(households, before)).tolist():
        first = int(before[place])
        if first not in seen:
            seen.add(first)
            source = households.source_of(place)
            recorder.add(
                "villages_differ",
                "doubtful",
                source,
                row=int(households.rows[place]),
                column=source.roles.get("cluster", ""),
                value=households.ids[place],
                first=households.clusters[first],
                second=households.clusters[place],
            )


def _chosen(households: Households, kept: Places) -> Households:
    chosen = Households(
        ids=[households.ids[place] for place in kept],
        clusters=[households.clusters[place] for place in kept],
        keys=["" for _place in kept],
        sources=households.sources,
        has_weights=households.has_weights,
        has_clusters=households.has_clusters,
    )
    chosen.columns.add(
        row=households.rows[kept],
        origin=households.origin[kept],
        counts=households.counts[kept],
        weight=households.weight[kept],
        size=households.size[kept],
        interview=households.interview[kept],
        **{role: column[kept] for role, column in households.spending.items()},
    )
    chosen.finish()
    return chosen


def _add_block(
    households: Households, block: Block, values: Values, mapping: SurveyMapping, recorder: Recorder
) -> None:
    keys = key_texts(block, "key")
    ids = id_texts(block) if block.has("household") else keys
    households.ids += ids
    households.keys += keys
    households.clusters += block.texts("cluster")
    counts = np.array([bool(text) for text in ids], dtype=bool)
    for index in np.flatnonzero(~counts):
        recorder.add("no_household", "dropped", block.source, row=block.numbers[index])
    _drop_unwilling(block, counts, recorder)
    weight = _weights(block, values, counts, recorder)
    size = (
        values.amounts(block, "size", most=MOST_MEMBERS) if block.has("size") else np.full(len(block), np.nan)
    )
    spending = {}
    for role in SPENDING_ROLES:
        yearly = PERIODS_A_YEAR[mapping.periods.get(role, "year")]
        spending[role] = values.amounts(block, role) * yearly
    households.columns.add(
        row=np.array(block.numbers, dtype=np.int64),
        origin=np.full(len(block), len(households.sources) - 1, dtype=np.int64),
        counts=counts,
        weight=weight,
        size=size,
        interview=values.dates(block, "survey_date"),
        **spending,
    )


def _drop_unwilling(block: Block, counts: NDArray[np.bool_], recorder: Recorder) -> None:
    if not block.has("consent"):
        return
    for index, text in enumerate(block.texts("consent")):
        if yes_no(text) is False and counts[index]:
            counts[index] = False
            recorder.add(
                "no_consent", "dropped", block.source, row=block.numbers[index], column=block.name("consent")
            )


def _weights(
    block: Block, values: Values, counts: NDArray[np.bool_], recorder: Recorder
) -> NDArray[np.float64]:
    if not block.has("weight"):
        return np.ones(len(block))
    weight = values.numbers(block, block.places["weight"][0])
    with np.errstate(invalid="ignore"):
        bad = ~((weight > 0.0) & (weight < MOST_WEIGHT))
    for index in np.flatnonzero(bad & counts):
        recorder.add(
            "weight_not_positive",
            "dropped",
            block.source,
            row=block.numbers[index],
            column=block.name("weight"),
            value=block.cells("weight")[index],
        )
    counts &= ~bad
    return np.where(bad, 1.0, weight)


def _drop_repeated(households: Households, recorder: Recorder) -> None:
    first = repeated(hashed(households.ids))
    elsewhere = _in_another_village(households, first)
    if not is_rule(int(elsewhere.sum()), of=int((first < 0).sum()), share=SHARES["households"]):
        elsewhere[:] = False
    for place in np.flatnonzero((first >= 0) & households.counts):
        _drop_again(households, int(place), recorder, first=int(first[place]) if elsewhere[place] else -1)


def _drop_again(households: Households, place: int, recorder: Recorder, *, first: int) -> None:
    """A household that is there again; with ``first``, the one of another village that has the same id."""
    code, villages, gone = "duplicate_household", {}, [place]
    if first >= 0:
        code = "number_in_two_villages"
        villages = {"first": households.clusters[first], "second": households.clusters[place]}
        gone = [first, place] if households.counts[first] else gone
    for one in gone:
        households.counts[one] = False
        source = households.source_of(one)
        recorder.add(
            code,
            "dropped",
            source,
            row=int(households.rows[one]),
            column=source.roles.get("household", ""),
            value=households.ids[one],
            **villages,
        )


def _in_another_village(households: Households, first: Places) -> NDArray[np.bool_]:
    """Of each household, whether its id stood before under another village's name."""
    clusters = households.clusters
    return np.array(
        [
            before >= 0
            and bool(clusters[place] and clusters[before])
            and plain_id(clusters[place]) != plain_id(clusters[before])
            for place, before in enumerate(first.tolist())
        ],
        dtype=bool,
    )


def interview_days(households: Households, places: Places, own: Places) -> Places:
    """The day of the interview: the row's own, else its household's, else NO_DAY."""
    known = (
        np.where(places >= 0, households.interview[np.maximum(places, 0)], NO_DAY) if len(households) else own
    )
    return np.where(own != NO_DAY, own, known)
