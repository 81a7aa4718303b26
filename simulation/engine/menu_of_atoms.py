"""Terms of a benefit whose payouts live on points: fixed amounts, days of work lost, the survey's own
sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.checks import check
from simulation.engine.compound import CappedRows, capped_moments
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.lattice import natural_step, weights_from_atoms
from simulation.engine.layers import Atoms, atoms_above, paid_days
from simulation.engine.menu_of_layers import NEVER_BINDS, closed_form
from simulation.engine.moments import Check
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Array = NDArray[Any]

NODES = 512
"""Nodes from 0 to the largest payout where the points have no common step: splitting points is less smooth.
"""


@dataclass(frozen=True, kw_only=True)
class AtomTerms:
    """One event's payout on points and the family cap, in a unit of which the scheme pays ``scale`` money."""

    atoms: Atoms
    scale: float
    family_cap: float

    @classmethod
    def of_fixed(cls, terms: FixedTerms) -> AtomTerms:
        """A set amount, in money."""
        return cls(atoms=Atoms(np.array([terms.amount]), np.ones(1)), scale=1.0, family_cap=terms.family_cap)

    @classmethod
    def of_wage(cls, severity: DayLaw | Empirical, terms: WageTerms) -> AtomTerms:
        """Days paid, in days."""
        if terms.rate == 0.0:
            return _NOTHING
        days = paid_days(severity, start_day=terms.start_day, most_days=terms.most_days)
        return cls(atoms=days, scale=terms.rate, family_cap=terms.family_cap / terms.rate)

    @classmethod
    def of_cost(cls, severity: Constant | Empirical, terms: CostTerms) -> AtomTerms:
        """Money before the copay."""
        scale = 1.0 - terms.copay
        if scale == 0.0:
            return _NOTHING
        atoms = atoms_above(severity, terms.threshold).limited(terms.event_cap / scale)
        return cls(atoms=atoms, scale=scale, family_cap=terms.family_cap / scale)


_NOTHING = AtomTerms(atoms=Atoms(np.zeros(1), np.ones(1)), scale=0.0, family_cap=math.inf)


def atom_moments(
    counts: FamilyCounts, terms: Sequence[AtomTerms], mean: Array, variance: Array
) -> list[Check]:
    """Fill ``mean`` and ``variance``, shape (terms, O), where anything is paid; returns the checks."""
    checks: list[Check] = []
    for index, one in enumerate(terms):
        if one.family_cap == 0.0 or one.atoms.values[-1] == 0.0:
            continue
        found_mean, found_variance, found_checks = _moments(counts, one)
        mean[index], variance[index] = one.scale * found_mean, one.scale**2 * found_variance
        checks += found_checks
    return checks


def atom_row(counts: FamilyCounts, terms: AtomTerms) -> tuple[float, CappedRows | None]:
    """E[Y] of one event and, where the family cap can bind, the row that prices it; in the terms' unit."""
    event_mean = float(terms.atoms.limited_moments(np.array([math.inf]))[0][0])
    if event_mean == 0.0 or not _binds(counts, terms.atoms, event_mean, terms.family_cap):
        return event_mean, None
    return event_mean, capped_row(terms.atoms, terms.family_cap)


def _moments(counts: FamilyCounts, terms: AtomTerms) -> tuple[Array, Array, list[Check]]:
    atoms, cap = terms.atoms, terms.family_cap
    first, second = atoms.limited_moments(np.array([math.inf]))
    if not _binds(counts, atoms, float(first[0]), cap):
        mean, variance = closed_form(counts, first, second)
        return mean[0], variance[0], []
    if len(atoms.values) == 1:
        return _counted(counts, float(atoms.values[0]), cap)
    rows = capped_row(atoms, cap)
    found_mean, found_variance, checks = capped_moments(counts, rows)
    return found_mean[:, 0, 0], found_variance[:, 0, 0], checks


def _binds(counts: FamilyCounts, atoms: Atoms, event_mean: float, cap: float) -> bool:
    if math.isinf(cap):
        return False
    top = float(atoms.values[-1])
    share = counts.tail_share(np.array([cap / top]), np.array([min(event_mean / top, 1.0)]))
    return bool(share[0] > NEVER_BINDS)


def capped_row(atoms: Atoms, cap: float) -> CappedRows:
    """One row for ``compound``: the points' own step where they have one, else a fine lattice."""
    limited = atoms.limited(cap)
    step = natural_step(limited.values)
    nodes = NODES
    if step is None:
        step = float(limited.values[-1]) / nodes
    else:
        nodes = round(float(limited.values[-1]) / step)
    limit = np.array([cap])
    first, second = limited.limited_moments(limit)
    return CappedRows(
        weights=weights_from_atoms(limited, step, nodes + 1)[None, :],
        step=np.array([step]),
        event_mean=first,
        event_square=second,
        caps=limit[None, :],
        single_mean=first[None, :],
        single_square=second[None, :],
    )


def _counted(counts: FamilyCounts, amount: float, cap: float) -> tuple[Array, Array, list[Check]]:
    """Every event pays the same: the payout is a function of the number of events alone."""
    most = counts.most_events()
    pmf = counts.pmf(most)
    paid = np.minimum(amount * np.arange(most + 1), cap)
    mean = pmf @ paid
    variance = (pmf * (paid - mean[:, None]) ** 2).sum(axis=1)
    left_out = counts.tail_share(np.array([float(most)]), np.ones(1))
    return mean, variance, [check("count tail", left_out)]
