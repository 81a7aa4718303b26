"""Stopping a reading or a fitting, and going on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from jobs.models import Status
from survey.estimate_sets import EstimateSet
from survey.models import State, Survey
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.survey.site import CSV, text_of, upload, work

pytestmark = pytest.mark.django_db


def test_a_reading_and_a_fitting_are_stopped_and_begun_again():
    scheme = make_scheme(make_organisation())
    browser = client_of(scheme.organisation)
    page = upload(browser, scheme, *CSV.items()).url
    assert "Stop reading" in text_of(browser.get(page))
    stopped = browser.post(f"{page}stop/", follow=True)
    assert "The reading was stopped" in text_of(stopped)
    survey = every(Survey).get()
    assert survey.reading_job.status == Status.CANCELLED
    work()
    assert every(Survey).get().state == State.WAITING
    browser.post(f"{page}read-again/")
    work()
    survey = every(Survey).get()
    assert survey.tables is not None
    assert "already" in text_of(browser.post(f"{page}stop/", follow=True))

    fitting = browser.post(reverse("survey:estimate", args=[survey.pk])).url
    stopped = browser.post(f"{fitting}stop/", follow=True)
    assert "The estimates were stopped" in text_of(stopped)
    assert every(EstimateSet).get().job.status == Status.CANCELLED
    again = browser.post(reverse("survey:estimate", args=[survey.pk]))
    assert again.url == fitting
    assert every(EstimateSet).get().job.is_live
    told = [line.after for line in every(AuditEntry).filter(what="survey.changed").order_by("number")]
    assert {"reading": "stopped"} in told
    assert {"estimates": "stopped"} in told
