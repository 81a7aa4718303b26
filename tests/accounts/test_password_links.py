"""A new password by a link from one's administrator: for whom, how long, and what it does not open."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.models import AuditEntry, Membership, Role, User
from accounts.trail import What
from tests.accounts.people import is_signed_in, set_up_second_factor, sign_in, text_of
from tests.makers import PASSWORD, make_member, make_organisation

pytestmark = pytest.mark.django_db
NEW = "river-under-seven-lamps"


@pytest.fixture
def organisation():
    return make_organisation("Khunti health circle")


@pytest.fixture
def admin(organisation):
    return make_member(organisation)


@pytest.fixture
def asha(organisation):
    user = make_member(organisation, role=Role.FIELD_STAFF)
    User.objects.filter(pk=user.pk).update(email="")
    user.refresh_from_db()
    return user


@pytest.fixture(autouse=True)
def _letters_are_sent(settings):
    settings.EMAIL_HOST = "mail.example.org"


def page_of(user):
    return reverse("accounts:member", args=[user.memberships.order_by("created_at").first().pk])


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def ask(admin, user):
    return browser_of(admin).post(page_of(user) + "password-link/", follow=True)


def link_for(admin, user):
    (link,) = re.findall(r"http://testserver(/new-password/[^<\s]+/)", ask(admin, user).content.decode())
    return link


def choose(link, password=NEW):
    return Client().post(link, {"password1": password, "password2": password})


def test_the_link_is_told_once_and_sets_a_password_once(admin, asha, organisation):
    at_work = browser_of(asha)
    admins = browser_of(admin)
    first = admins.post(page_of(asha) + "password-link/", follow=True)
    (link,) = re.findall(r"http://testserver(/new-password/[^<\s]+/)", first.content.decode())
    assert "new-password" not in admins.get(page_of(asha)).content.decode()
    page = Client().get(link)
    assert f"For {asha.called} ({asha.username}) of Khunti health circle" in text_of(page)
    assert "no-store" in page["Cache-Control"]
    assert choose(link)["Location"] == "/sign-in/"
    assert not is_signed_in(at_work)
    assert sign_in(Client(), asha.username, NEW)["Location"] == "/"
    assert choose(link, "another-river-at-night").status_code == 410
    lines = AuditEntry.objects.of(organisation).filter(subject_type="accounts.membership")
    told = [(line.what, line.actor_id) for line in lines.order_by("number")]
    assert told == [(What.PASSWORD_LINK_MADE, admin.pk), (What.PASSWORD_LINK_USED, asha.pk)]


def test_a_poor_password_is_refused_and_the_link_goes_on(admin, asha):
    link = link_for(admin, asha)
    assert choose(link, "short").status_code == 422
    assert choose(link)["Location"] == "/sign-in/"


def test_it_lasts_a_day(admin, asha, monkeypatch):
    link = link_for(admin, asha)
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 23.9 * 3600)
    assert Client().get(link).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 24.1 * 3600)
    assert Client().get(link).status_code == 410


def newer_link(admin, asha):
    ask(admin, asha)


def signed_in_by_the_old_password(_admin, asha):
    sign_in(Client(), asha.username, PASSWORD)


def switched_off(admin, asha):
    people.switch_off(membership=asha.memberships.get(), by=admin)


def got_an_address(_admin, asha):
    asha.email = "asha@example.org"
    asha.save()


def joined_another_organisation(_admin, asha):
    Membership.objects.create(user=asha, organisation=make_organisation(), role=Role.ADMIN)


def its_maker_is_no_administrator_any_more(admin, _asha):
    Membership.objects.filter(user=admin).update(role=Role.REVIEWER)


@pytest.mark.parametrize(
    "meanwhile",
    [
        newer_link,
        signed_in_by_the_old_password,
        switched_off,
        got_an_address,
        joined_another_organisation,
        its_maker_is_no_administrator_any_more,
    ],
)
def test_what_ends_a_link(admin, asha, meanwhile):
    link = link_for(admin, asha)
    meanwhile(admin, asha)
    assert choose(link).status_code == 410
    asha.refresh_from_db()
    assert asha.check_password(PASSWORD)


def test_a_link_that_was_altered_opens_nothing(admin, asha):
    link = link_for(admin, asha)
    assert Client().get(link[:-3] + "x/").status_code == 410


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("with an address", "has an e-mail address"),
        ("elsewhere too", "no link can be made here"),
        ("elsewhere until switched off", "no link can be made here"),
        ("who looks after the site", "no link can be made here"),
        ("the administrator", "on your account"),
    ],
)
def test_for_whom_no_link_is_made(admin, asha, settings, who, said):
    match who:
        case "with an address":
            got_an_address(admin, asha)
        case "elsewhere too":
            joined_another_organisation(admin, asha)
        case "elsewhere until switched off":
            joined_another_organisation(admin, asha)
            Membership.objects.filter(user=asha, role=Role.ADMIN).update(disabled_at="2026-01-01T00:00Z")
        case "who looks after the site":
            User.objects.filter(pk=asha.pk).update(is_superuser=True)
        case "the administrator":
            asha = admin
    answer = ask(admin, asha)
    assert said in text_of(answer)
    assert "/new-password/" not in answer.content.decode()
    assert (
        not AuditEntry.objects.of(asha.memberships.first().organisation)
        .filter(what=What.PASSWORD_LINK_MADE)
        .exists()
    )


def test_where_the_site_sends_no_letters_an_address_is_no_hindrance(admin, asha, settings):
    settings.EMAIL_HOST = ""
    got_an_address(admin, asha)
    assert choose(link_for(admin, asha))["Location"] == "/sign-in/"


def test_it_does_not_stand_in_for_a_second_factor(admin, asha):
    browser = Client()
    sign_in(browser, asha.username)
    set_up_second_factor(browser)
    choose(link_for(admin, asha))
    fresh = Client()
    assert sign_in(fresh, asha.username, NEW)["Location"].startswith("/sign-in/code/")
    assert not is_signed_in(fresh)
