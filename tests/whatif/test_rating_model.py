"""The same cost shared by risk, by income and equally."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.families import FamilySizes
from simulation.engine.refusal import Refused
from whatif.rating_model import RATINGS, Limits, Village, cells, leaving, prices

VILLAGE = Village(
    families=FamilySizes({1: 0.2, 2: 0.3, 4: 0.3, 6: 0.2}),
    pure=368,
    premium=461,
    old=0.1,
    old_cost=3,
    large_less=0.1,
    income=34_000,
    best_off=1.9,
)
VILLAGES = st.builds(
    replace,
    st.just(VILLAGE),
    old=st.floats(0, 0.5),
    old_cost=st.floats(0.5, 8),
    large_less=st.floats(0, 0.5),
    income=st.floats(1, 1e6),
    best_off=st.floats(1, 4),
)
LIMITS = st.builds(Limits, worth=st.floats(0.5, 4), can_pay=st.floats(0, 0.2))
SOME = settings(max_examples=40)


@SOME
@given(VILLAGES)
def test_every_rating_brings_in_the_same(village):
    found = cells(village)
    needed = village.premium * village.families.mean_size
    for rating in RATINGS:
        asked = prices(found, rating, factor=village.factor)
        assert found.weights @ asked == pytest.approx(needed, rel=1e-9)


@SOME
@given(VILLAGES, st.randoms(use_true_random=False))
def test_whoever_stays_brings_in_what_they_cost(village, draw):
    found = cells(village)
    stay = np.array([float(draw.random() < 0.7) for _cell in found.weights])
    for rating in RATINGS:
        asked = prices(found, rating, factor=village.factor, staying=stay)
        needed = village.factor * (found.weights * stay) @ found.cost
        assert (found.weights * stay) @ asked == pytest.approx(needed, rel=1e-9)


@SOME
@given(VILLAGES)
def test_the_cells_are_the_village(village):
    found = cells(village)
    persons = found.weights * found.persons
    assert found.weights.sum() == pytest.approx(1, rel=1e-12)
    assert (found.weights @ found.old) / persons.sum() == pytest.approx(village.old, abs=1e-9)
    assert (found.weights @ found.cost) / persons.sum() == pytest.approx(village.pure, rel=1e-9)
    assert (found.weights @ found.income) / persons.sum() == pytest.approx(village.income, rel=1e-9)
    assert village.fifths[-1] == pytest.approx(village.best_off * village.income, rel=1e-9)


def test_where_all_are_alike_all_ratings_are_one():
    same = replace(VILLAGE, old_cost=1, large_less=0, best_off=1)
    found = cells(same)
    for rating in RATINGS:
        assert prices(found, rating, factor=same.factor) == pytest.approx(461 * found.persons)


@SOME
@given(VILLAGES)
def test_by_risk_neither_the_sick_nor_the_healthy_leave_first(village):
    """All pay the same times what they expect, so the price does not move."""
    found = cells(village)
    kept = leaving(found, "risk", Limits(worth=2, can_pay=1), factor=village.factor)
    assert kept.not_worth == pytest.approx(kept.not_worth[0])
    if not kept.too_dear.any():
        assert kept.a_person == pytest.approx(village.premium)


@SOME
@given(VILLAGES, LIMITS)
def test_whoever_left_stays_away(village, limits):
    found = cells(village)
    for rating in RATINGS:
        way = leaving(found, rating, limits, factor=village.factor)
        assert way.staying[0] == pytest.approx(1)
        assert np.all(np.diff(way.staying) <= 1e-12)


def test_equal_premiums_lose_the_young_first_and_then_more():
    """Two persons of 10, one of them old at 3 times: the young cost 306.7 and are asked for 461."""
    village = replace(VILLAGE, families=FamilySizes({1: 1.0}), large_less=0, best_off=1)
    found = cells(village)
    way = leaving(found, "community", Limits(worth=1.4, can_pay=1, differ=1e-6), factor=village.factor)
    young = found.old == 0
    assert found.cost[young] == pytest.approx(368 / 1.2)
    assert way.not_worth == pytest.approx(young.astype(float))
    assert way.staying[1] == pytest.approx(0.1)
    assert way.a_person[-1] == pytest.approx(461 / 1.2 * 3)


def test_nobody_is_left_where_nobody_puts_up_with_it():
    way = leaving(cells(VILLAGE), "income", Limits(worth=0.5, can_pay=0), factor=VILLAGE.factor)
    assert way.staying[1:].tolist() == [0.0] * 10
    assert way.a_person[-1] == 0


def test_equal_premiums_rise_when_families_may_leave():
    found = cells(VILLAGE)
    way = leaving(found, "community", Limits(worth=2, can_pay=1), factor=VILLAGE.factor)
    assert np.all(np.diff(way.a_person[:4]) > 0)
    young, old = found.old == 0, found.old == found.persons
    assert way.not_worth[young].min() > way.not_worth[old].max()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"old": 1.5}, "old"),
        ({"large_less": 1.0}, "large_less"),
        ({"best_off": 5}, "best_off"),
        ({"pure": 0}, "pure"),
    ],
)
def test_nonsense_is_refused_by_name(change, field):
    with pytest.raises(Refused) as refused:
        replace(VILLAGE, **change)
    assert refused.value.field == field
