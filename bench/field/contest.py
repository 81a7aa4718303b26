"""Contestants at a case, each in a process of its own, asked in turn so that disturbances meet all."""

from __future__ import annotations

import json
import os
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.field.cases import CASES, Array
from bench.field.peers import LATTICES

HERE = Path(__file__).resolve().parent
ONE_CORE = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
    "1",
)
"""Everybody gets one core."""
LONGEST_START = LONGEST_RUN = 180.0
ACTUAR_STEPS = {"ONE": 100.0, "GRID": 100.0, "OPD": 5.0}
FASTEST = ("prospicio, fine", "prospicio, coarse")
CONTESTANTS = {
    "ONE": ("exact", "simulation", "actuar", *LATTICES, "NumPy", "LibreOffice"),
    "GRID": (
        "exact",
        *FASTEST,
        "simulation",
        "NumPy",
        "actuar",
        *(name for name in LATTICES if name not in FASTEST),
    ),
    "OPD": ("exact", "simulation", "actuar", *LATTICES, "NumPy"),
    "PACKAGE": ("exact", "simulation", "NumPy"),
}


@dataclass
class Result:
    """One contestant at one case: seconds of every run, peak memory, its answer."""

    contestant: str
    called: str = ""
    absent: str = ""
    seconds: list[float] = field(default_factory=list)
    megabytes: float | None = None
    moments: Array | None = None
    errors: Array | None = None

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    def off(self, truth: Array) -> tuple[float, float]:
        """The largest relative errors of mean and variance over all contracts."""
        assert self.moments is not None
        worst = np.abs(self.moments / truth - 1.0).max(axis=0)
        return float(worst[0]), float(worst[1])

    @property
    def standard_error(self) -> float:
        """The largest relative standard error of a mean; 0 where nothing was drawn."""
        return 0.0 if self.errors is None else float(self.errors.max())


class _Running:
    """A worker that answers one line for each line it gets."""

    def __init__(self, contestant: str, case: str) -> None:
        self.result = Result(contestant)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed with the process
        self._process = subprocess.Popen(
            _command(contestant, case),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **ONE_CORE},
        )
        word, _, told = self._line(LONGEST_START).partition(" ")
        if word == "ready":
            self.result.called = told
        else:
            self.result.absent = told if word == "absent" else f"it did not start: {self._last_words()}"

    def ask(self, most_seconds: float) -> None:
        """One more run."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        line = self._line(most_seconds)
        if not line:
            self.result.absent = f"no answer within {most_seconds:.0f} s {self._last_words()}".strip()
            return
        seconds, self.result.moments, self.result.errors = _read(line)
        self.result.seconds.append(seconds)

    def close(self) -> Result:
        """End it."""
        self.result.megabytes = None if self.result.contestant == "LibreOffice" else _peak(self._process.pid)
        self._process.kill()
        self._process.communicate()
        self._errors.close()
        return self.result

    def _line(self, most_seconds: float) -> str:
        stream = self._process.stdout
        assert stream is not None
        there, _, _ = select.select([stream], [], [], most_seconds)
        return stream.readline().decode().strip() if there else ""

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def contest(case: str, *, rounds: int, deadline: float) -> list[Result]:
    """Every contestant ``rounds`` times in turn; after the deadline nobody starts, and no further round."""
    running, late = [], []
    for contestant in CONTESTANTS[case]:
        if running and time.monotonic() > deadline:
            late.append(Result(contestant, absent=f"no time was left for {case}"))
            continue
        running.append(_Running(contestant, case))
        _tell(case, running[-1].result)
    for done in range(rounds):
        if done and time.monotonic() > deadline:
            break
        for one in running:
            if not one.result.absent:
                one.ask(LONGEST_RUN)
    return [*(one.close() for one in running), *late]


def _tell(case: str, result: Result) -> None:
    print(f"{case}: {result.contestant} {result.absent or result.called}", file=sys.stderr)


def _command(contestant: str, case: str) -> list[str]:
    if contestant != "actuar":
        return [sys.executable, str(HERE / "worker.py"), contestant, case]
    asked = CASES[case]
    table = Path(tempfile.gettempdir()) / f"cbhi-bench-{os.getpid()}-{case}.csv"
    table.write_text(_csv(asked.contracts), encoding="utf-8")
    numbers = (asked.incidence, asked.mean_cost, asked.cv, ACTUAR_STEPS[case])
    script = ["Rscript", str(HERE / "actuar.R"), str(table), *map(repr, numbers)]
    return [
        "sh",
        "-c",
        'command -v Rscript >/dev/null && exec "$@" || echo absent R is not there',
        "sh",
        *script,
    ]


def _csv(rows: Iterable[tuple[float, ...]]) -> str:
    return "".join(
        ",".join("Inf" if np.isinf(value) else repr(value) for value in row) + "\n" for row in rows
    )


def _read(line: str) -> tuple[float, Array, Array | None]:
    """JSON of ``worker.py``, or the bare numbers of ``actuar.R``."""
    if line.startswith("{"):
        told = json.loads(line)
        errors = None if told["errors"] is None else np.array(told["errors"])
        return told["seconds"], np.array(told["moments"]), errors
    seconds, *moments = map(float, line.split())
    return seconds, np.array(moments).reshape(-1, 2), None


def _peak(pid: int) -> float | None:
    """The most memory that a process has held so far, MB; where the system tells it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024.0 if found else None
