"""What the sessions voted for, as the choice needs to know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from schemes.models import Scheme
from workshop.session_queries import tallies_of


@dataclass(frozen=True, kw_only=True)
class VoteCount:
    """How often one package was named first and second; `package_id` is None for one removed since."""

    package_id: UUID | None
    name: str
    first: int
    second: int


@dataclass(frozen=True, kw_only=True)
class Votes:
    """The newest session that voted, every group by its last round; `counts` is empty where nobody did."""

    counts: Sequence[VoteCount] = ()
    held_on: date | None = None
    place: str = ""

    @property
    def by_package(self) -> Mapping[UUID, VoteCount]:
        return {each.package_id: each for each in self.counts if each.package_id is not None}

    @property
    def most(self) -> int:
        return max((each.first for each in self.counts), default=0)

    @property
    def total(self) -> int:
        return sum(each.first for each in self.counts)

    def asks_why(self, package_id: UUID) -> bool:
        """Whether another package was named first more often than this one."""
        mine = self.by_package.get(package_id)
        return self.most > (mine.first if mine else 0)

    def rows(self) -> list[dict[str, Any]]:
        """As they are frozen with a choice, the most votes first."""
        ordered = sorted(self.counts, key=lambda each: (-each.first, -each.second, each.name))
        return [{"name": each.name, "first": each.first, "second": each.second} for each in ordered]


def votes_of(scheme: Scheme) -> Votes:
    found = tallies_of(scheme)
    if found is None:
        return Votes()
    first, second = found.overall.first, found.overall.second
    return Votes(
        counts=[
            VoteCount(
                package_id=one.package_id,
                name=one.name,
                first=first.get(one.position, 0),
                second=second.get(one.position, 0),
            )
            for one in found.packages
        ],
        held_on=found.session.held_on,
        place=found.session.place,
    )
