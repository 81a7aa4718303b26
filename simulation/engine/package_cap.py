"""One family cap over all benefits together: mean and variance of the family's total up to it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.checks import check
from simulation.engine.event_payouts import EventPayout
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.family_lattice import masses_of_total, span_for
from simulation.engine.menu_of_atoms import AtomTerms
from simulation.engine.moments import Check, PayoutMoments
from simulation.engine.package import Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull

Array = NDArray[Any]

NODES = 1024
NEGLIGIBLE = 1e-12
ROUNDING = 1e-9
"""A variance this far below 0, in squared caps, is the noise of subtracting equal numbers and is reported
as 0.
"""


def under_package_cap(
    package: Package, total: PayoutMoments, groups: list[list[EventPayout]]
) -> tuple[PayoutMoments, list[Check]]:
    """Moments of ``min(total, package cap)``.

    Parameters
    ----------
    package : Package
        With a finite family cap.
    total : PayoutMoments
        Of the total before that cap.
    groups : list of list of EventPayout
        The benefits that can pay, by group.
    """
    cap = package.family_cap
    if cap >= most_that_is_paid(groups):
        return total, []
    if cap == 0.0:
        nothing = np.zeros_like(total.mean)
        return PayoutMoments(name=total.name, families=total.families, mean=nothing, variance=nothing), []
    span = span_for(package, groups, top=cap, nodes=NODES)
    nodes = math.ceil(cap / span)
    masses, checks = masses_of_total(
        groups,
        sizes=len(total.mean),
        span=span,
        nodes=nodes,
        second_moment=float((total.variance + total.mean**2).max()),
        keep_square=True,
    )
    room = cap - span * np.arange(nodes)
    # the masses lack the 1 at node 0, whose room is the whole cap: the sums are the room less the cap
    first, second = masses @ room, masses @ room**2
    mean, left = -first, cap + first
    variance = np.where(mean > 0.5 * cap, cap**2 + second - left**2, second - 2.0 * cap * first - first**2)
    noise = (variance < 0.0) & (variance >= -ROUNDING * cap**2)
    capped = PayoutMoments(
        name=total.name, families=total.families, mean=mean, variance=np.where(noise, 0.0, variance)
    )
    return capped, [
        *checks,
        check("package mean", np.maximum(mean - total.mean, 0.0) / np.maximum(total.mean, NEGLIGIBLE * cap)),
        check(
            "package variance",
            np.maximum(variance - total.variance, 0.0) / np.maximum(total.variance, NEGLIGIBLE * cap**2),
        ),
        check("negative variance", np.minimum(variance, 0.0) / cap**2),
    ]


def most_that_is_paid(groups: list[list[EventPayout]]) -> float:
    """An amount that a family's total exceeds with a negligible share of its second moment, money; may be
    infinite.
    """
    return sum((_most_paid(member) for group in groups for member in group), start=0.0)


def _most_paid(member: EventPayout) -> float:
    family_cap = member.benefit.terms.family_cap
    if math.isfinite(family_cap):
        return family_cap
    events = FamilyCounts(member.frequency, member.families).most_events()
    return events * member.scale * _largest_event(member)


def _largest_event(member: EventPayout) -> float:
    shape = member.shape
    if isinstance(shape, AtomTerms):
        return float(shape.atoms.values[-1])
    if math.isfinite(shape.event_cap[0]):
        return float(shape.event_cap[0])
    law, threshold = shape.law, float(shape.threshold[0])
    if isinstance(law, Lomax):
        return math.inf
    top = threshold + law.mean
    while _square_above(law, top) > NEGLIGIBLE * _square_above(law, threshold):
        top *= 2.0
    return top - threshold


def _square_above(law: Lognormal | Gamma | Weibull, amount: float) -> float:
    """E[X^2; X > amount], money squared."""
    return float(law.parts(np.array(amount), np.array(math.inf))[2])
