"""Naming columns and resolving problems: kept, applied, taken back, and never lost between two people."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from survey.models import State, Survey
from survey.problem_rows import SavedMapping, SurveyCorrection, SurveyProblem
from survey.words import problem_words
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.survey.site import CSV, hidden, read_survey_of, text_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


@pytest.fixture
def browser_of(scheme):
    return client_of(scheme.organisation)


@pytest.fixture
def survey(browser_of, scheme):
    return read_survey_of(browser_of, scheme, *CSV.items())


def at(survey, name="problems"):
    return reverse(f"survey:{name}", args=[survey.pk])


def correct(client, survey, **posted):
    fresh = every(Survey).get(pk=survey.pk)
    return client.post(at(survey, "correct"), {"version": fresh.version} | posted, follow=True)


def read_again(client, survey):
    client.post(at(survey, "read_again"))
    work()
    return every(Survey).get(pk=survey.pk)


def problem(code):
    return every(SurveyProblem).get(code=code)


def test_each_problem_says_row_column_value_and_what_was_expected(browser_of, survey):
    text = text_of(browser_of.get(at(survey)))
    assert "Row 42 , bill" in text
    assert "“none of your business” is not a number" in text
    assert "below 0" in text
    assert "Household “H99” is not in the list of households" in text


def test_the_list_of_problems_has_no_button_to_itself(browser_of, survey):
    every(Survey).filter(pk=survey.pk).update(mapping_checked=True)
    assert "Look at the problems first" in text_of(browser_of.get(at(survey, "survey")))
    assert "Look at the problems first" not in text_of(browser_of.get(at(survey)))


def test_the_list_is_filtered_by_kind_and_sheet(browser_of, survey):
    text = text_of(browser_of.get(at(survey), {"code": "negative"}))
    assert "is below 0; the value" in text
    assert "H99" not in text
    text = text_of(browser_of.get(at(survey), {"sheet": "households.csv|"}))
    assert "H99" not in text


def test_a_typed_value_takes_the_place_of_the_wrong_one_after_reading_again(browser_of, survey):
    before = survey.report["after"]["money"]["hospital"]
    wrong = problem("negative")
    answer = correct(browser_of, survey, **{f"value-{wrong.pk}": "5000", "do": "these"})
    assert "1 correction is kept" in text_of(answer)
    assert "1 correction waits" in text_of(answer)
    fresh = read_again(browser_of, survey)
    assert fresh.report["after"]["money"]["hospital"] == before + 5000
    assert not every(SurveyProblem).filter(code="negative").exists()


def test_a_row_is_left_out_only_with_a_reason(browser_of, survey):
    wrong = problem("negative")
    answer = correct(browser_of, survey, out=str(wrong.pk), do="these")
    assert "Say why these rows are left out" in text_of(answer)
    assert not every(SurveyCorrection).exists()
    stays = survey.report["after"]["events"]["hospital"]
    correct(browser_of, survey, out=str(wrong.pk), reason="A refund, not a stay", do="these")
    fresh = read_again(browser_of, survey)
    assert fresh.report["after"]["events"]["hospital"] == stays - 1
    assert "A refund, not a stay" in text_of(browser_of.get(at(survey)))


def test_a_missing_reason_loses_nothing_that_was_typed_or_ticked(browser_of, survey):
    typed, ticked = problem("not_a_number"), problem("negative")
    given = {f"value-{typed.pk}": "7313", "out": str(ticked.pk), "do": "these"}
    answer = correct(browser_of, survey, **given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="7313"' in page
    assert f'name="out" value="{ticked.pk}" checked' in page
    assert page.count(" checked") == 1
    assert 'aria-invalid="true"' in page
    assert not every(SurveyCorrection).exists()


def test_the_reason_of_rows_left_out_is_not_said_of_values_that_were_typed(browser_of, survey):
    typed, ticked = problem("not_a_number"), problem("negative")
    given = {f"value-{typed.pk}": "7313", "out": str(ticked.pk), "do": "these", "reason": "A refund"}
    answer = correct(browser_of, survey, **given)
    kept = {one.row: (one.value, one.reason) for one in every(SurveyCorrection).all()}
    assert kept == {typed.row: ("7313", ""), ticked.row: ("", "A refund")}
    assert "Decided: left out. A refund" in text_of(answer)
    assert "Decided: 7313" in text_of(answer)
    assert answer.content.decode().count('class="is-decided"') >= 2


def test_what_was_typed_stays_when_somebody_else_was_faster(browser_of, survey):
    first, second = problem("negative"), problem("not_a_number")
    seen = survey.version
    correct(browser_of, survey, **{f"value-{first.pk}": "500", "do": "these"})
    answer = browser_of.post(
        at(survey, "correct"), {"version": seen, f"value-{second.pk}": "7313", "do": "these"}
    )
    assert answer.status_code == 422
    assert 'value="7313"' in answer.content.decode()
    assert int(hidden(answer, "version")) == every(Survey).get(pk=survey.pk).version


def test_all_of_a_filtered_list_are_left_out_at_once(browser_of, survey):
    answer = correct(browser_of, survey, code="negative", do="all", reason="Refunds")
    assert "1 correction is kept" in text_of(answer)
    assert every(SurveyCorrection).get().row == problem("negative").row


def test_what_was_decided_can_be_taken_back_and_the_row_is_as_it_was(browser_of, survey):
    before = survey.report["after"]
    wrong = problem("negative")
    correct(browser_of, survey, out=str(wrong.pk), reason="A refund", do="these")
    changed = read_again(browser_of, survey)
    assert changed.report["after"] != before
    batch = every(SurveyCorrection).get().batch
    answer = browser_of.post(at(survey, "undo"), {"batch": str(batch)}, follow=True)
    assert "1 correction is taken back" in text_of(answer)
    assert read_again(browser_of, survey).report["after"] == before
    again = browser_of.post(at(survey, "undo"), {"batch": str(batch)}, follow=True)
    assert "taken back already" in text_of(again)


def test_two_people_at_the_same_list_lose_nothing(browser_of, survey):
    first, second = problem("negative"), problem("not_a_number")
    seen = survey.version
    correct(browser_of, survey, **{f"value-{first.pk}": "500", "do": "these"})
    answer = browser_of.post(
        at(survey, "correct"), {"version": seen, f"value-{second.pk}": "700", "do": "these"}, follow=True
    )
    assert "Somebody else worked on this survey" in text_of(answer)
    assert every(SurveyCorrection).count() == 1


def test_a_problem_of_another_organisation_cannot_be_corrected_through_ones_own_survey(survey):
    other = make_organisation()
    scheme = make_scheme(other)
    stranger = client_of(other)
    own = read_survey_of(stranger, scheme, *CSV.items())
    theirs = every(SurveyProblem).filter(survey=survey, code="negative").get()
    stranger.post(
        at(own, "correct"), {"version": own.version, f"value-{theirs.pk}": "1", "do": "these"}, follow=True
    )
    assert not every(SurveyCorrection).exists()


def test_the_database_keeps_one_standing_correction_of_a_cell(browser_of, survey):
    wrong = problem("negative")
    correct(browser_of, survey, **{f"value-{wrong.pk}": "500", "do": "these"})
    row = every(SurveyCorrection).get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_who_looked_at_rows_is_written_down_once_a_quarter_of_an_hour(browser_of, survey):
    for _time in range(3):
        browser_of.get(at(survey))
    assert every(AuditEntry).filter(what="survey.rows_seen", subject_id=str(survey.pk)).count() == 1


def test_a_hundred_thousand_problems_are_shown_a_hundred_at_a_time(browser_of, survey):
    SurveyProblem.objects.bulk_create(
        (
            SurveyProblem(
                organisation=survey.organisation, survey=survey, number=1000 + number, code="outlier",
                severity="doubtful", file="stays.csv", file_sha256="x", row=number + 2, column="bill",
                value="1", params={"kind": "hospital", "median": 5},
            )
            for number in range(100_000)
        ),
        batch_size=2000,
    )  # fmt: skip
    page = at(survey)
    browser_of.get(page)
    with CaptureQueriesContext(connection) as asked:
        answer = browser_of.get(page, {"severity": "doubtful", "page": "900"})
        assert len(asked) <= 25
    assert answer.content.count(b'name="value-') <= 100
    assert len(answer.content) < 200_000
    assert "of 1,00,0" in text_of(answer)


# ---- columns -----------------------------------------------------------------------------------------------
def columns(client, survey, **changes):
    """Post the columns page with some choices changed."""
    page = client.get(at(survey, "columns"))
    return client.post(
        at(survey, "columns"), {"version": hidden(page, "version"), "do": "save"} | changes, follow=True
    )


def test_the_columns_page_shows_what_each_was_taken_for_with_values(browser_of, survey):
    text = text_of(browser_of.get(at(survey, "columns")))
    assert "Which column is what?" in text
    assert "4137" in text
    assert "Hospital stays" in text
    assert "one row for each household" in text


def test_a_typed_recall_period_is_used_and_kept_for_the_next_file(browser_of, scheme, survey):
    answer = columns(browser_of, survey, **{"recall-hospital": "180"})
    assert "Kept, for this survey and for the next file" in text_of(answer)
    work()
    fresh = every(Survey).get(pk=survey.pk)
    assert fresh.report["mapping"]["recall"]["hospital"] == 180
    assert every(SavedMapping).count() == 1
    later = {name.replace(".csv", "2.csv"): content.replace(b"H41", b"H43") for name, content in CSV.items()}
    second = read_survey_of(browser_of, scheme, *later.items())
    assert second.mapping_checked
    assert second.report["mapping"]["recall"]["hospital"] == 180


def test_another_organisation_does_not_get_the_mapping(browser_of, survey):
    columns(browser_of, survey, **{"recall-hospital": "180"})
    other = make_organisation()
    second = read_survey_of(client_of(other), make_scheme(other), *CSV.items())
    assert not second.mapping_checked
    assert second.report["mapping"]["recall"]["hospital"] != 180


def test_a_survey_without_a_list_of_households_asks_for_its_columns(browser_of, scheme):
    content = b"thing;other\n" + b"".join(f"{n};x\n".encode() for n in range(30))
    survey = read_survey_of(browser_of, scheme, ("odd.csv", content))
    assert survey.state == State.MAPPING
    text = text_of(browser_of.get(at(survey, "survey")))
    assert "The columns need names" in text


def test_nonsense_days_are_refused_in_words_and_the_rest_stays(browser_of, survey):
    page = columns(browser_of, survey, **{"recall-hospital": "often"})
    assert page.status_code == 422
    assert "often" in page.content.decode()
    page = columns(browser_of, survey, **{"recall-hospital": "99999"})
    assert page.status_code == 422


def test_the_mapping_can_be_taken_away_for_the_command(browser_of, survey):
    answer = browser_of.get(at(survey, "mapping"))
    assert answer.json()["version"] == 1
    assert "attachment" in answer["Content-Disposition"]


def test_the_list_is_taken_along_as_a_spreadsheet_with_what_was_decided(browser_of, survey):
    listed = problem("not_a_number")
    correct(browser_of, survey, **{f"value-{listed.pk}": "=1200"})
    answer = browser_of.get(at(survey, "problems_file"), {"code": "not_a_number"})
    header, line, *more = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert header[2:4] == ["Row", "Column"]
    assert line[0] == "stays.csv"
    assert line[2:4] == ["42", "bill"]
    assert "none of your business" in line[5]
    assert line[6] == "Decided: =1200"
    assert more == []
    assert every(AuditEntry).get(what="file.exported").after == {"file": "problems.csv"}
    whole = browser_of.get(at(survey, "problems_file")).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(whole)))) == 1 + every(SurveyProblem).count()
    assert "attachment" in answer["Content-Disposition"]


def test_only_a_row_that_counts_can_be_left_out(browser_of, survey):
    page = browser_of.get(at(survey)).content.decode()
    assert f'name="out" value="{problem("not_a_number").pk}"' in page
    assert f'name="out" value="{problem("unknown_household").pk}"' not in page


def test_the_columns_of_our_own_template_are_nothing_to_check(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme)
    text = text_of(browser_of.get(at(survey, "survey")))
    assert "Check the columns" not in text
    assert "Look at the problems first" in text


def test_columns_that_were_guessed_are_looked_at_first(browser_of, survey):
    assert "Check the columns" in text_of(browser_of.get(at(survey, "survey")))


def test_a_cost_far_from_the_others_is_told_in_the_schemes_own_digits():
    line = SurveyProblem(
        code="outlier", value="120000", params={"kind": "outpatient", "median": 212.1320344}, row=6, file="x"
    )
    words = problem_words(line, grouping="indian")
    assert words.startswith("1,20,000 is far from the other costs of visits to a doctor")
    assert "below 212)" in words
    odd = SurveyProblem(code="absurd", value="9 crore", params={"most": 1e9}, row=6, file="x")
    assert problem_words(odd, grouping="international").startswith("9 crore is more than 1,000,000,000")
