"""Survey and experience weighed; the premium's change adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.case_value import Case
from calculator.premium import Community, Loadings
from experience.bills import above, cost_factor, events_worth, scaled
from experience.rerate import STEPS, Evidence, change_of, rerate, with_experience, with_trend
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.rng import stream
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

FAMILIES = FamilySizes({2: 0.5, 5: 0.5})
PACKAGE = Package(
    families=FAMILIES,
    benefits=(
        Benefit(
            name="hospital",
            frequency=Poisson(incidence=0.05),
            severity=Lognormal(mean=6_000.0, sigma=1.0),
            terms=CostTerms(threshold=500.0, event_cap=8_000.0, family_cap=20_000.0),
        ),
        Benefit(
            name="birth",
            frequency=Bernoulli(incidence=0.02),
            severity=Constant(value=3_000.0),
            terms=CostTerms(event_cap=2_000.0),
        ),
        Benefit(name="transport", terms=FixedTerms(amount=500.0), linked_to="hospital"),
    ),
)
CASE = Case(
    package=PACKAGE,
    community=Community(persons=1_000, families=FAMILIES),
    loadings=Loadings(),
    exposures=(2_000.0, 2_000.0, None),
)


LAWS_OF_COST = (
    Lognormal(mean=6_000.0, sigma=1.0),
    Gamma(mean=6_000.0, cv=0.8),
    Weibull(mean=6_000.0, cv=1.2),
    Lomax(mean=6_000.0, alpha=2.5),
    Empirical(values=(900.0, 2_500.0, 4_000.0, 7_000.0, 20_000.0)),
)


def evidence(benefit="hospital", claims=120, handed_in=None, billed=None, person_years=1_000.0):
    return Evidence(
        benefit=benefit,
        claims=claims,
        handed_in=claims if handed_in is None else handed_in,
        billed=billed,
        person_years=person_years,
    )


def rerated(*found, asked=2_000.0):
    return rerate(PACKAGE, exposures={"hospital": asked, "birth": asked}, evidence=found)


def test_claims_weigh_as_many_person_years_as_were_insured_against_those_asked():
    birth = rerated(evidence("birth", claims=30))[0]
    assert birth.frequency is not None
    assert birth.frequency.weight == pytest.approx(1 / 3)
    assert birth.frequency.mean == pytest.approx(70 / 3_000)


def test_a_year_without_a_claim_is_believed_no_more_than_one_with_many():
    """40 births in 2,000 person-years asked and none in 1,000 are 40 in 3,000, not next to nothing."""
    none, many = (rerated(evidence("birth", claims=n))[0].frequency for n in (0, 60))
    assert none.weight == pytest.approx(many.weight)
    assert none.mean == pytest.approx(40 / 3_000)
    assert many.mean == pytest.approx(100 / 3_000)


def test_only_events_dear_enough_to_be_paid_are_claims():
    hospital = rerated(evidence(claims=50))[0]
    chance = float(PACKAGE.benefits[0].severity.survival(np.array(500.0)))
    assert hospital.seen == pytest.approx(1_000.0 * chance)
    assert hospital.frequency.experience.mean == pytest.approx(0.05 / chance)


def test_bills_above_a_threshold_are_compared_with_bills_above_it():
    law = Lognormal(mean=6_000.0, sigma=1.0)
    drawn = law.sample(stream(seed=1, chunk=0, purpose="test", name="bills"), 400_000)
    expected = drawn[drawn > 2_000.0].mean()
    found = above(law, 2_000.0)
    assert found.mean == pytest.approx(expected, rel=0.01)
    assert found.sd == pytest.approx(drawn[drawn > 2_000.0].std(), rel=0.03)
    assert above(Empirical(values=(100.0, 300.0, 500.0)), 200.0).mean == pytest.approx(400.0)
    assert above(Constant(value=100.0), 200.0) is None
    usual = above(law, 500.0).mean
    as_priced = rerated(evidence(claims=100, billed=100 * usual))[0].severity
    assert as_priced.mean == pytest.approx(6_000.0)
    dearer = rerated(evidence(claims=100, billed=100 * usual * 1.5))[0].severity
    cheaper = rerated(evidence(claims=100, billed=100 * usual / 1.5))[0].severity
    # About 100 events seen against 100 asked about (2,000 x 0.05), whatever they cost.
    assert dearer.weight == pytest.approx(0.5, abs=0.02)
    assert cheaper.weight == pytest.approx(dearer.weight)


@pytest.mark.parametrize("law", LAWS_OF_COST)
@pytest.mark.parametrize("factor", [0.6, 1.0, 1.3, 2.5])
def test_the_factor_of_all_costs_is_found_from_the_bills_above_a_threshold(law, factor):
    average = above(scaled(law, factor), 3_000.0).mean
    found = cost_factor(law, threshold=3_000.0, average=average)
    assert above(scaled(law, found), 3_000.0).mean == pytest.approx(average)
    if not isinstance(law, Empirical):  # whose average of the bills above jumps: several factors may give it
        assert found == pytest.approx(factor)


def test_without_a_threshold_the_factor_is_the_ratio_and_every_bill_tells_of_one_event():
    law = Lognormal(mean=6_000.0, sigma=1.0)
    assert cost_factor(law, threshold=0.0, average=9_000.0) == pytest.approx(1.5)
    assert events_worth(law, threshold=0.0, bills=80) == pytest.approx(80.0)


def test_bills_that_cannot_be_above_the_threshold_tell_nothing():
    assert cost_factor(Lognormal(mean=6_000.0, sigma=1.0), threshold=500.0, average=400.0) is None
    assert events_worth(Constant(value=900.0), threshold=500.0, bills=10) == 0.0
    assert rerated(evidence(claims=100, billed=100 * 400.0))[0].why_severity == "odd_bills"


def test_what_a_bill_above_the_threshold_is_worth_is_how_far_simulated_factors_scatter():
    law, bills = Lognormal(mean=6_000.0, sigma=1.0), 400
    drawn = law.sample(stream(seed=2, chunk=0, purpose="test", name="bills"), 400_000)
    claimed = drawn[drawn > 5_000.0]
    rows = claimed[: len(claimed) // bills * bills].reshape(-1, bills).mean(axis=1)
    factors = [cost_factor(law, threshold=5_000.0, average=float(each)) for each in rows]
    cv = np.sqrt(law.second_moment) / law.mean
    told = np.sqrt(cv**2 - 1.0) / np.sqrt(events_worth(law, threshold=5_000.0, bills=bills))
    # A standard deviation of n values scatters by 1 / sqrt(2 n); skewed values by somewhat more.
    assert np.std(factors) == pytest.approx(told, rel=4 * 1.5 / np.sqrt(2 * len(factors)))


def test_bills_that_rose_are_not_taken_for_more_illness():
    """All costs half as dear again: a third more pass a threshold of 5,000, and none of them counts."""
    dear = replace(PACKAGE.benefits[0], terms=CostTerms(threshold=5_000.0))
    package = replace(PACKAGE, benefits=(dear,))
    risen = scaled(dear.severity, 1.5)
    passing = above(risen, 5_000.0)
    assert passing.chance > 1.3 * above(dear.severity, 5_000.0).chance
    claims = round(400_000 * 0.05 * passing.chance)
    seen = evidence(claims=claims, billed=claims * passing.mean, person_years=400_000.0)
    found = rerate(package, exposures={"hospital": 1_000.0}, evidence=[seen])[0]
    assert found.severity.mean == pytest.approx(9_000.0, rel=0.01)
    assert found.frequency.mean == pytest.approx(0.05, rel=0.01)
    assert not found.costs_unseen
    moved = with_experience(package, [found]).benefits[0]
    assert moved.severity.mean == pytest.approx(9_000.0, rel=0.01)
    # Without the bills nobody can tell, and the page says so.
    blind = replace(seen, billed=None)
    without = rerate(package, exposures={"hospital": 1_000.0}, evidence=[blind])[0]
    assert without.frequency.mean > 0.065
    assert without.costs_unseen


@pytest.mark.parametrize(
    ("found", "asked", "frequency", "severity"),
    [
        (evidence(), None, "nobody_asked", "no_bills"),
        (evidence(billed=1.0), None, "nobody_asked", "nobody_asked"),
        (evidence("transport"), 2_000.0, "linked", "no_cost"),
        (evidence("birth", billed=9_000.0), 2_000.0, "", "no_spread"),
    ],
)
def test_a_figure_that_cannot_be_weighed_stays_and_says_why(found, asked, frequency, severity):
    one = rerated(found, asked=asked)[0]
    assert (one.why_frequency, one.why_severity) == (frequency, severity)


def test_the_change_of_the_premium_adds_up_line_by_line():
    found = rerated(evidence(claims=90, billed=900_000.0), evidence("birth", claims=5))
    families = FamilySizes({1: 0.5, 3: 0.5})
    change = change_of(
        CASE,
        rerated=found,
        trend=0.08,
        community=Community(persons=700, families=families),
        loadings=Loadings(admin=0.25),
    )
    assert len(change.premiums) == len(STEPS)
    assert sum(change.parts) == pytest.approx(change.totals[-1] - change.totals[0], abs=1e-9)
    assert change.parts[0] > 0.0  # more claims and dearer ones
    assert change.parts[1] > 0.0
    assert change.parts[3] > 0.0  # fewer members, more for running


def test_nothing_changes_where_nothing_changed():
    change = change_of(CASE, rerated=(), trend=0.0, community=CASE.community, loadings=CASE.loadings)
    assert change.parts == (0.0,) * 4


def test_a_trend_makes_bills_dearer_and_leaves_days_and_fixed_amounts():
    days = Benefit(
        name="wage",
        frequency=Poisson(incidence=0.1),
        severity=DayLaw(mean=6.0, variance_to_mean=2.0),
        terms=WageTerms(rate=100.0, start_day=2, last_day=9),
    )
    package = with_trend(replace(PACKAGE, benefits=(*PACKAGE.benefits, days)), 0.1)
    assert package.benefits[0].severity.mean == pytest.approx(6_600.0)
    assert package.benefits[1].severity.value == pytest.approx(3_300.0)
    assert package.benefits[3] == days
    assert scaled(Empirical(values=(1.0, 2.0)), 2.0).values == (2.0, 4.0)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: rerated(evidence(), evidence()), "once"),
        (lambda: rerated(evidence("teeth")), "once"),
        (lambda: evidence(handed_in=3), "handed_in"),
        (lambda: with_trend(PACKAGE, -1.0), "trend"),
    ],
)
def test_what_cannot_be_is_refused(ask, said):
    with pytest.raises(Refused, match=said):
        ask()
