"""What a year of one package is expected to cost month by month, worked out once and small to keep. Pure.

Working it out takes seconds (twenty-four distributions and the correlation of the months), so it is done in
the background and kept; everything a page asks of it afterwards is a look into a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experience.figures import MONTHS
from experience.maturity import Lag, settled_by_month
from experience.monitor import RANGE, Crossing, MonthLimits, Outlook, crossings, month_limits
from experience.months import amount_at, month_laws, month_share, part_of_year
from simulation.engine.package import Package
from simulation.engine.refusal import Refused, require_above, require_at_least
from simulation.engine.scheme import SchemeDistribution, scheme_distribution

Array = NDArray[Any]

RATES = (0.05, 0.01)
"""Yearly false-alarm rates that can be chosen."""
CHANCES = special.ndtr(np.linspace(-4.0, 4.0, 641))
"""Chances at which the rest of a year is kept: close together where it matters, out to 3 in 100,000."""


@dataclass(frozen=True, kw_only=True)
class YearLaws:
    """One package's year for so many persons.

    Attributes
    ----------
    persons : int
    limits : mapping of rate to MonthLimits
    rests : ndarray, shape (12, len(CHANCES))
        Row m: money that the months after the first m cost, at each of ``CHANCES``.
    rest_means : ndarray, shape (12,)
    """

    persons: int
    limits: Mapping[float, MonthLimits]
    rests: Array
    rest_means: Array

    @property
    def means(self) -> Array:
        """Expected payments up to the end of each month, money; shape (12,)."""
        return next(iter(self.limits.values())).mean

    def outlook(
        self, *, passed: int, paid: float, money: float, pending: float = 0.0, factor: float = 1.0
    ) -> Outlook:
        """How the year ends, as ``experience.monitor.outlook`` says, from the kept tables."""
        require_at_least(field="paid", value=paid, lowest=0.0)
        require_at_least(field="pending", value=pending, lowest=0.0)
        require_above(field="factor", value=factor, bound=0.0)
        if not 0 <= passed <= MONTHS:
            raise Refused(field="passed", problem=f"{passed} is not a number of months from 0 to 12")
        known = paid + pending
        if passed == MONTHS:
            return Outlook(
                passed=passed, chance_short=float(known > money), expected=known, low=known, high=known
            )
        rest = factor * self.rests[passed]
        low, high = (known + float(np.interp(chance, CHANCES, rest)) for chance in RANGE)
        return Outlook(
            passed=passed,
            chance_short=_chance_above(rest, money - known),
            expected=known + factor * float(self.rest_means[passed]),
            low=low,
            high=high,
        )


def _chance_above(amounts: Array, amount: float) -> float:
    """Of a law kept at ``CHANCES``: 1 below its lowest amount, 0 above its highest."""
    if amount < amounts[0]:
        return 1.0
    if amount >= amounts[-1]:
        return 0.0
    place = int(np.searchsorted(amounts, amount, side="right"))
    low, high = amounts[place - 1], amounts[place]
    share = (amount - low) / (high - low)
    return float(1.0 - (CHANCES[place - 1] + share * (CHANCES[place] - CHANCES[place - 1])))


def year_laws(package: Package, *, persons: int) -> YearLaws:
    """Work all of it out; seconds."""
    laws = month_laws(package, persons=persons)
    whole = laws.up_to[-1].mean
    rests, means = [], []
    for passed in range(MONTHS):
        rest = scheme_distribution(part_of_year(package, 1.0 - month_share(passed)), persons)
        so_far = laws.up_to[passed - 1].mean if passed else 0.0
        # Caps that the months passed have used up are not there for those to come.
        scale = (whole - so_far) / rest.mean if rest.mean > 0.0 else 1.0
        rests.append(scale * _quantiles(rest))
        means.append(scale * rest.mean)
    return YearLaws(
        persons=persons,
        limits={rate: month_limits(package, persons=persons, rate=rate, laws=laws) for rate in RATES},
        rests=np.array(rests),
        rest_means=np.array(means),
    )


def _quantiles(law: SchemeDistribution) -> Array:
    return np.array([amount_at(law, float(chance)) for chance in CHANCES])


# ---- what was paid, beside it ------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class PaidSoFar:
    """What is known to be paid of the months that are over.

    Attributes
    ----------
    paid : tuple of float
        Money paid for the events of month 1, 2 ..., without a gap.
    pending : tuple of float
        What is expected to be paid for them still, since claims take their time; as priced.
    """

    paid: tuple[float, ...]
    pending: tuple[float, ...]

    @classmethod
    def of(cls, paid: Sequence[float], *, laws: YearLaws, days_passed: float, lag: Lag) -> PaidSoFar:
        """With what is on its way, from how long claims take: the priced claims not settled yet."""
        happened, settled = settled_by_month(days_passed=days_passed, lag=lag)
        priced = np.diff(laws.means, prepend=0.0)
        open_share = [
            1.0 - float(settled[month] / happened[month]) if happened[month] > 0.0 else 1.0
            for month in range(len(paid))
        ]
        pending = tuple(float(priced[month] * open_share[month]) for month in range(len(paid)))
        return cls(paid=tuple(paid), pending=pending)

    @property
    def months(self) -> int:
        return len(self.paid)

    def paid_up_to(self, month: int) -> float:
        return float(sum(self.paid[:month]))

    def pending_up_to(self, month: int) -> float:
        return float(sum(self.pending[:month]))

    def crossings(self, limits: MonthLimits) -> tuple[Crossing, ...]:
        """Above by what is paid alone; below only where what is on its way does not explain it."""
        above = [one for one in crossings(limits, self.paid) if one.side == "above"]
        complete = [paid + pending for paid, pending in zip(self.paid, self.pending, strict=True)]
        below = [one for one in crossings(limits, complete) if one.side == "below"]
        return tuple(sorted([*above, *below], key=lambda one: one.month))
