"""The premium's arithmetic on moments given by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.premium import (
    Community,
    Loadings,
    agreement,
    experience_rate,
    normal_quantile,
    premiums_at_take_up,
    price_premium,
    simple_rate,
)
from simulation.engine.families import FamilySizes
from simulation.engine.moments import PackageMoments, PayoutMoments
from simulation.engine.refusal import Refused

SLIDE_SIZES = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})
SLIDE_LOADINGS = Loadings(admin=0.2, large_family_discount=0.1, risk_basis="independent")


def payout(name, *, pure, sigma, families=SLIDE_SIZES, error=None):
    """Moments whose per-person figures are `pure` and `sigma`."""
    sizes = families.sizes.astype(float)
    return PayoutMoments(
        name=name,
        families=families,
        mean=pure * sizes,
        variance=sigma**2 * sizes,
        mean_error=None if error is None else np.full(len(sizes), error),
    )


def moments(*parts, joint, families=SLIDE_SIZES, pure=None, source="exact", error=None):
    """A package of (pure, sigma) pairs and a joint sigma."""
    benefits = tuple(
        payout(f"benefit {i}", pure=p, sigma=s, families=families, error=error)
        for i, (p, s) in enumerate(parts)
    )
    whole = sum(p for p, _ in parts) if pure is None else pure
    package = payout("package", pure=whole, sigma=joint, families=families, error=error)
    return PackageMoments(source=source, benefits=benefits, package=package)


SLIDE = moments((110.7, 538.0), (98.9, 233.0), (115.9, 330.0), (42.0, 205.0), joint=854.4)
COMMUNITY = Community(persons=5000, families=SLIDE_SIZES, share_in_large=0.34)


def price(which=SLIDE, community=COMMUNITY, loadings=SLIDE_LOADINGS, **more):
    return price_premium(moments=which, community=community, loadings=loadings, **more)


def test_every_line_follows_the_formula_by_hand():
    premium = price()
    sigma = math.sqrt(538.0**2 + 233.0**2 + 330.0**2 + 205.0**2)
    assert premium.pure == pytest.approx(367.5)
    assert premium.sigma == premium.sigma_independent == pytest.approx(sigma)
    assert premium.z == pytest.approx(1.6448536269514722, rel=1e-14)
    assert premium.risk_loading == pytest.approx(1.6448536269514722 * sigma / math.sqrt(5000))
    assert premium.with_risk == pytest.approx(premium.pure + premium.risk_loading)
    assert premium.admin == pytest.approx(0.2 * premium.with_risk)
    assert premium.total == pytest.approx(1.2 * premium.with_risk)
    assert premium.small_family == pytest.approx(premium.total / (1 - 0.1 * 0.34))
    assert premium.large_family == pytest.approx(0.9 * premium.small_family)
    assert premium.average == pytest.approx(premium.total)
    assert premium.risk_loading_share == pytest.approx(premium.risk_loading / 367.5)


def test_joint_basis_takes_the_package_sigma():
    premium = price(loadings=Loadings(risk_basis="joint"))
    assert premium.sigma == premium.sigma_joint == pytest.approx(854.4)
    assert premium.sigma_independent is not None
    assert premium.sigma_independent < premium.sigma_joint


def test_typed_share_collects_what_the_family_sizes_say_and_warns():
    premium = price()
    large = 0.12 * 4 + 0.045 * 5 + 0.015 * 6 + 0.01 * 7
    assert premium.share_from_sizes == pytest.approx(large / 2.445)
    assert premium.share_differs
    expected = premium.small_family * (1 - 0.1 * large / 2.445)
    assert premium.collected == pytest.approx(expected)
    assert premium.collected < premium.average


def test_computed_share_collects_the_total_without_a_warning():
    premium = price(community=Community(persons=5000, families=SLIDE_SIZES))
    assert not premium.share_differs
    assert premium.collected == pytest.approx(premium.total)


def test_further_loadings_are_shares_of_the_premium_with_risk_loading():
    premium = price(loadings=Loadings(admin=0.2, further=(("Reserve", 0.05), ("Profit", 0.03))))
    assert premium.further == (
        ("Reserve", pytest.approx(0.05 * premium.with_risk)),
        ("Profit", pytest.approx(0.03 * premium.with_risk)),
    )
    assert premium.total == pytest.approx(1.28 * premium.with_risk)


def test_package_cap_closes_the_sum_with_a_negative_line():
    capped = moments((100.0, 500.0), (50.0, 200.0), joint=430.0, pure=130.0)
    premium = price(capped, loadings=Loadings(), package_family_cap=8000.0)
    assert premium.package_cap_line == pytest.approx(-20.0)
    assert sum(line.pure for line in premium.lines) + premium.package_cap_line == pytest.approx(premium.pure)
    assert premium.pure == pytest.approx(130.0)
    assert premium.sigma_independent is None


def test_independent_basis_is_refused_under_a_package_cap():
    with pytest.raises(Refused, match="independent basis is not defined"):
        price(package_family_cap=8000.0)


def test_family_pays_for_each_member_at_its_own_rate():
    premium = price()
    assert premium.per_family(size=3) == pytest.approx(3 * premium.small_family)
    assert premium.per_family(size=4) == pytest.approx(4 * premium.large_family)
    assert premium.per_family_month(size=5) == pytest.approx(5 * premium.large_family / 12)
    with pytest.raises(Refused, match="at least one member"):
        premium.per_family(size=0)


def test_loading_falls_with_the_root_of_those_who_join():
    rows = premiums_at_take_up(
        moments=SLIDE, community=COMMUNITY, loadings=SLIDE_LOADINGS, inhabitants=20_000
    )
    assert [(row.take_up, row.persons) for row in rows] == [(0.25, 5000), (0.5, 10_000), (1.0, 20_000)]
    quarter, half, whole = (row.premium for row in rows)
    assert quarter.risk_loading == pytest.approx(math.sqrt(2) * half.risk_loading)
    assert quarter.risk_loading == pytest.approx(2 * whole.risk_loading)
    assert quarter.pure == whole.pure


def test_simulated_premium_carries_its_standard_error_with_the_loadings_on_it():
    premium = price(moments((100.0, 400.0), joint=400.0, source="simulated", error=0.5))
    assert premium.source == "simulated"
    assert premium.pure_error == pytest.approx(0.5 * math.sqrt((SLIDE_SIZES.weights**2).sum()) / 2.445)
    assert premium.total_error == pytest.approx(1.2 * premium.pure_error)
    assert price().total_error is None


def test_engines_agree_within_four_standard_errors():
    assert agreement(exact=100.0, simulated=100.39, standard_error=0.1).agree
    far = agreement(exact=100.0, simulated=100.41, standard_error=0.1)
    assert not far.agree
    assert far.in_standard_errors == pytest.approx(4.1)


def test_without_standard_error_only_rounding_is_agreement():
    same = agreement(exact=100.0, simulated=100.0 + 1e-9, standard_error=0.0)
    assert same.in_standard_errors is None
    assert same.agree
    assert not agreement(exact=100.0, simulated=100.1, standard_error=0.0).agree


def test_simple_rate_of_the_deck():
    assert simple_rate(incidence=0.04, average_cost=18_000) == pytest.approx(720)
    assert experience_rate(payouts=839_394, persons=3_091) == pytest.approx(271.56, abs=0.005)
    with pytest.raises(Refused, match="persons"):
        experience_rate(payouts=1, persons=0)


def test_a_package_that_pays_nothing_costs_nothing():
    premium = price(moments((0.0, 0.0), joint=0.0))
    assert premium.total == 0.0
    assert premium.risk_loading_share is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"chance_of_bankruptcy": 5}, r"5 is not between 0 and 1; did you mean 0\.05"),
        ({"chance_of_bankruptcy": 0.0}, "not above 0 and at most 0.5"),
        ({"chance_of_bankruptcy": 0.7}, "not above 0 and at most 0.5"),
        ({"chance_of_bankruptcy": math.nan}, "is not a number"),
        ({"admin": 20}, "did you mean 0.20"),
        ({"admin": -0.1}, "not between 0 and 1"),
        ({"large_family_discount": 1.0}, "large families would pay nothing"),
        ({"risk_basis": "both"}, "'both' is not joint or independent"),
        ({"further": ((" ", 0.1),)}, r"further\[0\].name: is empty"),
        ({"further": (("Tax", 0.1), ("Tax", 0.2))}, r"further\[1\].name: 'Tax' is given twice"),
        ({"further": (("Tax", 10),)}, r"further\[0\].rate: 10 is not between 0 and 1"),
    ],
)
def test_loadings_that_cannot_be_are_refused(wrong, words):
    with pytest.raises(Refused, match=words):
        Loadings(**wrong)


@pytest.mark.parametrize("persons", [0, -5, 10**9])
def test_a_community_of_nobody_or_a_thousand_million_is_refused(persons):
    with pytest.raises(Refused, match="is not between 1 and 999999999"):
        Community(persons=persons, families=SLIDE_SIZES)


def test_quantile_reproduces_the_usual_ones():
    assert normal_quantile(0.01) == pytest.approx(2.3263478740408408, rel=1e-12)
    assert normal_quantile(0.5) == pytest.approx(0.0, abs=1e-15)


shares = st.floats(0.0, 1.0)


@given(
    discount=st.floats(0.0, 0.95),
    typed=shares,
    admin=shares,
    further=shares,
    chance=st.floats(1e-6, 0.5),
    persons=st.integers(1, 10**8),
)
def test_discount_moves_money_between_families_and_never_changes_the_total(
    *, discount, typed, admin, further, chance, persons
):
    loadings = Loadings(
        chance_of_bankruptcy=chance,
        admin=admin,
        large_family_discount=discount,
        further=(("Reserve", further),),
    )
    premium = price(
        community=Community(persons=persons, families=SLIDE_SIZES, share_in_large=typed), loadings=loadings
    )
    assert premium.average == pytest.approx(premium.total, rel=1e-12)
    assert premium.large_family <= premium.small_family
    assert premium.pure <= premium.with_risk <= premium.total


@given(low=st.floats(1e-6, 0.5), high=st.floats(1e-6, 0.5))
def test_a_smaller_chance_of_bankruptcy_never_costs_less(low, high):
    low, high = sorted((low, high))
    assert (
        price(loadings=Loadings(chance_of_bankruptcy=low)).total
        >= price(loadings=Loadings(chance_of_bankruptcy=high)).total
    )
