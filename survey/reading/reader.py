"""From files to a `Reading`: open, guess, settle, read, check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from survey.reading.again import mark_rows_of_other_files
from survey.reading.blocks import BlockReader, Corrections
from survey.reading.build import Built, build
from survey.reading.events import Events
from survey.reading.guess import (
    Column,
    Fit,
    column_guesses,
    columns_of,
    dropped_columns,
    guess_sheet,
    id_reason,
    private_columns,
)
from survey.reading.households import Households, households_of_roster, read_households
from survey.reading.limits import DEFAULT_LIMITS, Limits
from survey.reading.mapping import ColumnGuess, SheetMap, SurveyMapping
from survey.reading.numbering import settle_numbers
from survey.reading.personal import PERSONAL_IDS
from survey.reading.persons import Persons, read_persons
from survey.reading.problems import FileRefused
from survey.reading.reading import Correction, DroppedColumn, Question, ReadFile, Reading
from survey.reading.recorder import Recorder
from survey.reading.scrub import Looked, looked_at, scrub
from survey.reading.settle import late_date_question, settle_marks, settle_recall
from survey.reading.shape import shape_of
from survey.reading.sources import Source, SurveyFile, open_file
from survey.reading.values import NO_DAY, Values, shown_day
from survey.reading.vocabulary import HOLDS_PHRASES, looks_legacy, phrase_fit, words_of


@dataclass
class Sheet:
    """A source with what it is taken for."""

    source: Source
    map: SheetMap
    columns: list[Column]
    fits: list[Fit]
    is_guessed: bool = True


def read_survey(
    files: Sequence[SurveyFile | Path],
    *,
    mapping: SurveyMapping | None = None,
    corrections: Sequence[Correction] = (),
    limits: Limits = DEFAULT_LIMITS,
    keep_in: Path | None = None,
) -> Reading:
    """Read a survey's files, in this process.

    Parameters
    ----------
    files : one or several; several sheets or files of one survey are joined by their ids.
    mapping : what a person decided, or an earlier `Reading.mapping`; sheets it does not know are guessed.
    corrections : fixes and exclusions, by file hash, sheet and row.
    keep_in : a folder for what may be stored of the files (`survey.reading.scrub.scrubbed_in`).

    Raises
    ------
    FileRefused
        When a file cannot be read as a whole. Everything less is a problem of the reading.
    """
    run = _Run(files, mapping or SurveyMapping(), corrections, limits)
    reading = run.reading()
    if keep_in is not None:
        scrub(run.looked_at(), folder=keep_in)
    return reading


class _Run:
    """One reading, step by step."""

    def __init__(
        self,
        files: Sequence[SurveyFile | Path],
        mapping: SurveyMapping,
        corrections: Sequence[Correction],
        limits: Limits,
    ) -> None:
        if not files:
            raise FileRefused("no_files", file="")
        if len(files) > limits.files:
            raise FileRefused("too_many_files", file="", most=limits.files)
        self.given = [file if isinstance(file, SurveyFile) else SurveyFile(path=file) for file in files]
        self.mapping = mapping
        self.order_is_told = bool(mapping.date_order)
        self.corrections = Corrections.of(corrections)
        self.fixes = list(corrections)
        self.limits = limits
        self.recorder = Recorder(most=limits.problems)
        self.files: list[ReadFile] = []
        self.sources: dict[str, list[Source]] = {}
        self.sheets: list[Sheet] = []
        self.questions: list[Question] = []
        self.dropped: list[DroppedColumn] = []
        self.guesses: list[ColumnGuess] = []
        self.rows = 0
        self.interviewed = ""

    def reading(self) -> Reading:
        self._open()
        self._settle()
        built = self._read()
        self._note_corrections()
        shape, confidence = shape_of([(sheet.map, sheet.fits) for sheet in self.sheets])
        return Reading(
            tables=built.tables,
            problems=self.recorder.listed(),
            counts=self.recorder.totals(),
            before=built.before,
            after=built.after,
            guesses=tuple(self.guesses),
            mapping=self.mapping,
            questions=tuple(self.questions),
            interviewed=self.interviewed,
            dropped_columns=tuple(self.dropped),
            files=tuple(self.files),
            shape=shape,
            confidence=confidence,
            fingerprint=_together(sheet.source.fingerprint for sheet in self.sheets),
            sha256=_together(file.sha256 for file in self.files),
        )

    # ---- what there is

    def _open(self) -> None:
        for file in self.given:
            read, sources = open_file(file, limits=self.limits)
            first = next((one for one in self.files if one.sha256 == read.sha256), None)
            self.files.append(read)
            if first is not None:
                self.recorder.add("same_file", "note", sources[0], first=first.name)
                continue
            self.sources[read.sha256] = sources
            for source in sources:
                if guessed_as_notes(source):
                    continue
                self.recorder.place(source)
                self.recorder.add_all(source.notes)
                if source.sample:
                    self._take_in(source)

    def _take_in(self, source: Source) -> None:
        columns = columns_of(source)
        guessed, fits = guess_sheet(source, columns)
        known = self.mapping.sheet(source.fingerprint, sheet=source.sheet, file=source.file.name)
        chosen = guessed if known is None else replace(known, file=source.file.name, sheet=source.sheet)
        chosen = _without_gone(chosen, source)
        wanted = {name for names in chosen.columns.values() for name in names}
        gone = [column for column in columns if column.dropped and column.name not in wanted]
        self.dropped += dropped_columns(source, gone)
        if gone:
            names = ", ".join(column.name for column in gone[:12])
            self.recorder.add("columns_dropped", "note", source, count=len(gone), columns=names)
        self.sheets.append(Sheet(source, chosen, columns, fits, is_guessed=known is None))
        texts = [*source.names, *(text for column in columns for text in column.texts[:200])]
        if looks_legacy(texts):
            self.recorder.add("legacy_font", "note", source, font="Kruti Dev")
        if chosen.holds == "nothing" and known is None:
            self.recorder.add("sheet_not_used", "note", source)

    def _settle(self) -> None:
        if self.mapping.sheets and all(sheet.is_guessed for sheet in self.sheets):
            self.recorder.add("mapping_not_used", "note", self.sheets[0].source)
        if all(sheet.is_guessed for sheet in self.sheets):
            joined = settle_numbers([(sheet.map, sheet.columns) for sheet in self.sheets])
            for sheet, settled in zip(self.sheets, joined, strict=True):
                if settled != sheet.map:
                    self.recorder.add("numbers_by_village", "note", sheet.source)
                sheet.map = settled
        for sheet in self.sheets:
            private = private_columns(sheet.map, sheet.columns)
            self.recorder.hide_columns(sheet.source, private)
            self.guesses += column_guesses(sheet.source, sheet.columns, sheet.map, sheet.fits, private)
        self.mapping = replace(self.mapping, sheets=tuple(sheet.map for sheet in self.sheets))
        self.mapping, questions = settle_marks(self.mapping, self._settled())
        self.questions += questions
        for question in questions:
            if question.code == "epoch":
                self._note_epoch(question)

    def _note_epoch(self, question: Question) -> None:
        for sheet in self.sheets:
            for role in ("date", "survey_date"):
                if names := sheet.map.columns.get(role):
                    self.recorder.add(
                        "epoch_assumed", "note", sheet.source, column=names[0], epoch=question.assumed
                    )
                    return

    def _settled(self) -> list[tuple[Source, SheetMap, list[Column]]]:
        return [(sheet.source, sheet.map, sheet.columns) for sheet in self.sheets]

    def looked_at(self) -> list[tuple[ReadFile, list[Looked]]]:
        """Every sheet of every file with what its columns are, those that were not read too."""
        used = {
            id(sheet.source): Looked(source=sheet.source, columns=sheet.columns, map=sheet.map)
            for sheet in self.sheets
        }
        return [
            (file, [used.get(id(source)) or looked_at(source) for source in self.sources[file.sha256]])
            for file in self.files
        ]

    # ---- rows

    def _readers(self, holds: str, *, silent: bool = False) -> list[BlockReader]:
        """A silent reader goes over rows that are reported elsewhere."""
        recorder = Recorder(most=1) if silent else self.recorder
        corrections = Corrections.of(self.fixes) if silent else self.corrections
        return [
            BlockReader(sheet.source, sheet.map, recorder, corrections)
            for sheet in self.sheets
            if sheet.map.holds == holds
        ]

    def _read(self) -> Built:
        values = Values(self.mapping, self.recorder)
        household_readers, person_readers = self._readers("households"), self._readers("persons")
        event_readers = self._readers("events")
        mark_rows_of_other_files([(sheet.source, sheet.map) for sheet in self.sheets])
        self._need_links([*household_readers, *person_readers, *event_readers])
        if household_readers:
            households = read_households(household_readers, values, self.mapping, self.recorder)
        else:
            roster = self._readers("persons", silent=True)
            households = households_of_roster(roster, self.mapping, self.recorder)
        events = Events(values=values, recorder=self.recorder)
        self._count_by_household(events)
        persons = read_persons(person_readers, households, values, self.recorder, events.count)
        for reader in event_readers:
            sheet = self.mapping.sheet(
                reader.source.fingerprint, sheet=reader.source.sheet, file=reader.source.file.name
            )
            events.read(reader, sheet.kind if sheet else "", households, persons)
        self.rows = sum(reader.seen for reader in [*household_readers, *person_readers, *event_readers])
        if not self.order_is_told and not any(one.code == "date_order" for one in self.questions):
            order = self.mapping.date_order or "dmy"
            self.questions += late_date_question(order, values.told_order, values.either)
        known = households.interview[households.interview != NO_DAY]
        self.interviewed = shown_day(np.sort(known)[(len(known) - 1) // 2]) if len(known) else ""
        self._note_whole(households, bool(event_readers) or bool(events.asked))
        return self._build(households, persons, events, has_roster=bool(person_readers))

    def _count_by_household(self, events: Events) -> None:
        readers = self._readers("households", silent=True)
        counting = [any(role.startswith(("count.", "bill.")) for role in reader.places) for reader in readers]
        before = 0
        for reader, counts in zip(readers, counting, strict=True) if any(counting) else ():
            for block in reader.blocks():
                # each row speaks of its own household: one that is there twice must not count twice
                places = before + np.arange(len(block), dtype=np.int64)
                before += len(block)
                if counts:
                    events.count(block, places, np.full(len(block), -1, dtype=np.int64))

    def _build(self, households: Households, persons: Persons, events: Events, *, has_roster: bool) -> Built:
        kinds, told = events.told()
        self.mapping, questions = settle_recall(
            self.mapping, self._settled(), kinds=kinds | events.asked, told=told
        )
        self.questions += questions
        for question in questions:
            self.recorder.add(
                "recall_assumed", "note", self.sheets[0].source, kind=question.about, days=question.assumed
            )
        for kind, times in events.averaged.items():
            if times:
                self.recorder.add("bills_averaged", "note", self.sheets[0].source, kind=kind, count=times)
        if not self.mapping.recall:
            self.recorder.add("no_kinds", "note", self.sheets[0].source)
        return build(
            households,
            persons,
            events,
            recall=self.mapping.recall,
            has_roster=has_roster,
            replace_ids=self._ids_are_personal(),
            rows=self.rows,
            recorder=self.recorder,
        )

    def _ids_are_personal(self) -> bool:
        found = False
        for sheet in self.sheets:
            for column in sheet.columns:
                if column.name not in sheet.map.columns.get("household", ()):
                    continue
                reason = id_reason(column)
                if column.dropped or reason in PERSONAL_IDS:
                    found = True
                    self.recorder.add(
                        "household_id_replaced",
                        "note",
                        sheet.source,
                        column=column.name,
                        reason=column.dropped or reason,
                    )
        return found

    # ---- what is missing

    def _need_links(self, readers: Sequence[BlockReader]) -> None:
        for reader in readers:
            if not {"household", "key", "parent"} & set(reader.places):
                self.recorder.add("no_household_column", "note", reader.source)

    def _note_whole(self, households: Households, has_events: bool) -> None:
        first = self.sheets[0].source
        if not len(households):
            self.recorder.add("no_households", "note", first)
        if not has_events:
            self.recorder.add("no_events", "note", first)
        if len(households) and not households.has_weights:
            self.recorder.add("weights_equal", "note", first)
        if len(households) and not households.has_clusters:
            self.recorder.add("clusters_missing", "note", first)

    def _note_corrections(self) -> None:
        unused = self.corrections.given - self.corrections.used
        if unused > 0:
            self.recorder.add("corrections_unused", "note", self.sheets[0].source, count=unused)


def _without_gone(sheet: SheetMap, source: Source) -> SheetMap:
    """Columns whose values are not in the file any more play no role, whatever a mapping says."""
    gone = {source.names[place] for place in source.kept.gone} if source.kept else set()
    columns = {
        role: tuple(name for name in names if name not in gone) for role, names in sheet.columns.items()
    }
    return replace(sheet, columns={role: names for role, names in columns.items() if names})


def guessed_as_notes(source: Source) -> bool:
    """Whether the sheet's own name says that it holds no data."""
    return phrase_fit(words_of(source.sheet), HOLDS_PHRASES["nothing"]) == 1.0


def _together(hashes: Iterable[str]) -> str:
    joined = "\n".join(sorted(hashes))
    return hashlib.sha256(joined.encode()).hexdigest()
