"""A benefit that was removed can be brought back for 30 days, as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from schemes.models import LONGEST_UNDO
from simulation import removed
from simulation.actions import freeze, remove_risk
from simulation.forms import initial_of
from simulation.models import RemovedBenefit
from simulation.queries import current_set
from simulation.refusals import ParentIsGone
from tests.makers import client_of, every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


def take_out(scheme, key):
    risk = current_set(scheme=scheme).risks.select_related("linked_to").get(key=key)
    shown = initial_of(risk)
    remove_risk(risk=risk)
    return shown


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("key", ["lab", "wage-loss"])
def test_it_comes_back_as_it_was_at_the_end(scheme, key, used):
    if used:
        freeze(assumption_set=current_set(scheme=scheme))
    was = take_out(scheme, key)
    assert not current_set(scheme=scheme).risks.filter(key=key).exists()
    back = removed.bring_back(removed=every(RemovedBenefit).get()).risk
    assert back.assumption_set == current_set(scheme=scheme)
    same = {"version", "linked_to"}
    now = initial_of(back)
    assert {name: value for name, value in now.items() if name not in same} == {
        name: value for name, value in was.items() if name not in same
    }
    assert back.is_example
    assert back == current_set(scheme=scheme).risks.last()
    assert not every(RemovedBenefit).exists()
    assert AuditEntry.objects.of(scheme.organisation).first().what == "benefit.restored"


def test_the_page_lists_it_and_one_press_brings_it_back(scheme):
    browser = client_of(scheme.organisation)
    take_out(scheme, "lab")
    page = reverse("simulation:assumptions", args=[scheme.pk])
    assert "Removed in the last 30 days" in browser.get(page).content.decode()
    there = reverse("simulation:bring_back", args=[every(RemovedBenefit).get().pk])
    assert "Lab is back." in browser.post(there, follow=True).content.decode()
    assert "Removed in the last 30 days" not in browser.get(page).content.decode()
    assert browser.post(there).status_code == 404


def test_it_does_not_come_back_without_what_it_was_paid_on(scheme):
    for key in ("transport", "wage-loss", "hospitalisation"):
        take_out(scheme, key)
    kept = {each.name: each for each in every(RemovedBenefit)}
    with pytest.raises(ParentIsGone):
        removed.bring_back(removed=kept["Transport"])
    removed.bring_back(removed=kept["Hospitalisation"])
    assert removed.bring_back(removed=kept["Transport"]).risk.linked_to.name == "Hospitalisation"


def test_after_thirty_days_it_is_gone_for_good(scheme):
    take_out(scheme, "lab")
    call_command("purge_deleted")
    assert every(RemovedBenefit).exists()
    every(RemovedBenefit).update(created_at=timezone.now() - LONGEST_UNDO - timedelta(minutes=1))
    row = every(RemovedBenefit).get()
    browser = client_of(scheme.organisation)
    assert browser.post(reverse("simulation:bring_back", args=[row.pk])).status_code == 404
    call_command("purge_deleted")
    assert not every(RemovedBenefit).exists()
    assert AuditEntry.objects.of(scheme.organisation).first().what == "benefit.purged"
