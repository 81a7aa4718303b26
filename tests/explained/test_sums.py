"""Printed lines add up, and none is further from its own value than one in its last place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explained.sums import adding_up, rounded
from simulation.engine.refusal import Refused

AMOUNTS = st.lists(st.floats(-5e4, 5e4, allow_nan=False, width=32), min_size=1, max_size=9)


@given(parts=AMOUNTS, places=st.integers(0, 4))
def test_what_is_printed_adds_up(parts, places):
    shown = adding_up(parts, places=places)
    assert sum(shown) == rounded(float(sum(map(Decimal, map(repr, parts)))), places=places)
    for part, each in zip(parts, shown, strict=True):
        assert abs(each - Decimal(repr(part))) < Decimal(1).scaleb(-places)


def test_the_slides_sum_adds_up_as_printed():
    assert adding_up((367.54, 16.59, 76.83), places=0) == (Decimal(367), Decimal(17), Decimal(77))
    assert adding_up((1.25, 2.25), places=1, whole=Decimal("3.5")) == (Decimal("1.3"), Decimal("2.2"))


def test_another_sum_is_refused():
    with pytest.raises(Refused, match="not the sum"):
        adding_up((1.0, 2.0), places=0, whole=Decimal(7))
