"""What a year of one package is expected to cost month by month, worked out once and small to keep. Pure.

Working it out takes seconds (twenty-four distributions and the correlation of the months), so it is done in
the background and kept; everything a page asks of it afterwards is a look into a table.
"""

from __future__ import annotations

import math
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
from simulation.engine.scheme import scheme_distribution

Array = NDArray[Any]

RATES = (0.05, 0.01)
"""Yearly false-alarm rates that can be chosen."""
CHANCES = special.ndtr(np.linspace(-4.0, 4.0, 641))
"""Chances at which the rest of a year is kept: close together where it matters, out to 3 in 100,000."""


CERTAIN = 1e-4
"""Months to come whose spread is less than a hundredth of fresh families' are taken to be certain."""


@dataclass(frozen=True, kw_only=True)
class YearLaws:
    """One package's year for so many persons.

    Attributes
    ----------
    persons : int
    limits : mapping of rate to MonthLimits
    rests : ndarray, shape (12, len(CHANCES))
        Row m: money that the months after the first m cost, at each of ``CHANCES``, where the first m cost
        what was expected.
    rest_means : ndarray, shape (12,)
    slopes : ndarray, shape (12,)
        As in ``experience.months.MonthLaws``.
    """

    persons: int
    limits: Mapping[float, MonthLimits]
    rests: Array
    rest_means: Array
    slopes: Array

    @property
    def means(self) -> Array:
        """Expected payments up to the end of each month, money; shape (12,)."""
        return next(iter(self.limits.values())).mean

    def outlook(
        self, *, passed: int, paid: float, money: float, pending: float = 0.0, factor: float = 1.0
    ) -> Outlook:
        """How the year ends, given what was paid in the months that are over.

        Parameters
        ----------
        passed : int
            Months that are over, 0 to 12.
        paid, pending : float
            Money paid for their events, and still to be paid for them.
        money : float
            What the year's claims may cost: premium and reserve, less what is kept for running costs.
        factor : float
            Claims over what was priced, of the months to come and of those that are over: 1 as priced, else
            what experience makes of it.

        Notes
        -----
        ``P(paid + pending + rest > money)``. The months to come cost their mean, moved by ``slopes`` times
        what the months passed cost more than expected, and scatter as what is left of the year's spread; see
        ``year_laws``. Their cost stays above 0 however much was paid: a fall is the exponential one of the
        same slope.
        """
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
        scale = factor * self._moved(passed, known / factor)
        rest = scale * self.rests[passed]
        low, high = (known + float(np.interp(chance, CHANCES, rest)) for chance in RANGE)
        return Outlook(
            passed=passed,
            chance_short=_chance_above(rest, money - known),
            expected=known + scale * float(self.rest_means[passed]),
            low=low,
            high=high,
        )

    def _moved(self, passed: int, known: float) -> float:
        """Of the months to come: their mean over the one where the months passed cost what was expected."""
        if passed == 0 or self.rest_means[passed] <= 0.0:
            return 1.0
        more = known - float(self.means[passed - 1])
        change = float(self.slopes[passed]) * more / float(self.rest_means[passed])
        return 1.0 + change if change >= 0.0 else math.exp(change)


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
    """Work all of it out; seconds.

    Notes
    -----
    The months to come have the exact mean of the year less that of the months passed, and the spread that the
    months passed leave of theirs. Their shape is that of the exact law of families whose caps are unused: of
    so many persons that it scatters as widely, scaled to the mean. Nothing can fall below 0 that way, and
    where nothing ties the months together it is the exact law of the scheme's own persons.
    """
    laws = month_laws(package, persons=persons)
    means = laws.means[-1] - np.concatenate([[0.0], laws.means[:-1]])
    return YearLaws(
        persons=persons,
        limits={rate: month_limits(package, persons=persons, rate=rate, laws=laws) for rate in RATES},
        rests=np.array(
            [
                _rest(package, persons, passed, float(means[passed]), float(laws.breadths[passed]))
                for passed in range(MONTHS)
            ]
        ),
        rest_means=means,
        slopes=laws.slopes,
    )


def _rest(package: Package, persons: int, passed: int, mean: float, breadth: float) -> Array:
    """What the months after the first ``passed`` cost at each of ``CHANCES``, money."""
    if breadth < CERTAIN:
        return np.full(len(CHANCES), mean)
    afresh = scheme_distribution(
        part_of_year(package, 1.0 - month_share(passed)), max(round(persons / breadth), 1)
    )
    scale = mean / afresh.mean if afresh.mean > 0.0 else 1.0
    return scale * np.array([amount_at(afresh, float(chance)) for chance in CHANCES])


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
