"""How fast and how precise the simulation is, against a plain NumPy Monte Carlo in the same run.

    python bench/bench_simulation_grid.py [--families 10000000] [--plain-families 10000000]

Prices the 200 terms of the benchmark grid (rare events), the default menu of a dense OPD benefit, a
package of eight benefits with all their menus, and the same package under one family cap. Every part runs
in a process of its own, so that its peak memory is its own too. Ratios hold better than seconds: the plain
Monte Carlo is the yardstick of this machine at this moment.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulation.engine.families import FamilySizes  # noqa: E402
from simulation.engine.frequency import Bernoulli, Poisson  # noqa: E402
from simulation.engine.menu import default_menu  # noqa: E402
from simulation.engine.montecarlo import (  # noqa: E402
    SimulationPlan,
    SimulationResult,
    merge_chunks,
    simulate_chunk,
)
from simulation.engine.package import Benefit, Package  # noqa: E402
from simulation.engine.severity import DayLaw, Gamma, Lognormal  # noqa: E402
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms  # noqa: E402

FAMILIES = FamilySizes(dict(enumerate([0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07], start=1)))
GRID = tuple(
    CostTerms.with_cap_on_cost(threshold=threshold, event_cap=cap, copay=copay, family_cap=family_cap)
    for threshold, cap, copay, family_cap in itertools.product(
        (0.0, 250.0, 500.0, 1000.0, 2000.0),
        (1000.0, 3000.0, 5000.0, 10_000.0, 25_000.0),
        (0.0, 0.2),
        (5000.0, 10_000.0, 25_000.0, math.inf),
    )
)
HOSPITAL = Benefit(
    name="hospitalisation",
    terms=GRID[0],
    frequency=Poisson(incidence=0.04),
    severity=Lognormal.from_cv(mean=18_000.0, cv=1.2),
)
OPD = Benefit(
    name="OPD",
    terms=CostTerms(event_cap=500.0, family_cap=2500.0),
    frequency=Poisson(incidence=2.0),
    severity=Lognormal.from_cv(mean=350.0, cv=1.0),
)
EIGHT = (
    HOSPITAL,
    Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospitalisation", probability=0.8),
    Benefit(
        name="wage loss",
        terms=WageTerms(rate=200.0, start_day=4, last_day=13),
        severity=DayLaw(mean=6.0, variance_to_mean=3.0),
        linked_to="hospitalisation",
        probability=0.6,
    ),
    Benefit(
        name="injury",
        terms=CostTerms(event_cap=700.0, family_cap=3000.0),
        frequency=Poisson(incidence=0.2349),
        severity=Lognormal(mean=600.0, sigma=0.9),
    ),
    Benefit(
        name="imaging",
        terms=CostTerms(event_cap=1000.0, family_cap=5000.0),
        frequency=Poisson(incidence=0.1525),
        severity=Lognormal(mean=1100.0, sigma=0.7),
    ),
    Benefit(name="caesarean", terms=FixedTerms(amount=8000.0), frequency=Bernoulli(incidence=0.005)),
    OPD,
    Benefit(
        name="lab",
        terms=CostTerms(),
        severity=Gamma(mean=400.0, cv=1.0),
        linked_to="OPD",
        probability=0.3,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds, peak memory and the worst relative standard errors of one part."""

    seconds: float
    megabytes: float
    worst_error: float
    worst_package_error: float = 0.0
    mean: tuple[float, ...] = ()
    variance: tuple[float, ...] = ()
    priced: int = 0


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def _simulate(package: Package, menus: dict[str, tuple], families: int) -> tuple[SimulationResult, float]:
    began = time.perf_counter()
    plan = SimulationPlan(package=package, seed=20180802, families=families, menus=menus)
    result = merge_chunks(plan, [simulate_chunk(plan, index) for index in range(plan.chunk_count)])
    return result, time.perf_counter() - began


def simulated_grid(families: int) -> Measured:
    """The 200 terms, three times; the median counts."""
    runs = [
        _simulate(Package(benefits=(HOSPITAL,), families=FAMILIES), {HOSPITAL.name: GRID}, families)
        for _ in range(3)
    ]
    seconds = sorted(run[1] for run in runs)[1]
    menu = runs[0][0].menus[HOSPITAL.name]
    mean = menu.mean @ FAMILIES.weights
    variance = menu.variance @ FAMILIES.weights + (menu.mean**2) @ FAMILIES.weights - mean**2
    return Measured(
        seconds=seconds,
        megabytes=_peak(),
        worst_error=float((menu.pure_error / menu.pure).max()),
        mean=tuple(mean),
        variance=tuple(variance),
        priced=len(GRID),
    )


def plain_grid(families: int) -> Measured:
    """Every family drawn, those without an event dropped; the terms applied to all events one by one."""
    began = time.perf_counter()
    rng = np.random.default_rng(1)
    size = rng.choice(FAMILIES.sizes.astype(np.int8), families, p=FAMILIES.weights)
    counts = rng.poisson(0.04 * size).astype(np.int16)
    counts = counts[counts > 0]
    cost = HOSPITAL.severity.sample(rng, int(counts.sum()))
    start = np.concatenate([[0], np.cumsum(counts)[:-1]])
    means, variances = [], []
    for terms in GRID:
        paid = np.minimum(np.add.reduceat(terms.payout(cost), start), terms.family_cap)
        mean = paid.sum() / families
        means.append(mean)
        variances.append(paid @ paid / families - mean**2)
    errors = np.sqrt(np.array(variances) / families) / np.array(means)
    return Measured(
        seconds=time.perf_counter() - began,
        megabytes=_peak(),
        worst_error=float(errors.max()),
        mean=tuple(means),
        variance=tuple(variances),
        priced=len(GRID),
    )


def dense_menu(families: int) -> Measured:
    """The default menu of an OPD benefit with two events a person."""
    package = Package(benefits=(OPD,), families=FAMILIES)
    return _menus(package, families)


def eight_menus(families: int) -> Measured:
    """Eight benefits, three of them linked, each with its default menu."""
    return _menus(Package(benefits=EIGHT, families=FAMILIES), families)


def eight_under_one_cap(families: int) -> Measured:
    """The same package under one family cap, without menus."""
    package = Package(benefits=EIGHT, families=FAMILIES, family_cap=6000.0)
    result, seconds = _simulate(package, {}, families)
    return _measured(result, seconds)


def _menus(package: Package, families: int) -> Measured:
    menus = {benefit.name: default_menu(benefit) for benefit in package.benefits}
    result, seconds = _simulate(package, menus, families)
    return _measured(result, seconds)


def _measured(result: SimulationResult, seconds: float) -> Measured:
    worst = max((float((menu.pure_error / menu.pure).max()) for menu in result.menus.values()), default=0.0)
    lines = (*result.moments.benefits, result.moments.package)
    return Measured(
        seconds=seconds,
        megabytes=_peak(),
        worst_error=worst,
        worst_package_error=max((line.pure_error or 0.0) / line.pure for line in lines),
        priced=sum(len(menu.terms) for menu in result.menus.values()),
    )


def alone(part: Callable[[int], Measured], families: int) -> Measured:
    """Run a part in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(part, (families,))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=int, default=10_000_000)
    parser.add_argument("--plain-families", type=int, default=10_000_000)
    options = parser.parse_args()
    truth = np.loadtxt(ROOT / "tests" / "data" / "grid200-truth.csv", delimiter=",")

    plain, ours = alone(plain_grid, options.plain_families), alone(simulated_grid, options.families)
    print(f"200 terms on rare events, {options.families:,} family-years (plain: {options.plain_families:,})")
    print(f"{'':22}{'seconds':>9}{'MB':>7}{'worst s.e.':>12}{'worst error of mean':>21}{'of variance':>13}")
    for name, part in (("plain Monte Carlo", plain), ("simulation", ours)):
        mean = np.abs(np.array(part.mean) / truth[:, 0] - 1.0).max()
        variance = np.abs(np.array(part.variance) / truth[:, 1] - 1.0).max()
        print(
            f"{name:22}{part.seconds:9.2f}{part.megabytes:7.0f}{part.worst_error:12.3%}"
            f"{mean:21.3%}{variance:13.3%}"
        )
    faster, sharper = plain.seconds / ours.seconds, plain.worst_error / ours.worst_error
    print(f"ratio: {faster:.1f} x faster, standard error / {sharper:.2f}; ", end="")
    print(f"plain would need {faster * sharper**2:.0f} x the time for the same standard error")
    print()
    for name, part, benefits in (
        ("dense OPD, menu", dense_menu, 1),
        ("8 benefits, menus", eight_menus, 8),
        ("8 benefits, one cap", eight_under_one_cap, 8),
    ):
        found = alone(part, options.families)
        print(
            f"{name:20} {benefits} benefit(s), {found.priced:6,} terms: {found.seconds:6.2f} s, "
            f"{found.megabytes:4.0f} MB, worst s.e. of a line {found.worst_package_error:.3%}"
            + (f", of any terms {found.worst_error:.3%}" if found.priced else "")
        )


if __name__ == "__main__":
    main()
