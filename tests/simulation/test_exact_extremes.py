"""Ends of the range: nothing that may be typed gives a warning, a NaN or a failed check."""

import itertools
import math
import warnings

import numpy as np
import pytest

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.family_distribution import family_payout
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

INFINITE = math.inf
FREQUENCIES = {
    "never": Poisson(incidence=0.0),
    "hardly ever": Poisson(incidence=1e-12),
    "every week": Poisson(incidence=50.0),
    "in bursts": NegativeBinomial(incidence=0.2, variance_to_mean=30.0),
    "dense bursts": NegativeBinomial(incidence=50.0, variance_to_mean=30.0),
    "nearly Poisson": NegativeBinomial(incidence=0.3, variance_to_mean=1.0 + 1e-12),
    "every year": Bernoulli(incidence=1.0),
    "never at all": Bernoulli(incidence=0.0),
}
SEVERITIES = {
    "wild": Lognormal(mean=5000.0, sigma=4.0),
    "tame": Gamma(mean=5000.0, cv=0.01),
    "skew gamma": Gamma(mean=5000.0, cv=20.0),
    "tame Weibull": Weibull(mean=5000.0, cv=0.01),
    "no variance": Lomax(mean=5000.0, alpha=1.5),
    "nothing": Empirical(values=(0.0,)),
    "one value": Empirical(values=(5000.0,)),
    "odd values": Empirical(values=(0.0, 123.456, 5000.001, 77_777.7)),
    "constant": Constant(value=5000.0),
}
TERMS = {
    "bare family cap": CostTerms(family_cap=20_000.0),
    "no event": CostTerms(event_cap=0.0, family_cap=20_000.0),
    "no family": CostTerms(event_cap=3000.0, family_cap=0.0),
    "tiny family cap": CostTerms(event_cap=1e6, family_cap=0.01),
    "huge family cap": CostTerms(event_cap=3000.0, family_cap=1e12),
    "huge bare family cap": CostTerms(family_cap=1e12),
    "all copaid": CostTerms(copay=1.0, event_cap=3000.0, family_cap=9000.0),
    "far threshold": CostTerms(threshold=1e15, event_cap=3000.0, family_cap=9000.0),
    "threshold in the tail": CostTerms(threshold=20_000.0, family_cap=9000.0),
    "narrow layer": CostTerms(threshold=5000.0, event_cap=0.01, family_cap=1.0),
    "plain": CostTerms(threshold=100.0, copay=0.2, event_cap=3000.0, family_cap=10_000.0),
}


@pytest.fixture(autouse=True)
def _everything_raises():
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def sound(answer) -> bool:
    lines = (*answer.benefits, answer.package)
    finite = all(np.isfinite(line.mean).all() and np.isfinite(line.variance).all() for line in lines)
    return finite and all((line.mean >= 0.0).all() and (line.variance >= 0.0).all() for line in lines)


@pytest.mark.parametrize("shares", [{1: 1.0}, {12: 1.0}, {1: 0.5, 12: 0.5}], ids=["alone", "twelve", "both"])
@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_every_extreme_is_priced_without_nonsense(frequency, shares):
    families = FamilySizes(shares)
    for severity, terms in itertools.product(SEVERITIES, TERMS):
        benefit = Benefit(
            name="benefit",
            frequency=FREQUENCIES[frequency],
            severity=SEVERITIES[severity],
            terms=TERMS[terms],
        )
        answer = price_exact(Package(benefits=(benefit,), families=families))
        assert sound(answer), (severity, terms, answer)
        assert answer.failed_checks == (), (severity, terms)
        assert (answer.package.mean <= TERMS[terms].family_cap * (1.0 + 1e-12)).all(), (severity, terms)


@pytest.mark.parametrize("frequency", FREQUENCIES)
@pytest.mark.parametrize("package_cap", [0.0, 0.01, 5000.0, 1e12, INFINITE])
def test_extreme_linked_groups_under_package_caps_are_sound(frequency, package_cap):
    benefits = (
        Benefit(
            name="stay",
            frequency=FREQUENCIES[frequency],
            severity=Lognormal(mean=5000.0, sigma=2.0),
            terms=CostTerms(event_cap=3000.0, family_cap=10_000.0),
        ),
        Benefit(
            name="never paid",
            linked_to="stay",
            probability=0.0,
            terms=FixedTerms(amount=100.0, family_cap=300.0),
        ),
        Benefit(
            name="transport",
            linked_to="stay",
            probability=0.6,
            terms=FixedTerms(amount=100.0, family_cap=250.0),
        ),
        Benefit(
            name="wages",
            linked_to="stay",
            severity=DayLaw(mean=5.0, variance_to_mean=3.0),
            terms=WageTerms(rate=200.0, start_day=3, last_day=15, family_cap=3000.0),
        ),
        Benefit(name="free", linked_to="stay", terms=FixedTerms(amount=0.0)),
    )
    package = Package(benefits=benefits, families=FamilySizes({1: 0.5, 5: 0.5}), family_cap=package_cap)
    answer = price_exact(package)
    assert sound(answer)
    assert answer.failed_checks == ()
    assert (answer.package.mean <= package_cap * (1.0 + 1e-9)).all()


def test_a_cap_that_always_binds_pays_the_cap_with_no_variance():
    benefit = Benefit(
        name="clinic",
        frequency=Poisson(incidence=50.0),
        severity=Lognormal(mean=350.0, sigma=0.8),
        terms=CostTerms(family_cap=1000.0),
    )
    answer = price_exact(Package(benefits=(benefit,), families=FamilySizes({12: 1.0})))
    assert answer.package.mean[0] == pytest.approx(1000.0, rel=1e-9)
    assert 0.0 <= answer.package.variance[0] < 1e-3


def test_an_empty_package_pays_nothing():
    answer = price_exact(Package(benefits=(), families=FamilySizes({2: 1.0})))
    assert answer.package.mean.tolist() == [0.0]
    assert answer.package.variance.tolist() == [0.0]


def test_a_rare_event_keeps_its_relative_accuracy():
    def pure(incidence):
        benefit = Benefit(
            name="rare",
            frequency=Poisson(incidence=incidence),
            severity=Lognormal(mean=5000.0, sigma=1.0),
            terms=CostTerms(family_cap=8000.0),
        )
        return price_exact(Package(benefits=(benefit,), families=FamilySizes({4: 1.0}))).package.pure

    single = Lognormal(mean=5000.0, sigma=1.0).limited_mean(np.array([8000.0]))[0]
    assert pure(1e-12) == pytest.approx(1e-12 * single, rel=1e-9)


def test_a_heavy_tail_is_reported_beyond_the_lattice():
    benefit = Benefit(
        name="cancer",
        frequency=Poisson(incidence=0.01),
        severity=Lomax(mean=50_000.0, alpha=2.5),
        terms=CostTerms(),
    )
    package = Package(benefits=(benefit,), families=FamilySizes({1: 0.5, 4: 0.5}))
    found = family_payout(package, span=1000.0, nodes=501)
    # one event of a family of one beyond 500,000: the second event hardly matters
    expected = 0.01 * (1.0 + 500_000.0 / 75_000.0) ** -2.5
    assert found.beyond[0] == pytest.approx(expected, rel=0.05)
    assert found.beyond[1] > 3.9 * found.beyond[0]
    np.testing.assert_allclose(found.probabilities.sum(axis=1) + found.beyond, 1.0, rtol=0, atol=1e-15)
    assert found.mean[0] == pytest.approx(500.0, rel=1e-12)
    assert all(check.passed for check in found.checks)
