"""Laws that hold whatever the numbers: closed forms, monotonicity, rescaling, splitting."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact, price_menu
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

FAMILIES = FamilySizes({1: 0.3, 3: 0.4, 5: 0.2, 12: 0.1})

frequencies = st.one_of(
    st.builds(Poisson, incidence=st.floats(1e-4, 3.0)),
    st.builds(NegativeBinomial, incidence=st.floats(1e-4, 3.0), variance_to_mean=st.floats(1.01, 10.0)),
    st.builds(Bernoulli, incidence=st.floats(1e-4, 1.0)),
)
means = st.floats(50.0, 50_000.0)
smooth = st.one_of(
    st.builds(Lognormal, mean=means, sigma=st.floats(0.2, 2.5)),
    st.builds(Gamma, mean=means, cv=st.floats(0.2, 3.0)),
    st.builds(Weibull, mean=means, cv=st.floats(0.2, 3.0)),
    st.builds(Lomax, mean=means, alpha=st.floats(2.2, 6.0)),
)
shares = st.floats(0.0, 0.95)


def price(frequency, severity, *terms):
    with np.errstate(all="raise"):
        found = price_menu(frequency=frequency, severity=severity, terms=terms, families=FAMILIES)
    assert all(check.passed for check in found.checks), found.checks
    return found


@settings(max_examples=60, deadline=None)
@given(frequencies, smooth, shares)
def test_without_caps_mean_and_variance_are_the_closed_form(frequency, severity, copay):
    found = price(frequency, severity, CostTerms(copay=copay))
    events = frequency.incidence * FAMILIES.sizes
    paid, square = (1 - copay) * severity.mean, (1 - copay) ** 2 * severity.second_moment
    np.testing.assert_allclose(found.mean[0], events * paid, rtol=1e-9)
    spread = square - paid**2 + frequency.variance_to_mean * paid**2
    np.testing.assert_allclose(found.variance[0], events * spread, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(frequencies, smooth, st.floats(0.0, 3.0), st.floats(0.01, 5.0))
def test_under_threshold_and_event_cap_the_closed_form_holds_with_the_layer_by_quadrature(
    frequency, severity, threshold, cap
):
    threshold, cap = threshold * severity.mean, cap * severity.mean
    found = price(frequency, severity, CostTerms(threshold=threshold, event_cap=cap))
    # E[Y] = integral of the survival function over the layer; geometric pieces, for it may be steep near 0
    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = np.concatenate([[0.0], np.geomspace(cap * 1e-6, cap, 40)])
    width = np.diff(edges)[:, None]
    at = edges[:-1, None] + width * (nodes + 1.0) / 2.0
    survival = severity.survival(threshold + at) * width * weights / 2.0
    paid, square = survival.sum(), 2.0 * (at * survival).sum()
    events = frequency.incidence * FAMILIES.sizes
    np.testing.assert_allclose(found.mean[0], events * paid, rtol=1e-5)
    spread = square + (frequency.variance_to_mean - 1.0) * paid**2
    np.testing.assert_allclose(found.variance[0], events * spread, rtol=1e-4)


@settings(max_examples=40, deadline=None)
@given(frequencies, smooth, st.floats(0.05, 3.0), st.floats(0.2, 8.0), shares)
def test_a_copay_is_the_rescaled_contract_without_one(frequency, severity, cap, family_cap, copay):
    cap, family_cap = cap * severity.mean, family_cap * cap * severity.mean
    rest = 1.0 - copay
    found = price(
        frequency,
        severity,
        CostTerms(threshold=100.0, copay=copay, event_cap=rest * cap, family_cap=rest * family_cap),
        CostTerms(threshold=100.0, event_cap=cap, family_cap=family_cap),
    )
    np.testing.assert_allclose(found.mean[0], rest * found.mean[1], rtol=1e-9)
    np.testing.assert_allclose(found.variance[0], rest**2 * found.variance[1], rtol=1e-7, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(frequencies, smooth, st.floats(0.05, 3.0), st.floats(0.2, 8.0), st.floats(0.01, 1000.0))
def test_money_in_another_currency_scales_mean_and_variance(frequency, severity, cap, family_cap, rate):
    terms = CostTerms(
        threshold=0.1 * severity.mean,
        event_cap=cap * severity.mean,
        family_cap=family_cap * cap * severity.mean,
    )
    foreign = CostTerms(
        threshold=rate * terms.threshold, event_cap=rate * terms.event_cap, family_cap=rate * terms.family_cap
    )
    here = price(frequency, severity, terms)
    there = price(frequency, dataclasses.replace(severity, mean=rate * severity.mean), foreign)
    np.testing.assert_allclose(there.mean, rate * here.mean, rtol=1e-7)
    scale = rate**2 * (here.variance + 1e-9 * here.mean**2)
    assert np.all(np.abs(there.variance - rate**2 * here.variance) <= 1e-6 * scale)


@settings(max_examples=40, deadline=None)
@given(
    frequencies,
    smooth,
    st.sampled_from(["threshold", "copay", "event_cap", "family_cap"]),
    st.floats(0.3, 4.0),
)
def test_a_better_cover_never_costs_less(frequency, severity, what, level):
    base = CostTerms(
        threshold=0.2 * severity.mean,
        copay=0.2,
        event_cap=level * severity.mean,
        family_cap=2 * level * severity.mean,
    )
    better = {
        "threshold": 0.5 * base.threshold,
        "copay": 0.1,
        "event_cap": 1.3 * base.event_cap,
        "family_cap": 1.3 * base.family_cap,
    }[what]
    found = price(frequency, severity, base, dataclasses.replace(base, **{what: better}))
    assert np.all(found.mean[1] >= found.mean[0] * (1.0 - 5e-5))


@settings(max_examples=40, deadline=None)
@given(frequencies, smooth, st.floats(0.05, 3.0))
def test_a_family_cap_that_cannot_bind_is_no_family_cap(frequency, severity, cap):
    cap *= severity.mean
    found = price(
        frequency, severity, CostTerms(event_cap=cap, family_cap=1e5 * cap), CostTerms(event_cap=cap)
    )
    np.testing.assert_allclose(found.mean[0], found.mean[1], rtol=1e-12)
    np.testing.assert_allclose(found.variance[0], found.variance[1], rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    st.builds(Poisson, incidence=st.floats(1e-4, 3.0)) | st.builds(Bernoulli, incidence=st.floats(1e-4, 1.0)),
    st.sampled_from([Lognormal(mean=1000.0, sigma=1.0), Gamma(mean=1000.0, cv=0.8)]),
)
def test_a_family_cap_just_short_of_never_binding_agrees_with_the_closed_form(frequency, severity):
    cap, free = 500.0, CostTerms(event_cap=500.0)
    events = frequency.incidence * 12.0
    far = cap * (events + 5.0 * math.sqrt(events) + 5.0)
    found = price(frequency, severity, dataclasses.replace(free, family_cap=far), free)
    assert np.all(found.mean[0] <= found.mean[1] * (1 + 1e-9))
    np.testing.assert_allclose(found.mean[0], found.mean[1], rtol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 2.0), smooth, st.floats(0.1, 3.0))
def test_splitting_a_poisson_benefit_in_two_halves_changes_nothing(incidence, severity, cap):
    def benefit(name, share):
        terms = CostTerms(event_cap=cap * severity.mean)
        return Benefit(
            name=name, frequency=Poisson(incidence=share * incidence), severity=severity, terms=terms
        )

    whole = price_exact(Package(benefits=(benefit("a", 1.0),), families=FAMILIES))
    halves = price_exact(Package(benefits=(benefit("a", 0.5), benefit("b", 0.5)), families=FAMILIES))
    np.testing.assert_allclose(halves.package.mean, whole.package.mean, rtol=1e-9)
    np.testing.assert_allclose(halves.package.variance, whole.package.variance, rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(frequencies, smooth, st.floats(0.1, 3.0), st.floats(0.5, 6.0))
def test_a_benefit_linked_with_certainty_under_the_same_terms_doubles_the_sum(
    frequency, severity, cap, family_cap
):
    terms = CostTerms(event_cap=cap * severity.mean, family_cap=family_cap * cap * severity.mean)
    parent = Benefit(name="stay", frequency=frequency, severity=severity, terms=terms)
    child = Benefit(name="again", linked_to="stay", severity=severity, terms=terms)
    answer = price_exact(Package(benefits=(parent, child), families=FAMILIES))
    alone = price_exact(Package(benefits=(parent,), families=FAMILIES))
    assert answer.failed_checks == ()
    np.testing.assert_allclose(answer.package.mean, 2.0 * alone.package.mean, rtol=1e-9)
    # linked sums vary more than unrelated ones unless the count is underdispersed, at most as twice the same
    assert np.all(
        answer.package.variance <= 4.0 * alone.package.variance * (1 + 1e-9) + 1e-9 * alone.package.mean**2
    )
    if not isinstance(frequency, Bernoulli):
        assert np.all(answer.package.variance >= 2.0 * alone.package.variance * (1 - 1e-9) - 1e-9)


def test_an_uncovered_parent_pays_nothing_but_its_child_is_still_paid():
    parent = Benefit(
        name="stay",
        frequency=Poisson(incidence=0.1),
        severity=Lognormal(mean=1000.0, sigma=1.0),
        terms=CostTerms(),
        covered=False,
    )
    child = Benefit(name="transport", linked_to="stay", probability=0.5, terms=FixedTerms(amount=300.0))
    answer = price_exact(Package(benefits=(parent, child), families=FAMILIES))
    assert not answer.benefits[0].mean.any()
    np.testing.assert_allclose(answer.package.mean, 0.1 * 0.5 * 300.0 * FAMILIES.sizes, rtol=1e-12)
    np.testing.assert_allclose(answer.package.variance, 0.1 * 0.5 * 300.0**2 * FAMILIES.sizes, rtol=1e-12)


def test_linked_benefits_without_family_caps_have_the_covariance_of_their_counts():
    frequency = NegativeBinomial(incidence=0.3, variance_to_mean=2.5)
    parent = Benefit(
        name="stay",
        frequency=frequency,
        severity=Gamma(mean=2000.0, cv=1.0),
        terms=CostTerms(event_cap=3000.0),
    )
    child = Benefit(name="transport", linked_to="stay", probability=0.7, terms=FixedTerms(amount=500.0))
    answer = price_exact(Package(benefits=(parent, child), families=FAMILIES))
    count_variance = 0.3 * 2.5 * FAMILIES.sizes
    paid = answer.benefits[0].mean / (0.3 * FAMILIES.sizes)
    covariance = paid * 0.7 * 500.0 * count_variance
    total = answer.benefits[0].variance + answer.benefits[1].variance + 2.0 * covariance
    np.testing.assert_allclose(answer.package.variance, total, rtol=1e-10)


def test_wage_loss_pays_the_days_from_start_to_last_day():
    law = DayLaw(mean=6.0, variance_to_mean=3.0)
    terms = WageTerms(rate=250.0, start_day=4, last_day=13)
    found = price(Poisson(incidence=0.042), law, terms)
    reached = law.days_at_least(13)[3:]
    days = reached.sum()
    square = ((2.0 * np.arange(1, 11) - 1.0) * reached).sum()
    np.testing.assert_allclose(found.mean[0], 0.042 * FAMILIES.sizes * 250.0 * days, rtol=1e-12)
    np.testing.assert_allclose(found.variance[0], 0.042 * FAMILIES.sizes * 250.0**2 * square, rtol=1e-12)


def test_a_constant_cost_is_a_fixed_amount():
    found = price(
        Poisson(incidence=0.8), Constant(value=700.0), CostTerms(threshold=100.0, family_cap=1900.0)
    )
    fixed = price(Poisson(incidence=0.8), None, FixedTerms(amount=600.0, family_cap=1900.0))
    np.testing.assert_allclose(found.mean, fixed.mean, rtol=1e-14)
    np.testing.assert_allclose(found.variance, fixed.variance, rtol=1e-14)


def test_a_sample_of_uneven_costs_under_a_family_cap_is_near_the_truth_of_its_lattice_of_paise():
    # values with no common step of money in reach: their own step would take far too many nodes
    values = (1234.56, 777.77, 3333.33, 98.7, 2048.02)
    coarse = price(Poisson(incidence=0.4), Empirical(values=values), CostTerms(family_cap=4100.0))
    rounded = tuple(round(value / 10.0) * 10.0 for value in values)
    near = price(Poisson(incidence=0.4), Empirical(values=rounded), CostTerms(family_cap=4100.0))
    np.testing.assert_allclose(coarse.mean, near.mean, rtol=3e-3)
    assert coarse.mean[0, 0] == pytest.approx(0.4 * np.mean(values), rel=0.05)
