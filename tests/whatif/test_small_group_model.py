"""A small group that priced for too few events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from whatif.small_group_model import SmallGroup

HUNDRED = SmallGroup(persons=100, priced=0.10, chance=0.05)


def test_the_published_figures_come_out():
    assert HUNDRED.normal_ruin(0.15) == pytest.approx(0.507, abs=0.0005)
    assert HUNDRED.normal_ruin(0.20) == pytest.approx(0.897, abs=0.0005)
    assert HUNDRED.normal_ruin(0.10) == pytest.approx(0.05)


def test_the_exact_law_is_near_the_normal_one_for_a_hundred():
    assert HUNDRED.ruin(0.15) == pytest.approx(HUNDRED.normal_ruin(0.15), abs=0.06)


@given(st.integers(20, 5000), st.floats(0.01, 0.4), st.floats(0.01, 0.4))
def test_more_illness_is_never_safer(persons, one, other):
    group = SmallGroup(persons=persons, priced=0.1, chance=0.05)
    low, high = sorted((one, other))
    assert group.ruin(low) <= group.ruin(high) + 1e-12


def test_a_large_group_told_the_truth_has_the_chance_it_priced_for():
    assert SmallGroup(persons=100_000, priced=0.1, chance=0.05).ruin(0.1) == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"persons": 0}, "persons"), ({"priced": 1.0}, "priced"), ({"chance": 0.6}, "chance")],
)
def test_nonsense_is_refused_by_name(change, field):
    with pytest.raises(Refused) as refused:
        SmallGroup(**({"persons": 100, "priced": 0.1, "chance": 0.05} | change))
    assert refused.value.field == field
    with pytest.raises(Refused):
        HUNDRED.ruin(0.0)
