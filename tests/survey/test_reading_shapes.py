"""The layouts that surveys come in, joined into the same tables."""

import json

import pytest

from survey.reading.mapping import ColumnGuess, MappingRefused, SheetMap, SurveyMapping
from survey.reading.problems import Problem
from survey.reading.reader import read_survey
from survey.reading.reading import Correction, Reading
from survey.reading.words import PROBLEM_WORDS, ROLE_WORDS
from tests.survey.reading_files import EVENTS, EVENTS_HEAD, roster, workbook, write


def role_of(reading, column, sheet=None):
    (guess,) = [g for g in reading.guesses if g.column == column and sheet in {None, g.sheet}]
    return guess.role


def codes(reading):
    return {problem.code for problem in reading.problems}


def test_events_and_a_roster_of_persons_are_joined_by_household_and_person(tmp_path):
    members = "hhid,member_no,age,gender,village,wt\n001,1,40,M,A,2\n001,2,35,F,A,2\n002,1,60,F,B,1\n"
    events = (
        "hhid,member_no,type of care,total bill,days\n1,2,Inpatient,9000,3\n002,1,OPD,250,\n2,7,X-ray,900,\n"
    )
    reading = read_survey([write(tmp_path, "members.csv", members), write(tmp_path, "illness.csv", events)])
    tables = reading.tables
    assert reading.shape == "events_and_roster"
    assert reading.confidence > 0.7
    assert tables.households["household"].tolist() == ["001", "002"]
    assert tables.households["size"].tolist() == [2, 1]
    assert tables.households["weight"].tolist() == [2.0, 1.0]
    assert tables.events["household"].tolist() == [0, 1, 1]
    assert tables.events["person"].tolist() == [1, 2, -1]
    assert tables.events["kind"].tolist() == ["hospital", "outpatient", "imaging"]
    assert tables.persons["sex"].tolist() == ["m", "f", "f"]
    assert "unknown_person" in codes(reading)
    assert reading.mapping.recall == {"hospital": 365.0, "outpatient": 30.0, "imaging": 30.0}
    assert {question.about for question in reading.questions} == {"hospital", "outpatient", "imaging"}


def test_persons_with_counts_and_costs_become_events(tmp_path):
    rows = (
        "household_no,age,sex,opd_visits_last_15_days,opd_cost,hospital_stays_last_365_days,hospital_cost,hospital_days\n"
        "1,30,f,2,600,0,,\n1,5,m,0,,1,8000,4\n2,70,m,one,,0,,\n2,66,f,1.5,,yes,100,1\n"
    )
    reading = read_survey([write(tmp_path, "survey.csv", rows)])
    events = reading.tables.events
    assert reading.shape == "persons_with_counts"
    assert events["kind"].tolist() == ["outpatient", "outpatient", "hospital", "hospital"]
    assert events["bill"].tolist() == [300.0, 300.0, 8000.0, 100.0]
    assert events["days"].tolist()[2:] == [4.0, 1.0]
    assert events["person"].tolist() == [0, 0, 1, 3]
    assert reading.mapping.recall == {"outpatient": 15.0, "hospital": 365.0}
    assert {"bills_averaged", "not_a_number", "count_not_whole"} <= codes(reading)


def test_households_with_counts_become_events_without_a_person(tmp_path):
    rows = "household_id,household_size,hospital_stays,hospital_cost\nA,4,2,9000\nB,3,0,\n"
    reading = read_survey([write(tmp_path, "households.csv", rows)])
    assert reading.tables.events["household"].tolist() == [0, 0]
    assert reading.tables.events["person"].tolist() == [-1, -1]
    assert reading.tables.events["bill"].sum() == 9000.0


def kobo(tmp_path, **change):
    main = [
        [
            "start",
            "household/household_id",
            "household/cluster",
            "household/household_size",
            "consent",
            "_id",
            "_uuid",
            "_submission_time",
            "_index",
        ],
        ["2026-03-01", "A1", "V1", 2, "yes", 901, "u1", "2026-03-01T10:00:00", 1],
        ["2026-03-01", "A2", "V1", 1, "yes", 902, "u2", "2026-03-01T11:00:00", 2],
        ["2026-03-01", "A3", "V2", 3, "no", 903, "u3", "2026-03-01T12:00:00", 3],
    ]
    links = [
        "_index",
        "_parent_table_name",
        "_parent_index",
        "_submission__uuid",
        "_submission__submitted_by",
    ]
    members = [
        ["members/age", "members/sex", *links],
        [40, "female", 1, "survey", 1, "u1", "ramesh"],
        [41, "male", 2, "survey", 1, "u1", "ramesh"],
        [70, "male", 3, "survey", 2, "u2", "sita"],
    ]
    events = [
        ["events/event_kind", "events/bill", *links],
        ["hospital", 7000, 1, "survey", 1, "u1", "ramesh"],
        ["laboratory imaging", 800, 2, "survey", 2, "u2", "sita"],
        ["hospital", 1, 3, "survey", 3, "u3", "sita"],
        ["injury", 90, 4, "members", 3, "u2", "sita"],
    ]
    return workbook(tmp_path, **{"survey": main, "members": members, "events": events} | change)


def test_repeat_groups_are_joined_by_the_exports_own_numbers(tmp_path):
    reading = read_survey([kobo(tmp_path)])
    tables = reading.tables
    assert reading.shape == "repeat_groups"
    assert tables.households["household"].tolist() == ["A1", "A2"]
    assert tables.persons["household"].tolist() == [0, 0, 1]
    assert tables.events["household"].tolist() == [0, 1, 1, 1]
    assert tables.events["person"].tolist() == [-1, -1, -1, 2]
    assert {"no_consent", "household_dropped", "several_kinds"} <= codes(reading)
    assert tables.events["bill"].isna().tolist() == [False, True, True, False]
    assert "_submission__submitted_by" in {column.column for column in reading.dropped_columns}


def test_the_sheets_of_another_forms_export_with_keys_as_text_are_joined(tmp_path):
    files = [
        write(tmp_path, "survey.csv", "household_size,village,KEY\n2,V1,uuid:a\n1,V2,uuid:b\n"),
        write(
            tmp_path,
            "survey-members.csv",
            "age,sex,PARENT_KEY,KEY\n40,female,uuid:a,uuid:a/m[1]\n"
            "41,male,uuid:a,uuid:a/m[2]\n3,male,uuid:b,uuid:b/m[1]\n",
        ),
        write(
            tmp_path,
            "survey-events.csv",
            "event_kind,bill,PARENT_KEY,KEY\nhospital,500,uuid:a/m[2],uuid:a/m[2]/e[1]\n"
            "injury,90,uuid:b/m[1],uuid:b/m[1]/e[1]\n",
        ),
    ]
    tables = read_survey(files).tables
    assert tables.events["household"].tolist() == [0, 1]
    assert tables.events["person"].tolist() == [1, 2]


def test_two_exports_of_one_form_do_not_mix_their_numbers(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (
        kobo(tmp_path / "a"),
        kobo(
            tmp_path / "b",
            survey=[
                ["household/household_id", "household/household_size", "_index"],
                ["B1", 4, 1],
                ["B2", 4, 2],
                ["B3", 4, 3],
            ],
        ),
    )
    tables = read_survey([first, second]).tables
    assert tables.households["household"].tolist() == ["A1", "A2", "B1", "B2", "B3"]
    assert tables.events["household"].tolist() == [0, 1, 1, 1, 2, 3, 3, 4, 3]


def test_blocks_like_those_of_a_national_survey_are_joined(tmp_path):
    files = [
        write(tmp_path, "level_02.csv", "HHID,FSU,hh_size,MULT,UMCE\n11,1,3,2,9000\n12,1,1,1,4000\n"),
        write(
            tmp_path,
            "level_03.csv",
            "HHID,srl_no_of_member,sex,age\n11,1,1,40\n11,2,2,38\n11,3,2,5\n12,1,2,70\n",
        ),
        write(
            tmp_path,
            "level_05_hospital_365_days.csv",
            "HHID,srl_no_of_member,duration_of_stay,total_medical_expenditure,transport_for_patient\n11,2,4,16000,500\n",
        ),
        write(
            tmp_path,
            "level_08_ailments_15_days.csv",
            "HHID,srl_no_of_member,total_medical_expenditure\n11,1,300\n12,1,450\n",
        ),
    ]
    reading = read_survey(files)
    tables = reading.tables
    assert reading.shape == "blocks"
    assert reading.mapping.recall == {"hospital": 365.0, "outpatient": 15.0}
    assert tables.households["size"].tolist() == [3, 1]
    assert tables.households["weight"].tolist() == [2.0, 1.0]
    assert tables.households["total_spending"].tolist() == [108_000.0, 48_000.0]
    assert tables.events["kind"].tolist() == ["hospital", "outpatient", "outpatient"]
    assert tables.events["person"].tolist() == [1, 0, 3]
    assert tables.events["days"].tolist()[0] == 4.0
    assert tables.person_years("outpatient") == pytest.approx(4 * 15 / 365)


def test_hindi_names_and_words_are_understood(tmp_path):
    households = "परिवार संख्या,गाँव,सदस्य संख्या,भोजन खर्च\n1,बेला,४,3000\n2,बेला,3,२०००\n"
    events = "परिवार संख्या,प्रकार,कुल खर्च,दिन\n1,अस्पताल में भर्ती,7,000,4\n".replace("7,000", '"7,000"')
    reading = read_survey([write(tmp_path, "परिवार.csv", households), write(tmp_path, "घटना.csv", events)])
    assert reading.tables.households["size"].tolist() == [4, 3]
    assert reading.tables.households["food_spending"].tolist() == [36_000.0, 24_000.0]
    assert reading.tables.events["kind"].tolist() == ["hospital"]
    assert reading.tables.events["bill"].tolist() == [7000.0]


def test_without_a_roster_nothing_is_estimated_and_it_is_said(tmp_path):
    reading = read_survey([write(tmp_path, "events.csv", EVENTS)])
    assert reading.tables is None
    assert {"no_households", "unknown_household"} <= codes(reading)
    assert (reading.before.events["hospital"], reading.after.events) == (2, {})
    lonely = read_survey([write(tmp_path, "notes.csv", "a,b\n1,2\n")])
    assert lonely.tables is None
    assert {"sheet_not_used", "no_events", "no_kinds"} <= codes(lonely)
    assert lonely.shape == "unknown"


def test_events_of_different_recall_periods_are_kept_apart(tmp_path):
    text = (
        "household_id,event_kind,bill,recall_days\nH1,opd,5,15\nH2,opd,5,15\nH3,opd,5,30\nH1,hospital,9,365\n"
    )
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])
    assert reading.mapping.recall == {"outpatient": 15.0, "hospital": 365.0}
    (problem,) = [problem for problem in reading.problems if problem.code == "recall_differs"]
    assert (problem.row, problem.severity) == (4, "dropped")


def test_doubtful_costs_and_days_are_flagged_and_kept(tmp_path):
    usual = "".join(f"H1,hospital,{7000 + 37 * n},3\n" for n in range(30))
    text = (
        EVENTS_HEAD + usual + "H2,hospital,9000000,400\nH2,hospital,0,\nH2,hospital,,2\nH1,hospital,7000,3\n"
    )
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", text)])
    assert len(reading.tables.events) == 34
    found = {problem.code: (problem.row, problem.column) for problem in reading.problems}
    assert found["outlier"] == (32, "bill")
    assert found["days_above_recall"] == (32, "days_in_hospital")
    assert found["bill_zero"] == (33, "bill")
    assert found["days_missing"] == (33, "days_in_hospital")
    assert found["bill_missing"] == (34, "bill")
    assert found["duplicate_row"] == (35, "")
    assert reading.count_of("dropped") == 0


def test_a_person_can_say_what_the_columns_are(tmp_path):
    text = "a,b,c,d\nH1,hospital,7000,60\nH2,opd,300,20\n"
    files = [roster(tmp_path), write(tmp_path, "x.csv", text)]
    first = read_survey(files)
    assert first.tables is None
    sheets = [
        SheetMap(
            fingerprint=sheet.fingerprint,
            file=sheet.file,
            holds="events",
            columns={"household": ("a",), "kind": ("b",), "bill": ("c", "d")},
        )
        if sheet.file == "x.csv"
        else sheet
        for sheet in first.mapping.sheets
    ]
    told = SurveyMapping(sheets=tuple(sheets), recall={"hospital": 365.0, "outpatient": 15.0, "injury": 30.0})
    reading = read_survey(files, mapping=SurveyMapping.from_json(json.loads(json.dumps(told.as_json()))))
    assert reading.tables.events["bill"].tolist() == [7060.0, 320.0]
    assert reading.tables.recall == {"hospital": 365.0, "outpatient": 15.0, "injury": 30.0}
    assert role_of(reading, "c") == "bill"
    (guess,) = [guess for guess in reading.guesses if guess.column == "c"]
    assert (guess.confidence, guess.by) == (1.0, "person")
    # The next file of the same form needs no question.
    later = write(tmp_path, "x_2027.csv", "a,b,c,d\nH3,hospital,1,1\n")
    assert read_survey([roster(tmp_path), later], mapping=reading.mapping).tables.events["bill"].tolist() == [
        2.0
    ]


def test_a_column_that_the_mapping_names_and_the_sheet_lacks_is_said(tmp_path):
    files = [roster(tmp_path), write(tmp_path, "events.csv", EVENTS)]
    data = read_survey(files).mapping.as_json()
    data["sheets"][1]["columns"]["transport"] = ["fare"]
    reading = read_survey(files, mapping=SurveyMapping.from_json(data))
    assert [problem.column for problem in reading.problems if problem.code == "column_missing"] == ["fare"]


def test_fixes_and_exclusions_are_applied_and_the_file_stays_as_it_was(tmp_path):
    files = [roster(tmp_path), write(tmp_path, "events.csv", EVENTS.replace("300", "3oo"))]
    before = files[1].read_bytes()
    first = read_survey(files)
    sha = first.files[1].sha256
    corrections = [
        Correction(sha256=sha, sheet="", row=3, column="bill", value="₹ 350"),
        Correction(sha256=sha, sheet="", row=4, reason="entered twice"),
        Correction(sha256=sha, sheet="", row=99, reason="not there"),
        Correction(sha256="0" * 64, sheet="", row=2, reason="of another file"),
    ]
    reading = read_survey(files, corrections=corrections)
    assert reading.tables.events["bill"].tolist() == [7000.0, 350.0]
    (excluded,) = [problem for problem in reading.problems if problem.code == "excluded"]
    assert (excluded.row, excluded.severity) == (4, "dropped")
    assert "entered twice" in excluded.message
    assert [p.params["count"] for p in reading.problems if p.code == "corrections_unused"] == [2]
    assert files[1].read_bytes() == before
    assert [Correction.from_json(c.as_json()) for c in corrections] == corrections
    with pytest.raises(ValueError, match="why"):
        Correction(sha256=sha, sheet="", row=4)
    with pytest.raises(ValueError, match="row"):
        Correction(sha256=sha, sheet="", row=0, reason="x")


def test_the_same_file_has_the_same_hash_under_any_name_and_order(tmp_path):
    one, other = roster(tmp_path), write(tmp_path, "events.csv", EVENTS)
    again = write(tmp_path, "copy of events.csv", EVENTS)
    assert read_survey([one, other]).sha256 == read_survey([again, one]).sha256
    changed = write(tmp_path, "events2.csv", EVENTS + "H1,opd,1,\n")
    assert read_survey([one, other]).sha256 != read_survey([one, changed]).sha256
    assert read_survey([one, other]).fingerprint == read_survey([one, changed]).fingerprint


def test_the_list_of_problems_is_bounded_and_the_counts_are_not(tmp_path):
    from survey.reading.limits import Limits

    text = EVENTS_HEAD + "H1,hospital,x,1\n" * 500 + "H77,hospital,1,1\n"
    files = [roster(tmp_path), write(tmp_path, "events.csv", text)]
    reading = read_survey(files, limits=Limits(problems=100))
    assert len(reading.problems) <= 100
    assert reading.counts["not_a_number"] == {"doubtful": 500}
    assert reading.counts["duplicate_row"] == {"doubtful": 499}
    assert "unknown_household" in codes(reading)
    assert reading.problem_count >= 1000


def test_a_reading_survives_being_stored(tmp_path):
    reading = read_survey([kobo(tmp_path)])
    data = json.loads(json.dumps(reading.as_json(), allow_nan=False))
    assert Reading.from_json(data, tables=reading.tables) == reading.with_tables(reading.tables)


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"version": 2},
        {"version": 1, "more": 1},
        {"version": 1, "sheets": [1]},
        {"version": 1, "recall": {"x": 1}},
        {"version": 1, "recall": {"hospital": "x"}},
        {"version": 1, "recall": {"hospital": 0}},
        {"version": 1, "epoch": "x"},
        {"version": 1, "epoch": 1905},
        {"version": 1, "date_order": "ydm"},
        {"version": 1, "decimal_mark": ";"},
        {"version": 1, "date_order": 3},
        {"version": 1, "periods": {"food_spending": "day"}},
        {"version": 1, "periods": []},
        {"version": 1, "sheets": [{"fingerprint": "x", "holds": "things"}]},
        {"version": 1, "sheets": [{"fingerprint": "x", "holds": "events", "kind": "flu"}]},
        {"version": 1, "sheets": [{"fingerprint": "x", "holds": "events", "columns": {"colour": ["a"]}}]},
        {"version": 1, "sheets": [{"fingerprint": "x", "holds": "events", "columns": {"age": ["a", "b"]}}]},
        {"version": 1, "sheets": [{"fingerprint": "x", "holds": "events", "columns": {"age": "a"}}]},
        {"version": 1, "sheets": [{"holds": "events"}]},
    ],
)
def test_mappings_that_make_no_sense_are_refused(data):
    with pytest.raises(MappingRefused):
        SurveyMapping.from_json(data)


def test_guesses_and_problems_refuse_nonsense():
    with pytest.raises(ValueError, match="confidence"):
        ColumnGuess(file="", sheet="", column="", role="", confidence=2)
    with pytest.raises(ValueError, match="samples"):
        ColumnGuess(file="", sheet="", column="", role="", confidence=1, samples=("",) * 6)
    with pytest.raises(ValueError, match="words"):
        Problem(code="flu", severity="note", file="")
    with pytest.raises(ValueError, match="severity"):
        Problem(code="negative", severity="bad", file="")
    assert len(Problem(code="negative", severity="note", file="", value="9" * 100).value) == 60
    assert set(ROLE_WORDS) > {"bill", "household"}
    assert all("%(" in words or "%" not in words.replace("%%", "") for words in PROBLEM_WORDS.values())


@pytest.mark.parametrize("usual", [(7200, 9100, 12_400, 18_000, 33_558, 4_100, 6_000, 15_500), (5000,) * 6])
def test_a_bill_a_hundred_times_the_next_is_pointed_out_among_few(tmp_path, usual):
    rows = "".join(f"H1,hospital,{bill},3\n" for bill in usual)
    told = EVENTS_HEAD + rows + 'H2,hospital,"45,00,000",3\n'
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", told)])
    far = [(one.row, one.severity) for one in reading.problems if one.code == "outlier"]
    assert far == [(len(usual) + 2, "doubtful")]


def test_few_bills_of_the_usual_spread_are_not_pointed_out(tmp_path):
    rows = "".join(f"H1,hospital,{bill},3\n" for bill in (900, 1500, 2100, 3800, 5200, 9000, 16_000, 31_000))
    reading = read_survey([roster(tmp_path), write(tmp_path, "events.csv", EVENTS_HEAD + rows)])
    assert not [one for one in reading.problems if one.code == "outlier"]
