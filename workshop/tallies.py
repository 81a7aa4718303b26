"""Sums of votes: of one group in one round, of a round, of a whole session. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulation.engine.refusal import require_at_least
from workshop.unalikeability import unalikeability

Counts = Mapping[int, int]
"""Votes by the number that a package has on the board; a number without a vote may be left out."""


@dataclass(frozen=True, kw_only=True)
class GroupTally:
    """What one group chose in one round.

    Attributes
    ----------
    people : int
        How many sat there.
    first, second : mapping
        Votes as first and as second choice. Second choices need not be as many: one may have none.
    """

    people: int
    first: Counts
    second: Counts

    def __post_init__(self) -> None:
        for name, counts in (("first", self.first), ("second", self.second)):
            for number, count in counts.items():
                require_at_least(field=f"{name}.{number}", value=count, lowest=0)

    @property
    def votes(self) -> int:
        return sum(self.first.values())

    @property
    def not_voted(self) -> int:
        """People who have not chosen; 0 when a group was made smaller after it had voted."""
        return max(0, self.people - self.votes)


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Several groups' tallies together."""

    tallies: Sequence[GroupTally]

    @property
    def first(self) -> dict[int, int]:
        return added(one.first for one in self.tallies)

    @property
    def second(self) -> dict[int, int]:
        return added(one.second for one in self.tallies)

    @property
    def votes(self) -> int:
        return sum(one.votes for one in self.tallies)

    @property
    def people(self) -> int:
        return sum(one.people for one in self.tallies)

    @property
    def not_voted(self) -> int:
        return sum(one.not_voted for one in self.tallies)

    @property
    def unalikeability(self) -> float | None:
        """u2 of the first choices; None while there is no vote."""
        return unalikeability(list(self.first.values()))


def added(many: Iterable[Counts]) -> dict[int, int]:
    """Votes of all, by number, the numbers in their order."""
    total: dict[int, int] = {}
    for counts in many:
        for number, count in counts.items():
            total[number] = total.get(number, 0) + count
    return dict(sorted(total.items()))
