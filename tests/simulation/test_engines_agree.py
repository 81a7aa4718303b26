"""Two engines that share no formula price the same random contracts: within four standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.montecarlo import SimulationPlan, merge_chunks, simulate_chunk
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

CASES = 500
CHUNKS = 16
FAMILIES = 32_000
STANDARD_ERRORS = 4.0
# The variance's own error is taken from sixteen chunks, so it is itself uncertain: seven, not four.
VARIANCE_STANDARD_ERRORS = 7.0

share = st.floats(0.0, 1.0).map(lambda value: round(value, 2))
amount = st.sampled_from([100.0, 300.0, 700.0, 1000.0, 2500.0, 9000.0])
cap = st.one_of(st.just(math.inf), amount, amount.map(lambda value: 4 * value))
incidence = st.sampled_from([0.003, 0.02, 0.1, 0.5, 2.0])
frequency = st.one_of(
    st.builds(Poisson, incidence=incidence),
    st.builds(NegativeBinomial, incidence=incidence, variance_to_mean=st.sampled_from([1.2, 2.0, 5.0])),
    st.builds(Bernoulli, incidence=st.sampled_from([0.003, 0.1, 0.6])),
)
severity = st.one_of(
    st.builds(Lognormal, mean=amount, sigma=st.sampled_from([0.4, 1.0, 1.5])),
    st.builds(Gamma, mean=amount, cv=st.sampled_from([0.5, 1.0, 2.0])),
    st.builds(Weibull, mean=amount, cv=st.sampled_from([0.5, 1.0, 2.0])),
    st.builds(Lomax, mean=amount, alpha=st.sampled_from([2.6, 4.0])),
    st.builds(Empirical, values=st.lists(amount, min_size=1, max_size=5).map(tuple)),
    st.builds(Constant, value=amount),
)
days = st.builds(DayLaw, mean=st.sampled_from([1.0, 3.0, 7.0]), variance_to_mean=st.sampled_from([1.0, 4.0]))
cost_terms = st.builds(
    CostTerms,
    threshold=st.sampled_from([0.0, 50.0, 150.0]),
    copay=st.sampled_from([0.0, 0.2, 0.75]),
    event_cap=cap,
    family_cap=cap,
)
fixed_terms = st.builds(FixedTerms, amount=amount, family_cap=cap)
wage_terms = st.builds(
    WageTerms,
    rate=st.sampled_from([50.0, 200.0]),
    start_day=st.integers(1, 4),
    last_day=st.integers(4, 15),
    family_cap=cap,
)
families = st.sampled_from(
    [
        FamilySizes({1: 1.0}),
        FamilySizes({1: 0.3, 3: 0.4, 7: 0.3}),
        FamilySizes({2: 0.5, 5: 0.4, 12: 0.1}),
    ]
)


@st.composite
def benefits(draw, name, parent=None):
    terms, law = draw(
        st.one_of(
            st.tuples(cost_terms, severity),
            st.tuples(fixed_terms, st.none()),
            st.tuples(wage_terms, days),
        )
    )
    origin = (
        {"frequency": draw(frequency)}
        if parent is None
        else {"linked_to": parent, "probability": draw(share)}
    )
    return Benefit(name=name, terms=terms, severity=law, covered=draw(st.booleans()) or name == "a", **origin)


@st.composite
def packages(draw):
    rows = [draw(benefits("a"))]
    rows += [draw(benefits(f"a{number}", parent="a")) for number in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        rows.append(draw(benefits("b")))
    family_cap = draw(st.sampled_from([math.inf, math.inf, 2000.0, 12000.0]))
    return Package(benefits=tuple(rows), families=draw(families), family_cap=family_cap)


def variance_error(plan, chunks):
    """Standard error of the package's variance per person, from the spread of the chunks."""
    found = [_one_chunk(plan, index, chunk) for index, chunk in enumerate(chunks)]
    return np.std(found, ddof=1) / math.sqrt(len(found))


def _one_chunk(plan, index, chunk):
    alone = SimulationPlan(
        package=plan.package, seed=plan.seed, families=plan.families_in(index), chunk_families=FAMILIES
    )
    first = chunk.copy()
    first[0] = 0.0
    return merge_chunks(alone, [first]).moments.package.variance_per_person


@pytest.mark.filterwarnings("error")
@settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(package=packages())
def test_the_engines_agree_on_random_contracts(package):
    exact = price_exact(package)
    assert exact.failed_checks == ()
    plan = SimulationPlan(package=package, seed=7, families=FAMILIES, chunk_families=FAMILIES // CHUNKS)
    chunks = [simulate_chunk(plan, index) for index in range(plan.chunk_count)]
    simulated = merge_chunks(plan, chunks).moments
    pairs = zip((*exact.benefits, exact.package), (*simulated.benefits, simulated.package), strict=True)
    for truth, found in pairs:
        allowed = STANDARD_ERRORS * found.pure_error + 2e-5 * truth.pure + 1e-12
        assert abs(found.pure - truth.pure) <= allowed, (truth.name, truth.pure, found.pure)
    spread = variance_error(plan, chunks)
    truth, found = exact.package.variance_per_person, simulated.package.variance_per_person
    assert abs(found - truth) <= VARIANCE_STANDARD_ERRORS * spread + 1e-4 * truth + 1e-9, (
        truth,
        found,
        spread,
    )
