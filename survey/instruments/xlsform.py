"""The questionnaire as an XLSForm for Kobo and ODK: sheets survey, choices and settings.

Consent comes first; who says no is asked nothing further. Names of fields are the importer's own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from survey.instruments.layout import RECALL_DAYS
from survey.instruments.questions import CHOICES, CONSTRAINTS, HINTS, LABELS, LANGUAGES, REVIEW_NOTE, Words

FORM_ID = "cbhi_household_survey"
FORM_TITLE = "Community health insurance: household survey"
VERSION = "2026112101"
SHORT_KINDS = tuple(kind for kind, days in RECALL_DAYS.items() if days < 365)
BIDS = (800, 600, 450, 300, 150)
"""Money per person a year, highest first; the survey's leader changes them in one place each."""
MOST_MONEY = 10_000_000
TRANSLATED = ("label", "hint", "constraint_message")
COLUMNS = (
    "type",
    "name",
    *(f"{what}::{language}" for what in TRANSLATED for language in LANGUAGES.values()),
    "required",
    "constraint",
    "relevant",
    "calculation",
    "repeat_count",
    "default",
    "appearance",
)
Row = dict[str, str]


def _row(kind: str, name: str = "", **further: str) -> Row:
    return {"type": kind, "name": name, **further}


def _translated(what: str, words: Words) -> Row:
    return {f"{what}::{language}": text for language, text in zip(LANGUAGES.values(), words, strict=True)}


def _ask(kind: str, name: str, *, words: str = "", rule: str = "", **further: str) -> Row:
    """A question with its label, hint and, where it has a constraint, the message."""
    key = words or name
    row = _row(kind, name, **further) | _translated("label", LABELS[key])
    if key in HINTS:
        row |= _translated("hint", HINTS[key])
    if "constraint" in further:
        row |= _translated("constraint_message", CONSTRAINTS[rule or key])
    return row


def _money(name: str, **further: str) -> Row:
    bounds = {"rule": "money", "constraint": f". >= 0 and . <= {MOST_MONEY}"}
    return _ask("decimal", name, **(bounds | further))


def survey_rows() -> list[Row]:
    """The rows of the sheet “survey”."""
    agreed = "${consent} = 'yes'"
    return [
        _row("today", "interview_date"),
        _ask("note", "introduction"),
        _ask("select_one yes_no", "consent", required="yes"),
        *_recall_rows(),
        _ask("begin_group", "household", relevant=agreed),
        _ask(
            "text",
            "household_id",
            required="yes",
            constraint="regex(., '^.{1,20}$') and not(regex(., '.*[0-9]{10}.*'))",
        ),
        _ask("text", "cluster", required="yes"),
        _ask("decimal", "weight", required="yes", default="1", constraint=". > 0"),
        _ask("integer", "household_size", required="yes", constraint=". >= 1 and . <= 60"),
        _row("end_group"),
        *_member_rows(agreed),
        *_event_rows(agreed),
        _ask("begin_group", "spending", relevant=agreed),
        _money("food_spending_month", required="yes"),
        _money(
            "total_spending_month",
            required="yes",
            constraint=". >= ${food_spending_month}",
            rule="total_spending_month",
        ),
        _row("end_group"),
        *_bidding_rows(agreed),
        _ask("note", "thanks"),
    ]


def _recall_rows() -> list[Row]:
    """How far back is asked: the first two are what a survey's leader changes."""
    rows = [
        _row("calculate", "recall_short_days", calculation="30"),
        _row("calculate", "recall_long_days", calculation="365"),
    ]
    for kind in RECALL_DAYS:
        source = "${recall_short_days}" if kind in SHORT_KINDS else "${recall_long_days}"
        rows.append(_row("calculate", f"recall_{kind}", calculation=source))
    return rows


def _member_rows(agreed: str) -> list[Row]:
    return [
        _ask("begin_repeat", "members", repeat_count="${household_size}", relevant=agreed),
        _row("calculate", "person_no", calculation="position(..)"),
        _ask("integer", "age", required="yes", constraint=". >= 0 and . <= 120"),
        _ask("select_one sexes", "sex", required="yes"),
        _row("end_repeat"),
    ]


def _event_rows(agreed: str) -> list[Row]:
    stay = "${event_kind} = 'hospital' or ${event_kind} = 'caesarean' or ${event_kind} = 'delivery'"
    short, long = "${recall_short_days}", "${recall_long_days}"
    within = ". <= today() and . >= today() - ${recall_days}"
    return [
        _ask("note", "events_note", relevant=agreed),
        _ask("begin_repeat", "events", relevant=agreed),
        _ask("select_one kinds", "event_kind", required="yes"),
        _row("calculate", "recall_days", calculation=f"if({stay}, {long}, {short})"),
        _ask("integer", "person_no", words="event_person", constraint=". >= 1 and . <= ${household_size}"),
        _ask("date", "event_date", constraint=within),
        _money("bill"),
        _ask("integer", "days_in_hospital", rule="days", relevant=stay, constraint=". >= 0 and . <= 365"),
        _money("transport_cost"),
        _ask("integer", "work_days_lost", rule="days", constraint=". >= 0 and . <= 365"),
        _ask("select_one yes_no", "still_ongoing", required="yes"),
        _row("end_repeat"),
    ]


def _bidding_rows(agreed: str) -> list[Row]:
    """A bidding game downwards: the first yes is the answer; after the last no the question is open."""
    rows = [_ask("begin_group", "willingness", relevant=agreed), _ask("note", "willingness_note")]
    for number, amount in enumerate(BIDS, start=1):
        rows.append(_row("calculate", f"bid_amount_{number}", calculation=str(amount)))
    for number in range(1, len(BIDS) + 1):
        words = Words(*(text % number for text in LABELS["bid"]))
        question = _row("select_one yes_no", f"bid_{number}", required="yes") | _translated("label", words)
        if number > 1:
            question["relevant"] = f"${{bid_{number - 1}}} = 'no'"
        rows.append(question)
    rows.append(
        _ask(
            "decimal",
            "bid_open",
            rule="money",
            required="yes",
            relevant=f"${{bid_{len(BIDS)}}} = 'no'",
            constraint=f". >= 0 and . <= {BIDS[-1]}",
        )
    )
    each = "${bid_open}"
    for number in range(len(BIDS), 0, -1):
        each = f"if(${{bid_{number}}} = 'yes', ${{bid_amount_{number}}}, {each})"
    rows.append(_row("calculate", "willing_to_pay_year", calculation=f"${{household_size}} * {each}"))
    rows.append(_row("end_group"))
    return rows


def choice_rows() -> list[Row]:
    """The rows of the sheet “choices”."""
    return [
        {"list_name": list_name, "name": name} | _translated("label", words)
        for list_name, choices in CHOICES.items()
        for name, words in choices.items()
    ]


def settings_row() -> Row:
    return {
        "form_title": FORM_TITLE,
        "form_id": FORM_ID,
        "version": VERSION,
        "default_language": LANGUAGES["en"],
        "instance_name": "concat('household ', ${household_id})",
    }


def xlsform() -> bytes:
    """The questionnaire as a workbook."""
    buffer = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E3EFE9", "bottom": 1})
        _write(book, "survey", COLUMNS, survey_rows(), head)
        _write(
            book,
            "choices",
            ("list_name", "name", *(f"label::{name}" for name in LANGUAGES.values())),
            choice_rows(),
            head,
        )
        settings = settings_row()
        _write(book, "settings", tuple(settings), [settings], head)
        page = book.add_worksheet("notes")
        page.set_column(0, 0, 110)
        for line, text in enumerate(REVIEW_NOTE):
            page.write_string(line, 0, text)
    return buffer.getvalue()


def _write(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row], head: Any) -> None:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 2)
    page.set_column(0, len(columns) - 1, 22)
    for place, column in enumerate(columns):
        page.write_string(0, place, column, head)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            if row.get(column):
                page.write_string(line, place, row[column])
