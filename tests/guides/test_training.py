"""The training example: made for whoever learns, ticked by what the scheme shows, removed as a scheme."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Organisation, Role
from accounts.trail import What, record_reading
from calculator.models import Package
from cbhi_site.guides import training_actions
from cbhi_site.guides.training import LESSONS, MINUTES, Training
from cbhi_site.guides.training_queries import Done, training_schemes_of
from cbhi_site.models import TrainingScheme
from cbhi_site.stages import STAGES
from cbhi_site.survey_example import SURVEY_EXAMPLE
from jobs.models import Job, Status
from schemes.actions import delete_scheme, restore_scheme
from schemes.models import Scheme
from simulation.queries import current_set
from survey.estimate_sets import Adoption, EstimateSet, Source
from survey.models import State, Survey
from tests.calculator.pages import words
from tests.experience.years import make_year
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.workshop.choosing import make_choice
from tests.workshop.conftest import demo_user, linked, make_package
from tests.workshop.session_rows import make_group, make_session, vote
from workshop.shortlist_actions import add_to_shortlist

__all__ = ["demo_user", "linked", "make_package"]

pytestmark = pytest.mark.django_db


def finished(scheme: Scheme) -> list[int]:
    """The numbers of the steps that are done."""
    scheme = every(Scheme).get(pk=scheme.pk)
    return [step.number for step in Training(scheme, Done.on(scheme)).steps if step.is_done]


@pytest.fixture
def training(linked) -> Scheme:
    """The linked example as a training scheme: a package is saved, nothing is simulated."""
    TrainingScheme.objects.create(organisation=linked.organisation, scheme=linked)
    return linked


def test_the_lessons_are_the_nine_stages_and_take_as_long_as_they_say():
    assert [str(lesson.title) for lesson in LESSONS] == [str(stage.name) for stage in STAGES]
    assert sum(lesson.minutes for lesson in LESSONS) == MINUTES


def test_the_button_makes_a_scheme_that_waits_for_its_survey_and_leaves_the_rest_to_be_done():
    organisation = make_organisation()
    client = client_of(organisation, role=Role.FIELD_STAFF)
    sent = {"once": str(uuid.uuid4())}
    answers = [client.post(reverse("guides:new_training"), sent) for _ in range(2)]
    (scheme,) = training_schemes_of(organisation=organisation)
    assert {answer["Location"] for answer in answers} == {reverse("guides:training", args=[scheme.pk])}
    job = every(Job).get(kind=SURVEY_EXAMPLE)
    assert job.question["scheme"] == str(scheme.pk)
    assert job.question["to_train"] is True
    assert finished(scheme) == []
    page = client.get(answers[0]["Location"])
    assert "0 of 9 steps done" in words(page)
    assert "A worker asks 1,000 invented households" in words(page)
    assert "Training example: these people are invented." in words(
        client.get(reverse("schemes:detail", args=[scheme.pk]))
    )
    entries = AuditEntry.objects.of(organisation).filter(what=What.SCHEME_CREATED)
    assert [entry.scheme_id for entry in entries] == [scheme.pk]
    again = client.post(reverse("guides:new_training"), {"once": str(uuid.uuid4())}, follow=True)
    assert "Training example (2) is made" in words(again)


def test_there_is_an_end_to_training_schemes(monkeypatch):
    monkeypatch.setattr(training_actions, "MOST", 1)
    organisation = make_organisation()
    client = client_of(organisation)
    client.post(reverse("guides:new_training"), {"once": str(uuid.uuid4())})
    refused = client.post(reverse("guides:new_training"), {"once": str(uuid.uuid4())}, follow=True)
    assert "There are 1 training schemes already" in words(refused)
    assert training_schemes_of(organisation=organisation).count() == 1


def test_every_step_is_ticked_by_what_the_scheme_shows(training, make_package, demo_user):
    """One after the other, as somebody would do them; the package is there from the beginning."""
    assert finished(training) == []
    first = every(Package).get(scheme=training)

    assumptions = current_set(scheme=training)
    survey = Survey.objects.create(
        organisation=training.organisation, scheme=training, name="Made up", sha256="0" * 64,
        consent="anonymous", purpose="To learn", uploaded_by=demo_user, state=State.READ,
    )  # fmt: skip
    assert finished(training) == [1]
    estimates = EstimateSet.objects.create(
        organisation=training.organisation, scheme=training, survey=survey, number=1,
        source=Source.SURVEY, made_by=demo_user,
    )  # fmt: skip
    Adoption.objects.create(
        organisation=training.organisation, assumption_set=assumptions, estimate_set=estimates, taken={}
    )
    assert finished(training) == [1, 2]

    every(Job).filter(pk=first.simulation_id).update(status=Status.DONE, finished_at=timezone.now())
    assert finished(training) == [1, 2, 3]
    make_package(first, "Hospital and injury")
    assert finished(training) == [1, 2, 3, 4]
    second = make_package(first, "Half the price")
    assert finished(training) == [1, 2, 3, 4, 5]
    add_to_shortlist(package=first)
    assert finished(training) == [1, 2, 3, 4, 5]
    add_to_shortlist(package=second)
    assert finished(training) == [1, 2, 3, 4, 5, 6]

    record_reading(what=What.EXPORTED, subject=training, scheme=training, after={"file": "cards.pdf"})
    vote(make_group(make_session(training)), 1, 1, 2)
    assert finished(training) == [1, 2, 3, 4, 5, 6]
    record_reading(what=What.EXPORTED, subject=training, scheme=training, after={"file": "board.pdf"})
    assert finished(training) == [1, 2, 3, 4, 5, 6, 7]
    make_choice(first, demo_user, reason="All agreed.")
    assert finished(training) == [1, 2, 3, 4, 5, 6, 7, 8]
    make_year(training, first)
    assert finished(training) == list(range(1, 10))


def test_the_page_leads_to_what_there_is_and_says_what_a_role_may_not_do(training):
    client = client_of(training.organisation, role=Role.FACILITATOR)
    page = client.get(reverse("guides:training", args=[training.pk]))
    text, html = words(page), page.content.decode()
    assert "0 of 9 steps done" in text
    assert reverse("calculator:sheet", args=[training.pk]) in html
    assert reverse("workshop:sessions", args=[training.pk]) in html
    assert "may not work on surveys" in text
    assert reverse("schemes:delete", args=[training.pk]) not in html
    admin = client_of(training.organisation).get(reverse("guides:training", args=[training.pk]))
    assert reverse("schemes:delete", args=[training.pk]) in admin.content.decode()


def test_a_scheme_that_is_not_for_training_has_no_steps_and_another_organisations_neither(training):
    real = make_scheme(training.organisation)
    client = client_of(training.organisation)
    assert client.get(reverse("guides:training", args=[real.pk])).status_code == 404
    assert "these people are invented" not in words(client.get(reverse("schemes:detail", args=[real.pk])))
    stranger = client_of(make_organisation())
    assert stranger.get(reverse("guides:training", args=[training.pk])).status_code == 404
    assert training.name not in words(stranger.get(reverse("guides:trainings")))


def test_removed_it_is_gone_from_the_list_and_brought_back_it_is_there_with_its_ticks(training):
    organisation = Organisation.objects.get(pk=training.organisation_id)
    every(Job).update(status=Status.DONE, finished_at=timezone.now())
    done = finished(training)
    assert done == [3]
    delete_scheme(scheme=training)
    assert not training_schemes_of(organisation=organisation)
    restore_scheme(scheme=every(Scheme).get(pk=training.pk))
    assert list(training_schemes_of(organisation=organisation)) == [training]
    assert finished(training) == done


def test_only_who_may_make_schemes_sees_the_button():
    organisation = make_organisation()
    page = client_of(organisation, role=Role.REVIEWER).get(reverse("guides:trainings"))
    assert "may not change schemes" in words(page)
    assert reverse("guides:new_training") not in page.content.decode()
