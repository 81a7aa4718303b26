"""Other people might have been asked: households or clusters drawn again with replacement.

Clusters (villages) are drawn within strata, households where there are no clusters, so that what neighbours
have in common is in the intervals. Of ``m`` units in a stratum ``m - 1`` are drawn, each counting ``m / (m -
1)`` (Rao and Wu 1988, Journal of the American Statistical Association 83): the spread of the resampled
estimates is then that of the estimate itself, without the factor ``(m - 1) / m`` that a plain bootstrap
loses. Design weights stay with their households. All benefits share the same resamples: their errors hang
together as in truth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey.estimates import Interval, Reason
from survey.reasons import reason
from survey.tables import SurveyTables

Array = NDArray[Any]

FEWEST_CLUSTERS = 6
"""Fewer clusters cannot say how clusters differ; households are drawn instead, and the page says so."""
FEWEST_HOUSEHOLDS = 30
WIDEST = 40.0
"""Half width of an interval on the scale of logarithms beyond which nothing is known at all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Times:
    """How often each household counts in each of B resamples, as (B, H) numbers that are never written out:
    households of one unit count alike.

    Attributes
    ----------
    drawn : ndarray of float32, shape (B, U)
        How often each unit counts.
    unit : ndarray of int, shape (H,)
        Of each household.
    """

    drawn: Array
    unit: Array

    def __len__(self) -> int:
        return len(self.drawn)

    def __matmul__(self, of_household: Array) -> Array:
        """Sum over households, resample by resample: shape (H,) gives (B,)."""
        by_unit = np.bincount(self.unit, of_household, self.drawn.shape[1])
        return np.asarray(self.drawn @ by_unit, dtype=np.float64)

    def of(self, household: Array) -> Array:
        """How often the household of each event counts: shape (n,) gives (B, n)."""
        return np.asarray(self.drawn[:, self.unit[household]], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Design:
    """How a survey is drawn again.

    Attributes
    ----------
    unit : ndarray of int, shape (H,)
        Of each household, 0, 1, ...: what is drawn together.
    stratum : ndarray of int, shape (U,)
        Of each unit.
    weight : ndarray, shape (H,)
        Design weights, mean 1.
    by : str
        "cluster" or "household".
    clusters : int
        Distinct clusters noted.
    reasons : tuple of Reason
    """

    unit: Array
    stratum: Array
    weight: Array
    by: str
    clusters: int
    reasons: tuple[Reason, ...] = ()

    @property
    def units(self) -> int:
        """Units that are drawn."""
        return len(self.stratum)

    @property
    def degrees_of_freedom(self) -> int:
        """Units less strata, at least 1."""
        return max(1, self.units - len(np.unique(self.stratum)))

    def degrees_of(self, household: Array) -> int:
        """The same for what only the households of some events say: their units less 1, if that is fewer."""
        units = len(np.unique(self.unit[household]))
        return max(1, min(self.degrees_of_freedom, units - 1))

    def times(self, resamples: int, rng: np.random.Generator) -> Times:
        """How often each household counts in each resample."""
        drawn = np.empty((resamples, self.units), dtype=np.float32)
        for stratum in np.unique(self.stratum):
            places = np.flatnonzero(self.stratum == stratum)
            number = len(places)
            if number == 1:
                drawn[:, places] = 1.0
                continue
            counts = rng.multinomial(number - 1, np.full(number, 1.0 / number), size=resamples)
            drawn[:, places] = counts * (number / (number - 1.0))
        return Times(drawn=drawn, unit=self.unit)


def design_of(tables: SurveyTables, *, strata: Array | None = None) -> Design:
    """How to draw ``tables`` again.

    Parameters
    ----------
    tables : SurveyTables
    strata : ndarray of str or int, shape (H,), or None
        Of each household; a cluster lies in one stratum.
    """
    cluster = tables.households["cluster"].to_numpy(dtype=object)
    count = len(cluster)
    noted = cluster != ""
    clusters = len(set(cluster[noted]))
    reasons: list[Reason] = []
    by = "cluster" if clusters >= FEWEST_CLUSTERS else "household"
    if by == "household":
        unit = np.arange(count)
        if clusters:
            reasons.append(reason("few_clusters", clusters=clusters, needed=FEWEST_CLUSTERS))
    else:
        names = np.where(noted, cluster, [f"\0{place}" for place in range(count)])
        _, unit = np.unique(names.astype(str), return_inverse=True)
        if not noted.all():
            reasons.append(reason("some_without_cluster", households=int((~noted).sum())))
    if count < FEWEST_HOUSEHOLDS:
        reasons.append(reason("few_households", households=count, needed=FEWEST_HOUSEHOLDS))
    weight = tables.households["weight"].to_numpy(dtype=np.float64)
    return Design(
        unit=unit,
        stratum=_stratum_of_unit(unit, strata),
        weight=weight / weight.mean(),
        by=by,
        clusters=clusters,
        reasons=tuple(reasons),
    )


def _stratum_of_unit(unit: Array, strata: Array | None) -> Array:
    units = int(unit.max()) + 1
    if strata is None:
        return np.zeros(units, dtype=np.int64)
    _, numbers = np.unique(np.asarray(strata).astype(str), return_inverse=True)
    first = np.zeros(units, dtype=np.int64)
    first[unit] = numbers
    if not np.array_equal(first[unit], numbers):
        raise ValueError("strata: a cluster lies in two strata; give each cluster one")
    return first


def log_t(
    estimate: float, resampled: Array, *, degrees_of_freedom: int, level: float = 0.95, least: float = 0.0
) -> Interval:
    """Interval of a positive estimate: normal on the scale of logarithms, spread from the resamples, but no
    less than a standard error of ``least``.

    ``estimate exp(+- t se / estimate)`` with the standard error ``se`` of the resampled estimates and
    Student's t: never below 0, wider above than below, as counts and costs are. In 600 synthetic surveys of
    each of three designs it covered the true incidence in 93 to 96 %, the percentiles of the resamples in 91
    to 95 % (docs/decisions, how a survey's doubt is told).
    """
    if estimate <= 0.0:
        return Interval(value=estimate, low=estimate, high=estimate)
    se = max(float(np.std(resampled, ddof=1)), least)
    return _around(estimate, se / estimate, degrees_of_freedom, level)


def log_t_of_means(
    estimate: float, resampled: Array, *, degrees_of_freedom: int, level: float = 0.95
) -> Interval:
    """The same for means of costs, which are all above 0: the spread is that of the resamples' logarithms, so
    that one resample with a wild tail does not make the interval. Few costs underestimate their own spread:
    it is taken ``sqrt((d + 1) / d)`` times as large, d being the degrees of freedom.
    """
    spread = float(np.std(np.log(resampled), ddof=1))
    widened = spread * math.sqrt((degrees_of_freedom + 1.0) / degrees_of_freedom)
    return _around(estimate, widened, degrees_of_freedom, level)


def logit_t(
    estimate: float, resampled: Array, *, number: float, degrees_of_freedom: int, level: float = 0.95
) -> Interval:
    """Interval of a share, on the scale of log odds; never outside 0 to 1.

    Where all or none of ``number`` are so the bound is exact, one-sided: ``(1 - level) ** (1 / number)``.
    """
    if estimate <= 0.0 or estimate >= 1.0:
        bound = (1.0 - level) ** (1.0 / number) if number > 0.0 else 0.0
        low, high = (0.0, 1.0 - bound) if estimate <= 0.0 else (bound, 1.0)
        return Interval(value=estimate, low=low, high=high)
    se = float(np.std(resampled, ddof=1)) / (estimate * (1.0 - estimate))
    t = -float(special.stdtrit(degrees_of_freedom, (1.0 - level) / 2.0))
    centre = float(special.logit(estimate))
    return Interval(
        value=estimate,
        low=float(special.expit(centre - t * se)),
        high=float(special.expit(centre + t * se)),
    )


def _around(estimate: float, relative: float, degrees_of_freedom: int, level: float) -> Interval:
    t = -float(special.stdtrit(degrees_of_freedom, (1.0 - level) / 2.0))
    spread = math.exp(min(t * relative, WIDEST))
    return Interval(value=estimate, low=estimate / spread, high=estimate * spread)
