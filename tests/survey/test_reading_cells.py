"""What people type into cells, and what stands around them: encodings, numbers, dates, headers, formulas."""

import datetime as dt
import io

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from survey.reading.cells import CellRefused, date_of, decimal_evidence, number_of, starts_formula, text_of
from survey.reading.mapping import SurveyMapping
from survey.reading.reader import read_survey
from survey.reading.sources import SAMPLED_ROWS
from tests.survey.reading_files import (
    EVENTS,
    EVENTS_HEAD,
    HOUSEHOLDS,
    old_workbook,
    open_document,
    roster,
    workbook,
    write,
)


def moment(*parts):
    """Cells of a workbook know no time zone."""
    return dt.datetime(*parts)  # noqa: DTZ001


def codes(reading, severity=None):
    return [problem.code for problem in reading.problems if severity in {None, problem.severity}]


def problem(reading, code):
    found = [problem for problem in reading.problems if problem.code == code]
    assert found, f"{code} is not among {codes(reading)}"
    return found[0]


def bills(reading):
    return reading.tables.events["bill"].tolist()


def read_bills(tmp_path, *typed, **options):
    lines = "".join(f'H1,outpatient,"{value}",\n' for value in typed)
    return read_survey([roster(tmp_path), write(tmp_path, "events.csv", EVENTS_HEAD + lines)], **options)


# ---- encodings and separators


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(tmp_path, encoding):
    text = EVENTS_HEAD + "H1,अस्पताल,7000,4\nH2,बीमारी,300,\n"
    path = write(tmp_path, "events.csv", text.encode(encoding))
    reading = read_survey([write(tmp_path, "households.csv", HOUSEHOLDS.encode(encoding)), path])
    assert reading.tables.events["kind"].tolist() == ["hospital", "outpatient"]


def test_an_old_western_encoding_is_guessed_and_said(tmp_path):
    text = HOUSEHOLDS.replace("V1", "Córdoba – café").replace("V2", "Peñón “sur”")
    households = write(tmp_path, "households.csv", text, encoding="cp1252")
    reading = read_survey([households, write(tmp_path, "events.csv", EVENTS)])
    assert reading.tables.households["cluster"].tolist() == ["Córdoba – café"] * 2 + ["Peñón “sur”"]
    assert "cp125" in problem(reading, "encoding_guessed").message


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_separator_is_found(tmp_path, separator):
    files = [
        write(tmp_path, name, text.replace(",", separator))
        for name, text in (("households.csv", HOUSEHOLDS), ("events.csv", EVENTS))
    ]
    reading = read_survey(files)
    assert [file.separator for file in reading.files] == [separator] * 2
    assert bills(reading) == [7000.0, 300.0, 12000.0]


def test_a_line_that_names_the_separator_is_no_header(tmp_path):
    events = write(tmp_path, "events.csv", "sep=;\n" + EVENTS.replace(",", ";"))
    reading = read_survey([roster(tmp_path), events])
    assert bills(reading) == [7000.0, 300.0, 12000.0]
    assert reading.tables.events["row"].tolist() == [3, 4, 5]


# ---- numbers


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3,52,54,537", 35254537.0),
        ("35,254,537", 35254537.0),
        ("₹ 3000/-", 3000.0),
        ("Rs. 3,000", 3000.0),
        ("रु ३,५००", 3500.0),
        ("३५००", 3500.0),
        (" 3 000 ", 3000.0),
        ("'3000", 3000.0),
        ("1e3", 1000.0),
    ],
)
def test_amounts_are_read_as_people_write_them(tmp_path, typed, value):
    assert bills(read_bills(tmp_path, typed)) == [value]


def test_a_decimal_comma_is_recognised_from_the_column(tmp_path):
    reading = read_bills(tmp_path, "3.000,5", "12,25", "1.250", "700")
    assert reading.mapping.decimal_mark == "comma"
    assert bills(reading) == [3000.5, 12.25, 1250.0, 700.0]


def test_marks_that_contradict_each_other_are_asked_about_once(tmp_path):
    reading = read_bills(tmp_path, "3.000,5", "1,250.50", "2,500.75", "900")
    (question,) = [question for question in reading.questions if question.code == "decimal_mark"]
    assert question.assumed == "point"
    assert "3.000,5" in question.samples
    assert np.isnan(bills(reading)[0])
    assert problem(reading, "two_ways").value == "3.000,5"
    again = read_bills(tmp_path, "3.000,5", mapping=reading.mapping)
    assert not [question for question in again.questions if question.code == "decimal_mark"]


def test_what_is_no_number_is_listed_with_its_place_and_the_event_counts(tmp_path):
    reading = read_bills(tmp_path, "500", "about 500", "5oo", "n.a.", "")
    assert len(bills(reading)) == 5
    found = problem(reading, "not_a_number")
    assert (found.row, found.column, found.value, found.severity) == (3, "bill", "about 500", "doubtful")
    assert reading.counts["not_a_number"] == {"doubtful": 2}
    # a cost that could not be read is not told a second time as one that lacks
    assert reading.counts["bill_missing"] == {"doubtful": 2}


@pytest.mark.parametrize(
    ("typed", "code"), [("-500", "negative"), ("1000000000000", "absurd"), ("inf", "not_a_number")]
)
def test_impossible_amounts_are_not_used(tmp_path, typed, code):
    reading = read_bills(tmp_path, typed, "500")
    assert np.isnan(bills(reading)[0])
    assert problem(reading, code).row == 2
    assert problem(reading, code).message


def test_a_household_without_members_and_a_weight_of_nothing_do_not_count(tmp_path):
    text = HOUSEHOLDS + "H4,V2,1,0\nH5,V2,0,3\nH6,V2,x,3\nH7,V2,1,\nH2,V9,1,1\n,V2,1,2\n"
    events = write(tmp_path, "events.csv", EVENTS + "H4,hospital,1,1\nH99,hospital,1,1\n,hospital,1,1\n")
    reading = read_survey([write(tmp_path, "households.csv", text), events])
    assert reading.tables.households["household"].tolist() == ["H1", "H2", "H3"]
    assert codes(reading, "dropped").count("no_members") == 2
    assert codes(reading, "dropped").count("weight_not_positive") == 2
    assert codes(reading, "dropped").count("no_household") == 2
    assert problem(reading, "duplicate_household").value == "H2"
    assert problem(reading, "unknown_household").value == "H99"
    assert "household_dropped" in codes(reading)
    assert (reading.before.households, reading.after.households) == (9, 3)
    assert (reading.before.events["hospital"], reading.after.events["hospital"]) == (5, 2)
    assert reading.before.rows - reading.after.rows == 9


def test_a_cell_of_thirty_two_thousand_characters_is_read_past(tmp_path):
    text = EVENTS_HEAD.replace("\n", ",remarks\n") + f"H1,hospital,7000,4,{'x' * 32_767}\n"
    assert bills(read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])) == [7000.0]


# ---- dates


def dated(tmp_path, *days, interview="2026-03-31", head="event_date", **options):
    households = "household_id,household_size,interview_date\nH1,4," + interview + "\n"
    lines = "".join(f"H1,outpatient,100,{day}\n" for day in days)
    events = write(tmp_path, "events.csv", f"household_id,event_kind,bill,{head}\n{lines}")
    return read_survey([write(tmp_path, "households.csv", households), events], **options)


def test_events_outside_the_recall_period_do_not_count(tmp_path):
    reading = dated(tmp_path, "2026-03-20", "2026-02-20", "2026-04-02", "")
    assert reading.tables.events["row"].tolist() == [2, 5]
    assert problem(reading, "outside_recall").row == 3
    assert problem(reading, "after_interview").row == 4


def test_dates_that_can_be_read_in_two_ways_are_asked_about_once(tmp_path):
    reading = dated(tmp_path, "05/03/2026", "07/03/2026", interview="09/03/2026")
    (question,) = [question for question in reading.questions if question.code == "date_order"]
    assert (question.assumed, question.options) == ("dmy", ("dmy", "mdy"))
    assert len(reading.tables.events) == 2
    answered = SurveyMapping.from_json({**reading.mapping.as_json(), "date_order": "mdy"})
    again = dated(tmp_path, "05/03/2026", "07/03/2026", interview="09/03/2026", mapping=answered)
    assert len(again.tables.events) == 0
    assert not [question for question in again.questions if question.code == "date_order"]


@pytest.mark.parametrize(
    ("late", "asked"),
    [
        (["09/03/2026"], True),
        (["2026-03-09"], False),
        (["09/03/2026", "25/03/2026"], False),
        (["09/03/2026", "25/03/2026", "03/25/2026"], True),
    ],
)
def test_a_late_date_among_plain_ones_that_can_be_read_in_two_ways_is_asked_about_once(tmp_path, late, asked):
    plain = [f"2026-03-{1 + day % 28:02d}" for day in range(SAMPLED_ROWS + 1)]
    reading = dated(tmp_path, *plain, *late)
    questions = [question for question in reading.questions if question.code == "date_order"]
    assert [question.samples for question in questions] == ([("09/03/2026",)] if asked else [])
    answered = SurveyMapping.from_json({**reading.mapping.as_json(), "date_order": "mdy"})
    again = dated(tmp_path, *plain, *late, mapping=answered)
    assert not [question for question in again.questions if question.code == "date_order"]


def test_one_date_that_can_be_read_in_one_way_settles_the_others(tmp_path):
    reading = dated(tmp_path, "03/20/2026", "03/05/2026", interview="03/31/2026")
    assert reading.mapping.date_order == "mdy"
    assert not [question for question in reading.questions if question.code == "date_order"]
    assert len(reading.tables.events) == 2


ONE_EVENT = EVENTS_HEAD + "K7,outpatient,300,\n"


def test_the_middle_of_the_interviews_is_told(tmp_path):
    lines = [f"H{n},4,2026-03-{day:02d}" for n, day in enumerate((1, 2, 9, 20, 31))]
    rows = "\n".join(["household_id,household_size,interview_date", *lines, "H9,4,", ""])
    files = [write(tmp_path, "households.csv", rows), write(tmp_path, "events.csv", ONE_EVENT)]
    assert read_survey(files).interviewed == "2026-03-09"
    without = write(tmp_path, "plain.csv", "household_id,household_size\nH1,4\n")
    assert read_survey([without, files[1]]).interviewed == ""


def test_an_example_row_is_no_sample_of_ones_own(tmp_path):
    rows = "household_id,household_size,example\nV01-001,5,yes\nK7,4,\n"
    files = [write(tmp_path, "households.csv", rows), write(tmp_path, "events.csv", ONE_EVENT)]
    reading = read_survey(files)
    samples = {guess.column: guess.samples for guess in reading.guesses if guess.file == "households.csv"}
    assert samples["household_id"] == ("K7",)
    assert reading.after.households == 1


def test_a_day_count_is_asked_about_and_read_from_either_epoch(tmp_path):
    reading = dated(tmp_path, "43314", interview="2018-08-10")
    (question,) = [question for question in reading.questions if question.code == "epoch"]
    assert question.assumed == "1900"
    assert "epoch_assumed" in codes(reading)
    assert len(reading.tables.events) == 1
    answered = SurveyMapping.from_json({**reading.mapping.as_json(), "epoch": 1904})
    assert len(dated(tmp_path, "43314", interview="2018-08-10", mapping=answered).tables.events) == 0


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_workbook_of_either_epoch_gives_the_same_days(tmp_path, since_1904):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"date_1904": since_1904}) as book:
        style = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet("households")
        page.write_row(0, 0, ["household_id", "household_size", "interview_date"])
        page.write_row(1, 0, ["H1", 4])
        page.write_datetime(1, 2, moment(2022, 8, 10), style)
        page = book.add_worksheet("events")
        page.write_row(0, 0, ["household_id", "event_kind", "bill", "event_date"])
        page.write_row(1, 0, ["H1", "outpatient", 5])
        page.write_datetime(1, 3, moment(2022, 8, 3), style)
        page.write_row(2, 0, ["H1", "outpatient", 5])
        page.write_number(2, 3, 43_314 if since_1904 else 44_776)
    reading = read_survey([write(tmp_path, "survey.xlsx", buffer.getvalue())])
    assert len(reading.tables.events) == 2
    assert reading.mapping.epoch == (1904 if since_1904 else 1900)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-05", "2026-03-05"),
        ("2026-03-05T10:11:12.000+05:30", "2026-03-05"),
        ("5/3/26", "2026-03-05"),
        ("05.03.2026", "2026-03-05"),
        ("५/३/२०२६", "2026-03-05"),
        ("12/25/2025", "2025-12-25"),
        ("5 March 2026", "2026-03-05"),
        ("5-Mar-26", "2026-03-05"),
        ("March 5, 2026", "2026-03-05"),
        (moment(2026, 3, 5, 7), "2026-03-05"),
        (dt.date(2026, 3, 5), "2026-03-05"),
        ("43314", "2018-08-02"),
    ],
)
def test_dates_are_read_as_people_write_them(cell, day):
    assert date_of(cell).isoformat() == day


@pytest.mark.parametrize("cell", ["yesterday", "32/01/2026", "31/02/2026", "5 Foo 2026", "#REF!"])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(CellRefused):
        date_of(cell)
    assert date_of("") is None
    assert date_of(None) is None


def test_numbers_of_every_type_of_cell():
    assert number_of(True) == 1.0
    assert np.isnan(number_of(None))
    assert number_of(dt.timedelta(hours=36)) == 1.5
    for cell in (dt.date(2026, 3, 5), float("inf"), "x"):
        with pytest.raises(CellRefused, match="not_a_number"):
            number_of(cell)
    with pytest.raises(CellRefused, match="formula_error"):
        number_of("#REF!")
    assert [text_of(cell) for cell in (None, True, False, 3.0, 3.5, moment(2026, 3, 5))] == [
        "",
        "yes",
        "no",
        "3",
        "3.5",
        "2026-03-05",
    ]
    assert [decimal_evidence(text) for text in ("3.000,5", "3,000.50", "500", "x")] == [
        "comma",
        "point",
        "",
        "",
    ]
    assert starts_formula("=1+1")
    assert starts_formula("@SUM(A1)")
    assert not starts_formula("-500")


# ---- sheets


def test_formulas_give_their_last_value_and_error_cells_are_named(tmp_path):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("households")
        page.write_row(0, 0, ["household_id", "household_size"])
        page.write_row(1, 0, ["H1", 4])
        page = book.add_worksheet("events")
        page.write_row(0, 0, ["household_id", "event_kind", "bill"])
        for line, (formula, value) in enumerate(
            [("=200+300", 500), ("=A99/0", "#DIV/0!"), ("=#REF!", "#REF!")], 1
        ):
            page.write_row(line, 0, ["H1", "hospital"])
            page.write_formula(line, 2, formula, None, value)
    reading = read_survey([write(tmp_path, "survey.xlsx", buffer.getvalue())])
    assert bills(reading)[0] == 500.0
    assert np.isnan(bills(reading)[1:]).all()
    assert [(p.row, p.column, p.value) for p in reading.problems if p.code == "formula_error"] == [
        (3, "bill", "#DIV/0!"),
        (4, "bill", "#REF!"),
    ]
    assert "formulas (3)" in problem(reading, "formula_cells").message


def test_a_formula_whose_result_was_never_saved_is_named(tmp_path):
    book = workbook(
        tmp_path,
        households=[["household_id", "household_size"], ["H1", 4]],
        events=[["household_id", "event_kind", "bill"], ["H1", "hospital", "=200+300"]],
    )
    assert problem(read_survey([book]), "formula_without_value").value == "C2"


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUM(A1)", "@cmd", '=HYPERLINK("http://x","y")', "-2+3+cmd|' /C calc'!A0"]
)
def test_cells_like_formulas_stay_text_and_are_pointed_out(tmp_path, text):
    households = write(
        tmp_path,
        "households.csv",
        'household_id,cluster,household_size\nH1,"{}",4\n'.format(text.replace('"', '""')),
    )
    reading = read_survey([households, write(tmp_path, "events.csv", EVENTS_HEAD + "H1,hospital,5,1\n")])
    assert reading.tables.households["cluster"].tolist() == [text]
    assert problem(reading, "formula_like_text").column == "cluster"


def test_no_export_of_ours_lets_such_text_become_a_formula(tmp_path):
    from survey.instruments.template import csv_files, survey_rows
    from survey.instruments.template import workbook as filled

    households = "household_id,cluster,household_size\nH1,=1+1,4\n"
    files = [
        write(tmp_path, "households.csv", households),
        write(tmp_path, "e.csv", EVENTS_HEAD + "H1,hospital,-5,1\n"),
    ]
    tables = read_survey(files).tables
    page = openpyxl.load_workbook(io.BytesIO(filled(survey_rows(tables))))["households"]
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s")
    assert b",'=1+1," in csv_files(survey_rows(tables))["households.csv"]


def test_merged_headers_of_two_lines_give_each_column_its_group(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "members"
    for row in (
        ["household_id", "age", "Hospital", None, "Outpatient", None],
        [None, None, "stays", "cost", "visits", "cost"],
        ["H1", 30, 1, 5000, 2, 400],
        ["H1", 4, 0, None, 0, None],
    ):
        page.append(row)
    for cells in ("C1:D1", "E1:F1", "A1:A2", "B1:B2"):
        page.merge_cells(cells)
    book.save(tmp_path / "survey.xlsx")
    reading = read_survey([tmp_path / "survey.xlsx"])
    assert [guess.column for guess in reading.guesses] == [
        "household_id",
        "age",
        "Hospital stays",
        "Hospital cost",
        "Outpatient visits",
        "Outpatient cost",
    ]
    assert "merged_header" in codes(reading)
    assert reading.tables.events["kind"].tolist() == ["outpatient", "outpatient", "hospital"]
    assert bills(reading) == [200.0, 200.0, 5000.0]


def test_a_title_above_the_header_is_left_out(tmp_path):
    book = workbook(
        tmp_path,
        households=[
            ["Survey of Vaishali 2026"],
            [],
            ["household_id", "household_size"],
            ["H1", 4],
            ["H2", 3],
        ],
        events=[["household_id", "event_kind", "bill"], ["H1", "hospital", 5], ["Total", None, 5]],
    )
    reading = read_survey([book])
    assert problem(reading, "header_below").row == 3
    assert len(reading.tables.households) == 2


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path):
    path = workbook(
        tmp_path,
        households=[["household_id", "household_size"], ["H1", 4], ["H2", 3]],
        events=[["household_id", "event_kind", "bill"], ["H1", "hospital", 5]],
        old=[["household_id", "event_kind", "bill"], ["H2", "hospital", 9]],
    )
    book = openpyxl.load_workbook(path)
    book["households"].row_dimensions[3].hidden = True
    book["events"].column_dimensions["C"].hidden = True
    book["old"].sheet_state = "hidden"
    book.save(path)
    reading = read_survey([path])
    assert problem(reading, "hidden_rows").row == 3
    assert "C" in problem(reading, "hidden_columns").message
    assert problem(reading, "hidden_sheet").sheet == "old"
    assert bills(reading) == [5.0, 9.0]


def test_total_rows_repeated_headers_and_rows_that_are_too_long_do_not_count(tmp_path):
    text = EVENTS + "Total,,19300,\n" + EVENTS_HEAD + "कुल,,1,\nH1,hospital,5,1,surplus\n"
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])
    assert bills(reading) == [7000.0, 300.0, 12000.0]
    assert codes(reading, "dropped") == ["total_row", "repeated_header", "total_row", "ragged_row"]


def test_headers_that_are_there_twice_or_empty_are_told_apart(tmp_path):
    text = "household_id,event_kind,bill,bill,\nH1,hospital,7000,1,x\n"
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])
    assert "bill (2)" in problem(reading, "duplicate_header").message
    assert "column 5" in problem(reading, "empty_header").message
    assert bills(reading) == [7000.0]


def test_text_in_a_legacy_font_is_warned_of(tmp_path):
    text = (
        "household_id,event_kind,bill,dkj.k\nH1,hospital,5,vLirky esa nok\nH1,hospital,6,?kj ds chekjh gS\n"
    )
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])
    assert "Kruti Dev" in problem(reading, "legacy_font").message


def test_a_legacy_font_named_by_the_workbook_is_warned_of(tmp_path):
    path = workbook(
        tmp_path,
        households=[["household_id", "household_size"], ["H1", 4]],
        events=[["household_id", "event_kind", "bill"], ["H1", "hospital", 5]],
    )
    book = openpyxl.load_workbook(path)
    book["events"]["B2"].font = openpyxl.styles.Font(name="Kruti Dev 010")
    book.save(path)
    assert "Kruti Dev 010" in problem(read_survey([path]), "legacy_font").message


def test_old_workbooks_and_open_documents_are_read(tmp_path):
    rows = [["household_id", "event_kind", "bill"], ["H1", "अस्पताल", 500.0], ["H2", "opd", 20.0]]
    for name, contents in (("events.xls", old_workbook(rows)), ("events.ods", open_document(rows))):
        reading = read_survey([roster(tmp_path), write(tmp_path, name, contents)])
        assert reading.tables.events["kind"].tolist() == ["hospital", "outpatient"]
        assert bills(reading) == [500.0, 20.0]
