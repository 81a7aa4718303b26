"""Sessions: they run out on the server, keep what was being sent, and are listed and ended by their owner."""

import html
import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import kept_form
from accounts.devices import device_words
from accounts.models import AuditEntry, Membership, Role
from accounts.trail import What
from schemes.models import Scheme
from tests.accounts.people import hidden_fields, is_signed_in, sign_in, text_of
from tests.makers import PASSWORD, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db
GO_ON = "/sign-in/go-on/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def organisation():
    return make_organisation("Khunti health circle")


@pytest.fixture
def member(organisation):
    return make_member(organisation)


def shared_phone(member):
    client = Client(headers={"user-agent": PHONE})
    sign_in(client, member.username, shared="on")
    return client


def let_idle(client, minutes):
    session = client.session
    session["seen_at"] -= minutes * 60
    session.save()


def scheme_form(client, **changed):
    """What a browser would send from the page for a new scheme."""
    form = client.get(reverse("schemes:new")).context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields}
    return {**typed, "name": "Village of Khunti", "inhabitants": "३५००", "do": "save", **changed}


# ---- running out ------------------------------------------------------------------------------------------
def test_a_shared_phone_is_signed_out_after_fifteen_idle_minutes(member):
    client = shared_phone(member)
    let_idle(client, 14)
    assert client.get("/").status_code == 200
    let_idle(client, 16)
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    assert not is_signed_in(client)


def test_a_phone_of_ones_own_stays_signed_in_through_a_working_day(client, member):
    sign_in(client, member.username)
    let_idle(client, 11 * 60)
    assert client.get("/").status_code == 200
    let_idle(client, 13 * 60)
    assert client.get("/").status_code == 302


def test_every_deed_starts_the_minutes_anew(member):
    client = shared_phone(member)
    for _ in range(4):
        let_idle(client, 10)
        assert client.get("/").status_code == 200


def test_what_a_page_fetches_by_itself_keeps_no_session_alive(member):
    client = shared_phone(member)
    before = client.session["seen_at"]
    let_idle(client, 10)
    client.get("/", headers={"HX-Request": "true"})
    assert client.session["seen_at"] == before - 600


def test_no_session_outlives_thirty_days(client, member):
    sign_in(client, member.username)
    session = client.session
    session["began_at"] -= 31 * 24 * 3600
    session.save()
    assert client.get("/").status_code == 302


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(member):
    client = shared_phone(member)
    let_idle(client, 16)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/schemes/new/?view=desk"}
    answer = client.get("/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/schemes/new/%3Fview%3Ddesk"
    foreign = Client().get("/", headers={**headers, "HX-Current-URL": "https://evil.example/"})
    assert foreign.headers["HX-Redirect"] == "/sign-in/?next=/"


def test_the_session_that_ran_out_is_gone_and_its_key_opens_nothing(member):
    client = shared_phone(member)
    key = client.session.session_key
    let_idle(client, 16)
    client.get("/")
    assert not Session.objects.filter(pk=key).exists()
    assert not UserSession.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)


def test_the_browser_forgets_a_shared_phones_session_when_it_is_closed(client, member):
    shared = shared_phone(member)
    assert shared.cookies["sessionid"]["max-age"] == ""
    sign_in(client, member.username)
    assert int(client.cookies["sessionid"]["max-age"]) > 3600


# ---- coming back ------------------------------------------------------------------------------------------
def test_coming_back_takes_only_the_password_and_leads_to_the_page(member):
    client = shared_phone(member)
    asked = reverse("schemes:new")
    let_idle(client, 16)
    back = client.get(asked)["Location"]
    page = client.get(back)
    assert f"Still there, {member.called}?" in text_of(page)
    assert 'type="text"' not in page.content.decode()
    again = {"login": member.username, "password": PASSWORD, "shared": "on"}
    assert client.post(back, again)["Location"] == asked
    assert client.session["shared_phone"] is True


def test_coming_back_leads_to_the_organisation_one_acted_for(member):
    second = make_organisation("Second circle")
    Membership.objects.create(user=member, organisation=second, role=Role.REVIEWER)
    client = shared_phone(member)
    client.post(reverse("accounts:switch_organisation"), {"organisation": second.pk})
    let_idle(client, 16)
    client.get("/")
    sign_in(client, member.username)
    assert "Signed in as" in text_of(client.get("/"))
    assert client.session["organisation"] == str(second.pk)


def test_the_next_person_at_the_phone_is_not_told_who_was_there_once_they_say_so(member):
    client = shared_phone(member)
    let_idle(client, 16)
    client.get("/")
    client.post(reverse("accounts:somebody_else"))
    assert member.username not in client.get("/sign-in/").content.decode()


def test_signing_out_leaves_nothing_behind(member):
    client = shared_phone(member)
    client.post(reverse("account_logout"))
    assert member.username not in client.get("/sign-in/").content.decode()


# ---- what was being sent ----------------------------------------------------------------------------------
def come_back(client, answer, member):
    return client.post(answer["Location"], {"login": member.username, "password": PASSWORD})


def test_a_scheme_typed_into_a_session_that_ran_out_is_sent_after_signing_in(member, organisation):
    client = shared_phone(member)
    typed = scheme_form(client)
    let_idle(client, 16)
    answer = client.post(reverse("schemes:new"), typed)
    assert answer["Location"] == f"/sign-in/?next={GO_ON}"
    assert not Scheme.objects.of(organisation).exists()
    assert "What you had typed is kept." in text_of(client.get(answer["Location"]))
    assert come_back(client, answer, member)["Location"] == GO_ON
    page = client.get(GO_ON)
    assert "Village of Khunti" in text_of(page)
    assert 'action="/schemes/new/"' in page.content.decode()
    sent = client.post("/schemes/new/", {name: html.unescape(value) for name, value in hidden_fields(page)})
    scheme = Scheme.objects.of(organisation).get()
    assert sent["Location"] == reverse("schemes:detail", args=[scheme.pk])
    assert (scheme.name, scheme.inhabitants) == ("Village of Khunti", 3500)
    # sent once, it is not offered again
    assert client.get(GO_ON)["Location"] == "/"


def test_the_calculators_sheet_comes_back_with_every_value(member, organisation):
    scheme = make_scheme(organisation)
    address = reverse("calculator:sheet", args=[scheme.pk])
    client = shared_phone(member)
    typed = {"hospitalisation-on": "on", "hospitalisation-event_cap": "4,321", "persons": "777"}
    let_idle(client, 16)
    answer = client.post(address, typed, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/sign-in/?next={GO_ON}"
    client.post(answer.headers["HX-Redirect"], {"login": member.username, "password": PASSWORD})
    page = client.get(GO_ON)
    kept = {name: html.unescape(value) for name, value in hidden_fields(page)}
    assert typed.items() <= kept.items()
    client.post(address, kept)
    sheet = client.get(address).content.decode()
    assert "4,321" in sheet
    assert 'value="777"' in sheet


def test_an_ordinary_session_that_ran_out_keeps_what_was_typed_too(client, member):
    sign_in(client, member.username)
    typed = scheme_form(client)
    let_idle(client, 13 * 60)
    come_back(client, client.post(reverse("schemes:new"), typed), member)
    assert "Village of Khunti" in text_of(client.get(GO_ON))


def test_somebody_else_who_signs_in_does_not_get_it(member, organisation):
    other = make_member(organisation)
    client = shared_phone(member)
    typed = scheme_form(client)
    let_idle(client, 16)
    answer = client.post(reverse("schemes:new"), typed)
    come_back(client, answer, other)
    assert client.get(GO_ON)["Location"] == "/"
    assert kept_form.KEY not in client.session
    assert "Khunti" not in str(client.session.items())


def test_a_stranger_on_the_phone_does_not_get_it(member):
    client = shared_phone(member)
    typed = scheme_form(client)
    let_idle(client, 16)
    answer = client.post(reverse("schemes:new"), typed)
    for address in (answer["Location"], GO_ON, "/"):
        assert "Village of Khunti" not in client.get(address, follow=True).content.decode()


def test_it_can_be_thrown_away(member):
    client = shared_phone(member)
    typed = scheme_form(client)
    let_idle(client, 16)
    come_back(client, client.post(reverse("schemes:new"), typed), member)
    assert "thrown away" in text_of(client.post(GO_ON, follow=True))
    assert client.get(GO_ON)["Location"] == "/"


def test_it_is_kept_for_an_hour(member, monkeypatch):
    client = shared_phone(member)
    typed = scheme_form(client)
    let_idle(client, 16)
    come_back(client, client.post(reverse("schemes:new"), typed), member)
    later = time.time() + 3601
    monkeypatch.setattr(kept_form.time, "time", lambda: later)
    assert client.get(GO_ON)["Location"] == "/"


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "x", "password": "my secret"},
        {"name": "x", "password1": "my secret"},
        {"name": "x", "code": "123456"},
        {"name": "x" * (201 * 1024)},
        {"name": "x", "file": SimpleUploadedFile("survey.csv", b"a,b")},
    ],
    ids=["password", "new password", "code", "too large", "file"],
)
def test_passwords_codes_files_and_large_forms_are_not_kept(member, typed):
    client = shared_phone(member)
    let_idle(client, 16)
    answer = client.post(reverse("schemes:new"), typed, headers={"referer": "http://testserver/schemes/new/"})
    assert answer["Location"] == "/sign-in/?next=/schemes/new/"
    assert kept_form.KEY not in client.session


def test_what_was_never_signed_in_is_not_kept(client):
    client.post(reverse("schemes:new"), {"name": "Village of Khunti"})
    assert kept_form.KEY not in client.session


def test_a_forged_form_from_another_site_is_not_kept(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    client.get("/")
    let_idle(client, 13 * 60)
    assert client.post(reverse("schemes:new"), {"name": "forged"}).status_code == 403
    assert kept_form.KEY not in client.session


# ---- where one is signed in -------------------------------------------------------------------------------
def test_the_account_lists_every_device_in_words_and_says_which_is_this(client, member):
    shared_phone(member).get("/")
    sign_in(client, member.username)
    page = text_of(client.get("/account/"))
    assert "Chrome on an Android phone" in page
    assert "A device that does not say what it is this one" in page


def test_ten_devices_are_listed_with_as_many_queries_as_two(client, member, django_assert_max_num_queries):
    shared_phone(member)
    sign_in(client, member.username)
    client.get("/account/")
    with CaptureQueriesContext(connection) as of_two:
        client.get("/account/")
    most = len(of_two)
    for _ in range(8):
        shared_phone(member)
    with django_assert_max_num_queries(most):
        page = text_of(client.get("/account/"))
    # in words, and in the label of its button
    assert page.count("Chrome on an Android phone") == 2 * 9


def test_what_an_old_password_opened_is_no_device(client, member):
    shared_phone(member)
    member.set_password("monsoon lantern cart")
    member.save()
    client.force_login(member)
    assert "Chrome on an Android phone" not in text_of(client.get("/account/"))


def test_one_device_is_signed_out_from_another(client, member, organisation):
    phone = shared_phone(member)
    sign_in(client, member.username)
    session = UserSession.objects.get(session_key=phone.session.session_key)
    client.post(reverse("accounts:end_session", args=[session.pk]))
    assert not is_signed_in(phone)
    assert is_signed_in(client)
    assert AuditEntry.objects.of(organisation).filter(what=What.SESSION_ENDED).count() == 1


def test_all_other_devices_are_signed_out_at_once(client, member):
    others = [shared_phone(member) for _ in range(3)]
    sign_in(client, member.username)
    client.post(reverse("accounts:end_other_sessions"))
    assert [is_signed_in(each) for each in others] == [False] * 3
    assert is_signed_in(client)


def test_somebody_elses_device_does_not_exist(client, member):
    victim = make_member(make_organisation())
    phone = shared_phone(victim)
    sign_in(client, member.username)
    session = UserSession.objects.get(user=victim)
    assert client.post(reverse("accounts:end_session", args=[session.pk])).status_code == 404
    client.post(reverse("accounts:end_other_sessions"))
    assert is_signed_in(phone)


def test_a_changed_password_signs_every_other_device_out(client, member):
    phone = shared_phone(member)
    sign_in(client, member.username)
    new = "monsoon lantern cart"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert is_signed_in(client)
    assert not is_signed_in(phone)


def test_sessions_that_ran_out_are_removed_with_what_they_held(client, member):
    Session.objects.create(pk="old", session_data="x", expire_date="2020-01-01T00:00:00Z")
    sign_in(client, member.username)
    assert not Session.objects.filter(pk="old").exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome on an Android phone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge on a Windows computer"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko Firefox/131.0", "Firefox on a Linux computer"),
        (
            "Mozilla/5.0 (Linux; Android 13; Tab) SamsungBrowser/25 Chrome/121",
            "Samsung Internet on an Android tablet",
        ),
        ("curl/8", "A device that does not say what it is"),
        ("", "A device that does not say what it is"),
        ("<script>", "A device that does not say what it is"),
    ],
)
def test_a_device_is_named_in_words_people_use(agent, words):
    assert device_words(agent) == words


def test_a_name_is_changed_by_its_owner(client, member):
    sign_in(client, member.username)
    client.post("/account/", {"name": "  Meera   Kerketta "})
    member.refresh_from_db()
    assert member.called == "Meera Kerketta"
