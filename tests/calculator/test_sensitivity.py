"""Which input moves the premium most."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from calculator.premium import price_premium
from calculator.sensitivity import sensitivity, with_caps, with_cost, with_incidence
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.calculator.cases import slide_case

SLIDE = slide_case()


def total(case):
    return price_premium(
        moments=price_exact(case.package), community=case.community, loadings=case.loadings
    ).total


def test_widest_swing_comes_first():
    swings = sensitivity(case=SLIDE, inhabitants=10_000)
    assert {swing.what for swing in swings} == {
        "incidence",
        "cost",
        "caps",
        "take_up",
        "chance_of_bankruptcy",
    }
    widths = [swing.width for swing in swings]
    assert widths == sorted(widths, reverse=True)
    assert swings[0].what == "incidence"


def test_each_swing_is_the_premium_of_the_moved_case():
    swings = {swing.what: swing for swing in sensitivity(case=SLIDE, inhabitants=10_000)}
    dearer = replace(SLIDE, package=with_cost(SLIDE.package, 1.2))
    assert swings["cost"].at_high == pytest.approx(total(dearer), rel=1e-12)
    half = replace(SLIDE, community=replace(SLIDE.community, persons=5000))
    assert swings["take_up"].at_low == pytest.approx(total(half), rel=1e-12)
    safer = replace(SLIDE, loadings=replace(SLIDE.loadings, chance_of_bankruptcy=0.01))
    assert swings["chance_of_bankruptcy"].at_high == pytest.approx(total(safer), rel=1e-12)


def test_more_of_anything_paid_costs_more_and_more_members_less():
    for swing in sensitivity(case=SLIDE, inhabitants=10_000):
        if swing.what == "take_up":
            assert swing.at_low > swing.at_high
        else:
            assert swing.at_low < swing.at_high


def test_take_up_is_left_out_where_the_inhabitants_are_not_known():
    assert "take_up" not in {swing.what for swing in sensitivity(case=SLIDE)}


def test_laws_move_as_far_as_they_may():
    days = WageTerms(rate=100.0, start_day=1, last_day=5)
    package = Package(
        benefits=(
            Benefit(name="birth", frequency=Bernoulli(incidence=0.9), terms=FixedTerms(amount=500.0)),
            Benefit(
                name="visit",
                frequency=Poisson(incidence=49.0),
                severity=Constant(value=10.0),
                terms=CostTerms(),
            ),
            Benefit(name="wage", linked_to="visit", severity=Empirical(values=(1.0, 3.0)), terms=days),
            Benefit(
                name="stay", linked_to="visit", severity=DayLaw(mean=3.0, variance_to_mean=1.0), terms=days
            ),
            Benefit(
                name="test",
                linked_to="visit",
                severity=Empirical(values=(1.0, 3.0)),
                terms=CostTerms(event_cap=50.0, family_cap=80.0),
            ),
        ),
        families=FamilySizes({2: 1.0}),
        family_cap=5000.0,
    )
    birth, visit, wage, *_ = with_incidence(package, 1.2).benefits
    assert (birth.frequency.incidence, visit.frequency.incidence, wage.frequency) == (1.0, 50.0, None)
    birth, visit, wage, stay, test = with_cost(package, 1.5).benefits
    assert birth.severity is None
    assert visit.severity == Constant(value=15.0)
    assert wage.severity == Empirical(values=(1.0, 3.0))
    assert stay.severity.mean == 4.0
    assert test.severity == Empirical(values=(1.5, 4.5))
    moved = with_caps(package, 2.0)
    assert moved.family_cap == 10_000.0
    assert moved.benefits[4].terms == CostTerms(event_cap=100.0, family_cap=160.0)
    assert math.isinf(moved.benefits[1].terms.event_cap)
    assert math.isinf(with_caps(replace(package, family_cap=math.inf), 2.0).family_cap)
