"""The benefit wheel: every sticker is worth what the premium says, and what rounding takes is stated."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.case import Case
from calculator.premium import Community, Loadings, price_premium
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.package import Package
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.workshop.test_boards_cards import INJURY, RIDE, STAY
from workshop.wheel import make_wheel, sticker_value, tiers_of

FAMILIES = FamilySizes({1: 0.5, 4: 0.5})
CASE = Case(
    package=Package(benefits=(STAY, RIDE, INJURY), families=FAMILIES),
    community=Community(persons=5000, families=FAMILIES),
    loadings=Loadings(),
    exposures=(None, None, None),
)
KEYS = ("stay", "ride", "injury")


def wheel(**changes):
    tiers = {key: tiers_of([benefit.terms]) for key, benefit in zip(KEYS, CASE.package.benefits, strict=True)}
    return make_wheel(
        **({"case": CASE, "keys": KEYS, "tiers": tiers, "budget": 400.0, "sticker": 10.0} | changes)
    )


def premium(**terms):
    benefits = tuple(
        replace(benefit, covered=key in terms, terms=terms.get(key, benefit.terms))
        for key, benefit in zip(KEYS, CASE.package.benefits, strict=True)
    )
    package = Package(benefits=benefits, families=FAMILIES)
    return price_premium(moments=price_exact(package), community=CASE.community, loadings=CASE.loadings).total


def test_a_tier_costs_what_the_premium_rises_by():
    found = wheel()
    lowest = {wedge.key: wedge.tiers[0].terms for wedge in found.wedges}
    for wedge in found.wedges:
        others = {key: terms for key, terms in lowest.items() if key != wedge.key}
        for tier in wedge.tiers:
            rise = premium(**others, **{wedge.key: tier.terms}) - premium(**others)
            assert tier.price == pytest.approx(rise, rel=1e-9)


def test_stickers_and_remainder_are_the_price():
    for wedge in wheel().wedges:
        for tier in wedge.tiers:
            assert tier.stickers * 10.0 + tier.remainder == pytest.approx(tier.price)
            assert tier.stickers >= 1
            assert abs(tier.remainder) <= 5.0 or tier.stickers == 1


def test_a_whole_wheel_is_checked_against_its_real_price():
    found = wheel()
    for check in found.checks:
        terms = {
            wedge.key: wedge.tiers[min(check.tier, len(wedge.tiers) - 1)].terms for wedge in found.wedges
        }
        assert check.premium == pytest.approx(premium(**terms), rel=1e-9)
        assert check.difference == pytest.approx(check.premium - 10.0 * check.stickers)


def test_the_budget_is_whole_stickers_and_what_is_left_over():
    found = wheel(budget=461.0)
    assert (found.stickers, found.left_over) == (46, 1.0)


def test_what_is_not_named_is_off_the_wheel_and_what_costs_little_still_costs_a_sticker():
    found = wheel(tiers={"ride": (FixedTerms(amount=1.0),)})
    (wedge,) = found.wedges
    assert (wedge.key, wedge.tiers[0].stickers) == ("ride", 1)


def test_tiers_that_cost_the_same_stickers_are_one():
    found = wheel(tiers={"ride": (FixedTerms(amount=1000.0), FixedTerms(amount=1001.0))})
    assert [tier.terms for tier in found.wedges[0].tiers] == [FixedTerms(amount=1001.0)]


@given(st.floats(0.01, 1e7))
def test_the_budget_is_about_fifty_stickers_at_most(budget):
    value = sticker_value(budget)
    assert 19.9 <= budget / value <= 50.0 + 1e-9
    assert float(f"{value:.0e}"[0]) in {1.0, 2.0, 5.0}


def test_tiers_come_from_the_packages_and_are_filled_up_by_half_and_double():
    cap = CostTerms(event_cap=700.0, family_cap=3000.0)
    assert tiers_of([cap]) == (
        CostTerms(event_cap=350.0, family_cap=1500.0),
        cap,
        CostTerms(event_cap=1400.0, family_cap=6000.0),
    )
    amounts = [FixedTerms(amount=float(amount)) for amount in (500, 1000, 2000, 4000, 500)]
    assert tiers_of(amounts) == (amounts[0], amounts[2], amounts[3])
    assert tiers_of(amounts[:2]) == (amounts[0], amounts[1], FixedTerms(amount=2000.0))
    assert [terms.rate for terms in tiers_of([WageTerms(rate=100.0)])] == [50.0, 100.0, 200.0]


def test_terms_without_a_cap_are_halved_by_a_copay_and_never_doubled():
    assert tiers_of([CostTerms()]) == (CostTerms(copay=0.5), CostTerms())


def test_a_wheel_that_cannot_be_is_refused():
    with pytest.raises(Refused, match="no package covers"):
        tiers_of([])
    with pytest.raises(Refused, match="above 0"):
        wheel(sticker=0.0)
    for budget in (0.0, math.inf):
        with pytest.raises(Refused, match="above 0"):
            sticker_value(budget)
