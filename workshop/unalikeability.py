"""How far people's choices differ: the coefficient of unalikeability. Pure: no Django."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.engine.refusal import Refused


def unalikeability(counts: Sequence[int]) -> float | None:
    """Chance that two votes drawn one after the other, the first put back, are for different choices.

    u2 = 1 - sum(p_i ** 2), with p_i the share of choice i among all votes (Kader and Perry 2007, Journal of
    Statistics Education 15(2)).

    Parameters
    ----------
    counts : sequence of int
        Votes for each choice, each 0 or more.

    Returns
    -------
    float or None
        0 where all votes are for one choice; at most 1 - 1/k for k choices; None where nobody has voted.

    Raises
    ------
    Refused
        A count is below 0.
    """
    if min(counts, default=0) < 0:
        raise Refused(field="counts", problem=f"{min(counts)} is below 0")
    votes = sum(counts)
    if votes == 0:
        return None
    # in whole numbers up to the one division, so that equal shares give equal figures
    return (votes * votes - sum(count * count for count in counts)) / (votes * votes)


def most_unlike(choices: int) -> float:
    """The largest coefficient that so many choices can have: 1 - 1/k, when each gets as many votes."""
    if choices < 1:
        raise Refused(field="choices", problem=f"{choices} is below 1")
    return (choices - 1) / choices
