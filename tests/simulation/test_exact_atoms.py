"""Payouts on points that share no step: priced against a sum over how often each point comes.

The events of a Poisson benefit that cost one of three values are three independent Poisson counts, so a
family's year is a sum over a small grid of counts, without any lattice.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.engine.discrete_severity import DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms, Terms, WageTerms

SIZE = 4
MOST = 25


def priced(severity: Severity, terms: Terms, incidence: float):
    benefit = Benefit(name="a", frequency=Poisson(incidence=incidence), severity=severity, terms=terms)
    return price_exact(Package(benefits=(benefit,), families=FamilySizes({SIZE: 1.0})))


def summed(severity: Empirical, terms: CostTerms, incidence: float) -> tuple[float, float]:
    values, probabilities = severity.atoms
    payouts = terms.payout(values)
    n = np.arange(MOST + 1)
    total, chance = np.zeros(1), np.ones(1)
    for payout, probability in zip(payouts, probabilities, strict=True):
        counts = stats.poisson.pmf(n, incidence * SIZE * probability)
        total = (total[:, None] + payout * n).ravel()
        chance = (chance[:, None] * counts).ravel()
    paid = np.minimum(total, terms.family_cap)
    mean = float(chance @ paid)
    return mean, float(chance @ (paid - mean) ** 2)


CAPPED = CostTerms(copay=0.3, event_cap=3000, family_cap=5000)
HARD = [
    (Empirical(values=(300, 4282, 9000), weights=(0.1, 0.8, 0.1)), CAPPED),
    (Empirical(values=(100, 4281, 9000), weights=(0.05, 0.9, 0.05)), CAPPED),
    (Empirical(values=(9990, 9995, 18000)), CostTerms(family_cap=10000)),
    (Empirical(values=(333.33, 777.77, 1234.56)), CostTerms(threshold=10.01, copay=0.1, family_cap=2000)),
]  # fmt: skip


@pytest.mark.parametrize(("severity", "terms"), HARD)
@pytest.mark.parametrize("incidence", [0.04, 0.3, 1.0])
def test_points_without_a_common_step_are_priced_right(severity, terms, incidence):
    found = priced(severity, terms, incidence)
    mean, variance = summed(severity, terms, incidence)
    assert found.failed_checks == ()
    assert found.package.mean[0] == pytest.approx(mean, rel=3e-5)
    assert found.package.variance[0] == pytest.approx(variance, rel=1e-4)


cents = st.integers(100, 1_000_000).map(lambda value: value / 100)


@settings(max_examples=150)
@given(
    values=st.lists(cents, min_size=3, max_size=3, unique=True),
    weights=st.tuples(*[st.floats(0.05, 1.0)] * 3),
    caps=st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.37]), cents, st.floats(1.1, 4.0)),
    incidence=st.sampled_from([0.02, 0.3, 1.0]),
)
def test_any_three_points_are_priced_right(values, weights, caps, incidence):
    copay, event_cap, in_event_caps = caps
    severity = Empirical(values=tuple(values), weights=weights)
    terms = CostTerms(copay=copay, event_cap=event_cap, family_cap=event_cap * in_event_caps)
    found = priced(severity, terms, incidence)
    mean, variance = summed(severity, terms, incidence)
    assert found.failed_checks == ()
    assert found.package.mean[0] == pytest.approx(mean, rel=1e-4)
    assert found.package.variance[0] == pytest.approx(variance, rel=5e-4)


@pytest.mark.parametrize("rate", [330.0, 331.0, 332.0, 333.0, 333.33])
def test_a_rate_that_does_not_divide_the_family_cap_changes_little(rate):
    law = DayLaw(mean=6.0, variance_to_mean=3.0)
    found = priced(law, WageTerms(rate=rate, start_day=4, last_day=13, family_cap=1000.0), 0.3)
    assert found.failed_checks == ()
    near = priced(law, WageTerms(rate=332.5, start_day=4, last_day=13, family_cap=1000.0), 0.3)
    assert found.package.mean[0] == pytest.approx(near.package.mean[0], rel=0.01)
