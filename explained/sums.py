"""Printed lines that add up to the printed total. Pure: no Django."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from simulation.engine.refusal import Refused


def rounded(value: float, *, places: int) -> Decimal:
    """Rounded half up, a float as it prints."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def adding_up(parts: Sequence[float], *, places: int, whole: Decimal | None = None) -> tuple[Decimal, ...]:
    """The parts with ``places`` digits after the point, so that those that are shown add up.

    Each part is rounded down, and what is then missing is given digit by digit to those that lost most: no
    part is further from its own value than one in its last place.

    Parameters
    ----------
    parts : sequence of float
        May be below 0 (what a cap takes off).
    places : int
    whole : Decimal or None
        What they add up to; their sum, rounded, if None.

    Raises
    ------
    Refused
        ``whole`` is further from the parts' sum than rounding them can be: it is another sum.
    """
    unit = Decimal(1).scaleb(-places)
    exact = [Decimal(repr(float(part))) / unit for part in parts]
    down = [math.floor(part) for part in exact]
    total = rounded(math.fsum(parts), places=places) if whole is None else whole
    missing = int((total / unit).to_integral_value()) - sum(down)
    if not 0 <= missing <= len(down):
        raise Refused(field="whole", problem=f"{whole} is not the sum of these parts, {math.fsum(parts):g}")
    order = sorted(range(len(exact)), key=lambda place: (down[place] - exact[place], place))
    for place in order[:missing]:
        down[place] += 1
    return tuple(each * unit for each in down)
