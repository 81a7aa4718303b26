"""Payouts of one event on a lattice ``step * j``: the quadrature that a compound distribution is built from.

Each payout between two nodes is split between them so that its mean stays (method of local moment
matching): the lattice is built from limited expected values of the PAYOUT, so no cap, copay or threshold
has to fall on a node. The split alone inflates the second moment of cell j by ``E[(Y - a)(b - Y); a < Y <=
b]``. ``keep_square`` takes that away with a pattern of four nodes that has no mass and no mean (three nodes
at the ends). The result is a quadrature rule, exact for mass, mean and second moment; single weights may
then be slightly negative, and nothing is ever clipped.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.layers import Atoms

Array = NDArray[Any]

PAISA = 100.0
"""Smallest money that a survey's values are tried to be multiples of: one hundredth."""
MOST_NATURAL_NODES = 1024


def weights_from_limits(first: Array, second: Array, step: Array, *, keep_square: bool = True) -> Array:
    """Weights on ``step * j`` of payouts whose limited moments at the nodes are known.

    Parameters
    ----------
    first, second : ndarray, shape (R, n + 1)
        E[min(Y, step j)] and E[min(Y, step j)^2], j = 0 .. n. The last node is the most that one event pays.
    step : ndarray, shape (R,)
        Money.
    keep_square : bool
        Whether to keep the second moment too; False gives probabilities proper.

    Returns
    -------
    ndarray, shape (R, n + 1)
        Weights that add up to 1.
    """
    n, step = first.shape[1] - 1, step[:, None]
    # chances of reaching into each cell: all payouts reach the first node, none goes beyond the last
    beyond = np.ones((len(first), n + 2))
    beyond[:, -1] = 0.0
    reached = beyond[:, 1:-1]
    np.subtract(first[:, 1:], first[:, :-1], out=reached)
    reached /= step
    weights = beyond[:, :-1] - beyond[:, 1:]
    if keep_square:
        inflation = (2.0 * np.arange(n) + 1.0) * reached
        inflation -= (second[:, 1:] - second[:, :-1]) / step**2
        remove_inflation(weights, inflation)
    return weights


def remove_inflation(weights: Array, inflation: Array) -> None:
    """Take the second moment that splitting added out of ``weights``, in place.

    Parameters
    ----------
    weights : ndarray, shape (..., n + 1), n at least 2
    inflation : ndarray, shape (..., n)
        By cell, in squared steps.
    """
    n = inflation.shape[-1]
    inner = inflation[..., 1 : n - 1] / 4.0
    weights[..., 0 : n - 2] -= inner
    weights[..., 1 : n - 1] += inner
    weights[..., 2:n] += inner
    weights[..., 3 : n + 1] -= inner
    for cell, left in ((0, 0), (n - 1, n - 2)):
        half = inflation[..., cell] / 2.0
        weights[..., left] -= half
        weights[..., left + 1] += 2.0 * half
        weights[..., left + 2] -= half


def weights_from_atoms(atoms: Atoms, step: float, nodes: int, *, keep_square: bool = True) -> Array:
    """Weights on ``step * j``, j < nodes, of a payout on points; shape (nodes,).

    Points beyond the last node are left out, so that the weights then add up to less than 1.
    """
    place = atoms.values / step
    whole = np.rint(place)
    place = np.where(np.abs(place - whole) <= 1e-12 * np.maximum(whole, 1.0), whole, place)
    cell = np.floor(place)
    up = place - cell
    # The last cell is the one below the highest point, so that the pattern at the end stays on the lattice;
    # where the points go on beyond it, two cells more are kept for what reaches back from there.
    size = max(math.ceil(min(place[-1], nodes + 3)), 2)
    inside = cell <= nodes + 1
    cell, up, p = cell[inside].astype(np.int64), up[inside], atoms.probabilities[inside]
    weights = np.bincount(cell, p * (1.0 - up), size + 2) + np.bincount(cell + 1, p * up, size + 2)
    weights, inflation = weights[: size + 1], np.bincount(cell, p * up * (1.0 - up), size)[:size]
    if keep_square and inflation.any():
        remove_inflation(weights, inflation)
    return np.concatenate([weights, np.zeros(max(nodes - len(weights), 0))])[:nodes]


def natural_step(values: Array) -> float | None:
    """The largest step that every value is a multiple of, money; None where that takes too many nodes."""
    if len(values) == 1:
        return float(values[0])
    scaled = values * PAISA
    whole = np.rint(scaled)
    if np.any(np.abs(scaled - whole) > 1e-9 * np.maximum(whole, 1.0)) or whole[-1] > 2**53:
        return None
    step = math.gcd(*(int(value) for value in whole))
    return step / PAISA if whole[-1] / step <= MOST_NATURAL_NODES else None
