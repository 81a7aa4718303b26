"""The questionnaire and the template: well made, and read back without a question."""

import csv
import io
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from survey.instruments.layout import RECALL_DAYS, SHEETS
from survey.instruments.questions import CHOICES, CONSTRAINTS, HINTS, LABELS, LANGUAGES
from survey.instruments.template import csv_archive, csv_files, survey_rows, workbook
from survey.instruments.xlsform import BIDS, choice_rows, xlsform
from survey.instruments.xlsform import survey_rows as form_rows
from survey.reading.reader import read_survey
from survey.reading.vocabulary import OWN_NAMES
from survey.synthetic import Community, synthetic_survey
from tests.survey.reading_files import workbook as made
from tests.survey.reading_files import write


@pytest.fixture(scope="module")
def tables():
    return synthetic_survey(Community(households=120), rng=np.random.default_rng(7))[0]


def assert_same(read, made_):
    for name in ("households", "persons", "events"):
        got, want = getattr(read, name), getattr(made_, name)
        pd.testing.assert_frame_equal(
            got.drop(columns="row", errors="ignore"),
            want.drop(columns="row", errors="ignore"),
            rtol=1e-4,
            atol=0.1,
        )
    assert read.recall == made_.recall


def test_a_filled_template_is_read_without_a_question(tables, tmp_path):
    reading = read_survey([write(tmp_path, "survey.xlsx", workbook(survey_rows(tables)))])
    assert_same(reading.tables, tables)
    assert (reading.questions, reading.confidence, reading.dropped_columns) == ((), 1.0, ())
    assert reading.count_of("dropped") == 0


def test_a_template_of_csv_files_is_read_without_a_question(tables, tmp_path):
    files = [write(tmp_path, name, contents) for name, contents in csv_files(survey_rows(tables)).items()]
    reading = read_survey(files)
    assert_same(reading.tables, tables)
    assert reading.questions == ()
    with zipfile.ZipFile(io.BytesIO(csv_archive())) as archive:
        assert archive.namelist() == ["households.csv", "members.csv", "events.csv", "recall.csv"]


def test_the_empty_template_holds_one_marked_example_row_that_never_counts(tmp_path):
    reading = read_survey([write(tmp_path, "survey.xlsx", workbook())])
    assert reading.tables is None
    assert reading.before.rows == 0
    assert reading.counts["example_row"] == {"note": 3}
    assert dict(reading.mapping.recall) == {kind: float(days) for kind, days in RECALL_DAYS.items()}


def test_the_template_has_lists_to_choose_from_and_a_page_of_notes():
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    assert book.sheetnames == [sheet.name for sheet in SHEETS] + ["notes"]
    lists = [
        check.formula1 for check in book["events"].data_validations.dataValidation if check.type == "list"
    ]
    assert any("caesarean" in formula for formula in lists)
    assert any("yes" in formula for formula in lists)
    assert book["events"]["C1"].comment is not None
    assert "no names" in str(book["notes"]["A2"].value).lower()


def test_every_column_of_the_template_is_a_name_that_the_importer_knows():
    for sheet in SHEETS:
        for column in sheet.columns:
            assert column.name in OWN_NAMES
            assert column.note


# ---- the questionnaire


def test_the_forms_own_compiler_takes_the_questionnaire_without_a_warning(tmp_path):
    path = write(tmp_path, "form.xlsx", xlsform())
    # In a process of its own: its parser warns at import, and warnings are errors here.
    script = (
        "import sys; from pyxform.xls2xform import convert; made = convert(sys.argv[1]); "
        "assert not made.warnings, made.warnings; print(len(made.xform))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20_000


def test_every_question_is_asked_in_three_languages():
    rows = [
        row for row in form_rows() if row["type"] not in {"calculate", "today", "end_group", "end_repeat"}
    ]
    for row in [*rows, *choice_rows()]:
        texts = [row.get(f"label::{language}") for language in LANGUAGES.values()]
        assert all(texts), row["name"]
        assert texts[0].isascii(), row["name"]
        assert not texts[1].isascii()
        assert not texts[2].isascii()
    for row in rows:
        if "constraint" in row:
            assert all(row.get(f"constraint_message::{language}") for language in LANGUAGES.values()), row[
                "name"
            ]
    for words in [*LABELS.values(), *HINTS.values(), *CONSTRAINTS.values()]:
        assert all(words)


def test_placeholders_are_the_same_in_every_language():
    for words in LABELS.values():
        fields = [sorted(part.split("}")[0] for part in text.split("${")[1:]) for text in words]
        assert fields[0] == fields[1] == fields[2]


def test_consent_comes_first_and_who_refuses_is_asked_nothing():
    rows = form_rows()
    questions = [
        row for row in rows if row["type"].split()[0] in {"select_one", "text", "integer", "decimal", "date"}
    ]
    assert questions[0]["name"] == "consent"
    depth, open_ = 0, []
    for row in rows:
        if row["type"].startswith("begin_"):
            depth += 1
            open_.append("${consent}" in row.get("relevant", ""))
        elif row["type"].startswith("end_"):
            depth -= 1
            open_.pop()
        elif row in questions[1:]:
            assert any(open_), row["name"]
    assert depth == 0


def test_no_question_asks_for_a_name_or_a_number_of_a_person():
    from survey.reading.personal import personal_name

    assert not [row["name"] for row in form_rows() if personal_name(row["name"])]


def test_bids_descend_and_each_is_asked_only_after_a_no():
    assert list(BIDS) == sorted(BIDS, reverse=True)
    bids = [row for row in form_rows() if row["name"].startswith("bid_") and row["type"].startswith("select")]
    assert [row.get("relevant", "") for row in bids] == [
        "",
        *(f"${{bid_{n}}} = 'no'" for n in range(1, len(BIDS))),
    ]


def exported(tables, *, labels=False):
    """What an export of the questionnaire looks like, as a Kobo server would write it."""
    words = {name: text.en for choices in CHOICES.values() for name, text in choices.items()}

    def said(value):
        return words[value] if labels and value in words else value

    def head(group, name, *, label=""):
        if labels and (label or name) in LABELS:
            return LABELS[label or name].en
        return f"{group}/{name}" if group else name

    recall = [f"recall_{kind}" for kind in tables.recall]
    households = [
        [
            head("", "interview_date"),
            head("", "consent"),
            *recall,
            head("household", "household_id"),
            head("household", "cluster"),
            head("household", "weight"),
            head("household", "household_size"),
            head("spending", "food_spending_month"),
            head("spending", "total_spending_month"),
            *(f"willingness/bid_{n}" for n in range(1, 6)),
            "willingness/willing_to_pay_year",
            "_id",
            "_uuid",
            "_submission_time",
            "_validation_status",
            "_submitted_by",
            "__version__",
            "_tags",
            "_index",
        ]
    ]
    for place, row in enumerate(tables.households.itertuples(index=False)):
        households.append(
            [
                "2026-03-15",
                said("yes"),
                *tables.recall.values(),
                row.household,
                row.cluster,
                row.weight,
                row.size,
                row.food_spending / 12,
                row.total_spending / 12,
                said("no"),
                said("no"),
                said("yes"),
                None,
                None,
                row.willingness_to_pay,
                900 + place,
                f"u{place}",
                "2026-03-15T10:00:00",
                "",
                "asha",
                "v1",
                "",
                place + 1,
            ]
        )
    links = ["_index", "_parent_table_name", "_parent_index", "_submission__id"]
    members = [[head("members", "person_no"), head("members", "age"), head("members", "sex"), *links]]
    numbers = {}
    for place, row in enumerate(tables.persons.itertuples(index=False)):
        numbers[place] = sum(tables.persons["household"].to_numpy()[:place] == row.household) + 1
        sex = {"f": "female", "m": "male", "": "other"}[row.sex]
        members.append([numbers[place], row.age, said(sex), place + 1, "survey", row.household + 1, 1])
    events = [
        [
            head("events", "event_kind"),
            "events/recall_days",
            head("events", "person_no", label="event_person"),
            head("events", "event_date"),
            head("events", "bill"),
            head("events", "days_in_hospital"),
            head("events", "transport_cost"),
            head("events", "work_days_lost"),
            head("events", "still_ongoing"),
            *links,
        ]
    ]
    for place, row in enumerate(tables.events.itertuples(index=False)):
        amounts = [None if np.isnan(v) else v for v in (row.bill, row.days, row.transport, row.days_lost)]
        events.append(
            [
                said(row.kind),
                tables.recall[row.kind],
                numbers.get(row.person),
                None,
                *amounts,
                said("yes" if row.is_open else "no"),
                place + 1,
                "survey",
                row.household + 1,
                1,
            ]
        )
    clean = [[None if isinstance(v, float) and np.isnan(v) else v for v in row] for row in households]
    return {"survey": clean, "members": members, "events": events}


@pytest.mark.parametrize("labels", [False, True])
def test_an_export_of_the_questionnaire_is_read_without_a_question(tables, tmp_path, labels):
    """The full circle: the form's names, the server's export, the tables again; by names and by labels."""
    reading = read_survey([made(tmp_path, **exported(tables, labels=labels))])
    assert reading.shape == "repeat_groups"
    assert_same(reading.tables, tables)
    assert reading.count_of("dropped") == 0
    assert reading.questions == ()
    assert {column.column for column in reading.dropped_columns} == {"_submitted_by"}


def test_every_name_of_the_form_that_matters_is_the_importers_own():
    used = {row["name"] for row in form_rows()}
    wanted = {
        "household_id",
        "cluster",
        "weight",
        "household_size",
        "person_no",
        "age",
        "sex",
        "event_kind",
        "bill",
    }
    assert wanted <= used & set(OWN_NAMES)
    assert {f"recall_{kind}" for kind in RECALL_DAYS} <= used
    with io.StringIO(csv_files()["recall.csv"].decode("utf-8-sig")) as stream:
        assert {row["event_kind"] for row in csv.DictReader(stream)} == set(RECALL_DAYS)
