"""Rows are joined to the right household once: numbers that start anew, exports that overlap, lost zeros."""

import json

import pytest

from survey.reading.keys import IdIndex
from survey.reading.mapping import SheetMap, SurveyMapping
from survey.reading.numbering import cluster_among
from survey.reading.reader import read_survey
from tests.survey.reading_files import write

VILLAGES = "village,household_no,household_size\nA,1,4\nA,2,3\nB,1,5\nB,2,2\n"
VILLAGE_EVENTS = (
    "village,household_no,event_kind,bill\nA,1,hospital,1000\nB,1,hospital,2000\nB,2,outpatient,50\n"
)


def read(folder, mapping=None, **files):
    paths = [write(folder, f"{name}.csv", contents) for name, contents in files.items()]
    return read_survey(paths, mapping=mapping)


def listed(reading, code):
    return [(problem.file, problem.row) for problem in reading.problems if problem.code == code]


def test_numbers_that_start_anew_in_every_village_name_a_household_with_its_village(tmp_path):
    reading = read(tmp_path, households=VILLAGES, events=VILLAGE_EVENTS)
    tables = reading.tables
    assert tables.households["household"].tolist() == ["A|1", "A|2", "B|1", "B|2"]
    assert tables.households["cluster"].tolist() == ["A", "A", "B", "B"]
    assert tables.events["household"].tolist() == [0, 2, 3]
    assert reading.counts["numbers_by_village"] == {"note": 2}
    again = read(tmp_path, mapping=reading.mapping, households=VILLAGES, events=VILLAGE_EVENTS)
    assert again.tables.events.equals(tables.events)
    assert again.tables.households.equals(tables.households)


def test_a_roster_numbered_anew_in_every_village_is_not_one_large_family(tmp_path):
    roster = "village,household_no,person_no,age\nA,1,1,30\nA,1,2,31\nB,1,1,50\nB,1,2,55\nB,1,3,5\n"
    tables = read(tmp_path, persons=roster, events=VILLAGE_EVENTS).tables
    assert tables.households["size"].tolist() == [2, 3]
    assert tables.events["bill"].tolist() == [1000.0, 2000.0]


def test_where_events_do_not_say_their_village_nobody_elses_household_gets_them(tmp_path):
    events = "household_no,event_kind,bill\n1,hospital,1000\n2,hospital,2000\n3,hospital,50\n"
    reading = read(tmp_path, households=VILLAGES + "B,3,6\n", events=events)
    assert reading.tables.households["household"].tolist() == ["3"]
    assert reading.tables.events["bill"].tolist() == [50.0]
    assert listed(reading, "number_in_two_villages") == [("households.csv", row) for row in (2, 3, 4, 5)]
    assert listed(reading, "household_dropped") == [("events.csv", 2), ("events.csv", 3)]


def test_one_household_under_two_villages_is_a_slip(tmp_path):
    households = (
        "household_id,cluster,household_size\n" + "".join(f"H{n},V,4\n" for n in range(12)) + "H3,W,4\n"
    )
    reading = read(tmp_path, households=households, events="household_id,event_kind,bill\nH3,hospital,9\n")
    assert reading.counts["duplicate_household"] == {"dropped": 1}
    assert len(reading.tables.households) == 12


def test_members_listed_in_two_villages_are_pointed_out(tmp_path):
    roster = (
        "household_id,village,person_no,age\n" + "".join(f"H{n},V,1,30\n" for n in range(12)) + "H3,W,2,9\n"
    )
    reading = read(tmp_path, persons=roster, events="household_id,event_kind,bill\nH3,hospital,9\n")
    assert listed(reading, "villages_differ") == [("persons.csv", 14)]
    assert reading.tables.households["size"].tolist()[3] == 2


def test_a_village_among_the_parts_of_an_id_is_the_cluster():
    assert cluster_among({"household": (0, 1)}, ("village", "household_no")) == (0,)
    assert cluster_among({"household": (0, 1)}, ("stratum", "household_no")) == ()
    assert cluster_among({"household": (0, 1), "cluster": (2,)}, ("village", "no", "ward")) == ()
    sheet = SheetMap(fingerprint="f", holds="events", columns={"household": ("village", "no")})
    assert SheetMap.from_json(json.loads(json.dumps(sheet.as_json()))) == sheet


def test_a_row_that_is_dropped_takes_its_counted_events_with_it(tmp_path):
    rows = "household_id,person_id,age,opd_visits,opd_cost\nH1,1,30,2,400\nH1,2,20,0,\nH2,1,40,1,300\n"
    later = rows.replace("H1,1,30", "H1,1,31") + "H3,1,9,1,50\n"
    reading = read(tmp_path, persons=rows, persons2=later)
    assert reading.before.events == {"outpatient": 6}
    assert reading.after.events == {"outpatient": 4}
    assert reading.after.money == {"outpatient": 750.0}
    assert listed(reading, "duplicate_person") == [("persons2.csv", 2)]
    assert listed(reading, "row_of_other_file") == [("persons2.csv", 3), ("persons2.csv", 4)]


def test_a_household_that_is_there_twice_counts_its_events_once(tmp_path):
    rows = "household_id,household_size,hospital_stays,hospital_cost\nH1,4,1,5000\nH2,3,0,\nH1,4,1,5000\n"
    reading = read(tmp_path, households=rows)
    assert reading.after.events == {"hospital": 1}
    assert reading.after.money == {"hospital": 5000.0}


def test_exports_that_overlap_count_their_events_once(tmp_path):
    head = "_index,household_id,event_kind,bill\n"
    first = head + "1,A1,hospital,500\n2,A1,hospital,500\n3,A2,outpatient,50\n"
    households = "household_id,household_size\nA1,4\nA2,3\n"
    reading = read(tmp_path, households=households, week1=first, week2=first + "4,A2,hospital,70\n")
    assert reading.after.events == {"hospital": 3, "outpatient": 1}
    assert [row for _file, row in listed(reading, "row_of_other_file")] == [2, 3, 4]
    assert reading.before.rows - reading.after.rows == 3


def test_the_same_file_is_read_once(tmp_path):
    households = "household_id,household_size\nA1,4\n"
    events = "household_id,event_kind,bill\nA1,hospital,500\n"
    reading = read(tmp_path, households=households, events=events, copy=events)
    assert len(reading.tables.events) == 1
    assert reading.counts["same_file"] == {"note": 1}


def test_text_files_that_number_their_rows_each_from_1_are_not_mixed_up(tmp_path):
    head = "_index,household_id,household_size\n"
    visits = "_parent_index,event_kind,bill\n"
    reading = read(
        tmp_path,
        households_a=head + "1,A1,4\n2,A2,3\n3,A3,3\n",
        households_b=head + "1,B1,5\n2,B2,6\n",
        visits_a=visits + "1,hospital,10\n3,hospital,30\n",
        visits_b=visits + "1,hospital,20\n",
    )
    assert reading.tables.events["bill"].tolist() == [30.0]
    assert len(listed(reading, "unknown_household")) == 2


@pytest.mark.parametrize(
    ("roster", "event", "place"),
    [
        (["H11", "H12"], "H101", -1),
        (["15", "16"], "105", -1),
        (["007", "008"], "7", 0),
        (["H07", "H007"], "H7", -1),
        (["H07", "H007"], "h007", 1),
        (["१२", "13"], "12", 0),
        (["12.0", "13"], "१२", 0),
        ([], "1", -1),
    ],
)
def test_only_leading_zeros_get_lost(roster, event, place):
    assert IdIndex(roster).find([event]).tolist() == [place]


def test_persons_of_a_household_that_does_not_count_are_listed(tmp_path):
    reading = read(
        tmp_path,
        households="household_id,weight\nA1,0\nA2,1\n",
        persons="household_id,person_no,age\nA1,1,3\nA1,2,5\nA2,1,7\n",
        events="household_id,event_kind,bill\nA1,hospital,500\nA2,hospital,500\n",
    )
    assert listed(reading, "household_dropped") == [("persons.csv", 2), ("persons.csv", 3), ("events.csv", 2)]
    assert reading.before.rows - reading.after.rows == 4
    assert reading.after.persons == 1


def test_decimal_commas_are_found_in_columns_of_counts_and_costs(tmp_path):
    rows = "".join(f"H{n};{n % 3 + 1};{1000 + n},50;4\n" for n in range(1, 13))
    text = "household_id;hospital_stays;hospital_cost;household_size\n" + rows
    reading = read(tmp_path, households=text)
    assert reading.mapping.decimal_mark == "comma"
    assert reading.after.events == {"hospital": 24}
    assert reading.after.money["hospital"] == pytest.approx(sum(1000.5 + n for n in range(1, 13)))


def test_a_cost_without_an_event_is_listed(tmp_path):
    rows = "household_id,household_size,hospital_stays,hospital_cost\nH1,4,0,5000\nH2,3,,300\nH3,3,1,20\n"
    reading = read(tmp_path, households=rows)
    assert listed(reading, "cost_without_event") == [("households.csv", 2), ("households.csv", 3)]
    assert reading.after.money == {"hospital": 20.0}


def test_nil_is_nothing_paid(tmp_path):
    events = "household_id,event_kind,bill\nH1,hospital,Nil\nH1,hospital,NA\nH1,hospital,200\n"
    tables = read(tmp_path, households="household_id,household_size\nH1,4\n", events=events).tables
    assert tables.events["bill"].fillna(-1.0).tolist() == [0.0, -1.0, 200.0]


def test_people_used_as_ids_are_joined_by_and_never_shown(tmp_path):
    names = "Sita Devi", "Ram Kumar", "Gita Rani", "Mohan Lal"
    households = "household,household_size\n" + "".join(f"{name},4\n" for name in names) + "Sita Devi,6\n"
    events = "household,event_kind,bill\nSita Devi,hospital,1000\nRam Kummar,hospital,2000\n"
    reading = read(tmp_path, households=households, events=events)
    assert reading.tables.events["bill"].tolist() == [1000.0]
    assert reading.counts["duplicate_household"] == reading.counts["unknown_household"] == {"dropped": 1}
    told = json.dumps(reading.as_json(), ensure_ascii=False)
    assert not [word for word in (*names, "Kummar") if word in told]
    assert reading.tables.households["household"].tolist() == ["h1", "h2", "h3", "h4"]


def test_a_mapping_of_other_files_is_not_passed_over_in_silence(tmp_path):
    sheet = SheetMap(fingerprint="other", holds="events", columns={"bill": ("cost",)})
    reading = read(
        tmp_path, mapping=SurveyMapping(sheets=(sheet,)), households=VILLAGES, events=VILLAGE_EVENTS
    )
    assert reading.counts["mapping_not_used"] == {"note": 1}
    assert len(reading.tables.events) == 3
