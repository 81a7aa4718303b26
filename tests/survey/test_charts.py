"""Charts of estimates for those who may not see rows of households."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.charts import put_together


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(1, 20))
def test_no_bin_that_is_shown_holds_fewer_events_and_none_is_lost(counts, fewest):
    events = sum(counts)
    shares = [count / events if events else 0.0 for count in counts]
    bins = put_together(shares, fewest=fewest, events=events)
    assert all(sum(counts[start:end]) >= fewest for start, end in bins)
    if events < fewest:
        assert bins == []
    else:
        assert (bins[0][0], bins[-1][1]) == (0, len(counts))
        assert all(one[1] == next_one[0] for one, next_one in pairwise(bins))


def test_who_may_see_rows_gets_every_bin():
    assert put_together([0.5, 0.1, 0.4], fewest=0, events=10) == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize("events", [0, 10])
def test_nothing_of_few_events_is_shown(events):
    assert put_together([0.5, 0.5], fewest=11, events=events) == []
