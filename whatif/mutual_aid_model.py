"""Mutual aid: nobody pays ahead; what was given out is shared equally afterwards, with a fee.

A member's share of a period is ``(aid + fee) / members``, the fee being a part of the aid. Each member has at
most one case a year, so that cases are binomial; members of two age groups may get different aid. The year's
share is then known exactly, for any number of members: its mean, its spread, and how often a cap on it binds.

A pool that grows looks cheap, since those who wait, and those who joined lately, have few cases yet
(`Maturity`). `replay` follows a pool through its members' history, period by period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

Array = NDArray[Any]

REACH = 12.0
"""Cases are followed this many standard deviations to both sides; beyond lies less than 1e-20 of them."""
DAYS = 365.0
LARGEST_POOL = 1_000_000_000
FEWEST_POINTS = 40


@dataclass(frozen=True, kw_only=True)
class AgeGroup:
    """Members who get the same aid.

    Parameters
    ----------
    share : float
        Of all members, 0 to 1.
    cases : float
        Chance of a case in a year, for one who has waited long enough.
    aid : float
        What a case gets, money.
    """

    share: float
    cases: float
    aid: float

    def __post_init__(self) -> None:
        require_share(field="share", value=self.share)
        require_share(field="cases", value=self.cases)
        require_above(field="aid", value=self.aid, bound=0.0)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A pool as it stands, everybody long past the wait.

    Parameters
    ----------
    members : int
        1 to a thousand million.
    groups : tuple of AgeGroup
        One or two; shares add up to 1.
    fee : float
        For running it, as a part of the aid.
    """

    members: int
    groups: tuple[AgeGroup, ...]
    fee: float

    def __post_init__(self) -> None:
        if not 1 <= self.members <= LARGEST_POOL:
            raise Refused(field="members", problem=f"must be 1 to {LARGEST_POOL}")
        if len(self.groups) not in {1, 2}:
            raise Refused(field="groups", problem="must be one or two")
        if abs(sum(group.share for group in self.groups) - 1.0) > 1e-9:
            raise Refused(field="groups", problem="their shares must add up to 1")
        require_at_least(field="fee", value=self.fee, lowest=0.0)

    @property
    def mean(self) -> float:
        """Mean yearly share of one member, money."""
        aid = sum(
            count * group.cases * group.aid for count, group in zip(self.counts, self.groups, strict=True)
        )
        return (1.0 + self.fee) * aid / self.members

    @property
    def sd(self) -> float:
        """Standard deviation of the yearly share, money."""
        variance = sum(
            count * group.cases * (1.0 - group.cases) * group.aid**2
            for count, group in zip(self.counts, self.groups, strict=True)
        )
        return float((1.0 + self.fee) * np.sqrt(variance) / self.members)

    @property
    def counts(self) -> tuple[int, ...]:
        """Whole members of each group."""
        first = round(self.members * self.groups[0].share)
        return (first,) if len(self.groups) == 1 else (first, self.members - first)


@dataclass(frozen=True, kw_only=True)
class YearlyShare:
    """Distribution of what one member pays in a year.

    Attributes
    ----------
    amounts : ndarray, shape (P,)
        Shares, money, ascending.
    chances : ndarray, shape (P,)
        Probability of each.
    """

    amounts: Array
    chances: Array

    def above(self, amount: float) -> float:
        """P(share > amount)."""
        return float(self.chances[self.amounts > amount * (1.0 + 1e-12)].sum())

    def quantile(self, chance: float) -> float:
        """Smallest share that is not exceeded with probability ``chance``, money."""
        if not 0.0 < chance < 1.0:
            raise Refused(field="chance", problem=f"{chance:g} is not between 0 and 1")
        reached = np.cumsum(self.chances) >= chance
        return float(self.amounts[int(np.argmax(reached))] if reached.any() else self.amounts[-1])

    def capped(self, cap: float) -> tuple[float, float]:
        """Mean share under a cap, and the mean that is then not there for the aid promised, money."""
        paid = float((self.chances * np.minimum(self.amounts, cap)).sum())
        short = float((self.chances * np.maximum(self.amounts - cap, 0.0)).sum())
        return paid, short


def yearly_share(pool: Pool) -> YearlyShare:
    """What one member pays in a year, exactly.

    Two groups whose aids are not whole multiples of a common step are followed on the step of the smaller
    aid's thousandth; aid is moved by less than half of that.

    Returns
    -------
    YearlyShare
        Chances add up to 1 within 1e-12.
    """
    step = _step([group.aid for group in pool.groups])
    first, chances = 0, np.ones(1)
    for count, group in zip(pool.counts, pool.groups, strict=True):
        start, own = _cases(count, group.cases)
        multiple = round(group.aid / step)
        spaced = np.zeros((len(own) - 1) * multiple + 1)
        spaced[::multiple] = own
        chances = signal.fftconvolve(chances, spaced) if len(chances) > 1 else spaced * chances[0]
        first += start * multiple
    amounts = (first + np.arange(len(chances))) * step * (1.0 + pool.fee) / pool.members
    likely = chances > 1e-300 if len(pool.groups) == 1 else np.ones(len(chances), dtype=bool)
    return YearlyShare(amounts=amounts[likely], chances=chances[likely])


def _cases(count: int, chance: float) -> tuple[int, Array]:
    """Numbers of cases worth following: the first one, and the probability of each."""
    law = stats.binom(count, chance)
    mean, sd = count * chance, np.sqrt(count * chance * (1.0 - chance))
    low = max(0, int(mean - REACH * sd - FEWEST_POINTS))
    high = min(count, int(mean + REACH * sd + FEWEST_POINTS))
    return low, np.asarray(law.pmf(np.arange(low, high + 1)))


def _step(aids: Sequence[float]) -> float:
    """The largest amount that all aids are multiples of, or a thousandth of the smallest."""
    if len(aids) == 1:
        return float(aids[0])
    smallest, largest = min(aids), max(aids)
    for parts in range(1, 21):
        multiple = largest * parts / smallest
        if abs(multiple - round(multiple)) < 1e-9:
            return smallest / parts
    return smallest / 1000.0


@dataclass(frozen=True, kw_only=True)
class Maturity:
    """How soon a member's cases come.

    Parameters
    ----------
    wait : int
        Days in which nothing is given.
    ramp : int
        Days after the wait over which cases rise evenly to their full number.
    """

    wait: int
    ramp: int

    def __post_init__(self) -> None:
        require_at_least(field="wait", value=self.wait, lowest=0)
        require_at_least(field="ramp", value=self.ramp, lowest=1)

    def reached(self, days: Array) -> Array:
        """Share of the full number of cases after so many days of membership."""
        return np.asarray(np.clip((days - self.wait) / self.ramp, 0.0, 1.0))


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A pool through its history, period by period.

    Attributes
    ----------
    ends : tuple of date
        Last day of each period.
    members, cases, shares : ndarray, shape (P,)
        At that day; in the period; money a member in the period.
    mature : ndarray, shape (P,)
        What the share would have been had everybody been past the wait and the ramp, money.
    """

    ends: tuple[date, ...]
    members: Array
    cases: Array
    shares: Array
    mature: Array

    def of_year(self, year: int) -> float:
        """Sum of the shares of one year, money."""
        return float(
            sum(share for end, share in zip(self.ends, self.shares, strict=True) if end.year == year)
        )

    def at(self, end: date) -> int:
        """Which period ended on that day."""
        return self.ends.index(end)


def replay(
    *,
    known: Sequence[tuple[date, float]],
    ends: Sequence[date],
    cases: float,
    aid: float,
    fee: float,
    maturity: Maturity,
) -> Replay:
    """Follow a pool whose number of members is known on some days.

    Between those days it is taken to change evenly. Whoever joins does so on one day; whoever leaves is
    drawn evenly from all members, so that those who stay are as mature as all were.

    Parameters
    ----------
    known : sequence of (date, members)
        Ascending.
    ends : sequence of date
        Last days of the periods, within the days known; the first period begins with the pool.
    cases : float
        Cases a year for each mature member.
    aid, fee : float
        Money for a case; the fee as a part of it.
    """
    first, last = known[0][0], known[-1][0]
    if any(not first < end <= last for end in ends):
        raise Refused(field="ends", problem=f"must lie after {first} and up to {last}")
    days = np.arange((last - first).days + 1)
    members = np.interp(days, [(day - first).days for day, _count in known], [count for _day, count in known])
    exposed = _mature_members(members, maturity.reached(days))
    places = [(end - first).days for end in ends]
    daily = np.concatenate(([0.0], np.cumsum(exposed * cases / DAYS)))
    full = np.concatenate(([0.0], np.cumsum(members * cases / DAYS)))
    reached = np.array([0, *(place + 1 for place in places)])
    found = np.diff(daily[reached])
    at_end = members[places]
    price = aid * (1.0 + fee) / at_end
    return Replay(
        ends=tuple(ends),
        members=at_end,
        cases=found,
        shares=found * price,
        mature=np.diff(full[reached]) * price,
    )


def _mature_members(members: Array, reached: Array) -> Array:
    """Members of each day, each counted by how mature they are."""
    step = np.diff(members, prepend=0.0)
    kept = np.ones(len(members))
    shrinks = step < 0
    kept[shrinks] = members[shrinks] / (members[shrinks] - step[shrinks])
    staying = np.cumprod(kept)
    joined = np.maximum(step, 0.0) / staying
    # the plain sum: a transform would leave specks of cases where there are none yet
    return np.asarray(np.convolve(joined, reached)[: len(members)] * staying)


def half_months(first: date, last: date) -> list[date]:
    """The 14th and the 28th of every month between two days, both counted."""
    day, found = first, []
    while day <= last:
        if day.day in {14, 28}:
            found.append(day)
        day += timedelta(days=1)
    return found
