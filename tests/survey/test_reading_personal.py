"""What tells who people are is dropped at the door, said so, and kept nowhere."""

import json
import time

import pytest

from survey.reading.personal import hide, is_aadhaar, is_phone, personal_name, personal_values, verhoeff_holds
from survey.reading.reader import read_survey
from survey.reading.sandbox import read_survey_apart
from tests.survey.reading_files import EVENTS, write

AADHAAR = ["234123412346", "9999 4105 7058", "4991-1866-5246"]
PHONES = ["9812345678", "+91 98765 43210", "09812345679"]
HEAD = (
    "household_id,cluster,household_size,head of household,मोबाइल,id number,contact,e-mail,_submitted_by,"
    "_gps_latitude,place,ठेगाना,deviceid,remarks,who\n"
)
ROWS = [
    f"H{n},V1,4,Sita Devi,{PHONES[n]},{AADHAAR[n]},{PHONES[n]},sita{n}@example.org,ramesh,27.7172,"
    f'"27.717{n} 85.324{n} 0 0",'
    f"Ward {n},x{n},told by neighbour {n},{('Ram Kumar', 'Gita Rai', 'Hari Thapa')[n]}\n"
    for n in range(3)
]
SECRETS = [*AADHAAR, *PHONES, "Sita", "ramesh", "example.org", "27.717", "Ram Kumar", "Gita Rai"]


def test_columns_of_persons_are_dropped_and_no_value_of_them_is_kept(tmp_path):
    households = write(tmp_path, "households.csv", HEAD + "".join(ROWS))
    events = EVENTS.replace("H1", "H0").replace("H3", "H1")
    for read in (read_survey, read_survey_apart):
        reading = read([households, write(tmp_path, "events.csv", events)])
        reasons = {column.column: column.reason for column in reading.dropped_columns}
        assert reasons == {
            "मोबाइल": "phone",
            "id number": "aadhaar",
            "contact": "phone",
            "e-mail": "email",
            "_submitted_by": "device",
            "_gps_latitude": "location",
            "place": "location",
            "ठेगाना": "address",
            "deviceid": "device",
            "who": "name",
            "head of household": "name",
        }
        kept = json.dumps(reading.as_json(), ensure_ascii=False) + reading.tables.households.to_csv()
        assert not [secret for secret in SECRETS if secret in kept]
        (note,) = [problem for problem in reading.problems if problem.code == "columns_dropped"]
        assert "(11 in all)" in note.message
        assert len(reading.tables.events) == 3


def test_households_that_are_numbered_by_phone_get_running_numbers(tmp_path):
    households = "household_id,household_size\n" + "".join(f"{phone},4\n" for phone in PHONES)
    events = (
        f"household_id,event_kind,bill\n{PHONES[0]},hospital,5\n{PHONES[2]},hospital,6\n9800000000,opd,1\n"
    )
    files = [write(tmp_path, "households.csv", households), write(tmp_path, "events.csv", events)]
    reading = read_survey(files)
    assert reading.tables.households["household"].tolist() == ["h1", "h2", "h3"]
    assert reading.tables.events["household"].tolist() == [0, 2]
    assert "household_id_replaced" in reading.counts
    kept = json.dumps(reading.as_json(), ensure_ascii=False)
    assert not [phone for phone in [*PHONES, "9800000000"] if phone in kept]


def test_free_text_gives_no_samples(tmp_path):
    lines = "".join(f"H{n},3,patient number {n} of the village headman said so\n" for n in range(40))
    households = write(tmp_path, "households.csv", "household_id,household_size,remarks\n" + lines)
    reading = read_survey([households, write(tmp_path, "events.csv", EVENTS)])
    samples = {guess.column: guess.samples for guess in reading.guesses}
    assert samples["remarks"] == ()
    assert samples["household_size"] == ("3",)


def test_check_digits_follow_verhoeff():
    assert verhoeff_holds("2363")
    assert not verhoeff_holds("2364")
    assert all(is_aadhaar(number) for number in AADHAAR)
    assert not is_aadhaar("234123412345")
    assert not is_aadhaar("134123412346")
    changed = [
        AADHAAR[0][:place] + str((int(AADHAAR[0][place]) + 1) % 10) + AADHAAR[0][place + 1 :]
        for place in range(12)
    ]
    assert not any(verhoeff_holds(number) for number in changed)


@pytest.mark.parametrize(
    "number", ["9812345678", "+919812345678", "00977 9812345678", "98123 45678", "0-9812345678"]
)
def test_phone_numbers_are_known(number):
    assert is_phone(number)
    assert hide(number) == "…"


@pytest.mark.parametrize("text", ["12345", "3,52,54,537", "2026-03-05", "1234567890123", "H-100200300"])
def test_other_numbers_are_no_phone_numbers(text):
    assert not is_phone(text)
    assert hide(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "village name",
        "hospital_name",
        "cluster",
        "name of illness",
        "instanceName",
        "weight",
        "गाँव का नाम",
        "event_kind",
    ],
)
def test_names_of_places_and_things_are_kept(name):
    assert personal_name(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Name of respondent", "name"),
        ("group/respondent_name", "name"),
        ("मुखिया का नाम", "name"),
        ("Aadhaar No.", "aadhaar"),
        ("mobileNumber", "phone"),
        ("Contact number", "phone"),
        ("DOB", "other_id"),
        ("ration card", "other_id"),
        ("voter id", "other_id"),
        ("House No", "address"),
        ("_gps_longitude", "location"),
    ],
)
def test_names_of_columns_tell(name, reason):
    assert personal_name(name) == reason


def test_a_column_with_a_role_is_not_taken_for_names():
    values = ["Bela Chapra", "Gita Nagar", "Ram Pur"]
    assert personal_values(values, has_role=False) == "name"
    assert personal_values(values, has_role=True) == ""
    assert personal_values(["only one"], has_role=False) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call Ram 9812345678", "…"),
        ("4000 or 98123 45678", "…"),
        ("card 2345 6789 0124 of Sita", "…"),
        ("mail sita@example.org", "…"),
        ("at 27.70169, 85.3206", "…"),
        ("4000/-", "4000/-"),
        ("12345678901234", "12345678901234"),
    ],
)
def test_numbers_of_people_are_hidden_wherever_they_stand_in_a_cell(text, shown):
    assert hide(text) == shown


def test_a_cell_of_a_hundred_thousand_characters_takes_no_time():
    started = time.process_time()
    hide("9" * 100_000)
    hide("a" * 100_000)
    assert time.process_time() - started < 1.0
