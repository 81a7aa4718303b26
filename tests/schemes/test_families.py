"""Family sizes typed as shares or as counts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes import families
from tests.makers import SLIDE_FAMILIES


def test_the_slides_family_sizes_put_35_percent_of_people_in_large_families():
    assert families.share_in_large(SLIDE_FAMILIES) == pytest.approx(0.354, abs=0.0005)
    assert families.mean_size(SLIDE_FAMILIES) == pytest.approx(2.445)


def test_counts_become_shares_and_sizes_nobody_has_are_left_out():
    shares = families.from_counts({1: Decimal(30), 2: Decimal(0), 4: Decimal(10)})
    assert shares == {"1": 0.75, "4": 0.25}


def test_percentages_become_shares():
    assert families.from_percent({1: Decimal("95.5"), 2: Decimal("4.5"), 3: Decimal(0)}) == {
        "1": 0.955,
        "2": 0.045,
    }


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        ({}, "give the share"),
        (None, "give the share"),
        ({"0": 1.0}, "size '0'"),
        ({"13": 1.0}, "size '13'"),
        ({"1": 0.5}, "add up to 0.5"),
        ({"1": -0.5, "2": 1.5}, "-0.5"),
        ({"1": float("nan")}, "nan"),
        ({"1": "1"}, "'1'"),
        ({"1": True}, "True"),
    ],
)
def test_shares_that_cannot_be_are_named(shares, word):
    assert word in families.problem_with(shares)


def test_the_slides_shares_can_be_used():
    assert families.problem_with(SLIDE_FAMILIES) is None


@given(
    typed=st.dictionaries(st.integers(1, 12), st.decimals("0.01", "5000", places=2), min_size=1, max_size=12)
)
def test_scaling_gives_exactly_one_hundred_percent_in_the_same_proportions(typed):
    scaled = families.scaled_to_hundred(typed)
    total = sum(typed.values())
    assert sum(scaled.values()) == 100
    for size, share in scaled.items():
        assert abs(share - typed[size] * 100 / total) <= Decimal("0.01")
