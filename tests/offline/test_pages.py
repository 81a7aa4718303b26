"""What phones ask for, and what they bring back: nothing twice, nothing over somebody else's work."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.sessions import SEEN_AT, SHARED
from calculator.actions import draft_of
from calculator.models import Draft
from calculator.queries import current_set, risks_tuple
from offline import packs
from tests.calculator.conftest import demo_user, linked
from tests.makers import client_of, make_organisation

__all__ = ["demo_user", "linked"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(client, demo_user):
    client.force_login(demo_user)
    return client


@pytest.fixture
def draft(linked, demo_user) -> Draft:
    return draft_of(user=demo_user, scheme=linked, risks=list(risks_tuple(current_set(scheme=linked))))


def bring(phone: Client, draft: Draft, *, key=None, base=None, opened=None, **typed: str):
    """Send a sheet as a phone does; `typed` are the boxes that were changed on it."""
    changed = {name.replace("__", "-"): text for name, text in typed.items()}
    seen = dict(draft.typed) if base is None else base
    package = f"{draft.package_id}:{draft.package_version}" if draft.package_id else ""
    body = {
        "id": str(key or uuid4()),
        "typed": seen | changed,
        "base": seen,
        "opened": package if opened is None else opened,
    }
    address = reverse("offline:sheet", args=[draft.scheme_id])
    return phone.post(address, body, content_type="application/json"), body


def now(draft: Draft) -> dict[str, str]:
    return Draft.objects.of(draft.organisation).get(pk=draft.pk).typed


def test_a_sheet_lands_once_and_undo_brings_the_old_one_back(phone, draft):
    answer, body = bring(phone, draft, injury__copay="15")
    assert (answer.status_code, answer.json()["state"]) == (200, "kept")
    assert now(draft)["injury-copay"] == "15"
    again = phone.post(
        reverse("offline:sheet", args=[draft.scheme_id]), body, content_type="application/json"
    )
    assert (again.status_code, again.json()["state"]) == (200, "known")
    phone.post(reverse("calculator:sheet", args=[draft.scheme_id]), {"do": "undo"})
    assert now(draft) == draft.typed


def test_a_sheet_changed_on_the_site_meanwhile_is_left_as_it_is(phone, draft):
    seen = dict(draft.typed)
    draft.typed = {**draft.typed, "admin_rate": "25"}
    draft.save()
    answer, _body = bring(phone, draft, base=seen, injury__copay="15")
    assert answer.status_code == 409
    assert now(draft)["admin_rate"] == "25"
    assert now(draft)["injury-copay"] == seen["injury-copay"]


def test_a_sheet_for_another_package_than_the_one_that_is_open_is_left_as_it_is(phone, draft):
    answer, _body = bring(phone, draft, opened=f"{uuid4()}:1", injury__copay="15")
    assert answer.status_code == 409


def test_what_was_chosen_out_of_both_lands_and_is_not_asked_again(phone, draft):
    seen = dict(draft.typed)
    draft.typed = {**draft.typed, "admin_rate": "25", "injury-copay": "30"}
    draft.save()
    _answer, body = bring(phone, draft, base=seen, injury__copay="15", opd__copay="10")
    compare = reverse("offline:compare", args=[draft.scheme_id])
    page = phone.post(compare, {"sheet": json.dumps(body)})
    assert page.status_code == 409
    assert "Your sheet was changed in two places" in page.content.decode()
    done = phone.post(
        compare,
        {"sheet": json.dumps(body), "do": "merge", "keep_admin_rate": "theirs", "keep_injury-copay": "mine"},
    )
    assert done.status_code == 302
    typed = now(draft)
    assert (typed["admin_rate"], typed["injury-copay"], typed["opd-copay"]) == ("25", "15", "10")
    again = phone.post(
        reverse("offline:sheet", args=[draft.scheme_id]), body, content_type="application/json"
    )
    assert again.json()["state"] == "known"


@pytest.mark.parametrize(
    "body", ["", "[]", '{"id": "x"}', '{"id": 1, "typed": {}, "base": {}, "opened": ""}', "[" * 100_000]
)
def test_what_is_no_sheet_is_refused_in_words(phone, draft, body):
    address = reverse("offline:sheet", args=[draft.scheme_id])
    answer = phone.post(address, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["problem"] == "This is no sheet of the calculator."


def test_boxes_that_the_sheet_has_not_are_passed_over(phone, draft):
    answer, _body = bring(phone, draft, injury__copay="15", is_staff="on")
    assert answer.status_code == 200
    assert "is_staff" not in now(draft)


# ---- whose phone -------------------------------------------------------------------------------------------
def whose(client: Client) -> dict[str, object]:
    answer = client.get(reverse("offline:contact"), headers={"X-By-Itself": "yes"}).json()
    return {key: value for key, value in answer.items() if key != "token"}


def run_out(client: Client, *, shared: bool) -> None:
    session = client.session
    session[SEEN_AT], session[SHARED] = 1, shared
    session.save()


def test_a_person_has_one_key_and_nobody_elses(phone, demo_user):
    mine = whose(phone)["person"]
    other = client_of(make_organisation())
    assert mine
    assert whose(other)["person"] not in {"", mine}
    again = Client()
    again.force_login(demo_user)
    assert whose(again) == {"person": mine}
    assert whose(Client()) == {"person": ""}


@pytest.mark.parametrize("shared", [True, False])
def test_a_sign_in_that_ran_out_is_still_somebodys(phone, shared):
    mine = whose(phone)["person"]
    run_out(phone, shared=shared)
    assert whose(phone) == {"person": mine, "out": True, "shared": shared}


def test_who_signed_out_or_was_switched_off_is_nobody(phone, demo_user):
    phone.post(reverse("account_logout"))
    assert whose(phone) == {"person": ""}
    phone.force_login(demo_user)
    Membership.objects.filter(user=demo_user).update(disabled_at="2026-01-01T00:00:00Z")
    assert whose(phone) == {"person": ""}
    Membership.objects.filter(user=demo_user).update(disabled_at=None)
    assert whose(phone)["person"]
    User.objects.filter(pk=demo_user.pk).update(is_active=False)
    assert whose(phone) == {"person": ""}


def test_who_was_switched_off_while_the_sign_in_ran_out_is_nobody(phone, demo_user):
    run_out(phone, shared=False)
    assert whose(phone)["out"]
    Membership.objects.filter(user=demo_user).update(disabled_at="2026-01-01T00:00:00Z")
    assert whose(phone) == {"person": ""}


def test_what_a_page_asks_by_itself_keeps_no_sign_in_alive(phone, linked):
    session = phone.session
    session[SEEN_AT] = seen = session.get(SEEN_AT, 0) or 1_000_000_000
    del session[SEEN_AT]
    session.save()
    phone.get(reverse("calculator:sheet", args=[linked.pk]), headers={"X-By-Itself": "yes"})
    assert SEEN_AT not in phone.session
    phone.get(reverse("calculator:sheet", args=[linked.pk]))
    assert phone.session[SEEN_AT] > seen


# ---- what is kept ------------------------------------------------------------------------------------------
def test_the_list_names_pages_that_answer_and_no_survey(phone, linked):
    answer = phone.get(reverse("offline:keep_list", args=[linked.pk])).json()
    assert answer["person"] == whose(phone)["person"]
    assert not [page for page in answer["pages"] if "survey" in page or "people" in page]
    for page in answer["pages"]:
        assert phone.get(page).status_code == 200, page


def test_a_pack_gets_another_name_with_other_assumptions_only(phone, linked):
    before = packs.plan_of(linked).version
    assert packs.plan_of(linked).version == before
    risk = current_set(scheme=linked).risks.get(key="opd")
    risk.incidence = 2.5
    risk.save()
    assert packs.plan_of(linked).version != before


def is_there(client: Client, file: str) -> bool:
    answer = client.get(file)
    answer.close()
    return answer.status_code == 200


def test_the_worker_names_files_that_are_there(client):
    text = client.get("/sw.js").content.decode()
    files = json.loads(re.search(r"const SHELL = (.*);", text)[1])
    assert len(files) > 8
    for address in files:
        assert is_there(client, address), address


def test_the_page_for_what_is_not_kept_names_nobody(phone, demo_user):
    assert demo_user.called not in Client().get("/without-network/").content.decode()


def test_the_manifest_makes_the_site_installable(client):
    answer = client.get("/manifest.webmanifest")
    content = json.loads(answer.content)
    assert (content["display"], content["start_url"]) == ("standalone", "/")
    assert {icon["sizes"] for icon in content["icons"]} == {"192x192", "512x512"}
    for icon in content["icons"]:
        assert is_there(client, icon["src"])


@pytest.mark.parametrize(
    ("host", "offers"), [("localhost", "Kept"), ("192.168.43.1:8000", "begin with https")]
)
def test_a_laptops_own_network_is_told_what_to_take_along(phone, linked, settings, host, offers):
    settings.ALLOWED_HOSTS = ["localhost", "192.168.43.1"]
    page = phone.get(reverse("offline:kept", args=[linked.pk]), headers={"host": host}).content.decode()
    assert offers in page
    assert reverse("offline:single", args=[linked.pk]) in page
    assert reverse("calculator:scheme_excel", args=[linked.pk]) in page


def test_the_single_file_says_when_it_was_made_and_for_what(phone, linked):
    answer = phone.get(reverse("offline:single", args=[linked.pk]))
    text = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "for version 1 of the assumptions" in text
    assert "default-src 'none'" in text
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]', text)
