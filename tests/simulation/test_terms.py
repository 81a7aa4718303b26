"""Terms: what one event pays, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

money = st.floats(0.0, 1e6)


@given(money, st.floats(0.0, 1.0), money, money)
def test_a_payout_is_the_share_above_the_threshold_up_to_the_cap(threshold, copay, cap, cost):
    paid = CostTerms(threshold=threshold, copay=copay, event_cap=cap).payout(np.array([cost]))[0]
    assert paid == min((1.0 - copay) * max(cost - threshold, 0.0), cap)
    assert 0.0 <= paid <= cost


@given(money, st.floats(0.0, 0.99), money, money)
def test_a_cap_on_the_cost_is_applied_before_the_copay(threshold, copay, cap, cost):
    terms = CostTerms.with_cap_on_cost(threshold=threshold, copay=copay, event_cap=cap)
    expected = (1.0 - copay) * min(max(cost - threshold, 0.0), cap)
    assert terms.payout(np.array([cost]))[0] == pytest.approx(expected, rel=1e-12)


def test_no_cap_on_the_cost_with_everything_copaid_pays_nothing():
    assert CostTerms.with_cap_on_cost(threshold=0.0, copay=1.0, event_cap=math.inf).event_cap == 0.0


@given(st.integers(1, 20), st.integers(0, 20), st.integers(1, 60))
def test_wage_loss_pays_each_day_from_the_start_day_to_the_last(start, more, days):
    terms = WageTerms(rate=100.0, start_day=start, last_day=start + more)
    paid_days = [day for day in range(1, days + 1) if start <= day <= start + more]
    assert terms.payout(np.array([days]))[0] == 100.0 * len(paid_days)
    assert terms.most_days == more + 1


def test_a_fixed_amount_is_paid_whatever_the_event_cost():
    assert FixedTerms(amount=1000.0).payout(np.array([1.0, 1e6])).tolist() == [1000.0, 1000.0]


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: CostTerms(threshold=-1.0), "threshold"),
        (lambda: CostTerms(threshold=math.inf), "threshold"),
        (lambda: CostTerms(copay=1.5), "copay"),
        (lambda: CostTerms(event_cap=-1.0), "event_cap"),
        (lambda: CostTerms(family_cap=math.nan), "family_cap"),
        (lambda: CostTerms.with_cap_on_cost(threshold=0.0, copay=2.0, event_cap=1.0), "copay"),
        (lambda: FixedTerms(amount=-1.0), "fixed_amount"),
        (lambda: FixedTerms(amount=1.0, family_cap=-1.0), "family_cap"),
        (lambda: WageTerms(rate=-1.0), "rate"),
        (lambda: WageTerms(rate=1.0, start_day=0), "start_day"),
        (lambda: WageTerms(rate=1.0, start_day=4, last_day=3), "last_day"),
        (lambda: WageTerms(rate=1.0, family_cap=-1.0), "family_cap"),
    ],
)
def test_terms_that_mean_nothing_are_refused_by_name(make, field):
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()


def test_a_percentage_typed_as_a_copay_gets_a_suggestion():
    with pytest.raises(ValueError, match=r"did you mean 0\.20\?"):
        CostTerms(copay=20.0)
