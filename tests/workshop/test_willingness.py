"""Who would pay: the published points, answers of households, food spending; and ways to pay."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from workshop.instalments import Loan, instalment
from workshop.willingness import PUBLISHED, Households, published_would_pay

INCOME = 72_000.0


@pytest.mark.parametrize(("part", "share"), PUBLISHED)
def test_the_published_points_are_met(part, share):
    """Dror, Radermacher and Koren 2007: at least 1.0, 1.35, 2.0 % of income: 67, 50, 30 of 100."""
    assert published_would_pay(premium=part * INCOME, income=INCOME).share == pytest.approx(share, abs=1e-9)


def test_between_two_points_the_share_lies_on_a_line_in_the_logarithm():
    middle = math.sqrt(0.010 * 0.0135)
    found = published_would_pay(premium=middle * INCOME, income=INCOME)
    assert found.share == pytest.approx((0.67 + 0.50) / 2, abs=1e-9)


def test_beyond_the_points_only_a_bound_is_known():
    cheap = published_would_pay(premium=100.0, income=INCOME)
    dear = published_would_pay(premium=3000.0, income=INCOME)
    assert (cheap.low, cheap.high, cheap.share) == (0.67, 1.0, None)
    assert (dear.low, dear.high, dear.share) == (0.0, 0.30, None)


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_a_dearer_package_never_has_more_takers(one, two):
    cheap, dear = (published_would_pay(premium=p, income=INCOME) for p in sorted((one, two)))
    assert dear.low <= cheap.low
    assert dear.high <= cheap.high


@pytest.mark.parametrize(("premium", "income"), [(-1.0, 1.0), (1.0, 0.0)])
def test_nonsense_is_refused(premium, income):
    with pytest.raises(Refused):
        published_would_pay(premium=premium, income=income)


def households(most, *, size=4, weight=1.0):
    count = len(most)
    return Households(
        most=np.asarray(most, dtype=np.float64),
        size=np.full(count, size),
        weight=np.full(count, weight) if np.isscalar(weight) else np.asarray(weight),
        basis="asked",
    )


def test_each_household_is_asked_for_the_premium_of_its_own_size():
    asked = households([1000.0] * 50 + [2000.0] * 50)
    assert asked.would_pay(up_to_3=999.0, from_4=300.0).share == 0.5
    small = households([1000.0] * 50 + [2000.0] * 50, size=3)
    assert small.would_pay(up_to_3=999.0, from_4=300.0).share == 0.0
    assert small.would_pay(up_to_3=300.0, from_4=999.0).share == 1.0


def test_weights_count_and_unequal_weights_make_it_less_sure():
    most = [1000.0] * 50 + [100.0] * 50
    even = households(most).would_pay(up_to_3=100.0, from_4=100.0)
    uneven = households(most, weight=[3.0] * 50 + [1.0] * 50).would_pay(up_to_3=100.0, from_4=100.0)
    assert (even.share, uneven.share) == (0.5, 0.75)
    assert even.error == pytest.approx(0.05)
    assert uneven.error == pytest.approx(math.sqrt(0.75 * 0.25 / 80.0))


def test_too_few_answers_say_nothing():
    with pytest.raises(Refused, match="29 answers are too few"):
        households([1.0] * 29)
    with pytest.raises(Refused, match="0 or more"):
        households([-1.0] * 30)


# ---- ways to pay -------------------------------------------------------------------------------------------
def test_a_loan_is_paid_back_to_the_last_coin():
    """1,200 at 2 % a month over 12 months: 113.47 a month, the annuity that any table gives."""
    loan = Loan(premium=1200.0, interest_a_year=0.24, months=12)
    assert loan.a_month == pytest.approx(113.4715, abs=1e-4)
    owed = 1200.0
    for _ in range(12):
        owed = owed * 1.02 - loan.a_month
    assert owed == pytest.approx(0.0, abs=1e-9)
    assert loan.interest == pytest.approx(12 * loan.a_month - 1200.0)


def test_without_interest_a_loan_is_instalments():
    loan = Loan(premium=1200.0, interest_a_year=0.0, months=12)
    assert loan.a_month == instalment(premium=1200.0, parts=12) == 100.0
    assert loan.interest == 0.0


@given(st.floats(0.0, 2.0), st.integers(1, 24))
def test_interest_is_never_negative(interest, months):
    assert Loan(premium=1000.0, interest_a_year=interest, months=months).interest >= -1e-9


@pytest.mark.parametrize("months", [0, 25])
def test_a_loan_over_no_months_or_years_is_refused(months):
    with pytest.raises(Refused, match="months"):
        Loan(premium=1.0, interest_a_year=0.1, months=months)
    with pytest.raises(Refused, match="parts"):
        instalment(premium=1.0, parts=0)
