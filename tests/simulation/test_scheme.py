"""What a whole scheme pays, against closed forms, direct simulation and measured figures."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from calculator.case_reader import read_case
from simulation.engine import scheme
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.scheme import scheme_distribution
from simulation.engine.scheme_families import scheme_families
from simulation.engine.severity import Gamma, Lognormal, Lomax
from simulation.engine.terms import CostTerms, FixedTerms

SLIDE = read_case(json.loads((Path(__file__).parents[1] / "data" / "slide-package.json").read_text())).package
MEASURED_SIZES = FamilySizes(dict(enumerate([0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07], start=1)))
PAIRS = FamilySizes({2: 1.0})


def linked(package):
    """The slide's package with transport paid on the hospital stays that cause it."""
    benefits = [
        replace(b, frequency=None, linked_to="hospitalisation") if b.name == "transport" else b
        for b in package.benefits
    ]
    return replace(package, benefits=tuple(benefits))


def one(severity=None, *, terms, frequency, families=PAIRS):
    return Package(
        benefits=(Benefit(name="one", frequency=frequency, severity=severity, terms=terms),),
        families=families,
    )


def charged(package, whole, *, basis="joint", loading=None):
    """N x (pure + risk loading) at a nominal 5 %."""
    moments = price_exact(package)
    sigma = moments.sigma_joint if basis == "joint" else moments.sigma_independent
    if loading is None:
        loading = -special.ndtri(0.05) * sigma / math.sqrt(5000)
    return whole.persons * (moments.package.pure + loading)


def true_chance(package, persons, **more):
    whole = scheme_distribution(package, persons)
    assert all(check.passed for check in whole.checks)
    moments = price_exact(package)
    loading = -special.ndtri(0.05) * moments.sigma_joint / math.sqrt(persons)
    return whole.probability_above(charged(package, whole, **{"loading": loading} | more))


def test_slide_package_is_bankrupt_a_little_more_often_than_five_percent():
    assert true_chance(SLIDE, 5000) == pytest.approx(0.0512, abs=5e-5)


def test_linked_transport_priced_jointly_keeps_the_chance():
    assert true_chance(linked(SLIDE), 5000) == pytest.approx(0.0515, abs=5e-5)


def test_linked_transport_priced_with_the_slides_loading_is_bankrupt_far_more_often():
    # 8.61 % by an earlier calculation with exactly 5,000 persons; whole families are 5,003, which moves z by
    # 0.0004 and the chance by 0.006 points
    package = linked(SLIDE)
    loading = -special.ndtri(0.05) * price_exact(SLIDE).sigma_independent / math.sqrt(5000)
    assert true_chance(package, 5000, loading=loading) == pytest.approx(0.0861, abs=1.5e-4)


@pytest.mark.parametrize(
    ("severity", "terms", "incidence", "measured"),
    [
        (Lognormal.from_cv(mean=18_000, cv=1.2), CostTerms(), 0.04, (6.46, 6.08, 5.63, 5.23)),
        (Lognormal.from_cv(mean=18_000, cv=3.0), CostTerms(), 0.04, (4.43, 5.20, 5.58, 5.62)),
        (
            Lognormal.from_cv(mean=18_000, cv=1.2),
            CostTerms(threshold=500, copay=0.2, event_cap=8_000, family_cap=10_000),
            0.04,
            (5.87, 5.41, 5.19, 5.06),
        ),
        (
            Lognormal.from_cv(mean=350, cv=1.0),
            CostTerms(event_cap=500, family_cap=2500),
            2.0,
            (4.46, 4.77, 4.90, 4.98),
        ),
    ],
    ids=["lognormal 1.2", "lognormal 3", "capped", "outpatient"],
)
def test_chances_measured_with_another_program_come_out(severity, terms, incidence, measured):
    """Within 0.12 points: that program drew family sizes, which adds their spread to sigma on both sides.

    For frequent outpatient visits that spread is most of its sigma, so that only the largest schemes compare.
    """
    package = one(severity, terms=terms, frequency=Poisson(incidence=incidence), families=MEASURED_SIZES)
    for persons, expected in zip((200, 1000, 5000, 50_000), measured, strict=True):
        if incidence < 1 or persons == 50_000:
            assert 100 * true_chance(package, persons) == pytest.approx(expected, abs=0.12)


def poisson_above(mean, count):
    return float(special.pdtrc(count, mean))


@pytest.mark.parametrize("persons", [2, 40, 5000, 1_000_000, 10**9 - 2])
def test_fixed_amounts_make_a_poisson_scheme(persons):
    package = one(terms=FixedTerms(amount=1000.0), frequency=Poisson(incidence=0.005))
    whole = scheme_distribution(package, persons)
    mean = 0.005 * persons
    assert whole.persons == persons
    for at in (0.5, 2.0, 4.0):
        events = math.floor(mean + at * math.sqrt(mean)) + 0.5
        found = whole.probability_above(1000.0 * events)
        assert found == pytest.approx(poisson_above(mean, math.floor(events)), abs=1e-8 + 5e-14 * persons)


def test_one_family_is_its_own_scheme():
    package = one(terms=FixedTerms(amount=1000.0, family_cap=1500.0), frequency=Poisson(incidence=0.5))
    whole = scheme_distribution(package, 1)
    assert (whole.families, whole.persons) == (1, 2)
    assert whole.probability_above(0.0) == pytest.approx(1 - math.exp(-1))
    assert whole.probability_above(1200.0) == pytest.approx(1 - 2 * math.exp(-1), rel=1e-6)
    assert whole.probability_above(1800.0) == pytest.approx(0.0, abs=1e-9)
    assert whole.probability_above(-1.0) == pytest.approx(1.0)


def test_families_of_every_size_are_counted_not_drawn():
    families = FamilySizes({1: 0.5, 3: 0.5})
    package = one(terms=FixedTerms(amount=100.0), frequency=Poisson(incidence=0.1), families=families)
    whole = scheme_distribution(package, 40)
    assert (whole.families, whole.persons) == (20, 40)
    assert whole.probability_above(650.0) == pytest.approx(poisson_above(4.0, 6), rel=1e-6)


def test_two_routes_agree_where_both_can_go(monkeypatch):
    package = linked(SLIDE)
    by_lattice = scheme_distribution(package, 5000)
    monkeypatch.setattr(scheme, "LONGEST_LATTICE", 1000)
    by_series = scheme_distribution(package, 5000)
    assert (by_lattice.route, by_series.route) == ("lattice", "series")
    amounts = by_lattice.mean + by_lattice.sd * np.linspace(-3, 5, 30)
    # on the lattice an atom stands for half a step around it: agreement is to a step's mass squared
    assert by_series.probabilities_above(amounts) == pytest.approx(
        by_lattice.probabilities_above(amounts), abs=2e-6
    )


def simulated_chances(rng, *, counts, sizes, incidence, draw, amounts, schemes):
    """Direct simulation of whole schemes without any cap."""
    events = rng.poisson(incidence * float(counts @ sizes), schemes)
    paid = np.zeros(schemes)
    np.add.at(paid, np.repeat(np.arange(schemes), events), draw(int(events.sum())))
    return np.array([(paid > amount).mean() for amount in amounts])


@pytest.mark.parametrize("law", [Lomax(mean=18_000, alpha=2.2), Lognormal.from_cv(mean=18_000, cv=3.0)])
def test_heavy_tails_without_caps_agree_with_simulated_schemes(law):
    package = one(law, terms=CostTerms(), frequency=Poisson(incidence=0.04), families=MEASURED_SIZES)
    whole = scheme_distribution(package, 200)
    amounts = whole.mean + whole.sd * np.array([0.0, 1.0, 1.645, 3.0])
    rng = np.random.default_rng(np.random.SeedSequence(7))
    schemes = 200_000
    found = simulated_chances(
        rng,
        counts=MEASURED_SIZES.counts_for(persons=200),
        sizes=MEASURED_SIZES.sizes,
        incidence=0.04,
        draw=lambda count: law.sample(rng, count),
        amounts=amounts,
        schemes=schemes,
    )
    exact = whole.probabilities_above(amounts)
    assert np.all(np.abs(found - exact) <= 4 * np.sqrt(exact * (1 - exact) / schemes))


def test_capped_families_agree_with_simulated_schemes():
    package = one(
        Gamma(mean=900.0, cv=1.5),
        terms=CostTerms(threshold=100.0, copay=0.1, event_cap=1500.0, family_cap=2000.0),
        frequency=NegativeBinomial(incidence=0.6, variance_to_mean=2.0),
        families=FamilySizes({1: 0.4, 4: 0.6}),
    )
    whole = scheme_distribution(package, 60)
    rng = np.random.default_rng(np.random.SeedSequence(11))
    schemes, paid = 100_000, 0.0
    for size, count in ((1, 8), (4, 13)):
        assert count in package.families.counts_for(persons=60)
        events = rng.negative_binomial(0.6 * size, 0.5, (schemes, count))
        family = np.repeat(np.arange(events.size), events.ravel())
        payouts = package.benefits[0].terms.payout(rng.gamma(1 / 2.25, 900.0 * 2.25, len(family)))
        paid = paid + np.minimum(np.bincount(family, payouts, events.size), 2000.0).reshape(events.shape).sum(
            axis=1
        )
    amounts = whole.mean + whole.sd * np.array([-1.0, 0.0, 1.0, 1.645, 2.5])
    exact = whole.probabilities_above(amounts)
    found = np.array([(paid > amount).mean() for amount in amounts])
    assert np.all(np.abs(found - exact) <= 4 * np.sqrt(exact * (1 - exact) / schemes))


def test_where_nothing_varies_the_pure_premium_is_never_exceeded():
    certain = one(terms=FixedTerms(amount=10.0), frequency=Bernoulli(incidence=1.0))
    nothing = one(terms=FixedTerms(amount=0.0), frequency=Poisson(incidence=0.1))
    whole = scheme_distribution(certain, 100)
    assert whole.route == "certain"
    assert whole.probability_above(1000.0) == 0.0
    assert whole.probability_above(999.0) == 1.0
    assert scheme_distribution(nothing, 100).probability_above(0.0) == 0.0


def test_families_that_nearly_all_reach_the_cap_are_summed_on_a_narrow_window():
    package = one(terms=FixedTerms(amount=1e5, family_cap=3000.0), frequency=Poisson(incidence=9.5))
    tiny = Benefit(name="tiny", frequency=Poisson(incidence=0.001), terms=FixedTerms(amount=0.013))
    package = replace(package, benefits=(*package.benefits, tiny))
    whole = scheme_distribution(package, 200)
    assert len(whole.points) <= 2 * scheme.LONGEST_LATTICE
    assert whole.probability_above(whole.mean - 6 * whole.sd) > 0.9


def test_quantile_is_exceeded_with_the_rest_of_the_chance():
    whole = scheme_distribution(SLIDE, 5000)
    for chance in (0.01, 0.5, 0.95, 0.999):
        assert whole.probability_above(whole.quantile(chance)) == pytest.approx(1 - chance, abs=1e-9)
    rare = scheme_distribution(one(terms=FixedTerms(amount=1000.0), frequency=Poisson(incidence=0.001)), 10)
    assert rare.quantile(0.5) == 0.0


def test_quantile_refuses_what_is_no_chance():
    whole = scheme_distribution(SLIDE, 100)
    for chance in (0.0, 1.0, 1.5, math.nan):
        with pytest.raises(Refused, match="is not between 0 and 1"):
            whole.quantile(chance)
    heavy = one(Lomax(mean=18_000, alpha=2.2), terms=CostTerms(), frequency=Poisson(incidence=0.04))
    with pytest.raises(Refused, match="beyond what the distribution resolves"):
        scheme_distribution(heavy, 2).quantile(1 - 1e-9)


def test_nodes_thin_out_without_losing_mass_or_mean():
    package = one(
        Lognormal.from_cv(mean=18_000, cv=3.0), terms=CostTerms(), frequency=Poisson(incidence=0.04)
    )
    law = scheme_families(package, persons=10**8)
    steps = np.diff(law.places)
    assert steps[0] == 1
    assert steps[-1] == 4096
    assert law.masses.sum() == pytest.approx(1.0, abs=1e-10)
    assert float((law.masses @ law.amounts)[0]) == pytest.approx(law.mean[0], rel=1e-5)
    assert float((law.masses @ law.amounts**2)[0] - law.mean[0] ** 2) == pytest.approx(
        law.variance[0], rel=1e-3
    )


incidences = st.floats(0.01, 3.0)


@settings(max_examples=25, deadline=None)
@given(
    incidence=incidences,
    mean=st.floats(10.0, 50_000.0),
    cv=st.floats(0.1, 3.0),
    cap=st.floats(0.05, 10.0),
    family=st.floats(0.5, 20.0),
    persons=st.integers(1, 20_000),
)
def test_checks_pass_and_the_chance_falls_with_the_amount(*, incidence, mean, cv, cap, family, persons):
    package = one(
        Gamma(mean=mean, cv=cv),
        terms=CostTerms(event_cap=cap * mean, family_cap=family * mean),
        frequency=Poisson(incidence=incidence),
        families=SLIDE.families,
    )
    whole = scheme_distribution(package, persons)
    assert [check for check in whole.checks if not check.passed] == []
    chances = whole.probabilities_above(whole.mean + whole.sd * np.linspace(-5, 10, 50))
    assert np.all(np.diff(chances) <= 1e-9)
    # Cantelli: P(S - E S > t sd) <= 1 / (1 + t^2)
    assert whole.probability_above(whole.mean + 3 * whole.sd) <= 0.1 + 1e-9
