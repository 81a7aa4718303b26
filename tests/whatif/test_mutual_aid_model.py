"""A pool in which what was given out is shared afterwards; Xiang Hu Bao's history."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.engine.refusal import Refused
from whatif.mutual_aid_model import AgeGroup, Maturity, Pool, half_months, replay, yearly_share
from whatif.xiang_hu_bao import history, known_members, known_months, replayed

YOUNG = AgeGroup(share=0.7, cases=0.0005, aid=300_000)
OLD = AgeGroup(share=0.3, cases=0.002, aid=100_000)


def pool(members, *groups, fee=0.08):
    return Pool(members=members, groups=groups or (YOUNG, OLD), fee=fee)


@pytest.mark.parametrize("members", [1_000, 50_000, 10_000_000, 300_000_000])
def test_the_distribution_has_the_mean_and_the_spread_of_the_closed_form(members):
    asked = pool(members)
    found = yearly_share(asked)
    mean = float((found.chances * found.amounts).sum())
    sd = float(np.sqrt((found.chances * (found.amounts - mean) ** 2).sum()))
    assert found.chances.sum() == pytest.approx(1, abs=1e-9)
    assert mean == pytest.approx(asked.mean, rel=1e-6)
    assert sd == pytest.approx(asked.sd, rel=1e-4)


def test_one_group_is_the_binomial_law_itself():
    found = yearly_share(pool(10_000, AgeGroup(share=1, cases=0.002, aid=5_000), fee=0.1))
    assert found.above(25 * 5_000 * 1.1 / 10_000) == pytest.approx(
        stats.binom(10_000, 0.002).sf(25), rel=1e-9
    )
    assert found.quantile(0.95) == pytest.approx(stats.binom(10_000, 0.002).ppf(0.95) * 5_000 * 1.1 / 10_000)


def test_two_groups_are_the_sum_of_two_binomial_laws():
    """Few members, so that every pair of numbers can be gone through."""
    asked = pool(
        100, AgeGroup(share=0.6, cases=0.03, aid=300), AgeGroup(share=0.4, cases=0.05, aid=100), fee=0
    )
    found = yearly_share(asked)
    first, second = stats.binom(60, 0.03), stats.binom(40, 0.05)
    direct = sum(
        first.pmf(one) * second.pmf(two)
        for one in range(61)
        for two in range(41)
        if 300 * one + 100 * two > 700
    )
    assert found.above(7.0) == pytest.approx(direct, rel=1e-9)


@given(st.integers(10, 10**8), st.floats(1e-5, 0.2), st.floats(10, 1e6), st.floats(0, 0.5))
def test_a_hundredfold_pool_has_the_same_mean_and_a_tenth_of_the_spread(members, cases, aid, fee):
    group = AgeGroup(share=1, cases=cases, aid=aid)
    small = pool(members, group, fee=fee)
    large = pool(min(members * 100, 10**9), group, fee=fee)
    assert large.mean == pytest.approx(small.mean)
    assert large.sd == pytest.approx(small.sd * np.sqrt(small.members / large.members))


@given(st.integers(10, 10**6), st.floats(0, 100))
@settings(max_examples=40)
def test_what_is_paid_under_a_cap_and_what_is_short_are_the_whole(members, cap):
    asked = pool(members)
    paid, short = yearly_share(asked).capped(cap)
    assert paid + short == pytest.approx(asked.mean, rel=1e-6)
    assert 0 <= paid <= cap * (1 + 1e-9)


def test_aids_without_a_common_step_are_followed_within_a_thousandth():
    asked = pool(
        100_000, AgeGroup(share=0.5, cases=0.001, aid=100 * np.pi), AgeGroup(share=0.5, cases=0.001, aid=100)
    )
    found = yearly_share(asked)
    assert float((found.chances * found.amounts).sum()) == pytest.approx(asked.mean, rel=2e-4)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: pool(0), "members"),
        (lambda: pool(10**10), "members"),
        (lambda: pool(10, YOUNG), "groups"),
        (lambda: pool(10, fee=-0.1), "fee"),
        (lambda: AgeGroup(share=0.5, cases=1.2, aid=1), "cases"),
        (lambda: AgeGroup(share=0.5, cases=0.1, aid=0), "aid"),
        (lambda: Maturity(wait=-1, ramp=10), "wait"),
        (lambda: yearly_share(pool(10)).quantile(1.0), "chance"),
    ],
)
def test_nonsense_is_refused_by_name(wrong, field):
    with pytest.raises(Refused) as refused:
        wrong()
    assert refused.value.field == field


def test_a_pool_that_stands_still_pays_its_full_cases_once_it_is_mature():
    found = replay(
        known=[(date(2020, 1, 1), 1_000_000), (date(2022, 12, 31), 1_000_000)],
        ends=[date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31)],
        cases=0.001,
        aid=1000,
        fee=0,
        maturity=Maturity(wait=90, ramp=240),
    )
    assert found.cases[2] == pytest.approx(1000, rel=1e-9)
    # the first year: nothing for 90 days, half of 240 days, then the whole
    assert found.cases[0] == pytest.approx(1000 * (120 + 35.5) / 365, rel=0.01)
    assert found.mature == pytest.approx(found.shares[2] * np.array([366, 365, 365]) / 365)


def test_who_leaves_takes_no_more_cases_along_than_others():
    """Half of all leave at once: half the cases remain, and each share stays what it was."""
    found = replay(
        known=[
            (date(2020, 1, 1), 1000),
            (date(2021, 6, 1), 1000),
            (date(2021, 6, 2), 500),
            (date(2022, 6, 2), 500),
        ],
        ends=[date(2021, 5, 31), date(2021, 6, 30), date(2022, 5, 31), date(2022, 6, 1)],
        cases=0.1,
        aid=1,
        fee=0,
        maturity=Maturity(wait=0, ramp=1),
    )
    assert found.cases[3] == pytest.approx(500 * 0.1 / 365)


def test_xiang_hu_bao_is_replayed_within_the_bands():
    found = replayed()
    assert found.of_year(2019) == pytest.approx(29, rel=0.10)
    assert found.of_year(2020) == pytest.approx(91, rel=0.10)
    place = found.at(date(2020, 12, 14))
    assert found.shares[place] == pytest.approx(4.83, rel=0.05)
    assert found.cases[place] == pytest.approx(3369, rel=0.05)


def test_nobody_has_a_case_before_the_wait_is_over():
    """The pool began on 16 October 2018: nothing before the middle of January."""
    found = replayed()
    assert found.cases[: found.at(date(2018, 12, 28)) + 1].tolist() == [0.0, 0.0]


def test_a_young_pool_looked_cheap():
    """In 2019 a mature pool would have cost more than three times as much."""
    found = replayed()
    mature = sum(share for end, share in zip(found.ends, found.mature, strict=True) if end.year == 2019)
    assert mature > 3 * found.of_year(2019)


def test_without_selection_the_last_year_stays_far_below_what_was_paid():
    found = replayed()
    assert found.shares[-1] < 0.7 * 7.4


def test_every_published_figure_has_a_source():
    assert len(history()) == 23
    assert all(row.source and row.kind for row in history())
    days = [day for day, _members in known_members()]
    assert days == sorted(days)
    assert half_months(date(2020, 1, 1), date(2020, 2, 15)) == [
        date(2020, 1, 14),
        date(2020, 1, 28),
        date(2020, 2, 14),
    ]


def test_a_month_known_by_one_half_counts_twice_and_a_whole_month_as_it_is():
    months = known_months()
    assert months[date(2020, 1, 1)] == 7.2
    assert months[date(2020, 8, 1)] == pytest.approx(4.17 + 4.11)
    assert months[date(2020, 12, 1)] == pytest.approx(2 * 4.83)
    assert months[date(2020, 11, 1)] == 10.8


def test_days_outside_the_history_are_refused():
    with pytest.raises(Refused):
        replay(
            known=[(date(2020, 1, 1), 10), (date(2020, 2, 1), 10)],
            ends=[date(2020, 3, 1)],
            cases=0.1,
            aid=1,
            fee=0,
            maturity=Maturity(wait=0, ramp=1),
        )
