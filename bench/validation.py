"""Sixty contracts by the exact engine and by everything else that can say them: writes docs/validation.md.

    make validate

runs it in an environment of its own with the tools of ``bench/correctness/requirements.lock``
(``make validate ARGS=--check`` compares and writes nothing). It ends with an error where an answer is further
away than accepted.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.correctness.by_hand import Moments, closed_form, plain_lattice, plain_simulation  # noqa: E402
from bench.correctness.contracts import Contract, contracts  # noqa: E402
from bench.correctness.page import Row, written  # noqa: E402
from bench.correctness.peers import TOOLS  # noqa: E402
from simulation.engine import ENGINE_VERSION  # noqa: E402
from simulation.engine.exact import price_exact  # noqa: E402
from simulation.engine.montecarlo import merge_chunks, simulate_chunk  # noqa: E402
from simulation.engine.simulation_plan import SimulationPlan  # noqa: E402

PAGE = ROOT / "docs" / "validation.md"
EVENTS, FAMILIES, SEED = 2_000_000, 1_000_000, 20180802
ACCEPTED = {"closed form": (1e-9, 1e-9), "lattice": (1e-5, 1e-4)}
TOOL_ACCEPTED = (2e-5, 2e-4)
STANDARD_ERRORS = 4.0
WORDS = "closed form 1e-9; lattice 1e-5 and 1e-4; tools 2e-5 and 2e-4; simulations 4 standard errors"


def row_of(contract: Contract) -> Row:
    """Everybody's answer to one contract."""
    moments = price_exact(contract.package)
    if moments.failed_checks:
        raise SystemExit(
            f"contract {contract.number}: the engine's own checks failed: {moments.failed_checks}"
        )
    exact = Moments(float(moments.package.mean[0]), float(moments.package.variance[0]))
    others = {"closed form": closed_form(contract), "lattice": plain_lattice(contract)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        others |= {name: tool(contract) for name, tool in TOOLS.items()}
    plan = SimulationPlan(package=contract.package, seed=SEED + contract.number, families=FAMILIES)
    simulated = merge_chunks(plan, [simulate_chunk(plan, k) for k in range(plan.chunk_count)])
    total = simulated.moments.package
    assert total.mean_error is not None
    return Row(
        contract=contract,
        exact=exact,
        others=others,
        plain=plain_simulation(contract, events=EVENTS, seed=SEED),
        ours=_distance(float(total.mean[0]) - exact.mean, float(total.mean_error[0]), exact.mean),
    )


def _distance(difference: float, error: float, scale: float) -> float:
    """In standard errors; 0 where both engines say the same: the simulation may have no doubt at all."""
    return 0.0 if abs(difference) <= 1e-9 * scale else difference / error


def too_far(row: Row) -> list[str]:
    """What is further away than accepted."""
    found = []
    for name in row.others:
        differences = row.differences(name)
        limits = ACCEPTED.get(name, TOOL_ACCEPTED)
        if differences is not None and any(d > limit for d, limit in zip(differences, limits, strict=True)):
            found.append(f"{name} {differences[0]:.1e} {differences[1]:.1e}")
    far = [*row.plain_distance, row.ours]
    if max(map(abs, far)) > STANDARD_ERRORS:
        found.append("simulations " + " ".join(f"{d:.1f}" for d in far))
    return [f"contract {row.contract.number} ({row.contract.text}): {one}" for one in found]


def main() -> int:
    """Compare, write, say what is too far."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    started = time.process_time()
    rows = [row_of(contract) for contract in contracts()]
    versions = {"this engine": ENGINE_VERSION}
    versions |= {name: metadata.version(name) for name in (*TOOLS, "numpy", "scipy")}
    if not options.check:
        PAGE.write_text(
            written(rows, versions=versions, accepted=WORDS, events=EVENTS, families=FAMILIES),
            encoding="utf-8",
        )
    problems = [problem for row in rows for problem in too_far(row)]
    spent = time.process_time() - started
    print(f"{len(rows)} contracts in {spent:.0f} CPU seconds; {len(problems)} too far apart")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
