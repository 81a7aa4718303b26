"""Many terms on the same families: each figure is the one that the terms would have had alone."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.menu import default_menu, round_steps
from simulation.engine.severity import Constant, Empirical, Gamma, Lomax
from simulation.engine.simulated_terms import MenuLayers
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.simulation.montecarlo_cases import (
    CAESAREAN,
    HOSPITAL,
    INJURY,
    LINKED_TRANSPORT,
    OPD,
    WAGE,
    a_plan,
    simulated,
)

LINKED_LAB = dataclasses.replace(
    OPD,
    name="lab",
    frequency=None,
    linked_to="OPD",
    probability=0.3,
    severity=Gamma(mean=400.0, cv=0.8),
)
IN_WHOLE_HUNDREDS = dataclasses.replace(
    INJURY, name="in whole hundreds", severity=Empirical(values=(100.0, 100.0, 300.0, 700.0))
)
EVERY_KIND = (HOSPITAL, LINKED_TRANSPORT, WAGE, OPD, LINKED_LAB, CAESAREAN, IN_WHOLE_HUNDREDS)


@pytest.mark.parametrize("benefit", EVERY_KIND, ids=lambda benefit: benefit.name)
def test_every_line_of_a_menu_is_what_its_terms_give_as_the_packages_own(benefit):
    """The menu's layers, sorted singles and histograms against ``payout`` on the same drawn events."""
    menu = default_menu(benefit)[:: max(1, len(default_menu(benefit)) // 23)]
    group = (*(parent for parent in EVERY_KIND if benefit.linked_to == parent.name), benefit)
    priced = simulated(a_plan(*group, families=9000, chunk_families=4000, menus={benefit.name: menu})).menus[
        benefit.name
    ]
    for position, terms in enumerate(menu):
        own = dataclasses.replace(benefit, terms=terms)
        line = simulated(a_plan(*group[:-1], own, families=9000, chunk_families=4000)).moments.benefits[-1]
        found = priced.moments(position)
        for name in ("mean", "variance", "mean_error"):
            expected, value = getattr(line, name), getattr(found, name)
            np.testing.assert_allclose(value, expected, rtol=1e-6, atol=1e-6 * line.mean.max())
        assert found.pure_error == pytest.approx(line.pure_error, rel=1e-6, abs=1e-6 * line.pure)
        assert priced.sigma[position] == pytest.approx(line.sigma, rel=1e-9, abs=1e-9)


TERMS = (
    CostTerms(),
    CostTerms(threshold=300.0, copay=0.3, event_cap=500.0),
    CostTerms(copay=1.0),
    CostTerms(event_cap=0.0),
    WageTerms(rate=120.0, start_day=3, last_day=9),
    WageTerms(rate=0.0),
)


@pytest.mark.parametrize("terms", TERMS, ids=repr)
def test_a_layer_pays_what_its_terms_pay(terms):
    cost = np.array([0.0, 1.0, 2.0, 3.0, 9.0, 300.0, 300.01, 1014.0, 1e6])
    layers = MenuLayers.of((terms,))
    layered = layers.scale * np.minimum(np.maximum(cost - layers.threshold, 0.0), layers.width)
    np.testing.assert_allclose(layered, terms.payout(cost), rtol=1e-12, atol=1e-9)


def test_copays_that_mean_the_same_layer_share_it():
    layers = MenuLayers.of((CostTerms(copay=0.2, event_cap=800.0), CostTerms(copay=0.1, event_cap=900.0)))
    assert layers.width[0] == layers.width[1] == 1000.0


def test_a_higher_cap_or_a_lower_threshold_or_copay_never_costs_less():
    """On the same families this holds exactly, not within an error."""
    menu = default_menu(HOSPITAL)
    pure = (
        simulated(a_plan(HOSPITAL, families=20_000, menus={"hospitalisation": menu}))
        .menus["hospitalisation"]
        .pure
    )
    box = pure.reshape(6, 9, 5, 8)
    slack = 1e-9 * pure.max()
    assert np.all(np.diff(box, axis=0) <= slack)
    assert np.all(np.diff(box, axis=1) >= -slack)
    assert np.all(np.diff(box, axis=2) <= slack)
    assert np.all(np.diff(box, axis=3) >= -slack)
    assert box[0, -1, 0, -1] == pure.max()


@pytest.mark.parametrize(
    ("benefit", "terms"), [(HOSPITAL, 2160), (OPD, 2160), (WAGE, 2304), (CAESAREAN, 108)]
)
def test_default_menus_hold_their_number_of_distinct_terms_the_benefit_may_have(benefit, terms):
    menu = default_menu(benefit)
    assert len(menu) == len(set(menu)) == terms <= 2560
    for chosen in menu:
        dataclasses.replace(benefit, terms=chosen)


def test_the_default_menu_follows_the_risk_and_not_the_terms_typed_today():
    other = dataclasses.replace(HOSPITAL, terms=CostTerms(threshold=123.0, family_cap=77_777.0))
    assert default_menu(other) == default_menu(HOSPITAL)


def test_the_menu_of_a_hospital_stay_has_round_steps_around_its_cost():
    menu = default_menu(HOSPITAL)
    assert sorted({terms.threshold for terms in menu}) == [0, 500, 1000, 2000, 5000, 10_000]
    caps = [1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 50_000, math.inf]
    assert sorted({terms.event_cap for terms in menu}) == caps
    family_caps = [5000, 10_000, 20_000, 30_000, 50_000, 100_000, 200_000, math.inf]
    assert sorted({terms.family_cap for terms in menu}) == family_caps


def test_a_cost_without_variance_is_offered_under_a_cap_only():
    menu = default_menu(dataclasses.replace(HOSPITAL, severity=Lomax(mean=18_000.0, alpha=1.8)))
    assert len(menu) == 2160 - 6 * 5
    assert all(math.isfinite(min(terms.event_cap, terms.family_cap)) for terms in menu)


@pytest.mark.parametrize(
    "benefit",
    [
        dataclasses.replace(CAESAREAN, terms=FixedTerms(amount=0.0)),
        dataclasses.replace(WAGE, terms=WageTerms(rate=0.0)),
        dataclasses.replace(HOSPITAL, severity=Constant(value=0.0)),
    ],
    ids=["amount", "rate", "cost"],
)
def test_a_scale_of_nothing_still_has_a_menu(benefit):
    assert len(default_menu(benefit)) > 100


def test_round_steps_go_up_through_the_powers_of_ten():
    assert round_steps(0.9, count=6) == (1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
    assert round_steps(0.03, count=3) == (0.03, 0.05, 0.1)
    assert round_steps(9.9e5, count=2, steps=(1.0, 2.0, 5.0)) == (1e6, 2e6)


def test_the_pure_premium_of_a_menu_needs_no_equal_sizes():
    families = FamilySizes({2: 0.9, 11: 0.1})
    benefit = dataclasses.replace(INJURY, terms=CostTerms(), frequency=Poisson(incidence=0.5))
    two = (CostTerms(), CostTerms(copay=0.5))
    found = simulated(a_plan(benefit, sizes=families, families=1_000_000, menus={"injury": two}))
    menu = found.menus["injury"]
    assert abs(menu.pure[0] - 300.0) < 4.0 * menu.pure_error[0]
    assert menu.pure[1] == pytest.approx(menu.pure[0] / 2.0, rel=1e-12)
