"""One contestant at one case in a process of its own: a line on standard input is one run.

    python bench/field/worker.py CONTESTANT CASE

Answers ``ready WHAT`` or ``absent WHY`` once, after a first run (which counts only if it is long), and then
for each run a line of JSON: seconds (the median of several, where one takes less than 50 ms), mean and
variance of every contract, and the relative standard errors of the means where it simulates.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

AT_LEAST, MOST_REPEATS = 0.05, 25
LONG = 2.0
"""Seconds of a first run from which on it counts: what is set up the first time is little beside it."""


def work_of(contestant: str, case_name: str) -> tuple[Callable[[], Any], str]:
    """What it does, and what it calls itself."""
    import numpy as np

    from bench.field.cases import CASES
    from simulation.engine import ENGINE_VERSION

    case = CASES.get(case_name)
    numpy = f"NumPy {np.__version__}"
    if contestant in {"exact", "simulation"}:
        from bench.field import ours

        of_case, whole = {
            "exact": (ours.exact, ours.exact_package),
            "simulation": (ours.simulated, ours.simulated_package),
        }[contestant]
        return (whole if case is None else lambda: of_case(case)), f"this engine {ENGINE_VERSION}"  # type: ignore[operator]
    if contestant == "NumPy":
        from bench.field import by_hand

        return (by_hand.plain_package if case is None else lambda: by_hand.plain(case)), numpy
    if contestant == "LibreOffice":
        from bench.field import libreoffice

        return libreoffice.recalculated, libreoffice.version()
    from bench.field import peers

    assert case is not None
    peers.answer(contestant, CASES["ONE"])  # what it imports and compiles is no part of its time
    tool = contestant.split(",", maxsplit=1)[0]
    return lambda: peers.answer(contestant, case), f"{tool} {metadata.version(tool)}"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and the answer."""
    from bench.field.clock import processor_seconds

    began = processor_seconds()
    answer = work()
    return processor_seconds() - began, answer


def main(contestant: str, case: str) -> None:
    """Answer line by line until standard input ends."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what a tool prints is no answer
    try:
        work, called = work_of(contestant, case)
        first, answer = timed(work)
    except (ImportError, FileNotFoundError) as missing:
        print(f"absent {missing}", file=out, flush=True)
        return
    print(f"ready {called}", file=out, flush=True)
    repeats = min(MOST_REPEATS, max(1, int(AT_LEAST / first)))
    known = [(first, answer)] if first > LONG else []
    for _line in sys.stdin:
        gc.collect()  # once: before every run it would empty the processor's cache for the short ones
        runs = known or [timed(work) for _ in range(repeats)]
        known = []
        answer = runs[0][1]
        moments, errors = answer if isinstance(answer, tuple) else (answer, None)
        told = {
            "seconds": statistics.median(seconds for seconds, _ in runs),
            "moments": moments.tolist(),
            "errors": None if errors is None else errors.tolist(),
        }
        print(json.dumps(told), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
