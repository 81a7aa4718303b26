"""Family sizes: refusals, averages, and whole families by largest remainder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.families import FamilySizes

SLIDE = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})


@st.composite
def mixes(draw):
    raw = draw(st.dictionaries(st.integers(1, 12), st.integers(1, 50), min_size=1))
    return FamilySizes({size: share / sum(raw.values()) for size, share in raw.items()})


def test_the_slides_sizes_put_35_percent_of_people_in_large_families():
    assert SLIDE.share_in_large == pytest.approx(0.354, abs=5e-4)
    assert SLIDE.mean_size == pytest.approx(2.445)


@given(mixes(), st.integers(1, 200_000))
def test_whole_families_add_up_and_stay_within_one_of_their_share(families, persons):
    counts = families.counts_for(persons=persons)
    total = max(1, round(persons / families.mean_size))
    assert counts.sum() == total
    assert np.all(np.abs(counts - families.weights * total) < 1.0)


def test_sizes_with_no_share_are_left_out():
    assert FamilySizes({3: 1.0, 5: 0.0}).sizes.tolist() == [3]


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ({}, "empty"),
        ({0: 1.0}, "from 1 to 12"),
        ({13: 1.0}, "from 1 to 12"),
        ({1: 0.6, 2: 0.5}, "add up to 1.1"),
        ({1: 1.2, 2: -0.2}, "below 0"),
        ({1: float("nan"), 2: 1.0}, "not a number"),
    ],
)
def test_shares_that_are_no_shares_are_refused(shares, says):
    with pytest.raises(ValueError, match=says):
        FamilySizes(shares)
