"""What the bills above a threshold say of what all events cost. Pure.

Only an event dearer than the threshold is claimed. Where costs rise, more events are: the average bill rises
by less than costs do, and claims come more often though nobody falls ill more often. So the costs of all
events are taken to be the assumed ones times one factor, and it is the one that makes the bills above the
threshold as dear on average as those handed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.refusal import require_above
from simulation.engine.severity import Severity

STEP = 1.05
FARTHEST = 20.0
"""A factor outside 1/20 to 20 is a slip, or another benefit."""


@dataclass(frozen=True, kw_only=True)
class Above:
    """Costs above a threshold: the chance of one, the mean and standard deviation of those."""

    chance: float
    mean: float
    sd: float


def scaled(law: Severity, factor: float) -> Severity:
    """The same shape, every cost times ``factor``."""
    require_above(field="factor", value=factor, bound=0.0)
    if isinstance(law, Constant):
        return Constant(value=law.value * factor)
    if isinstance(law, Empirical):
        return Empirical(values=tuple(value * factor for value in law.values))
    return replace(law, mean=law.mean * factor)


def above(law: Severity, threshold: float) -> Above | None:
    """Costs above a threshold; None where there are none."""
    if isinstance(law, Constant | Empirical):
        values, chances = (np.array([law.value]), np.ones(1)) if isinstance(law, Constant) else law.atoms
        kept = values > threshold
        chance = float(chances[kept].sum())
        first, second = float(chances[kept] @ values[kept]), float(chances[kept] @ values[kept] ** 2)
    else:
        assert not isinstance(law, DayLaw)  # days are no bills
        edge = np.array(threshold)
        chance = float(law.survival(edge))
        first = law.mean - float(law.limited_mean(edge)) + threshold * chance
        second = law.second_moment - float(law.limited_square(edge)) + threshold**2 * chance
    if chance <= 0.0:
        return None
    mean = first / chance
    variance = second / chance - mean**2
    # Two nearly equal numbers: below 0 by rounding only where every cost is the same.
    return Above(chance=chance, mean=mean, sd=math.sqrt(variance) if variance > 1e-12 * mean**2 else 0.0)


def cost_factor(law: Severity, *, threshold: float, average: float) -> float | None:
    """By what all costs are dearer than assumed, from the average bill above the threshold.

    Returns
    -------
    float or None
        The factor nearest to 1 at which bills above the threshold cost ``average`` on average; None where
        there is none, as where the average is not above the threshold.
    """

    def missing(factor: float) -> float:
        found = above(law, threshold / factor)
        # Costs that never reach the threshold would have brought no bill at all.
        return -average if found is None else factor * found.mean - average

    step = STEP if missing(1.0) < 0.0 else 1.0 / STEP
    near, far = 1.0, step
    while (missing(near) < 0.0) == (missing(far) < 0.0):
        near, far = far, far * step
        if not 1.0 / FARTHEST <= far <= FARTHEST:
            return None
    return float(optimize.brentq(missing, near, far, xtol=1e-12))


def events_worth(law: Severity, *, threshold: float, bills: int) -> float:
    """How many events, cheap ones too, would tell as much of the mean cost as these bills do.

    The average bill scatters by ``sd / mean / sqrt(bills)`` of those above the threshold, and rises by less
    than costs do: by ``e`` per cent for each per cent. All events would scatter by ``cv / sqrt(events)``, so
    ``events = bills (e cv mean / sd)^2``; 0 where an average bill says nothing of costs.
    """
    usual = above(law, threshold)
    dearer, cheaper = above(law, threshold / STEP), above(law, threshold * STEP)
    if usual is None or dearer is None or cheaper is None or usual.sd == 0.0:
        return 0.0
    rise = math.log(STEP * dearer.mean / (cheaper.mean / STEP)) / (2.0 * math.log(STEP))
    cv = math.sqrt(law.second_moment / law.mean**2 - 1.0)
    return bills * (max(rise, 0.0) * cv * usual.mean / usual.sd) ** 2
