"""Signing in: throttling without a lock-out, nothing told about who exists, safe sessions."""

import time

import pytest
from allauth.core.internal import ratelimit
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import AuditEntry, User
from accounts.trail import What
from tests.accounts.people import is_signed_in, sign_in, text_of
from tests.makers import PASSWORD, make_member, make_organisation

pytestmark = pytest.mark.django_db
TRIES = 5


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def member():
    return make_member(make_organisation())


def use_up(client, name):
    for _ in range(TRIES):
        assert "do not belong together" in text_of(sign_in(client, name, "wrong"))


# ---- throttling -------------------------------------------------------------------------------------------
def test_after_five_wrong_passwords_one_waits_and_is_told_how_long(client, member):
    use_up(client, member.username)
    page = text_of(sign_in(client, member.username))
    assert "Too many wrong passwords. Wait 5 minutes" in page
    assert not is_signed_in(client)


def test_the_right_password_works_again_once_the_time_is_over(client, member, monkeypatch):
    use_up(client, member.username)
    later = time.time() + 301
    monkeypatch.setattr(ratelimit.time, "time", lambda: later)
    assert sign_in(client, member.username)["Location"] == "/"


def test_the_waiting_time_shrinks(client, member, monkeypatch):
    use_up(client, member.username)
    later = time.time() + 250
    monkeypatch.setattr(ratelimit.time, "time", lambda: later)
    assert "seconds, then try again" in text_of(sign_in(client, member.username))


def test_another_account_at_the_same_address_is_not_held_up(client, member):
    use_up(client, member.username)
    assert sign_in(client, make_member().username)["Location"] == "/"


def test_the_owner_at_another_address_is_not_held_up(client, member):
    use_up(client, member.username)
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere, member.username)["Location"] == "/"


def test_user_name_and_e_mail_share_one_count(client, member):
    for name in (member.username, member.email, member.username.upper(), member.email, member.username):
        sign_in(client, name, "wrong")
    for name in (member.username, member.email):
        assert "Too many wrong passwords" in text_of(sign_in(client, name))


def test_right_passwords_use_nothing_up(client, member):
    for _ in range(TRIES * 2):
        assert sign_in(client, member.username)["Location"] == "/"
        client.post(reverse("account_logout"))


def test_one_address_that_tries_many_accounts_is_stopped(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "5/5m/key,12/5m/ip"}
    for number in range(12):
        sign_in(client, f"guess{number}", "wrong")
    assert "Too many wrong passwords" in text_of(sign_in(client, "guess12", "wrong"))


def test_an_account_that_does_not_exist_is_throttled_alike(client, member):
    answers = []
    for name in (member.username, "nobody.here"):
        use_up(client, name)
        answers.append(text_of(sign_in(client, name, "wrong")).replace(name, "NAME"))
    assert answers[0] == answers[1]


def test_the_visitors_address_comes_from_as_many_proxies_as_are_trusted(member, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = Client(headers={"x-forwarded-for": "203.0.113.99, 198.51.100.1"})
    use_up(forged, member.username)
    another_forgery = Client(headers={"x-forwarded-for": "203.0.113.50, 198.51.100.1"})
    assert "Too many wrong passwords" in text_of(sign_in(another_forgery, member.username))
    neighbour = Client(headers={"x-forwarded-for": "198.51.100.2"})
    assert sign_in(neighbour, member.username)["Location"] == "/"


def test_a_wrong_password_is_in_the_trail_by_the_account_and_never_what_was_typed(client, member):
    sign_in(client, member.username, "my other secret")
    sign_in(client, "nobody.here", "my other secret")
    entries = AuditEntry.objects.of(member.memberships.get().organisation).filter(what=What.SIGN_IN_FAILED)
    assert [entry.subject_id for entry in entries] == [str(member.pk)]
    assert "secret" not in str(entries.values())


# ---- nothing told about who exists ------------------------------------------------------------------------
def test_a_forgotten_password_is_answered_alike_whether_the_address_exists_or_not(client, member):
    answers = []
    for address in (member.email, "stranger@example.org"):
        response = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
        answers.append((response.redirect_chain, text_of(response)))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [[member.email]]


def test_a_switched_off_account_is_told_so_only_with_the_right_password(client, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert "do not belong together" in text_of(sign_in(client, member.username, "wrong"))
    assert sign_in(client, member.username)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


def test_a_changed_address_tells_nobody_that_it_is_taken(client, member):
    other = make_member()
    sign_in(client, member.username)
    pages = []
    for address in (other.email, "stranger@example.org"):
        page = text_of(
            client.post(reverse("account_email"), {"email": address, "action_add": "1"}, follow=True)
        )
        pages.append(page.replace(address, "ADDRESS"))
    assert pages[0] == pages[1]
    member.refresh_from_db()
    assert member.email.startswith("member")


# ---- a forgotten password ---------------------------------------------------------------------------------
def link_in(letter):
    (line,) = [line for line in letter.body.splitlines() if "://testserver/" in line]
    return line.removeprefix("http://testserver")


def test_a_forgotten_password_is_chosen_anew_by_letter_and_ends_every_session(client, member):
    elsewhere = Client()
    sign_in(elsewhere, member.username)
    client.post(reverse("account_reset_password"), {"email": member.email})
    link = link_in(mail.outbox[0])
    shown = client.get(link)
    assert link not in shown["Location"]
    page = client.get(shown["Location"])
    assert "Choose a new password" in text_of(page)
    new = {"password1": "monsoon lantern cart", "password2": "monsoon lantern cart"}
    done = client.post(shown["Location"], new, follow=True)
    assert "The new password counts" in text_of(done)
    assert not is_signed_in(elsewhere)
    assert sign_in(client, member.username, "monsoon lantern cart")["Location"] == "/"
    # the letter's link works once
    assert "This link is used up" in text_of(Client().get(link, follow=True))


@pytest.mark.parametrize("link", ["/forgotten/abc-def/", "/forgotten/00000000000040008000000000000000-x-y/"])
def test_a_letters_link_that_was_cut_short_says_so(client, link):
    assert "This link is used up" in text_of(client.get(link))


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10 characters"),
        ("password123", "too common"),
        ("member-asha-9", "too similar"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(client, password, said):
    user = User.objects.create_user("member-asha", "asha@example.org", PASSWORD)
    client.force_login(user)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert said in text_of(client.post(reverse("account_change_password"), typed))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_long_password_with_spaces_at_its_ends_is_kept_as_it_is(client, member):
    long = "  " + "मानसून cart " * 20
    client.force_login(member)
    typed = {"oldpassword": PASSWORD, "password1": long, "password2": long}
    assert client.post(reverse("account_change_password"), typed)["Location"] == "/account/"
    member.refresh_from_db()
    assert member.check_password(long)


def test_two_different_new_passwords_change_nothing(client, member):
    client.force_login(member)
    typed = {"oldpassword": PASSWORD, "password1": "monsoon lantern cart", "password2": "monsoon lantern"}
    assert "The two passwords differ" in text_of(client.post(reverse("account_change_password"), typed))


# ---- an address of one's own ------------------------------------------------------------------------------
def test_a_new_address_counts_once_its_letters_link_was_followed(client, member):
    sign_in(client, member.username)
    client.post(reverse("account_email"), {"email": "New@Example.org", "action_add": "1"})
    member.refresh_from_db()
    assert member.email != "new@example.org"
    link = link_in(mail.outbox[-1])
    assert "From now on new@example.org belongs to the account" in text_of(client.get(link))
    client.post(link)
    member.refresh_from_db()
    assert member.email == "new@example.org"
    client.post(reverse("account_logout"))
    assert sign_in(client, "NEW@example.org")["Location"] == "/"


def test_changing_the_address_asks_for_the_password_when_it_was_typed_long_ago(client, member):
    client.force_login(member)  # no password typed in this session
    answer = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": "1"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    wrong = client.post(answer["Location"], {"password": "wrong"})
    assert "This is not your password" in text_of(wrong)
    client.post(answer["Location"], {"password": PASSWORD})
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]


# ---- sessions, addresses, forms ---------------------------------------------------------------------------
def test_signing_in_makes_a_new_session_key(client, member):
    client.get("/sign-in/")
    session = client.session
    session["left by"] = "whoever knows this key"
    session.save()
    planted = session.session_key
    assert planted
    sign_in(client, member.username)
    assert client.session.session_key != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert not is_signed_in(attacker)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-out/", "/account/again/", "/organisation/"])
def test_no_page_leads_to_another_site(member, elsewhere, path):
    client = Client()
    if path != "/sign-in/":
        client.force_login(member)
    typed = {
        "login": member.username,
        "password": PASSWORD,
        "next": elsewhere,
        "organisation": member.memberships.get().organisation_id,
    }
    for address in (path, f"{path}?next={elsewhere}"):
        response = client.post(address, typed)
        assert "evil" not in response["Location"]
        assert "alert" not in response["Location"]
        if path == "/sign-out/":
            client.force_login(member)


def test_every_form_of_an_account_needs_its_token(member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    for pattern in (
        get_resolver("accounts.allauth_urls").url_patterns + get_resolver("accounts.urls").url_patterns
    ):
        address = "/" + str(pattern.pattern).replace("^", "").replace("$", "")
        for name, value in {
            "<str:token>": "x",
            "<int:session_id>": "1",
            "<uuid:membership_id>": str(member.pk),
            "<uuid:invitation_id>": str(member.pk),
            r"(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "abc-def",
            r"(?P<key>[-:\w]+)": "abc",
        }.items():
            address = address.replace(name, value)
        assert strict.post(address, {"x": "1"}).status_code == 403, address


def test_every_cookie_is_for_this_site_and_out_of_scripts_reach(client, member):
    client.get("/sign-in/")
    sign_in(client, member.username)
    client.post(reverse("accounts:account"), {"name": "Asha"})
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]
