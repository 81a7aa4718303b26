"""What the account pages say about letters, sessions and being switched off is so."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.models import Membership, Role
from tests.accounts.people import sign_in, text_of
from tests.accounts.test_people_joining import NEW
from tests.makers import client_of, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("Khunti health circle")


@pytest.mark.parametrize("host", ["", "smtp.example.org"])
def test_a_letter_is_on_its_way_only_from_a_site_that_sends_letters(organisation, settings, host):
    settings.EMAIL_HOST = host
    client = Client()
    _invitation, token = people.invite(organisation=organisation, role=Role.FACILITATOR)
    client.post(
        reverse("accounts:join", args=[token]), {**NEW, "email": f"meera@{host or 'none.example.org'}"}
    )
    welcome = text_of(client.get("/"))
    assert ("is on its way" in welcome) == bool(host)
    assert ("This site sends no e-mail" in welcome) != bool(host)
    stranger = Client()
    asked = text_of(stranger.get(reverse("account_reset_password")))
    assert ("This site sends no e-mail" in asked) != bool(host)
    done = text_of(
        stranger.post(reverse("account_reset_password"), {"email": "meera@example.org"}, follow=True)
    )
    assert ("is on its way" in done) == bool(host)


def test_who_joined_and_looked_at_one_page_was_seen(client, organisation):
    _invitation, token = people.invite(organisation=organisation, role=Role.FACILITATOR)
    client.post(reverse("accounts:join", args=[token]), NEW)
    client.get("/")
    assert Membership.objects.get(user__username="meera.k").last_seen_at is not None


def test_who_signs_in_and_looks_at_one_page_was_seen(client, organisation):
    user = make_member(organisation)
    sign_in(client, user.username)
    client.get("/")
    assert Membership.objects.get(user=user).last_seen_at is not None


def test_the_list_of_sessions_marks_a_shared_phone(client, organisation):
    user = make_member(organisation)
    sign_in(Client(), user.username, shared="on")
    sign_in(client, user.username)
    devices = client.get("/account/").context["devices"]
    assert [device.is_shared for device in devices] == [False, True]
    assert text_of(client.get("/account/")).count("shared phone") == 1


def test_who_was_switched_off_is_told_so_and_by_whom(organisation):
    client = client_of(organisation)
    user = Membership.objects.get(organisation=organisation).user
    Membership.objects.filter(user=user).update(disabled_at="2026-01-01T00:00Z")
    page = text_of(client.get("/"))
    assert "An administrator of Khunti health circle switched you off" in page
    assert "No organisation yet" not in page


def test_the_footer_names_a_person_as_the_trail_does(organisation):
    client = client_of(organisation)
    user = Membership.objects.get(organisation=organisation).user
    user.first_name = "Asha Munda"
    user.save()
    assert "Signed in as Asha Munda" in text_of(client.get("/"))
