"""A subsidy that falls to zero, and three other ways of spending the same money."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from whatif.subsidy_model import Subsidy, falling, same_money, share_for_budget, years_paid

SUBSIDIES = st.builds(
    Subsidy,
    premium=st.floats(1, 10_000),
    persons=st.floats(10, 1e6),
    share=st.floats(0, 0.6),
    years=st.integers(1, 15),
    trend=st.floats(0, 0.2),
    growth=st.floats(0, 0.3),
)


def test_half_the_premium_falling_over_four_years_by_hand():
    found = falling(Subsidy(premium=200, persons=1000, share=0.5, years=4))
    assert found.subsidy == pytest.approx([100, 75, 50, 25, 0])
    assert found.members == pytest.approx([100, 125, 150, 175, 200])
    assert found.extra == pytest.approx([25, 25, 25, 25])
    assert found.donor == pytest.approx([100_000, 75_000, 50_000, 25_000, 0])
    assert found.total == pytest.approx(250_000)


def test_the_last_step_grows_with_the_trend():
    """Members pay 200 x 1.1 in the end: half of 200 before, so the step is the trend's doing too."""
    found = falling(Subsidy(premium=200, persons=1000, share=0.5, years=1, trend=0.1))
    assert found.members == pytest.approx([100, 220])
    assert found.cliff == pytest.approx(120)
    assert found.cliff_year == 1


@given(SUBSIDIES)
def test_without_subsidy_members_pay_the_premium(asked):
    none = falling(
        Subsidy(
            premium=asked.premium,
            persons=asked.persons,
            share=0,
            years=asked.years,
            trend=asked.trend,
            growth=asked.growth,
        )
    )
    assert np.array_equal(none.members, asked.premiums)
    assert none.total == 0


@given(SUBSIDIES)
def test_donor_and_members_together_pay_the_premium_in_every_way(asked):
    for way in same_money(asked):
        assert way.subsidy + way.members == pytest.approx(asked.premiums)
        assert way.subsidy[-1] == pytest.approx(0, abs=1e-9 * asked.premium)
        assert np.all(way.subsidy >= 0)


@given(SUBSIDIES)
def test_every_way_costs_the_donor_the_same(asked):
    first, *others = same_money(asked)
    for way in others:
        assert way.total == pytest.approx(first.total, rel=1e-9, abs=1e-9)


@given(SUBSIDIES, st.floats(1, 1e9))
def test_the_share_for_a_budget_spends_it(asked, budget):
    share = share_for_budget(asked, budget)
    if share >= 1:
        return
    spends = Subsidy(
        premium=asked.premium,
        persons=asked.persons,
        share=share,
        years=asked.years,
        trend=asked.trend,
        growth=asked.growth,
    )
    assert falling(spends).total == pytest.approx(budget, rel=1e-9)


def test_a_budget_pays_whole_years():
    asked = Subsidy(premium=200, persons=1000, share=0.5, years=4)
    assert years_paid(asked, 99_999) == 0
    assert years_paid(asked, 100_000) == 1
    assert years_paid(asked, 225_000) == 3
    assert years_paid(asked, 250_000) == 4
    assert years_paid(asked, 1e9) == 4


@pytest.mark.parametrize(
    ("change", "field"), [({"share": 1.0}, "share"), ({"years": 0}, "years"), ({"premium": 0}, "premium")]
)
def test_nonsense_is_refused_by_name(change, field):
    numbers = {"premium": 200, "persons": 1000, "share": 0.5, "years": 4} | change
    with pytest.raises(Refused) as refused:
        Subsidy(**numbers)
    assert refused.value.field == field


def test_a_flat_amount_above_the_premium_is_refused():
    """The premium falls, so that a mean of all years is more than the last one."""
    with pytest.raises(Refused):
        same_money(Subsidy(premium=200, persons=1000, share=0.9, years=10, trend=-0.5))
