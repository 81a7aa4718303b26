"""The exact engine against direct convolution: caps, links with probabilities, a package cap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.discrete_severity import Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.family_distribution import family_payout
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.simulation import referee

UNIT = 50.0
SIZES = (1, 4)
FAMILIES = FamilySizes({1: 0.4, 4: 0.6})

incidences = st.floats(0.01, 0.5)
frequencies = st.one_of(
    st.builds(Poisson, incidence=incidences),
    st.builds(NegativeBinomial, incidence=incidences, variance_to_mean=st.floats(1.05, 1.8)),
    st.builds(Bernoulli, incidence=incidences),
)
money = st.integers(0, 12).map(lambda hundreds: 100.0 * hundreds)
caps = st.one_of(st.just(float("inf")), st.integers(1, 30).map(lambda hundreds: 100.0 * hundreds))
samples = st.builds(
    Empirical,
    values=st.lists(st.integers(0, 15).map(lambda hundreds: 100.0 * hundreds), min_size=1, max_size=5).map(
        tuple
    ),
)
days = st.builds(Empirical, values=st.lists(st.integers(1, 12).map(float), min_size=1, max_size=5).map(tuple))


@st.composite
def ways_to_pay(draw):
    kind = draw(st.sampled_from(["cost", "fixed", "wage"]))
    family_cap = draw(caps)
    if kind == "fixed":
        return {"terms": FixedTerms(amount=draw(money), family_cap=family_cap)}
    if kind == "wage":
        start = draw(st.integers(1, 4))
        terms = WageTerms(
            rate=draw(st.sampled_from([0.0, 50.0, 100.0])),
            start_day=start,
            last_day=start + draw(st.integers(0, 8)),
            family_cap=family_cap,
        )
        return {"terms": terms, "severity": draw(days)}
    terms = CostTerms(
        threshold=draw(st.sampled_from([0.0, 100.0, 300.0])),
        copay=draw(st.sampled_from([0.0, 0.5, 1.0])),
        event_cap=draw(caps),
        family_cap=family_cap,
    )
    return {"terms": terms, "severity": draw(samples)}


@st.composite
def packages(draw):
    covered = st.booleans() | st.just(True)
    benefits = [
        Benefit(name="stay", frequency=draw(frequencies), covered=draw(covered), **draw(ways_to_pay())),
        Benefit(name="injury", frequency=draw(frequencies), **draw(ways_to_pay())),
    ]
    benefits += [
        Benefit(
            name=f"child {index}",
            linked_to="stay",
            probability=draw(st.sampled_from([0.0, 0.3, 1.0])),
            covered=draw(covered),
            **draw(ways_to_pay()),
        )
        for index in range(draw(st.integers(0, 2)))
    ]
    return Package(benefits=tuple(benefits), families=FAMILIES, family_cap=draw(caps))


@settings(max_examples=120, deadline=None)
@given(packages())
def test_every_package_of_whole_units_is_priced_as_direct_convolution_prices_it(package):
    answer = price_exact(package)
    assert answer.failed_checks == ()
    for place, size in enumerate(SIZES):
        for benefit in answer.benefits:
            mean, variance = referee.benefit_moments(package, benefit.name, size, UNIT)
            assert benefit.mean[place] == pytest.approx(mean, rel=1e-8, abs=1e-8)
            assert benefit.variance[place] == pytest.approx(variance, rel=1e-8, abs=1e-4)
        pmf = referee.family_pmf(package, size, UNIT)
        mean, variance = referee.moments(pmf, UNIT)
        assert answer.package.mean[place] == pytest.approx(mean, rel=1e-8, abs=1e-6)
        assert answer.package.variance[place] == pytest.approx(variance, rel=1e-8, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(packages())
def test_a_family_distribution_on_the_units_is_the_convolution_itself(package):
    nodes = 400
    found = family_payout(package, span=UNIT, nodes=nodes)
    for place, size in enumerate(SIZES):
        pmf = referee.family_pmf(package, size, UNIT)
        expected = np.zeros(nodes)
        expected[: min(nodes, len(pmf))] = pmf[:nodes]
        np.testing.assert_allclose(found.probabilities[place], expected, rtol=0, atol=1e-9)
        assert found.beyond[place] == pytest.approx(1.0 - expected.sum(), abs=1e-8)
