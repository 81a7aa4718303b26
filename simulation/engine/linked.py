"""Benefits paid on the same events: covariances by mixing over the number of events.

Given that a family has n events in the year, the benefits of a group are independent of each other, each
under its own family cap: so ``Cov(S_b, S_c) = Cov(m_b(N), m_c(N))`` with ``m_b(n) = E[S_b | N = n]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.checks import check
from simulation.engine.compound import CappedRows, tilt_strength, transform_length
from simulation.engine.event_payouts import EventPayout
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.moments import Check

Array = NDArray[Any]

ROUNDING = 1e-6
BLOCK = 64
"""Powers of a transform held at one time."""
SETTLED = 1e-16
"""Room left under the cap, as a share of it, from which on more events change nothing."""


def group_covariance(members: Sequence[EventPayout], marginal_means: Array) -> tuple[Array, list[Check]]:
    """Sum of the covariances between all pairs of members, both orders counted.

    Parameters
    ----------
    members : sequence of EventPayout
        B covered benefits of one group.
    marginal_means : ndarray, shape (B, K)
        Their means by the generating function, to check the means found here.

    Returns
    -------
    covariance : ndarray, shape (K,)
        ``Var(sum of S_b) - sum of Var(S_b)``, money squared.
    checks : list of Check
    """
    counts = FamilyCounts(members[0].parent, members[0].families)
    if all(member.row[1] is None for member in members):
        means = np.array([_mean_per_parent_event(member) for member in members])
        pairs = means.sum() ** 2 - (means**2).sum()
        return pairs * (counts.mean + counts.excess_dispersion), []
    most = counts.most_events()
    given = np.stack([mean_given_events(member, most) for member in members])
    pmf = counts.pmf(most)
    means = given @ pmf.T
    centred = given[:, None, :] - means[:, :, None]
    covariance = (pmf * (centred.sum(axis=0) ** 2 - (centred**2).sum(axis=0))).sum(axis=1)
    # what a cap leaves over is a difference from the cap: its digits count, not those of a mean far below it
    caps = [member.scale * float(member.row[1].caps[0, 0]) if member.row[1] else 0.0 for member in members]
    scale = np.maximum(marginal_means, ROUNDING * np.array(caps)[:, None])
    return covariance, [
        check("mean by events", (means - marginal_means) / scale),
        check("count tail", counts.tail_share(np.array([float(most)]), np.ones(1))),
    ]


def _mean_per_parent_event(member: EventPayout) -> float:
    return member.scale * member.benefit.probability * member.row[0]


def mean_given_events(member: EventPayout, most: int) -> Array:
    """E[S | N = n], money, for n = 0 .. most events of the parent; shape (most + 1,)."""
    event_mean, row = member.row
    probability = member.benefit.probability
    if row is None:
        return member.scale * probability * event_mean * np.arange(most + 1)
    counts = FamilyCounts(member.frequency, member.families)
    cap = float(row.caps[0, 0])
    given = np.full(most + 1, cap)
    given[:2] = 0.0, probability * row.single_mean[0, 0]
    given[2:] -= room_given_events(counts, row, probability, most)
    given[2:] += _single_payments(row, probability, np.arange(2, most + 1))
    return member.scale * given


def _single_payments(row: CappedRows, probability: float, events: Array) -> Array:
    """What the closed form of one payment differs from its lattice, where one of ``events`` alone is paid."""
    weights, cap = row.weights[0], float(row.caps[0, 0])
    on_lattice = np.minimum(row.step[0] * np.arange(len(weights)), cap) @ weights
    others_unpaid = (1.0 - probability * float(weights[1:].sum())) ** (events - 1)
    return np.asarray(events * others_unpaid * probability * (row.single_mean[0, 0] - on_lattice))


def room_given_events(counts: FamilyCounts, row: CappedRows, probability: float, most: int) -> Array:
    """E[max(cap - S, 0) | N = n] for n = 2 .. most, in the row's unit; shape (most - 1,)."""
    length = transform_length(row)
    tilt = float(tilt_strength(counts, row, length)[0]) / length
    step, cap = float(row.step[0]), float(row.caps[0, 0])
    weights = probability * row.weights[0]
    weights[0] += 1.0 - probability
    transform = fft.rfft(weights * np.exp(-tilt * np.arange(len(weights))), length)
    nodes = np.arange(int(np.ceil(cap / step)))
    below = (cap - step * nodes) * np.exp(tilt * nodes)
    room = np.zeros(most - 1)
    ladder = np.concatenate(
        [np.ones((1, len(transform))), np.broadcast_to(transform, (BLOCK - 1, len(transform)))]
    )
    powers = np.cumprod(ladder, axis=0)
    first = transform * transform
    for start in range(0, most - 1, BLOCK):
        block = first * powers[: most - 1 - start]
        masses = fft.irfft(block, length, axis=1)
        room[start : start + BLOCK] = masses[:, : len(nodes)] @ below
        if room[start + len(block) - 1] <= SETTLED * cap:
            break
        first = block[-1] * transform
    return room
