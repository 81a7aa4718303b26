"""While the database restarts a visitor reads so, and what was typed is sent again with one press."""

from __future__ import annotations

import html
import re

import pytest
from django.db import OperationalError
from django.urls import reverse

from schemes.models import Scheme
from tests.calculator.pages import boxes
from tests.makers import client_of, every, make_organisation

pytestmark = pytest.mark.django_db
NAME = "Ganga & <Tal>"


@pytest.fixture
def person():
    found = client_of(make_organisation("Health circle"))
    found.raise_request_exception = False
    return found


@pytest.fixture
def away(monkeypatch):
    def gone(*_args, **_values):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        for name in ("actions.create_scheme", "queries.find_scheme"):
            patch.setattr(f"schemes.views.{name}", gone)
        yield patch


def typed(person):
    fields = boxes(person.get(reverse("schemes:new")), form=None)
    fields.pop("csrfmiddlewaretoken")
    return fields | {"name": NAME, "inhabitants": "5,000", "do": "save"}


def test_what_was_typed_is_on_the_page_and_one_press_sends_it_again(person, away):
    sent = typed(person)
    answer = person.post(reverse("schemes:new"), sent)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert html.escape(NAME) in page
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    again = {name: html.unescape(value) for name, value in fields}
    assert again.pop("csrfmiddlewaretoken")
    assert again == sent
    away.undo()
    assert person.post(reverse("schemes:new"), again).status_code == 302
    assert person.post(reverse("schemes:new"), again).status_code == 302  # pressed twice: made once
    assert [scheme.name for scheme in every(Scheme)] == [NAME]


def test_page_that_is_only_looked_at_asks_again_by_itself(person, away):
    answer = person.get(reverse("schemes:detail", args=["11111111-1111-4111-8111-111111111111"]))
    assert answer.status_code == 503
    assert b'http-equiv="refresh"' in answer.content


def test_part_of_a_page_says_it_in_one_line(person, away):
    answer = person.post(reverse("schemes:new"), typed(person), headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.content.startswith(b'<p class="msg msg--warn"')


def test_password_is_never_put_on_the_page(person, monkeypatch):
    def gone(*_args, **_values):
        raise OperationalError

    monkeypatch.setattr("django.contrib.auth.models.AbstractBaseUser.check_password", gone)
    answer = person.post(
        reverse("account_change_password"),
        {"oldpassword": "Mountain path 7", "password1": "River bank 88", "password2": "River bank 88"},
    )
    assert answer.status_code == 503
    assert b"Mountain" not in answer.content
    assert b"River" not in answer.content
