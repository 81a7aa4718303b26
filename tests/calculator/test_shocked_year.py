"""A common yearly factor on incidence: Poisson events with a gamma factor are negative binomial."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from calculator.case_reader import read_case
from calculator.shocked_year import ShockedYear
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.scheme import scheme_distribution
from simulation.engine.terms import FixedTerms

SLIDE = Path(__file__).parent.parent / "data" / "slide-package.json"
INCIDENCE, AMOUNT = 0.3, 1_000.0


def set_amount_case(*, persons: int):
    case = read_case(json.loads(SLIDE.read_text(encoding="utf-8")))
    alone = FamilySizes({1: 1.0})
    rides = Benefit(name="ride", frequency=Poisson(incidence=INCIDENCE), terms=FixedTerms(amount=AMOUNT))
    return dataclasses.replace(
        case,
        package=Package(benefits=(rides,), families=alone),
        community=dataclasses.replace(case.community, persons=persons, families=alone),
        exposures=(None,),
    )


def year_of(case, shock: float) -> ShockedYear:
    plain = scheme_distribution(case.package, case.community.persons)
    return ShockedYear(case=case, plain=plain, shock=shock)


@pytest.mark.parametrize("persons", [1_000, 5_000, 50_000, 1_000_000])
@pytest.mark.parametrize("shock", [0.15, 0.5])
def test_a_gamma_factor_on_poisson_events_makes_them_negative_binomial(persons, shock):
    found = year_of(set_amount_case(persons=persons), shock)
    shape, mean = 1.0 / shock**2, persons * INCIDENCE
    counts = np.array([mean, mean * (1.0 + 0.3 * shock), mean * (1.0 + shock), mean * (1.0 + 2.0 * shock)])
    counts = np.floor(counts) + 0.5
    expected = stats.nbinom(shape, shape / (shape + mean)).sf(counts)
    np.testing.assert_allclose(found.probabilities_above(counts * AMOUNT), expected, atol=0.004)


def test_without_a_shock_it_is_the_scheme_itself():
    case = set_amount_case(persons=1_000)
    plain = scheme_distribution(case.package, 1_000)
    amounts = np.array([[250_500.0, 300_500.0], [320_500.0, 350_500.0]])
    found = ShockedYear(case=case, plain=plain, shock=0.0).probabilities_above(amounts)
    np.testing.assert_allclose(found, plain.probabilities_above(amounts), rtol=1e-12)


def test_a_higher_amount_never_has_a_higher_chance_under_a_shock():
    amounts = np.linspace(100_000.0, 700_000.0, 400)
    chances = year_of(set_amount_case(persons=1_000), 0.3).probabilities_above(amounts)
    assert np.all(np.diff(chances) <= 1e-9)
