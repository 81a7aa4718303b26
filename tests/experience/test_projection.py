"""The reserve's futures: closed forms, laws, and what ruin costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from experience.projection import ClaimsLaw, Luck, Plan, capital_needed, premium_needed, project
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Package
from simulation.engine.refusal import Refused
from simulation.engine.scheme import scheme_distribution
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms
from tests.experience.test_monitor import package

POINTS = 4_096
NORMAL = ClaimsLaw(
    persons=5_000, mean=1_840_000.0, sd=60_000.0, scores=stats.norm.ppf((np.arange(POINTS) + 0.5) / POINTS)
)
PLAN = Plan(law=NORMAL, persons=5_000, premium=384.0, years=10)
LUCK = Luck(paths=20_000, years=10)
FEW = Luck(paths=2_000, years=10)


def test_a_year_of_normal_claims_ruins_as_often_as_the_normal_law_says():
    exact = stats.norm.sf((384.0 * 5_000 - NORMAL.mean) / NORMAL.sd)
    found = project(PLAN, luck=LUCK)
    assert found.ruin(1) == pytest.approx(exact, abs=1.5 / POINTS)


def test_two_years_ruin_as_often_as_the_bivariate_normal_law_says():
    """Ruin in the first year or in the sum of both."""
    margin = 384.0 * 5_000 - NORMAL.mean
    covariance = NORMAL.sd**2 * np.array([[1.0, 1.0], [1.0, 2.0]])
    safe = stats.multivariate_normal(cov=covariance).cdf([margin, 2.0 * margin])
    found = project(replace(PLAN, years=2), luck=LUCK)
    assert found.ruin(2) == pytest.approx(1.0 - safe, abs=4.0 * found.ruin_error(2))


def test_without_chance_the_reserve_follows_the_formula():
    law = ClaimsLaw(persons=100, mean=10_000.0, sd=0.0, scores=np.zeros(8))
    plan = Plan(
        law=law, persons=100, premium=150.0, reserve=1_000.0, running_costs=2_000.0, growth=0.1, trend=0.05,
        premium_growth=0.02, cost_growth=0.03, interest=0.04, years=3,
    )  # fmt: skip
    left = 1_000.0
    for year in range(3):
        premium = 150.0 * 100 * 1.1**year * 1.02**year
        costs = 2_000.0 * 1.1**year * 1.03**year
        claims = 100.0 * 100 * 1.1**year * 1.05**year
        left = left * 1.04 + (premium - costs - claims) * 1.04**0.5
        assert project(plan, luck=FEW).reserves[:, year] == pytest.approx(left)


def test_start_up_capital_brings_ruin_to_one_in_a_hundred_and_a_rupee_less_does_not():
    capital = capital_needed(PLAN, ruin=0.01, luck=LUCK)
    assert capital > 0.0
    assert project(replace(PLAN, reserve=capital), luck=LUCK).ruin(10) <= 0.01
    assert project(replace(PLAN, reserve=capital - 1.0), luck=LUCK).ruin(10) > 0.01


def test_the_premium_that_needs_no_capital_is_found_to_a_paisa():
    premium = premium_needed(PLAN, ruin=0.01, luck=FEW)
    assert project(replace(PLAN, premium=premium), luck=FEW).ruin(10) <= 0.01
    assert project(replace(PLAN, premium=premium - 0.01), luck=FEW).ruin(10) > 0.01
    assert capital_needed(replace(PLAN, premium=premium), ruin=0.01, luck=FEW) == pytest.approx(0.0, abs=1.0)


def test_the_law_of_a_scheme_keeps_the_moments_and_the_skewness_of_its_exact_distribution():
    exact = scheme_distribution(package(), 600)
    law = ClaimsLaw.of(exact)
    assert law.scores.mean() == pytest.approx(0.0, abs=0.003)
    assert law.scores.std() == pytest.approx(1.0, abs=0.01)
    assert (law.scores**3).mean() > 0.05  # claims are skewed to the dear side
    plan = Plan(law=law, persons=exact.persons, premium=1.1 * exact.mean / exact.persons, years=1)
    assert project(plan, luck=LUCK).ruin(1) == pytest.approx(
        exact.probability_above(1.1 * exact.mean), abs=0.003
    )
    nothing = replace(package(), benefits=(replace(package().benefits[0], covered=False),))
    still = ClaimsLaw.of(scheme_distribution(nothing, 600))
    assert (still.sd, set(still.scores)) == (0.0, {0.0})


@pytest.mark.parametrize("persons", [5, 50, 3_000])
def test_a_law_has_its_mean_where_tails_have_no_cap_and_years_no_claim(persons):
    """A family of five, mostly without a claim; many of them, with a year in 2,000 off the points."""
    free = replace(
        package().benefits[0],
        frequency=Poisson(incidence=0.05),
        severity=Lognormal.from_cv(mean=4_000.0, cv=3.0),
        terms=CostTerms(),
    )
    found = scheme_distribution(Package(benefits=(free,), families=FamilySizes({5: 1.0})), persons)
    amounts = np.asarray(ClaimsLaw.of(found).scores) * found.sd + found.mean
    assert amounts.mean() == pytest.approx(found.mean, rel=1e-9)
    assert amounts.std() == pytest.approx(found.sd, rel=0.1)
    assert (np.diff(amounts) >= 0.0).all()
    assert (amounts < 1e-6).mean() == pytest.approx(1.0 - found.probability_above(0.0), abs=1 / 4096)


@pytest.mark.parametrize(("growth", "doubt", "shock"), [(0.0, 0.1, 0.1), (-0.1, 0.3, 0.2), (0.2, 0.0, 0.5)])
def test_no_year_of_thirty_members_has_claims_below_nothing_and_mean_and_spread_are_right(
    growth, doubt, shock
):
    """The mean as planned; the variance that of a product: (1 + cv^2) E[Y^2] - mean^2."""
    rare = package(10_000.0, incidence=0.08)
    law = ClaimsLaw.for_members(rare, fewest=30 * min(1.0, (1.0 + growth) ** 4))
    plan = Plan(
        law=law, persons=30, premium=0.0, growth=growth, doubt=doubt, yearly_shock=shock, years=5
    )  # fmt: skip
    reserves = project(plan, luck=Luck(paths=20_000, years=5)).reserves
    claims = -np.diff(reserves, axis=1, prepend=0.0)
    assert claims.min() >= -1e-6
    assert claims.mean(axis=0) == pytest.approx(plan.expected_claims, rel=0.02)
    wider = (1.0 + doubt**2) * (1.0 + shock**2)
    variance = wider * (plan.sd_of_claims**2 + plan.expected_claims**2) - plan.expected_claims**2
    assert claims.std(axis=0) == pytest.approx(np.sqrt(variance), rel=0.04)
    assert law.persons <= 30 * min(1.0, (1.0 + growth) ** 4)


def test_a_scheme_without_a_whole_family_is_refused():
    with pytest.raises(Refused, match="less than one family"):
        ClaimsLaw.for_members(replace(package(), families=FamilySizes({5: 1.0})), fewest=4.5)


def test_a_scheme_that_grows_keeps_its_mean_and_gets_relatively_safer():
    grown = replace(PLAN, growth=0.2)
    assert grown.expected_claims[5] == pytest.approx(NORMAL.mean * 1.2**5)
    assert grown.sd_of_claims[5] == pytest.approx(NORMAL.sd * 1.2**2.5)


def test_claims_have_the_mean_and_spread_of_their_law_and_doubt_adds_to_the_spread():
    sure = project(replace(PLAN, years=1), luck=LUCK).reserves[:, 0]
    unsure = project(replace(PLAN, years=1, doubt=0.05), luck=LUCK).reserves[:, 0]
    shaken = project(replace(PLAN, years=1, yearly_shock=0.05), luck=LUCK).reserves[:, 0]
    assert sure.mean() == pytest.approx(384.0 * 5_000 - NORMAL.mean, abs=20.0)
    assert sure.std() == pytest.approx(NORMAL.sd, rel=0.01)
    wider = np.hypot(NORMAL.sd, 0.05 * NORMAL.mean)
    assert unsure.std() == pytest.approx(wider, rel=0.03)
    assert shaken.std() == pytest.approx(wider, rel=0.03)


def test_doubt_stays_for_all_years_and_ruins_more_than_luck_that_averages_out():
    # Where members change, an error that stays and a shock of each year are told apart by the later years.
    stays = project(replace(PLAN, premium=372.0, doubt=0.03), luck=LUCK).fan
    passes = project(replace(PLAN, premium=372.0, yearly_shock=0.03), luck=LUCK).fan
    assert stays[0, -1] < passes[0, -1]


def test_the_same_seed_gives_the_same_futures_and_a_shorter_plan_is_a_longer_one_s_beginning():
    again = project(PLAN, luck=Luck(paths=2_000, years=10))
    assert np.array_equal(again.reserves, project(PLAN, luck=FEW).reserves)
    short = project(replace(PLAN, years=5), luck=FEW)
    assert np.array_equal(short.reserves, again.reserves[:, :5])
    assert short.ruins == {1: short.ruin(1), 5: short.ruin(5)}


@settings(max_examples=25, deadline=None)
@given(premium=st.floats(340.0, 420.0), more=st.floats(0.0, 50.0), reserve=st.floats(0.0, 5e5))
def test_more_premium_or_more_reserve_never_ruins_more(premium, more, reserve):
    plan = replace(PLAN, premium=premium, reserve=reserve, years=5, interest=0.04)
    base = project(plan, luck=FEW)
    richer = project(replace(plan, premium=premium + more), luck=FEW)
    fuller = project(replace(plan, reserve=reserve + 1_000.0 * more), luck=FEW)
    for years in (1, 5):
        assert richer.ruin(years) <= base.ruin(years)
        assert fuller.ruin(years) <= base.ruin(years)
    assert base.ruin(1) <= base.ruin(5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"growth": 5.0}, "5 % a year is 0.05"),
        ({"years": 0}, "between 1 and 30"),
        ({"persons": 0.0}, "not above 0"),
        ({"doubt": 1.5}, "not between 0 and 1"),
        ({"reserve": float("nan")}, "not a number"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(change, said):
    with pytest.raises(Refused, match=said):
        replace(PLAN, **change)


def test_questions_outside_the_plan_are_refused():
    with pytest.raises(Refused, match="between 1 and 10"):
        project(PLAN, luck=FEW).ruin(11)
    with pytest.raises(Refused, match="is for 10 years"):
        project(replace(PLAN, years=12), luck=FEW)
    with pytest.raises(Refused, match="below 100"):
        Luck(paths=10)
    with pytest.raises(Refused, match="no premium"):
        premium_needed(replace(PLAN, reserve=-1e12, years=1), luck=FEW)


def test_plans_that_differ_in_money_alone_meet_the_very_same_claims():
    luck = Luck(paths=500, years=10)
    first = luck.claims(PLAN)
    assert luck.claims(replace(PLAN, premium=1.0, reserve=5.0, interest=0.1)) is first
    doubtful = luck.claims(replace(PLAN, doubt=0.2))
    assert doubtful.std(axis=0)[0] > 2.0 * first.std(axis=0)[0]
    assert np.array_equal(luck.claims(PLAN), first)
