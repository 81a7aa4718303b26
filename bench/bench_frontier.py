"""How long the search for what people can pay takes: whole menus of eight benefits, and one long menu.

Prints each part apart: the tables of the menus (kept for a day once made), what the dearest families are paid
(kept too), the search, and the whole answer with five packages priced exactly. Nothing here is a test.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

ROUNDS = 7
BUDGETS = (240.0, 360.0, 480.0, 600.0, 720.0)


def main() -> None:
    import numpy as np

    from calculator.premium import normal_quantile
    from calculator.workbook.tables import make_tables
    from simulation.engine.discrete_severity import DayLaw
    from simulation.engine.exact import price_exact, price_menu
    from simulation.engine.families import FamilySizes
    from simulation.engine.frequency import Bernoulli, Poisson
    from simulation.engine.package import Benefit, Package
    from simulation.engine.severity import Lognormal
    from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
    from workshop.cover_menus import cover_menus, cover_of_all_bills, cover_of_the_dearest
    from workshop.frontier import best_packages
    from workshop.frontier_menus import Menu, PriceRule
    from workshop.years_of_families import FAMILIES, World, draw_families, package_years

    def cost(name: str, incidence: float, mean: float, sigma: float) -> Benefit:
        return Benefit(
            name=name,
            terms=CostTerms(event_cap=mean, family_cap=5.0 * mean),
            frequency=Poisson(incidence=incidence),
            severity=Lognormal(mean=mean, sigma=sigma),
        )

    families = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})
    hospital = cost("hospital", 0.042, 18_000.0, 1.35)
    package = Package(
        benefits=(
            hospital,
            cost("injury", 0.2349, 600.0, 0.9),
            cost("lab", 0.30, 350.0, 0.8),
            cost("imaging", 0.1525, 1100.0, 0.7),
            Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospital"),
            Benefit(name="caesarean", terms=FixedTerms(amount=5000.0), frequency=Bernoulli(incidence=0.003)),
            Benefit(
                name="wages",
                terms=WageTerms(rate=150.0, start_day=4, last_day=13),
                severity=DayLaw(mean=6.0, variance_to_mean=4.0),
                linked_to="hospital",
            ),
            cost("opd", 3.0, 300.0, 0.9),
        ),
        families=families,
    )
    world = World(package=package, unit_costs={"transport": 1000.0, "caesarean": 5000.0, "wages": 150.0})
    rule = PriceRule(factor=1.2, loading=normal_quantile(0.05) / math.sqrt(5000), joint=True)

    tables = told("tables of eight whole menus", lambda: make_tables(package), rounds=1)
    sizes = [len(one.mean) for one in tables.benefits]
    print(
        f"    combinations: {' + '.join(map(str, sizes))} = {sum(sizes):,}, {math.prod(sizes):.2g} packages"
    )
    drawn = told(f"drawing {FAMILIES:,} families", lambda: draw_families(world), rounds=1)
    told("ranking them", lambda: drawn.ranked, rounds=1)
    told("one package applied to them", lambda: package_years(drawn, package, too_much=10_000.0))
    dear = told("every menu, paid to the dearest", lambda: cover_of_the_dearest(tables, drawn), rounds=1)
    keys = [one.name for one in tables.benefits]
    for name, cover in (("dearest bills", dear), ("all bills", cover_of_all_bills(tables, world))):
        menus = [one.menu for one in cover_menus(tables, cover, world=world, keys=keys, simple=False)]

        def search(menus: list[Menu] = menus) -> Any:
            return best_packages(menus, rule, BUDGETS)

        told(f"search, {len(menus)} benefits, {len(BUDGETS)} budgets, {name}", search)
    told("one package priced by the exact engine", lambda: price_exact(package))

    grid = [
        CostTerms(threshold=threshold, copay=copay, event_cap=cap, family_cap=family)
        for threshold in np.linspace(0.0, 5000.0, 10)
        for copay in np.linspace(0.0, 0.45, 10)
        for cap in np.linspace(500.0, 40_000.0, 20)
        for family in (*np.linspace(1000.0, 100_000.0, 9), math.inf)
    ]

    def long_menu() -> Menu:
        found = price_menu(
            frequency=Poisson(incidence=0.042), severity=hospital.severity, terms=grid, families=families
        )
        weights = families.weights / families.mean_size
        return Menu(
            name="hospital",
            mean=found.mean @ weights,
            variance=found.variance @ weights,
            cover=drawn.paid_to_the_dearest("hospital", grid),
            group=0,
            shared=np.zeros((len(grid), 0)),
        )

    menu = told(f"{len(grid):,} combinations of one benefit priced", long_menu, rounds=1)
    told("search among them, 5 budgets", lambda: best_packages([menu], rule, BUDGETS))


def told(name: str, work: Callable[[], Any], *, rounds: int = ROUNDS) -> Any:
    """Do it, print how long it took (the median), and hand on its answer."""
    times, answer = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    print(f"{name:56} {1000 * statistics.median(times):8.0f} ms  (slowest {1000 * max(times):.0f})")
    return answer


if __name__ == "__main__":
    main()
