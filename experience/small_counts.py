"""Counts for the notice board that name nobody: a benefit with few claims is told with others. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 5
"""Fewer claims than this of one benefit, and the village knows whose they were."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Claims as they may hang on a wall.

    Attributes
    ----------
    benefits : tuple of (name, claims)
        Those with enough claims, the most first.
    others : int
        Claims of all other benefits together; 0, or ``FEWEST`` and more.
    total : int or None
        None where all claims together are too few to be told.
    """

    benefits: tuple[tuple[str, int], ...]
    others: int
    total: int | None


def told(counts: Mapping[str, int]) -> Told:
    """Merge benefits with few claims until what is merged is enough.

    Since the total is told, a single small count left out could be worked out from the rest: the smallest
    benefit that is large enough joins it then.
    """
    ranked = sorted(((name, count) for name, count in counts.items() if count), key=lambda one: -one[1])
    total = sum(count for _name, count in ranked)
    if 0 < total < FEWEST:
        return Told(benefits=(), others=0, total=None)
    large = [one for one in ranked if one[1] >= FEWEST]
    others = total - sum(count for _name, count in large)
    while 0 < others < FEWEST:
        others += large.pop()[1]
    return Told(benefits=tuple(large), others=others, total=total)
