"""A young pool looks cheap: claims that happened are not all handed in and paid yet. Pure.

The claim ratio of a year that runs is low for three reasons that are no merit: the year is not over, what
happened lately is still being settled, and new members wait before they are covered and claim less at first.
The maturity-adjusted ratio sets the claims paid against that part of the premium whose claims could have been
paid by now, and nothing else (the Cape Cod method: H. Bühlmann and J. Stanard).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experience.figures import MONTHS
from experience.months import EVEN, check_seasons
from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

Array = NDArray[Any]

DAYS_A_YEAR = 365.0
DAYS_A_MONTH = DAYS_A_YEAR / MONTHS
LEAST_SETTLED = 0.05
"""Less of the year's claims than this could have been paid by now: too early for an adjusted ratio."""
POINTS = 64


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How long claims take, and how new members come to claim.

    Parameters
    ----------
    mean_days : float
        From the event to payment, on average: time to hand in and time to settle.
    waiting_days : float
        From the first day on, nothing that happens is covered.
    ramp_days : float
        After the wait, claims rise from none to their full rate over so many days (people have to learn
        that they may claim). Both are for members who are new.
    new_share : float
        Share of the members who are new this year; the others claim at the full rate from the first day.
    """

    mean_days: float = 0.0
    waiting_days: float = 0.0
    ramp_days: float = 0.0
    new_share: float = 1.0

    def __post_init__(self) -> None:
        for field in ("mean_days", "waiting_days", "ramp_days"):
            require_at_least(field=field, value=getattr(self, field), lowest=0.0)
        require_share(field="new_share", value=self.new_share)

    def settled(self, age_days: Array) -> Array:
        """Share of claims paid by now whose event is so long ago; exponential, 0 for a negative age."""
        if self.mean_days == 0.0:
            return np.asarray(age_days >= 0.0, dtype=np.float64)
        return np.asarray(-np.expm1(-np.maximum(age_days, 0.0) / self.mean_days))

    def claiming(self, day: Array) -> Array:
        """Rate of claims on a day of the year over that of a mature pool."""
        since = day - self.waiting_days
        if self.ramp_days == 0.0:
            grown = (since >= 0.0).astype(np.float64)
        else:
            grown = np.minimum(np.maximum(since, 0.0) / self.ramp_days, 1.0)
        return np.asarray(1.0 - self.new_share * (1.0 - grown))


@dataclass(frozen=True, kw_only=True)
class Maturity:
    """The claim ratio as it looks and as it is.

    Attributes
    ----------
    paid : float
        Claims paid so far, money.
    raw : float
        Paid over the premium of the time passed.
    settled_share : float
        Part of a mature year's claims that could have been paid by now, 0 to 1.
    adjusted : float or None
        Paid over the premium of that part; None while it is below 5 %: too early.
    expected_unpaid : float
        What the days passed will still cost, money, at the adjusted ratio; 0 while it is None.
    """

    paid: float
    raw: float
    settled_share: float
    adjusted: float | None
    expected_unpaid: float


def settled_by_month(*, days_passed: float, lag: Lag, seasons: Sequence[float] = EVEN) -> tuple[Array, Array]:
    """What part of a mature year's claims each month can have brought by now.

    Parameters
    ----------
    days_passed : float
        Since the first day of the year; more than 365 for a year that is over.
    lag : Lag
    seasons : sequence of 12 floats

    Returns
    -------
    happened, paid : ndarray, each of shape (12,)
        Shares of the year: of claims whose events have happened, and of those paid by now.
    """
    require_at_least(field="days_passed", value=days_passed, lowest=0.0)
    shares = check_seasons(seasons)
    middles = (np.arange(POINTS) + 0.5) / POINTS * DAYS_A_MONTH
    days = DAYS_A_MONTH * np.arange(MONTHS)[:, None] + middles
    over = days <= days_passed
    rate = lag.claiming(days) * over
    happened = shares * rate.mean(axis=1)
    paid = shares * (rate * lag.settled(days_passed - days)).mean(axis=1)
    return np.asarray(happened), np.asarray(paid)


def maturity(
    *,
    paid: float,
    premium: float,
    days_passed: float,
    lag: Lag,
    seasons: Sequence[float] = EVEN,
) -> Maturity:
    """The claim ratio adjusted for what cannot have been paid yet.

    Parameters
    ----------
    paid : float
        Claims paid so far for events of this year, money.
    premium : float
        Of the whole year, money.
    days_passed : float
    lag : Lag
    seasons : sequence of 12 floats

    Notes
    -----
    ``raw = paid / (premium x share of the year passed)``; ``adjusted = paid / (premium x settled share)``.
    """
    require_at_least(field="paid", value=paid, lowest=0.0)
    require_above(field="premium", value=premium, bound=0.0)
    if days_passed <= 0.0:
        raise Refused(field="days_passed", problem="the year has not begun; there is nothing to compare yet")
    passed = min(days_passed / DAYS_A_YEAR, 1.0)
    happened, settled = settled_by_month(days_passed=days_passed, lag=lag, seasons=seasons)
    share = math.fsum(settled)
    known = share >= LEAST_SETTLED
    adjusted = paid / (premium * share) if known else None
    return Maturity(
        paid=paid,
        raw=paid / (premium * passed),
        settled_share=share,
        adjusted=adjusted,
        expected_unpaid=(adjusted or 0.0) * premium * (math.fsum(happened) - share),
    )
