"""Signing a dossier: who may, what is frozen, what later edits do, how a signature is taken back."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEntry, Role
from calculator import review_actions
from calculator.actions import save_package
from calculator.case import answer_case, read_case
from calculator.cases import chosen_of
from calculator.dossier_findings import QUESTIONS
from calculator.models import Premium, SignOff
from calculator.package_page import PackagePage
from calculator.quotes import Quote
from calculator.review_queries import sign_off_states
from schemes.printing import render_pdf
from tests.calculator.pages import words
from tests.calculator.reviewers import TYPED, complete, dossier_of, reviewer_of, sign, signature, simulate
from tests.makers import client_of, every, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def simulated(package):
    simulate(package)
    return package


@pytest.fixture
def reviewer(client, simulated):
    client.force_login(reviewer_of(simulated))
    return client


def at(name, row):
    return reverse(f"calculator:{name}", args=[row.pk])


def seen(page):
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())[1]


def save_again(package, *, user, **changes):
    package = complete(package)
    return save_package(
        scheme=package.scheme,
        assumption_set=package.assumption_set,
        chosen=replace(chosen_of(package), **changes),
        name=package.name,
        note=package.note,
        user=user,
        package=package,
        seen_version=package.version,
    )


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


# ---- signing -----------------------------------------------------------------------------------------------
def test_a_reviewer_signs_what_they_have_read_and_it_is_frozen(reviewer, simulated):
    form = reviewer.get(at("sign", simulated))
    response = reviewer.post(at("sign", simulated), {**TYPED, "seen": seen(form)}, follow=True)
    row = every(SignOff).get()
    assert response.redirect_chain == [(at("sign_off", row), 302)]
    assert "Asha Rao" in words(response)
    assert (row.package_version, row.statement) == (simulated.version, "accepted")
    content = json.loads(row.content)
    assert row.content_hash == hashlib.sha256(row.content.encode()).hexdigest()
    premium = every(Premium).get(package=simulated).answer["premium"]
    assert content["figures"]["exact_premium"]["total"] == pytest.approx(premium["total"], rel=1e-12)
    assert content["figures"]["simulated"]["package"]["standard_error"] > 0


def test_the_frozen_case_gives_the_frozen_premium(simulated):
    figures = json.loads(sign(simulated).content)["figures"]
    again = answer_case(read_case({**figures["case"], "simulation": None}))["premium"]
    for line in ("pure", "risk_loading", "with_risk", "admin", "total", "small_family", "large_family"):
        assert figures["premium"][line] == pytest.approx(again[line], rel=1e-12)


def test_the_signed_pdf_holds_name_figures_and_fingerprint_and_comes_back_byte_for_byte(reviewer, simulated):
    row = sign(simulated, remarks="Mind the tail.", statement="with_remarks")
    first, second = (reviewer.get(at("sign_off_pdf", row)).content for _ in range(2))
    assert first == second == bytes(row.pdf)
    assert hashlib.sha256(first).hexdigest() == row.pdf_hash
    text = text_of(first)
    total = json.loads(row.content)["figures"]["premium"]["total"]
    said_of_it = ("Asha Rao", "Consulting actuary", "Accepted with remarks", "Mind the tail.", row.case_hash)
    for said in (*said_of_it, f"{total:.10f}"):
        assert said in text, said
    assert row.content_hash in text.replace(" ", "")


def test_the_same_signature_at_the_same_time_gives_the_same_bytes(simulated):
    row = sign(simulated)
    document = json.loads(row.content)["document"]
    again = review_actions.signed_document(document, review_actions.signature_of(row), at=row.created_at)
    assert render_pdf("dossier", again, made_at=row.created_at) == bytes(row.pdf)


def test_signing_is_written_into_the_trail(simulated):
    sign(simulated)
    entry = AuditEntry.objects.of(simulated.organisation).get(what="package.signed")
    assert entry.package_id == simulated.pk
    assert "Asha Rao" in entry.after_json


# ---- four eyes ---------------------------------------------------------------------------------------------
def test_nobody_signs_a_package_that_they_saved_in_any_version(simulated):
    author = make_member(simulated.organisation, role=Role.REVIEWER)
    save_again(simulated, user=author, admin_rate=0.25)
    save_again(simulated, user=make_member(simulated.organisation), admin_rate=0.2)
    simulate(simulated)
    with pytest.raises(review_actions.OwnWork):
        sign(simulated, author)
    assert not every(SignOff).exists()


def test_who_saved_it_reads_why_they_cannot_sign(client, simulated):
    author = make_member(simulated.organisation, role=Role.REVIEWER)
    save_again(simulated, user=author)
    client.force_login(author)
    assert "another reviewer has to sign it" in words(client.get(at("dossier", simulated)))
    page = client.post(at("sign", simulated), {**TYPED, "seen": "0" * 64})
    assert page.status_code == 409
    assert not every(SignOff).exists()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR, Role.FIELD_STAFF])
def test_only_reviewers_sign_and_withdraw(simulated, role):
    row = sign(simulated)
    other = client_of(simulated.organisation, role=role)
    assert other.get(at("sign", simulated)).status_code == 403
    assert other.post(at("sign", simulated), TYPED).status_code == 403
    assert other.post(at("withdraw", row), {"reason": "because"}).status_code == 403
    assert other.get(at("sign_off", row)).status_code == 200


# ---- what must be in order before --------------------------------------------------------------------------
def test_without_a_simulation_a_signature_needs_a_stated_exception(client, package):
    client.force_login(reviewer_of(package))
    form = client.get(at("sign", package))
    assert "A signature now is an exception" in words(form)
    posted = {**TYPED, "seen": seen(form)}
    assert "say why it may stand" in words(client.post(at("sign", package), posted))
    assert "say why it may stand" in words(client.post(at("sign", package), posted | {"exception": "Urgent"}))
    assert not every(SignOff).exists()
    client.post(at("sign", package), posted | {"except_on": "on", "exception": "The board meets today"})
    row = every(SignOff).get()
    assert row.exception == "The board meets today"
    assert "The board meets today" in text_of(bytes(row.pdf))


def test_the_action_itself_refuses_without_a_reason(package):
    with pytest.raises(review_actions.NotReady):
        sign(package)


def test_a_disagreement_of_the_engines_needs_an_exception(simulated, monkeypatch):
    monkeypatch.setattr(Quote, "engines_agree", property(lambda _quote: False))
    assert [each.key for each in dossier_of(simulated).needs_exception] == ["agree"]
    with pytest.raises(review_actions.NotReady):
        sign(simulated)


def test_a_failed_check_needs_an_exception(simulated, monkeypatch):
    monkeypatch.setattr(PackagePage, "failed_checks", property(lambda _page: "Imaging: total mass"))
    assert [each.key for each in dossier_of(simulated).needs_exception] == ["checks"]


def test_an_acceptance_confirms_every_line(reviewer, simulated):
    posted = {**TYPED, "seen": seen(reviewer.get(at("sign", simulated))), "confirmed": ["purpose"]}
    page = reviewer.post(at("sign", simulated), posted)
    assert "confirms every line" in words(page)
    with pytest.raises(review_actions.NotConfirmed):
        sign(simulated, confirmed=["purpose"])
    open_lines = sign(simulated, confirmed=["purpose"], statement="not_accepted", remarks="No.")
    assert str(QUESTIONS["data"]) in text_of(bytes(open_lines.pdf))


@pytest.mark.parametrize("statement", ["with_remarks", "not_accepted"])
def test_other_statements_need_words(reviewer, simulated, statement):
    posted = {**TYPED, "seen": seen(reviewer.get(at("sign", simulated))), "statement": statement}
    assert "Say what the remarks are" in words(reviewer.post(at("sign", simulated), posted))
    assert not every(SignOff).exists()


def test_a_package_saved_while_one_was_reading_is_not_signed_unread(reviewer, simulated):
    form = reviewer.get(at("sign", simulated))
    save_again(simulated, user=make_member(simulated.organisation), admin_rate=0.3)
    page = reviewer.post(at("sign", simulated), {**TYPED, "seen": seen(form)})
    assert page.status_code == 409
    assert "The dossier has changed since you opened it" in words(page)
    assert "Consulting actuary" in page.content.decode()
    assert seen(page) != seen(form)
    assert "checked" not in page.content.decode().split('id="id_statement"')[0]
    assert not every(SignOff).exists()


def test_a_comment_left_meanwhile_is_something_unread_too(simulated):
    read = dossier_of(simulated)
    with pytest.raises(review_actions.DossierChanged):
        review_actions.sign(
            dossier=dossier_of(simulated, open_comments=1),
            user=reviewer_of(simulated),
            signature=signature(read),
        )


def test_the_same_reviewer_signs_a_version_once(client, simulated):
    user = reviewer_of(simulated)
    sign(simulated, user)
    client.force_login(user)
    assert at("sign", simulated) not in client.get(at("dossier", simulated)).content.decode()
    with pytest.raises(review_actions.SignedAlready):
        sign(simulated, user)
    sign(simulated)
    assert every(SignOff).count() == 2


def test_what_a_reviewer_types_is_text_and_never_markup(simulated):
    row = sign(
        simulated, name='#panic("no") *A* <b>B</b>', statement="with_remarks", remarks="$x$ #import @b"
    )
    text = text_of(bytes(row.pdf))
    assert '#panic("no") *A* <b>B</b>' in text
    assert "$x$ #import @b" in text


# ---- afterwards --------------------------------------------------------------------------------------------
def test_later_edits_leave_the_signed_dossier_as_it_was_and_say_what_changed(reviewer, simulated):
    row = sign(simulated)
    pdf, before = bytes(row.pdf), row.content
    save_again(simulated, user=make_member(simulated.organisation), admin_rate=0.3)
    assert "Accepted for version 1" in words(reviewer.get(at("package", simulated)))
    text = words(reviewer.get(at("sign_off", row)))
    assert "Signed for version 1; this is version 2" in text
    assert "Admin cost 20 % 30 %" in text
    assert "Total premium payable PPPY 461 499" in text
    row.refresh_from_db()
    assert (bytes(row.pdf), row.content) == (pdf, before)
    assert reviewer.get(at("sign_off_pdf", row)).content == pdf


def test_the_list_and_the_page_say_where_a_package_stands(reviewer, simulated):
    assert "Not signed off" in words(reviewer.get(at("package", simulated)))
    sign(simulated)
    assert "Signed by Asha Rao" in words(reviewer.get(at("package", simulated)))
    listed = reviewer.get(reverse("calculator:packages", args=[simulated.scheme_id]))
    assert "Everyday care Accepted" in words(listed)


def test_a_signature_is_withdrawn_with_a_reason_and_stays_in_the_history(reviewer, simulated):
    row = sign(simulated)
    assert "This field is required" in words(reviewer.post(at("withdraw", row), {"reason": " "}))
    page = reviewer.post(at("withdraw", row), {"reason": "A slip in the incidence"}, follow=True)
    assert "This signature was withdrawn" in words(page)
    assert "A slip in the incidence" in words(reviewer.get(at("dossier", simulated)))
    assert "Not signed off" in words(reviewer.get(at("package", simulated)))
    assert reviewer.get(at("sign_off_pdf", row)).content == bytes(row.pdf)
    assert reviewer.post(at("withdraw", row), {"reason": "again"}).status_code == 409
    assert (
        AuditEntry.objects.of(simulated.organisation).filter(what="package.signature_withdrawn").count() == 1
    )


def test_a_changed_character_is_found_and_not_shown(reviewer, simulated):
    row = sign(simulated)
    every(SignOff).update(content=row.content.replace("Everyday", "Someday"), pdf=bytes(row.pdf)[:-1] + b"x")
    for name in ("sign_off", "sign_off_pdf", "sign_off_json"):
        page = reviewer.get(at(name, row))
        assert page.status_code == 500
        assert "is not what was signed" in words(page)


@pytest.mark.parametrize(
    "values",
    [
        {"statement": "maybe"},
        {"name": ""},
        {"title": ""},
        {"statement": "not_accepted", "remarks": ""},
        {"withdrawn_reason": "because"},
    ],
)
def test_the_database_refuses_what_is_no_signature(simulated, values):
    sign(simulated)
    with pytest.raises(IntegrityError), transaction.atomic():
        every(SignOff).update(**values)


# ---- walls -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.ADMIN, Role.REVIEWER])
def test_another_organisation_finds_nothing(simulated, role):
    row = sign(simulated)
    stranger = client_of(make_organisation(), role=role)
    for name, subject in (
        ("dossier", simulated), ("dossier_pdf", simulated),
        ("sign_off", row), ("sign_off_pdf", row), ("sign_off_json", row),
    ):  # fmt: skip
        assert stranger.get(at(name, subject)).status_code == 404, name
    if role == Role.REVIEWER:
        assert stranger.get(at("sign", simulated)).status_code == 404
        assert stranger.post(at("sign", simulated), TYPED).status_code == 404
        assert stranger.post(at("withdraw", row), {"reason": "x"}).status_code == 404
    assert every(SignOff).get().withdrawn_at is None


def test_pages_ask_the_database_equally_often_however_many_signatures(reviewer, simulated):
    def asked(url):
        reviewer.get(url)
        with CaptureQueriesContext(connection) as found:
            reviewer.get(url)
        return len(found)

    pages = [
        at("dossier", simulated), at("package", simulated),
        reverse("calculator:packages", args=[simulated.scheme_id]),
    ]  # fmt: skip
    sign(simulated)
    one = [asked(url) for url in pages]
    for _ in range(3):
        sign(simulated)
    assert [asked(url) for url in pages] == one


def test_a_list_reads_no_frozen_document(simulated):
    sign(simulated)
    with CaptureQueriesContext(connection) as asked:
        assert sign_off_states([simulated])[simulated.pk].words == "Accepted"
    assert len(asked) == 1
    assert '"content"' not in asked[0]["sql"]
    assert '"pdf"' not in asked[0]["sql"]


def test_who_saved_each_version_is_kept(package, demo_user):
    other = make_member(package.organisation)
    save_again(package, user=other)
    savers = dict(every(Premium).filter(package=package).values_list("package_version", "saved_by"))
    assert savers == {1: demo_user.pk, 2: other.pk}
