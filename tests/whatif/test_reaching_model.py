"""Bringing a network of groups into a scheme."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from whatif.reaching_model import DECK_GROUPS, DECK_HOUSEHOLDS, Network, reach

NETWORK = Network(
    groups=600,
    households=12,
    persons=2.5,
    groups_join=0.5,
    households_join=0.8,
    years=3,
    starts=50,
    looks_after=100,
    worker=1_000,
    training=10,
    premium=400,
    admin=80,
)
NETWORKS = st.builds(
    replace,
    st.just(NETWORK),
    groups=st.integers(1, 10_000_000),
    groups_join=st.floats(0, 1),
    households_join=st.floats(0, 1),
    years=st.integers(1, 20),
    starts=st.floats(1, 500),
    looks_after=st.floats(1, 1000),
)


def test_six_hundred_groups_over_three_years_by_hand():
    """200 groups a year: 4 workers to ask them, and 1 for each hundred that joined before."""
    first, second, third, after = reach(NETWORK)
    assert [year.joined for year in (first, second, third, after)] == pytest.approx([100, 200, 300, 300])
    assert [year.workers for year in (first, second, third, after)] == [4, 5, 6, 3]
    assert first.cost == pytest.approx(4 * 1_000 + 100 * 10)
    assert after.cost == pytest.approx(3_000)
    assert third.households == pytest.approx(300 * 9.6)
    assert third.persons == pytest.approx(300 * 24)
    assert first.for_running == pytest.approx(2_400 * 80)
    assert first.gap == pytest.approx(5_000 - 192_000)
    assert after.a_person == pytest.approx(3_000 / 7_200)


def test_the_slides_network_is_twelve_households_a_group():
    assert pytest.approx(11.76, abs=0.01) == DECK_HOUSEHOLDS / DECK_GROUPS
    whole = replace(
        NETWORK,
        groups=DECK_GROUPS,
        households=DECK_HOUSEHOLDS / DECK_GROUPS,
        groups_join=1,
        households_join=1,
    )
    assert reach(whole)[-1].households == pytest.approx(100_000_000)


@given(NETWORKS)
def test_all_groups_are_asked_once_and_nobody_joins_unasked(network):
    years = reach(network)
    assert sum(year.asked for year in years) == pytest.approx(network.groups)
    assert years[-1].joined == pytest.approx(network.groups * network.groups_join)
    assert years[-1].households <= network.groups * network.households * (1 + 1e-9)
    assert all(later.joined >= earlier.joined - 1e-9 for earlier, later in itertools.pairwise(years))


@given(NETWORKS)
def test_more_time_needs_no_more_workers_for_asking(network):
    slower = replace(network, years=network.years + 1, looks_after=1e9)
    faster = replace(network, looks_after=1e9)
    assert reach(slower)[0].workers <= reach(faster)[0].workers


def test_where_nobody_joins_nothing_is_divided():
    years = reach(replace(NETWORK, groups_join=0.0))
    assert years[-1].persons == 0
    assert years[0].a_person == 0
    assert years[0].gap == pytest.approx(4_000)


@pytest.mark.parametrize(
    ("change", "field"), [({"groups": 0}, "groups"), ({"years": 31}, "years"), ({"starts": 0}, "starts")]
)
def test_nonsense_is_refused_by_name(change, field):
    with pytest.raises(Refused) as refused:
        replace(NETWORK, **change)
    assert refused.value.field == field
