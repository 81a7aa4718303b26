"""The simulation: families drawn in chunks, every chunk by itself, merged in fixed order.

``simulate_chunk(plan, k)`` depends on the plan and ``k`` alone and ``merge_chunks`` adds the chunks' sums in
the order of their numbers: any number of workers, in any order, killed and resumed, give the same bits. The
simulation asks the laws of cost for draws only; it knows no closed form and no limited expected value, so
that its agreement with the exact engine proves something.

The method is conditional and stratified sampling. ``families`` family-years are represented: family sizes
enter by their exact shares, families without an event are counted, and the draws go where the doubt is: each
linked group draws ``EVENTS_PER_FAMILY`` events for each family-year represented, whether its events are rare
or daily, in strata of the number of events that a family has (``simulated_counts``). With that, the standard
error of a mean is about the coefficient of variation of one event's payout over the square root of the events
drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes
from simulation.engine.moments import Check, PackageMoments, PayoutMoments
from simulation.engine.package import Benefit
from simulation.engine.simulated_counts import ROUNDING, CountStrata, draw_count_strata
from simulation.engine.simulated_families import EventDraw, package_family_moments, row_sums
from simulation.engine.simulated_terms import menu_sums
from simulation.engine.simulation_plan import SimulationPlan
from simulation.engine.simulation_result import MenuMoments, SimulationResult
from simulation.engine.terms import Terms

__all__ = [
    "MenuMoments",
    "SimulationPlan",
    "SimulationResult",
    "enough",
    "merge_chunks",
    "simulate_chunk",
    "stopping_points",
]

Array = NDArray[Any]

EVENTS_PER_FAMILY = 0.4
"""Events drawn in each linked group for each family-year represented."""

PACKAGE_EVENTS_PER_FAMILY = 0.8
"""The same for the families drawn for all benefits together, under a package's family cap."""

ENOUGH_RELATIVE_ERROR = 0.0005
MASS_TOLERANCE = 1e-10
HEADER = 5


def simulate_chunk(plan: SimulationPlan, index: int) -> Array:
    """Simulate chunk ``index``: a pure function of the plan and the index.

    Parameters
    ----------
    plan : SimulationPlan
    index : int
        0 to ``plan.chunk_count - 1``.

    Returns
    -------
    ndarray of little-endian float64, shape (5 + L * 3 * (K + 1),)
        Chunk number, seed (its last 32 bits), family-years represented, families drawn, events drawn; then
        for each of L lines (benefits, linked groups, the capped package, menu terms), mean, second moment and
        squared error of the mean, for each of K family sizes and for their mix. ``tobytes()`` stores it.
    """
    families = plan.families_in(index)
    lines = np.zeros((plan.lines.total, 3, len(plan.package.families.sizes) + 1))
    families_drawn = events_drawn = 0
    draw = EventDraw(seed=plan.seed, chunk=index, part="group")
    for g, group in enumerate(plan.package.groups):
        strata = draw_count_strata(
            plan.count_tables[g],
            families=plan.package.families,
            events=EVENTS_PER_FAMILY * families,
            rng=draw.stream("count", group[0].name),
        )
        families_drawn += strata.families_drawn
        events_drawn += int(strata.counts @ strata.strata.drawn)
        _simulate_group(plan, group, strata, draw, lines, group_line=plan.lines.groups + g)
    if plan.package.has_family_cap and plan.package.groups:
        lines[plan.lines.package], drawn = package_family_moments(
            plan.package,
            plan.count_tables,
            events=PACKAGE_EVENTS_PER_FAMILY * families,
            draw=EventDraw(seed=plan.seed, chunk=index, part="package"),
        )
        families_drawn += drawn
    header = [index, plan.seed % 2**32, families, families_drawn, events_drawn]
    return np.concatenate([header, lines.ravel()]).astype("<f8")


def _simulate_group(
    plan: SimulationPlan,
    group: tuple[Benefit, ...],
    drawn: CountStrata,
    draw: EventDraw,
    lines: Array,
    *,
    group_line: int,
) -> None:
    """Fill the lines of a linked group: its benefits, their total, their menus, all on the same families."""
    parent_events = np.repeat(drawn.counts, drawn.strata.drawn)
    total = np.zeros(len(parent_events))
    for benefit in group:
        if not benefit.covered and benefit.name not in plan.layers:
            continue
        events = draw.benefit_events(benefit, parent_events)
        if benefit.covered:
            payout = events.payout_per_family_year(benefit.terms)
            total += payout
            lines[plan.package.benefits.index(benefit)] = _line(drawn, payout)
        if benefit.name in plan.layers:
            first, second = menu_sums(events, drawn.strata, plan.layers[benefit.name])
            start = plan.lines.menus[benefit.name]
            lines[start : start + first.shape[1]] = np.moveaxis(drawn.strata.moments(first, second), 2, 0)
    lines[group_line] = _line(drawn, total)


def _line(drawn: CountStrata, payout: Array) -> Array:
    first, second = row_sums(drawn.strata, payout), row_sums(drawn.strata, payout * payout)
    return drawn.strata.moments(first[:, None], second[:, None])[:, :, 0]


def merge_chunks(plan: SimulationPlan, payloads: Sequence[Array | bytes]) -> SimulationResult:
    """Merge chunks 0, 1, 2, ... of a plan, all or a first part of them.

    Chunk means are averaged by the family-years they represent. Variance = second moment - mean^2 + (standard
    error)^2, which makes up for the error that the squared mean carries.

    Parameters
    ----------
    plan : SimulationPlan
    payloads : sequence of ndarray or bytes
        What ``simulate_chunk`` returned, or its ``tobytes()``, in the order of the chunks' numbers.

    Raises
    ------
    ValueError
        If a payload is of another plan, twice there, missing or out of order.
    """
    merge = Merge(plan, chunks=len(payloads))
    for payload in payloads:
        merge.add(payload)
    return merge.result()


class Merge:
    """The first `chunks` chunks of a plan merged as they come, in order: one of them in memory at a time."""

    def __init__(self, plan: SimulationPlan, *, chunks: int) -> None:
        if not 0 < chunks <= plan.chunk_count:
            raise ValueError(f"{chunks} chunks to merge; the plan has 1 to {plan.chunk_count}")
        self.plan = plan
        self.chunks = chunks
        self.families = sum(plan.families_in(index) for index in range(chunks))
        self._added = self._families_drawn = self._events_drawn = 0
        self._merged = np.zeros((plan.lines.total, 3, len(plan.package.families.sizes) + 1))

    def add(self, payload: Array | bytes) -> None:
        """The next chunk."""
        header, lines = _read(self.plan, self._added, payload)
        share = float(header[2]) / self.families
        self._merged += lines * np.array([share, share, share**2])[:, None]
        self._added += 1
        self._families_drawn += int(header[3])
        self._events_drawn += int(header[4])

    def result(self) -> SimulationResult:
        """What all of them say."""
        if self._added != self.chunks:
            raise ValueError(f"{self._added} of {self.chunks} chunks were merged")
        plan, merged = self.plan, self._merged
        return SimulationResult(
            moments=_package_moments(plan, merged),
            menus={name: _menu_moments(plan, name, menu, merged) for name, menu in plan.priced_menus},
            chunks=self.chunks,
            families=self.families,
            families_drawn=self._families_drawn,
            events_drawn=self._events_drawn,
        )


def _read(plan: SimulationPlan, index: int, payload: Array | bytes) -> tuple[Array, Array]:
    values = np.frombuffer(payload, dtype="<f8") if isinstance(payload, bytes) else payload
    shape = (plan.lines.total, 3, len(plan.package.families.sizes) + 1)
    if values.shape != (HEADER + math.prod(shape),):
        raise ValueError(
            f"chunk {index} holds {values.size} numbers, not {HEADER + math.prod(shape)}: another plan's"
        )
    header = values[:HEADER]
    expected = (index, plan.seed % 2**32, plan.families_in(index))
    if tuple(header[:3]) != expected:
        raise ValueError(
            f"in the place of chunk {index}: number, seed, families are {tuple(header[:3])}, not {expected}"
        )
    return header, values[HEADER:].reshape(shape)


def _package_moments(plan: SimulationPlan, merged: Array) -> PackageMoments:
    package = plan.package
    benefits = tuple(
        _payout_moments(benefit.name, package.families, merged[b])
        for b, benefit in enumerate(package.benefits)
    )
    if package.has_family_cap:
        total = _payout_moments("package", package.families, merged[plan.lines.package])
    else:
        total = _sum_of_groups(package.families, merged[plan.lines.groups : plan.lines.package])
    return PackageMoments(
        source="simulated",
        benefits=benefits,
        package=total,
        checks=tuple(
            Check(
                name="total probability of the strata",
                error=float(np.abs(table.sum(axis=1) - 1.0).max()),
                tolerance=MASS_TOLERANCE,
                about=group[0].name,
            )
            for group, table in zip(package.groups, plan.count_tables, strict=True)
        ),
    )


def _sum_of_groups(families: FamilySizes, groups: Array) -> PayoutMoments:
    """Linked groups are independent given the size: means, variances and squared errors add."""
    mean, variance, error = (np.zeros(groups.shape[2]) for _ in range(3))
    for line in groups:
        mean += line[0]
        variance += _variance(line)
        error += line[2]
    return _with_errors("package", families, mean=mean, variance=variance, squared_error=error)


def _payout_moments(name: str, families: FamilySizes, line: Array) -> PayoutMoments:
    return _with_errors(name, families, mean=line[0], variance=_variance(line), squared_error=line[2])


def _with_errors(
    name: str, families: FamilySizes, *, mean: Array, variance: Array, squared_error: Array
) -> PayoutMoments:
    error = np.sqrt(squared_error)
    return PayoutMoments(
        name=name,
        families=families,
        mean=mean[:-1],
        variance=variance[:-1],
        mean_error=error[:-1],
        error_of_pure=float(error[-1]) / families.mean_size,
    )


def _variance(lines: Array) -> Array:
    """Variance from the mean, second moment and squared error along the axis before the last."""
    mean, second, squared_error = lines[..., 0, :], lines[..., 1, :], lines[..., 2, :]
    variance = second - mean**2 + squared_error
    return np.where(np.abs(variance) > ROUNDING * second, variance, 0.0)


def _menu_moments(plan: SimulationPlan, name: str, menu: tuple[Terms, ...], merged: Array) -> MenuMoments:
    start = plan.lines.menus[name]
    lines = merged[start : start + len(menu)]
    error = np.sqrt(lines[:, 2])
    return MenuMoments(
        name=name,
        terms=menu,
        families=plan.package.families,
        mean=lines[:, 0, :-1],
        variance=_variance(lines)[:, :-1],
        mean_error=error[:, :-1],
        pure_error=error[:, -1] / plan.package.families.mean_size,
    )


def stopping_points(plan: SimulationPlan) -> tuple[int, ...]:
    """Numbers of chunks after which a run may stop early: each quarter of the plan, rounded up."""
    return tuple(sorted({-(-plan.chunk_count * quarter // 4) for quarter in (1, 2, 3)} - {plan.chunk_count}))


def enough(plan: SimulationPlan, result: SimulationResult) -> bool:
    """Whether a run may stop early with the chunks merged so far.

    Only at ``stopping_points(plan)``, so that the answer does not depend on how often it is asked; and only
    if the standard error of every covered benefit and of the package is at most 0.05 % of its pure risk
    premium. Menus keep their own standard errors and do not hold a run up.
    """
    if result.chunks not in stopping_points(plan):
        return False
    lines = (*result.moments.benefits, result.moments.package)
    return all((line.pure_error or 0.0) <= ENOUGH_RELATIVE_ERROR * line.pure for line in lines)
