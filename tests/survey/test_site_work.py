"""The work behind a survey: safe to run twice, to be killed, to come late; on SQLite as on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.urls import reverse

from jobs import kinds
from jobs.models import Chunk, Job, Status
from simulation.stage import figures_so_far
from survey import reading_actions
from survey.blobs import Blob
from survey.estimates import Reason
from survey.kinds import packed, unpacked
from survey.models import State, Survey
from survey.problem_rows import SurveyCorrection, SurveyProblem
from survey.reading.problems import PROBLEM_WORDS
from survey.reason_words import WORDS, reason_words
from survey.reasons import REASONS
from survey.small_cells import hidden as hidden_cells
from survey.stage import survey_states
from survey.words import CODE_WORDS, code_words
from tests.jobs.workers import celery_worker, wait_until
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.survey.site import CSV, read_survey_of, text_of, upload, work, workbook_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scheme(db):
    return make_scheme(make_organisation())


@pytest.fixture
def browser_of(scheme):
    return client_of(scheme.organisation)


def test_keeping_a_reading_twice_changes_nothing(browser_of, scheme):
    upload(browser_of, scheme, *CSV.items())
    job = every(Job).get()
    handler = kinds.get(job.kind)
    result = handler.run_chunk(job.question, 0)
    assert result == handler.run_chunk(job.question, 0)
    handler.finish(job, [result])
    first = every(Survey).get()
    before = first.tables.sha256
    problems = list(every(SurveyProblem).values_list("code", "row", "column"))
    handler.finish(job, [result])
    second = every(Survey).get()
    assert second.report == first.report
    assert list(every(SurveyProblem).values_list("code", "row", "column")) == problems
    assert second.tables.sha256 == before


def test_an_answer_that_comes_after_something_newer_was_asked_is_dropped(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, *CSV.items())
    late = every(Job).get(kind="survey_reading")
    handler = kinds.get(late.kind)
    result = handler.run_chunk(late.question, 0)
    wrong = every(SurveyProblem).get(code="negative")
    reading_actions.correct(
        survey=survey, seen_version=survey.version, problems=[wrong], value="5000", user=None
    )
    reading_actions.ask_for_reading(survey=every(Survey).select_related("organisation").get())
    handler.finish(late, [result])
    assert every(Survey).get().is_stale
    work()
    fresh = every(Survey).get()
    assert not fresh.is_stale
    assert not every(SurveyProblem).filter(code="negative").exists()
    assert every(SurveyCorrection).count() == 1


def test_a_question_names_rows_and_repeats_none_of_their_values(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, *CSV.items())
    wrong = every(SurveyProblem).get(code="negative")
    reading_actions.correct(
        survey=survey, seen_version=survey.version, problems=[wrong], value="123456", user=None
    )
    reading_actions.ask_for_reading(survey=every(Survey).select_related("organisation").get())
    assert not any("123456" in str(job.question) for job in every(Job).all())


def test_what_is_packed_comes_back():
    head, body = unpacked(packed({"a": [1, "ख"]}, b"\x00rest"))
    assert (head, body) == ({"a": [1, "ख"]}, b"\x00rest")


@pytest.mark.django_db(transaction=True)
def test_kill_9_in_the_middle_of_reading_loses_nothing(tmp_path):
    log = tmp_path / "worker.log"
    with current_app.connection_for_write() as line:
        line.default_channel.queue_purge("celery")
    scheme = make_scheme(make_organisation())
    upload(client_of(scheme.organisation), scheme, ("survey.xlsx", workbook_of(1500)))
    chunk = Chunk.objects.filter(job__kind="survey_reading")
    with celery_worker(log):
        wait_until(lambda: chunk.filter(state=Chunk.State.RUNNING).exists(), log=log)
    assert every(Survey).get().state == State.WAITING
    with celery_worker(log):
        wait_until(lambda: every(Survey).get().state == State.READ, log=log)
    assert every(Job).get().status == Status.DONE
    assert every(Survey).get().report["after"]["households"] > 1300


def test_the_stage_says_the_one_thing_to_do_next(browser_of, scheme):
    def state():
        return survey_states([scheme], figures_so_far([scheme]))[scheme.pk]

    assert state().state == "todo"
    assert "or type your figures" in str(state().sentence)
    upload(browser_of, scheme, *CSV.items())
    assert (state().state, str(state().action)) == ("todo", "Watch it")
    work()
    assert state().state == "todo"
    every(Survey).update(state=State.REFUSED)
    assert (state().state, str(state().action)) == ("warn", "See why")
    assert state().url in browser_of.get("/").content.decode()


def test_a_later_file_that_is_refused_takes_nothing_back_of_a_good_survey(browser_of, scheme):
    def state():
        return survey_states([scheme], figures_so_far([scheme]))[scheme.pk]

    good = read_survey_of(browser_of, scheme, *CSV.items())
    before = state()
    bad = _refused(browser_of, scheme)
    assert state() == before
    assert str(good.pk) in state().url
    every(Survey).filter(pk=good.pk).delete()
    assert (state().state, str(bad.pk) in state().url) == ("warn", True)


def test_a_refused_upload_is_removed_with_its_bytes_and_a_good_one_is_not(browser_of, scheme):
    good = read_survey_of(browser_of, scheme, *CSV.items())
    pieces = every(Blob).count()
    bad = _refused(browser_of, scheme)
    assert every(Blob).count() > pieces
    shelf = reverse("survey:surveys", args=[scheme.pk])
    assert reverse("survey:discard", args=[bad.pk]) in browser_of.get(shelf).content.decode()
    answer = browser_of.post(reverse("survey:discard", args=[bad.pk]), follow=True)
    assert "its bytes are gone" in text_of(answer)
    assert every(Blob).count() == pieces
    browser_of.post(reverse("survey:discard", args=[good.pk]))
    assert [one.pk for one in every(Survey).all()] == [good.pk]


def _refused(browser, scheme):
    bad = read_survey_of(browser, scheme, ("other.csv", b"a,b\n1,2\n"))
    every(Survey).filter(pk=bad.pk).update(state=State.REFUSED)
    return bad


def test_every_reason_has_its_sentence_and_every_sentence_its_numbers(scheme):
    assert set(WORDS) == set(REASONS)
    for code, names in REASONS.items():
        values = {name: "sigma" if name == "parameter" else 0.25 for name in names}
        if "persistence" in values:
            values["persistence"] = "persistent"
        words = reason_words(Reason(code=code, values=values), scheme)
        assert "%(" not in words
        assert words.endswith(".")


def test_every_problem_has_a_short_name():
    assert all(code_words(code)[0].isupper() for code in PROBLEM_WORDS)
    assert {"numbers_by_village", "mapping_not_used", "same_file"} <= set(CODE_WORDS)


def test_a_hidden_cell_never_follows_from_the_others():
    assert hidden_cells([50, 20, 30]) == [False, False, False]
    assert hidden_cells([50, 3, 30]) == [False, True, True]
    assert hidden_cells([50, 3, 30, 4]) == [False, True, True, True]
    assert hidden_cells([50, 0, 30]) == [False, False, False]
    assert hidden_cells([9, 9, 50]) == [True, True, False]


SQLITE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from tests.makers import client_of, make_organisation, make_scheme
from tests.survey.site import estimates_of, hidden, read_survey_of, workbook_of
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
scheme = make_scheme(make_organisation())
client = client_of(scheme.organisation)
survey = read_survey_of(client, scheme, ("survey.xlsx", workbook_of(200)))
page = estimates_of(client, survey)
shown = client.get(page + "take-over/")
answer = client.post(page + "take-over/", {"version": hidden(shown, "version"),
                     "assumptions": hidden(shown, "assumptions"), "others": "keep"})
assert answer.status_code == 302, answer.status_code
for name in ("problems/", "columns/", ""):
    assert client.get(f"/surveys/{survey.pk}/{name}").status_code == 200, name
from simulation.queries import current_set
print("adopted", current_set(scheme=scheme).number)
"""


def test_the_whole_way_works_on_the_laptops_own_database(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}
    } | {
        "CBHI_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cbhi_site.settings",
        "PYTHONPATH": str(ROOT),
        "SIMULATED_FAMILIES": "50000",
    }
    done = subprocess.run(
        [sys.executable, "-c", SQLITE], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180
    )
    assert "adopted 2" in done.stdout, done.stderr[-3000:]


def test_the_example_scheme_is_priced_from_its_made_up_survey(db, settings):
    from calculator.models import Package
    from cbhi_site.management.commands.example import make_example
    from cbhi_site.survey_example import NAME, start_survey_example

    settings.SIMULATED_FAMILIES = 50_000
    user = make_example()
    organisation = every(Survey).model._meta.get_field("organisation").related_model.objects.get()
    scheme = start_survey_example(organisation=organisation, user=user)
    assert scheme.name == NAME
    work()
    survey = every(Survey).get(scheme=scheme)
    assert survey.state == State.READ
    package = every(Package).get(scheme=scheme)
    assert package.assumption_set.number == 2
    stays = package.assumption_set.risks.get(key="hospitalisation")
    # the truth of the made-up community: 4.5 in 100, of which 4 in 100 cost nothing
    assert stays.incidence == pytest.approx(0.045 * 0.96, rel=0.25)
    assert stays.severity_mean == pytest.approx(17_500, rel=0.35)
