"""Charts as plain shares of their frame, which `components/plot.html` draws: lines, bands and ticks.

Everything is worked out here and given as text, so that a chart needs no script, stretches with the page and
prints as it is. A table beside each chart says the same in numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Say = Callable[[float], str]
Look = Literal["1", "dash", "ink", "bad", "dots"]
"""Which of the style sheet's lines it is: they differ in tone and in pattern; dots are not joined."""
LOOKS: tuple[Look, ...] = ("1", "dash", "ink", "bad")
"""In the order in which lines take them."""
STEPS = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: its name in the key, its points in order, and how it looks.

    A value that is None leaves a gap.
    """

    name: str
    values: Sequence[float | None]
    look: Look = "1"


@dataclass(frozen=True, kw_only=True)
class Band:
    """The room between two lines."""

    name: str
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What the template draws; places are shares of the frame in 0 to 100, as text."""

    title: str
    x_name: str
    y_name: str
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]
    bands: tuple[tuple[str, str], ...]
    x_ticks: tuple[tuple[str, str, str], ...]
    y_ticks: tuple[tuple[str, str], ...]
    mark: str = ""
    mark_name: str = ""


def nice(value: float) -> float:
    """The next of `STEPS` times a power of ten; a quarter of it is short to write."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


def plot(
    *,
    title: str,
    x: Sequence[float],
    lines: Sequence[Line],
    x_name: str,
    y_name: str,
    say_x: Say,
    say_y: Say,
    bands: Sequence[Band] = (),
    log_x: bool = False,
    highest: float | None = None,
    mark: float | None = None,
    mark_name: str = "",
) -> Plot:
    """A chart of lines over common points; the upright axis starts at 0, or below when a value is negative.

    Parameters
    ----------
    x : sequence of float
        Ascending; above 0 when `log_x`.
    highest : float or None
        Top of the upright axis; a round number above every value when None.
    mark : float or None
        An x that an upright line points out, `mark_name` says what it is.
    """
    values = [value for line in lines for value in line.values if value is not None]
    values += [value for band in bands for value in (*band.low, *band.high)]
    if not values or len(x) < 1:
        raise ValueError("a chart needs points")
    top = highest if highest is not None else _top(max(*values, 0.0))
    marks = [share * top for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    if min(values) < 0:
        marks = _marks_around_zero(min(values), max(top if highest is not None else max(values), 0.0))
    bottom, top = marks[0], marks[-1]
    across = _scale(x, log=log_x)

    def place(value: float) -> float:
        return 100.0 * (1.0 - (value - bottom) / (top - bottom))

    def run(points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{at:.2f},{up:.2f}" for at, up in points)

    places = [across(at) for at in x]
    return Plot(
        title=title,
        x_name=x_name,
        y_name=y_name,
        lines=tuple(
            (line.name, line.look, tuple(run(part) for part in _parts(places, line, place))) for line in lines
        ),
        bands=tuple(
            (
                band.name,
                run(
                    [(at, place(value)) for at, value in zip(places, band.high, strict=True)]
                    + [(at, place(value)) for at, value in zip(places[::-1], band.low[::-1], strict=True)]
                ),
            )
            for band in bands
        ),
        x_ticks=tuple(_x_ticks(x, across, say_x)),
        y_ticks=tuple((f"{place(value):.2f}", say_y(value)) for value in marks),
        mark="" if mark is None else f"{across(mark):.2f}",
        mark_name=mark_name,
    )


def _top(most: float) -> float:
    return nice(most) if most > 0 else 1.0


def _marks_around_zero(lowest: float, highest: float) -> list[float]:
    """Evenly apart, from below the lowest value to above the highest, 0 among them."""
    step = nice((highest - lowest) / 4)
    return [step * n for n in range(math.floor(lowest / step), math.ceil(highest / step) + 1)]


def _scale(x: Sequence[float], *, log: bool) -> Callable[[float], float]:
    def along(value: float) -> float:
        return math.log(value) if log else value

    first, last = along(x[0]), along(x[-1])
    width = last - first
    return lambda value: 50.0 if width == 0 else 100.0 * (along(value) - first) / width


def _parts(
    places: Sequence[float], line: Line, place: Callable[[float], float]
) -> list[list[tuple[float, float]]]:
    """The points of a line, cut at its gaps; a dot is a stroke from a point to itself."""
    points = [
        None if value is None else (at, place(value)) for at, value in zip(places, line.values, strict=True)
    ]
    if line.look == "dots":
        return [[point, point] for point in points if point is not None]
    parts: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            parts.append([])
        else:
            parts[-1].append(point)
    return [part for part in parts if part]


TICK_ROOM = 14.0
"""Shares of the width that words under the axis need, however short they are."""
LETTER = 2.6
"""Shares of a phone's width that one letter of them takes."""


def _x_ticks(x: Sequence[float], across: Callable[[float], float], say: Say) -> list[tuple[str, str, str]]:
    """The first and the last point, and those between that have room, as (place, words, anchor)."""
    last = len(x) - 1
    places = [across(value) for value in x]
    wide = [LETTER * (len(say(value)) + 1) for value in x]
    shown = [0]

    def room(left: int, right: int) -> bool:
        """Words at an end stand wholly inside, those between around their point."""
        needed = sum(wide[one] if one in (0, last) else wide[one] / 2 for one in (left, right))
        return places[right] - places[left] >= max(TICK_ROOM, needed)

    for index in range(1, last):
        if room(shown[-1], index) and room(index, last):
            shown.append(index)
    shown += [last] if last else []
    anchors = {0: "start", last: "end"} if last else {0: "middle"}
    return [(f"{places[index]:.2f}", say(x[index]), anchors.get(index, "middle")) for index in shown]
