"""F9 and F11: a form sent again, because its answer was lost or ten presses came at once, makes one thing."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import once
from accounts.models import Invitation, Submission, User
from calculator.models import Comment, Package, PublicPage
from cbhi_site.management.commands.example import make_example
from schemes.models import Scheme
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set
from tests.calculator.pages import boxes
from tests.makers import client_of, every, make_organisation
from tests.schemes.test_pages import typed

AT_ONCE = 10


class LineCutError(Exception):
    """The line went dead after the work was done."""


@pytest.fixture
def demo(settings):
    settings.SIMULATED_FAMILIES = 100_000
    return make_example()


@pytest.fixture
def cut_answer(monkeypatch):
    """The next answer of a view is lost after its transaction is over."""

    def cut():
        whole = once.once

        def lost(request, make):
            whole(request, make)
            monkeypatch.undo()
            raise LineCutError

        for module in (
            "schemes.views",
            "simulation.views",
            "accounts.people_views",
            "calculator.views",
            "calculator.comment_views",
            "calculator.publish_views",
        ):
            monkeypatch.setattr(f"{module}.once", lost)

    return cut


def forms_of(demo):
    """Every form that makes something: its address, what is typed, and how many there are of the thing."""
    scheme = every(Scheme).get(name="Slide example", organisation=demo.memberships.get().organisation)
    package = every(Package).filter(scheme=scheme).first()
    benefit = {
        "name": "Snake bite",
        "kind": "cost",
        "pictogram": "rupee",
        "frequency_law": "poisson",
        "incidence": "0.002",
        "severity_law": "constant",
        "severity_mean": "4000",
        "do": "save",
    }
    return {
        "scheme": (reverse("schemes:new"), typed(name="Once"), Scheme),
        "benefit": (reverse("simulation:add_benefit", args=[scheme.pk]), benefit, AssumptionSet),
        "invitation": (reverse("accounts:people"), {"role": "reviewer", "email": ""}, Invitation),
        "comment": (reverse("calculator:comments", args=[package.pk]), {"text": "Why?"}, Comment),
        "public link": (reverse("calculator:publish", args=[package.pk]), {"last_day": ""}, PublicPage),
        "package": (reverse("calculator:sheet", args=[scheme.pk]), {"do": "save-copy"}, Package),
    }


KINDS = ["scheme", "benefit", "invitation", "comment", "public link", "package"]


def prepared(demo, kind):
    """A signed-in browser and the form as it is sent, with the key that its page gave."""
    address, values, model = forms_of(demo)[kind]
    browser = Client()
    browser.force_login(demo)
    page = browser.get(address)
    key = re.search(r'name="once" value="([0-9a-f-]{36})"', page.content.decode()).group(1)
    if kind == "package":
        values = boxes(page) | values
    return browser, address, values | {"once": key}, model


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_form_whose_answer_was_lost_is_sent_again_and_finds_what_it_made(demo, kind, cut_answer):
    browser, address, sent, model = prepared(demo, kind)
    before = every(model).count()
    cut_answer()
    with pytest.raises(LineCutError):
        browser.post(address, sent)
    assert every(model).count() == before + 1
    again = browser.post(address, sent)
    assert again.status_code == 302
    assert browser.post(address, sent)["Location"] == again["Location"]
    assert every(model).count() == before + 1
    if kind == "benefit":
        assert every(BenefitRisk).filter(name="Snake bite").count() == 1
    if kind == "scheme":
        assert str(every(Scheme).get(name="Once").pk) in again["Location"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["scheme", "package"])
def test_ten_presses_at_once_make_one_record_and_ten_same_answers(demo, kind):
    _browser, address, sent, model = prepared(demo, kind)
    before = every(model).count()
    answers, problems = [], []
    meet = threading.Barrier(AT_ONCE, timeout=60)

    def press():
        try:
            browser = Client()
            browser.force_login(User.objects.get(pk=demo.pk))
            meet.wait()
            page = browser.post(address, sent)
            answers.append((page.status_code, page.get("Location")))
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
            meet.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    assert len(answers) == AT_ONCE
    assert set(answers) == {(302, answers[0][1])}
    assert every(model).count() == before + 1


@pytest.mark.django_db
def test_a_lost_invitation_tells_its_link_again(demo, cut_answer):
    browser, address, sent, _model = prepared(demo, "invitation")
    cut_answer()
    with pytest.raises(LineCutError):
        browser.post(address, sent)
    page = browser.post(address, sent, follow=True).content.decode()
    link = re.search(r"(/join/[^\"<\s]+)", page).group(1)
    assert Client().get(link, follow=True).status_code == 200
    assert every(Invitation).get().is_open


@pytest.mark.django_db
def test_going_back_and_typing_something_else_is_a_new_thing():
    browser = client_of(make_organisation())
    key = str(uuid4())
    address = reverse("schemes:new")
    browser.post(address, typed(name="First") | {"once": key})
    browser.post(address, typed(name="Second") | {"once": key})
    assert sorted(every(Scheme).values_list("name", flat=True)) == ["First", "Second"]


@pytest.mark.django_db
def test_a_refused_form_keeps_no_key_and_works_when_it_is_put_right():
    organisation = make_organisation()
    browser = client_of(organisation)
    address, key = reverse("schemes:new"), str(uuid4())
    browser.post(address, typed(name="Taken"))
    assert browser.post(address, typed(name="Taken") | {"once": key}).status_code == 422
    assert not every(Submission).exists()
    every(Scheme).update(name="Moved")
    assert browser.post(address, typed(name="Taken") | {"once": key}).status_code == 302


@pytest.mark.django_db
def test_somebody_elses_key_leads_nowhere():
    ours, theirs = client_of(make_organisation()), client_of(make_organisation())
    sent = typed(name="Same") | {"once": str(uuid4())}
    first = ours.post(reverse("schemes:new"), sent)
    second = theirs.post(reverse("schemes:new"), sent)
    assert first["Location"] != second["Location"]
    assert every(Scheme).count() == 2


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_week():
    browser = client_of(make_organisation())
    browser.post(reverse("schemes:new"), typed() | {"once": str(uuid4())})
    assert once.forget_submissions() == 0
    every(Submission).update(created_at=timezone.now() - once.KEPT_FOR - timedelta(minutes=1))
    assert once.forget_submissions() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x", "1" * 40])
def test_a_form_without_a_proper_key_works_as_ever(key):
    browser = client_of(make_organisation())
    browser.post(reverse("schemes:new"), typed() | {"once": key})
    assert every(Scheme).count() == 1
    assert current_set(scheme=every(Scheme).get()).risks.exists()
