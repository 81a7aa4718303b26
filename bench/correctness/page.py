"""The page that ``bench/validation.py`` writes: what was compared, how far apart the answers are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.correctness.by_hand import Moments
from bench.correctness.contracts import Contract

LEAST = 1e-9
"""Smaller differences are not told apart: they are rounding, and another processor rounds otherwise."""

PAGE = Path(__file__).with_suffix(".md")


@dataclass(frozen=True)
class Row:
    """One contract: what the engine, the others by name (None: no answer) and the simulations say."""

    contract: Contract
    exact: Moments
    others: Mapping[str, Moments | None]
    plain: Moments
    ours: float

    def differences(self, name: str) -> tuple[float, float] | None:
        """Relative differences of mean and variance; None where ``name`` has no answer."""
        other = self.others[name]
        if other is None or math.isnan(other.mean):
            return None
        return abs(other.mean / self.exact.mean - 1.0), abs(other.variance / self.exact.variance - 1.0)

    @property
    def plain_distance(self) -> tuple[float, float]:
        """Of the plain simulation, in its standard errors: mean, variance."""
        mean = (self.plain.mean - self.exact.mean) / self.plain.mean_error
        return mean, (self.plain.variance - self.exact.variance) / self.plain.variance_error

    @property
    def witnesses(self) -> int:
        """How many others have an answer, the plain simulation counted."""
        return 1 + sum(self.differences(name) is not None for name in self.others)


def written(
    rows: Sequence[Row], *, versions: Mapping[str, str], accepted: str, events: int, families: int
) -> str:
    """The whole page: ``page.md`` with its tables."""
    names = list(rows[0].others)
    head = ["", "contract", "mean", "sd", *names, "plain", "ours"]
    return PAGE.read_text(encoding="utf-8").format(
        events=events,
        families=families,
        least=LEAST,
        accepted=accepted,
        versions="".join(_row([name, version]) for name, version in versions.items()),
        summary="".join(_row(line) for line in _summary(rows, names)),
        witnesses=min(row.witnesses for row in rows),
        contracts=_row(head) + _row(["---"] * len(head)) + "".join(_row(_cells(row, names)) for row in rows),
    )


def _summary(rows: Sequence[Row], names: Sequence[str]) -> list[list[str]]:
    lines = []
    for name in names:
        found = [found for row in rows if (found := row.differences(name)) is not None]
        lines.append([name, str(len(found)), *(_digit(max(f[part] for f in found)) for part in (0, 1))])
    plain = [max(abs(row.plain_distance[part]) for row in rows) for part in (0, 1)]
    lines.append(
        ["plain simulation, in standard errors", str(len(rows)), *(f"{worst:.1f}" for worst in plain)]
    )
    ours = max(abs(row.ours) for row in rows)
    lines.append(["our simulation, in standard errors", str(len(rows)), f"{ours:.1f}", "–"])
    return lines


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    cells = [str(row.contract.number), row.contract.text]
    cells += [f"{row.exact.mean:.3f}", f"{math.sqrt(row.exact.variance):.3f}"]
    for name in names:
        found = row.differences(name)
        missing = "–" if row.others[name] is None else "nan"
        cells.append(missing if found is None else f"{_digit(found[0])} · {_digit(found[1])}")
    return [*cells, "{:.1f} · {:.1f}".format(*row.plain_distance), f"{row.ours:.1f}"]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _digit(difference: float) -> str:
    return "0" if difference < LEAST else f"{difference:.0e}".replace("e-0", "e-")
