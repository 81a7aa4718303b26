"""A subsidy that falls to zero: what members pay each year, what it costs the donor, and the last step.

In year t (0, 1, ...) the donor pays the share ``s0 max(0, 1 - t/T)`` of the premium, routed through the
scheme. The same money can be spent in other ways, which end differently:

- *falling*: as above, nothing from year T on;
- *front-loaded*: the full share ``s0`` every year until the money is spent;
- *matched*: the same share every year for T years; a share s is ``s / (1 - s)`` for each unit that members
  pay;
- *per household*: the same amount for each household and year, for T years.

Money is undiscounted and in the prices of its year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Subsidy:
    """What is to be subsidised, and how.

    Parameters
    ----------
    premium : float
        Total premium PPPY in the first year.
    persons : float
        Insured in the first year.
    share : float
        Share of the premium that the donor pays in the first year, at least 0 and below 1.
    years : int
        Years until nothing is paid.
    trend, growth : float
        Yearly rise of the premium, and of the number of persons; 0.05 is 5 %.
    """

    premium: float
    persons: float
    share: float
    years: int
    trend: float = 0.0
    growth: float = 0.0

    def __post_init__(self) -> None:
        require_above(field="premium", value=self.premium, bound=0.0)
        require_above(field="persons", value=self.persons, bound=0.0)
        require_share(field="share", value=self.share)
        if self.share >= 1.0:
            raise Refused(field="share", problem="must be below 100 %: members pay something")
        if self.years < 1:
            raise Refused(field="years", problem="must be at least 1")
        for field, value in (("trend", self.trend), ("growth", self.growth)):
            require_above(field=field, value=value, bound=-1.0)

    @property
    def year(self) -> Array:
        """0 to T: the last one is the first without subsidy."""
        return np.arange(self.years + 1)

    @property
    def premiums(self) -> Array:
        """Premium PPPY in each year, shape (T + 1,)."""
        return np.asarray(self.premium * (1.0 + self.trend) ** self.year)

    @property
    def insured(self) -> Array:
        """Persons in each year, shape (T + 1,)."""
        return np.asarray(self.persons * (1.0 + self.growth) ** self.year)

    @property
    def full_cost(self) -> Array:
        """What all premiums of a year come to, money, shape (T + 1,)."""
        return self.premiums * self.insured


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One way of spending a subsidy, year by year.

    Attributes
    ----------
    way : str
        ``"falling"``, ``"front"``, ``"matched"`` or ``"household"``.
    subsidy, members : ndarray, shape (T + 1,)
        Paid by the donor and by members, PPPY; together the premium.
    extra : ndarray, shape (T,)
        How much more members are asked for than the year before, PPPY.
    donor : ndarray, shape (T + 1,)
        The donor's bill, money.
    """

    way: str
    subsidy: Array
    members: Array
    extra: Array
    donor: Array

    @property
    def total(self) -> float:
        """The donor's bill over all years, money."""
        return float(self.donor.sum())

    @property
    def cliff(self) -> float:
        """The largest step up for members from one year to the next, PPPY."""
        return float(self.extra.max())

    @property
    def cliff_year(self) -> int:
        """The year (1 is the second) in which that step is asked."""
        return int(self.extra.argmax()) + 1


def _schedule(asked: Subsidy, way: str, subsidy: Array) -> Schedule:
    members = asked.premiums - subsidy
    return Schedule(
        way=way, subsidy=subsidy, members=members, extra=np.diff(members), donor=subsidy * asked.insured
    )


def falling(asked: Subsidy) -> Schedule:
    """The share falls by the same step every year and is nothing in year T."""
    share = asked.share * np.maximum(0.0, 1.0 - asked.year / asked.years)
    return _schedule(asked, "falling", share * asked.premiums)


def same_money(asked: Subsidy) -> tuple[Schedule, ...]:
    """Four ways of spending what the falling subsidy costs, the falling one first.

    Raises
    ------
    Refused
        A flat amount for each household would be more than its premium.
    """
    first = falling(asked)
    budget = first.total
    running = asked.year < asked.years
    before = np.concatenate(([0.0], np.cumsum(asked.share * asked.full_cost)[:-1]))
    front = np.clip(budget - before, 0.0, asked.share * asked.full_cost) / asked.insured
    matched = running * asked.premiums * budget / asked.full_cost[running].sum()
    flat = running * budget / asked.insured[running].sum()
    if np.any(flat > asked.premiums):
        raise Refused(
            field="share", problem="a flat amount would be more than the premium; ask for a smaller share"
        )
    return (
        first,
        _schedule(asked, "front", front),
        _schedule(asked, "matched", matched),
        _schedule(asked, "household", flat),
    )


def share_for_budget(asked: Subsidy, budget: float) -> float:
    """First year's share that a falling subsidy can have for a budget in money; may be 1 or more."""
    require_at_least(field="budget", value=budget, lowest=0.0)
    weights = np.maximum(0.0, 1.0 - asked.year / asked.years)
    return float(budget / (weights * asked.full_cost).sum())


def years_paid(asked: Subsidy, budget: float) -> int:
    """Whole years that a budget in money pays of the falling subsidy; T when it pays all."""
    bills = np.cumsum(falling(asked).donor[: asked.years])
    return int(np.searchsorted(bills, budget * (1.0 + 1e-12), side="right"))
