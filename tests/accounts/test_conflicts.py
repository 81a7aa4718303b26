"""Somebody else saved first: mine, theirs and before, field by field; one press saves the mixture."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.actions import save_if_unchanged
from accounts.conflicts import sealed, unsealed
from accounts.models import Membership, Role, User
from accounts.people import change_organisation
from schemes.actions import change_scheme
from simulation.actions import change_risk, freeze
from simulation.forms import initial_of
from simulation.queries import current_set
from tests.accounts.conflict_page import form_on, lines_of
from tests.calculator.pages import words
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("Khunti")


@pytest.fixture
def signed_in(organisation):
    return client_of(organisation)


@pytest.fixture
def scheme(organisation):
    return make_scheme(organisation, name="Torpa", place="Village")


def theirs_on_scheme(scheme, **values):
    fresh = type(scheme).objects.beside(scheme).get(pk=scheme.pk)
    return change_scheme(scheme=fresh, seen_version=fresh.version, values=values)


def test_only_what_differs_is_shown_with_what_stood_there_before(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    mine = form_on(signed_in.get(address)) | {"name": "Mine", "admin_rate": "30", "do": "save"}
    theirs_on_scheme(scheme, name="Theirs", place="Block", family_sizes={"2": 0.5, "5": 0.5})
    page = signed_in.post(address, mine)
    assert page.status_code == 409
    shown = lines_of(page)
    assert shown["Name"] == (["Mine", "Theirs", "Torpa"], "mine")
    assert shown["Admin loading"] == (["30 %", "20 %", "20 %"], "mine")
    # what I left alone is offered as they have it
    assert shown["Place"] == (["Village", "Block", "Village"], "theirs")
    assert shown["Family sizes"][1] == "theirs"
    assert "Families of 5: 50" in shown["Family sizes"][0][1]
    assert list(shown) == ["Name", "Place", "Family sizes", "Admin loading"]


def test_one_press_saves_the_mixture(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    mine = form_on(signed_in.get(address)) | {"name": "Mine", "admin_rate": "30", "do": "save"}
    theirs_on_scheme(scheme, name="Theirs", place="Block")
    choice = form_on(signed_in.post(address, mine), "conflict") | {"keep_name": "theirs", "do": "save"}
    assert signed_in.post(address, choice).status_code == 302
    scheme.refresh_from_db()
    assert (scheme.name, scheme.place, scheme.admin_rate, scheme.version) == ("Theirs", "Block", 0.3, 3)


def test_a_third_save_in_between_is_a_conflict_again(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    mine = form_on(signed_in.get(address)) | {"name": "Mine", "do": "save"}
    theirs_on_scheme(scheme, name="Theirs")
    choice = form_on(signed_in.post(address, mine), "conflict") | {"keep_name": "mine", "do": "save"}
    theirs_on_scheme(scheme, name="Third")
    page = signed_in.post(address, choice)
    assert page.status_code == 409
    assert lines_of(page)["Name"] == (["Mine", "Third", "Theirs"], "mine")
    scheme.refresh_from_db()
    assert scheme.name == "Third"


def test_who_saved_is_named(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    mine = form_on(signed_in.get(address)) | {"name": "Mine", "do": "save"}
    colleague = client_of(scheme.organisation)
    sent = form_on(colleague.get(address)) | {"name": "Theirs", "do": "save"}
    colleague.post(address, sent)
    who = User.objects.get(pk=colleague.session["_auth_user_id"]).username
    assert f"{who} saved it at" in words(signed_in.post(address, mine))


def test_the_same_typed_twice_leaves_nothing_to_choose(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    mine = form_on(signed_in.get(address)) | {"inhabitants": "4000", "do": "save"}
    theirs_on_scheme(scheme, inhabitants=4000)
    page = signed_in.post(address, mine)
    assert page.status_code == 409
    assert "there is nothing to choose" in words(page)


def test_a_forged_before_is_not_shown(signed_in, scheme):
    address = reverse("schemes:edit", args=[scheme.pk])
    forged = sealed({"name": "Never"})[:-2] + "xx"
    assert unsealed(forged) == {}
    mine = form_on(signed_in.get(address)) | {"name": "Mine", "started": forged, "do": "save"}
    theirs_on_scheme(scheme, name="Theirs")
    page = signed_in.post(address, mine)
    assert lines_of(page)["Name"] == (["Mine", "Theirs"], "mine")


def test_a_benefit_keeps_a_law_and_its_figures_together(signed_in, scheme):
    now = current_set(scheme=scheme)
    lab = now.risks.get(key="lab")
    address = reverse("simulation:edit_benefit", args=[lab.pk])
    mine = form_on(signed_in.get(address)) | {"name": "Laboratory", "do": "save"}
    freeze(assumption_set=now)
    values = {
        "severity_law": "gamma",
        "severity_sigma": None,
        "severity_cv": 2.0,
        "severity_mean": 700.0,
        "incidence": 0.2,
        "source_note": "Survey",
    }
    change_risk(risk=lab, seen_version=lab.version, values=values)
    page = signed_in.post(address, mine)
    shown = lines_of(page)
    assert shown["Name"] == (["Laboratory", "Lab", "Lab"], "mine")
    assert shown["How often"] == (["Incidence: 30 %", "Incidence: 20 %", "Incidence: 30 %"], "theirs")
    assert "Standard deviation over average: 2" in shown["How dear"][0][1]
    there = re.search(r'id="conflict" action="([^"]+)"', page.content.decode()).group(1)
    choice = form_on(page, "conflict") | {"do": "save"}
    assert signed_in.post(there, choice).status_code == 302
    saved = current_set(scheme=scheme).risks.get(key="lab")
    assert (saved.name, saved.severity_law, saved.severity_cv, saved.incidence) == (
        "Laboratory",
        "gamma",
        2,
        0.2,
    )
    assert initial_of(saved)["severity_sigma"] is None


def test_settings_and_roles_meet_the_same_page(signed_in, organisation):
    settings = reverse("accounts:organisation_settings")
    mine = form_on(signed_in.get(settings)) | {"security_email": "a@example.org"}
    change_organisation(
        organisation=organisation, seen_version=1, values={"name": "Renamed", "security_email": ""}
    )
    page = signed_in.post(settings, mine)
    assert lines_of(page)["Name"] == (["Khunti", "Renamed", "Khunti"], "theirs")
    assert signed_in.post(settings, form_on(page, "conflict") | {"do": "save"}).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.security_email) == ("Renamed", "a@example.org")

    member = Membership.objects.get(user=make_member(organisation, role=Role.FIELD_STAFF))
    address = reverse("accounts:member", args=[member.pk])
    mine = form_on(signed_in.get(address)) | {"role": "reviewer"}
    save_if_unchanged(row=member, seen_version=1, changes={"role": Role.FACILITATOR})
    page = signed_in.post(address, mine)
    ((cells, offered),) = lines_of(page).values()
    assert [cell.split(":")[0] for cell in cells] == ["Reviewer", "Facilitator", "Field staff"]
    assert offered == "mine"
    signed_in.post(address, form_on(page, "conflict") | {"keep_role": "theirs", "do": "save"})
    member.refresh_from_db()
    assert (member.role, member.version) == (Role.FACILITATOR, 3)
