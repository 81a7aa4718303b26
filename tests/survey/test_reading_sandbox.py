"""Reading in a child process: the same answer, and nothing that takes the parent down."""

import io
import json
import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from survey.reading import child, sandbox
from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused
from survey.reading.reader import read_survey
from survey.reading.sandbox import read_survey_apart
from survey.reading.sources import SurveyFile
from survey.reading.tables_file import tables_from_bytes, tables_to_bytes
from survey.tables import TablesRefused
from tests.survey.reading_files import EVENTS, roster, write


@pytest.fixture
def files(tmp_path):
    return [roster(tmp_path), write(tmp_path, "events.csv", EVENTS)]


def test_the_child_gives_the_same_reading(files):
    apart, here = read_survey_apart(files), read_survey(files)
    assert apart.as_json() == here.as_json()
    for frame in ("households", "persons", "events"):
        assert getattr(apart.tables, frame).equals(getattr(here.tables, frame))
        assert getattr(apart.tables, frame).dtypes.equals(getattr(here.tables, frame).dtypes)


def test_a_refusal_of_the_child_is_the_same_refusal(tmp_path):
    noise = write(tmp_path, "noise.csv", b"household_id,x\n" + bytes(range(1, 32)) * 40)
    with pytest.raises(FileRefused) as caught:
        read_survey_apart([noise])
    assert caught.value.code == "not_text"


def test_a_child_that_needs_too_much_memory_is_refused(tmp_path, files):
    big = write(tmp_path, "big.csv", EVENTS + "H1,hospital,7000,4\n" * 700_000)
    with pytest.raises(FileRefused) as caught:
        read_survey_apart([files[0], big], limits=Limits(memory_bytes=230 * MEGABYTE))
    assert caught.value.code == "took_too_much"


def test_a_child_that_needs_too_long_is_ended(tmp_path, files):
    big = write(tmp_path, "big.csv", EVENTS + "H1,hospital,7000,4\n" * 900_000)
    started = time.perf_counter()
    with pytest.raises(FileRefused) as caught:
        read_survey_apart([files[0], big], limits=Limits(seconds=1))
    assert caught.value.code == "took_too_long"
    assert time.perf_counter() - started < 6


def test_what_is_raised_while_waiting_ends_the_child(tmp_path, files, monkeypatch):
    started = []
    real = sandbox.subprocess.Popen

    def noted(*args, **kwargs):
        started.append(real(*args, **kwargs))
        return started[-1]

    def cancelled():
        raise InterruptedError

    monkeypatch.setattr(sandbox.subprocess, "Popen", noted)
    big = write(tmp_path, "big.csv", EVENTS + "H1,hospital,7000,4\n" * 900_000)
    with pytest.raises(InterruptedError):
        read_survey_apart([files[0], big], on_wait=cancelled)
    assert started[0].poll() is not None


@pytest.mark.parametrize(("ending", "code"), [("os.abort()", "damaged"), ("sys.exit(77)", "took_too_much")])
def test_a_child_that_dies_is_a_refusal(tmp_path, files, monkeypatch, ending, code):
    program = tmp_path / "dies.py"
    program.write_text(textwrap.dedent(f"import os, sys\n{ending}\n"))
    real = sandbox.subprocess.Popen
    monkeypatch.setattr(
        sandbox.subprocess, "Popen", lambda _command, **kwargs: real([sys.executable, str(program)], **kwargs)
    )
    with pytest.raises(FileRefused) as caught:
        read_survey_apart(files)
    assert caught.value.code == code


def test_the_child_knows_no_secrets_and_leaves_nothing_behind(files, monkeypatch, tmp_path):
    seen = {}
    real = sandbox.subprocess.Popen

    def noted(command, **kwargs):
        seen.update(kwargs["env"], folder=command[-1])
        return real(command, **kwargs)

    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("DATABASE_URL", "y")
    monkeypatch.setattr(sandbox.subprocess, "Popen", noted)
    read_survey_apart(files)
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(seen)
    assert not os.path.exists(seen["folder"])  # noqa: PTH110


def test_the_childs_own_steps_answer_a_question_and_a_refusal(tmp_path, files, monkeypatch):
    limited = {}
    monkeypatch.setattr(child, "limit_process", lambda **limits: limited.update(limits))
    sandbox._ask(tmp_path, [SurveyFile(path=file) for file in files], None, [], Limits())
    assert child.main(tmp_path) == 0
    assert "reading" in json.loads((tmp_path / "answer.json").read_text())
    assert limited["seconds"] == Limits().seconds
    files[1].write_text("")
    assert child.main(tmp_path) == 0
    assert json.loads((tmp_path / "answer.json").read_text())["refused"]["code"] == "empty"

    def greedy(*_args):
        raise MemoryError

    monkeypatch.setattr(child, "_read", greedy)
    assert child.main(tmp_path) == sandbox.OUT_OF_MEMORY == child.OUT_OF_MEMORY


def test_tables_are_stored_without_pickles_and_come_back_whole(files):
    tables = read_survey(files).tables
    raw = tables_to_bytes(tables)
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)
    again = tables_from_bytes(raw)
    assert again.events.equals(tables.events)
    assert again.recall == tables.recall


def test_bytes_that_are_no_tables_are_refused(files):
    raw = tables_to_bytes(read_survey(files).tables)
    evil = io.BytesIO()
    np.savez(evil, recall=np.array([{"a": 1}], dtype=object))
    for broken in (b"", b"PK\x03\x04", raw[: len(raw) // 2], evil.getvalue()):
        with pytest.raises(TablesRefused):
            tables_from_bytes(broken)


def test_the_childs_limits_are_held_by_the_system():
    script = (
        "import resource; from survey.reading.child import limit_process; "
        "limit_process(memory_bytes=10**9, seconds=7); "
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1000000000", "7"]
