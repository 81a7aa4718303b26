"""The second factor: set up by a picture or a key, asked at sign-in, required of administrators."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Role
from accounts.trail import What
from tests.accounts.people import code_of, is_signed_in, set_up_second_factor, sign_in, text_of
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db
SET_UP = "/account/second-factor/set-up/"
CODES = "/account/second-factor/codes/"
CODE = "/sign-in/code/"


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def member(organisation):
    return make_member(organisation, role=Role.FACILITATOR)


def signed_in(member):
    client = Client()
    sign_in(client, member.username)
    return client


def later_code(secret):
    """The app's next code: the one before was used to set up."""
    return code_of(secret, at=time.time() + 30)


# ---- setting up -------------------------------------------------------------------------------------------
def test_the_picture_is_in_the_page_itself_and_the_key_can_be_typed(member):
    page = signed_in(member).get(SET_UP)
    html = page.content.decode()
    secret = page.context["form"].secret
    assert '<svg class="qr"' in html
    assert "data:image" not in html.split("<main", 1)[1]  # a browser's tab has its icon that way
    assert " ".join(secret[i : i + 4] for i in range(0, 32, 4)) in html
    assert f"otpauth://totp/{member.username}?secret={secret}" in html


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_taking_off_are_in_the_trail(member, organisation):
    client = signed_in(member)
    set_up_second_factor(client)
    assert AuditEntry.objects.of(organisation)[0].what == What.SECOND_FACTOR_ON
    client.post("/account/second-factor/take-off/")
    assert AuditEntry.objects.of(organisation)[0].what == What.SECOND_FACTOR_OFF


@pytest.mark.django_db(transaction=True)
def test_setting_up_signs_out_who_came_in_elsewhere_by_the_password_alone(member):
    here, elsewhere = signed_in(member), signed_in(member)
    assert is_signed_in(elsewhere)
    set_up_second_factor(here)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_once_set_up_the_password_alone_does_not_open_the_account(member):
    secret = set_up_second_factor(signed_in(member))
    fresh = Client()
    assert sign_in(fresh, member.username)["Location"] == CODE
    assert not is_signed_in(fresh)
    assert "This code does not fit" in text_of(fresh.post(CODE, {"code": "000000"}))
    assert fresh.post(CODE, {"code": later_code(secret)})["Location"] == "/"
    assert is_signed_in(fresh)


def test_the_page_asked_for_follows_the_code(member, organisation):
    secret = set_up_second_factor(signed_in(member))
    asked = reverse("schemes:detail", args=[make_scheme(organisation).pk])
    fresh = Client()
    sign_in(fresh, member.username, next=asked)
    assert fresh.post(CODE, {"code": later_code(secret)})["Location"] == asked


def test_a_code_works_once(member):
    secret = set_up_second_factor(signed_in(member))
    code = later_code(secret)
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, member.username)
    assert first.post(CODE, {"code": code})["Location"] == "/"
    assert "each code works once" in text_of(second.post(CODE, {"code": code}))


def test_a_code_works_once_whatever_happens_to_the_cache(member):
    code = later_code(set_up_second_factor(signed_in(member)))
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, member.username)
    assert first.post(CODE, {"code": code})["Location"] == "/"
    cache.clear()
    assert "each code works once" in text_of(second.post(CODE, {"code": code}))


def test_spaces_in_a_code_are_no_mistake(member):
    code = later_code(set_up_second_factor(signed_in(member)))
    fresh = Client()
    sign_in(fresh, member.username)
    assert fresh.post(CODE, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/"


def test_a_recovery_code_opens_the_account_once(member):
    client = signed_in(member)
    set_up_second_factor(client)
    codes = client.get(CODES).context["unused_codes"]
    assert len(codes) == 10
    fresh = Client()
    sign_in(fresh, member.username)
    assert fresh.post(CODE, {"code": codes[0]})["Location"] == "/"
    fresh.post(reverse("account_logout"))
    sign_in(fresh, member.username)
    cache.clear()
    assert "This code does not fit" in text_of(fresh.post(CODE, {"code": codes[0]}))


def test_guessing_codes_is_stopped(member):
    set_up_second_factor(signed_in(member))
    fresh = Client()
    sign_in(fresh, member.username)
    for number in range(5):
        fresh.post(CODE, {"code": f"00000{number}"})
    assert "Too many wrong tries" in text_of(fresh.post(CODE, {"code": "000009"}))


def test_neither_key_nor_recovery_codes_can_be_read_from_the_database(member):
    client = signed_in(member)
    secret = set_up_second_factor(client)
    codes = client.get(CODES).context["unused_codes"]
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_recovery_codes_are_taken_away_as_a_text_file_and_made_anew(member):
    client = signed_in(member)
    set_up_second_factor(client)
    codes = client.get(CODES).context["unused_codes"]
    file = client.get(f"{CODES}download/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert all(code in file.content.decode() for code in codes)
    client.post(f"{CODES}new/")
    assert not set(codes) & set(client.get(CODES).context["unused_codes"])


def test_the_second_factor_is_taken_off_where_it_is_not_required(member):
    client = signed_in(member)
    set_up_second_factor(client)
    client.post("/account/second-factor/take-off/")
    assert not Authenticator.objects.filter(user=member).exists()
    fresh = Client()
    assert sign_in(fresh, member.username)["Location"] == "/"


def test_a_session_somebody_left_open_asks_for_the_password_before_the_second_factor_changes(
    member, settings
):
    client = signed_in(member)
    set_up_second_factor(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    for address in (CODES, f"{CODES}new/", f"{CODES}download/", "/account/second-factor/take-off/"):
        for ask in (client.get, client.post):
            response = ask(address)
            if response.status_code != 405:
                assert response["Location"].startswith(reverse("account_reauthenticate")), address
    assert Authenticator.objects.filter(user=member, type="totp").exists()


# ---- required of administrators ---------------------------------------------------------------------------
@pytest.fixture
def required(settings):
    settings.REQUIRE_ADMIN_SECOND_FACTOR = True


@pytest.mark.usefixtures("required")
def test_an_administrator_reaches_nothing_until_it_is_set_up(organisation):
    scheme = make_scheme(organisation)
    admin = make_member(organisation)
    client = signed_in(admin)
    for address in (
        "/",
        "/account/",
        "/account/email/",
        reverse("accounts:people"),
        reverse("schemes:detail", args=[scheme.pk]),
        reverse("schemes:edit", args=[scheme.pk]),
    ):
        assert client.get(address)["Location"] == SET_UP
        assert client.post(address, {"name": "changed"})["Location"] == SET_UP
    part = client.get("/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == SET_UP
    assert "Administrators need it" in text_of(client.get(SET_UP))
    assert client.get(reverse("help")).status_code == 200
    set_up_second_factor(client)
    assert client.get("/").status_code == 200
    assert client.post(reverse("account_logout"))["Location"] == "/sign-in/"


@pytest.mark.usefixtures("required")
def test_somebody_made_administrator_while_signed_in_is_led_there_too(member):
    client = signed_in(member)
    assert client.get("/").status_code == 200
    Membership.objects.filter(user=member).update(role=Role.ADMIN)
    assert client.get("/")["Location"] == SET_UP


@pytest.mark.usefixtures("required")
def test_an_administrator_of_any_organisation_needs_it_wherever_they_act(member):
    client = signed_in(member)
    Membership.objects.create(user=member, organisation=make_organisation(), role=Role.ADMIN)
    assert client.get("/")["Location"] == SET_UP


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", [Role.FIELD_STAFF, Role.FACILITATOR, Role.REVIEWER])
def test_other_roles_may_do_without(organisation, role):
    assert client_of(organisation, role=role).get("/").status_code == 200


@pytest.mark.usefixtures("required")
def test_an_administrator_does_not_take_it_off(organisation):
    admin = make_member(organisation)
    client = signed_in(admin)
    set_up_second_factor(client)
    page = client.post("/account/second-factor/take-off/")
    assert "Administrators need the second factor here" in text_of(page)
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_a_laptop_asks_for_none(organisation, settings):
    assert settings.REQUIRE_ADMIN_SECOND_FACTOR is False
    assert client_of(organisation).get("/").status_code == 200
