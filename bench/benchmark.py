"""The engines side by side with the tools one would use otherwise: prints and writes docs/benchmark.md.

    make bench

runs it in the environment of ``make validate`` (``bench/correctness/requirements.lock``). R with actuar and
LibreOffice take part where they are installed. ``--print-only`` leaves the page alone; ``--truth`` works out
the stored truths anew and says how far they are from the stored ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from bench.field import growth  # noqa: E402
from bench.field.cases import CASES, Array  # noqa: E402
from bench.field.contest import Result, contest  # noqa: E402
from bench.field.page import Growth, Target, duration, written  # noqa: E402

PAGE = ROOT / "docs" / "benchmark.md"
SHARE_OF_TIME = {"GRID": 0.5, "ONE": 0.6, "OPD": 0.75, "PACKAGE": 0.8}
"""When a case must end, as a share of the whole time; on a loaded machine there are fewer runs."""
NEAR = 1e-4
"""Error of mean and variance that a tool must keep to be compared."""


def targets(results: dict[str, list[Result]], truths: dict[str, Array], found: Growth) -> list[Target]:
    """What is aimed at, and what came out."""
    grid, truth = {one.contestant: one for one in results["GRID"]}, truths["GRID"]
    ours, plain, simulated = grid["exact"], grid["NumPy"], grid["simulation"]
    dense = next(one for one in results["OPD"] if one.contestant == "exact")
    exact_off, dense_off = max(ours.off(truth)), dense.off(truths["OPD"])
    near = [
        one
        for name, one in grid.items()
        if one.seconds and name not in {"exact", "simulation", "NumPy"} and max(one.off(truth)) <= NEAR
    ]
    as_near = [one for one in near if max(one.off(truth)) <= 1.05 * exact_off]
    return [
        _faster(
            f"200 contracts at least 20 times as fast as the fastest tool that is as near ({exact_off:.0e})",
            as_near,
            ours,
        ),
        _faster(f"... and as the fastest at any lattice that keeps {NEAR:.0e}", near, ours),
        Target(
            "200 contracts at least 5,000 times as fast as the NumPy Monte Carlo",
            f"{plain.median / ours.median:,.0f} times" if plain.seconds else "–",
            plain.median / ours.median >= 5000.0 if plain.seconds else None,
        ),
        _equal_error(simulated, plain),
        Target(
            f"dense benefit in 10 ms at {NEAR:.0e}",
            f"{duration(dense.median)}, errors {dense_off[0]:.0e} and {dense_off[1]:.0e}",
            dense.median <= 0.010 and max(dense_off) <= NEAR,
        ),
        _linear("cost for each combination no higher at 20,000 than at 200", found.combinations),
        _linear("cost for each chunk no more than 1.3 times as high at 1,000 as at 10", found.chunks, 1.3),
        _sublinear(found.limits),
    ]


def _faster(aim: str, others: list[Result], ours: Result) -> Target:
    if not others:
        return Target(aim, "–", None)
    best = min(others, key=lambda one: one.median)
    ratio = best.median / ours.median
    return Target(aim, f"{ratio:.1f} times ({best.contestant}, {duration(best.median)})", ratio >= 20.0)


def _equal_error(ours: Result, plain: Result) -> Target:
    aim = "simulation at least 15 times as fast as the NumPy Monte Carlo at equal standard error"
    if not plain.seconds or not ours.seconds:
        return Target(aim, "–", None)
    faster, sharper = plain.median / ours.median, plain.standard_error / ours.standard_error
    ratio = faster * sharper**2
    words = f"{ratio:.0f} times: {faster:.1f} times as fast, standard error {sharper:.2f} times smaller"
    return Target(aim, words, ratio >= 15.0)


def _linear(aim: str, grown: list[tuple[int, float]], most: float = 1.0) -> Target:
    each = [seconds / count for count, seconds in grown]
    words = ", ".join(f"{count:,}: {duration(seconds)}" for count, seconds in grown)
    return Target(aim, words, each[-1] <= most * each[0] if len(each) == 3 else None)


def _sublinear(limits: list[tuple[int, int, float]]) -> Target:
    first, *others = limits
    words = "; ".join(
        f"{copays * caps // (first[0] * first[1])} times as many: {seconds / first[2]:.1f} times the time"
        for copays, caps, seconds in others
    )
    met = all(s / first[2] < 0.75 * copays * caps / (first[0] * first[1]) for copays, caps, s in others)
    return Target("less than proportional to family caps and copays", words, met)


def work_out_truths() -> int:
    """Both truths anew against the stored ones."""
    worst = 0.0
    for case in (CASES["GRID"], CASES["OPD"]):
        off = np.abs(case.worked_out() / case.truth - 1.0).max(axis=0)
        print(f"{case.name}: largest difference of mean {off[0]:.0e}, of variance {off[1]:.0e}")
        worst = max(worst, *off.tolist())
    return 0 if worst < 1e-8 else 1


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=6.0, help="about so long on a loaded machine")
    parser.add_argument("--print-only", action="store_true")
    parser.add_argument("--truth", action="store_true", help="work out the stored truths anew and compare")
    options = parser.parse_args()
    if options.truth:
        return work_out_truths()
    began = os.getloadavg()[0]
    started = time.monotonic()
    results = {
        case: contest(case, rounds=options.rounds, deadline=started + 60.0 * options.minutes * share)
        for case, share in SHARE_OF_TIME.items()
    }
    exact = results["PACKAGE"][0]
    assert exact.moments is not None
    truths = {**{name: case.truth for name, case in CASES.items()}, "PACKAGE": exact.moments}
    print("growth", file=sys.stderr)
    grown = Growth(
        combinations=growth.combinations(),
        limits=growth.limits(),
        chunks=growth.chunks(started + 54.0 * options.minutes),
        largest=growth.largest(started + 66.0 * options.minutes),
    )
    load = f"load {began:.1f} before, {os.getloadavg()[0]:.1f} after"
    page = written(results, truths, grown, targets(results, truths, grown), load=load)
    print(page)
    if not options.print_only:
        PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
