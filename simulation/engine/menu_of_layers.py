"""Many terms of a benefit whose cost follows a smooth law: rows of lattices, priced in batches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.compound import CappedRows, capped_moments
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.lattice import weights_from_limits
from simulation.engine.layers import limited_moments
from simulation.engine.moments import Check
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, SmoothLaw, Weibull
from simulation.engine.terms import CostTerms, Terms

Array = NDArray[Any]

NODES = 64
"""Nodes from 0 to the most that one event pays."""
MOST_NODES = 1024
FEWEST_NODES = 8
NODES_PER_SD, NODES_PER_MEAN = 16.0, 2.0
"""A lattice finer than the cost's own standard deviation and mean, so that sums of like costs keep their
shape.
"""
FEWEST_NODES_TO_CAP, MOST_NODES_TO_CAP = 160, 2720
"""Nodes from 0 to the family cap: dense benefits get fewer nodes an event, for their sum is smooth."""
SHORT = 1024
"""Nodes to the family cap up to which a batch of its own costs more than the longer transform."""
NOTHING = 1e-200
"""Money per event that counts as none at all: products of smaller numbers leave the range of float64."""
NEVER_BINDS = 1e-12
"""Share of E[N^2] beyond a cap below which the cap never binds and the closed form is exact."""


@dataclass(frozen=True, kw_only=True)
class LayerTerms:
    """Cost terms as arrays, shape (terms,); money before the copay: a payout is ``scale`` times the
    layer's.
    """

    law: SmoothLaw
    threshold: Array
    scale: Array
    event_cap: Array
    family_cap: Array

    @classmethod
    def of(cls, severity: Severity | None, terms: Sequence[Terms]) -> LayerTerms | None:
        """The terms of a smooth law; None for any other law."""
        if not isinstance(severity, Lognormal | Gamma | Weibull | Lomax):
            return None
        costs = [one for one in terms if isinstance(one, CostTerms)]
        assert len(costs) == len(terms)
        event_cap = np.array([one.event_cap for one in costs])
        family_cap = np.array([one.family_cap for one in costs])
        scale = 1.0 - np.array([one.copay for one in costs])
        paid = scale > 0.0
        over = np.where(paid, scale, 1.0)
        return cls(
            law=severity,
            threshold=np.array([one.threshold for one in costs], dtype=np.float64),
            scale=scale,
            event_cap=_without_last_bits(np.where(paid, event_cap / over, 0.0)),
            family_cap=_without_last_bits(np.where(paid, family_cap / over, 0.0)),
        )


@dataclass(frozen=True, kw_only=True)
class _Lattices:
    """The distinct lattices that the capped terms need, R of them.

    ``row`` says for each of the terms ``which`` (indices into the menu) which lattice prices it.
    """

    which: Array
    row: Array
    threshold: Array
    top: Array
    event_mean: Array
    event_square: Array
    nodes: Array
    nodes_to_cap: Array


@dataclass(frozen=True, kw_only=True)
class SortedTerms:
    """A menu sorted by what prices it: terms whose family cap cannot bind, and rows of lattices for the rest.

    Attributes
    ----------
    free, free_mean, free_square : ndarray, shape (terms without a binding cap,)
        Indices into the menu, and E[Y], E[Y^2] of one event, before the copay.
    parts : list of (CappedRows, which, row, column)
        ``rows`` price the terms ``which`` of the menu at ``row`` and ``column``.
    """

    free: Array
    free_mean: Array
    free_square: Array
    parts: list[tuple[CappedRows, Array, Array, Array]]


def sorted_terms(counts: FamilyCounts, terms: LayerTerms) -> SortedTerms:
    """The terms that pay anything at all, sorted; the others are in none of its parts."""
    paid = np.flatnonzero((terms.event_cap > 0.0) & (terms.family_cap > 0.0))
    event_cap, family_cap = terms.event_cap[paid], terms.family_cap[paid]
    if paid.size == 0:
        return SortedTerms(free=paid, free_mean=event_cap, free_square=event_cap, parts=[])
    widths = np.stack([np.minimum(family_cap, event_cap), event_cap], axis=1)
    first, second = limited_moments(terms.law, terms.threshold[paid], widths)
    possible = first[:, 1] > NOTHING
    paid, event_cap, family_cap = paid[possible], event_cap[possible], family_cap[possible]
    first, second = first[possible], second[possible]
    binds = _binds(counts, first[:, 1], event_cap, family_cap)
    parts = []
    if binds.any():
        single = (first[binds], second[binds])
        lattices = _lattices(terms, paid[binds], event_cap[binds], family_cap[binds], single)
        for part in _batches(lattices):
            rows, members, row, column = _rows(terms, lattices, part, single)
            parts.append((rows, lattices.which[members], row, column))
    free = ~binds
    return SortedTerms(free=paid[free], free_mean=first[free, 1], free_square=second[free, 1], parts=parts)


def layer_moments(counts: FamilyCounts, terms: LayerTerms, mean: Array, variance: Array) -> list[Check]:
    """Fill ``mean`` and ``variance``, shape (terms, O), where anything is paid; returns the checks."""
    found = sorted_terms(counts, terms)
    mean[found.free], variance[found.free] = closed_form(counts, found.free_mean, found.free_square)
    checks: list[Check] = []
    for rows, which, row, column in found.parts:
        part_mean, part_variance, part_checks = capped_moments(counts, rows)
        mean[which] = part_mean[:, row, column].T
        variance[which] = part_variance[:, row, column].T
        checks += part_checks
    mean *= terms.scale[:, None]
    variance *= terms.scale[:, None] ** 2
    return checks


def closed_form(counts: FamilyCounts, event_mean: Array, event_square: Array) -> tuple[Array, Array]:
    """Mean and variance without a family cap: E[N] E[Y] and E[N] E[Y^2] + (Var(N) - E[N]) E[Y]^2; shape
    (terms, O).
    """
    mean = event_mean[:, None] * counts.mean
    return mean, event_square[:, None] * counts.mean + event_mean[:, None] ** 2 * counts.excess_dispersion


def _binds(counts: FamilyCounts, event_mean: Array, event_cap: Array, family_cap: Array) -> Array:
    """Whether the family cap can matter at all, shape (terms,)."""
    binds = np.isfinite(family_cap)
    look = binds & np.isfinite(event_cap)
    top = event_cap[look]
    share = np.minimum(event_mean[look] / top, 1.0)
    binds[look] = counts.tail_share(family_cap[look] / top, share) > NEVER_BINDS
    return binds


def _lattices(
    terms: LayerTerms, which: Array, event_cap: Array, family_cap: Array, single: tuple[Array, Array]
) -> _Lattices:
    # a payout above the family cap is paid as the cap: a much smaller one deserves a finer lattice of its own
    shared = family_cap >= 0.5 * event_cap
    top = np.where(shared, event_cap, family_cap)
    # one complex number a pair: NumPy finds distinct numbers much faster than distinct rows
    pairs, at, row = np.unique(terms.threshold[which] + 1j * top, return_index=True, return_inverse=True)
    column = np.where(shared[at], 1, 0)
    event_mean, event_square = single[0][at, column], single[1][at, column]
    largest = np.zeros(len(pairs))
    np.maximum.at(largest, row, family_cap)
    events = largest / pairs.imag
    spread = math.sqrt(max(terms.law.second_moment - terms.law.mean**2, 1e-6 * terms.law.mean**2))
    finest = max(NODES_PER_SD / spread, NODES_PER_MEAN / terms.law.mean)
    wanted = np.clip(np.maximum(finest * pairs.imag, FEWEST_NODES_TO_CAP / events), NODES, MOST_NODES)
    wanted = np.clip(np.minimum(wanted, MOST_NODES_TO_CAP / events), FEWEST_NODES, None)
    nodes = np.rint(NODES * np.exp2(np.rint(np.log2(wanted / NODES)))).astype(np.int64)
    return _Lattices(
        which=which,
        row=row,
        threshold=pairs.real,
        top=pairs.imag,
        event_mean=event_mean,
        event_square=event_square,
        nodes=nodes,
        nodes_to_cap=nodes * events,
    )


def layer_row(counts: FamilyCounts, terms: LayerTerms) -> tuple[float, CappedRows | None]:
    """E[Y] of one event and, where the family cap can bind, the row that prices it; for a menu of one,
    before copay.
    """
    width = np.minimum(terms.family_cap, terms.event_cap)
    first, second = limited_moments(terms.law, terms.threshold, np.stack([width, terms.event_cap], axis=1))
    event_mean = float(first[0, 1])
    if event_mean <= NOTHING:
        return 0.0, None
    if not _binds(counts, first[:, 1], terms.event_cap, terms.family_cap)[0]:
        return event_mean, None
    lattices = _lattices(
        terms, np.zeros(1, dtype=np.int64), terms.event_cap, terms.family_cap, (first, second)
    )
    return event_mean, _rows(terms, lattices, np.zeros(1, dtype=np.int64), (first, second))[0]


def _batches(lattices: _Lattices) -> Iterator[Array]:
    """Rows with equally many nodes and transforms of similar length, so that they can share one batch."""
    size = np.ceil(np.log2(np.maximum(lattices.nodes_to_cap, SHORT)))
    keys = lattices.nodes + 1j * size
    for key in np.unique(keys):
        yield np.flatnonzero(keys == key)


def _rows(
    terms: LayerTerms, lattices: _Lattices, part: Array, single: tuple[Array, Array]
) -> tuple[CappedRows, Array, Array, Array]:
    """The rows ``part`` with the caps of the terms they price, and each of those terms' row and column."""
    n = int(lattices.nodes[part[0]])
    step = lattices.top[part] / n
    threshold = lattices.threshold[part]
    first, second = limited_moments(terms.law, threshold, step[:, None] * np.arange(n + 1))
    members, row, column, columns = _places(lattices.row, part, len(lattices.top))
    values = np.stack(
        [terms.family_cap[lattices.which[members]], single[0][members, 0], single[1][members, 0]]
    )
    caps, single_mean, single_square = _table(values, row, column, columns)
    rows = CappedRows(
        weights=weights_from_limits(first, second, step),
        step=step,
        event_mean=lattices.event_mean[part],
        event_square=lattices.event_square[part],
        caps=caps,
        single_mean=single_mean,
        single_square=single_square,
    )
    return rows, members, row, column


def _places(row_of: Array, part: Array, rows: int) -> tuple[Array, Array, Array, int]:
    """The terms of the rows ``part``, with their row and column in a table of caps, and its number of
    columns.
    """
    position = np.full(rows, -1)
    position[part] = np.arange(len(part))
    members = np.flatnonzero(position[row_of] >= 0)
    row = position[row_of[members]]
    order = np.argsort(row, kind="stable")
    members, row = members[order], row[order]
    starts = np.searchsorted(row, np.arange(len(part)))
    column = np.arange(len(row)) - starts[row]
    return members, row, column, int(column.max()) + 1


def _table(values: Array, row: Array, column: Array, columns: int) -> Array:
    """Values, shape (.., terms), by row and column; a row with fewer terms repeats its first."""
    table = np.repeat(values[..., column == 0, None], columns, axis=-1)
    table[..., row, column] = values
    return table


def _without_last_bits(values: Array) -> Array:
    """Values to 13 digits, so that 2400 / 0.8 and 3000 count as the same cap."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.rint(mantissa * 2.0**43) / 2.0**43, exponent)
