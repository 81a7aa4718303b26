"""The figures that warn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calculator.cautions import chance_over_years, money_moved, pays_nothing, small_group_chance
from calculator.premium import Community, Loadings, price_premium
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.moments import PackageMoments, PayoutMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

COUPLES = FamilySizes({2: 1.0})


def test_five_percent_a_year_is_four_in_ten_over_ten_years():
    assert chance_over_years(0.05, years=10) == pytest.approx(1 - 0.95**10, rel=1e-14)
    assert chance_over_years(0.05, years=5) == pytest.approx(0.2262190625)
    assert chance_over_years(0.0, years=10) == 0.0
    assert chance_over_years(1.0, years=3) == 1.0
    with pytest.raises(Refused, match="years"):
        chance_over_years(0.05, years=0)


@pytest.mark.parametrize(("really", "chance"), [(0.15, 0.507), (0.20, 0.897)])
def test_small_group_that_misjudged_its_risk_is_ruined_as_dror_says(really, chance):
    found = small_group_chance(persons=100, priced_at=0.10, really=really, chance_of_bankruptcy=0.05)
    assert found == pytest.approx(chance, abs=5e-4)


def test_small_group_that_judged_right_keeps_its_chance():
    found = small_group_chance(persons=100, priced_at=0.10, really=0.10, chance_of_bankruptcy=0.05)
    assert found == pytest.approx(0.05, rel=1e-12)


@pytest.mark.parametrize("wrong", [{"persons": 0}, {"priced_at": 0.0}, {"really": 1.0}, {"really": 1.5}])
def test_small_group_refuses_what_cannot_be(wrong):
    given = {"persons": 100, "priced_at": 0.1, "really": 0.15, "chance_of_bankruptcy": 0.05} | wrong
    with pytest.raises(Refused, match=next(iter(wrong))):
        small_group_chance(**given)


def moved(benefit, *, second_moment, others=()):
    """Uncapped Poisson moments of couples for a benefit whose payout's first two moments are known."""
    first, second = second_moment
    rate = 2 * (benefit.frequency or others[0].frequency).incidence * benefit.probability
    own = PayoutMoments(
        name=benefit.name, families=COUPLES, mean=np.array([rate * first]), variance=np.array([rate * second])
    )
    moments = PackageMoments(source="exact", benefits=(own,), package=own)
    premium = price_premium(
        moments=moments, community=Community(persons=5000, families=COUPLES), loadings=Loadings(admin=0.2)
    )
    package = Package(benefits=(*others, benefit), families=COUPLES)
    return money_moved(package=package, benefit=benefit, moments=own, premium=premium), premium


OUTPATIENT = Benefit(
    name="OPD", frequency=Poisson(incidence=3.0), severity=Constant(value=200.0), terms=CostTerms()
)


def test_frequent_cheap_visits_are_mostly_money_moving_around():
    found, premium = moved(OUTPATIENT, second_moment=(200.0, 200.0**2))
    assert found.chance_of_claim == pytest.approx(1 - math.exp(-6))
    assert found.risk_removed == pytest.approx(math.sqrt(6) * 200)
    assert found.loadings_per_family == pytest.approx(2 * (premium.total - premium.pure))
    assert found.price_of_risk == pytest.approx(found.loadings_per_family / found.risk_removed)
    assert found.price_of_risk > 0.25
    assert found.mostly_moving_money


def test_rare_and_heavy_stays_are_insurance():
    hospital = Benefit(
        name="hospital",
        frequency=Poisson(incidence=0.04),
        severity=Gamma(mean=18_000, cv=1.0),
        terms=CostTerms(),
    )
    found, _ = moved(hospital, second_moment=(18_000.0, 2 * 18_000.0**2))
    assert found.chance_of_claim == pytest.approx(1 - math.exp(-0.08))
    assert found.price_of_risk < 0.1
    assert not found.mostly_moving_money


def test_a_high_threshold_makes_visits_rare_claims():
    severity = Gamma(mean=200.0, cv=1.0)
    benefit = Benefit(
        name="OPD", frequency=Poisson(incidence=3.0), severity=severity, terms=CostTerms(threshold=1000.0)
    )
    found, _ = moved(benefit, second_moment=(1.0, 500.0))
    assert found.chance_of_claim == pytest.approx(1 - math.exp(-6 * math.exp(-5)), rel=1e-3)
    assert not found.mostly_moving_money


def test_linked_and_daily_benefits_count_their_parents_events():
    days = Benefit(
        name="wages",
        linked_to="OPD",
        probability=0.5,
        severity=DayLaw(mean=2.0, variance_to_mean=1.0),
        terms=WageTerms(rate=100.0, start_day=2, last_day=9),
    )
    found, _ = moved(days, second_moment=(100.0, 20_000.0), others=(OUTPATIENT,))
    paid = 0.5 * (1 - math.exp(-1))
    assert found.chance_of_claim == pytest.approx(1 - math.exp(-6 * paid))
    sampled = Benefit(
        name="wages", linked_to="OPD", severity=Empirical(values=(1.0, 1.0, 3.0, 5.0)), terms=days.terms
    )
    found, _ = moved(sampled, second_moment=(100.0, 20_000.0), others=(OUTPATIENT,))
    assert found.chance_of_claim == pytest.approx(1 - math.exp(-3))


def test_a_benefit_switched_off_or_free_claims_nothing():
    off = Benefit(name="x", frequency=Poisson(incidence=3.0), terms=FixedTerms(amount=5.0), covered=False)
    found, _ = moved(off, second_moment=(0.0, 0.0))
    assert found.chance_of_claim == 0.0
    assert not found.mostly_moving_money
    free = Benefit(
        name="x", frequency=Poisson(incidence=3.0), severity=Constant(value=0.0), terms=CostTerms()
    )
    found, _ = moved(free, second_moment=(0.0, 0.0))
    assert found.chance_of_claim == 0.0
    assert found.price_of_risk is None


@pytest.mark.parametrize(
    "terms",
    [
        CostTerms(event_cap=0.0),
        CostTerms(copay=1.0),
        CostTerms(family_cap=0.0),
        FixedTerms(amount=0.0),
        FixedTerms(amount=5.0, family_cap=0.0),
        WageTerms(rate=0.0, start_day=4, last_day=13),
    ],
)
def test_terms_with_a_nought_where_money_comes_from_pay_nothing(terms):
    assert pays_nothing(terms)


@pytest.mark.parametrize(
    "terms", [CostTerms(), CostTerms(threshold=500.0, copay=0.9), FixedTerms(amount=1.0), WageTerms(rate=1.0)]
)
def test_other_terms_pay_something(terms):
    assert not pays_nothing(terms)
