"""Control limits hold the yearly rate they state, also under family caps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calculator.case_reader import read_case
from experience.monitor import crossings, independent_looks, level_for, month_limits
from experience.months import EVEN, draw_paid_up_to, month_laws, paid_up_to, part_of_year
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.scheme import scheme_distribution
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms
from tests.makers import SLIDE_FAMILIES

FAMILIES = FamilySizes({int(size): share for size, share in SLIDE_FAMILIES.items()})
PERSONS = 600


def package(family_cap=10_000.0, incidence=0.2):
    return Package(
        families=FAMILIES,
        benefits=(
            Benefit(
                name="hospital",
                frequency=Poisson(incidence=incidence),
                severity=Lognormal(mean=6_000.0, sigma=1.0),
                terms=CostTerms(event_cap=5_000.0, family_cap=family_cap),
            ),
            Benefit(name="transport", terms=FixedTerms(amount=500.0), linked_to="hospital", probability=0.5),
        ),
    )


def yearly_rate(priced, limits, *, persons=PERSONS, years=3_000, seasons=EVEN, seed=5):
    """Share of simulated years that cross a limit in some month, and its standard error."""
    sizes = np.repeat(FAMILIES.sizes, FAMILIES.counts_for(persons=persons))
    paid = draw_paid_up_to(priced, sizes=np.tile(sizes, years), seasons=seasons, seed=seed)
    of_scheme = paid.reshape(years, len(sizes), 12).sum(axis=1)
    crossed = ((of_scheme > limits.upper) | (of_scheme < limits.lower)).any(axis=1)
    return crossed.mean(), np.sqrt(limits.rate * (1 - limits.rate) / years)


def test_twelve_looks_at_5_percent_would_cry_wolf_in_46_of_100_good_years():
    assert independent_looks(0.05) == pytest.approx(0.46, abs=0.005)


@pytest.mark.parametrize("family_cap", [4_000.0, np.inf], ids=["caps that bind", "no cap"])
def test_a_good_year_raises_an_alarm_as_often_as_stated(family_cap):
    priced = package(family_cap)
    limits = month_limits(priced, persons=PERSONS)
    rate, error = yearly_rate(priced, limits)
    assert rate == pytest.approx(limits.rate, abs=4 * error)
    assert limits.level < limits.rate / 2


def test_the_rate_holds_with_seasons_and_where_persons_fall_ill_again_and_again():
    seasons = np.array([3.0] * 3 + [1.0] * 9) / 18.0
    first = package()
    often = replace(first.benefits[0], frequency=NegativeBinomial(incidence=0.2, variance_to_mean=2.5))
    priced = replace(first, benefits=(often, first.benefits[1]))
    limits = month_limits(priced, persons=PERSONS, seasons=seasons)
    rate, error = yearly_rate(priced, limits, seasons=seasons)
    assert rate == pytest.approx(limits.rate, abs=4 * error)


def test_a_scheme_that_falls_ill_a_quarter_more_than_priced_is_found_out():
    limits = month_limits(package(), persons=PERSONS)
    rate, _error = yearly_rate(package(incidence=0.25), limits, years=500)
    assert rate > 0.4


def test_simulated_months_agree_with_the_exact_distribution_of_each_month():
    priced = package(4_000.0)
    counts = FAMILIES.counts_for(persons=200_000)
    paid = draw_paid_up_to(priced, sizes=np.repeat(FAMILIES.sizes, counts))
    for month in (1, 6, 12):
        exact = scheme_distribution(part_of_year(priced, month / 12), 200_000)
        assert paid[:, month - 1].sum() == pytest.approx(exact.mean, abs=4 * exact.sd)
    assert (np.diff(paid, axis=1) >= 0.0).all()


def test_months_without_caps_hang_together_like_a_walk_of_independent_steps():
    found = month_laws(package(np.inf), persons=PERSONS).correlation
    months_ = np.arange(1, 13)
    walk = np.sqrt(np.minimum.outer(months_, months_) / np.maximum.outer(months_, months_))
    assert found == pytest.approx(walk, abs=0.03)


def test_a_part_of_the_year_keeps_the_kind_of_counting_law():
    for law in (
        Poisson(incidence=0.2),
        NegativeBinomial(incidence=0.2, variance_to_mean=2.0),
        Bernoulli(incidence=0.2),
    ):
        whole = replace(package(), benefits=(replace(package().benefits[0], frequency=law),))
        part = part_of_year(whole, 0.25).benefits[0].frequency
        assert type(part) is type(law)
        assert part.incidence == pytest.approx(0.05)


def test_one_look_alone_needs_no_correction():
    assert level_for(0.05, correlation=np.ones((1, 1))) == pytest.approx(0.025, abs=0.001)
    apart = level_for(0.05, correlation=np.eye(12))
    assert independent_looks(2 * apart) == pytest.approx(0.05, abs=0.002)


def test_limits_lie_around_the_mean_and_months_outside_are_named_with_their_side():
    limits = month_limits(package(), persons=PERSONS)
    assert (limits.lower <= limits.mean).all()
    assert (limits.mean <= limits.upper).all()
    steady = np.diff(limits.mean, prepend=0.0)
    assert crossings(limits, list(steady)) == ()
    dear = crossings(limits, list(1.6 * steady))
    assert dear[-1].month == 12
    assert {one.side for one in dear} == {"above"}
    assert {one.side for one in crossings(limits, list(0.3 * steady))} == {"below"}


def test_the_slide_s_package_stays_within_seven_percent_in_a_good_year():
    case = read_case(json.loads((Path(__file__).parents[1] / "data" / "slide-package.json").read_text()))
    limits = month_limits(case.package, persons=5_000)
    assert limits.mean[-1] == pytest.approx(5_000 * 367.5, rel=0.01)
    assert limits.upper[-1] / limits.mean[-1] == pytest.approx(1.07, abs=0.01)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: month_limits(package(), persons=PERSONS, rate=5.0), "5 in 100 is 0.05"),
        (lambda: paid_up_to(package(), persons=PERSONS, seasons=(0.5, 0.5)), "each of 12 months"),
        (lambda: paid_up_to(package(), persons=PERSONS, seasons=(0.1,) * 12), "together they are 1"),
        (lambda: level_for(0.05, correlation=np.array([[1.0, 2.0], [2.0, 1.0]])), "not a correlation"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(ask, said):
    with pytest.raises(Refused, match=said):
        ask()


def test_a_package_that_pays_nothing_has_months_that_say_nothing_of_each_other():
    nothing = replace(package(), benefits=(replace(package().benefits[0], covered=False),))
    assert month_laws(nothing, persons=50).correlation == pytest.approx(np.eye(12))
