"""A block's cells as numbers, dates, yes or no: fast where they are plain, else one by one."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey.reading.blocks import Block
from survey.reading.cells import (
    Cell,
    CellRefused,
    date_evidence,
    date_of,
    is_missing,
    number_of,
    text_of,
    yes_no,
)
from survey.reading.mapping import SurveyMapping
from survey.reading.recorder import Recorder

MOST_MONEY = 1e9
MOST_DAYS = 3_660.0
MOST_REMEMBERED = 200_000
Floats = NDArray[np.float64]
Days = NDArray[np.int64]
NO_DAY = np.iinfo(np.int64).min


class Values:
    """Reads cells by what the mapping says of numbers and dates; remembers what it has read before."""

    def __init__(self, mapping: SurveyMapping, recorder: Recorder) -> None:
        self.mark: Literal["point", "comma"] = mapping.decimal_mark or "point"
        self.order: Literal["dmy", "mdy", "ymd"] = mapping.date_order or "dmy"
        self.epoch: Literal[1900, 1904] = mapping.epoch or 1900
        self.recorder = recorder
        self._numbers: dict[str, float | str] = {}
        self._dates: dict[str, int | str] = {}
        self.told_order: Counter[str] = Counter()
        """How many dates can be meant as "dmy", as "mdy", as "either"."""
        self.either: str = ""
        """The first date that can be meant in two ways."""

    def numbers(self, block: Block, place: int) -> Floats:
        """One column as numbers; NaN where nothing or no number stands, which is reported."""
        cells = block.column(place)
        values = self._plain_numbers(block, cells)
        for index in np.flatnonzero(np.isnan(values)):
            cell = cells[index]
            if cell in ("", None):
                continue
            found = self._number(cell)
            if isinstance(found, str):
                self._report(found, block, int(index), place, cell)
            else:
                values[index] = found
        return values

    def _plain_numbers(self, block: Block, cells: list[Cell]) -> Floats:
        textual = block.source.file.format == "csv"
        if self.mark == "comma":
            return np.array([float(c) if isinstance(c, int | float) else math.nan for c in cells])
        plain = (
            cells
            if textual
            else [math.nan if isinstance(c, dt.date | dt.time | dt.timedelta) else c for c in cells]
        )
        values = pd.to_numeric(pd.Series(plain, dtype=object), errors="coerce").to_numpy(dtype=np.float64)
        # A writable copy; infinities are words, not numbers.
        return np.where(np.isinf(values), np.nan, values)

    def _number(self, cell: Cell) -> float | str:
        if not isinstance(cell, str):
            return _tried(lambda: number_of(cell))
        found = self._numbers.get(cell)
        if found is None:
            found = _tried(lambda: number_of(cell, decimal_mark=self.mark))
            if len(self._numbers) < MOST_REMEMBERED:
                self._numbers[cell] = found
        return found

    def counts(self, block: Block, place: int) -> Floats:
        """One column as counts; yes is 1 and no is 0."""
        cells = block.column(place)
        values = self._plain_numbers(block, cells)
        for index in np.flatnonzero(np.isnan(values)):
            cell = cells[index]
            found = self._number(cell)
            if isinstance(found, str) or math.isnan(found):
                # A number first: "2" is two stays, though a form may code "no" by it.
                said = yes_no(text_of(cell))
                found = found if said is None else float(said)
            if isinstance(found, str):
                self._report(found, block, int(index), place, cell)
            else:
                values[index] = found
        return values

    def amounts(self, block: Block, role: str, *, most: float = MOST_MONEY) -> Floats:
        """A role's money or days, its columns added; below 0 or beyond belief is NaN and reported."""
        total: Floats | None = None
        for place in block.places.get(role, ()):
            values = self.numbers(block, place)
            self._bound(values, block, place, most=most)
            # What is unknown adds nothing as long as another part is known.
            total = (
                values
                if total is None
                else np.where(np.isnan(values), total, np.where(np.isnan(total), 0.0, total) + values)
            )
        return np.full(len(block), np.nan) if total is None else total

    def _bound(self, values: Floats, block: Block, place: int, *, most: float) -> None:
        with np.errstate(invalid="ignore"):
            below, above = values < 0.0, values > most
        for index in np.flatnonzero(below):
            self._report("negative", block, int(index), place, block.rows[index][place])
        for index in np.flatnonzero(above):
            self._report("absurd", block, int(index), place, block.rows[index][place], most=f"{most:,.0f}")
        values[below | above] = np.nan

    def dates(self, block: Block, role: str) -> Days:
        """A role's dates as days since 1970; NO_DAY where there is none."""
        days = np.full(len(block), NO_DAY, dtype=np.int64)
        if not block.has(role):
            return days
        place = block.places[role][0]
        for index, cell in enumerate(block.column(place)):
            if cell in ("", None):
                continue
            found = self._date(cell)
            if isinstance(found, str):
                self._report(found, block, index, place, cell)
            else:
                days[index] = found
        return days

    def _date(self, cell: Cell) -> int | str:
        key = text_of(cell)
        found = self._dates.get(key)
        if found is None:
            try:
                day = date_of(cell, order=self.order, epoch=self.epoch)
                found = NO_DAY if day is None else (day - dt.date(1970, 1, 1)).days
            except CellRefused as refused:
                found = refused.code
            if evidence := date_evidence(key):
                self.told_order[evidence] += 1
                if evidence == "either":
                    self.either = self.either or key
            if len(self._dates) < MOST_REMEMBERED:
                self._dates[key] = found
        return found

    def yes(self, block: Block, role: str) -> NDArray[np.bool_]:
        """A role's yes and no; what is neither is reported and taken for no."""
        answers = np.zeros(len(block), dtype=bool)
        if not block.has(role):
            return answers
        for index, text in enumerate(block.texts(role)):
            said = yes_no(text)
            if said is None and not is_missing(text):
                self._report("unknown_yes_no", block, index, block.places[role][0], text)
            answers[index] = bool(said)
        return answers

    def _report(
        self, code: str, block: Block, index: int, place: int, cell: Cell, **params: str | float
    ) -> None:
        self.recorder.add(
            code,
            "doubtful",
            block.source,
            row=block.numbers[index],
            column=block.source.names[place],
            value=cell,
            **params,
        )


def _tried(read: Callable[[], float]) -> float | str:
    try:
        return read()
    except CellRefused as refused:
        return refused.code


def shown_day(day: Any) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()
