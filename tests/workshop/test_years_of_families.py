"""Light, middling and bad years: the same families under every package, true to the exact engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.engine.exact import price_exact
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms, FixedTerms
from tests.workshop.risks import CAESAREAN, HOSPITAL, INJURY, PACKAGE, TRANSPORT, UNITS, WAGES
from workshop.years_of_families import BATCHES, World, draw_families, package_years, renamed, years_hash

WORLD = World(package=PACKAGE, unit_costs=UNITS)
NOTHING = replace(PACKAGE, benefits=tuple(replace(one, covered=False) for one in PACKAGE.benefits))
MORE = replace(
    PACKAGE,
    benefits=(
        replace(HOSPITAL, terms=CostTerms(event_cap=5000.0, family_cap=15000.0)),
        replace(INJURY, terms=CostTerms(event_cap=800.0)),
        *PACKAGE.benefits[2:],
    ),
)


@pytest.fixture(scope="module")
def families():
    return draw_families(WORLD, families=40_000)


def within_errors(families, per_family, exact_pppy):
    batches = per_family.reshape(-1, BATCHES).sum(axis=0) / families.sizes.reshape(-1, BATCHES).sum(axis=0)
    error = batches.std(ddof=1) / np.sqrt(BATCHES)
    return abs(per_family.sum() / families.sizes.sum() - exact_pppy) <= 4.0 * error


def test_what_drawn_families_are_paid_and_billed_is_what_the_exact_engine_says(families):
    exact = price_exact(PACKAGE)
    assert within_errors(families, families.paid(PACKAGE), exact.package.pure)
    assert within_errors(families, families.bills, sum(WORLD.bills_per_person.values()))
    for benefit, moments in zip(PACKAGE.benefits, exact.benefits, strict=True):
        alone = families.events[benefit.name].payout_per_family_year(benefit.terms)
        assert within_errors(families, alone, moments.pure), benefit.name


def test_the_same_seed_draws_the_same_families_and_another_seed_others():
    one, two, three = (draw_families(WORLD, seed=seed, families=2000) for seed in (5, 5, 6))
    assert np.array_equal(one.bills, two.bills)
    assert not np.array_equal(one.bills, three.bills)


def test_a_benefit_that_two_worlds_share_has_the_same_events_in_both(families):
    other = World(package=replace(PACKAGE, benefits=(CAESAREAN, INJURY)), unit_costs=UNITS)
    drawn = draw_families(other, families=40_000)
    for name in ("caesarean", "injury"):
        assert np.array_equal(drawn.events[name].cost, families.events[name].cost)
        assert np.array_equal(drawn.events[name].per_family, families.events[name].per_family)


def test_better_terms_never_pay_any_family_less(families):
    assert (families.paid(MORE) >= families.paid(PACKAGE)).all()


def test_a_package_cap_bounds_what_each_family_is_paid(families):
    assert families.paid(replace(PACKAGE, family_cap=1500.0)).max() == 1500.0


def test_without_cover_the_family_pays_its_bills(families):
    found = package_years(families, NOTHING, too_much=10_000.0)
    assert found.reimbursed.value == 0.0
    assert found.nothing.value == 1.0
    assert found.over == found.over_without
    for year in found.years.values():
        assert year.own == year.bills
        assert year.paid.value == 0.0


def test_years_get_worse_from_light_to_bad_and_what_is_paid_and_left_makes_the_bill(families):
    years = package_years(families, PACKAGE, too_much=10_000.0).years
    bills = [years[name].bills.value for name in ("light", "middling", "bad")]
    assert bills == sorted(bills)
    assert bills[0] < bills[2]
    for year in years.values():
        assert year.paid.value + year.own.value == pytest.approx(year.bills.value, rel=1e-12)


def test_all_bills_are_a_mean_of_the_dearest_and_the_others(families):
    found = package_years(families, PACKAGE, too_much=10_000.0)
    low, high = sorted((found.dear.value, found.others.value))
    assert low <= found.reimbursed.value <= high
    assert found.fairness.value == pytest.approx(found.dear.value - found.others.value, abs=1e-12)


def test_small_caps_are_unfair_and_thresholds_without_caps_are_fair(families):
    capped = replace(PACKAGE, benefits=(replace(HOSPITAL, terms=CostTerms(event_cap=500.0)), INJURY))
    deductible = replace(PACKAGE, benefits=(replace(HOSPITAL, terms=CostTerms(threshold=2000.0)), INJURY))
    assert package_years(families, capped, too_much=1.0).fairness.value < 0.0
    assert package_years(families, deductible, too_much=1.0).fairness.value > 0.0


def test_a_higher_bar_finds_fewer_families_above_it(families):
    bars = [package_years(families, PACKAGE, too_much=bar).over.value for bar in (1000.0, 5000.0, 50_000.0)]
    assert bars == sorted(bars, reverse=True)
    with pytest.raises(Refused, match="too_much"):
        package_years(families, PACKAGE, too_much=0.0)


def test_what_the_dearest_are_paid_for_a_whole_menu_is_what_one_by_one_gives(families):
    menu = [
        CostTerms(threshold=threshold, copay=copay, event_cap=cap, family_cap=family)
        for threshold in (0.0, 1000.0)
        for copay in (0.0, 0.3)
        for cap, family in ((3000.0, 5000.0), (20_000.0, float("inf")))
    ]
    found = families.paid_to_the_dearest("hospital", menu)
    dear = families.ranked[:, -round(0.1 * len(families.sizes) / BATCHES) :]
    for terms, paid in zip(menu, found, strict=True):
        per_family = families.events["hospital"].payout_per_family_year(terms)
        ranked = np.take_along_axis(per_family.reshape(-1, BATCHES).T, dear, axis=1)
        assert paid == pytest.approx(ranked.mean(), rel=1e-9)
    assert families.paid_to_the_dearest("transport", [FixedTerms(amount=1000.0)])[0] > 0.0


def test_a_benefit_whose_cost_nobody_knows_has_no_bills():
    world = World(package=PACKAGE, unit_costs={})
    assert {name for name, cost in world.bills_per_person.items() if cost == 0.0} == {
        "transport",
        "wages",
        "caesarean",
    }
    drawn = draw_families(world, families=2000)
    costs = sum(drawn.events[name].cost.sum() for name in ("hospital", "injury"))
    assert drawn.bills.sum() == pytest.approx(costs)


def test_a_community_in_which_nothing_happens_has_nothing_to_share():
    quiet = replace(HOSPITAL, frequency=type(HOSPITAL.frequency)(incidence=0.0))
    world = World(package=replace(PACKAGE, benefits=(quiet,)), unit_costs={})
    found = package_years(draw_families(world, families=2000), world.package, too_much=1.0)
    assert (found.reimbursed.value, found.over.value, found.nothing.value) == (0.0, 0.0, 1.0)


def test_renamed_benefits_keep_their_links_and_the_name_of_the_figures_knows_every_input():
    keys = ["h", "i", "t", "w", "c"]
    package = renamed(PACKAGE, keys)
    assert [one.name for one in package.benefits] == keys
    assert [one.linked_to for one in package.benefits] == [None, None, "h", "h", None]
    names = {
        years_hash(WORLD, PACKAGE, too_much=1.0),
        years_hash(WORLD, PACKAGE, too_much=2.0),
        years_hash(WORLD, MORE, too_much=1.0),
        years_hash(WORLD, replace(PACKAGE, family_cap=9.0), too_much=1.0),
        years_hash(World(package=PACKAGE, unit_costs={}), PACKAGE, too_much=1.0),
    }
    assert len(names) == 5


@pytest.mark.parametrize("families", [0, 1980, 2001])
def test_families_that_cannot_be_divided_into_batches_are_refused(families):
    with pytest.raises(Refused, match="multiple"):
        draw_families(WORLD, families=families)


def test_a_negative_cost_of_a_lost_day_is_refused():
    with pytest.raises(Refused, match="wages"):
        World(package=PACKAGE, unit_costs={"wages": -1.0})


def test_linked_benefits_happen_on_their_parents_events(families):
    stays = families.events["hospital"].per_family
    assert (families.events["transport"].per_family <= stays).all()
    assert np.array_equal(families.events["wages"].per_family, stays)
    assert (TRANSPORT.probability, WAGES.probability) == (0.6, 1.0)
