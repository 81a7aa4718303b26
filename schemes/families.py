"""Family sizes as people know them: shares or counts of families by members. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

SIZES = range(1, 13)
LARGE_FROM = 4
SUM_TOLERANCE = 1e-6

Shares = Mapping[str, float]


def problem_with(shares: object) -> str | None:
    """What is wrong with stored shares of families by size, in one sentence; None when they can be used."""
    if not isinstance(shares, Mapping) or not shares:
        return "give the share of families of each size"
    known = {str(size) for size in SIZES}
    for size, share in shares.items():
        if size not in known:
            return f"size {size!r} is not a whole number from 1 to {SIZES[-1]}"
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            return f"the share of families of {size} is {share!r}, not between 0 and 1"
    total = sum(shares.values())
    if abs(total - 1) > SUM_TOLERANCE:
        return f"the shares add up to {total:.6g}, not 1"
    return None


def mean_size(shares: Shares) -> float:
    """Persons per family."""
    return sum(int(size) * share for size, share in shares.items())


def share_in_large(shares: Shares) -> float:
    """Share of PEOPLE who live in families of four or more."""
    large = sum(int(size) * share for size, share in shares.items() if int(size) >= LARGE_FROM)
    return large / mean_size(shares)


def from_counts(counts: Mapping[int, Decimal]) -> dict[str, float]:
    """Shares of families from numbers of families; sizes nobody has are left out."""
    total = sum(counts.values(), Decimal(0))
    return {str(size): float(count / total) for size, count in sorted(counts.items()) if count}


def from_percent(percent: Mapping[int, Decimal]) -> dict[str, float]:
    """Shares of families from percentages that add up to 100; sizes nobody has are left out."""
    return {str(size): float(share / 100) for size, share in sorted(percent.items()) if share}


def scaled_to_hundred(percent: Mapping[int, Decimal], *, places: int = 2) -> dict[int, Decimal]:
    """The same proportions as percentages that add up to exactly 100, by largest remainder.

    Somebody asked for it: nothing here ever scales by itself.
    """
    total = sum(percent.values(), Decimal(0))
    step = Decimal(1).scaleb(-places)
    exact = {size: share * 100 / total for size, share in percent.items()}
    found = {size: share.quantize(step, rounding=ROUND_FLOOR) for size, share in exact.items()}
    short = int((Decimal(100) - sum(found.values(), Decimal(0))) / step)
    for size in sorted(exact, key=lambda size: (found[size] - exact[size], size))[:short]:
        found[size] += step
    return found
