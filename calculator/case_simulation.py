"""Simulate a whole case in this process: the workers' own questions, seeds and chunks, so the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.case_value import Case
from simulation.engine.families import FamilySizes
from simulation.engine.moments import Check, PackageMoments, PayoutMoments
from simulation.engine.montecarlo import SimulationPlan, merge_chunks, simulate_chunk
from simulation.questions import questions

Array = NDArray[Any]


def simulate_case(case: Case) -> PackageMoments | None:
    """The simulation's moments of the case's package; None where the case asks for none.

    Groups of linked benefits are simulated apart, each with random numbers of its own, and put together: they
    are independent, so their means, variances and squared errors add.
    """
    if case.simulation is None:
        return None
    package = case.package
    benefits = [_nothing(benefit.name, package.families) for benefit in package.benefits]
    total = _nothing("package", package.families)
    checks: list[Check] = []
    for question in questions(package, seed=case.simulation.seed):
        plan = SimulationPlan(package=question.group, seed=question.seed, families=case.simulation.families)
        chunks = [simulate_chunk(plan, index) for index in range(plan.chunk_count)]
        found = merge_chunks(plan, chunks).moments
        for place, line in zip(question.places, found.benefits, strict=True):
            benefits[place] = _named(line, package.benefits[place].name)
        total = _sum(total, found.package)
        checks += found.checks
    return PackageMoments(source="simulated", benefits=tuple(benefits), package=total, checks=tuple(checks))


def _nothing(name: str, families: FamilySizes) -> PayoutMoments:
    zero = np.zeros(len(families.sizes))
    return PayoutMoments(
        name=name, families=families, mean=zero, variance=zero, mean_error=zero, error_of_pure=0.0
    )


def _named(line: PayoutMoments, name: str) -> PayoutMoments:
    return PayoutMoments(
        name=name,
        families=line.families,
        mean=line.mean,
        variance=line.variance,
        mean_error=line.mean_error,
        error_of_pure=line.pure_error,
    )


def _sum(one: PayoutMoments, other: PayoutMoments) -> PayoutMoments:
    assert one.mean_error is not None
    assert other.mean_error is not None
    return PayoutMoments(
        name=one.name,
        families=one.families,
        mean=one.mean + other.mean,
        variance=one.variance + other.variance,
        mean_error=np.hypot(one.mean_error, other.mean_error),
        error_of_pure=float(np.hypot(one.pure_error or 0.0, other.pure_error or 0.0)),
    )
