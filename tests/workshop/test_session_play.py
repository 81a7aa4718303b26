"""The played year: the same dice give the same year, and every sum is the comparison's own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from calculator.cases import ChosenTerms
from calculator.models import Package
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms
from tests.calculator.pages import words
from tests.makers import every
from tests.workshop.risks import HOSPITAL, INJURY, PACKAGE, UNITS
from workshop.play import DICE, FAMILIES_OF_VILLAGE, YEARS, Villages, year_of_dice
from workshop.play_page import PlayedYear
from workshop.session_views import listed_lines
from workshop.shortlist_actions import add_to_shortlist
from workshop.years_of_families import FAMILIES, World, draw_families

WORLD = World(package=PACKAGE, unit_costs=UNITS)
MORE = replace(
    PACKAGE,
    benefits=(
        replace(HOSPITAL, terms=CostTerms(event_cap=5000.0, family_cap=15000.0)),
        replace(INJURY, covered=False),
        *PACKAGE.benefits[2:],
    ),
    family_cap=9000.0,
)
DICE_SHOWN = st.text(alphabet="123456", min_size=DICE, max_size=DICE)


@pytest.fixture(scope="module")
def villages():
    return Villages(draw_families(WORLD, families=60_000), [PACKAGE, MORE])


def test_every_roll_has_a_year_of_its_own():
    rolls = [f"{a}{b}{c}{d}" for a in "123456" for b in "123456" for c in "123456" for d in "123456"]
    assert [year_of_dice(roll) for roll in rolls] == list(range(YEARS))


@pytest.mark.parametrize("dice", ["", "351", "35141", "3517", "0123", "३५१४", "3.14"])
def test_what_dice_cannot_show_is_refused(dice):
    with pytest.raises(Refused, match="digits from 1 to 6"):
        year_of_dice(dice)


def test_all_years_together_are_all_families_once(villages):
    places = np.concatenate([villages.places(year) for year in range(villages.years)])
    assert sorted(places) == list(range(len(villages.families.sizes)))
    assert villages.by_year(villages.families.bills).sum() == pytest.approx(villages.families.bills.sum())


def test_it_is_the_same_village_in_every_year(villages):
    sizes = [villages.families.sizes[villages.places(year)] for year in (0, 700, YEARS - 1)]
    assert all(np.abs(one - sizes[0]).max() <= 1 for one in sizes)
    assert all(abs(int(one.sum()) - int(sizes[0].sum())) <= len(set(sizes[0])) for one in sizes)


@given(dice=DICE_SHOWN)
def test_a_familys_year_adds_up_event_by_event_to_the_comparisons_figures(villages, dice):
    """Worked out here from the events alone, by each package's terms and caps."""
    year = year_of_dice(dice)
    for place, family in zip(villages.places(year), villages.play(year), strict=True):
        assert family.bills == pytest.approx(math.fsum(one.bill for one in family.happened))
        assert family.bills == villages.families.bills[place]
        for package, paid in zip(villages.packages, family.paid, strict=True):
            total = 0.0
            for benefit in package.benefits:
                costs = np.array([one.cost for one in family.happened if one.key == benefit.name])
                if benefit.covered and len(costs):
                    total += min(float(benefit.terms.payout(costs).sum()), benefit.terms.family_cap)
            assert paid == pytest.approx(min(total, package.family_cap))


@given(dice=DICE_SHOWN)
def test_the_villages_sums_are_the_sums_of_its_families(villages, dice):
    year = year_of_dice(dice)
    played = villages.play(year)
    assert len(played) == FAMILIES_OF_VILLAGE
    assert villages.bills[year] == pytest.approx(sum(family.bills for family in played))
    for column, paid in enumerate(villages.paid):
        assert villages.by_year(paid)[year] == pytest.approx(sum(family.paid[column] for family in played))


def test_how_often_a_dearer_year_comes_is_counted_over_all_years(villages):
    order = np.argsort(villages.bills)
    assert villages.share_dearer(int(order[-1])) == 0.0
    assert villages.share_dearer(int(order[0])) == pytest.approx(1 - 1 / villages.years)
    low, middle, high = villages.quantiles((0.1, 0.5, 0.9))
    assert low < middle < high
    assert villages.mean_paid()[0] * villages.years == pytest.approx(villages.families.paid(PACKAGE).sum())


def test_too_few_families_make_no_game():
    with pytest.raises(Refused, match="fewer than 1296 years"):
        Villages(draw_families(WORLD, families=2000), [PACKAGE])


# ---- the page ----------------------------------------------------------------------------------------------
@pytest.fixture
def played(linked, make_package):
    """The linked example with a second package; both on the shortlist."""
    first = every(Package).select_related("scheme").get(scheme=linked)
    second = make_package(
        first, "Hospital only", hospitalisation=ChosenTerms(event_cap=5000, family_cap=15000)
    )
    for one in (first, second):
        add_to_shortlist(package=one)
    return linked


def test_the_page_shows_the_year_that_the_dice_pick_and_always_the_same(signed_in, played):
    path = reverse("workshop:play", args=[played.pk])
    assert "The dice decide" in words(signed_in.get(path))
    page = signed_in.get(path, {"dice": "3 5-1,4"})
    text = words(page)
    assert "The year of the dice 3514" in text
    assert "paid in and received nothing this year" in text
    assert text == words(signed_in.get(path, {"dice": "३५१४"}))
    assert text != words(signed_in.get(path, {"dice": "3513"}))
    refused = signed_in.get(path, {"dice": "3517"})
    assert refused.status_code == 422
    assert "3517 is not what 4 dice show" in words(refused)
    assert 'value="3517"' in refused.content.decode()
    assert "Family by family" in words(signed_in.get(path, {"dice": "3514", "families": "all"}))
    other = signed_in.get(path, {"dice": "3514", "of": "elsewhere"})
    assert "these dice now show another year" in words(other)


def test_the_sums_on_the_page_are_those_of_the_comparisons_families(played):
    lines = listed_lines(played)
    page = PlayedYear(scheme=played, lines=lines, dice="6112")
    families = draw_families(page.known.worlds[0])
    places = year_of_dice("6112") + (FAMILIES // FAMILIES_OF_VILLAGE) * np.arange(FAMILIES_OF_VILLAGE)
    assert page.bills == page.money(families.bills[places].sum())
    for column, package, line in zip(page.columns, page.known.packages, lines, strict=True):
        paid = families.paid(package)[places]
        premium = sum(line.quote.premium.per_family(size=int(size)) for size in families.sizes[places])
        bills = families.bills[places]
        assert column["paid"] == page.money(paid.sum())
        assert column["own"] == page.money((bills - paid).sum())
        assert column["premium"] == page.money(premium)
        assert column["both"] == page.money((bills - paid).sum() + premium)
        assert column["nothing"] == str(int((paid <= 0).sum()))


def test_nothing_is_said_to_be_left_over_of_a_year_that_cost_more_than_came_in(signed_in, played):
    lines, said = listed_lines(played), {}
    for dice in ("1111", "3514", "6666"):
        page = PlayedYear(scheme=played, lines=lines, dice=dice)
        paid = np.array([family.paid for family in page.families]).sum(axis=0)
        said[dice] = bool((paid > np.array(page.premiums).sum(axis=1)).any())
        text = words(signed_in.get(reverse("workshop:play", args=[played.pk]), {"dice": dice}))
        assert ("Where the scheme pays more than was paid in" in text) == said[dice]
        assert ("What is left over" in text) != said[dice]
    assert set(said.values()) == {True, False}


def test_a_package_on_other_family_sizes_does_not_live_through_the_same_year(played):
    every(Package).filter(name="Hospital only").update(family_sizes={"6": 1.0})
    page = PlayedYear(scheme=played, lines=listed_lines(played), dice="1111")
    assert page.left_out == ["Hospital only"]
    assert [one["number"] for one in page.columns] == [1]


def test_a_year_looked_at_again_is_not_drawn_again(signed_in, played, monkeypatch):
    path = reverse("workshop:play", args=[played.pk])
    first = words(signed_in.get(path, {"dice": "3514"}))
    monkeypatch.setattr("workshop.play_page.draw_families", None)
    assert words(signed_in.get(path, {"dice": "3514"})) == first
