"""The distribution of what one family is paid in a year over all benefits, for every family size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.checks import check, relative, worst_of
from simulation.engine.exact import price_exact
from simulation.engine.family_lattice import masses_of_total, paying_groups
from simulation.engine.moments import Check, PackageMoments
from simulation.engine.package import Package
from simulation.engine.refusal import Refused, require_above

Array = NDArray[Any]

FEWEST_NODES = 8


@dataclass(frozen=True, kw_only=True)
class FamilyDistribution:
    """One family's total payout in a year, under every event cap, family cap and the package-wide cap.

    Attributes
    ----------
    step : float
        Money between two nodes.
    probabilities : ndarray, shape (K, nodes)
        P(total = step * j), j = 0 .. nodes - 1, for each family size. A payout between two nodes counts for
        both, in the shares that keep its mean. Rounding errors stay as they are: a mass may be -1e-11.
    beyond : ndarray, shape (K,)
        P(total above the last node): what ``probabilities`` lack to 1. A total between the last node and
        the next counts for both, like any other.
    mean, variance : ndarray, shape (K,)
        Of the total, money and money squared, from ``price_exact``: what lies beyond the lattice is in them.
    checks : tuple of Check
        Those of ``price_exact``, and the lattice's own mean and variance against it.
    """

    step: float
    probabilities: Array
    beyond: Array
    mean: Array
    variance: Array
    checks: tuple[Check, ...]


def family_payout(
    package: Package, *, span: float, nodes: int, moments: PackageMoments | None = None
) -> FamilyDistribution:
    """Distribution of one family's total yearly payout on the lattice ``span * j``, j < nodes.

    Parameters
    ----------
    package : Package
    span : float
        Money between two nodes, above 0.
    nodes : int
        Number of nodes, at least 8. Payouts may reach beyond; the distribution says how often.
    moments : PackageMoments or None
        ``price_exact(package)`` where it is known already.

    Raises
    ------
    Refused
        ``span`` or ``nodes`` is too small.
    """
    require_above(field="span", value=span, bound=0.0)
    if nodes < FEWEST_NODES:
        raise Refused(field="nodes", problem=f"{nodes} is below {FEWEST_NODES}")
    moments = price_exact(package) if moments is None else moments
    total = moments.package
    with np.errstate(under="ignore"):  # a chance too small for float64 is 0, as it should be
        masses, folded = masses_of_total(
            paying_groups(package),
            sizes=len(total.mean),
            span=span,
            nodes=nodes,
            second_moment=math.inf
            if package.has_family_cap
            else float((total.variance + total.mean**2).max()),
            keep_square=False,
        )
    masses[:, 0] += 1.0
    masses = _capped(masses, package.family_cap / span)
    beyond = 1.0 - masses.sum(axis=1)
    return FamilyDistribution(
        step=span,
        probabilities=masses,
        beyond=beyond,
        mean=total.mean,
        variance=total.variance,
        checks=(
            *moments.checks,
            *_checks(masses, beyond, span, moments),
            *worst_of(folded, about="family distribution"),
        ),
    )


def _capped(masses: Array, place: float) -> Array:
    """Masses of ``min(total, cap)``, the cap at ``place`` steps: all that is not below it is at it."""
    below, nodes = math.ceil(place) if math.isfinite(place) else masses.shape[1], masses.shape[1]
    if below >= nodes:
        return masses
    capped = np.zeros_like(masses)
    capped[:, :below] = masses[:, :below]
    rest = 1.0 - capped.sum(axis=1)
    cell = math.floor(place)
    capped[:, cell] += (1.0 - (place - cell)) * rest
    if place > cell:
        capped[:, cell + 1] += (place - cell) * rest
    return capped


def _checks(masses: Array, beyond: Array, span: float, moments: PackageMoments) -> tuple[Check, ...]:
    """The lattice must not pay more than the family is paid, nor less where nothing lies beyond it."""
    amounts = span * np.arange(masses.shape[1])
    mean = masses @ amounts
    variance = masses @ amounts**2 - mean**2
    complete = beyond < 1e-9
    total = moments.package
    mean_error, spread_error = relative(mean, total.mean), relative(variance, total.variance)
    found = [
        check("mean on lattice", np.where(complete, mean_error, np.maximum(mean_error, 0.0))),
        check("variance on lattice", np.where(complete, spread_error, 0.0)),
    ]
    return worst_of(found, about="family distribution")
