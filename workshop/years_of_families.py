"""Light, middling and bad years on the same families: drawn once, every package is applied to them. Pure.

A community of families is drawn from the assumptions (how many of each size is counted, not drawn), each with
all the events of its year. What an event costs is known for a cost; a set amount and a lost day have no cost
in the assumptions, so the caller says what they are worth (`unit_costs`). Families are then ranked by their
bills, and every package pays its terms on the very same events: what differs between two packages is the
packages' doing alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine import ENGINE_VERSION
from simulation.engine.frequency import Bernoulli, Frequency, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above, require_at_least
from simulation.engine.rng import stream
from simulation.engine.simulated_counts import Strata
from simulation.engine.simulated_families import BenefitEvents, EventDraw
from simulation.engine.simulated_terms import MenuLayers, menu_sums
from simulation.engine.terms import CostTerms, Terms
from simulation.questions import Json, content_hash, law_to_json

Array = NDArray[Any]

FAMILIES = 200_000
SEED = 11
BATCHES = 20
"""The families are looked at in so many equal parts; how these differ tells the standard error."""

FEWEST_FAMILIES = 100 * BATCHES
"""So that every band of every batch has a family in it."""

DEAR_SHARE = 0.1
"""The dearest families: the tenth with the largest bills."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """Families of some ranks by bills, smallest first: the shares of all families below and above."""

    name: str
    low: float
    high: float


BANDS = (
    Band(name="light", low=0.45, high=0.55),
    Band(name="middling", low=0.85, high=0.95),
    Band(name="bad", low=0.985, high=0.995),
)
"""Around family 50, 90 and 99 of 100: half of the families have a lighter year than the light one."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What can happen, apart from any package.

    Attributes
    ----------
    package : Package
        Its benefits are named by keys that mean the same in every package; their terms count for nothing.
    unit_costs : mapping of name to money
        What one event of a fixed benefit, or one lost day, costs a family. A benefit without one, and without
        a cost of its own, has no bills.
    """

    package: Package
    unit_costs: Mapping[str, float]

    def __post_init__(self) -> None:
        for name, cost in self.unit_costs.items():
            require_at_least(field=f"unit_costs.{name}", value=cost, lowest=0.0)

    def as_json(self) -> Json:
        """Everything that the drawn families and their bills depend on."""
        return {
            "engine": ENGINE_VERSION,
            "benefits": [
                {
                    "name": one.name,
                    "frequency": law_to_json(one.frequency),
                    "severity": law_to_json(one.severity),
                    "linked_to": one.linked_to,
                    "probability": one.probability,
                    "unit": self.unit_cost(one),
                }
                for one in self.package.benefits
            ],
            "families": {str(size): share for size, share in sorted(self.package.families.shares.items())},
        }

    def unit_cost(self, benefit: Benefit) -> float:
        """Money for each unit of an event's cost: 1 where the cost is money already."""
        return 1.0 if isinstance(benefit.terms, CostTerms) else self.unit_costs.get(benefit.name, 0.0)

    @property
    def bills_per_person(self) -> dict[str, float]:
        """Expected bills of each benefit, money PPPY, exact."""
        frequencies = {one.name: one.frequency for one in self.package.benefits}
        found = {}
        for one in self.package.benefits:
            frequency = frequencies[one.linked_to or one.name]
            assert frequency is not None  # the parent of a link has its own
            mean = 1.0 if one.severity is None else one.severity.mean
            found[one.name] = frequency.incidence * one.probability * mean * self.unit_cost(one)
        return found


def renamed(package: Package, keys: Sequence[str]) -> Package:
    """The package with its benefits called by ``keys``, in its order; links follow."""
    names = dict(zip((one.name for one in package.benefits), keys, strict=True))
    return replace(
        package,
        benefits=tuple(
            replace(one, name=names[one.name], linked_to=names[one.linked_to] if one.linked_to else None)
            for one in package.benefits
        ),
    )


@dataclass(frozen=True)
class DrawnFamilies:
    """F families, each with the events of one year. Family i belongs to batch ``i % BATCHES``."""

    world: World
    sizes: Array
    events: Mapping[str, BenefitEvents]

    @cached_property
    def bills(self) -> Array:
        """What each family is billed in its year, money; shape (F,)."""
        total = np.zeros(len(self.sizes))
        for benefit in self.world.package.benefits:
            unit = self.world.unit_cost(benefit)
            if unit > 0.0:
                total += unit * self.events[benefit.name].family_sums(self.events[benefit.name].cost)
        return total

    @cached_property
    def ranked(self) -> Array:
        """Places of the families in their batch by bills, ascending; shape (BATCHES, F / BATCHES)."""
        return np.argsort(in_batches(self.bills), axis=1, kind="stable")

    def paid(self, package: Package) -> Array:
        """What ``package``, of the same world, pays each family; shape (F,)."""
        total = np.zeros(len(self.sizes))
        for benefit in package.benefits:
            if benefit.covered:
                total += self.events[benefit.name].payout_per_family_year(benefit.terms)
        return np.asarray(np.minimum(total, package.family_cap))

    def paid_to_the_dearest(self, name: str, terms: Sequence[Terms]) -> Array:
        """Mean payment of one benefit to the families with the largest bills, for many terms; money a family.

        Together with the other benefits' it adds up to what a package pays them, as long as no cap bounds all
        benefits together.
        """
        dear = np.zeros(len(self.sizes), dtype=bool)
        places = self.ranked[:, -self._dear :] * BATCHES + np.arange(BATCHES)[:, None]
        dear[places.ravel()] = True
        events = self.events[name]
        chosen = BenefitEvents(
            per_family=events.per_family[dear], cost=events.cost[np.repeat(dear, events.per_family)]
        )
        one = np.ones(1, dtype=np.int64)
        strata = Strata(
            drawn=one * int(dear.sum()), weight=np.ones((1, 1)), stratum_start=one - 1, stratum_draws=one
        )
        first, _second = menu_sums(chosen, strata, MenuLayers.of(terms))
        return np.asarray(first[0] / dear.sum())

    @property
    def bills_of_the_dearest(self) -> float:
        """Mean bills of the families with the largest bills, money a family."""
        ranked = np.take_along_axis(in_batches(self.bills), self.ranked, axis=1)
        return float(ranked[:, -self._dear :].mean())

    @property
    def _dear(self) -> int:
        """The dearest families of one batch."""
        return round(DEAR_SHARE * len(self.sizes) / BATCHES)


def in_batches(per_family: Array) -> Array:
    """One row for each batch, shape (BATCHES, F / BATCHES)."""
    return np.asarray(per_family.reshape(-1, BATCHES).T)


def draw_families(world: World, *, seed: int = SEED, families: int = FAMILIES) -> DrawnFamilies:
    """Draw ``families`` families, a multiple of ``BATCHES`` and not too few, with all their events.

    Streams of random numbers are named after the benefits: two worlds that agree on a benefit and on the
    families' sizes draw the same events of it.
    """
    if families < FEWEST_FAMILIES or families % BATCHES:
        raise Refused(
            field="families",
            problem=f"{families} is not a multiple of {BATCHES} and at least {FEWEST_FAMILIES}",
        )
    sizes_there_are = world.package.families
    counts = sizes_there_are.counts_for(persons=round(families * sizes_there_are.mean_size))
    sizes = np.repeat(sizes_there_are.sizes, counts)
    draw = EventDraw(seed=seed, chunk=0, part="years")
    events: dict[str, BenefitEvents] = {}
    for group in world.package.groups:
        parent = group[0].frequency
        assert parent is not None  # the first of a group is never linked
        rng = stream(seed=seed, chunk=0, purpose="years count", name=group[0].name)
        happened = sampled_counts(parent, sizes, rng)
        for benefit in group:
            events[benefit.name] = draw.benefit_events(benefit, happened)
    return DrawnFamilies(world, sizes, events)


def sampled_counts(frequency: Frequency, sizes: Array, rng: np.random.Generator) -> Array:
    """Events of each family in its year."""
    if frequency.incidence == 0.0:
        return np.zeros(len(sizes), dtype=np.int64)
    if isinstance(frequency, Bernoulli):
        return rng.binomial(sizes, frequency.incidence)
    if isinstance(frequency, Poisson):
        return rng.poisson(frequency.incidence * sizes)
    more = frequency.variance_to_mean - 1.0
    return rng.negative_binomial(sizes * frequency.incidence / more, 1.0 / (1.0 + more))


# ---- what a package does -----------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure from the drawn families and its standard error, in the same unit."""

    value: float
    error: float

    @classmethod
    def over(cls, batches: Array) -> Estimate:
        """The mean of the batches' figures."""
        return cls(value=float(batches.mean()), error=float(batches.std(ddof=1) / math.sqrt(len(batches))))


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    """The families of one band, on average, money a family a year."""

    bills: Estimate
    paid: Estimate
    own: Estimate


@dataclass(frozen=True, kw_only=True)
class PackageYears:
    """What one package does for the drawn families.

    Attributes
    ----------
    years : mapping of band to YearFigures
    reimbursed : Estimate
        Share of all bills that the scheme pays: sum of payments / sum of bills.
    dear, others : Estimate
        The same share among the tenth of families with the largest bills, and among the other nine tenths.
    fairness : Estimate
        ``dear - others``. Dror et al. (2007) call a package fair when the rate of reimbursement rises with
        the bill; above 0 it does.
    over, over_without : Estimate
        Share of families whose own spending in the year (bills less payments) is above ``too_much``, with
        this package and without any.
    nothing : Estimate
        Share of families that are paid nothing.
    """

    years: Mapping[str, YearFigures]
    reimbursed: Estimate
    dear: Estimate
    others: Estimate
    fairness: Estimate
    over: Estimate
    over_without: Estimate
    nothing: Estimate


def package_years(families: DrawnFamilies, package: Package, *, too_much: float) -> PackageYears:
    """Apply a package to the drawn families.

    Parameters
    ----------
    families : DrawnFamilies
    package : Package
        With its benefits under the names of the families' world.
    too_much : float
        Own spending in a year that is more than a family can bear, money; above 0.
    """
    require_above(field="too_much", value=too_much, bound=0.0)
    order = families.ranked
    bills = np.take_along_axis(in_batches(families.bills), order, axis=1)
    paid = np.take_along_axis(in_batches(families.paid(package)), order, axis=1)
    own = bills - paid
    dearest = bills.shape[1] - round(DEAR_SHARE * bills.shape[1])
    dear = _share_paid(paid[:, dearest:], bills[:, dearest:])
    others = _share_paid(paid[:, :dearest], bills[:, :dearest])
    return PackageYears(
        years={
            band.name: YearFigures(
                bills=_mean_in(bills, band), paid=_mean_in(paid, band), own=_mean_in(own, band)
            )
            for band in BANDS
        },
        reimbursed=Estimate.over(_share_paid(paid, bills)),
        dear=Estimate.over(dear),
        others=Estimate.over(others),
        fairness=Estimate.over(dear - others),
        over=Estimate.over((own > too_much).mean(axis=1)),
        over_without=Estimate.over((bills > too_much).mean(axis=1)),
        nothing=Estimate.over((paid <= 0.0).mean(axis=1)),
    )


def _mean_in(ranked: Array, band: Band) -> Estimate:
    families = ranked.shape[1]
    return Estimate.over(ranked[:, round(band.low * families) : round(band.high * families)].mean(axis=1))


def _share_paid(paid: Array, bills: Array) -> Array:
    """Share of the bills that is paid in each batch; 0 where nobody has a bill."""
    billed = bills.sum(axis=1)
    return np.asarray(np.divide(paid.sum(axis=1), billed, out=np.zeros(len(billed)), where=billed > 0.0))


def years_hash(world: World, package: Package, *, too_much: float) -> str:
    """Names the figures by all that they depend on."""
    terms = {one.name: [one.covered, law_to_json(one.terms)] for one in package.benefits}
    cap = None if math.isinf(package.family_cap) else package.family_cap
    return content_hash([world.as_json(), SEED, FAMILIES, BATCHES, terms, cap, too_much])
