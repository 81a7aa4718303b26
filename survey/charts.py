"""Where the lines and bars of an estimate's charts go: per cents across, pixels down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from schemes.charts import Say, nice
from survey.estimates import Interval, LawFit, SeverityEstimate

HEIGHT = 220
ROOM = 1.1
"""Above the highest bar."""


def interval_chart(interval: Interval, *, scale: float, say: Say) -> dict[str, Any]:
    """One figure with its range on an axis from 0."""
    most = nice(interval.high * scale * 1.25 or 1.0)

    def at(value: float) -> str:
        return f"{100 * value * scale / most:.2f}"

    # Two figures close to each other stand apart of the line's ends, not above them.
    is_short = (interval.high - interval.low) * scale < most * 0.2
    return {
        "low": at(interval.low),
        "value": at(interval.value),
        "high": at(interval.high),
        "words": [
            {
                "x": at(interval.low),
                "text": say(interval.low * scale),
                "anchor": "end" if is_short else "middle",
            },
            {
                "x": at(interval.high),
                "text": say(interval.high * scale),
                "anchor": "start" if is_short else "middle",
            },
        ],
        "ticks": [
            {"x": f"{100 * share:.1f}", "text": say(most * share), "anchor": anchor}
            for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
        ],
    }


def histogram(
    severity: SeverityEstimate, fits: Sequence[LawFit], *, say: Say, fewest: int = 0
) -> dict[str, Any] | None:
    """The share of events in each bin, and what each law expects there. The last bin is drawn as wide as
    the others although it reaches to the largest value; the axis says so.

    With ``fewest``, bins of fewer events are put together with their neighbours, and nothing is shown where
    that leaves a single one.
    """
    bins = put_together(severity.bin_shares, fewest=fewest, events=severity.events)
    if not bins or (fewest and len(bins) < 2):
        return None
    whole = severity.bin_shares
    shares = [sum(whole[start:end]) for start, end in bins]
    edges = [severity.bin_edges[start] for start, _end in bins] + [severity.bin_edges[-1]]
    widths = [high - low for low, high in pairwise(severity.bin_edges)]
    expected = {
        fit.law: [
            sum(fit.density[place] * widths[place] for place in range(start, end)) for start, end in bins
        ]
        for fit in fits
        if len(fit.density) == len(whole)
    }
    most = max([*shares, *(max(law) for law in expected.values())]) * ROOM or 1.0
    step = 100.0 / len(shares)
    every = max(1, len(shares) // 4)
    # the last bin's words stand at the edge and need room
    marks = [place for place in range(0, len(shares), every) if place <= 0.7 * len(shares)]
    return {
        "height": HEIGHT,
        "bars": [
            {
                "x": f"{step * place + 0.06 * step:.2f}",
                "width": f"{0.88 * step:.2f}",
                "y": f"{HEIGHT * (1 - share / most):.1f}",
                "height": f"{HEIGHT * share / most:.1f}",
            }
            for place, share in enumerate(shares)
        ],
        "lines": [
            {
                "law": law,
                "css": "l-1" if number == 0 else "l-ink l-dash",
                "path": _path(
                    [
                        (10 * step * (place + 0.5), HEIGHT * (1 - value / most))
                        for place, value in enumerate(values)
                    ]
                ),
            }
            for number, (law, values) in enumerate(expected.items())
        ],
        "ticks": [{"x": f"{step * place:.2f}", "text": say(edges[place])} for place in marks]
        + [{"x": f"{step * (len(shares) - 1):.2f}", "text": say(edges[-2]) + "+", "last": True}],
        "rows": [
            {
                "from": say(edges[place]),
                # the last edge is the largest bill of all
                "to": "\u2026" if fewest and place == len(shares) - 1 else say(edges[place + 1]),
                "share": f"{100 * share:.0f}",
                "laws": [f"{100 * values[place]:.0f}" for values in expected.values()],
            }
            for place, share in enumerate(shares)
        ],
        "laws": list(expected),
    }


def put_together(shares: Sequence[float], *, fewest: int, events: int) -> list[tuple[int, int]]:
    """Neighbouring bins as one until each holds ``fewest`` events: first bin and the one after the last."""
    if not fewest:
        return [(place, place + 1) for place in range(len(shares))]
    found: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(shares) + 1):
        if round(sum(shares[start:end]) * events) >= fewest:
            found.append((start, end))
            start = end
    if found and start < len(shares):
        found[-1] = (found[-1][0], len(shares))
    return found


def quantile_plot(
    severity: SeverityEstimate, fit: LawFit, *, say: Say, fewest: int = 0
) -> dict[str, Any] | None:
    """The law's quantiles across, the survey's own up, both on axes where each step is a multiple.

    With ``fewest``, only those with so many events on either side.
    """
    known = [
        one
        for one in zip(severity.quantile_chances, fit.quantiles, severity.data_quantiles, strict=False)
        if min(one[0], 1.0 - one[0]) * severity.events >= fewest
    ]
    pairs = [(law, own) for _chance, law, own in known if law > 0 and own > 0]
    if len(pairs) < 3:
        return None
    values = [value for pair in pairs for value in pair]
    low, high = math.log(min(values)), math.log(max(values))
    if high - low < 1e-9:
        return None
    width = high - low

    def at(value: float) -> float:
        return 4 + 92 * (math.log(value) - low) / width

    return {
        "points": [{"x": f"{at(law):.2f}", "y": f"{100 - at(own):.2f}"} for law, own in pairs],
        "ticks": [
            {"at": f"{at(value):.2f}", "up": f"{100 - at(value):.2f}", "text": say(value)}
            for value in _multiples(math.exp(low), math.exp(high))
        ],
        "rows": [
            {"chance": f"{100 * chance:.0f}", "own": say(own), "law": say(law)}
            for chance, law, own in _at_chances(known)
        ],
    }


SHOWN_CHANCES = (0.1, 0.25, 0.5, 0.75, 0.9)


def _at_chances(known: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """The quantiles nearest to those that a table shows, each once."""
    found = [min(known, key=lambda one: abs(one[0] - chance)) for chance in SHOWN_CHANCES]
    return list(dict.fromkeys(found))


def _multiples(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(found) < 3:
        found = [
            step * 10.0**power for power in powers for step in (1, 3) if low <= step * 10.0**power <= high
        ]
    return found[:: max(1, len(found) // 4)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
