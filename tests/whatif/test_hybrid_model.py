"""Cover shared with an insurer: both layers make the whole, and closed forms where there are any."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.scheme import scheme_distribution
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms
from whatif.hybrid_model import Insurer, Retained, layers, normal_stop_loss, position, stop_loss, whole

FAMILIES = FamilySizes(shares={2: 0.5, 5: 0.5})


def package_of(**terms):
    hospital = Benefit(
        name="hospital",
        frequency=Poisson(incidence=0.05),
        severity=Lognormal.from_cv(mean=4000, cv=1.5),
        terms=CostTerms(**{"event_cap": 20_000, **terms}),
    )
    transport = Benefit(name="transport", frequency=Poisson(incidence=0.05), terms=FixedTerms(amount=300))
    return Package(benefits=(hospital, transport), families=FAMILIES)


@pytest.fixture(scope="module")
def asked():
    return whole(package_of(), persons=5000)


@settings(max_examples=12)
@given(st.floats(500, 19_000), st.floats(0, 2000), st.floats(0, 0.8))
def test_what_both_pay_for_events_is_the_whole(threshold, deductible, copay):
    whole_scheme = whole(package_of(threshold=deductible, copay=copay), persons=700)
    cut = layers(whole_scheme, kind="event", attachment=threshold)
    assert cut.retained.mean + cut.insured_mean == pytest.approx(whole_scheme.distribution.mean, rel=1e-4)


@pytest.mark.parametrize(
    "caps", [{"benefit": 15_000.0}, {"package": 8_000.0}], ids=["a benefit's", "the package's"]
)
def test_what_both_pay_for_events_is_the_whole_under_family_caps_too(caps):
    """Families of five drawn one by one: the scheme pays first, the insurer up to what the package pays."""
    often = package_of(family_cap=caps.get("benefit", math.inf)).benefits[0]
    capped = Package(
        benefits=(replace(often, frequency=Poisson(incidence=0.2)),),
        families=FamilySizes(shares={5: 1.0}),
        family_cap=caps.get("package", math.inf),
    )
    whole_scheme = whole(capped, persons=5)
    cut = layers(whole_scheme, kind="event", attachment=3000)
    assert cut.retained.mean + cut.insured_mean == pytest.approx(whole_scheme.distribution.mean, rel=1e-4)
    rng, families = np.random.default_rng(11), 200_000
    owner = np.repeat(np.arange(families), rng.poisson(1.0, families))
    costs = np.minimum(often.severity.sample(rng, len(owner)), 20_000)
    limit = min(caps.values())
    together = np.minimum(np.bincount(owner, costs, families), limit)
    scheme = np.minimum(np.bincount(owner, np.minimum(costs, 3000), families), limit)
    insurer = together - scheme
    assert cut.insured_mean == pytest.approx(insurer.mean(), rel=0.02)
    assert insurer.std() <= cut.insured_sd * 1.01
    assert cut.insured_sd < 1.4 * insurer.std()


@settings(max_examples=12)
@given(st.floats(500, 60_000))
def test_what_both_pay_for_families_is_the_whole(threshold):
    whole_scheme = whole(package_of(), persons=700)
    cut = layers(whole_scheme, kind="family", attachment=threshold)
    assert cut.retained.mean + cut.insured_mean == pytest.approx(whole_scheme.distribution.mean, rel=1e-4)


@given(part=st.floats(0.5, 2))
@settings(max_examples=20)
def test_what_both_pay_for_the_scheme_is_the_whole(asked, part):
    cut = layers(asked, kind="scheme", attachment=part)
    assert cut.retained.mean + cut.insured_mean == pytest.approx(asked.distribution.mean, rel=1e-9)


def test_a_threshold_above_every_cap_leaves_all_to_the_scheme(asked):
    with pytest.raises(Refused, match="no benefit pays more"):
        layers(asked, kind="event", attachment=20_000)
    far = layers(asked, kind="scheme", attachment=5)
    assert far.insured_mean == pytest.approx(0, abs=1e-3)


def test_the_spread_of_the_family_layer_is_that_of_its_draws(asked):
    """Drawn families of five: the closed form from moments against the sample's own variance."""
    rng = np.random.default_rng(7)
    count = rng.poisson(0.25, 400_000)
    sigma = math.sqrt(math.log(1 + 1.5**2))
    owner = np.repeat(np.arange(400_000), count)
    costs = np.minimum(rng.lognormal(math.log(4000) - sigma**2 / 2, sigma, len(owner)), 20_000)
    paid = np.bincount(owner, costs, 400_000) + 300 * rng.poisson(0.25, 400_000)
    excess = np.maximum(paid - 5000, 0)
    fives = whole(replace(package_of(), families=FamilySizes(shares={5: 1.0})), persons=5)
    cut = layers(fives, kind="family", attachment=5000)
    assert cut.insured_mean == pytest.approx(excess.mean(), rel=0.02)
    assert cut.insured_sd == pytest.approx(excess.std(), rel=0.02)


def test_the_insurers_layer_of_events_alone_is_its_own_package(asked):
    """Uncapped upper layer by hand: E min(X, L) - E min(X, T), times the incidence."""
    cut = layers(asked, kind="event", attachment=5000)
    law = Lognormal.from_cv(mean=4000, cv=1.5)
    rng = np.random.default_rng(3)
    draws = np.exp(law.mu + law.sigma * rng.standard_normal(2_000_000))
    expected = 0.05 * asked.persons * (np.minimum(draws, 20_000) - np.minimum(draws, 5000)).mean()
    assert cut.insured_mean == pytest.approx(expected, rel=0.01)


def test_a_large_schemes_stop_loss_is_the_normal_formula():
    found = scheme_distribution(package_of(), 200_000)
    for part in (0.98, 1.0, 1.02):
        exact = stop_loss(found, part * found.mean)[0]
        normal = normal_stop_loss(mean=found.mean, sd=found.sd, threshold=part * found.mean)
        assert exact == pytest.approx(normal, rel=0.05)
    assert normal_stop_loss(mean=10, sd=2, threshold=10) == pytest.approx(0.3989 * 2, rel=1e-3)


def test_at_the_mean_the_slides_scheme_needs_four_a_person():
    """sigma 711, 5,000 people, threshold at the mean: 4.0 PPPY, as published for the slide's figures."""
    sd = 711 * math.sqrt(5000)
    assert normal_stop_loss(mean=0.0, sd=sd, threshold=0.0) / 5000 == pytest.approx(4.0, abs=0.02)


def test_tails_beyond_the_points_count_once():
    """Uncapped costs of a spread of three means: 40,000 drawn years against both moments of the layer."""
    free = Benefit(
        name="hospital",
        frequency=Poisson(incidence=0.05),
        severity=Lognormal.from_cv(mean=4000, cv=3),
        terms=CostTerms(),
    )
    found = scheme_distribution(Package(benefits=(free,), families=FamilySizes(shares={5: 1.0})), 300)
    rng, years = np.random.default_rng(3), 40_000
    events = rng.poisson(15.0, years)
    paid = np.bincount(np.repeat(np.arange(years), events), free.severity.sample(rng, events.sum()), years)
    for threshold in (60_000.0, 120_000.0):
        beyond = np.maximum(paid - threshold, 0.0)
        first, second = stop_loss(found, threshold)
        assert first == pytest.approx(beyond.mean(), abs=3.0 * beyond.std() / math.sqrt(years))
        assert math.sqrt(second - first**2) == pytest.approx(beyond.std(), rel=0.15)
    with pytest.raises(Refused, match="single families"):
        stop_loss(found, 60_000 + 9 * found.sd)


def test_jumps_are_added_up_exactly():
    """One family of one, one event at most a hundred apart: by hand."""
    fixed = Benefit(name="a", frequency=Poisson(incidence=0.5), terms=FixedTerms(amount=100, family_cap=300))
    small = Package(benefits=(fixed,), families=FamilySizes(shares={1: 1.0}))
    found = scheme_distribution(small, 1)
    chances = [math.exp(-0.5) * 0.5**k / math.factorial(k) for k in range(3)]
    chances.append(1 - sum(chances))
    first, second = stop_loss(found, 150)
    assert first == pytest.approx(50 * chances[2] + 150 * chances[3], rel=1e-6)
    assert second == pytest.approx(50**2 * chances[2] + 150**2 * chances[3], rel=1e-6)


def test_with_stop_loss_the_scheme_is_not_ruined_above_the_threshold(asked):
    cut = layers(asked, kind="scheme", attachment=1.1)
    insurer = Insurer(expenses=0.15, schemes=20, chance=0.05)
    income = asked.distribution.mean * 1.2 + insurer.premium(cut)
    found = position(
        cut.retained, persons=asked.persons, chance=0.05, income=income, insurer_premium=insurer.premium(cut)
    )
    assert found.ruin == 0
    assert found.capital == 0
    assert found.tail_mean == pytest.approx(cut.attachment, rel=1e-3)


@pytest.mark.parametrize(
    ("kind", "attachment"),
    [("scheme", 0.9), ("scheme", 1.0), ("scheme", 1.2), ("family", 5000), ("event", 5000)],
)
def test_who_collects_the_safe_premium_is_ruined_no_more_often_than_priced_for(asked, kind, attachment):
    cut = layers(asked, kind=kind, attachment=attachment)
    told = {
        "persons": asked.persons,
        "chance": 0.05,
        "insurer_premium": Insurer(expenses=0.25, schemes=20, chance=0.05).premium(cut),
    }
    safe = position(cut.retained, income=1.0, **told).with_risk * asked.persons
    assert position(cut.retained, income=safe, **told).ruin <= 0.05 + 1e-6
    assert position(cut.retained, income=0.99 * safe, **told).ruin > 0.05


def test_the_worst_years_mean_is_above_where_they_begin(asked):
    bare = Retained(distribution=asked.distribution)
    assert bare.tail_mean(0.995) > bare.quantile(0.995) > bare.quantile(0.95) > bare.mean


def test_more_schemes_make_the_insurers_loading_smaller(asked):
    cut = layers(asked, kind="scheme", attachment=1.1)
    one, hundred = (Insurer(expenses=0.1, schemes=n, chance=0.05) for n in (1, 100))
    assert one.loading(cut) == pytest.approx(1.6449 * cut.insured_sd, rel=1e-4)
    assert one.loading(cut) == pytest.approx(10 * hundred.loading(cut))
    assert one.premium(cut) == pytest.approx(1.1 * cut.insured_mean + one.loading(cut))


@pytest.mark.parametrize(("kind", "attachment"), [("event", 0), ("family", -1), ("scheme", 0)])
def test_a_threshold_of_nothing_is_refused(asked, kind, attachment):
    with pytest.raises(Refused):
        layers(asked, kind=kind, attachment=attachment)


def test_the_whole_is_priced_once_where_its_moments_are_known():
    moments = price_exact(package_of())
    assert whole(package_of(), persons=700, moments=moments).moments is moments
