"""The monthly letter: only to who asked, once a month, without anybody's name."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Role
from accounts.trail import What
from experience import letters
from experience.actions import open_year
from experience.digests import DigestWish
from tests.experience.test_watch_page import TODAY, claims, make_package
from tests.makers import client_of, every, make_member


@pytest.fixture
def asked(organisation, scheme, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    figures = {"package": make_package(scheme), "insured": 600, "premium": Decimal(150_000)}
    year = open_year(scheme=scheme, starts_on=date(2026, 4, 1), values=figures)
    claims(year, *[(12, 40_000)] * 7)
    user = make_member(organisation)
    letters.ask_for_letter(organisation=organisation, user=user)
    return user


def digest(**options):
    said = io.StringIO()
    call_command("digest", stdout=said, **options)
    return said.getvalue()


def test_it_goes_once_a_month_to_who_asked_and_says_what_to_do(asked, organisation):
    make_member(organisation)  # an administrator who did not ask
    assert "Vaishali" in digest(dry_run=True)
    assert mail.outbox == []
    digest(site="https://example.org/")
    digest()
    (letter,) = mail.outbox
    assert letter.to == [asked.email]
    assert "ends short with a chance" in letter.body
    assert "Tell the governing committee now" in letter.body
    assert "https://example.org/letter/" in letter.body
    assert letter.extra_headers["List-Unsubscribe"] == "<https://example.org/letter/>"
    assert asked.username not in letter.body
    every(DigestWish).update(sent_for=date(2026, 10, 1))
    digest()
    assert len(mail.outbox) == 2


def test_it_stops_with_the_role_the_address_or_the_wish(asked, organisation):
    Membership.objects.filter(user=asked).update(role=Role.FACILITATOR)
    assert "0 letters sent" in digest()
    Membership.objects.filter(user=asked).update(role=Role.ADMIN)
    type(asked).objects.filter(pk=asked.pk).update(email="")
    assert "0 letters sent" in digest()
    letters.stop_letter(organisation=organisation, user=asked)
    letters.stop_letter(organisation=organisation, user=asked)
    assert not every(DigestWish).exists()
    stopped = AuditEntry.objects.of(organisation).filter(what=What.DIGEST_STOPPED)
    assert stopped.count() == 1


def test_a_letter_that_cannot_be_sent_is_tried_again(asked, monkeypatch):
    monkeypatch.setattr(letters.EmailMessage, "send", lambda *_args, **_values: 0)
    with pytest.raises(CommandError, match="run it again"):
        digest()
    assert every(DigestWish).get().sent_for is None


def test_it_is_asked_for_and_stopped_on_its_page_and_is_off_at_first(organisation):
    browser, page = client_of(organisation), reverse("experience:letter")
    assert "You get no letter" in browser.get(page).content.decode()
    for _ in range(2):
        browser.post(page, {"do": "ask", "acting_for": str(organisation.pk)})
    assert every(DigestWish).count() == 1
    assert "Stop the letter" in browser.get(page).content.decode()
    browser.post(page, {"do": "stop", "acting_for": str(organisation.pk)})
    assert not every(DigestWish).exists()
