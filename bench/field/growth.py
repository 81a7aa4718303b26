"""How the engines' own cost grows, and what their largest questions need: time and memory."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.field import ours
from bench.field.cases import EIGHT, FAMILIES, GRID, OPD, Case, larger_grid, more_limits, package
from bench.field.clock import processor_seconds
from simulation.engine.exact import price_exact, price_menu
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.menu import default_menu
from simulation.engine.montecarlo import SimulationPlan, merge_chunks, simulate_chunk
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms

ROUNDS = 9
ALL_SIZES = FamilySizes(dict.fromkeys(range(1, 13), 1.0 / 12.0))
MENU_FAMILIES = 1_000_000


def in_turn(work: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of a processor of each, asked in turn after a first run that does not count."""
    for one in work:
        one()
    taken: list[list[float]] = [[] for _ in work]
    for _ in range(rounds):
        for one, times in zip(work, taken, strict=True):
            began = processor_seconds()
            one()
            times.append(processor_seconds() - began)
    return [statistics.median(times) for times in taken]


def combinations() -> list[tuple[int, float]]:
    """Combinations, and seconds of the exact engine."""
    cases = [GRID, larger_grid(2000), larger_grid(20_000)]
    return list(
        zip((len(case.contracts) for case in cases), in_turn([_exact(case) for case in cases]), strict=True)
    )


def limits() -> list[tuple[int, int, float]]:
    """Copays, family caps and seconds, at the same 25 pairs of threshold and cap."""
    shapes = [(2, 4), (2, 16), (2, 64), (8, 4), (32, 4)]
    cases = [more_limits(copays=copays, family_caps=caps) for copays, caps in shapes]
    seconds = in_turn([_exact(case) for case in cases])
    return [(*shape, took) for shape, took in zip(shapes, seconds, strict=True)]


def _exact(case: Case) -> Callable[[], object]:
    _ = case.terms
    return lambda: ours.exact(case)


def chunks(deadline: float) -> list[tuple[int, float]]:
    """Chunks of 250,000 family-years of GRID and seconds; as many as time is left for."""
    plan = SimulationPlan(
        package=Package(benefits=(EIGHT[0],), families=FAMILIES),
        seed=ours.SEED,
        families=250_000_000,
        menus={EIGHT[0].name: GRID.terms},
    )
    found = []
    simulate_chunk(plan, 0)
    for count in (10, 100, 1000):
        if found and time.monotonic() > deadline:
            break
        began = processor_seconds()
        merge_chunks(plan, [simulate_chunk(plan, index) for index in range(count)])
        found.append((count, processor_seconds() - began))
    return found


def linked_and_dense(incidence: float) -> Package:
    """Twelve benefits paid on the same dense events, each with a family cap, under a package cap."""
    terms = CostTerms(threshold=50.0, copay=0.1, event_cap=400.0, family_cap=2500.0)
    first = Benefit(
        name="OPD",
        frequency=Poisson(incidence=incidence),
        severity=Lognormal(mean=350.0, sigma=0.9),
        terms=terms,
    )
    others = [
        Benefit(
            name=f"benefit {k}",
            linked_to="OPD",
            probability=0.1 + 0.05 * k,
            severity=Lognormal(mean=200.0 + 20.0 * k, sigma=0.8),
            terms=CostTerms(
                threshold=20.0, copay=0.1, event_cap=300.0 + 10.0 * k, family_cap=1500.0 + 100.0 * k
            ),
        )
        for k in range(1, 12)
    ]
    return Package(benefits=(first, *others), families=ALL_SIZES, family_cap=12_000.0)


def _menu(benefit: Benefit) -> object:
    assert benefit.frequency is not None
    return price_menu(
        frequency=benefit.frequency, severity=benefit.severity, terms=default_menu(benefit), families=FAMILIES
    )


def _menus(benefits: tuple[Benefit, ...]) -> object:
    menus = {benefit.name: default_menu(benefit) for benefit in benefits}
    whole = Package(benefits=benefits, families=FAMILIES)
    return ours.run(SimulationPlan(package=whole, seed=ours.SEED, families=MENU_FAMILIES, menus=menus))


def _scattered() -> object:
    """20,000 combinations that share nothing: the dearest menu the exact engine can be asked."""
    terms = [
        CostTerms(threshold=13.0 * a, event_cap=1000.0 + 97.0 * b, family_cap=9000.0 + 7.0 * (a + b))
        for a, b in itertools.product(range(100), range(200))
    ]
    return price_menu(frequency=GRID.frequency, severity=GRID.severity, terms=terms, families=FAMILIES)


LARGEST: dict[str, Callable[[], object]] = {
    "exact: a package of one benefit": lambda: price_exact(Package(benefits=EIGHT[:1], families=FAMILIES)),
    "exact: a package of eight, three linked": lambda: price_exact(package(capped=False)),
    "exact: the same under one family cap": lambda: price_exact(package()),
    "exact: twelve linked rows, 2 events a person, one cap": lambda: price_exact(linked_and_dense(2.0)),
    "exact: twelve linked rows, 50 events a person, one cap": lambda: price_exact(linked_and_dense(50.0)),
    "exact: OPD's 200 combinations, 8 family sizes apart": lambda: price_menu(
        frequency=OPD.frequency, severity=OPD.severity, terms=OPD.terms, families=FAMILIES
    ),
    "exact: a default menu, 2,160 combinations, 8 sizes apart": lambda: _menu(EIGHT[0]),
    "exact: 20,000 combinations that share nothing, 8 sizes apart": _scattered,
    "simulation: a million family-years of the package under one cap": lambda: ours.simulated_package(
        families=MENU_FAMILIES
    ),
    "simulation: the same of OPD with its default menu": lambda: _menus((EIGHT[6],)),
    "simulation: the same of all eight with all their menus (13,320 terms)": lambda: _menus(EIGHT),
}


def largest(deadline: float) -> list[tuple[str, float, float | None]]:
    """Name, median seconds and peak memory, MB, of the questions that time is left for."""
    return [(name, *_alone(name)) for name in LARGEST if time.monotonic() < deadline]


def _alone(name: str) -> tuple[float, float | None]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (name,))


def _measured(name: str) -> tuple[float, float | None]:
    began = processor_seconds()
    LARGEST[name]()
    first = processor_seconds() - began
    seconds = (
        first if first > 2.0 else in_turn([LARGEST[name]], rounds=min(ROUNDS, math.ceil(5.0 / first)))[0]
    )
    found = re.search(r"VmHWM:\s+(\d+) kB", _status())
    return seconds, int(found[1]) / 1024.0 if found else None


def _status() -> str:
    path = Path("/proc/self/status")
    return path.read_text(encoding="utf-8") if path.exists() else ""
