"""Estimates on the site: asked for, decided on, taken over, priced; and what stays when rows are deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role, User
from calculator.actions import save_package
from calculator.cases import Chosen, ChosenTerms
from calculator.models import Package
from schemes.models import Scheme
from simulation.forms import BenefitForm, initial_of
from simulation.models import BenefitRisk
from simulation.queries import current_set
from survey.blobs import Blob
from survey.estimate_actions import first_choices
from survey.estimate_sets import Adoption, EstimateSet
from survey.models import Survey, SurveyFile
from survey.problem_rows import SurveyCorrection, SurveyProblem
from survey.resamples import Resamples
from survey.upload_actions import forget
from tests.makers import browser_for, client_of, every, make_member, make_organisation, make_scheme
from tests.snapshots import made_or_put_back
from tests.survey.site import estimates_of, hidden, read_survey_of, text_of, work, workbook_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Told:
    """A scheme, its administrator, and so much of its survey as a test looks at."""

    scheme: Scheme
    admin: User
    survey: Survey | None = None
    address: str = ""


def make_told(*, survey: bool, estimates: bool) -> Told:
    scheme = make_scheme(make_organisation())
    told = Told(scheme, make_member(scheme.organisation))
    if not survey and not estimates:
        return told
    browser = browser_for(told.admin)
    read = read_survey_of(browser, scheme, ("survey.xlsx", workbook_of(400)))
    return replace(told, survey=read, address=estimates_of(browser, read) if estimates else "")


@pytest.fixture
def told(request, db, settings):
    """Read and fitted once; every test has the same rows to itself."""
    settings.SIMULATED_FAMILIES = 50_000
    asked = {"survey": "survey" in request.fixturenames, "estimates": "address" in request.fixturenames}
    return made_or_put_back(lambda: make_told(**asked), key=("told", *asked.values()))


@pytest.fixture
def scheme(told):
    return told.scheme


@pytest.fixture
def browser_of(told):
    return browser_for(told.admin)


@pytest.fixture
def survey(told):
    return told.survey


@pytest.fixture
def address(told):
    """The address of the survey's estimates."""
    return told.address


def found() -> EstimateSet:
    return every(EstimateSet).latest("created_at")


def take_over(client, address, **choices):
    shown = client.get(f"{address}take-over/")
    posted = {"version": hidden(shown, "version"), "assumptions": hidden(shown, "assumptions")}
    return client.post(f"{address}take-over/", posted | {"others": "keep"} | choices, follow=True)


def package_of(scheme) -> Package:
    return save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=Chosen(
            persons=5000,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=0.05,
            admin_rate=0.2,
            terms={
                "hospitalisation": ChosenTerms(event_cap=3000),
                "caesarean": ChosenTerms(fixed_amount=500),
            },
        ),
        name="Hospital",
        note="",
        user=None,
    )


def test_the_estimates_say_how_often_how_dear_and_how_sure(browser_of, address):
    text = text_of(browser_of.get(address))
    assert "What the survey says" in text
    assert "per 100 persons a year" in text
    text = text_of(browser_of.get(f"{address}hospitalisation/"))
    assert "With 95 % confidence the truth lies between" in text
    assert "use the" in text
    assert "AIC" in text
    assert "Anderson-Darling" in text
    assert "the average paid under a cap" in text


def test_every_benefit_of_the_estimates_has_its_page(browser_of, address):
    for benefit in found().found.benefits:
        answer = browser_of.get(f"{address}{benefit.key}/")
        assert answer.status_code == 200
        assert not re.search(r"\bNone\b(?! of the laws)", text_of(answer))
    assert browser_of.get(f"{address}families/").status_code == 200
    assert browser_of.get(f"{address}nothing-such/").status_code == 404


def test_who_may_not_see_rows_is_shown_no_single_bill(browser_of, survey, address):
    """A reviewer reads the fits: bins of few bills stand together, the largest bill is not named."""
    sees = browser_of.get(f"{address}hospitalisation/").context["benefit"]
    reader = client_of(survey.organisation, role=Role.REVIEWER)
    shown = reader.get(f"{address}hospitalisation/").context["benefit"]
    bills = sees.severity.events
    assert bills >= 22
    assert 2 <= len(shown.histogram["rows"]) < len(sees.histogram["rows"])
    assert all(float(row["share"]) * bills >= 100 * 10.5 - bills / 2 for row in shown.histogram["rows"])
    largest = sees.histogram["rows"][-1]["to"]
    assert largest not in [row["to"] for row in shown.histogram["rows"]]
    assert len(shown.quantiles["points"]) < len(sees.quantiles["points"])
    assert shown.dearest is None


def test_asking_twice_fits_once(browser_of, survey, address):
    assert estimates_of(browser_of, survey) == address
    assert every(EstimateSet).count() == 1


def test_by_age_and_size_are_worked_out_when_asked_with_small_cells_hidden(browser_of, survey, address):
    other = estimates_of(browser_of, survey, by_age="1", by_size="1")
    assert other != address
    text = text_of(browser_of.get(f"{other}hospitalisation/"))
    assert "By age" in text
    assert "By family size" in text
    assert "fewer than 11, not shown" in text
    exported = browser_of.get(f"{other}estimates.json").json()["estimates"]
    stays = next(one for one in exported["incidences"] if one["kind"] == "hospital")
    assert any(row.get("hidden") for row in stays["by_age"] + stays["by_size"])
    assert all("sample" not in one and "data_quantiles" not in one for one in exported["severities"])


def test_another_law_and_an_own_figure_are_taken_over(browser_of, scheme, address):
    version = found().version
    answer = browser_of.post(
        f"{address}hospitalisation/",
        {"version": version, "use": "on", "law": "gamma", "incidence": "5 %", "mean": "20,000"},
        follow=True,
    )
    assert "Kept for Hospitalisation" in text_of(answer)
    take_over(browser_of, address)
    risk = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="hospitalisation")
    assert (risk.severity_law, risk.incidence) == ("gamma", 0.05)
    assert risk.severity_mean == pytest.approx(20_000)
    assert "typed by hand" in risk.source_note


def test_what_was_taken_over_can_be_edited_without_typing_its_figures_anew(browser_of, scheme, address):
    version = found().version
    browser_of.post(f"{address}lab/", {"version": version, "use": "on", "law": "empirical"})
    take_over(browser_of, address)
    rows = list(every(BenefitRisk).filter(assumption_set=current_set(scheme=scheme), is_example=False))
    assert {"lognormal", "empirical"} <= {row.severity_law for row in rows}
    for row in rows:
        made = {"scheme": scheme, "parents": [row.linked_to] if row.linked_to else []}
        shown = BenefitForm(initial=initial_of(row), **made)
        again = BenefitForm({box.name: box.field.prepare_value(box.value()) for box in shown}, **made)
        assert again.is_valid(), (row.key, again.errors)


def test_a_choice_that_somebody_else_made_meanwhile_is_not_overwritten(browser_of, address):
    version = found().version
    first = {"version": version, "use": "on", "law": "gamma"}
    browser_of.post(f"{address}hospitalisation/", first)
    answer = browser_of.post(f"{address}hospitalisation/", {**first, "law": "weibull"})
    assert answer.status_code == 422
    assert "Somebody else saved this" in text_of(answer)
    assert found().choices["hospitalisation"]["law"] == "gamma"


def test_taking_over_makes_a_version_that_says_where_each_figure_is_from(browser_of, scheme, address):
    before = current_set(scheme=scheme)
    answer = take_over(browser_of, address)
    assert "Taken over: version 2" in text_of(answer)
    now = current_set(scheme=scheme)
    assert (now.number, now.is_frozen) == (before.number + 1, True)
    risk = every(BenefitRisk).get(assumption_set=now, key="hospitalisation")
    assert not risk.is_example
    assert risk.survey_person_years > 100
    assert "survey.xlsx" in risk.source_note
    assert "365 days" in risk.source_note
    transport = every(BenefitRisk).get(assumption_set=now, key="transport")
    assert transport.linked_to.key == "hospitalisation"
    assert 0 < transport.link_probability < 1
    adoption = every(Adoption).get()
    assert adoption.assumption_set_id == now.pk
    assert "hospitalisation" in adoption.taken
    assert every(BenefitRisk).filter(assumption_set=before).count() == 8
    (line,) = every(AuditEntry).filter(what="version.made")
    assert line.before == {"number": before.number}
    assert (line.after["number"], "Transport" in line.after["adopted"]) == (now.number, True)


def test_what_the_survey_says_nothing_about_stays_or_goes_as_one_chooses(browser_of, scheme, address):
    take_over(browser_of, address)
    kept = set(current_set(scheme=scheme).risks.values_list("key", flat=True))
    assert "caesarean" in kept
    unused = {key for key, choice in found().choices.items() if not choice["use"]}
    take_over(browser_of, address, others="remove")
    now = set(current_set(scheme=scheme).risks.values_list("key", flat=True))
    assert now == {key for key, choice in found().choices.items() if choice["use"]}
    assert unused.isdisjoint(now)


def test_assumptions_that_moved_meanwhile_are_compared_anew(browser_of, scheme, address):
    shown = browser_of.get(f"{address}take-over/")
    posted = {"version": hidden(shown, "version"), "assumptions": hidden(shown, "assumptions")}
    take_over(browser_of, address)
    answer = browser_of.post(f"{address}take-over/", posted)
    assert answer.status_code == 422
    assert "Somebody changed the assumptions" in text_of(answer)
    assert current_set(scheme=scheme).number == 2


def test_costs_are_brought_to_the_policy_year(browser_of, scheme, address):
    plain = take_over(browser_of, address)
    assert plain.status_code == 200
    before = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="injury").severity_mean
    used = [key for key, choice in found().choices.items() if choice["use"]]
    answer = browser_of.post(
        address,
        {"version": found().version, "use": used, "trend_rate": "10", "told_on": "2026-01-01",
         "policy_from": "2027-01-01", "take_families": "on"},
    )  # fmt: skip
    assert answer.status_code == 302
    take_over(browser_of, address)
    after = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="injury")
    assert after.severity_mean / before == pytest.approx(1.1 ** (1.5 + 15 / 365.25), rel=0.01)
    assert "to the policy year" in after.source_note
    assert every(Scheme).get().family_sizes == dict(found().found.families.shares)


def test_nobody_is_told_a_day_of_interviews_that_was_made_up(browser_of, address):
    assert found().told_on is None
    page = browser_of.get(address).content.decode()
    assert re.search(r'name="told_on"(?![^>]*value=)[^>]*>', page)


def test_what_speaks_against_a_law_carries_no_tick(browser_of, address):
    stored = found()
    estimates = stored.estimates
    hospital = next(one for one in estimates["severities"] if one["key"] == "hospitalisation")
    hospital["suggestion"] = [
        {"code": "lowest_bic_passes_ad", "values": {"bic": 1.0, "p_value": 0.4, "next_bic": 2.0}},
        {"code": "limited_means_differ", "values": {"caps": 5.0}},
    ]
    every(EstimateSet).filter(pk=stored.pk).update(estimates=estimates)
    page = browser_of.get(f"{address}hospitalisation/").content.decode()
    reasons = re.search(r'<ul class="why">(.*?)</ul>', page, re.DOTALL)[1].split("</li>")
    assert "#i-tick" in reasons[0]
    assert "is-bad" not in reasons[0]
    assert "At 5 of the caps" in reasons[1]
    assert "#i-warning" in reasons[1]
    assert "#i-tick" not in reasons[1]


def test_an_average_that_is_hardly_known_is_warned_of_and_not_ticked_beforehand(browser_of, address):
    stored = found()
    estimates = stored.estimates
    assert first_choices(stored.found)["hospitalisation"]["use"]
    hospital = next(one for one in estimates["severities"] if one["key"] == "hospitalisation")
    fit = next(one for one in hospital["fits"] if one["law"] == hospital["suggested_law"])
    fit["mean"] = {"value": 9000.0, "low": 1000.0, "high": 21_000.0}
    every(EstimateSet).filter(pk=stored.pk).update(estimates=estimates)
    choices = first_choices(found().found)
    assert not choices["hospitalisation"]["use"]
    assert not choices["transport"]["use"]
    assert "This average is hardly known" in text_of(browser_of.get(f"{address}hospitalisation/"))
    assert "average hardly known" in text_of(browser_of.get(address))


def test_one_bill_that_makes_most_of_all_costs_is_named_with_its_row(browser_of, survey, address):
    stored = found()
    estimates = stored.estimates
    hospital = next(one for one in estimates["severities"] if one["key"] == "hospitalisation")
    hospital["bin_edges"][-1] = 4_500_000.0
    hospital["data_mean"] = {"value": 5_000_000.0 / hospital["events"], "low": 1.0, "high": 9e6}
    every(EstimateSet).filter(pk=stored.pk).update(estimates=estimates)
    SurveyProblem.objects.create(
        organisation=survey.organisation, survey=survey, number=9000, code="outlier", severity="doubtful",
        file="survey.xlsx", file_sha256="x", sheet="events", row=17, column="bill", value="4500000.0",
        params={"kind": "hospital", "median": 9000},
    )  # fmt: skip
    text = text_of(browser_of.get(f"{address}hospitalisation/"))
    assert "One bill of 45,00,000 makes 90 % of all costs" in text
    assert "Look at row 17 of “events”" in text


def test_everything_that_stands_in_the_way_of_taking_over_is_said_at_once(browser_of, address):
    stored = found()
    estimates = stored.estimates
    for key in ("hospitalisation", "opd"):
        one = next(one for one in estimates["severities"] if one["key"] == key)
        one |= {"fits": [], "suggested_law": ""}
    choices = stored.choices | {
        key: {"use": True, "law": "", "incidence": None, "mean": None} for key in ("hospitalisation", "opd")
    }
    every(EstimateSet).filter(pk=stored.pk).update(estimates=estimates, choices=choices)
    assert text_of(browser_of.get(f"{address}take-over/")).count("no law of costs is chosen") == 2


def test_a_trend_without_its_days_is_refused(browser_of, address):
    answer = browser_of.post(address, {"version": found().version, "trend_rate": "10"})
    assert answer.status_code == 422
    assert "Give both days" in text_of(answer)


def test_a_package_priced_before_says_so_and_is_priced_anew_on_request(browser_of, scheme, address):
    package = package_of(scheme)
    url = reverse("calculator:package", args=[package.pk])
    assert "Price it on the newest" not in text_of(browser_of.get(url))
    take_over(browser_of, address)
    text = text_of(browser_of.get(url))
    assert "Assumptions have changed since" in text
    assert "Price it on the newest" in text
    stale = browser_of.post(f"{url}reprice/", {"version": package.version + 5, "do": "self"}, follow=True)
    assert "Somebody else saved this package" in text_of(stale)
    browser_of.post(f"{url}reprice/", {"version": package.version, "do": "copy"})
    assert every(Package).filter(name="Hospital 2").exists()
    assert every(Package).get(pk=package.pk).assumption_set.number == 1
    answer = browser_of.post(f"{url}reprice/", {"version": package.version, "do": "self"}, follow=True)
    assert "priced on version 2" in text_of(answer)
    again = every(Package).get(pk=package.pk)
    assert again.assumption_set.number == 2
    terms = again.terms.get(benefit_risk__key="hospitalisation")
    assert (terms.covered, terms.event_cap) == (True, 3000)


def test_the_survey_error_is_worked_out_in_the_background_once(browser_of, scheme, address):
    take_over(browser_of, address)
    package = package_of(scheme)
    url = reverse("calculator:survey_error", args=[package.pk])
    assert "of 6 parts done" in text_of(browser_of.get(url))
    work()
    text = text_of(browser_of.get(url))
    assert "Survey range of the premium" in text
    assert "the survey itself" in text
    assert "taken as certain" in text or "its person-years" in text
    assert "prediction loading" in text
    assert "So that it is truly 5 %" in text.replace("\xa0", " ")
    assert "more households would bring it to" in text or "large enough" in text or "No survey" in text
    shaken = browser_of.get(url, {"shock": "15"})
    assert "parts done" in text_of(shaken)
    work()
    assert "bad years" in text_of(browser_of.get(url, {"shock": "15"}))
    sure = text_of(browser_of.get(reverse("calculator:package_sure", args=[package.pk])))
    assert "Survey range" in sure


def test_a_package_without_any_survey_says_that_nobody_knows(browser_of, scheme):
    every(BenefitRisk).update(survey_person_years=None)
    package = package_of(scheme)
    text = text_of(browser_of.get(reverse("calculator:survey_error", args=[package.pk])))
    assert "Nobody knows" in text


def test_a_package_of_figures_that_no_survey_gave_is_not_called_sure(browser_of, scheme, address):
    """A survey of other benefits says nothing about the ones that are covered."""
    take_over(browser_of, address)
    package = package_of(scheme)
    every(Adoption).update(taken=["nothing-covered"])
    every(BenefitRisk).update(survey_person_years=None)
    text = text_of(browser_of.get(reverse("calculator:survey_error", args=[package.pk])))
    assert "Nobody knows" in text
    assert "large enough" not in text


# ---- rows are given up, estimates stay ---------------------------------------------------------------------
def test_deleting_the_rows_leaves_the_estimates_and_a_receipt(browser_of, scheme, survey, address):
    take_over(browser_of, address)
    answer = browser_of.post(reverse("survey:forget", args=[survey.pk]), follow=True)
    text = text_of(answer)
    assert "Receipt" in text
    assert "survey.xlsx" in text
    kept = found()
    assert set(every(Blob).values_list("pk", flat=True)) == {kept.resamples_id}
    for model in (SurveyProblem, SurveyCorrection):
        assert not every(model).exists()
    gone = every(Survey).get()
    assert gone.tables_id is None
    assert "guesses" not in gone.report
    assert every(SurveyFile).get().blob_id is None
    assert browser_of.get(f"{address}hospitalisation/").status_code == 200
    assert Resamples.from_bytes(kept.resamples.bytes()).number == 500
    package = package_of(scheme)
    browser_of.get(reverse("calculator:survey_error", args=[package.pk]))
    work()
    assert "the survey itself" in text_of(
        browser_of.get(reverse("calculator:survey_error", args=[package.pk]))
    )
    again = browser_of.post(reverse("survey:forget", args=[survey.pk]), follow=True)
    assert "deleted already" in text_of(again)


def test_rows_go_by_themselves_on_their_last_day_and_not_before(survey, capsys):
    call_command("forget_surveys")
    assert every(Survey).get().forgotten_at is None
    every(Survey).update(delete_after=timezone.localdate() - timedelta(days=1))
    call_command("forget_surveys")
    assert "1 survey(s) forgotten" in capsys.readouterr().out
    assert every(Survey).get().is_forgotten
    assert not every(Blob).exists()


def test_rows_are_kept_for_a_year_unless_somebody_says_otherwise(browser_of, survey):
    assert survey.delete_after == timezone.localdate() + timedelta(days=365)
    browser_of.post(reverse("survey:keep_longer", args=[survey.pk]), {"keep_months": "3"})
    assert every(Survey).get().delete_after == timezone.localdate() + timedelta(days=91)


def test_only_an_administrator_deletes_rows_now(scheme, survey):
    staff = client_of(scheme.organisation, role=Role.FIELD_STAFF)
    assert staff.post(reverse("survey:forget", args=[survey.pk])).status_code == 403
    assert not every(Survey).get().is_forgotten


def test_the_same_file_may_come_back_after_its_rows_were_deleted(browser_of, scheme, survey):
    forget(survey=survey)
    again = read_survey_of(browser_of, scheme, ("survey.xlsx", workbook_of(400)))
    assert again.pk != survey.pk


def test_a_scheme_that_is_removed_for_good_leaves_no_row_behind(scheme, survey, address):
    every(Scheme).get(pk=scheme.pk).delete()
    assert not every(Survey).exists()
    assert not every(Blob).exists()


def test_estimates_of_another_organisation_are_not_there(address):
    stranger = client_of(make_organisation())
    for name in ("", "progress/", "families/", "take-over/", "hospitalisation/", "estimates.json"):
        assert stranger.get(f"{address}{name}").status_code == 404, name
    for name in ("", "take-over/", "hospitalisation/"):
        assert stranger.post(f"{address}{name}").status_code == 404, name


# ---- without a survey --------------------------------------------------------------------------------------
def typed_page(client, scheme, **posted):
    url = reverse("survey:typed", args=[scheme.pk])
    shown = client.get(url)
    every_how = {
        f"{risk.key}-how": "leave" for risk in current_set(scheme=scheme).risks.filter(linked_to=None)
    }
    return client.post(url, {"assumptions": hidden(shown, "assumptions")} | every_how | posted, follow=True)


def test_a_typed_figure_carries_how_unsure_it_is(browser_of, scheme):
    answer = typed_page(
        browser_of,
        scheme,
        **{"injury-how": "typed", "injury-incidence": "20 %", "injury-spread": "2", "injury-mean": "800",
           "where": "The health worker, May"},
    )  # fmt: skip
    assert "Taken over: version 2" in text_of(answer)
    risk = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="injury")
    assert (risk.incidence, risk.severity_mean) == (0.2, 800)
    assert 30 < risk.survey_person_years < 50
    assert "The health worker, May" in risk.source_note
    assert every(EstimateSet).get().source == "typed"


def test_group_estimates_come_with_the_warning_that_groups_forget_stays(browser_of, scheme):
    address = text_of(browser_of.get(reverse("survey:typed", args=[scheme.pk])))
    assert "Groups forget hospital stays" in address
    answer = typed_page(
        browser_of,
        scheme,
        **{"hospitalisation-how": "groups", "hospitalisation-groups": "3 / 240\n1 / 180\n4 / 300"},
    )
    assert "Taken over" in text_of(answer)
    risk = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="hospitalisation")
    assert risk.incidence == pytest.approx(8 / 720)
    assert every(EstimateSet).get().source == "group"


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"injury-how": "typed"}, "Type how often it happens"),
        ({"injury-how": "groups", "injury-groups": "three of many"}, "Type events / persons"),
        ({}, "No benefit is chosen"),
    ],
)
def test_what_cannot_be_typed_is_refused_in_words(browser_of, scheme, posted, words):
    answer = typed_page(browser_of, scheme, **posted)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert current_set(scheme=scheme).number == 1
