"""Drawing families: events of a benefit and of those linked to it, and what the package pays for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes
from simulation.engine.package import Benefit, Package
from simulation.engine.rng import stream
from simulation.engine.simulated_counts import LEAST_FAMILIES, Strata, drawing_shares
from simulation.engine.terms import Terms

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class BenefitEvents:
    """The events of one benefit in the drawn families.

    Attributes
    ----------
    per_family : ndarray of int64, shape (F,)
        Number of events in each drawn family, zero included.
    cost : ndarray of float64, shape (sum of per_family,)
        Cost of each event (days for wage loss; 1 for a fixed benefit), family by family.
    """

    per_family: Array
    cost: Array

    @cached_property
    def first_event(self) -> Array:
        """Position of each family's first event; shape (F,)."""
        return np.cumsum(self.per_family) - self.per_family

    def family_sums(self, payout: Array) -> Array:
        """Sum of the events' payouts in each family; shape (F,)."""
        sums = np.zeros(len(self.per_family))
        struck = self.per_family > 0
        if struck.any():
            sums[struck] = np.add.reduceat(payout, self.first_event[struck])
        return sums

    def payout_per_family_year(self, terms: Terms) -> Array:
        """What the scheme pays each drawn family under ``terms``, up to the family cap; shape (F,)."""
        return np.minimum(self.family_sums(terms.payout(self.cost)), terms.family_cap)


@dataclass(frozen=True, kw_only=True)
class EventDraw:
    """Where the numbers of one simulated part come from.

    Attributes
    ----------
    seed, chunk : int
        The plan's seed and the chunk's number.
    part : str
        ``"group"`` for families drawn for one linked group, ``"package"`` for families drawn for all benefits
        together.
    """

    seed: int
    chunk: int
    part: str

    def stream(self, purpose: str, name: str) -> np.random.Generator:
        """The generator of this part for a purpose and a benefit."""
        return stream(seed=self.seed, chunk=self.chunk, purpose=f"{self.part} {purpose}", name=name)

    def benefit_events(self, benefit: Benefit, parent_events: Array) -> BenefitEvents:
        """Events of ``benefit`` in families whose linked group has ``parent_events`` events each; shape (F,).

        A linked benefit is paid on each of them with its probability; its cost is independent of the
        parent's.
        """
        per_family = parent_events
        if benefit.linked_to is not None and benefit.probability < 1.0:
            per_family = self.stream("link", benefit.name).binomial(parent_events, benefit.probability)
        events = int(per_family.sum())
        if benefit.severity is None:
            cost = np.ones(events)
        else:
            cost = np.asarray(
                benefit.severity.sample(self.stream("cost", benefit.name), events), dtype=np.float64
            )
        return BenefitEvents(per_family=per_family, cost=cost)

    def group_payout(self, group: tuple[Benefit, ...], parent_events: Array) -> Array:
        """What the scheme pays each family for all covered benefits of a linked group; shape (F,)."""
        total = np.zeros(len(parent_events))
        for benefit in group:
            if benefit.covered:
                total += self.benefit_events(benefit, parent_events).payout_per_family_year(benefit.terms)
        return total


def package_family_moments(
    package: Package, probabilities: tuple[Array, ...], *, events: float, draw: EventDraw
) -> tuple[Array, int]:
    """Moments of the family's payout over all benefits together, under the package's family cap.

    Families with at least one event of any group are drawn in strata of family size and of the rarest group
    that has an event: rarer groups have none, it has at least one, more frequent ones any number. The
    strata's probabilities are products of ``1 - p(0)`` and ``p(0)``, exact, since groups are independent
    given the size. Half of the draws are divided evenly among the groups: rare events are mostly the dear
    ones.

    Parameters
    ----------
    package : Package
        With a finite ``family_cap``.
    probabilities : tuple of ndarray, each of shape (K, N_g + 1)
        Count probabilities of each group.
    events : float
        Events to draw, about; more if they would make fewer than ``LEAST_FAMILIES`` families.
    draw : EventDraw
        Its ``part`` is ``"package"``.

    Returns
    -------
    moments : ndarray, shape (3, K + 1)
        As ``Strata.moments``, for the one payout.
    families_drawn : int
    """
    families = package.families
    often = [float(families.weights @ (1.0 - table[:, 0])) for table in probabilities]
    order = np.argsort(often, kind="stable")
    tables = [probabilities[g] for g in order]
    chance, size, rarest = _rarest_group_strata(tables)
    strata = _size_group_strata(
        chance, size, rarest, families=families, draws=_families_for(events, tables, families)
    )
    drawn_size, drawn_rarest = np.repeat(size, strata.drawn), np.repeat(rarest, strata.drawn)
    total = np.zeros(len(drawn_size))
    for rank, g in enumerate(order):
        group = package.groups[g]
        uniform = draw.stream("count", group[0].name).random(len(total))
        counts = _counts_given_rarest(tables[rank], drawn_size, drawn_rarest - rank, uniform)
        total += draw.group_payout(group, counts)
    capped = np.minimum(total, package.family_cap)
    first, second = row_sums(strata, capped), row_sums(strata, capped * capped)
    return strata.moments(first[:, None], second[:, None])[:, :, 0], len(total)


def row_sums(strata: Strata, per_family: Array) -> Array:
    """Sum of a figure over the drawn families of each row; shape (R,)."""
    return np.add.reduceat(per_family, strata.row_start) if len(per_family) else np.zeros(0)


def _families_for(events: float, tables: list[Array], families: FamilySizes) -> float:
    """Families with an event that hold ``events`` events in all, on average."""
    with_none = np.prod([table[:, 0] for table in tables], axis=0)
    per_family = sum(families.weights @ (table @ np.arange(table.shape[1])) for table in tables)
    struck = float(families.weights @ (1.0 - with_none))
    return max(events * struck / float(per_family), LEAST_FAMILIES) if struck > 0.0 else 0.0


def _rarest_group_strata(tables: list[Array]) -> tuple[Array, Array, Array]:
    """Probability given the size, index of the size, rarest group with an event: each shape (S,)."""
    none = np.stack([table[:, 0] for table in tables])
    some = np.stack([table[:, 1:].sum(axis=1) for table in tables])
    before = np.cumprod(np.concatenate([np.ones((1, none.shape[1])), none[:-1]]), axis=0)
    chance = (before * some).T
    size, rarest = np.nonzero(chance > 0.0)
    return chance[size, rarest], size, rarest


def _size_group_strata(
    chance: Array, size: Array, rarest: Array, *, families: FamilySizes, draws: float
) -> Strata:
    share = drawing_shares(families)[size] * chance
    of_group = np.bincount(rarest, weights=share)
    groups = np.count_nonzero(of_group)
    drawn_share = 0.5 * share / share.sum() + 0.5 * share / of_group[rarest] / groups
    drawn = np.maximum(np.ceil(draws * drawn_share), 2.0).astype(np.int64)
    weight = np.zeros((len(families.weights) + 1, len(chance)))
    rows = np.arange(len(chance))
    weight[size, rows] = chance / drawn
    weight[-1] = families.weights[size] * chance / drawn
    return Strata(drawn=drawn, weight=weight, stratum_start=rows, stratum_draws=drawn)


def _counts_given_rarest(table: Array, size: Array, ahead: Array, uniform: Array) -> Array:
    """Events by inversion: at least one where ``ahead`` is 0, none where it is positive, else any number."""
    counts = np.zeros(len(size), dtype=np.int64)
    for k in range(len(table)):
        at, after = (size == k) & (ahead == 0), (size == k) & (ahead < 0)
        edges = np.cumsum(table[k])
        counts[at] = _at_least_one(table[k], uniform[at])
        counts[after] = np.searchsorted(edges, uniform[after], side="right")
    return np.asarray(np.minimum(counts, table.shape[1] - 1))


def _at_least_one(probabilities: Array, uniform: Array) -> Array:
    edges = np.cumsum(probabilities[1:])
    if edges[-1] == 0.0:
        return np.zeros(len(uniform), dtype=np.int64)
    return np.asarray(1 + np.searchsorted(edges, uniform * edges[-1], side="right"))
