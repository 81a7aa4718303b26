"""One family's yearly total over all benefits on a lattice: capped benefits and linked groups put together.

Every step keeps means: events are split between the two nodes around them (``lattice``), and so is what a
cap that lies between two nodes holds. A group whose caps cannot bind has one generating function. A benefit
with a family cap is compounded up to its cap on a lattice of its own, fine enough for that cap, and then
brought to the common one. Linked benefits with caps are mixed over the number n of their events: given n
they are independent of each other. Groups are independent, so their transforms multiply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulation.engine.checks import check
from simulation.engine.event_payouts import EventPayout
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.lattice import natural_step, weights_from_atoms, weights_from_limits
from simulation.engine.layers import limited_moments
from simulation.engine.menu_of_atoms import AtomTerms
from simulation.engine.moments import Check
from simulation.engine.package import Package

Array = NDArray[Any]

STRONGEST_TILT = 26.0
FOLDED_ACCEPTED = 1e-12
PADDING = 2
FEWEST_NODES_TO_CAP = 256
SETTLED = 1e-16
"""Chance of staying below a cap from which on more events change nothing."""
BLOCK = 32


@dataclass(frozen=True)
class Grid:
    """Nodes ``span * j``, j < nodes, and the transform over them.

    Masses are tilted by ``exp(-tilt j / length)`` before they are transformed, so that what lies beyond
    ``length`` and is folded back arrives ``exp(-tilt)`` times smaller.
    """

    span: float
    nodes: int
    keep_square: bool
    tilt: float = STRONGEST_TILT

    @cached_property
    def length(self) -> int:
        """Length of the transforms."""
        return int(fft.next_fast_len(PADDING * self.nodes, real=True))

    @cached_property
    def decay(self) -> Array:
        """The tilt's factor by node."""
        return np.asarray(np.exp(-self.tilt / self.length * np.arange(self.nodes)))

    def transform(self, masses: Array) -> Array:
        """Transform of masses of shape (..., up to nodes)."""
        return np.asarray(fft.rfft(masses * self.decay[: masses.shape[-1]], self.length, axis=-1))

    def masses(self, transform: Array) -> Array:
        """The masses of a transform, shape (..., nodes)."""
        return np.asarray(fft.irfft(transform, self.length, axis=-1)[..., : self.nodes] / self.decay)

    def event(self, member: EventPayout, *, thinned: bool = False) -> Array:
        """Transform of one event's payout. Thinned: of an event of the parent, whether it is paid here or
        not.
        """
        shape = member.shape
        step = self.span / shape.scale
        if isinstance(shape, AtomTerms):
            masses = weights_from_atoms(shape.atoms, float(step), self.nodes, keep_square=self.keep_square)
        else:
            # three cells more than needed: the pattern of the lattice's end then lies beyond the nodes
            limits = np.minimum(step * np.arange(self.nodes + 3), shape.event_cap)
            first, second = limited_moments(shape.law, shape.threshold, limits[None, :])
            masses = weights_from_limits(first, second, np.atleast_1d(step), keep_square=self.keep_square)
            masses = masses[0, : self.nodes]
        if thinned:
            masses = member.benefit.probability * masses
            masses[0] += 1.0 - member.benefit.probability
        return self.transform(masses)


@dataclass(frozen=True)
class CappedGrid:
    """A lattice just long enough for one family cap, and the way from there to the common grid."""

    common: Grid
    cap: float

    @cached_property
    def fine(self) -> Grid:
        """The common grid's span halved until the cap has enough nodes below it."""
        halvings = max(0, math.ceil(math.log2(FEWEST_NODES_TO_CAP * self.common.span / self.cap)))
        span = self.common.span / 2**halvings
        return Grid(span, math.ceil(self.cap / span), self.common.keep_square)

    def capped(self, compound: Array, *, whole: float) -> tuple[Array, Array]:
        """Transform on the common grid of ``min(total, cap)`` from the total's on the fine one, and the
        mass below.

        ``whole`` is the mass of the total: 1, or 0 where 1 was taken from the chance of nothing.
        """
        below = self.fine.masses(compound)
        inside = below.sum(axis=-1)
        return self.common.transform(self._onto_common(below, whole - inside)), inside

    def _onto_common(self, below: Array, at_cap: Array) -> Array:
        """Masses on the common grid, each split between the nodes around it; shape (..., nodes)."""
        parts = round(self.common.span / self.fine.span)
        cells = math.ceil(below.shape[-1] / parts)
        width = parts if cells > 1 else below.shape[-1]  # a cap far below one span fills little of its cell
        padding = [(0, 0)] * (below.ndim - 1) + [(0, cells * width - below.shape[-1])]
        fine = np.pad(below, padding).reshape(*below.shape[:-1], cells, width)
        place = self.cap / self.common.span
        last = math.floor(place)
        onto = np.zeros(
            (*below.shape[:-1], max(cells, last) + 4)
        )  # one node before 0, three after the last cell
        up = np.arange(width) / parts
        onto[..., :4] += fine[..., 0, :] @ self._pattern(up, first=True)
        inner = fine[..., 1:, :] @ self._pattern(up, first=False)
        for offset in range(4):
            onto[..., 1 + offset : cells + offset] += inner[..., offset]
        pattern = self._pattern(np.array([place - last]), first=last == 0)
        onto[..., last : last + 4] += at_cap[..., None] * pattern
        return onto[..., 1 : self.common.nodes + 1]

    def _pattern(self, up: Array, *, first: bool) -> Array:
        """Shares that nodes -1, 0, 1, 2 get of a mass ``up`` of the way from 0 to 1; shape (len(up), 4)."""
        inflation = up * (1.0 - up) if self.common.keep_square else np.zeros_like(up)
        none = np.zeros_like(up)
        if first:
            shares = [none, 1.0 - up - inflation / 2.0, up + inflation, -inflation / 2.0]
        else:
            shares = [-inflation / 4.0, 1.0 - up + inflation / 4.0, up + inflation / 4.0, -inflation / 4.0]
        return np.stack(shares, axis=1)


def masses_of_total(
    groups: list[list[EventPayout]],
    *,
    sizes: int,
    span: float,
    nodes: int,
    second_moment: float,
    keep_square: bool,
) -> tuple[Array, list[Check]]:
    """Masses of a family's total before the package-wide cap, with 1 taken from the chance of nothing.

    Most families are paid nothing: less that 1 the masses keep their digits however rare a payment is.

    Parameters
    ----------
    groups : list of list of EventPayout
        From ``paying_groups``.
    sizes : int
        Number K of family sizes.
    span : float
        Money between two nodes, above 0.
    nodes : int
        At least 8. Totals beyond the last node are left out.
    second_moment : float
        The largest E[total^2] of any size, money squared: it says how much tilt is needed.
    keep_square : bool
        Keep the second moments of events too: better sums on a coarse lattice, but single masses may then
        be slightly negative. False: probabilities proper.

    Returns
    -------
    masses : ndarray, shape (K, nodes)
        On ``span * j``, j < nodes.
    checks : list of Check
        A bound on the chance that was folded back onto the lattice.
    """
    beyond = second_moment / (PADDING * span * nodes) ** 2  # Chebyshev: P(total >= length)
    tilt = min(max(math.log(max(beyond, 1e-300) / FOLDED_ACCEPTED), 0.0), STRONGEST_TILT)
    grid = Grid(span, nodes, keep_square, tilt)
    whole: Array = np.zeros((sizes, grid.length // 2 + 1), dtype=np.complex128)
    for group in groups:
        one = _group_transform(grid, group)
        whole = whole + one + whole * one  # (1 + a)(1 + b) - 1
    folded = math.exp(-grid.tilt) * min(beyond, 1.0)
    return grid.masses(whole), [check("aliasing", folded)]


def paying_groups(package: Package) -> list[list[EventPayout]]:
    """The covered benefits that can pay at all, by group."""
    groups: list[list[EventPayout]] = []
    for group in package.groups:
        parent = group[0].frequency
        assert parent is not None  # the first of a group is never linked
        members = [EventPayout(benefit, parent, package.families) for benefit in group if benefit.covered]
        members = [member for member in members if member.row[0] > 0.0]
        if members:
            groups.append(members)
    return groups


def span_for(package: Package, groups: list[list[EventPayout]], *, top: float, nodes: int) -> float:
    """A span that puts at most ``nodes`` from 0 to ``top``: where they can be, all caps and amounts are on
    nodes.
    """
    step = common_step(package, groups)
    if step is None or top / step > nodes:
        return top / nodes
    if all(isinstance(member.shape, AtomTerms) for group in groups for member in group):
        return step
    return float(step / 2 ** math.floor(math.log2(nodes * step / top)))


def common_step(package: Package, groups: list[list[EventPayout]]) -> float | None:
    """The largest step that every cap and amount is a multiple of, money."""
    values = [package.family_cap]
    for group in groups:
        for member in group:
            values += [member.benefit.terms.family_cap, *_amounts(member)]
    finite = np.array(sorted({value for value in values if math.isfinite(value) and value > 0.0}))
    if len(finite) == 0:
        return None
    return natural_step(finite)


def _amounts(member: EventPayout) -> list[float]:
    shape = member.shape
    if isinstance(shape, AtomTerms):
        return [float(value) for value in shape.scale * shape.atoms.values]
    return [float(shape.scale[0] * shape.event_cap[0])]


def _group_transform(grid: Grid, members: list[EventPayout]) -> Array:
    """Transform of a group's total less 1, shape (K, F)."""
    families = members[0].families
    top = grid.span * (grid.nodes - 1)
    # a cap beyond the last node changes nothing on the lattice
    capped = [member for member in members if member.benefit.terms.family_cap <= top]
    if len(members) == 1 and capped:
        own = CappedGrid(grid, members[0].benefit.terms.family_cap)
        counts = FamilyCounts(members[0].frequency, families)
        return own.capped(counts.excess(own.fine.event(members[0]) - 1.0), whole=0.0)[0]
    counts = FamilyCounts(members[0].parent, families)
    free: Array = np.ones(grid.length // 2 + 1, dtype=np.complex128)
    for member in members:
        if member not in capped:
            free = free * grid.event(member, thinned=True)
    if not capped:
        return counts.excess(free - 1.0)
    return _mixed(grid, counts, None if len(capped) == len(members) else free, capped)


def _mixed(grid: Grid, counts: FamilyCounts, free: Array | None, members: list[EventPayout]) -> Array:
    """Mix over the number of events n: given n, the product of everyone's transform; less 1, shape (K, F)."""
    most = counts.most_events()
    pmf = counts.pmf(most)
    whole: Array = np.zeros((len(pmf), grid.length // 2 + 1), dtype=np.complex128)
    block = min(BLOCK, most + 1)
    powers = None if free is None else _Powers(free, block)
    moving = [_CappedPowers(grid, member, block) for member in members]
    settled: Array = np.ones_like(whole[0])
    for start in range(0, most + 1, block):
        if powers is None and not moving:  # whatever more happens, everyone is paid his cap
            whole += pmf[:, start:].sum(axis=1)[:, None] * (settled - 1.0)
            break
        count = min(block, most + 1 - start)
        given = np.tile(settled, (count, 1))
        if powers is not None:
            given *= powers.next(count)
        for one in moving:
            given *= one.next(count)
        given -= 1.0
        # einsum, not matmul: so small a product is not worth waking other processors for
        share = np.einsum("kn,nf->kf", pmf[:, start : start + count], given.view(np.float64))
        whole += share.view(np.complex128)
        settled = math.prod((one.settled for one in moving if one.settled is not None), start=settled)
        moving = [one for one in moving if one.settled is None]
    return whole


class _Powers:
    """Powers 0, 1, 2 .. of a transform, a block at a time."""

    def __init__(self, base: Array, block: int) -> None:
        self._base = base
        self._first: Array = np.ones_like(base)
        steps = np.broadcast_to(base, (block - 1, base.size))
        self._ladder = np.cumprod(np.concatenate([self._first[None, :], steps]), axis=0)

    def next(self, count: int) -> Array:
        """The next ``count`` powers, at most ``block``; shape (count, F)."""
        block = self._first * self._ladder[:count]
        self._first = block[-1] * self._base
        return np.asarray(block)


class _CappedPowers:
    """Transforms of ``min(sum of n payouts, cap)`` for n = 0, 1, 2 .., a block at a time."""

    def __init__(self, grid: Grid, member: EventPayout, block: int) -> None:
        self._own = CappedGrid(grid, member.benefit.terms.family_cap)
        self._powers = _Powers(self._own.fine.event(member, thinned=True), block)
        self.settled: Array | None = None
        """The transform from which on more events change nothing, shape (F,), once it has been reached."""

    def next(self, count: int) -> Array:
        """The next ``count`` transforms; shape (count, F)."""
        capped, inside = self._own.capped(self._powers.next(count), whole=1.0)
        if abs(inside[-1]) <= SETTLED:
            self.settled = capped[-1]
        return capped
