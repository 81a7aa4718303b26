"""What phones ask for, and what they bring back: nothing twice, nothing over somebody else's work."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from accounts.sessions import SEEN_AT, SHARED
from calculator.actions import draft_of
from calculator.models import Draft, Package
from calculator.queries import current_set
from offline import packs
from tests.calculator.conftest import demo_user, linked
from tests.makers import client_of, every, make_organisation
from tests.workshop.session_rows import make_group, make_session, standing, vote

__all__ = ["demo_user", "linked"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(client, demo_user):
    client.force_login(demo_user)
    return client


@pytest.fixture
def draft(linked, demo_user) -> Draft:
    return draft_of(user=demo_user, scheme=linked)


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


# ---- whose work --------------------------------------------------------------------------------------------
def bring_vote(phone: Client, group, *, whose: str):
    ballot = {"id": str(uuid4()), "group": str(group.pk), "round": "individual", "first": 1, "second": None}
    address = reverse("workshop:votes_batch", args=[group.session_id])
    body = {"votes": [ballot]}
    return phone.post(address, body, content_type="application/json", headers={"X-Whose": whose})


def test_votes_and_sheets_done_under_another_sign_in_are_not_taken(phone, linked, draft):
    """Somebody else signed in between the phone's asking and its sending."""
    group = make_group(make_session(linked))
    mine, theirs = whose(phone)["person"], whose(client_of(make_organisation()))["person"]
    assert bring_vote(phone, group, whose=theirs).status_code == 412
    assert standing() == 0
    address = reverse("offline:sheet", args=[draft.scheme_id])
    body = {"id": str(uuid4()), "typed": {"admin_rate": "25"}, "base": draft.typed, "opened": ""}
    refused = phone.post(address, body, content_type="application/json", headers={"X-Whose": theirs})
    assert refused.status_code == 412
    assert now(draft) == draft.typed
    assert bring_vote(phone, group, whose=mine).status_code == 200
    assert standing() == 1


def test_votes_for_one_organisation_wait_while_somebody_acts_for_another(phone, linked, demo_user):
    group = make_group(make_session(linked))
    mine = whose(phone)["person"]
    other = make_organisation()
    Membership.objects.create(user=demo_user, organisation=other, role=Role.ADMIN)
    phone.post(reverse("accounts:switch_organisation"), {"organisation": other.pk})
    found = whose(phone)
    assert found["person"] != mine
    assert set(found["mine"]) == {mine, found["person"]}
    assert bring_vote(phone, group, whose=mine).status_code == 412
    phone.post(reverse("accounts:switch_organisation"), {"organisation": linked.organisation_id})
    assert bring_vote(phone, group, whose=mine).status_code == 200
    assert standing() == 1


# ---- whose phone -------------------------------------------------------------------------------------------
def whose(client: Client) -> dict[str, object]:
    answer = client.get(reverse("offline:contact"), headers={"X-By-Itself": "yes"}).json()
    return {key: value for key, value in answer.items() if key != "token"}


def mark(client: Client, scheme) -> dict[str, str] | None:
    return client.get(reverse("offline:contact"), {"scheme": scheme.pk}).json().get("mark")


def test_a_phone_hears_of_new_pages_and_of_what_changed_on_the_old_ones(phone, linked):
    first = mark(phone, linked)
    session = make_session(linked)
    second = mark(phone, linked)
    group = make_group(session)
    third = mark(phone, linked)
    assert len({each["pages"] for each in (first, second, third)}) == 3
    assert second["shown"] == third["shown"]
    vote(group, 1)
    assert mark(phone, linked) == third
    group.version += 1
    group.save()
    fourth = mark(phone, linked)
    assert (fourth["pages"], fourth["shown"] != third["shown"]) == (third["pages"], True)
    answer = phone.get(reverse("offline:keep_list", args=[linked.pk])).json()
    assert answer["mark"] == fourth
    make_session(linked, place="Earlier", day=2)
    pages = phone.get(reverse("offline:keep_list", args=[linked.pk])).json()["pages"]
    assert sum("/sessions/" in page for page in pages) > sum("/sessions/" in page for page in answer["pages"])
    assert set(answer["pages"]) < set(pages)


def test_nobody_hears_of_another_organisations_scheme(phone, linked):
    assert mark(client_of(make_organisation()), linked) is None
    assert mark(Client(), linked) is None
    assert "mark" not in phone.get(reverse("offline:contact"), {"scheme": "x"}).json()


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
@pytest.fixture
def kept(phone, linked) -> dict[str, str]:
    """Every page that a phone keeps of a scheme in whose session votes are entered, by its address."""
    make_group(make_session(linked))
    answer = phone.get(reverse("offline:keep_list", args=[linked.pk])).json()
    found = {page: phone.get(page, headers={"X-By-Itself": "yes"}) for page in answer["pages"]}
    assert answer["person"] == whose(phone)["person"]
    assert {page.status_code for page in found.values()} == {200}
    return {address: page.content.decode() for address, page in found.items()}


def test_kept_pages_answer_and_have_their_help_and_all_files_with_them_and_no_survey(kept, client):
    files = set(json.loads(re.search(r"const SHELL = (.*);", client.get("/sw.js").content.decode())[1]))
    assert not [address for address in kept if "survey" in address or "people" in address]
    for address, page in kept.items():
        helps = re.findall(r'href="(/help/[^"#]*)"><svg', page)
        assert helps, address
        assert set(helps) <= set(kept), address
        drawn = re.findall(r'<link rel="stylesheet" href="([^"]*)"|<script[^>]* src="([^"]*)"', page)
        assert {style or script for style, script in drawn} <= files, address


def test_every_page_says_whose_it_is_and_a_strangers_nobodys(phone, linked):
    sheet = reverse("calculator:sheet", args=[linked.pk])
    assert phone.get(sheet)["X-Whose"] == whose(phone)["person"]
    assert "X-Whose" not in phone.get(sheet, headers={"HX-Request": "true"})
    assert "X-Whose" not in Client().get(reverse("account_login"))


def test_a_page_fetched_to_be_kept_leaves_what_just_happened_to_be_read(phone, linked):
    """It would be said on no screen, and on the kept page for ever."""
    phone.post(reverse("workshop:shortlist_add", args=[every(Package).filter(scheme=linked).first().pk]))
    shortlist = reverse("workshop:shortlist", args=[linked.pk])
    said = "is on the shortlist"
    assert said not in phone.get(shortlist, headers={"X-By-Itself": "yes"}).content.decode()
    assert said in phone.get(shortlist).content.decode()


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


def test_no_name_takes_the_place_of_a_part_of_the_single_file(phone, linked):
    """A scheme can be called anything, also as the file's parts are marked and as a browser runs scripts."""
    plain = phone.get(reverse("offline:single", args=[linked.pk])).content.decode()
    linked.name = "@STYLE@ @ICONS@ @PACK@ @SCRIPT@ <img src=x onerror=alert(1)></script>"
    linked.save()
    text = phone.get(reverse("offline:single", args=[linked.pk])).content.decode()
    for part in ("<style", "</style", "<script", "</script", 'id="i-help"', '"mean_step"'):
        assert text.count(part) == plain.count(part), part
    assert "<img" not in text
    assert "@SCRIPT@ &lt;img src=x" in text
    assert "<style>@" not in text
