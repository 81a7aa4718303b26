"""The search for the best package: exact on small menus, undominated on whole ones, at the site's prices."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.premium import Community, Loadings, normal_quantile, price_premium
from calculator.workbook.axes import terms_of
from calculator.workbook.tables import make_tables
from simulation.engine.exact import price_exact
from simulation.engine.refusal import Refused
from tests.workshop.risks import FAMILIES, PACKAGE, UNITS
from workshop.cover_menus import cover_menus, cover_of_all_bills, cover_of_the_dearest
from workshop.frontier import all_packages, best_packages
from workshop.frontier_menus import Menu, PriceRule
from workshop.years_of_families import World, draw_families

RULE = PriceRule(factor=1.2, loading=normal_quantile(0.05) / math.sqrt(5000), joint=True)
WORLD = World(package=PACKAGE, unit_costs=UNITS)
BUDGETS = (120.0, 240.0, 360.0, 480.0, 600.0)


@pytest.fixture(scope="module")
def tables():
    return make_tables(PACKAGE)


@pytest.fixture(scope="module", params=["dear", "all"])
def menus(tables, request):
    if request.param == "all":
        cover = cover_of_all_bills(tables, WORLD)
    else:
        cover = cover_of_the_dearest(tables, draw_families(WORLD, families=20_000))
    keys = [one.name for one in tables.benefits]
    return cover_menus(tables, cover, world=WORLD, keys=keys, simple=False)


def price_of(menus, choice):
    """Mean, variance with all covariances, cover: written out once more, without the search's shortcuts."""
    mean = sum(menu.mean[item] for menu, item in zip(menus, choice, strict=True))
    cover = sum(menu.cover[item] for menu, item in zip(menus, choice, strict=True))
    variance = sum(menu.variance[item] for menu, item in zip(menus, choice, strict=True))
    for one, other in itertools.combinations(range(len(menus)), 2):
        if menus[one].group and menus[one].group == menus[other].group:
            variance += 2.0 * float(menus[one].shared[choice[one]] @ menus[other].shared[choice[other]])
    return RULE.factor * (mean + RULE.loading * math.sqrt(variance)), cover


def test_no_random_package_of_the_menu_beats_what_is_found(menus):
    only = [menu.menu for menu in menus]
    found = best_packages(only, RULE, BUDGETS)
    rng = np.random.default_rng(20_181_121)
    drawn = []
    for _ in range(2000):
        choice = [int(rng.integers(len(menu.mean))) for menu in only]
        # most benefits left out in most packages: else hardly any is within a small budget
        choice = [
            item if rng.random() < 0.4 else len(menu.mean) - 1
            for item, menu in zip(choice, only, strict=True)
        ]
        drawn.append(price_of(only, choice))
    for budget, best in zip(BUDGETS, found, strict=True):
        assert best is not None
        assert best.price <= budget
        assert price_of(only, best.choice) == pytest.approx((best.price, best.cover), rel=1e-9)
        affordable = [cover for price, cover in drawn if price <= budget]
        assert len(affordable) > 20
        assert max(affordable) <= best.cover * (1 + 1e-9)


def test_more_money_never_buys_less(menus):
    found = best_packages([menu.menu for menu in menus], RULE, BUDGETS)
    covers = [one.cover for one in found]
    assert covers == sorted(covers)


def test_no_exchange_of_one_item_improves_what_is_found(menus):
    only = [menu.menu for menu in menus]
    for budget, best in zip(BUDGETS, best_packages(only, RULE, BUDGETS), strict=True):
        for place, menu in enumerate(only):
            rest = [c for p, c in enumerate(best.choice) if p != place]
            for item in np.flatnonzero(menu.cover > menu.cover[best.choice[place]] + 1e-9):
                choice = (*rest[:place], int(item), *rest[place:])
                assert price_of(only, choice)[0] > budget * (1 - 1e-12)


def small_menu(rng, *, name, items, group=0, directions=0):
    mean = np.sort(rng.uniform(0.0, 100.0, items))
    shared = rng.normal(size=(items, directions)) * 20.0
    return Menu(
        name=name,
        mean=np.append(mean, 0.0),
        variance=np.append(rng.uniform(0.0, 1e6, items) + (shared**2).sum(axis=1), 0.0),
        cover=np.append(rng.uniform(0.0, 1.0, items), 0.0),
        group=group,
        shared=np.concatenate([shared, np.zeros((1, directions))]),
    )


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(5.0, 300.0))
def test_on_a_small_menu_the_answer_is_the_best_of_all_there_are(seed, budget):
    rng = np.random.default_rng(seed)
    menus = [
        small_menu(rng, name="a", items=7, group=1, directions=2),
        small_menu(rng, name="b", items=5),
        small_menu(rng, name="c", items=6, group=1, directions=2),
    ]
    for joint in (True, False):
        rule = replace(RULE, joint=joint)
        (found,) = best_packages(menus, rule, [budget])
        best = max(
            (one for one in all_packages(menus, rule) if one.price <= budget), key=lambda one: one.cover
        )
        assert found is not None
        assert found.price <= budget
        assert found.cover == pytest.approx(best.cover, abs=1e-12)


def test_of_packages_that_cover_as_much_the_cheapest_is_taken():
    menu = Menu(
        name="a",
        mean=np.array([10.0, 5.0, 20.0]),
        variance=np.zeros(3),
        cover=np.array([0.5, 0.5, 0.9]),
        group=0,
        shared=np.zeros((3, 0)),
    )
    (found,) = best_packages([menu], RULE, [15.0])
    assert found is not None
    assert found.choice == (1,)


def test_nothing_within_the_budget_is_said_and_nonsense_is_refused():
    dear = Menu(
        name="a",
        mean=np.array([100.0, np.nan]),
        variance=np.array([1.0, np.nan]),
        cover=np.array([1.0, 2.0]),
        group=0,
        shared=np.zeros((2, 0)),
    )
    assert best_packages([dear], RULE, [10.0, 1000.0])[0] is None
    assert best_packages([dear], RULE, [10.0, 1000.0])[1].choice == (0,)
    with pytest.raises(Refused, match="budgets"):
        best_packages([dear], RULE, [2.0, 1.0])
    with pytest.raises(Refused, match="menu"):
        replace(dear, mean=np.array([np.nan, np.nan]))


def test_the_price_found_is_the_price_of_the_exact_engine(menus):
    found = best_packages([menu.menu for menu in menus], RULE, BUDGETS)
    for one in found:
        benefits = []
        for menu, item, benefit in zip(menus, one.choice, PACKAGE.benefits, strict=True):
            values = menu.terms(item)
            terms = None if values is None else terms_of(menu.kind, values)
            benefits.append(
                replace(benefit, covered=False) if terms is None else replace(benefit, terms=terms)
            )
        premium = price_premium(
            moments=price_exact(replace(PACKAGE, benefits=tuple(benefits))),
            community=Community(persons=5000, families=FAMILIES),
            loadings=Loadings(),
        )
        assert premium.total == pytest.approx(one.price, abs=0.01)


def test_a_simple_menu_has_no_threshold_and_no_copay_and_pays_nobody_more_than_the_bill(tables):
    keys = ["hospital", "transport", "wages"]
    menus = cover_menus(tables, cover_of_all_bills(tables, WORLD), world=WORLD, keys=keys, simple=True)
    assert [menu.key for menu in menus] == keys
    hospital, transport, wages = (menu.values for menu in menus)
    assert {values[:2] for values in hospital} == {(0.0, 0.0)}
    assert 0.0 < min(v[2] for v in transport) <= max(v[2] for v in transport) <= UNITS["transport"]
    assert max(values[2] for values in wages) <= UNITS["wages"]
