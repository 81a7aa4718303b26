"""The page where administrators read who did what."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership
from accounts.trail import What, record
from schemes.actions import change_scheme
from tests.calculator.pages import words
from tests.makers import client_of, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("Health circle")


@pytest.fixture
def scheme(organisation):
    return make_scheme(organisation, name="Valley")


@pytest.fixture
def admin(organisation):
    return client_of(organisation)


def page(client, **asked):
    return words(client.get(reverse("trail"), asked))


def test_a_change_is_told_in_the_words_of_the_screens(admin, scheme):
    change_scheme(scheme=scheme, seen_version=1, values={"admin_rate": 0.3, "risk_basis": "independent"})
    told = page(admin)
    assert "Scheme changed : Valley" in told
    assert "Admin loading 0.2 → 0.3" in told
    assert "Risk basis Joint → Independent" in told


def test_filters_choose_by_person_what_scheme_and_day(admin, organisation, scheme):
    other = make_scheme(organisation, name="Hill")
    response = admin.post(reverse("schemes:edit", args=[scheme.pk]), {"name": ""})
    assert response.status_code == 422
    admin.post(reverse("schemes:delete", args=[other.pk]))
    me = Membership.objects.get(organisation=organisation).user
    assert "Hill" not in page(admin, scheme=scheme.pk).split("1 line")[1]
    assert "Scheme deleted : Hill" in page(admin, person=me.pk)
    assert "Scheme made" not in page(admin, person=me.pk).split("1 line")[1]
    assert "2 lines" in page(admin, what="scheme.created")
    assert "No line fits" in page(admin, first="2100-01-01")
    assert "No line fits" in page(admin, last="2000-01-01")
    assert "Error:" in page(admin, first="yesterday")


def test_long_trails_are_paged_with_a_steady_number_of_queries(
    admin, organisation, scheme, django_assert_max_num_queries
):
    for _time in range(120):
        record(what=What.EXPORTED, subject=scheme, scheme=scheme, after={"file": "case"})
    assert "page 1 of 3" in page(admin)
    with django_assert_max_num_queries(16):
        told = page(admin, page=2, what="file.exported")
    assert "page 2 of 3" in told
    assert "Older" in told


def test_the_file_holds_every_field_and_no_formula(admin, organisation):
    scheme = make_scheme(organisation, name="=cmd|' /C calc'!A0")
    change_scheme(scheme=scheme, seen_version=1, values={"admin_rate": 0.3})
    response = admin.get(reverse("trail_csv"), {"scheme": scheme.pk})
    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))
    assert rows[0][:4] == ["Number", "When", "Who", "Address"]
    assert [row[6:9] for row in rows if row[4] == "Scheme changed"] == [["Admin loading", "0.2", "0.3"]]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    newest = AuditEntry.objects.of(organisation).first()
    assert (newest.what, newest.after) == ("trail.exported", {"scheme": str(scheme.pk)})


def test_another_organisations_lines_are_not_there_whatever_is_asked(scheme):
    stranger = client_of(make_organisation("Elsewhere"))
    entry = AuditEntry.objects.of(scheme.organisation).first()
    for asked in ({}, {"scheme": scheme.pk}, {"person": entry.actor_id or ""}, {"what": entry.what}):
        told = page(stranger, **asked)
        assert "Valley" not in told
        assert "0 lines" in told
    assert "Valley" not in stranger.get(reverse("trail_csv"), {"scheme": scheme.pk}).content.decode()


@pytest.mark.parametrize("role", ["field_staff", "facilitator", "reviewer"])
def test_only_administrators_read_it_and_are_offered_it(organisation, scheme, role):
    client = client_of(organisation, role=role)
    assert client.get(reverse("trail")).status_code == 403
    assert "Who did what" not in words(client.get(reverse("schemes:detail", args=[scheme.pk])))
    assert "Who did what" in words(client_of(organisation).get(reverse("schemes:detail", args=[scheme.pk])))


def test_family_sizes_are_told_in_four_figures(admin, scheme):
    sizes = {"1": 0.05587510271, "2": 0.94412489729}
    change_scheme(scheme=scheme, seen_version=1, values={"family_sizes": sizes})
    told = page(admin)
    assert "1: 0.05588" in told
    assert "0.05587510271" not in told
    change_scheme(scheme=scheme, seen_version=2, values={"admin_rate": 0.123456})
    assert "→ 0.123456" in page(admin)
