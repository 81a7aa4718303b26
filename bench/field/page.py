"""The page that ``bench/benchmark.py`` writes."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy

from bench.field.by_hand import FAMILY_YEARS as PLAIN_FAMILIES
from bench.field.cases import Array
from bench.field.contest import ACTUAR_STEPS, Result
from bench.field.ours import FAMILY_YEARS
from bench.field.peers import LATTICES

PAGE = Path(__file__).with_suffix(".md")


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What ``growth`` found."""

    combinations: list[tuple[int, float]]
    limits: list[tuple[int, int, float]]
    chunks: list[tuple[int, float]]
    largest: list[tuple[str, float, float | None]]


@dataclass(frozen=True)
class Target:
    """What is aimed at, what was found, whether that is enough (None: could not be measured)."""

    aim: str
    found: str
    met: bool | None


def written(
    results: Mapping[str, Sequence[Result]],
    truths: Mapping[str, Array],
    growth: Growth,
    targets: Sequence[Target],
    *,
    load: str,
) -> str:
    """The whole page: ``page.md`` with its tables."""
    everybody = [one for case in results.values() for one in case]
    called = sorted({one.called for one in everybody if one.called})
    absent = sorted({f"{one.contestant}: {one.absent}" for one in everybody if one.absent})
    words = {None: "not measured", True: "met", False: "**missed**"}
    return PAGE.read_text(encoding="utf-8").format(
        machine=machine(),
        load=load,
        versions="Versions: " + ", ".join(called) + ".\n",
        targets=table(["aim", "found", ""], [[one.aim, one.found, words[one.met]] for one in targets]),
        growth=_growth(growth),
        largest=table(
            ["question", "time", "memory"],
            [[name, duration(seconds), _megabytes(memory)] for name, seconds, memory in growth.largest],
        ),
        floor=_megabytes(min((memory for *_, memory in growth.largest if memory), default=None)),
        absent=("Not there in this run: " + "; ".join(absent) + ".") if absent else "",
        **{case.lower(): _case(case, found, truths[case]) for case, found in results.items()},
    )


def _case(case: str, found: Sequence[Result], truth: Array) -> str:
    exact = next(one for one in found if one.contestant == "exact")
    there = sorted((one for one in found if one.seconds), key=lambda one: one.median)
    rows = []
    for one in there:
        mean, variance = one.off(truth)
        spread = f"{duration(min(one.seconds))}–{duration(max(one.seconds))}"
        error = f"{one.standard_error:.1e}" if one.standard_error else "–"
        same = case == "PACKAGE" and one is exact
        rows.append(
            [
                _who(one.contestant, case),
                f"{duration(one.median)} ({spread}; {len(one.seconds)})",
                _megabytes(one.megabytes),
                "–" if same else f"{mean:.0e}",
                "–" if same else f"{variance:.0e}",
                error,
                f"{one.median / exact.median:,.1f}",
            ]
        )
    head = ["who", "time (range; runs)", "memory", "error of mean", "of variance", "s.e.", "time / ours"]
    return table(head, rows)


def _who(contestant: str, case: str) -> str:
    if contestant in LATTICES:
        step, points = LATTICES[contestant][1][case]
        return f"{contestant.split(',', maxsplit=1)[0]}, lattice {step:g} × {points:,}"
    if contestant == "actuar":
        return f"R actuar, Panjer, lattice {ACTUAR_STEPS[case]:g}"
    words = {
        "exact": "**exact engine**",
        "simulation": f"**simulation**, {FAMILY_YEARS:,} family-years",
        "LibreOffice": "LibreOffice, 10,000 rows of RAND()",
    }
    return words.get(contestant) or f"NumPy Monte Carlo, {PLAIN_FAMILIES[case]:,} families"


def _growth(growth: Growth) -> str:
    combinations = table(
        ["combinations, exact", "time", "for each"],
        [[f"{n:,}", duration(s), f"{1e6 * s / n:.2f} µs"] for n, s in growth.combinations],
    )
    first = growth.limits[0]
    limits = table(
        ["copays × family caps, at 25 pairs of threshold and cap", "combinations", "time", "times the first"],
        [
            [f"{copays} × {caps}", f"{25 * copays * caps:,}", duration(s), f"{s / first[2]:.2f}"]
            for copays, caps, s in growth.limits
        ],
    )
    chunks = table(
        ["chunks of 250,000 family-years, 200 combinations", "time", "for each"],
        [[f"{n:,}", duration(s), f"{1e3 * s / n:.2f} ms"] for n, s in growth.chunks],
    )
    return f"{combinations}\n{limits}\n{chunks}"


def duration(seconds: float) -> str:
    """Three digits, in the unit that suits."""
    return f"{seconds:.3g} s" if seconds >= 1.0 else f"{1e3 * seconds:.3g} ms"


def machine() -> str:
    """Processor, cores, memory, system."""
    cores, memory = os.cpu_count(), ""
    if Path("/proc/meminfo").exists():
        total = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="utf-8"))
        memory = f", {int(total[1]) / 2**20:.0f} GiB" if total else ""
    return (
        f"{_processor()}, {cores} cores{memory}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", path.read_text(encoding="utf-8")) if path.exists() else None
    return found[1] if found else platform.processor() or "processor unknown"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return _row(head) + _row(["---"] * len(head)) + "".join(map(_row, rows))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _megabytes(memory: float | None) -> str:
    return "–" if memory is None else f"{memory:.0f} MB"
