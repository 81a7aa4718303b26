"""A scheme's families on one lattice, fine where families usually are and coarse far out.

The sum of thousands of families needs single payouts up to several standard deviations of the SCHEME,
hundreds or thousands of those of a family, where a fine lattice has nothing to resolve. So the nodes thin
out: each level takes over where the one before ends, with a step ``COARSER`` times as large. Where two levels
meet, the node between them takes what is left, which keeps the mass exact and the mean to within a fine step
of the few payouts there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.exact import price_exact
from simulation.engine.family_distribution import family_payout
from simulation.engine.family_lattice import common_step, paying_groups
from simulation.engine.menu_of_atoms import AtomTerms
from simulation.engine.moments import Check, PackageMoments
from simulation.engine.package import Package
from simulation.engine.package_cap import most_that_is_paid

Array = NDArray[Any]

STEPS_PER_SD = 48
"""Nodes to one standard deviation of a family."""
LEVEL_NODES = 4096
COARSER = 16
FEWEST_NODES = 8
REACH_OF_SCHEME, REACH_OF_FAMILY = 8.0, 60.0
"""One family is followed so many standard deviations of the scheme beyond its mean, or so many of its own."""
FINEST_ALIGNED = 8
"""How much finer than ``STEPS_PER_SD`` asks the lattice may be so that caps and amounts fall on nodes."""


@dataclass(frozen=True, kw_only=True)
class SchemeFamilies:
    """Families of every size and what each is paid.

    Attributes
    ----------
    counts : ndarray, shape (K,)
        Families of each size.
    step : float
        Money between two of the finest nodes.
    places : ndarray, shape (M,)
        Nodes in steps, ascending from 0.
    masses : ndarray, shape (K, M)
        P(a family's payout = step * place). What they lack to 1 lies beyond the last node.
    mean, variance : ndarray, shape (K,)
        Of a family's payout, exact, money and money squared.
    on_points : bool
        Whether every payout IS a node (set amounts only), not somewhere around it.
    checks : tuple of Check
        Those of ``price_exact``.
    """

    counts: Array
    step: float
    places: Array
    masses: Array
    mean: Array
    variance: Array
    on_points: bool
    checks: tuple[Check, ...]

    @property
    def amounts(self) -> Array:
        """Money at each node, shape (M,)."""
        return np.asarray(self.step * self.places)

    @cached_property
    def whole_mean(self) -> float:
        """Mean of the scheme's payout, money."""
        return float(self.counts @ self.mean)

    @cached_property
    def sd(self) -> float:
        """Standard deviation of the scheme's payout, money."""
        return math.sqrt(float(self.counts @ self.variance))

    @cached_property
    def whole_mass(self) -> float:
        """Chance that no family is beyond its last node."""
        return float(np.exp(self.counts @ np.log(self.masses.sum(axis=1))))


def scheme_families(
    package: Package, *, persons: int, moments: PackageMoments | None = None
) -> SchemeFamilies:
    """The whole families of a scheme of about ``persons``; ``moments`` from ``price_exact`` if known."""
    counts = package.families.counts_for(persons=persons)
    moments = price_exact(package) if moments is None else moments
    groups = paying_groups(package)
    variance = moments.package.variance
    sd = math.sqrt(float(counts @ variance))
    sd_of_family = sd / math.sqrt(float(counts.sum()))
    reach = float(moments.package.mean.max()) + max(REACH_OF_SCHEME * sd, REACH_OF_FAMILY * sd_of_family)
    top = min(package.family_cap, most_that_is_paid(groups), reach)
    on_points = all(isinstance(member.shape, AtomTerms) for group in groups for member in group)
    common = common_step(package, groups)
    on_points = on_points and common is not None and top / common <= LEVEL_NODES
    if sd == 0.0:
        step, top = 1.0, 1.0
    else:
        step = _step(sd_of_family / STEPS_PER_SD, common, on_points=on_points)
    places, masses = _levels(package, moments, step=step, top=top)
    return SchemeFamilies(
        counts=counts,
        step=step,
        places=places,
        masses=masses,
        mean=moments.package.mean,
        variance=variance,
        on_points=on_points,
        checks=moments.checks,
    )


def _step(wanted: float, common: float | None, *, on_points: bool) -> float:
    """A step of about ``wanted`` that caps and amounts are multiples of, where there is one."""
    if common is None:
        return wanted
    if on_points:
        return common
    halved = common / 2 ** max(0, math.ceil(math.log2(common / wanted)))
    return halved if halved >= wanted / FINEST_ALIGNED else wanted


def _levels(package: Package, moments: PackageMoments, *, step: float, top: float) -> tuple[Array, Array]:
    needed = math.ceil(top / step) + 2
    nodes = max(FEWEST_NODES, min(needed, LEVEL_NODES))
    finest = family_payout(package, span=step, nodes=nodes, moments=moments)
    places, masses, scale = np.arange(nodes), finest.probabilities, 1
    while places[-1] < needed - 1:
        scale *= COARSER
        nodes = max(FEWEST_NODES, min(math.ceil(needed / scale) + 2, LEVEL_NODES))
        coarse = family_payout(package, span=scale * step, nodes=nodes, moments=moments)
        last = int(places[-1]) // scale
        between = 1.0 - coarse.beyond - coarse.probabilities[:, last + 1 :].sum(axis=1)
        inner = places < last * scale
        between -= masses[:, inner].sum(axis=1)
        places = np.concatenate([places[inner], scale * np.arange(last, nodes)])
        masses = np.concatenate(
            [masses[:, inner], between[:, None], coarse.probabilities[:, last + 1 :]], axis=1
        )
    return places, masses
