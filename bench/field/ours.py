"""The two engines, asked what the others are asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.field.cases import FAMILIES, Case, package
from simulation.engine.exact import price_exact, price_menu
from simulation.engine.moments import PackageMoments
from simulation.engine.montecarlo import SimulationPlan, SimulationResult, merge_chunks, simulate_chunk
from simulation.engine.package import Benefit, Package

Array = NDArray[Any]

SEED = 20180802
FAMILY_YEARS = 10_000_000


def exact(case: Case) -> Array:
    """Mean and variance of every contract, shape (contracts, 2)."""
    found = price_menu(
        frequency=case.frequency, severity=case.severity, terms=case.terms, families=FAMILIES, mixed=True
    )
    failed = [check.name for check in found.checks if not check.passed]
    if failed:
        raise SystemExit(f"{case.name}: the engine's own checks failed: {failed}")
    return np.stack([found.mean[:, 0], found.variance[:, 0]], axis=1)


def exact_package() -> Array:
    """The package of eight under one cap, shape (1, 2)."""
    return _mixed(price_exact(package()))


def simulated(case: Case, *, families: int = FAMILY_YEARS) -> tuple[Array, Array]:
    """Mean and variance, shape (contracts, 2), and the means' relative standard errors."""
    benefit = Benefit(name="benefit", terms=case.terms[0], frequency=case.frequency, severity=case.severity)
    menus = {benefit.name: case.terms}
    plan = SimulationPlan(
        package=Package(benefits=(benefit,), families=FAMILIES), seed=SEED, families=families, menus=menus
    )
    menu = run(plan).menus[benefit.name]
    weights = FAMILIES.weights
    mean = menu.mean @ weights
    variance = menu.variance @ weights + (menu.mean**2) @ weights - mean**2
    return np.stack([mean, variance], axis=1), menu.pure_error / menu.pure


def simulated_package(*, families: int = FAMILY_YEARS) -> tuple[Array, Array]:
    """The package of eight under one cap."""
    moments = run(SimulationPlan(package=package(), seed=SEED, families=families)).moments
    assert moments.package.pure_error is not None
    return _mixed(moments), np.array([moments.package.pure_error / moments.package.pure])


def run(plan: SimulationPlan) -> SimulationResult:
    """All chunks of a plan, one after the other."""
    return merge_chunks(plan, [simulate_chunk(plan, index) for index in range(plan.chunk_count)])


def _mixed(moments: PackageMoments) -> Array:
    """Of a family of random size."""
    total, weights = moments.package, FAMILIES.weights
    mean = total.mean @ weights
    return np.array([[mean, total.variance @ weights + total.mean**2 @ weights - mean**2]])
