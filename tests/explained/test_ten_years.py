"""Ten years and ruin: over one year the engine's own chance, over many years the premium's own mean."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from calculator.premium import Community, Loadings, price_premium
from experience.projection import Luck, Plan, project
from explained.ten_years import MOST_DECADES, YEARS, Pot, doubt_behind, replay, ruins
from simulation.engine.exact import price_exact
from simulation.engine.refusal import Refused
from simulation.engine.scheme import scheme_distribution
from tests.workshop.risks import CAESAREAN, FAMILIES, HOSPITAL, PACKAGE
from workshop.years_of_families import Estimate

LUCK = Luck(paths=8_000, years=YEARS)
DECADES = 400


def pot_of(package, *, persons: int = 1_500) -> Pot:
    moments = price_exact(package)
    premium = price_premium(
        moments=moments, community=Community(persons=persons, families=FAMILIES), loadings=Loadings()
    )
    scheme = scheme_distribution(package, persons, moments=moments)
    return Pot.of(scheme, total=premium.total, for_claims=premium.with_risk)


@pytest.fixture(scope="module")
def scheme():
    return scheme_distribution(PACKAGE, 1_500)


@pytest.fixture(scope="module")
def pot():
    return pot_of(PACKAGE)


def test_ruin_over_one_year_is_the_engines_own_chance(pot, scheme):
    exact = scheme.probability_above(scheme.persons * pot.for_claims)
    first = ruins(pot, luck=LUCK)[0]
    assert first.runs_out == Estimate(value=exact, error=0.0)
    assert first.short_once == pytest.approx(exact, rel=1e-12)
    # and simulated it is the same: every part of the law is met equally often
    plan = Plan(law=pot.law, persons=pot.persons, premium=pot.for_claims, years=1)
    assert project(plan, luck=Luck(paths=8_192, years=1)).ruin(1) == pytest.approx(exact, abs=1 / 4_000)


def test_over_two_years_the_pot_runs_out_as_often_as_its_laws_are_put_together(pot):
    """By sums over the law's own points instead of paths."""
    law = pot.law
    left = pot.income - (law.mean + law.sd * law.scores[2::8])
    first = (left < 0.0).mean()
    saved = left[left >= 0.0]
    both = first + (saved[:, None] + left[None, :] < 0.0).mean() * (len(saved) / len(left))
    plan = Plan(law=law, persons=pot.persons, premium=pot.for_claims, years=2)
    found = project(plan, luck=LUCK)
    assert found.ruin(2) == pytest.approx(both, abs=4 * found.ruin_error(2))


def test_the_replays_mean_is_the_pure_premium(pot):
    years = [year for decade in range(1, DECADES + 1) for year in replay(pot, of="case", decade=decade)]
    claims = np.array([year.claims for year in years])
    error = claims.std(ddof=1) / math.sqrt(len(claims))
    assert claims.mean() == pytest.approx(pot.law.mean, abs=4 * error)
    short = np.array([year.is_short for year in years])
    assert short.mean() == pytest.approx(pot.short, abs=4 * math.sqrt(pot.short / len(short)))


def test_every_year_of_a_replay_adds_up(pot):
    kept = 0.0
    for number, year in enumerate(replay(pot, of="case"), start=1):
        kept += year.left
        assert year.number == number
        assert year.premium == pytest.approx(pot.persons * pot.total)
        assert year.premium - year.running == pytest.approx(pot.income)
        assert year.pot == pytest.approx(kept)
        assert (year.is_short, year.is_empty) == (year.left < 0, year.pot < 0)


def test_ten_years_are_the_packages_own_and_come_back(pot):
    first = replay(pot, of="case")
    assert replay(pot, of="case", decade=1) == first
    assert replay(pot, of="case", decade=2) != first
    assert replay(pot, of="another case") != first


@pytest.mark.parametrize("decade", [0, -1, MOST_DECADES + 1])
def test_ten_years_that_there_are_not_are_refused(pot, decade):
    with pytest.raises(Refused, match="not between 1 and"):
        replay(pot, of="case", decade=decade)


def test_more_years_are_more_dangerous_and_a_kept_rest_less(pot):
    one, five, ten = ruins(pot, really=Estimate(value=0.2, error=0.01), luck=LUCK)
    assert one.years < five.years < ten.years
    assert one.short_once < five.short_once < ten.short_once
    assert one.runs_out.value <= five.runs_out.value <= ten.runs_out.value
    for each in (five, ten):
        assert each.runs_out.value < each.short_once
        assert each.runs_out.value < each.in_doubt.value
        assert each.in_doubt.error > 0.01
    assert one.in_doubt == Estimate(value=0.2, error=0.01)


def test_without_a_survey_no_doubt_is_made_up(pot):
    assert all(each.in_doubt is None for each in ruins(pot, luck=LUCK))


@given(chance=st.floats(0.08, 0.3))
@profile(max_examples=5)
def test_the_doubt_found_gives_the_chance_it_was_looked_for(pot, chance):
    doubt = doubt_behind(pot, chance=chance, luck=LUCK)
    plan = Plan(law=pot.law, persons=pot.persons, premium=pot.for_claims, years=1, doubt=doubt)
    found = project(plan, luck=Luck(paths=LUCK.paths, years=1, seed=LUCK.seed)).ruin(1)
    assert found == pytest.approx(chance, abs=1e-3)


def test_a_chance_below_bad_luck_needs_no_doubt_and_one_above_all_doubt_has_none(pot):
    assert doubt_behind(pot, chance=0.01, luck=LUCK) == 0.0
    assert doubt_behind(pot, chance=0.9, luck=LUCK) is None
    five = ruins(pot, really=Estimate(value=0.9, error=0.01), luck=LUCK)[1]
    assert five.in_doubt is None


def test_where_nothing_varies_nothing_runs_out():
    nothing = replace(PACKAGE, benefits=(replace(HOSPITAL, covered=False), replace(CAESAREAN, covered=False)))
    scheme = scheme_distribution(nothing, 100)
    found = Pot.of(scheme, total=12.0, for_claims=10.0)
    assert [each.runs_out.value for each in ruins(found)] == [0.0, 0.0, 0.0]
    assert [year.pot for year in replay(found, of="case")] == pytest.approx(
        [found.income * n for n in range(1, 11)]
    )


@pytest.mark.parametrize(("total", "for_claims"), [(10.0, 0.0), (9.0, 10.0)])
def test_a_pot_without_income_is_refused(scheme, total, for_claims):
    with pytest.raises(Refused):
        Pot.of(scheme, total=total, for_claims=for_claims)
