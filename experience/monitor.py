"""Claims against what was priced, month by month, without crying wolf. Pure.

Twelve looks a year at 95 % each would raise an alarm in 46 of 100 good years (1 - 0.95^12). Here one rate is
stated for the whole year and for both sides together: of 100 years in which the assumptions are right, so
many cross a limit in any month. The limits of each month are quantiles of the exact distribution of what is
paid up to that month, all at one level; the level is the one at which a normal law with the correlation of
the twelve months crosses with the stated chance (a normal copula over exact margins). Family caps are in
both: the margins are exact under caps, the correlation is that of simulated families whose caps fill up over
the year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experience.figures import MONTHS
from experience.months import EVEN, MonthLaws, amount_at, month_laws
from simulation.engine.package import Package
from simulation.engine.refusal import Refused
from simulation.engine.rng import stream

Array = NDArray[Any]

FALSE_ALARM_RATE = 0.05
"""Of 100 good years, 5 raise an alarm."""
WALKS = 200_000
SEED = 79
RANGE = (0.05, 0.95)


@dataclass(frozen=True, kw_only=True)
class MonthLimits:
    """Between what payments up to each month stay in a good year.

    Attributes
    ----------
    rate : float
        Chance that a year in which the assumptions are right crosses a limit in some month, either side.
    level : float
        Chance of crossing one side in one month alone.
    mean, lower, upper : ndarray, shape (12,)
        Money paid for events up to the end of each month: expected, and the limits.
    """

    rate: float
    level: float
    mean: Array
    lower: Array
    upper: Array


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A month whose payments so far lie outside the limits."""

    month: int
    side: Literal["above", "below"]


def month_limits(
    package: Package,
    *,
    persons: int,
    rate: float = FALSE_ALARM_RATE,
    seasons: Sequence[float] = EVEN,
    laws: MonthLaws | None = None,
) -> MonthLimits:
    """Control limits for the payments up to each month.

    Parameters
    ----------
    package : Package
    persons : int
        Members of the scheme.
    rate : float
        False alarms a year, both sides together; above 0, below 1.
    seasons : sequence of 12 floats
        Share of the year's events that fall to each month.
    laws : MonthLaws or None
        ``month_laws`` where they are known already.
    """
    if not 0.0 < rate < 1.0:
        raise Refused(field="rate", problem=f"{rate:g} is not between 0 and 1; 5 in 100 is 0.05")
    laws = month_laws(package, persons=persons, seasons=seasons) if laws is None else laws
    level = level_for(rate, correlation=laws.correlation)
    return MonthLimits(
        rate=rate,
        level=level,
        mean=laws.means,
        lower=np.array([amount_at(law, level) for law in laws.up_to]),
        upper=np.array([amount_at(law, 1.0 - level) for law in laws.up_to]),
    )


def level_for(rate: float, *, correlation: Array) -> float:
    """The level of one look at which all looks together cross either side with chance ``rate``.

    Parameters
    ----------
    rate : float
    correlation : ndarray, shape (n, n)
        Between the looks.
    """
    values, vectors = np.linalg.eigh(correlation)
    # Rounding may leave an eigenvalue a hair below 0; more than a hair is no correlation at all.
    if values[0] < -1e-8:
        raise Refused(
            field="correlation", problem="is not a correlation: some mixture would vary less than 0"
        )
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    walks = stream(seed=SEED, chunk=0, purpose="control limits", name="walks").standard_normal(
        (WALKS, len(values))
    )
    furthest = np.abs(walks @ root.T).max(axis=1)
    return float(special.ndtr(-np.quantile(furthest, 1.0 - rate)))


def crossings(limits: MonthLimits, paid: Sequence[float]) -> tuple[Crossing, ...]:
    """The months, from the first, in which what was paid so far lies outside.

    Parameters
    ----------
    limits : MonthLimits
    paid : sequence of float
        Money paid for the events of month 1, 2 ... (each month for itself), as far as they are over.
    """
    if len(paid) > MONTHS:
        raise Refused(field="paid", problem=f"has {len(paid)} months; a year has 12")
    found = []
    for place, so_far in enumerate(np.cumsum(np.asarray(paid, dtype=np.float64))):
        if so_far > limits.upper[place]:
            found.append(Crossing(month=place + 1, side="above"))
        elif so_far < limits.lower[place]:
            found.append(Crossing(month=place + 1, side="below"))
    return tuple(found)


# ---- how the year will end ---------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How the year will end, as seen after some months.

    Attributes
    ----------
    passed : int
        Months that are over.
    chance_short : float
        Chance that the year's claims are more than the money there is for them.
    expected : float
        Expected claims of the whole year, money.
    low, high : float
        Nine years in ten end between these, money.
    """

    passed: int
    chance_short: float
    expected: float
    low: float
    high: float


def independent_looks(rate: float, *, looks: int = MONTHS) -> float:
    """Chance of an alarm in a good year of independent looks at ``rate`` each: 46 % for twelve at 5 %."""
    return 1.0 - math.pow(1.0 - rate, looks)
