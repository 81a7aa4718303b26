"""What people do is in the trail, with what it was before and after, and never without the change itself."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership
from schemes.actions import change_scheme
from schemes.models import Scheme
from simulation.actions import add_risk, change_risk, make_current, move_risk, remove_risk
from simulation.forms import initial_of
from simulation.queries import current_set
from tests.accounts.world import world
from tests.makers import every

__all__ = ["world"]


def recorded(things, since=0):
    entries = AuditEntry.objects.of(things.organisation).filter(number__gt=since).order_by("number")
    return [(entry.what, entry.before, entry.after) for entry in entries]


def last_number(things):
    return AuditEntry.objects.of(things.organisation).first().number


@pytest.fixture
def ours(world):
    return world.ours


def test_making_the_world_left_its_traces(ours):
    whats = [what for what, _before, _after in recorded(ours)]
    for what in ("scheme.created", "package.created", "run.started", "package.deleted", "scheme.deleted"):
        assert what in whats
    entry = AuditEntry.objects.of(ours.organisation).get(what="package.created", package_id=ours.package.pk)
    assert entry.scheme_id == ours.scheme.pk
    assert entry.after["admin_rate"] == 0.2
    assert any(key.endswith(".threshold") for key in entry.after)


def test_a_changed_scheme_keeps_both_values_of_what_changed_alone(ours):
    since = last_number(ours)
    change_scheme(scheme=ours.scheme, seen_version=1, values={"admin_rate": 0.3, "place": ours.scheme.place})
    assert recorded(ours, since) == [("scheme.changed", {"admin_rate": 0.2}, {"admin_rate": 0.3})]


def test_changed_assumptions_say_the_new_version_and_the_figure(ours):
    since = last_number(ours)
    values = {"incidence": 0.5, "is_example": False}
    risk = current_set(scheme=ours.scheme).risks.get(key="opd")
    changed = change_risk(risk=risk, seen_version=risk.version, values=values)
    assert changed.new_version
    (version, figure) = recorded(ours, since)
    assert version == ("version.made", {"number": 1}, {"number": 2})
    assert figure[0] == "benefit.changed"
    assert figure[2]["incidence"] == 0.5
    since = last_number(ours)
    newest = current_set(scheme=ours.scheme)
    move_risk(risk=newest.risks.get(key="hospitalisation"), up=False)
    remove_risk(risk=newest.risks.get(key="opd"))
    assert initial_of(newest.risks.first())
    make_current(assumption_set=ours.scheme.assumption_sets.get(number=1))
    whats = [what for what, _before, _after in recorded(ours, since)]
    assert whats == ["benefit.moved", "benefit.removed", "version.chosen"]


def test_a_refused_change_leaves_no_trace(world, ours):
    since = last_number(ours)
    edit = reverse("schemes:edit", args=[ours.scheme.pk])
    assert world.client("admin").post(edit, {"name": ""}).status_code == 422
    assert recorded(ours, since) == []
    assert every(Scheme).get(pk=ours.scheme.pk).version == 1


@pytest.mark.parametrize(
    ("name", "method", "whats"),
    [
        ("calculator:case", "get", ["file.exported"]),
        ("calculator:csv", "get", ["file.exported"]),
        ("calculator:copy", "post", ["package.copied"]),
        ("calculator:delete", "post", ["package.deleted"]),
        ("calculator:cancel", "post", ["run.cancelled"]),
    ],
)
def test_files_copies_and_runs_are_recorded_with_who_asked(world, ours, name, method, whats):
    since = last_number(ours)
    path = reverse(name, args=[ours.package.pk])
    getattr(world.client("field_staff"), method)(path)
    entries = AuditEntry.objects.of(ours.organisation).filter(number__gt=since)
    assert [entry.what for entry in entries] == whats
    assert entries[0].actor_id == ours.members["field_staff"].pk
    assert entries[0].address == "127.0.0.0/24"
    assert entries[0].package_id == ours.package.pk


def test_changing_to_another_organisation_is_in_that_organisations_trail(world, ours):
    user = ours.members["facilitator"]
    Membership.objects.create(user=user, organisation=world.theirs.organisation, role="reviewer")
    since = last_number(world.theirs)
    page = reverse("accounts:switch_organisation")
    world.client("facilitator").post(page, {"organisation": world.theirs.organisation.pk})
    assert [what for what, *_said in recorded(world.theirs, since)] == ["organisation.switched"]


def test_a_new_benefit_is_recorded_with_its_figures(ours):
    since = last_number(ours)
    values = {"name": "Spectacles", "kind": "cost", "frequency_law": "poisson", "incidence": 0.1}
    values |= {"severity_law": "lognormal", "severity_mean": 900.0, "severity_sigma": 0.5}
    add_risk(assumption_set=current_set(scheme=ours.scheme), values=values)
    (_version, added) = recorded(ours, since)
    assert added[0] == "benefit.added"
    assert added[2]["severity_mean"] == 900.0
