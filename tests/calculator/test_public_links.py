"""Public links: what a stranger sees, what nobody sees, and how a link is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from calculator import comment_actions, publish_actions
from calculator.links import BYTES, hash_of, new_secret, secret_again
from calculator.models import Package, Premium, PublicPage
from calculator.publish_views import content_of
from tests.calculator.pages import words
from tests.calculator.reviewers import complete, reviewer_of, sign, simulate
from tests.makers import client_of, every, make_member, make_organisation

pytestmark = pytest.mark.django_db


def at(name, row):
    return reverse(f"calculator:{name}", args=[row.pk])


def public(secret):
    return reverse("calculator:public", args=[secret])


def publish(package, **changes):
    package = complete(package)
    values = {
        "scheme": package.scheme,
        "user": package.saved_by,
        "kind": "package",
        "name": package.name,
        "content": content_of(package),
        "language": "en",
        "expires_at": None,
        "package": package,
    }
    return publish_actions.publish(**{**values, **changes})


@pytest.fixture
def page(package):
    return publish(package)


@pytest.fixture
def secret(page):
    return new_secret(page.pk)


# ---- made by an administrator ------------------------------------------------------------------------------
def test_an_administrator_publishes_and_sees_the_link_again(signed_in, package):
    preview = signed_in.get(at("publish", package))
    assert "What they will see" in words(preview)
    last_day = (timezone.localdate() + timedelta(days=30)).isoformat()
    listed = signed_in.post(at("publish", package), {"last_day": last_day}, follow=True)
    row = every(PublicPage).get()
    address = f"http://testserver{public(new_secret(row.pk))}"
    assert address in listed.content.decode()
    again = signed_in.get(reverse("calculator:public_links", args=[package.scheme_id]))
    assert address in again.content.decode()
    assert timezone.localtime(row.expires_at).date().isoformat() == last_day
    assert AuditEntry.objects.of(package.organisation).filter(what="link.published").count() == 1
    assert Client().get(public(new_secret(row.pk))).status_code == 200


def test_a_link_is_open_for_a_year_unless_said_otherwise(signed_in, package):
    from calculator.review_forms import PublishForm

    days = (PublishForm().initial["last_day"] - timezone.localdate()).days
    assert days == 364


@pytest.mark.parametrize(("days", "said"), [(-1, "lies in the past"), (5 * 365, "three years at most")])
def test_a_day_that_cannot_be_is_refused_in_words(signed_in, package, days, said):
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    refused = signed_in.post(at("publish", package), {"last_day": day})
    assert refused.status_code == 422
    assert said in words(refused)
    assert not every(PublicPage).exists()


@pytest.mark.parametrize("role", [Role.FIELD_STAFF, Role.FACILITATOR, Role.REVIEWER])
def test_only_administrators_publish_withdraw_and_see_links(package, page, role):
    other = client_of(package.organisation, role=role)
    links = reverse("calculator:public_links", args=[package.scheme_id])
    assert other.get(links).status_code == 403
    assert other.get(at("publish", package)).status_code == 403
    assert other.post(at("publish", package)).status_code == 403
    assert other.post(at("revoke", page)).status_code == 403


def test_another_organisations_administrator_finds_nothing(package, page):
    stranger = client_of(make_organisation())
    assert stranger.get(reverse("calculator:public_links", args=[package.scheme_id])).status_code == 404
    assert stranger.get(at("publish", package)).status_code == 404
    assert stranger.post(at("publish", package)).status_code == 404
    assert stranger.post(at("revoke", page)).status_code == 404
    page.refresh_from_db()
    assert page.revoked_at is None


# ---- what a stranger sees ----------------------------------------------------------------------------------
def test_a_stranger_sees_what_is_not_covered_first_then_cover_price_and_examples(secret):
    response = Client().get(public(secret))
    text = words(response)
    titles = ("What is not covered", "What the scheme pays", "What a family pays")
    assert sorted(titles, key=text.index) == list(titles)
    for said in (
        "₹ 461",
        "₹ 477 rupees a person a year in a family of up to 3",
        "₹ 429 rupees a person a year in a family of 4 and more",
        "On average ₹ 461",
        "Nothing is paid for: Lab, Caesarean delivery, Wage loss, OPD.",
        "Transport ₹ 1,000 for each event: Transport.",
        "Hospitalisation The whole bill, at most ₹ 3,000 for one event.",
        "₹ 20,000 ₹ 3,000 ₹ 17,000",
        "Prices as of",
        "this is not a price to charge yet",
    ):
        assert said in text, said


def test_what_pays_nothing_is_not_listed_among_what_the_scheme_pays(package):
    covered = {each["name"] for each in content_of(complete(package))["covered"]}
    assert package.terms.get(benefit_risk__key="wage-loss").covered
    assert "Wage loss" not in covered
    assert "Transport" in covered


def test_a_set_amount_names_the_event_it_is_paid_on_and_one_price_stands_alone(linked):
    package = every(Package).get(scheme=linked)
    package.large_family_discount = 0
    package.save()
    content = content_of(complete(package))
    words = {each["name"]: each["words"] for each in content["covered"]}
    assert words["Transport"].endswith(": Hospitalisation.")
    assert words["Wage loss"].startswith("₹\u00a0150")
    assert content["price"]["tariffs"] == []


def test_the_page_holds_nobody_no_comment_no_note_and_no_key(package):
    member = make_member(package.organisation)
    comment_actions.write_comment(package=package, user=member, text="A private remark")
    simulate(package)
    sign(package, name="Asha Rao", statement="with_remarks", remarks="Internal words")
    page = publish(package)
    content = Client().get(public(new_secret(page.pk))).content.decode()
    assert "A reviewer has signed this version on" in content
    for hidden in (
        "A private remark", "Asha Rao", "Internal words", "demo", member.username, package.note,
        str(package.pk), str(package.scheme_id), str(package.organisation_id), str(page.pk), "csrf", "<form",
    ):  # fmt: skip
        assert hidden.lower() not in content.lower().replace("demo organisation", ""), hidden


def test_the_examples_are_the_engines_own(package):
    content = content_of(complete(package))
    stay = next(each for each in content["covered"] if each["name"] == "Hospitalisation")
    assert [each["event"] for each in stay["examples"]] == ["₹\u00a07,000", "₹\u00a020,000", "₹\u00a050,000"]
    assert {each["pays"] for each in stay["examples"]} == {"₹\u00a03,000"}


def test_the_page_stays_as_it_was_published(package, page, secret):
    from calculator.actions import delete_package

    before = words(Client().get(public(secret)))
    every(Premium).update(answer={})
    package.admin_rate = 0.5
    package.save()
    assert words(Client().get(public(secret))) == before
    delete_package(package=package)
    assert words(Client().get(public(secret))) == before


def test_no_cookie_no_index_no_referrer_and_kept_for_a_minute_only(secret):
    response = Client().get(public(secret), {"view": "projector"})
    assert not response.cookies
    assert response["X-Robots-Tag"].startswith("noindex")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, max-age=60"
    assert 'content="noindex' in response.content.decode()


def test_only_the_number_of_openings_and_the_last_day_are_kept(page, secret):
    visitor = Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="a browser")
    for _ in range(3):
        visitor.get(public(secret))
    visitor.head(public(secret))
    page.refresh_from_db()
    assert (page.opened, page.last_opened_on) == (3, timezone.localdate())
    assert not AuditEntry.objects.of(page.organisation).filter(what__startswith="link.opened").exists()


def test_it_asks_the_database_twice(secret):
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        Client().get(public(secret))
    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) == 2


# ---- what nobody sees --------------------------------------------------------------------------------------
def test_the_neighbours_of_a_link_open_nothing(secret):
    stranger = Client()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(secret):
        other = letters[(letters.index(letter) + 1) % len(letters)]
        assert stranger.get(public(secret[:place] + other + secret[place + 1 :])).status_code == 404
    for near in (secret[:-1], secret + "A", secret.swapcase(), "x"):
        assert stranger.get(public(near)).status_code == 404
    assert stranger.get(public(secret)).status_code == 200


def test_the_hash_and_the_key_of_a_page_open_nothing(page):
    for known in (page.link_hash, str(page.pk)):
        assert Client().get(public(known)).status_code == 404


def test_withdrawn_run_out_and_never_made_answer_alike_to_the_last_byte(package):
    never = Client().get(public("x" * 32))
    withdrawn = publish(package)
    publish_actions.revoke(page=withdrawn, user=package.saved_by)
    expired = publish(package, expires_at=timezone.now() + timedelta(hours=1))
    every(PublicPage).filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = publish(package)
    gone.scheme.deleted_at = timezone.now()
    gone.scheme.save()
    for row in (withdrawn, expired, gone):
        response = Client().get(public(new_secret(row.pk)))
        assert response.status_code == never.status_code == 404
        assert response.content == never.content
        ours, nobodys = ({**each.headers, "X-Request-ID": ""} for each in (response, never))
        assert ours == nobodys
        assert not response.cookies
        assert response["Cache-Control"] == "no-store"


def test_a_withdrawn_link_stops_at_once_and_is_withdrawn_once(signed_in, page, secret):
    assert Client().get(public(secret)).status_code == 200
    listed = signed_in.post(at("revoke", page), follow=True)
    assert "The link opens no more" in words(listed)
    assert Client().get(public(secret)).status_code == 404
    assert secret not in listed.content.decode()
    assert "withdrawn already" in words(signed_in.post(at("revoke", page), follow=True))
    assert AuditEntry.objects.of(page.organisation).filter(what="link.revoked").count() == 1


# ---- the address -------------------------------------------------------------------------------------------
def test_the_database_holds_no_address_that_opens(page, secret):
    row = every(PublicPage).filter(pk=page.pk).values().get()
    assert secret not in str(row)
    assert row["link_hash"] == hash_of(secret)


def test_an_address_has_192_bits_and_no_two_pages_share_one(package):
    secrets = {new_secret(publish(package).pk) for _ in range(5)}
    assert len(secrets) == 5
    assert BYTES * 8 == 192
    assert all(len(each) == 32 for each in secrets)


def test_after_a_change_of_the_servers_key_a_link_still_opens(page, secret, settings, signed_in):
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of at least fifty characters, made up for this test"
    assert secret_again(page.pk, page.link_hash) is None
    assert Client().get(public(secret)).status_code == 200
    settings.SECRET_KEY_FALLBACKS = [old]
    assert secret_again(page.pk, page.link_hash) == secret


def test_the_list_asks_the_database_equally_often_however_many_links(signed_in, package, page):
    links = reverse("calculator:public_links", args=[package.scheme_id])

    def asked():
        with CaptureQueriesContext(connection) as found:
            signed_in.get(links)
        return len(found)

    asked()  # the first visit also writes the session
    one = asked()
    for _ in range(4):
        publish(package)
    assert asked() == one


# ---- other kinds of pages ----------------------------------------------------------------------------------
def test_another_room_adds_its_own_kind_of_page(package, monkeypatch):
    monkeypatch.setattr(publish_actions, "KINDS", dict(publish_actions.KINDS))
    with pytest.raises(ValueError, match="no kind of public page"):
        publish(package, kind="notice")
    publish_actions.add_kind("notice", template="calculator/public_package.html")
    publish_actions.add_kind("notice", template="calculator/public_package.html")
    with pytest.raises(ValueError, match="have a template already"):
        publish_actions.add_kind("notice", template="another.html")
    row = publish(package, kind="notice")
    assert Client().get(public(new_secret(row.pk))).status_code == 200


def test_a_kind_that_is_no_more_opens_nothing(page, secret, monkeypatch):
    monkeypatch.setattr(publish_actions, "KINDS", {})
    assert Client().get(public(secret)).status_code == 404


@pytest.mark.parametrize("values", [{"name": ""}, {"kind": ""}, {"link_hash": ""}])
def test_the_database_refuses_what_is_no_public_page(page, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        every(PublicPage).update(**values)


def test_a_reviewer_sees_no_publish_button(client, package):
    client.force_login(reviewer_of(package))
    assert "/publish/" not in client.get(at("package", package)).content.decode()


def test_who_tries_links_from_one_address_is_slowed_down(secret, monkeypatch):
    monkeypatch.setattr("calculator.publish_views.MOST_OPENINGS", 3)
    browser = Client(REMOTE_ADDR="192.0.2.77")
    assert [browser.get(public(secret)).status_code for _each in range(5)] == [200, 200, 200, 429, 429]
    assert Client(REMOTE_ADDR="192.0.2.78").get(public(secret)).status_code == 200
