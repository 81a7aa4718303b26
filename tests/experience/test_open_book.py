"""The notice board: of each hundred, no small count, providers refused; published, printed, undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from accounts.trail import What
from calculator.links import secret_again
from calculator.models import PublicPage
from experience.actions import change_claims, open_year
from experience.open_book import open_book
from experience.provider_actions import add_decision, delete_decision, restore_decision
from experience.providers import ProviderDecision
from experience.sheet import ClaimsLine
from experience.small_counts import FEWEST, told
from tests.makers import client_of, every, make_organisation

DECISION = {
    "facility": "Sunrise Nursing Home",
    "decided_on": "2025-06-01",
    "decision": "No bills accepted: operations that were not done.",
    "committee": "Claims committee",
}


def url(name, *arguments):
    return reverse(f"experience:{name}", args=arguments)


@pytest.fixture
def told_year(scheme):
    for first, help_amount in ((2023, 90_000), (2024, 40_000)):
        open_year(
            scheme=scheme,
            starts_on=date(first, 4, 1),
            values={"technical_assistance": Decimal(help_amount)},
        )
    figures = {
        "premium": Decimal(100_000),
        "running_costs": Decimal(24_000),
        "reserve": Decimal(8_000),
        "technical_assistance": Decimal(10_000),
    }
    year = open_year(scheme=scheme, starts_on=date(2025, 4, 1), values=figures)
    counts = {"hospitalisation": 40, "injury": 3, "opd": 30}
    lines = [
        ClaimsLine(row=n, benefit=key, month=1, values={"count": count, "paid": Decimal(1_000 * n + 21_000)})
        for n, (key, count) in enumerate(counts.items())
    ]
    return change_claims(year=year, seen_version=1, lines=lines)


# ---- small counts ------------------------------------------------------------------------------------------
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=6))
def test_no_count_on_the_wall_is_small_or_can_be_worked_out(counts):
    found = told(counts)
    shown = [count for _name, count in found.benefits] + ([found.others] if found.others else [])
    assert all(count >= FEWEST for count in shown)
    if found.total is None:
        assert not shown
        assert 0 < sum(counts.values()) < FEWEST
    else:
        assert sum(shown) == found.total == sum(counts.values())


def test_a_lone_small_count_takes_the_smallest_large_one_with_it():
    found = told({"hospital": 40, "injury": 3, "opd": 30})
    assert (found.benefits, found.others) == ((("hospital", 40),), 33)


# ---- the page ----------------------------------------------------------------------------------------------
def test_the_book_says_where_each_hundred_went_and_hides_small_counts(staff, told_year):
    page = " ".join(staff.get(url("open_book", told_year.pk)).content.decode().split())
    assert "<b>66</b> <span>paid for members’ claims" in page
    assert "<b>24</b> <span>spent on running the scheme" in page
    assert "<b>10</b> <span>left, in the reserve" in page
    assert "It stays with the community" in page
    assert "73 claims were paid" in page
    assert "All others together" in page
    assert "Injury" not in page
    content = open_book(told_year)
    assert [row["year"] for row in content["assistance"]["rows"]] == ["2023-24", "2024-25", "2025-26"]
    assert content["assistance"]["words"] == ""


def test_it_is_published_as_it_is_today_once_and_withdrawn(browser_of_admin, scheme, told_year):
    add_decision(scheme=scheme, values=DECISION)
    sent = {"last_day": "", "once": str(uuid4())}
    for _ in range(2):
        assert browser_of_admin.post(url("publish_book", told_year.pk), sent).status_code == 302
    page = every(PublicPage).get()
    address = reverse("calculator:public", args=[secret_again(page.pk, page.link_hash)])
    shown = Client().get(address).content.decode()
    assert "Sunrise Nursing Home" in shown
    assert "73 claims were paid" in shown
    told_year.premium = Decimal(1)
    told_year.save()
    assert Client().get(address).content.decode() == shown
    past = browser_of_admin.post(url("publish_book", told_year.pk), {"last_day": "2001-01-01"})
    assert past.status_code == 422
    browser_of_admin.post(reverse("calculator:revoke", args=[page.pk]))
    assert Client().get(address).status_code == 404


# ---- providers ---------------------------------------------------------------------------------------------
def test_a_decision_is_written_down_once_changed_with_history_and_read_by_all(
    browser_of_admin, staff, scheme
):
    sent = DECISION | {"once": str(uuid4())}
    for _ in range(2):
        assert browser_of_admin.post(url("providers", scheme.pk), sent).status_code == 302
    found = every(ProviderDecision).get()
    assert "Never a person" in browser_of_admin.get(url("providers", scheme.pk)).content.decode()
    assert "Sunrise Nursing Home" in staff.get(url("providers", scheme.pk)).content.decode()
    changed = DECISION | {"version": "1", "accepted_again_on": "2026-01-01"}
    browser_of_admin.post(url("provider", found.pk), changed)
    page = browser_of_admin.get(url("provider", found.pk)).content.decode()
    assert "<ins>2026-01-01</ins>" in page
    said = [entry.what for entry in AuditEntry.objects.of(scheme.organisation) if "provider" in entry.what]
    assert said == [What.PROVIDER_CHANGED, What.PROVIDER_ADDED]
    late = browser_of_admin.post(url("provider", found.pk), DECISION | {"version": "1", "facility": "Dusk"})
    assert late.status_code == 409
    assert "Dusk" in late.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"facility": ""}, "Type the name of the facility"),
        ({"decided_on": "2999-01-01"}, "still to come"),
        ({}, "written down already"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_beside_its_box(browser_of_admin, scheme, typed, said):
    add_decision(scheme=scheme, values=DECISION)
    answer = browser_of_admin.post(url("providers", scheme.pk), DECISION | typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "operations that were not done" in answer.content.decode()


def test_a_deleted_decision_comes_back_for_thirty_days_unless_its_place_is_taken(browser_of_admin, scheme):
    made = add_decision(scheme=scheme, values=DECISION)
    browser_of_admin.post(url("delete_provider", made.pk))
    page = browser_of_admin.get(url("providers", scheme.pk)).content.decode()
    assert "Bring it back" in page
    browser_of_admin.post(url("restore_provider", made.pk))
    assert every(ProviderDecision).get().deleted_at is None
    delete_decision(decision=made)
    add_decision(scheme=scheme, values=DECISION)
    answer = browser_of_admin.post(url("restore_provider", made.pk), follow=True)
    assert "written down again by now" in answer.content.decode()
    other = client_of(make_organisation())
    assert other.get(url("provider", made.pk)).status_code == 404
    restore_decision(decision=every(ProviderDecision).filter(deleted_at=None).get())
