"""The template as a workbook and as CSV files: empty but for an example row, or filled with a survey."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from survey.instruments.layout import (
    NOTES_NAME,
    RECALL,
    RECALL_DAYS,
    SEXES,
    SHEETS,
    YES_NO,
    TemplateColumn,
    TemplateSheet,
    Value,
)
from survey.tables import KINDS, SurveyTables

Rows = Iterable[Sequence[Value]]
CHECKED_ROWS = 20_000
NOTES = (
    "This workbook is for a household survey from which a health insurance for a community is priced.",
    "Write no names, phone numbers, addresses or identity numbers: they are not needed, and are not kept.",
    "Every household that was asked has a row, also those in which nobody fell ill.",
    "Rows marked “yes” under “example” are never counted; you may delete them.",
    "Save the workbook and upload it as it is: sheets and columns are recognised by their names.",
    "Money is in your own currency, without its sign. Dates are best written 2026-03-15.",
)


def blank_rows() -> dict[str, list[list[Value]]]:
    """Sheet name to rows: one example each, and the recall periods."""
    rows: dict[str, list[list[Value]]] = {
        sheet.name: [[column.example for column in sheet.columns]] for sheet in SHEETS if sheet is not RECALL
    }
    rows[RECALL.name] = [[kind, days] for kind, days in RECALL_DAYS.items()]
    return rows


def survey_rows(tables: SurveyTables) -> dict[str, Iterator[list[Value]]]:
    """A survey as the rows of the template, row by row."""
    return {
        "households": _household_rows(tables),
        "members": _member_rows(tables),
        "events": _event_rows(tables),
        "recall": ([kind, _plain(days)] for kind, days in tables.recall.items()),
    }


def _household_rows(tables: SurveyTables) -> Iterator[list[Value]]:
    for row in _records(tables.households):
        yield [
            str(row.household),
            str(row.cluster),
            round(float(row.weight), 6),
            int(row.size),
            "",
            "yes",
            _amount(row.food_spending, 12.0),
            _amount(row.total_spending, 12.0),
            _amount(row.willingness_to_pay),
            "",
        ]


def _records(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame.itertuples(index=False))


def _numbers_within(households: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """1, 2, 3, ... within each household, in the order of the table."""
    order = np.argsort(households, kind="stable")
    sorted_ = households[order]
    starts = np.searchsorted(sorted_, sorted_)
    numbers = np.empty(len(households), dtype=np.int64)
    numbers[order] = np.arange(len(households)) - starts + 1
    return numbers


def _member_rows(tables: SurveyTables) -> Iterator[list[Value]]:
    ids = tables.households["household"].tolist()
    words = {"f": "female", "m": "male", "": "other"}
    numbers = _numbers_within(tables.persons["household"].to_numpy())
    for row, number in zip(_records(tables.persons), numbers.tolist(), strict=True):
        yield [ids[int(row.household)], number, _amount(row.age), words[str(row.sex)], ""]


def _event_rows(tables: SurveyTables) -> Iterator[list[Value]]:
    ids = tables.households["household"].tolist()
    numbers = _numbers_within(tables.persons["household"].to_numpy()).tolist()
    for row in _records(tables.events):
        person = int(row.person)
        yield [
            ids[int(row.household)],
            numbers[person] if person >= 0 else "",
            str(row.kind),
            "",
            _amount(row.bill),
            _amount(row.days),
            _amount(row.transport),
            _amount(row.days_lost),
            "yes" if row.is_open else "no",
            "",
        ]


def _amount(value: float, parts: float = 1.0) -> Value:
    number = float(value) / parts
    return "" if np.isnan(number) else _plain(round(number, 2))


def _plain(number: float) -> Value:
    return int(number) if float(number).is_integer() else float(number)


# ---- workbook


def workbook(rows: Mapping[str, Rows] | None = None) -> bytes:
    """The template as XLSX; with `rows`, filled."""
    buffer = io.BytesIO()
    # Text that begins like a formula stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E3EFE9", "bottom": 1, "text_wrap": True})
        shaded = book.add_format({"italic": True, "font_color": "#666666"})
        for sheet in SHEETS:
            _write_sheet(book, sheet, (rows or blank_rows())[sheet.name], head, None if rows else shaded)
        _write_notes(book, head)
    return buffer.getvalue()


def _write_sheet(book: Any, sheet: TemplateSheet, rows: Rows, head: Any, style: Any) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 1)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name, head)
        page.write_comment(0, place, column.note, {"x_scale": 2})
        page.set_column(place, place, column.width)
        if check := _check(column):
            page.data_validation(1, place, CHECKED_ROWS, place, check)
    style = None if sheet is RECALL else style
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if value != "":
                page.write(line, place, value, style)


def _check(column: TemplateColumn) -> dict[str, Any] | None:
    lists = {"yes_no": YES_NO, "sex": SEXES, "kind": KINDS}
    if column.rule in lists:
        return {
            "validate": "list",
            "source": list(lists[column.rule]),
            "error_type": "warning",
            "error_title": column.name,
            "error_message": f"Choose from the list. {column.note}"[:255],
        }
    least = {"whole": 0, "money": 0, "days": 0, "positive": 0}.get(column.rule)
    if least is None:
        return None
    return {
        "validate": "integer" if column.rule == "whole" else "decimal",
        "criteria": ">" if column.rule == "positive" else ">=",
        "value": least,
        "error_type": "warning",
        "error_title": column.name,
        "error_message": f"A number is expected. {column.note}"[:255],
    }


def _write_notes(book: Any, head: Any) -> None:
    page = book.add_worksheet(NOTES_NAME)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 90)
    line = 0
    for text in NOTES:
        page.merge_range(line, 0, line, 1, text, wrapped)
        page.set_row(line, 32)
        line += 1
    for sheet in SHEETS:
        page.write_string(line + 1, 0, sheet.name, head)
        page.write_string(line + 1, 1, sheet.note, head)
        line += 2
        for column in sheet.columns:
            page.write_string(line, 0, column.name)
            page.write_string(line, 1, column.note, wrapped)
            line += 1


# ---- CSV


def csv_file(sheet: TemplateSheet, rows: Rows) -> bytes:
    """One sheet as CSV in UTF-8 with its mark, which spreadsheet programs need to read Hindi."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.names)
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _safe(value: Value) -> Value:
    """Text that a spreadsheet would carry out is written so that it stays text."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def csv_files(rows: Mapping[str, Rows] | None = None) -> dict[str, bytes]:
    """File name to contents."""
    chosen = rows or blank_rows()
    return {f"{sheet.name}.csv": csv_file(sheet, chosen[sheet.name]) for sheet in SHEETS}


def csv_archive(rows: Mapping[str, Rows] | None = None) -> bytes:
    """The CSV files in one ZIP, for downloading; unpack it before uploading the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in csv_files(rows).items():
            archive.writestr(name, contents)
    return buffer.getvalue()
