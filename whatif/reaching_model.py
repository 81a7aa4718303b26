"""Reaching households through networks of self-help groups: who joins, who does the work, what it costs.

Majumdar 2018 asks why not insure 10 crore (100 million) households through the network of 85 lakh (8.5
million) self-help groups. A network of G groups is brought in over some years by workers who each can start
so many groups a year, and look after so many that have joined. In year t (1, 2, ...) a share ``t / years`` of
the groups has been asked, up to all; of those asked a share joins, and of their households a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

DECK_GROUPS, DECK_HOUSEHOLDS = 8_500_000, 100_000_000
"""Majumdar 2018: 85 lakh groups, 10 crore households; 11.8 households a group."""
MOST_GROUPS = 100_000_000
MOST_YEARS = 30


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network of groups and what it takes to bring it in.

    Parameters
    ----------
    groups : int
    households : float
        In a group.
    persons : float
        Insured members of a household.
    groups_join, households_join : float
        Share of the groups asked that joins; share of a joining group's households that does.
    years : int
        Until the last group has been asked.
    starts, looks_after : float
        Groups that one worker can ask and train in a year; joined groups that one can look after.
    worker : float
        What a worker costs a year, money, travel included.
    training : float
        Once for each group that joins, money.
    premium, admin : float
        Premium, and what of it is for running the scheme, money PPPY.
    """

    groups: int
    households: float
    persons: float
    groups_join: float
    households_join: float
    years: int
    starts: float
    looks_after: float
    worker: float
    training: float
    premium: float
    admin: float

    def __post_init__(self) -> None:
        if not 1 <= self.groups <= MOST_GROUPS:
            raise Refused(field="groups", problem=f"must be 1 to {MOST_GROUPS}")
        if not 1 <= self.years <= MOST_YEARS:
            raise Refused(field="years", problem=f"must be 1 to {MOST_YEARS}")
        for field in ("households", "persons", "starts", "looks_after", "premium"):
            require_above(field=field, value=getattr(self, field), bound=0.0)
        for field in ("worker", "training", "admin"):
            require_at_least(field=field, value=getattr(self, field), lowest=0.0)
        for field in ("groups_join", "households_join"):
            require_share(field=field, value=getattr(self, field))

    @property
    def persons_a_group(self) -> float:
        """Insured through a group that has joined."""
        return self.households * self.households_join * self.persons


@dataclass(frozen=True, kw_only=True)
class ReachedYear:
    """One year of a network.

    Attributes
    ----------
    asked, joined : float
        Groups asked in that year; groups in the scheme at its end.
    households, persons : float
        In the scheme at its end.
    workers : int
        Whole workers needed.
    cost : float
        Workers and training, money.
    for_running : float
        Part of the premiums that is there for it, money.
    """

    asked: float
    joined: float
    households: float
    persons: float
    workers: int
    cost: float
    for_running: float

    @property
    def a_person(self) -> float:
        """Cost of reaching and serving one insured person in that year; 0 where nobody is."""
        return self.cost / self.persons if self.persons else 0.0

    @property
    def gap(self) -> float:
        """What somebody else must pay, money; negative where something is left."""
        return self.cost - self.for_running


def reach(network: Network) -> tuple[ReachedYear, ...]:
    """Year by year until all groups have been asked, and one year after."""
    found = []
    for year in range(1, network.years + 2):
        asked = network.groups / network.years if year <= network.years else 0.0
        joined = network.groups_join * network.groups * min(1.0, year / network.years)
        before = joined - network.groups_join * asked
        households = joined * network.households * network.households_join
        persons = joined * network.persons_a_group
        workers = _whole(asked / network.starts + before / network.looks_after)
        found.append(
            ReachedYear(
                asked=asked,
                joined=joined,
                households=households,
                persons=persons,
                workers=workers,
                cost=workers * network.worker + network.groups_join * asked * network.training,
                for_running=persons * network.admin,
            )
        )
    return tuple(found)


def _whole(workers: float) -> int:
    """Rounded up, but not for the last binary digit of a sum that is whole."""
    return ceil(round(workers, 9))
