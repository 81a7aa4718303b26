"""How fast and how precise the exact engine is, against a plain NumPy Monte Carlo in the same run.

    python bench/bench_exact_grid.py [--plain-families 2000000] [--repeats 51]

Prices the 200 terms of the benchmark grid (over the size mixture and every size apart), one of them, a dense
OPD benefit, a default menu, and packages of twelve benefits. Times are medians of processor time; ratios to
the plain Monte Carlo hold better than milliseconds, for it is the yardstick of this machine at this moment.
"""

from __future__ import annotations

import argparse
import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulation.engine.exact import price_exact, price_menu  # noqa: E402
from simulation.engine.families import FamilySizes  # noqa: E402
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson  # noqa: E402
from simulation.engine.menu import default_menu  # noqa: E402
from simulation.engine.package import Benefit, Package  # noqa: E402
from simulation.engine.severity import DayLaw, Gamma, Lognormal, Weibull  # noqa: E402
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms  # noqa: E402

SHARES = (0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07)
FAMILIES = FamilySizes(dict(enumerate(SHARES, start=1)))
ALL_SIZES = FamilySizes(dict.fromkeys(range(1, 13), 1.0 / 12.0))
FREQUENCY = Poisson(incidence=0.04)
SEVERITY = Lognormal.from_cv(mean=18_000.0, cv=1.2)
GRID = [
    CostTerms.with_cap_on_cost(threshold=threshold, event_cap=cap, copay=copay, family_cap=family_cap)
    for threshold, cap, copay, family_cap in itertools.product(
        (0.0, 250.0, 500.0, 1000.0, 2000.0),
        (1000.0, 3000.0, 5000.0, 10_000.0, 25_000.0),
        (0.0, 0.2),
        (5000.0, 10_000.0, 25_000.0, math.inf),
    )
]
ONE = CostTerms.with_cap_on_cost(threshold=500.0, event_cap=10_000.0, copay=0.2, family_cap=10_000.0)
OPD = [
    CostTerms(threshold=threshold, copay=copay, event_cap=cap, family_cap=family_cap)
    for threshold, cap, copay, family_cap in itertools.product(
        (0.0, 25.0, 50.0, 100.0, 200.0),
        (100.0, 250.0, 500.0, 1000.0, 2500.0),
        (0.0, 0.2),
        (1000.0, 2500.0, 5000.0, math.inf),
    )
]


def median_ms(work: Callable[[], object], repeats: int) -> float:
    """Median processor time of ``work``, milliseconds, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1e3 * statistics.median(times)


def plain_monte_carlo(terms: list[CostTerms], families: int) -> tuple[float, np.ndarray]:
    """What an analyst would write: draw families once, price every term on them. Milliseconds, moments."""
    start = time.process_time()
    rng = np.random.default_rng(20180802)
    sizes = rng.choice(FAMILIES.sizes, size=families, p=FAMILIES.weights)
    counts = rng.poisson(FREQUENCY.incidence * sizes)
    family = np.repeat(np.arange(families), counts)
    cost = SEVERITY.sample(rng, len(family))
    means = []
    for one in terms:
        paid = np.bincount(family, one.payout(cost), minlength=families)
        np.minimum(paid, one.family_cap, out=paid)
        means.append((paid.mean(), paid.var()))
    return 1e3 * (time.process_time() - start), np.array(means)


def twelve_rows(*, capped: bool, dense: bool) -> Package:
    """A package of twelve benefits, three of them linked; with or without one cap over all of them."""
    busy = 40.0 if dense else 2.0
    stay = {"linked_to": "hospitalisation"}

    def cost(name: str, incidence: float, mean: float, event_cap: float, family_cap: float) -> Benefit:
        return Benefit(
            name=name,
            frequency=Poisson(incidence=incidence),
            severity=Lognormal(mean=mean, sigma=0.9),
            terms=CostTerms(threshold=50.0, copay=0.1, event_cap=event_cap, family_cap=family_cap),
        )

    benefits = (
        cost("hospitalisation", 0.042, 18_000.0, 3000.0, 10_000.0),
        cost("injury", 0.23, 600.0, 700.0, 3000.0),
        cost("lab", 0.4, 300.0, 400.0, 1000.0),
        cost("imaging", 0.15, 1100.0, 1000.0, 5000.0),
        cost("OPD", busy, 350.0, 400.0, 2500.0),
        cost("medicines", busy, 200.0, 250.0, 1800.0),
        Benefit(
            name="transport", terms=FixedTerms(amount=1000.0, family_cap=3000.0), probability=0.8, **stay
        ),
        Benefit(
            name="wage loss",
            severity=DayLaw(mean=5.0, variance_to_mean=2.5),
            terms=WageTerms(rate=250.0, start_day=4, last_day=13, family_cap=5000.0),
            **stay,
        ),
        Benefit(
            name="companion",
            severity=Gamma(mean=800.0, cv=0.6),
            terms=CostTerms(event_cap=1000.0, family_cap=2500.0),
            probability=0.5,
            **stay,
        ),
        Benefit(
            name="caesarean",
            frequency=Bernoulli(incidence=0.01),
            terms=FixedTerms(amount=8000.0, family_cap=8000.0),
        ),
        Benefit(
            name="dental",
            frequency=NegativeBinomial(incidence=0.3, variance_to_mean=2.0),
            severity=Weibull(mean=700.0, cv=1.0),
            terms=CostTerms(event_cap=1000.0, family_cap=2000.0),
        ),
        cost("eyes", 0.1, 900.0, math.inf, 4000.0),
    )
    return Package(benefits=benefits, families=ALL_SIZES, family_cap=20_000.0 if capped else math.inf)


def bench_grid(repeats: int, plain_families: int) -> None:
    """The 200 combinations and one of them."""

    def exact(terms: list[CostTerms], *, mixed: bool) -> Callable[[], object]:
        return lambda: price_menu(
            frequency=FREQUENCY, severity=SEVERITY, terms=terms, families=FAMILIES, mixed=mixed
        )

    grid, apart = median_ms(exact(GRID, mixed=True), repeats), median_ms(exact(GRID, mixed=False), repeats)
    one, one_apart = (
        median_ms(exact([ONE], mixed=True), repeats),
        median_ms(exact([ONE], mixed=False), repeats),
    )
    plain_one, _ = plain_monte_carlo([ONE], plain_families)
    plain_grid, plain = plain_monte_carlo(GRID, plain_families)
    truth = np.loadtxt(ROOT / "tests" / "data" / "grid200-truth.csv", delimiter=",")
    found = price_menu(frequency=FREQUENCY, severity=SEVERITY, terms=GRID, families=FAMILIES, mixed=True)
    error = np.abs(np.stack([found.mean[:, 0], found.variance[:, 0]], axis=1) / truth - 1.0).max(axis=0)
    plain_error = np.abs(plain / truth - 1.0).max(axis=0)
    print(f"plain Monte Carlo, {plain_families:,} families: one {plain_one:.0f} ms, 200 {plain_grid:.0f} ms,")
    print(f"    largest relative error of mean {plain_error[0]:.1e}, of variance {plain_error[1]:.1e}")
    print(f"exact, largest relative error of mean {error[0]:.1e}, of variance {error[1]:.1e}")
    print(f"  200 combinations, size mixture  {grid:7.2f} ms   {plain_grid / grid:8.0f} times as fast")
    print(f"  200 combinations, 8 sizes apart {apart:7.2f} ms   {plain_grid / apart:8.0f} times as fast")
    print(f"  one combination, size mixture   {one:7.2f} ms   {plain_one / one:8.0f} times as fast")
    print(
        f"  one combination, 8 sizes apart  {one_apart:7.2f} ms   {plain_one / one_apart:8.0f} times as fast"
    )


def bench_menus(repeats: int) -> None:
    """A dense benefit and a default menu, every size apart."""
    opd = {"frequency": Poisson(incidence=2.0), "severity": Lognormal.from_cv(mean=350.0, cv=1.0)}
    dense = median_ms(lambda: price_menu(**opd, terms=OPD, families=FAMILIES), repeats)
    print(f"  OPD, 200 combinations, 8 sizes apart {dense:7.2f} ms")
    hospital = Benefit(name="hospitalisation", frequency=FREQUENCY, severity=SEVERITY, terms=ONE)
    menu = default_menu(hospital)
    whole = median_ms(
        lambda: price_menu(frequency=FREQUENCY, severity=SEVERITY, terms=menu, families=FAMILIES),
        max(3, repeats // 5),
    )
    print(f"  default menu, {len(menu):,} combinations, 8 sizes apart {whole:7.1f} ms")


def bench_packages(repeats: int) -> None:
    """Twelve benefits for all twelve family sizes."""
    for capped, dense in itertools.product((False, True), (False, True)):
        package = twelve_rows(capped=capped, dense=dense)
        answer = price_exact(package)
        assert not answer.failed_checks, answer.failed_checks
        took = median_ms(lambda package=package: price_exact(package), max(5, repeats // 2))
        name = f"{'40' if dense else '2'} OPD visits a person, {'one' if capped else 'no'} package cap"
        print(f"  twelve rows, 12 sizes, {name:44} {took:7.2f} ms")


def main() -> None:
    """Run the parts and print what they took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plain-families", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=51)
    options = parser.parse_args()
    bench_grid(options.repeats, options.plain_families)
    bench_menus(options.repeats)
    bench_packages(options.repeats)


if __name__ == "__main__":
    main()
