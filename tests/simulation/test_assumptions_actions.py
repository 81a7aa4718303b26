"""Versions of assumptions: frozen once used, copied when changed, never lost."""

import pytest
from django.core.exceptions import ValidationError

from accounts.refusals import StaleEdit
from simulation import actions
from simulation.models import AssumptionSet
from simulation.queries import current_set
from simulation.refusals import EarlierVersion, HasLinkedBenefits, LastBenefit, TooManyBenefits
from tests.makers import every, make_organisation, make_scheme

OWN = {
    "name": "Snake bite",
    "pictogram": "injury",
    "kind": "cost",
    "frequency_law": "poisson",
    "incidence": 0.002,
    "severity_law": "gamma",
    "severity_mean": 4000.0,
    "severity_cv": 1.2,
}


@pytest.fixture
def scheme(db):
    return make_scheme(make_organisation())


@pytest.fixture
def assumptions(scheme):
    return current_set(scheme=scheme)


def row(assumptions, key):
    return assumptions.risks.get(key=key)


def test_a_new_scheme_has_version_one_and_it_is_current(assumptions):
    assert (assumptions.number, assumptions.is_current, assumptions.is_frozen) == (1, True, False)


def test_changing_a_free_version_changes_it_in_place(scheme, assumptions):
    changed = actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"incidence": 0.3})
    assert not changed.new_version
    assert (changed.risk.incidence, changed.risk.version, changed.risk.is_example) == (0.3, 2, False)
    assert current_set(scheme=scheme) == assumptions


def test_changing_a_frozen_version_makes_the_next_one_and_keeps_the_old_one(scheme, assumptions):
    before = list(assumptions.risks.values_list("key", "incidence", "linked_to__key"))
    actions.freeze(assumption_set=assumptions)
    changed = actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"incidence": 0.3})
    assert changed.new_version
    now = current_set(scheme=scheme)
    assert (now.number, now.is_frozen) == (2, False)
    assert row(now, "injury").incidence == 0.3
    assert list(assumptions.risks.values_list("key", "incidence", "linked_to__key")) == before
    copied = now.risks.exclude(key="injury").values_list("key", "incidence", "linked_to__key")
    assert list(copied) == [line for line in before if line[0] != "injury"]
    assert set(now.risks.exclude(linked_to=None).values_list("linked_to__assumption_set", flat=True)) == {
        now.pk
    }


def test_freezing_twice_keeps_the_first_time(assumptions):
    actions.freeze(assumption_set=assumptions)
    first = assumptions.frozen_at
    actions.freeze(assumption_set=assumptions)
    assert assumptions.frozen_at == first


def test_a_refused_change_makes_no_version(scheme, assumptions):
    actions.freeze(assumption_set=assumptions)
    with pytest.raises(ValidationError):
        actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"severity_sigma": -1.0})
    assert every(AssumptionSet).filter(scheme=scheme).count() == 1


def test_a_stale_change_is_refused_and_shows_what_the_other_person_saved(assumptions):
    mine, theirs = row(assumptions, "injury"), row(assumptions, "injury")
    actions.change_risk(risk=theirs, seen_version=1, values={"incidence": 0.5})
    with pytest.raises(StaleEdit) as stale:
        actions.change_risk(risk=mine, seen_version=1, values={"incidence": 0.6})
    assert stale.value.theirs.incidence == 0.5
    assert row(assumptions, "injury").incidence == 0.5


def test_a_change_to_a_version_that_was_replaced_meanwhile_is_stale(scheme, assumptions):
    actions.freeze(assumption_set=assumptions)
    mine = row(assumptions, "injury")
    actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"incidence": 0.5})
    with pytest.raises(StaleEdit) as stale:
        actions.change_risk(risk=mine, seen_version=1, values={"incidence": 0.6})
    assert stale.value.theirs == row(current_set(scheme=scheme), "injury")


def test_an_earlier_version_is_read_only_until_it_is_made_current(scheme, assumptions):
    actions.freeze(assumption_set=assumptions)
    actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"incidence": 0.5})
    second = current_set(scheme=scheme)
    actions.make_current(assumption_set=assumptions)
    assert current_set(scheme=scheme) == assumptions
    with pytest.raises(EarlierVersion):
        actions.change_risk(risk=row(second, "injury"), seen_version=2, values={"incidence": 0.6})
    changed = actions.change_risk(risk=row(assumptions, "injury"), seen_version=1, values={"incidence": 0.7})
    assert changed.risk.assumption_set.number == 3


def test_a_benefit_of_ones_own_is_added_at_the_end(assumptions):
    added = actions.add_risk(assumption_set=assumptions, values=OWN)
    assert (added.risk.key, added.risk.position, added.risk.is_example) == ("snake-bite", 9, False)
    assert [risk.key for risk in assumptions.risks.all()][-1] == "snake-bite"


def test_a_name_without_latin_letters_gets_a_key_too(assumptions):
    first = actions.add_risk(assumption_set=assumptions, values=OWN | {"name": "साँप"})
    second = actions.add_risk(assumption_set=assumptions, values=OWN | {"name": "बाढ़"})
    assert (first.risk.key, second.risk.key) == ("benefit", "benefit-2")


def test_adding_to_a_frozen_version_adds_to_the_next_and_links_within_it(scheme, assumptions):
    hospital = row(assumptions, "hospitalisation")
    actions.freeze(assumption_set=assumptions)
    linked = {
        "name": "Food",
        "pictogram": "family",
        "kind": "fixed",
        "linked_to": hospital,
        "link_probability": 0.5,
    }
    added = actions.add_risk(assumption_set=assumptions, values=linked)
    assert added.new_version
    assert added.risk.linked_to == row(current_set(scheme=scheme), "hospitalisation")
    assert assumptions.risks.count() == 8


def test_there_is_an_end_to_adding(assumptions):
    for number in range(actions.MOST_BENEFITS - 8):
        actions.add_risk(assumption_set=assumptions, values=OWN | {"name": f"Benefit {number}"})
    with pytest.raises(TooManyBenefits):
        actions.add_risk(assumption_set=assumptions, values=OWN)


def test_removing_leaves_earlier_versions_alone(scheme, assumptions):
    assert not actions.remove_risk(risk=row(assumptions, "opd"))
    actions.freeze(assumption_set=assumptions)
    assert actions.remove_risk(risk=row(assumptions, "lab"))
    assert assumptions.risks.filter(key="lab").exists()
    assert not current_set(scheme=scheme).risks.filter(key="lab").exists()


def test_a_benefit_that_others_are_paid_on_is_not_removed(assumptions):
    with pytest.raises(HasLinkedBenefits):
        actions.remove_risk(risk=row(assumptions, "hospitalisation"))


def test_the_last_benefit_is_not_removed(assumptions):
    assumptions.risks.exclude(linked_to=None).delete()
    assumptions.risks.exclude(key="injury").delete()
    with pytest.raises(LastBenefit):
        actions.remove_risk(risk=row(assumptions, "injury"))


def test_moving_changes_the_order_and_nothing_else(assumptions):
    actions.freeze(assumption_set=assumptions)
    actions.move_risk(risk=row(assumptions, "lab"), up=True)
    actions.move_risk(risk=row(assumptions, "hospitalisation"), up=True)
    actions.move_risk(risk=row(assumptions, "opd"), up=False)
    keys = [risk.key for risk in assumptions.risks.all()]
    assert keys == [
        "hospitalisation",
        "lab",
        "injury",
        "imaging",
        "transport",
        "caesarean",
        "wage-loss",
        "opd",
    ]
    assert every(AssumptionSet).filter(scheme=assumptions.scheme).count() == 1
