"""What the scheme pays: the terms of one benefit.

One event of cost X pays ``min((1 - copay) max(X - threshold, 0), event_cap)``; a family's year pays the sum
of its events' payouts up to the family cap. The caps bound what the scheme pays, so they come after the
copay. No cap is infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_at_least, require_share

Array = NDArray[Any]


def _require_cap(*, field: str, value: float) -> None:
    require_at_least(field=field, value=value, lowest=0.0, infinite_allowed=True)


@dataclass(frozen=True, kw_only=True)
class CostTerms:
    """Terms on the cost of an event.

    Parameters
    ----------
    threshold : float
        What the family bears of each event before cover starts, money.
    copay : float
        Share of the cost above the threshold that the family bears, 0 to 1.
    event_cap, family_cap : float
        The most the scheme pays for one event, and one family in a year, money; infinity for no cap.
    """

    threshold: float = 0.0
    copay: float = 0.0
    event_cap: float = math.inf
    family_cap: float = math.inf

    def __post_init__(self) -> None:
        require_at_least(field="threshold", value=self.threshold, lowest=0.0)
        require_share(field="copay", value=self.copay)
        _require_cap(field="event_cap", value=self.event_cap)
        _require_cap(field="family_cap", value=self.family_cap)

    @classmethod
    def with_cap_on_cost(
        cls, *, threshold: float, copay: float, event_cap: float, family_cap: float = math.inf
    ) -> CostTerms:
        """Terms of a policy that applies the copay after the event cap.

        The payment's cap is ``(1 - copay) event_cap``.
        """
        require_share(field="copay", value=copay)
        _require_cap(field="event_cap", value=event_cap)
        paid_cap = (1.0 - copay) * event_cap if copay < 1.0 else 0.0
        return cls(threshold=threshold, copay=copay, event_cap=paid_cap, family_cap=family_cap)

    def payout(self, cost: Array) -> Array:
        """What the scheme pays for each event of the given cost, money, before the family cap.

        Same shape as ``cost``.
        """
        return np.asarray(
            np.minimum((1.0 - self.copay) * np.maximum(cost - self.threshold, 0.0), self.event_cap)
        )


@dataclass(frozen=True, kw_only=True)
class FixedTerms:
    """A set amount for each event, whatever it cost (transport, caesarean delivery).

    Parameters
    ----------
    amount : float
        Money per event.
    family_cap : float
        The most the scheme pays one family in a year, money; infinity for no cap.
    """

    amount: float
    family_cap: float = math.inf

    def __post_init__(self) -> None:
        require_at_least(field="fixed_amount", value=self.amount, lowest=0.0)
        _require_cap(field="family_cap", value=self.family_cap)

    def payout(self, cost: Array) -> Array:
        """The fixed amount for each event; same shape as ``cost``."""
        return np.full(np.shape(cost), self.amount)


@dataclass(frozen=True, kw_only=True)
class WageTerms:
    """A rate for each day of work lost from the start day to the last day, both counted.

    Parameters
    ----------
    rate : float
        Money per day.
    start_day, last_day : int
        First and last day paid, counted from 1; ``last_day`` at least ``start_day``.
    family_cap : float
        The most the scheme pays one family in a year, money; infinity for no cap.
    """

    rate: float
    start_day: int = 1
    last_day: int = 1
    family_cap: float = math.inf

    def __post_init__(self) -> None:
        require_at_least(field="rate", value=self.rate, lowest=0.0)
        require_at_least(field="start_day", value=self.start_day, lowest=1)
        if self.last_day < self.start_day:
            raise Refused(
                field="last_day", problem=f"day {self.last_day} is before the start day {self.start_day}"
            )
        _require_cap(field="family_cap", value=self.family_cap)

    @property
    def most_days(self) -> int:
        """The most days one event can pay."""
        return self.last_day - self.start_day + 1

    def payout(self, cost: Array) -> Array:
        """``rate * clip(cost - start_day + 1, 0, last_day - start_day + 1)``; ``cost`` is days per event."""
        return np.asarray(self.rate * np.clip(cost - self.start_day + 1, 0, self.most_days))


Terms = CostTerms | FixedTerms | WageTerms
