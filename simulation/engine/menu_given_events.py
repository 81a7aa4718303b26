"""Expected payouts given the number of events, for many terms of a benefit at once.

Benefits paid on the same events are independent of each other once the number of events is known. So these
tables, one for each benefit of a group, hold all that the covariance of any two of its benefits needs under
any terms of either: ``Cov(S_b, S_c) = Cov(m_b(N), m_c(N))`` with ``m_b(n) = E[S_b | N = n]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.compound import CappedRows, tilt_strength, transform_length
from simulation.engine.event_payouts import EventPayout
from simulation.engine.families import FamilySizes
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.frequency import Frequency
from simulation.engine.linked import mean_given_events
from simulation.engine.menu_of_layers import LayerTerms, sorted_terms
from simulation.engine.package import Benefit
from simulation.engine.terms import Terms

Array = NDArray[Any]


def menu_given_events(
    *, benefit: Benefit, parent: Frequency, families: FamilySizes, terms: Sequence[Terms], most: int
) -> Array:
    """E[S | N = n], money, for every terms of the menu and n = 0 .. most events of the parent.

    Parameters
    ----------
    benefit : Benefit
        A parent or one linked to it; its own terms are passed over.
    parent : Frequency
        Law of the group's events.
    families : FamilySizes
    terms : sequence of Terms
        All of the benefit's kind.
    most : int
        As ``FamilyCounts.most_events`` says.

    Returns
    -------
    ndarray, shape (terms, most + 1)
    """
    with np.errstate(under="ignore"):  # a chance too small for float64 is 0, as it should be
        layers = LayerTerms.of(benefit.severity, terms)
        if layers is not None:
            return _layers_given_events(benefit, parent, families, layers, most)
        members = (EventPayout(replace(benefit, terms=one), parent, families) for one in terms)
        return np.stack([mean_given_events(member, most) for member in members])


def _layers_given_events(
    benefit: Benefit, parent: Frequency, families: FamilySizes, terms: LayerTerms, most: int
) -> Array:
    probability = benefit.probability
    counts = FamilyCounts(parent if probability == 1.0 else parent.thinned(probability), families)
    given = np.zeros((len(terms.scale), most + 1))
    if counts.frequency.incidence == 0.0:
        return given
    found = sorted_terms(counts, terms)
    given[found.free] = probability * found.free_mean[:, None] * np.arange(most + 1)
    for rows, which, row, column in found.parts:
        given[which] = _rows_given_events(counts, rows, probability, most)[row, column]
    return given * terms.scale[:, None]


def _rows_given_events(counts: FamilyCounts, rows: CappedRows, probability: float, most: int) -> Array:
    """E[min(S, cap) | N = n] in money before the copay; shape (R, G, most + 1)."""
    events = np.arange(most + 1)
    caps, single = rows.caps[:, :, None], rows.single_mean[:, :, None]
    given = np.broadcast_to(caps, (*rows.caps.shape, most + 1)).copy()
    given[:, :, 2:] -= _room_given_events(counts, rows, probability, most)
    # the closed form of one payment in place of its lattice's, where one event alone is paid
    nodes = rows.step[:, None] * np.arange(rows.weights.shape[1])
    on_lattice = np.einsum("rgn,rn->rg", np.minimum(nodes[:, None, :], caps), rows.weights)[:, :, None]
    unpaid = (1.0 - probability * rows.weights[:, 1:].sum(axis=1))[:, None, None]
    others_unpaid = unpaid ** np.maximum(events - 1, 0)
    given += events * others_unpaid * probability * (single - on_lattice)
    given[:, :, 0] = 0.0
    given[:, :, 1] = probability * rows.single_mean
    return given


def _room_given_events(counts: FamilyCounts, rows: CappedRows, probability: float, most: int) -> Array:
    """E[max(cap - S, 0) | N = n], n = 2 .. most; shape (R, G, most - 1)."""
    length = transform_length(rows)
    tilt = tilt_strength(counts, rows, length) / length
    weights = probability * rows.weights
    weights[:, 0] += 1.0 - probability
    transform = fft.rfft(weights * np.exp(-tilt[:, None] * np.arange(weights.shape[1])), length, axis=1)
    units = rows.caps / rows.step[:, None]
    reach = int(np.ceil(units.max()))
    nodes = np.arange(reach, dtype=np.float64)
    row, last = np.arange(len(tilt))[:, None], np.ceil(units).astype(np.int64) - 1
    untilted = np.exp(tilt[:, None] * nodes)
    room = np.empty((*rows.caps.shape, most - 1))
    power = transform
    for place in range(most - 1):
        power = power * transform
        below = fft.irfft(power, length, axis=1)[:, :reach] * untilted
        zeroth = np.cumsum(below, axis=1)[row, last]
        below *= nodes
        room[:, :, place] = rows.step[:, None] * (units * zeroth - np.cumsum(below, axis=1)[row, last])
    return room


def days_given_events(*, days: Array, probability: float, caps: Array, most: int) -> tuple[Array, Array]:
    """First and second moment of ``min(days paid, cap)`` given the number of events, for many caps at once.

    Whole days add up to whole days: the sum of n events is n convolutions, exactly.

    Parameters
    ----------
    days : ndarray, shape (D,)
        Chance that one event pays 0, 1 .. D - 1 days.
    probability : float
        Chance that an event of the parent is paid here at all.
    caps : ndarray, shape (G,)
        Days a family a year, infinity allowed.
    most : int

    Returns
    -------
    tuple of ndarray, each shape (G, most + 1)
    """
    event = probability * days
    event[0] += 1.0 - probability
    longest = (len(event) - 1) * most + 1
    masses = np.zeros((most + 1, longest))
    masses[0, 0] = 1.0
    for n in range(most):
        reached = (len(event) - 1) * n + 1
        masses[n + 1, : reached + len(event) - 1] = np.convolve(masses[n, :reached], event)
    paid = np.minimum(np.arange(longest, dtype=np.float64), caps[:, None])
    return paid @ masses.T, paid**2 @ masses.T
