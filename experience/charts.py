"""Where the marks of a year's and a portfolio's charts go: per cents across, pixels down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from experience.indicators import ByYear
from schemes.charts import Say, nice

HEIGHT = 240
TOP, FOOT = 22, 24
GUTTER = 10.0
"""Per cent left of the bars, for the amounts of the axis."""


def by_year_chart(table: ByYear, *, say: Say) -> dict[str, Any] | None:
    """Every scheme's figure as a dot, the mean of each year as a line; None where nothing is known.

    A year without a mean breaks the line: a gap is a gap.
    """
    known = [value for row in table.rows.values() for value in row if value is not None]
    if not known:
        return None
    most = nice(max([*known, 1e-9]))

    def down(value: float) -> str:
        return f"{HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * max(value, 0.0) / most:.1f}"

    step = 100.0 / len(table.years)
    across = [step * (place + 0.5) for place in range(len(table.years))]
    dots = [
        {"x": f"{x:.2f}", "y": down(value), "name": f"{name}, {year}: {say(value)}"}
        for name, row in table.rows.items()
        for x, year, value in zip(across, table.years, row, strict=True)
        if value is not None
    ]
    means = [
        {"x": f"{x:.2f}", "y": down(value), "text": say(value)}
        for x, value in zip(across, table.totals, strict=True)
        if value is not None
    ]
    return {
        "height": HEIGHT,
        "base": HEIGHT - FOOT,
        "foot": HEIGHT - 6,
        "dots": dots,
        "means": means,
        "lines": _joined(across, table.totals, down),
        "ticks": [{"y": down(most * share), "text": say(most * share)} for share in (0.0, 0.5, 1.0)],
        "years": [{"x": f"{x:.2f}", "text": year} for x, year in zip(across, table.years, strict=True)],
    }


def _joined(
    across: Sequence[float], values: Sequence[float | None], down: Callable[[float], str]
) -> list[dict[str, str]]:
    """Straight pieces between neighbouring years that both are known."""
    return [
        {"x1": f"{across[n]:.2f}", "y1": down(one), "x2": f"{across[n + 1]:.2f}", "y2": down(other)}
        for n, (one, other) in enumerate(pairwise(values))
        if one is not None and other is not None
    ]


def months_chart(paid: Sequence[float | None], *, names: Sequence[str], say: Say) -> dict[str, Any] | None:
    """A bar a month; a month that nothing is known of has none."""
    known = [value for value in paid if value is not None]
    if not any(known):
        return None
    most = nice(max(known))
    step = (100.0 - GUTTER) / len(paid)
    room = HEIGHT - FOOT - TOP
    return {
        "height": HEIGHT,
        "base": HEIGHT - FOOT,
        "foot": HEIGHT - 6,
        "bars": [
            {
                "x": f"{GUTTER + step * (place + 0.15):.2f}",
                "width": f"{0.7 * step:.2f}",
                "y": f"{HEIGHT - FOOT - room * value / most:.1f}",
                "height": f"{room * value / most:.1f}",
            }
            for place, value in enumerate(paid)
            if value is not None
        ],
        "ticks": [
            {"y": f"{HEIGHT - FOOT - room * share:.1f}", "text": say(most * share)} for share in (0.5, 1.0)
        ],
        "months": [
            {"x": f"{GUTTER + step * (place + 0.5):.2f}", "text": place + 1, "name": name}
            for place, name in enumerate(names)
        ],
    }
