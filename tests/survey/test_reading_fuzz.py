"""Whatever arrives: a reading or a refusal, never anything else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.reading.limits import Limits
from survey.reading.problems import FileRefused
from survey.reading.reader import read_survey
from tests.survey.reading_files import EVENTS, old_workbook, open_document, roster, workbook

SMALL = Limits(seconds=10, problems=50)
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = (
    "household_id",
    "event_kind",
    "bill",
    "days",
    "age",
    "sex",
    "event_date",
    "weight",
    "_index",
    "_parent_index",
    "hospital_stays",
    "consent",
    "recall_days",
    "name",
    "",
    "interview_date",
    "household_size",
)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "H1",
            "H2",
            "hospital",
            "opd",
            "-5",
            "1e400",
            "nan",
            "3,000.5",
            "2026-03-01",
            "05/06/2026",
            "=1+1",
            "#REF!",
            "43314",
            "Total",
            "yes",
            "no",
            "₹ 5",
            "९",
            '"',
            "\x00",
            "\u202e",
            "1" * 40,
        ]
    ),
    st.integers(-(10**20), 10**20).map(str),
)


def reads_or_refuses(path: Path, *others: Path) -> None:
    try:
        reading = read_survey([path, *others], limits=SMALL)
    except FileRefused as refused:
        message = refused.message
    else:
        message = "read"
        check(reading)
    assert message


def check(reading) -> None:
    assert all(problem.message for problem in reading.problems)
    assert reading.after.rows <= reading.before.rows
    reading.as_json()


@FUZZ
@given(raw=st.binary(max_size=400), name=st.sampled_from(["f.csv", "f.xlsx", "f.xls", "f.ods"]))
def test_random_bytes(tmp_path, raw, name):
    path = tmp_path / name
    path.write_bytes(raw)
    reads_or_refuses(path)


@FUZZ
@given(
    head=st.lists(st.sampled_from(NAMES), min_size=1, max_size=7),
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=12),
    separator=st.sampled_from(",;\t"),
)
def test_random_cells_under_known_names(tmp_path, head, rows, separator):
    path = tmp_path / "f.csv"
    lines = [separator.join(head), *(separator.join(row) for row in rows)]
    path.write_bytes("\n".join(lines).encode("utf-8", errors="replace"))
    reads_or_refuses(path, roster(tmp_path))


@pytest.mark.parametrize("name", ["f.xlsx", "f.xls", "f.ods", "f.csv"])
@FUZZ
@given(place=st.floats(0, 1), replacement=st.binary(max_size=6), cut=st.booleans())
def test_good_files_with_a_few_bytes_changed(tmp_path, name, place, replacement, cut):
    rows = [["household_id", "event_kind", "bill"], *[["H1", "hospital", 500.0]] * 5]
    path = tmp_path / name
    good = {
        "f.xlsx": lambda: workbook(tmp_path, name="good.xlsx", events=rows).read_bytes(),
        "f.xls": lambda: old_workbook(rows),
        "f.ods": lambda: open_document(rows),
        "f.csv": EVENTS.encode,
    }[name]()
    at = int(place * len(good))
    path.write_bytes(good[:at] + replacement + (b"" if cut else good[at + len(replacement) :]))
    reads_or_refuses(path)
