"""Rows of events, or counts of them, as one long list of events with what is known of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.reading.blocks import Block, BlockReader
from survey.reading.cells import is_missing
from survey.reading.households import Columns, Households, id_texts, interview_days, key_texts
from survey.reading.keys import Places
from survey.reading.persons import Persons, report_unknown
from survey.reading.recorder import Recorder
from survey.reading.sources import Source
from survey.reading.values import MOST_DAYS, NO_DAY, Values
from survey.reading.vocabulary import kind_in, words_of
from survey.tables import KINDS

MOST_COUNTED = 1_000
UNKNOWN = -1
AMOUNTS = ("bill", "days", "transport", "days_lost")
EVENT_TYPES = {
    "household": np.int32,
    "person": np.int32,
    "kind": np.int8,
    "bill": np.float64,
    "days": np.float32,
    "transport": np.float64,
    "days_lost": np.float32,
    "is_open": np.bool_,
    "row": np.int32,
    "origin": np.int16,
    "recall": np.float32,
    "day": np.int32,
    "interview": np.int32,
}
NO_SHORT_DAY = np.iinfo(np.int32).min


@dataclass
class Events:
    """Every event found, also those that will not count."""

    values: Values
    recorder: Recorder
    columns: Columns = field(default_factory=Columns)
    sources: list[Source] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Kinds that were asked about as far as the sheets themselves tell."""
    averaged: Counter[str] = field(default_factory=Counter)
    counting: set[int] = field(default_factory=set)
    """Sources whose rows are persons or households that count their events."""
    _kinds: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def origin_of(self, source: Source) -> int:
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source)

    def told(self) -> tuple[set[str], dict[str, NDArray[np.float32]]]:
        """The kinds of which there are events, and the recall periods that their rows tell."""
        kinds = self.columns.look("kind", np.int8)
        recall = self.columns.look("recall", np.float32)
        present = [(code, KINDS[code]) for code in np.unique(kinds) if code >= 0]
        known = ~np.isnan(recall)
        told = {kind: recall[known & (kinds == code)] for code, kind in present}
        return {kind for _code, kind in present}, told

    def take(self) -> dict[str, NDArray[Any]]:
        """The columns, joined; they are no longer held here."""
        return {name: self.columns.take(name, kind) for name, kind in EVENT_TYPES.items()}

    # ---- one row per event

    def read(self, reader: BlockReader, kind: str, households: Households, persons: Persons) -> None:
        seen_rows: list[NDArray[np.int64]] = []
        seen_hashes: list[NDArray[np.uint64]] = []
        if kind:
            self.asked.add(kind)
        # An export numbers its rows, so that no two are equal.
        numbered = "key" in reader.places
        for block in reader.blocks():
            self._add_block(block, kind, households, persons)
            if not numbered:
                seen_rows.append(np.array(block.numbers, dtype=np.int64))
                seen_hashes.append(_row_hashes(block))
        if seen_rows:
            _report_repeats(
                reader.source, np.concatenate(seen_rows), np.concatenate(seen_hashes), self.recorder
            )

    def _add_block(self, block: Block, fixed: str, households: Households, persons: Persons) -> None:
        household, person = find_owners(block, households, persons, self.recorder)
        rows, kinds, shared = self._kinds_of(block, fixed)
        own_day = self.values.dates(block, "survey_date") if block.has("survey_date") else None
        interview = interview_days(
            households, household, np.full(len(block), NO_DAY, dtype=np.int64) if own_day is None else own_day
        )
        amounts = {role: self._amount(block, role) for role in AMOUNTS}
        amounts["bill"] = np.where(np.isin(np.arange(len(block)), rows[shared]), np.nan, amounts["bill"])
        recall = self.values.amounts(block, "recall", most=MOST_DAYS)
        self.columns.add(
            household=household[rows],
            person=person[rows],
            kind=kinds,
            **{role: column[rows] for role, column in amounts.items()},
            is_open=self.values.yes(block, "is_open")[rows],
            row=np.array(block.numbers, dtype=np.int64)[rows],
            origin=np.full(len(rows), self.origin_of(block.source), dtype=np.int16),
            recall=recall[rows].astype(np.float32),
            day=_short(self.values.dates(block, "date"))[rows],
            interview=_short(interview)[rows],
        )

    def _amount(self, block: Block, role: str) -> NDArray[np.float64]:
        most = {"days": MOST_DAYS, "days_lost": MOST_DAYS}.get(role)
        return (
            self.values.amounts(block, role) if most is None else self.values.amounts(block, role, most=most)
        )

    def _kinds_of(self, block: Block, fixed: str) -> tuple[Places, NDArray[np.int8], NDArray[np.bool_]]:
        """For each event its row in the block, its kind, and whether it shares its row with another."""
        rows = np.arange(len(block), dtype=np.int64)
        none = np.zeros(len(block), dtype=bool)
        if not block.has("kind"):
            code = KINDS.index(fixed) if fixed else UNKNOWN
            if not fixed:
                self._report_kinds(block, rows, [""] * len(block))
            return rows, np.full(len(block), code, dtype=np.int8), none
        texts = block.texts("kind")
        found = [self._kind(text) for text in texts]
        codes = np.array([kinds[0] if kinds else UNKNOWN for kinds in found], dtype=np.int8)
        self._report_kinds(block, np.flatnonzero(codes == UNKNOWN), texts)
        several = [index for index, kinds in enumerate(found) if len(kinds) > 1]
        if not several:
            return rows, codes, none
        for index in several:
            self.recorder.add(
                "several_kinds",
                "doubtful",
                block.source,
                row=block.numbers[index],
                column=block.name("kind"),
                value=texts[index],
            )
        times = np.array([max(1, len(kinds)) for kinds in found])
        all_codes = np.array([code for kinds in found for code in (kinds or (UNKNOWN,))], dtype=np.int8)
        return np.repeat(rows, times), all_codes, np.repeat(times > 1, times)

    def _kind(self, text: str) -> tuple[int, ...]:
        """The kinds a cell names: one as a rule, several in an export of a multiple choice."""
        found = self._kinds.get(text)
        if found is None:
            found = self._kinds[text] = _kinds_in(text) if len(self._kinds) < 50_000 else ()
        return found

    def _report_kinds(self, block: Block, unknown: Places, texts: Sequence[str]) -> None:
        for index in unknown:
            self.recorder.add(
                "unknown_kind",
                "dropped",
                block.source,
                row=block.numbers[index],
                column=block.name("kind"),
                value=texts[index],
            )

    # ---- one row per person or household, events counted

    def count(self, block: Block, household: Places, person: Places) -> None:
        """The events that a row of a person, or of a household, counts."""
        self.counting.add(self.origin_of(block.source))
        for kind in KINDS:
            if block.has(f"count.{kind}") or block.has(f"bill.{kind}"):
                self.asked.add(kind)
                self._count_kind(block, kind, household, person)

    def _count_kind(self, block: Block, kind: str, household: Places, person: Places) -> None:
        bill = self.values.amounts(block, f"bill.{kind}")
        times = self._times(block, kind, bill)
        self._report_lost_costs(block, kind, bill, times)
        rows = np.repeat(np.arange(len(block)), times)
        if block.has(f"bill.{kind}"):
            self.averaged[kind] += int((times > 1).sum())
        each = np.maximum(times, 1)
        amounts = {"bill": bill / each}
        for role in AMOUNTS[1:]:
            most = MOST_DAYS if role != "transport" else 1e9
            amounts[role] = self.values.amounts(block, f"{role}.{kind}", most=most) / each
        nothing = np.full(len(rows), NO_SHORT_DAY, dtype=np.int32)
        self.columns.add(
            household=household[rows],
            person=person[rows],
            kind=np.full(len(rows), KINDS.index(kind), dtype=np.int8),
            **{role: column[rows] for role, column in amounts.items()},
            is_open=np.zeros(len(rows), dtype=bool),
            row=np.array(block.numbers, dtype=np.int64)[rows],
            origin=np.full(len(rows), self.origin_of(block.source), dtype=np.int16),
            recall=np.full(len(rows), np.nan, dtype=np.float32),
            day=nothing,
            interview=nothing,
        )

    def _report_lost_costs(self, block: Block, kind: str, bill: NDArray[np.float64], times: Places) -> None:
        with np.errstate(invalid="ignore"):
            lost = np.flatnonzero((bill > 0.0) & (times == 0))
        for index in lost:
            self.recorder.add(
                "cost_without_event",
                "doubtful",
                block.source,
                row=block.numbers[index],
                column=block.name(f"bill.{kind}"),
                value=float(bill[index]),
                kind=kind,
            )

    def _times(self, block: Block, kind: str, bill: NDArray[np.float64]) -> Places:
        """How often; where only costs are told, once for each cost above 0."""
        role = f"count.{kind}"
        if not block.has(role):
            return (bill > 0.0).astype(np.int64)
        place = block.places[role][0]
        counted = self.values.counts(block, place)
        bad = (counted < 0.0) | (counted > MOST_COUNTED) | (counted != np.floor(counted))
        for index in np.flatnonzero(bad & ~np.isnan(counted)):
            self.recorder.add(
                "count_not_whole",
                "doubtful",
                block.source,
                row=block.numbers[index],
                column=block.name(role),
                value=block.cells(role)[index],
            )
        return np.where(bad | np.isnan(counted), 0.0, counted).astype(np.int64)


def find_owners(
    block: Block, households: Households, persons: Persons, recorder: Recorder
) -> tuple[Places, Places]:
    """Where each row's household and person stand, -1 where unknown."""
    if not (block.has("parent") and (households.has_keys or persons.has_keys)):
        texts = id_texts(block)
        filled = np.array([bool(text) for text in texts], dtype=bool)
        household = np.where(filled, households.by_id.find(texts), -1)
        report_unknown(block, texts, household, block.name("household"), recorder)
        return household, _named_persons(block, household, persons, recorder)
    texts = key_texts(block, "parent")
    filled = np.array([bool(text) for text in texts], dtype=bool)
    of_person = filled & _in_roster(block, households, persons)
    person = np.where(of_person, persons.by_key.find(texts), -1)
    household = np.where(filled & ~of_person, households.by_key.find(texts), -1)
    if len(persons):
        household = np.where(person >= 0, persons.household[person], household)
    report_unknown(block, texts, household, block.name("parent"), recorder)
    if block.has("person"):
        person = np.where(of_person, person, _named_persons(block, household, persons, recorder))
    return household, person


def _in_roster(block: Block, households: Households, persons: Persons) -> NDArray[np.bool_]:
    """Which rows belong to a person rather than to a household, as their parent's sheet says."""
    if not persons.has_keys:
        return np.zeros(len(block), dtype=bool)
    tables = [text.casefold() for text in block.texts("parent_table")]
    told = [table in persons.sheet_names for table in tables]
    if block.has("parent_table") and any(
        table in persons.sheet_names | households.sheet_names for table in tables
    ):
        return np.array(told, dtype=bool)
    if not households.has_keys:
        return np.ones(len(block), dtype=bool)
    texts = key_texts(block, "parent")
    in_households = households.by_key.find(texts) >= 0
    return ~in_households & (persons.by_key.find(texts) >= 0)


def _named_persons(block: Block, household: Places, persons: Persons, recorder: Recorder) -> Places:
    if not block.has("person") or not persons.has_ids:
        return np.full(len(block), -1, dtype=np.int64)
    texts = block.texts("person")
    named = np.array([not is_missing(text) for text in texts], dtype=bool) & (household >= 0)
    person = np.where(named, persons.find(household, texts), -1)
    for index in np.flatnonzero(named & (person < 0)):
        recorder.add(
            "unknown_person",
            "doubtful",
            block.source,
            row=block.numbers[index],
            column=block.name("person"),
            value=texts[index],
        )
    return person


def _kinds_in(text: str) -> tuple[int, ...]:
    if is_missing(text):
        return ()
    if text in KINDS:
        return (KINDS.index(text),)
    words = words_of(text)
    # "lab imaging" is a multiple choice when every word is a kind of its own, and they differ.
    each = [kind_in(word) for word in words]
    if len(words) > 1 and all(each) and len(set(each)) > 1 and kind_in(text) != "caesarean":
        return tuple(KINDS.index(kind) for kind in dict.fromkeys(each))
    kind = kind_in(text)
    return (KINDS.index(kind),) if kind else ()


def _row_hashes(block: Block) -> NDArray[np.uint64]:
    return np.array([hash(tuple(row)) & 0xFFFF_FFFF_FFFF_FFFF for row in block.rows], dtype=np.uint64)


def _report_repeats(
    source: Source, rows: NDArray[np.int64], hashes: NDArray[np.uint64], recorder: Recorder
) -> None:
    order = np.argsort(hashes, kind="stable")
    sorted_hashes = hashes[order]
    same = np.flatnonzero(sorted_hashes[1:] == sorted_hashes[:-1]) + 1
    if not len(same):
        return
    starts = np.searchsorted(sorted_hashes, sorted_hashes[same])
    room = recorder.room("duplicate_row")
    for place, start in sorted(
        zip(same.tolist(), starts.tolist(), strict=True), key=lambda pair: order[pair[0]]
    )[:room]:
        recorder.add(
            "duplicate_row", "doubtful", source, row=int(rows[order[place]]), first=int(rows[order[start]])
        )
    recorder.count("duplicate_row", "doubtful", len(same) - room)


def _short(days: Places) -> NDArray[np.int32]:
    return np.where(days == NO_DAY, NO_SHORT_DAY, np.clip(days, -1_000_000, 1_000_000)).astype(np.int32)
