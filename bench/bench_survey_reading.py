"""How long a million rows of events take to be read and checked, and how much memory that needs.

    python bench/bench_survey_reading.py [--rows 1000000]

Writes a survey of that size (events.csv, members.csv, households.csv) to a temporary folder, reads it in a
child process and prints seconds and the child's largest resident memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey.reading.sandbox import LEAN  # noqa: E402

PERSONS_A_HOUSEHOLD = 5
EVENTS_A_HOUSEHOLD = 5
CHILD = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from survey.reading.reader import read_survey
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
reading = read_survey([Path(path) for path in sys.argv[2:]])
print(json.dumps({
    "seconds": time.perf_counter() - started, "processor": time.process_time(),
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "megabytes_before": before / 1024,
    "events": len(reading.tables.events), "persons": len(reading.tables.persons),
    "households": len(reading.tables.households), "problems": reading.problem_count,
    "counts": reading.counts,
}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        paths = write(Path(folder), rows)
        size = sum(path.stat().st_size for path in paths) / 1e6
        print(f"written: {rows:,} events, {size:.0f} MB, {time.perf_counter() - started:.1f} s")
        command = [sys.executable, "-c", CHILD, str(ROOT), *map(str, paths)]
        # As the site starts it.
        output = subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | LEAN
        ).stdout
    found = json.loads(output)
    print(
        f"read: {found['events']:,} events, {found['persons']:,} persons, {found['households']:,} households"
    )
    print(f"problems: {found['problems']:,}  {found['counts']}")
    print(f"seconds: {found['seconds']:.1f} (bar: 60), of processor {found['processor']:.1f}")
    before = found["megabytes_before"]
    print(f"largest resident memory: {found['megabytes']:.0f} MB (bar: 300; {before:.0f} before)")


def write(folder: Path, rows: int) -> list[Path]:
    rng = np.random.default_rng(20_261_121)
    households = max(1, rows // EVENTS_A_HOUSEHOLD)
    kinds = np.array(["outpatient", "laboratory", "imaging", "injury", "hospital", "delivery", "caesarean"])
    paths = [folder / name for name in ("households.csv", "members.csv", "events.csv")]
    with paths[0].open("w") as stream:
        stream.write("household_id,cluster,weight,household_size\n")
        stream.writelines(
            f"H{n:07d},V{n // 20:05d},{1 + n % 3},{PERSONS_A_HOUSEHOLD}\n" for n in range(households)
        )
    with paths[1].open("w") as stream:
        stream.write("household_id,person_no,age,sex\n")
        ages = rng.integers(0, 90, PERSONS_A_HOUSEHOLD * households)
        stream.writelines(
            f"H{n // PERSONS_A_HOUSEHOLD:07d},{n % PERSONS_A_HOUSEHOLD + 1},{age},{'fm'[n % 2]}\n"
            for n, age in enumerate(ages)
        )
    owners = rng.integers(0, households, rows)
    persons = rng.integers(1, PERSONS_A_HOUSEHOLD + 1, rows)
    chosen = kinds[rng.choice(7, rows, p=[0.6, 0.15, 0.05, 0.08, 0.08, 0.03, 0.01])]
    bills = np.round(rng.lognormal(6.0, 1.2, rows), 0)
    days, lost = rng.integers(0, 15, rows), rng.integers(0, 20, rows)
    with paths[2].open("w") as stream:
        stream.write(
            "household_id,person_no,event_kind,bill,days_in_hospital,transport_cost,work_days_lost,"
            "still_ongoing\n"
        )
        for place in range(rows):
            # Every twentieth bill is typed with commas, every five-hundredth is not a number.
            bill = f'"{bills[place]:,.0f}"' if place % 20 == 0 else f"{bills[place]:.0f}"
            bill = "n.k." if place % 500 == 0 else bill
            stream.write(
                f"H{owners[place]:07d},{persons[place]},{chosen[place]},{bill},{days[place]},"
                f"{lost[place] * 10},{lost[place]},no\n"
            )
    return paths


if __name__ == "__main__":
    main()
