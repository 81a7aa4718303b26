"""Figures that must come out: the benchmark's 200 combinations and the slide's calculator."""

import dataclasses
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from bench.field.cases import OPD
from simulation.engine.exact import price_exact, price_menu
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms
from tests.simulation import grid
from tests.simulation.slide import slide_package

TRUTH = Path(__file__).parent.parent / "data" / "grid200-truth.csv"


def price_grid(*, mixed: bool):
    return price_menu(
        frequency=grid.FREQUENCY, severity=grid.SEVERITY, terms=grid.GRID, families=grid.FAMILIES, mixed=mixed
    )


def test_the_200_combinations_are_within_1e5_of_the_truth_over_the_size_mixture():
    truth = np.loadtxt(TRUTH, delimiter=",")
    found = price_grid(mixed=True)
    assert all(check.passed for check in found.checks)
    np.testing.assert_allclose(found.mean[:, 0], truth[:, 0], rtol=1e-5)
    np.testing.assert_allclose(found.variance[:, 0], truth[:, 1], rtol=2e-5)


def test_every_size_apart_mixes_to_the_same_200_combinations():
    truth = np.loadtxt(TRUTH, delimiter=",")
    found = price_grid(mixed=False)
    weights = grid.FAMILIES.weights
    mean = found.mean @ weights
    variance = (found.variance + found.mean**2) @ weights - mean**2
    np.testing.assert_allclose(mean, truth[:, 0], rtol=1e-5)
    np.testing.assert_allclose(variance, truth[:, 1], rtol=2e-5)


@pytest.mark.filterwarnings("error")
def test_the_grid_raises_no_floating_point_error():
    with np.errstate(all="raise"):
        price_grid(mixed=False)


def test_the_slide_comes_out_to_the_rupee_and_its_sigma_is_713():
    answer = price_exact(slide_package(linked=False))
    pure = {benefit.name: benefit.pure for benefit in answer.benefits}
    assert pure["hospitalisation"] == pytest.approx(110.70, abs=0.005)
    assert pure["injury"] == pytest.approx(98.92, abs=0.005)
    assert pure["imaging"] == pytest.approx(115.91, abs=0.005)
    assert pure["transport"] == pytest.approx(42.0, rel=1e-12)
    assert answer.package.pure == pytest.approx(367.54, abs=0.005)
    assert answer.sigma_joint == pytest.approx(713.15, abs=0.01)
    assert answer.sigma_independent == pytest.approx(answer.sigma_joint, rel=1e-12)
    assert answer.failed_checks == ()


def test_linking_transport_to_hospital_stays_raises_the_joint_sigma_to_854():
    answer = price_exact(slide_package(linked=True))
    assert answer.sigma_joint == pytest.approx(854.4, abs=0.05)
    assert answer.sigma_independent == pytest.approx(713.15, abs=0.01)
    assert answer.package.pure == pytest.approx(367.54, abs=0.005)
    assert answer.failed_checks == ()


def test_four_in_a_hundred_at_18000_is_720():
    found = price_menu(
        frequency=Poisson(incidence=0.04),
        severity=Lognormal(mean=18_000.0, sigma=1.2),
        terms=[CostTerms()],
        families=FamilySizes({1: 1.0}),
    )
    assert found.mean[0, 0] == pytest.approx(720.0, rel=1e-12)


def test_a_package_cap_above_what_can_be_paid_changes_nothing():
    without = price_exact(slide_package(linked=True))
    capped = price_exact(slide_package(linked=True, family_cap=1e7))
    np.testing.assert_array_equal(capped.package.mean, without.package.mean)
    np.testing.assert_array_equal(capped.package.variance, without.package.variance)


def test_a_package_cap_in_the_far_tail_changes_almost_nothing():
    package = dataclasses.replace(slide_package(linked=True), family_cap=math.inf)
    without = price_exact(package)
    capped = price_exact(dataclasses.replace(package, family_cap=27_000.0))
    np.testing.assert_allclose(capped.package.mean, without.package.mean, rtol=1e-6)
    np.testing.assert_allclose(capped.package.variance, without.package.variance, rtol=1e-5)


def test_a_tighter_package_cap_never_pays_more():
    caps = (500.0, 3000.0, 7000.0, 20_000.0, math.inf)
    pure = [price_exact(slide_package(linked=True, family_cap=cap)).package.pure for cap in caps]
    assert all(lower <= higher * (1.0 + 1e-6) for lower, higher in itertools.pairwise(pure))
    assert pure[0] < 0.5 * pure[-1]


def test_200_contracts_of_a_dense_benefit_are_within_5e5_of_the_truth():
    found = price_menu(
        frequency=OPD.frequency,
        severity=OPD.severity,
        terms=OPD.terms,
        families=grid.FAMILIES,
        mixed=True,
    )
    assert all(check.passed for check in found.checks)
    np.testing.assert_allclose(found.mean[:, 0], OPD.truth[:, 0], rtol=2e-5)
    np.testing.assert_allclose(found.variance[:, 0], OPD.truth[:, 1], rtol=5e-5)


def test_the_truth_of_the_dense_benefit_comes_out_of_plain_lattices_again():
    one = dataclasses.replace(OPD, contracts=OPD.contracts[101:102])
    np.testing.assert_allclose(one.worked_out(), OPD.truth[101:102], rtol=1e-9)
