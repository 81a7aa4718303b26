"""Survey to premium from the shell: what is printed where, and how it ends."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from calculator.case import answer_case, read_case
from survey.reading.reader import read_survey
from tests.survey.reading_files import EVENTS, write


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    path = tmp_path_factory.mktemp("example") / "survey.xlsx"
    out = io.StringIO()
    call_command("example_survey", str(path), households=200, stdout=out)
    assert "invented" in out.getvalue()
    return path


def fit(*arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("fit_survey", *map(str, arguments), resamples=100, stdout=out, stderr=err, **options)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_words_and_a_ready_block_are_printed(example):
    code, out, err = fit(example)
    assert code == 0
    assert "events, event_kind: kind, 1.00" in out
    assert "recall: hospital, 365 days" in out
    assert "events per person-year" in out
    block = json.loads(out[out.index('{\n  "benefits"') :])["benefits"]
    assert "hospitalisation" in {benefit["name"] for benefit in block}
    assert "bill_missing" in err


def test_the_case_can_be_priced_as_it_is(example):
    code, out, _err = fit(example, "--case", family="gamma", persons=2000)
    assert code == 0
    case = json.loads(out)
    assert case["community"]["persons"] == 2000
    assert {b["severity"]["law"] for b in case["benefits"] if b["name"] in {"opd", "hospitalisation"}} == {
        "gamma"
    }
    answer = answer_case(read_case(case))
    assert answer["premium"]["pure"] > 0


def test_everything_comes_as_one_object(example, tmp_path):
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps(read_survey([example]).mapping.as_json()))
    code, out, _err = fit(example, "--json", mapping=str(mapping), persistence=["injury=persistent"])
    assert code == 0
    assert set(json.loads(out)) == {"reading", "estimates", "case"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "no such file"),
        (["{events}"], "Nothing can be estimated"),
        (["{example}", "--mapping", "{events}"], "cannot be read as JSON"),
        (["{example}", "--mapping", "{empty}"], "version is 1"),
        (["{example}", "--persistence", "opd"], "KIND=persistent"),
        (["{example}", "--persistence", "opd=often"], "persistent or passing"),
        (["{zero}"], "0 bytes"),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error_and_ends_with_two(example, tmp_path, arguments, said):
    places = {
        "events": write(tmp_path, "events.csv", EVENTS),
        "zero": write(tmp_path, "zero.csv", ""),
        "empty": write(tmp_path, "empty.json", "{}"),
        "example": example,
    }
    code, out, err = fit(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_an_example_is_the_same_every_time_and_comes_as_csv_too(tmp_path):
    for name in ("one", "two"):
        call_command("example_survey", str(tmp_path / name), households=30, stdout=io.StringIO())
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["events.csv", "households.csv", "members.csv", "recall.csv"]
    assert all(
        (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files
    )
    assert read_survey([tmp_path / "one" / name for name in files]).tables is not None
    with pytest.raises(CommandError, match="at least 1"):
        call_command("example_survey", str(tmp_path / "x"), households=0)
    with pytest.raises(CommandError, match="No such file"):
        call_command("example_survey", str(tmp_path / "no" / "x.xlsx"), households=2)


def test_the_shipped_example_is_read_without_a_question_and_small():
    files = sorted((Path(__file__).parents[2] / "docs" / "examples" / "survey").glob("*.csv"))
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) < 200_000
    reading = read_survey(files)
    assert reading.tables is not None
    assert (reading.questions, reading.count_of("dropped")) == ((), 0)


def test_a_law_that_cannot_be_fitted_is_said(tmp_path):
    households = write(tmp_path, "households.csv", "household_id,household_size\nH1,4\nH2,3\n")
    events = write(tmp_path, "events.csv", "household_id,event_kind,bill\nH1,hospital,500\nH2,hospital,900\n")
    code, out, err = fit(households, events, "--case", family="lomax")
    assert (code, out) == (2, "")
    assert "lomax could not be fitted to its 2 costs; it is left out" in err
    assert "nothing to price" in err
    code, _out, err = fit(households, events, family="lomax")
    assert code == 0


@pytest.mark.parametrize(("option", "value"), [("persons", 0), ("seed", -1)])
def test_numbers_that_mean_nothing_are_refused(tmp_path, option, value):
    events = write(tmp_path, "events.csv", EVENTS)
    code, out, err = fit(events, "--case", **{option: value})
    assert (code, out) == (2, "")
    assert option in err
