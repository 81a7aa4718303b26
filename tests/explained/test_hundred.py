"""A hundred families: the counts of the drawn ones, to a family, and of the exact engine, to their error."""

from __future__ import annotations

import numpy as np
import pytest

from explained.hundred import FAMILIES, LITTLE, MUCH, SOME, Outcomes, outcomes
from simulation.engine.refusal import Refused
from simulation.engine.scheme_families import scheme_families
from tests.workshop.risks import PACKAGE, UNITS
from workshop.years_of_families import Estimate, World, draw_families, package_years

LESS, TOO_MUCH = 1_000.0, 5_000.0


def premium(size: int) -> float:
    return 500.0 * size


@pytest.fixture(scope="module")
def families():
    return draw_families(World(package=PACKAGE, unit_costs=UNITS), families=60_000)


@pytest.fixture(scope="module")
def found(families):
    return outcomes(families, PACKAGE, premium=premium, little=LESS, too_much=TOO_MUCH)


def test_the_hundred_are_the_drawn_families_to_one_family(found, families):
    bills, own = families.bills, families.bills - families.paid(PACKAGE)
    for counts, spent in ((found.counts_without, bills), (found.counts_with, own)):
        shares = [(spent <= LESS).mean(), ((spent > LESS) & (spent <= TOO_MUCH)).mean()]
        assert sum(counts) == FAMILIES == len(found.hundred)
        for count, share in zip(counts, [*shares, 1 - sum(shares)], strict=True):
            # three cells make a margin; each of them is rounded by less than one family
            assert abs(count - 100 * share) < 1.5
    cells = np.zeros((3, 3))
    for pair in found.hundred:
        cells[pair] += 1
    assert np.abs(cells - 100 * found.joint).max() < 1.0


def test_no_family_is_worse_off_by_its_bills_with_the_scheme(found):
    assert all(after <= before for before, after in found.hundred)
    assert found.hundred == tuple(sorted(found.hundred))
    assert found.hundred[0][0] == LITTLE
    assert {before for before, _after in found.hundred} == {LITTLE, SOME, MUCH}


def test_who_is_paid_nothing_is_the_exact_engines_share(found):
    law = scheme_families(PACKAGE, persons=1_000)
    assert law.amounts[0] == 0.0
    exact = PACKAGE.families.weights @ law.masses[:, 0]
    assert found.nothing_paid.value == pytest.approx(exact, abs=4 * found.nothing_paid.error)


def test_the_shares_are_those_of_the_comparison(found, families):
    years = package_years(families, PACKAGE, too_much=TOO_MUCH)
    for mine, theirs in (
        (found.nothing_paid, years.nothing),
        (found.with_much, years.over),
        (found.without_much, years.over_without),
    ):
        assert mine.value == pytest.approx(theirs.value, abs=1e-12)


def test_who_is_hit_and_who_gets_more_back_is_counted(found, families):
    persons = PACKAGE.families.sizes
    exact = 1.0 - PACKAGE.families.weights @ np.exp(-0.042 * persons)
    hospital = found.at_least_once["hospital"]
    assert hospital.value == pytest.approx(exact, abs=4 * hospital.error)
    assert found.more_back.value == (families.paid(PACKAGE) > 500.0 * families.sizes).mean()
    assert set(found.at_least_once) == {benefit.name for benefit in PACKAGE.benefits if benefit.covered}


def test_shares_that_are_none_are_refused():
    one = Estimate(value=0.0, error=0.0)
    with pytest.raises(Refused, match="add up to 1"):
        Outcomes(
            joint=np.ones((3, 3)), without_much=one, with_much=one, nothing_paid=one, more_back=one,
            at_least_once={},
        )  # fmt: skip


@pytest.mark.parametrize(("little", "too_much"), [(-1.0, 5.0), (5.0, 5.0), (0.0, 0.0)])
def test_bounds_in_the_wrong_order_are_refused(families, little, too_much):
    with pytest.raises(Refused):
        outcomes(families, PACKAGE, premium=premium, little=little, too_much=too_much)
