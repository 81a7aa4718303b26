"""What the files leave open is settled here: recall periods, order of dates, decimal mark, spending periods.

What a person decided stands; what the file tells comes next; what is assumed is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from survey.reading.cells import date_evidence, decimal_evidence, serial_of, text_of
from survey.reading.guess import Column
from survey.reading.mapping import (
    MOST_SAMPLES,
    SPENDING_ROLES,
    DateOrder,
    DecimalMark,
    Period,
    SheetMap,
    SurveyMapping,
)
from survey.reading.reading import Question
from survey.reading.sources import Source
from survey.reading.vocabulary import days_in_name, kind_in, words_of
from survey.tables import KINDS

USUAL_RECALL: Mapping[str, float] = {
    "outpatient": 30.0,
    "laboratory": 30.0,
    "imaging": 30.0,
    "injury": 30.0,
    "hospital": 365.0,
    "delivery": 365.0,
    "caesarean": 365.0,
}
RECALL_OPTIONS = ("15", "30", "90", "180", "365")
USUAL_PERIOD: Mapping[str, Period] = {
    "food_spending": "month",
    "total_spending": "month",
    "willingness_to_pay": "year",
}
_PERIOD_WORDS: Mapping[str, Period] = {
    **dict.fromkeys(("month", "monthly", "मासिक", "महीना", "महीने", "माह", "महिना", "umce"), "month"),
    **dict.fromkeys(("week", "weekly", "साप्ताहिक", "हफ्ता", "हप्ता"), "week"),
    **dict.fromkeys(
        ("year", "yearly", "annual", "annually", "12m", "वार्षिक", "साल", "वर्ष", "बार्षिक"), "year"
    ),
}
NUMBERED = frozenset(
    {"size", "weight", "age", "days", "days_lost", "bill", "transport", "count", *SPENDING_ROLES}
)
Sheets = Sequence[tuple[Source, SheetMap, Sequence[Column]]]


def settle_marks(mapping: SurveyMapping, sheets: Sheets) -> tuple[SurveyMapping, list[Question]]:
    """Complete the mapping by what the sample shows: decimal mark, order of dates, epoch, periods."""
    mapping, first = _decimal_mark(mapping, sheets)
    mapping, second = _dates(mapping, sheets)
    mapping, third = _periods(mapping, sheets)
    return mapping, [*first, *second, *third]


def _texts(sheets: Sheets, roles: frozenset[str]) -> list[str]:
    """Samples of the columns that play one of the roles."""
    texts = []
    for _source, sheet, columns in sheets:
        names = {
            name for role, names in sheet.columns.items() if role.partition(".")[0] in roles for name in names
        }
        for column in columns:
            if column.name in names:
                texts += column.filled
    return texts


def _decimal_mark(mapping: SurveyMapping, sheets: Sheets) -> tuple[SurveyMapping, list[Question]]:
    if mapping.decimal_mark:
        return mapping, []
    telling: dict[str, list[str]] = {"point": [], "comma": []}
    for text in dict.fromkeys(_texts(sheets, NUMBERED)):
        if evidence := decimal_evidence(text):
            telling[evidence].append(text)
    mark: DecimalMark = "comma" if len(telling["comma"]) > len(telling["point"]) else "point"
    settled = replace(mapping, decimal_mark=mark)
    if not telling["comma"] or not telling["point"]:
        return settled, []
    samples = (*telling["comma"][:2], *telling["point"][:2])
    return settled, [Question(code="decimal_mark", assumed=mark, options=("point", "comma"), samples=samples)]


def _dates(mapping: SurveyMapping, sheets: Sheets) -> tuple[SurveyMapping, list[Question]]:
    texts = list(dict.fromkeys(_texts(sheets, frozenset({"date", "survey_date"}))))
    questions = []
    if not mapping.date_order:
        evidence = Counter(date_evidence(text) for text in texts)
        order: DateOrder = "mdy" if evidence["mdy"] > evidence["dmy"] else "dmy"
        mapping = replace(mapping, date_order=order)
        unsure = (evidence["either"] and not evidence["dmy"] + evidence["mdy"]) or (
            evidence["dmy"] and evidence["mdy"]
        )
        if unsure:
            samples = tuple(text for text in texts if date_evidence(text))[:MOST_SAMPLES]
            questions.append(
                Question(code="date_order", assumed=order, options=("dmy", "mdy"), samples=samples)
            )
    if not mapping.epoch and (serials := [text for text in texts if serial_of(text) is not None]):
        epoch = 1904 if any(source.epoch == 1904 for source, _sheet, _columns in sheets) else 1900
        mapping = replace(mapping, epoch=cast("Any", epoch))
        questions.append(
            Question(
                code="epoch",
                assumed=str(epoch),
                options=("1900", "1904"),
                samples=tuple(serials[:MOST_SAMPLES]),
            )
        )
    return mapping, questions


def late_date_question(order: str, told: Mapping[str, int], sample: str) -> list[Question]:
    """What all rows leave open though the first did not: dates that can be read in two ways.

    Nothing is asked where others tell the order and none tells the opposite.
    """
    other = "mdy" if order == "dmy" else "dmy"
    if not told.get("either") or (told.get(order) and not told.get(other)):
        return []
    return [Question(code="date_order", assumed=order, options=("dmy", "mdy"), samples=(sample,))]


def _periods(mapping: SurveyMapping, sheets: Sheets) -> tuple[SurveyMapping, list[Question]]:
    periods = dict(mapping.periods)
    questions = []
    for role in SPENDING_ROLES:
        names = [name for _source, sheet, _columns in sheets for name in sheet.columns.get(role, ())]
        if role in periods or not names:
            continue
        told = [_PERIOD_WORDS[word] for name in names for word in words_of(name) if word in _PERIOD_WORDS]
        periods[role] = told[0] if told else USUAL_PERIOD[role]
        if not told:
            questions.append(
                Question(code="period", about=role, assumed=periods[role], options=("week", "month", "year"))
            )
    return replace(mapping, periods=periods), questions


def settle_recall(
    mapping: SurveyMapping,
    sheets: Sheets,
    *,
    kinds: set[str],
    told: Mapping[str, Any],
) -> tuple[SurveyMapping, list[Question]]:
    """The recall period of every kind that was asked about.

    Parameters
    ----------
    kinds : kinds that the sheets ask about, or of which there are events.
    told : kind to the periods that its rows tell.
    """
    recall = dict(mapping.recall)
    questions = []
    listed = _listed(sheets)
    recall |= {kind: days for kind, days in listed.items() if kind not in recall}
    for kind in KINDS:
        if kind in recall or kind not in kinds:
            continue
        days = _most_told(told.get(kind, ())) or _named(kind, sheets)
        if days:
            recall[kind] = days
        else:
            recall[kind] = USUAL_RECALL[kind]
            questions.append(
                Question(code="recall", about=kind, assumed=f"{recall[kind]:g}", options=RECALL_OPTIONS)
            )
    return replace(mapping, recall=recall), questions


def _most_told(days: Sequence[float]) -> float | None:
    values, times = np.unique(np.asarray(days, dtype=np.float64), return_counts=True)
    known = [(count, value) for value, count in zip(values, times, strict=True) if value > 0]
    return float(max(known)[1]) if known else None


def _listed(sheets: Sheets) -> dict[str, float]:
    """From a sheet of recall periods, or from columns like "recall.hospital"."""
    found: dict[str, float] = {}
    for source, sheet, columns in sheets:
        by_name = {column.name: column for column in columns}
        if sheet.holds == "recall":
            found |= _recall_sheet(source, sheet)
        for role, names in sheet.columns.items():
            what, _point, kind = role.partition(".")
            if what == "recall" and kind and names[0] in by_name:
                days = _most_told([number for text in by_name[names[0]].filled if (number := _days(text))])
                if days:
                    found[kind] = days
    return found


def _recall_sheet(source: Source, sheet: SheetMap) -> dict[str, float]:
    kind_column, days_column = sheet.columns.get("kind"), sheet.columns.get("recall")
    if not kind_column or not days_column:
        return {}
    kind_place, days_place = source.names.index(kind_column[0]), source.names.index(days_column[0])
    found = {}
    for _number, cells in source.sample:
        texts = [text_of(cell) for cell in cells]
        if len(texts) > max(kind_place, days_place):
            kind, days = kind_in(texts[kind_place]), _days(texts[days_place])
            if kind and days:
                found[kind] = days
    return found


def _days(text: str) -> float | None:
    try:
        days = float(text)
    except ValueError:
        return None
    return days if 0.0 < days <= 3660.0 else None


def _named(kind: str, sheets: Sheets) -> float | None:
    """From names: a column "opd_visits_last_30_days", a sheet "hospital_12_months"."""
    for _source, sheet, _columns in sheets:
        for role, names in sheet.columns.items():
            if role.endswith(f".{kind}"):
                for name in names:
                    if days := days_in_name(name):
                        return days
        if sheet.kind == kind and (days := days_in_name(sheet.sheet) or days_in_name(sheet.file)):
            return days
    return None
