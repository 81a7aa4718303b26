"""Adverse selection: laws, lessons 4 and 5, and what was seen over three years."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from whatif.joining_model import FAMILIES, JOINED, KNOWS, People, population
from whatif.selection_model import Offer, Rules, follow, late_joiners, tipping

OFFER = Offer(premium=461, pure=368)
FEW = settings(max_examples=12, deadline=None)
KNOWING = st.floats(0, 1)


@pytest.fixture(scope="module")
def drawn():
    return population(People(families=FAMILIES))


def years(drawn, count=10, **rules):
    return follow(drawn, OFFER, Rules(**rules), years=count)


@FEW
@given(KNOWING, st.floats(0.1, 0.9), st.sampled_from(["person", "family"]), st.sampled_from([None, 0.4, 0.8]))
def test_where_all_cost_the_same_nothing_is_selected(knows, joined, unit, lower):
    """One date: nobody has seen anything coming, whatever they think they know."""
    same = population(People(families=FAMILIES, spread=0.0, knows=knows, joined=joined))
    found = years(same, 4, unit=unit, lower_cover=lower)
    assert found.premiums == pytest.approx(np.tile(found.premiums[0], (4, 1)), rel=1e-12)
    assert found.enrolment == pytest.approx(found.enrolment[0], rel=1e-12)
    assert found.claim_ratio == pytest.approx(368 / 461, rel=1e-12)


@FEW
@given(KNOWING, st.floats(0, 2), st.booleans())
def test_a_whole_group_pays_the_premium_of_the_population(knows, spread, at_any_time):
    people = population(People(families=FAMILIES, spread=spread, knows=knows))
    found = years(people, 4, unit="group", open_all_year=at_any_time)
    assert np.array_equal(found.enrolment, np.ones(4))
    assert found.premiums[:, 0] == pytest.approx(461, rel=1e-12)


@given(
    st.lists(st.floats(0.01, 20), min_size=1, max_size=5),
    st.tuples(st.floats(0, 12), st.floats(0, 12)),
    st.floats(0.5, 12),
    st.floats(0.01, 5),
    st.floats(0, 1),
)
def test_a_longer_wait_never_raises_what_is_paid_to_late_joiners(risk, waits, ahead, events, foreseeable):
    def at(wait):
        rules = Rules(
            open_all_year=True,
            wait_months=wait,
            ahead_months=ahead,
            events=events,
            foreseeable=foreseeable,
        )
        return late_joiners(rules, np.array(risk))

    (joins, claims), (joins_longer, claims_longer) = (at(wait) for wait in sorted(waits))
    assert np.all(joins_longer <= joins)
    assert np.all(claims_longer <= claims + 1e-12)


def test_a_wait_as_long_as_costs_are_seen_ahead_is_as_good_as_one_date(drawn):
    waits = years(drawn, open_all_year=True, wait_months=6, ahead_months=6)
    assert waits.premiums == pytest.approx(years(drawn).premiums)
    assert np.array_equal(waits.late, np.zeros(10))


def test_the_larger_the_unit_that_decides_the_less_is_selected(drawn):
    ends = [years(drawn, unit=unit).premiums[-1, 0] for unit in ("person", "family", "group")]
    assert ends == sorted(ends, reverse=True)
    assert ends[0] > 1.05 * ends[2]


def test_no_spiral_over_three_years_although_members_bear_the_whole_rise(drawn):
    """Zhang and Wang 2008: selection stayed and did not worsen; there members paid only a part."""
    found = years(drawn, 3)
    assert found.enrolment[0] == pytest.approx(JOINED, abs=0.003)
    assert found.enrolment[2] == pytest.approx(JOINED, abs=0.05)
    dearer = found.premiums[1:, 0] / OFFER.premium
    assert 1.09 < dearer[0] < dearer[1] < dearer[0] + 0.01


def test_it_comes_to_rest_where_the_premium_pays_for_its_takers(drawn):
    steady = tipping(drawn, Rules())
    rests = years(drawn, 40, inertia=0).premiums[-1, 0]
    assert rests == pytest.approx(steady.steady * 461, rel=0.01)
    assert steady.tips is None


def test_lesson_4_with_two_packages_the_full_one_drifts_up(drawn):
    one, two = years(drawn), years(drawn, lower_cover=0.6)
    assert two.premiums[-1, 1] > 1.04 * one.premiums[-1, 0]
    assert two.taken[-1, 1] < two.taken[0, 1]
    assert np.all(np.diff(two.premiums[:4, 1]) > 0)


def test_lesson_5_joining_at_any_time_costs_all_members_more_and_a_wait_less(drawn):
    date, wait, anytime = (
        years(drawn, open_all_year=is_open, wait_months=wait).premiums[-1, 0]
        for is_open, wait in ((False, 0), (True, 3), (True, 0))
    )
    assert date < wait < anytime


def test_people_who_join_by_their_health_alone_empty_the_scheme():
    people = People(families=FAMILIES, knows=1.0, spread=1.5, wish_spread=0.3)
    found = years(population(people), 15)
    assert found.failed is not None
    assert tipping(population(people), Rules()).steady is None


def test_above_the_tipping_point_those_who_stay_cost_more_than_they_pay():
    """All would pay much the same, so that a dear premium leaves the sick alone."""
    people = population(People(families=FAMILIES, knows=0.7, wish_spread=0.3, joined=0.97))
    where = tipping(people, Rules())
    assert where.steady == pytest.approx(1.04, abs=0.01)
    assert where.tips == pytest.approx(2.35, abs=0.05)

    def cost(asked):
        return people.risk[people.is_member & (people.wish >= asked)].mean()

    assert cost(0.95 * where.tips) < 0.95 * where.tips
    assert cost(1.1 * where.tips) > 1.1 * where.tips


@FEW
@given(KNOWING)
def test_joiners_are_the_dearer_the_more_people_act_on_what_they_know(knows):
    little, more = (
        years(population(People(families=FAMILIES, knows=part)), 1).claim_ratio[0]
        for part in (knows / 2, knows)
    )
    assert more >= little * (1 - 0.01)


def test_nobody_in_and_nobody_paid_for_is_no_ratio():
    people = People(families=FAMILIES, knows=1.0, spread=1.9, wish_spread=0.05)
    found = years(population(people), 12)
    empty = found.enrolment == 0
    assert empty.any()
    assert np.isnan(found.claim_ratio[empty]).all()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lower_cover": 1.0}, "lower_cover"),
        ({"lower_cover": 0.5, "unit": "group"}, "lower_cover"),
        ({"wait_months": 13}, "wait_months"),
        ({"foreseeable": 1.5}, "foreseeable"),
    ],
)
def test_nonsense_is_refused_by_name(change, field):
    with pytest.raises(Refused) as refused:
        Rules(**change)
    assert refused.value.field == field


def test_a_scheme_of_no_years_is_refused(drawn):
    with pytest.raises(Refused):
        years(drawn, 0)
    assert pytest.approx(KNOWS) == People(families=FAMILIES).knows
