"""Mean and variance of every benefit under every combination of its menu, and what linked benefits share.

Tables are per person and year over the scheme's own families: mean = sum over sizes k of w_k E[S | k] / E[k],
variance = sum of w_k Var(S | k) / E[k], exactly as the premium uses them.

Benefits paid on the same events are independent once the number of events N is known, so with
m(n) = E[S | N = n]

    covariance = (sum over k of w_k Cov(m_b(N), m_c(N) | k)) / E[k] = m_b' Q m_c

with one matrix Q for the whole group. Q = A A', so that the covariance is the inner product of two vectors
A' m_b and A' m_c: a workbook can hold one short vector for each combination of terms instead of one number
for each PAIR of combinations. The vectors are turned into their principal directions and cut where what is
cut off is below ``SHARED_LEFT_OUT`` of the benefit's variance, whatever the terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.workbook.axes import Axes, axes_of, can_be_priced, terms_of
from simulation.engine.discrete_severity import DayLaw, Empirical
from simulation.engine.exact import price_menu
from simulation.engine.families import FamilySizes
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.frequency import Frequency
from simulation.engine.layers import paid_days
from simulation.engine.menu_given_events import days_given_events, menu_given_events
from simulation.engine.moments import Check
from simulation.engine.package import Benefit, Package
from simulation.engine.terms import FixedTerms, Terms, WageTerms

Array = NDArray[Any]

SHARED_LEFT_OUT = 1e-6
"""Share of a benefit's variance that its shared coordinates may leave out."""

MOST_EVENTS_COUNTED = 48
"""Events of a family a year up to which days are added up one event after the other."""


@dataclass(frozen=True, kw_only=True)
class BenefitTables:
    """One benefit's figures for every combination of its menu.

    Attributes
    ----------
    name : str
    axes : Axes
    group : int
        Benefits with the same number share their events; 0 for a benefit that shares with none.
    mean, variance : ndarray, shape (combinations,)
        Money and money squared, per person and year; not-a-number for what cannot be priced.
    shared : ndarray, shape (combinations, directions)
        The vectors whose inner products are the covariances; no directions without a group.
    """

    name: str
    axes: Axes
    group: int
    mean: Array
    variance: Array
    shared: Array


@dataclass(frozen=True, kw_only=True)
class SchemeTables:
    """All benefits' tables, in the package's order, and what the engine found wrong with its own answer."""

    benefits: tuple[BenefitTables, ...]
    failed_checks: tuple[Check, ...]

    @property
    def directions(self) -> int:
        """The longest vector of any benefit."""
        return max((one.shared.shape[1] for one in self.benefits), default=0)


@dataclass(frozen=True)
class _Menu:
    """A benefit's combinations that can be priced, in the unit they are priced in."""

    benefit: Benefit
    axes: Axes
    unit: tuple[Terms, ...]
    """Distinct terms: amounts and rates are 1, for S(rate, cap) = rate S(1, cap / rate)."""
    which: Array
    """For every combination the place of its unit terms; -1 where it cannot be priced."""
    scale: Array

    def spread(self, by_unit: Array, *, power: int) -> Array:
        """Figures of the unit terms (units, ...) for every combination; not-a-number where there is none."""
        scale = (self.scale**power).reshape(-1, *(1,) * (by_unit.ndim - 1))
        spread = scale * by_unit[self.which]
        spread[self.which < 0] = np.nan
        return spread


def make_tables(package: Package, *, also: Mapping[str, Sequence[Terms]] | None = None) -> SchemeTables:
    """Every benefit of the package, covered or not; a cap over all benefits together is passed over.

    `also` names further terms of a benefit whose values shall be on its lists.
    """
    more = also or {}
    found: dict[str, BenefitTables] = {}
    failed: list[Check] = []
    for number, group in enumerate(package.groups, start=1):
        parent = group[0].frequency
        assert parent is not None  # the first of a group is never linked
        priced = [
            _priced(_menu_of(benefit, more.get(benefit.name, ())), parent, package.families)
            for benefit in group
        ]
        shared = _shared(priced, parent, package.families)
        for one, vectors in zip(priced, shared, strict=True):
            failed += [check for check in one.checks if not check.passed]
            found[one.menu.benefit.name] = BenefitTables(
                name=one.menu.benefit.name,
                axes=one.menu.axes,
                group=number if len(group) > 1 else 0,
                mean=one.mean,
                variance=one.variance,
                shared=vectors,
            )
    benefits = tuple(found[benefit.name] for benefit in package.benefits)
    return SchemeTables(benefits=benefits, failed_checks=tuple(failed))


def _menu_of(benefit: Benefit, also: Sequence[Terms]) -> _Menu:
    axes = axes_of(benefit, also)
    units: dict[Terms, int] = {}
    unit_of: list[Terms] = []
    which, scale = [], []
    for values in axes.combinations():
        terms = terms_of(axes.kind, values)
        if terms is None or not can_be_priced(benefit, terms):
            which.append(-1)
            scale.append(0.0)
            continue
        unit, factor = _in_units(terms)
        place = len(unit_of) if axes.kind == "cost" else units.setdefault(unit, len(unit_of))
        if place == len(unit_of):
            unit_of.append(unit)
        which.append(place)
        scale.append(factor)
    return _Menu(benefit, axes, tuple(unit_of), np.array(which), np.array(scale))


def _in_units(terms: Terms) -> tuple[Terms, float]:
    if isinstance(terms, FixedTerms):
        factor = terms.amount
        return FixedTerms(amount=1.0, family_cap=_ratio(terms.family_cap, factor)), factor
    if isinstance(terms, WageTerms):
        factor = terms.rate
        return replace(terms, rate=1.0, family_cap=_ratio(terms.family_cap, factor)), factor
    return terms, 1.0


def _ratio(cap: float, factor: float) -> float:
    """To 13 digits, so that the same ratio of other amounts is found again."""
    return float(f"{cap / factor:.13g}") if factor > 0.0 else float("inf")


def _frequency(benefit: Benefit, parent: Frequency) -> Frequency:
    return parent if benefit.probability == 1.0 else parent.thinned(benefit.probability)


@dataclass(frozen=True, kw_only=True)
class _Priced:
    """A menu with its moments per person, and E[S | N = n] of its unit terms where that came with them."""

    menu: _Menu
    mean: Array
    variance: Array
    given: Array | None = None
    checks: tuple[Check, ...] = ()


def _priced(menu: _Menu, parent: Frequency, families: FamilySizes) -> _Priced:
    if menu.axes.kind == "wage" and parent.incidence > 0.0:
        most = FamilyCounts(parent, families).most_events()
        if most <= MOST_EVENTS_COUNTED:
            return _days_priced(menu, parent, families, most)
    terms = menu.unit
    mean, variance = np.zeros(len(terms)), np.zeros(len(terms))
    checks: list[Check] = []
    per_person = families.weights / families.mean_size
    # Terms that differ in copay and family cap are priced apart, so that each gets the lattice that it has
    # when the site prices it alone: the workbook then holds the site's own figures to the last digits.
    for places in _alone(terms):
        found = price_menu(
            frequency=_frequency(menu.benefit, parent),
            severity=menu.benefit.severity,
            terms=[terms[place] for place in places],
            families=families,
            about=menu.benefit.name,
        )
        mean[places], variance[places] = found.mean @ per_person, found.variance @ per_person
        checks += found.checks
    return _Priced(
        menu=menu,
        mean=menu.spread(mean, power=1),
        variance=menu.spread(variance, power=2),
        checks=tuple(checks),
    )


def _alone(terms: Sequence[Terms]) -> list[list[int]]:
    places: dict[tuple[float, float], list[int]] = {}
    for place, one in enumerate(terms):
        places.setdefault((getattr(one, "copay", 0.0), one.family_cap), []).append(place)
    return list(places.values())


def _days_priced(menu: _Menu, parent: Frequency, families: FamilySizes, most: int) -> _Priced:
    """Days paid are whole: everything follows from the sum's distribution given the number of events."""
    severity = menu.benefit.severity
    assert isinstance(severity, DayLaw | Empirical)
    pmf = FamilyCounts(parent, families).pmf(most)
    per_person = families.weights / families.mean_size
    first, second = np.zeros((len(menu.unit), most + 1)), np.zeros((len(menu.unit), most + 1))
    stays: dict[tuple[int, int], list[int]] = {}
    for place, terms in enumerate(menu.unit):
        assert isinstance(terms, WageTerms)
        stays.setdefault((terms.start_day, terms.most_days), []).append(place)
    for (start_day, most_days), places in stays.items():
        atoms = paid_days(severity, start_day=start_day, most_days=most_days)
        days = np.zeros(int(atoms.values[-1]) + 1)
        days[atoms.values.astype(np.int64)] = atoms.probabilities
        caps = np.array([menu.unit[place].family_cap for place in places])
        first[places], second[places] = days_given_events(
            days=days, probability=menu.benefit.probability, caps=caps, most=most
        )
    mean = first @ pmf.T
    return _Priced(
        menu=menu,
        mean=menu.spread(mean @ per_person, power=1),
        variance=menu.spread((second @ pmf.T - mean**2) @ per_person, power=2),
        given=first,
    )


def _shared(priced: Sequence[_Priced], parent: Frequency, families: FamilySizes) -> list[Array]:
    """The vectors of each menu's combinations, cut to the directions that matter."""
    if len(priced) == 1 or parent.incidence == 0.0:
        return [np.zeros((len(one.menu.which), 0)) for one in priced]
    counts = FamilyCounts(parent, families)
    most = counts.most_events()
    root = _root_of_covariance(counts.pmf(most), families)
    vectors = []
    for one in priced:
        given = one.given
        if given is None:
            given = menu_given_events(
                benefit=one.menu.benefit,
                parent=parent,
                families=families,
                terms=one.menu.unit,
                most=most,
            )
        vectors.append(one.menu.spread(given @ root, power=1))
    return _principal(vectors)


def _root_of_covariance(pmf: Array, families: FamilySizes) -> Array:
    """A with A A' = Q, where m' Q m is the variance per person of m(N); shape (events, directions)."""
    weights = families.weights / families.mean_size
    q = np.diag(weights @ pmf) - np.einsum("k,ki,kj->ij", weights, pmf, pmf)
    values, directions = np.linalg.eigh(q)
    kept = values > 0.0  # Q has no negative direction; what rounding leaves below 0 carries nothing
    return np.asarray(directions[:, kept] * np.sqrt(values[kept]))


def _principal(vectors: list[Array]) -> list[Array]:
    """The same inner products in as few coordinates as ``SHARED_LEFT_OUT`` allows."""
    stacked = np.nan_to_num(np.concatenate(vectors), nan=0.0)
    lengths = np.sqrt((stacked**2).sum(axis=1))
    scaled = stacked / np.where(lengths > 0.0, lengths, 1.0)[:, None]
    _values, directions = np.linalg.eigh(scaled.T @ scaled)
    turned = [one @ directions[:, ::-1] for one in vectors]
    whole = np.concatenate([np.nan_to_num(one, nan=0.0) for one in turned])
    left = (whole**2).sum(axis=1, keepdims=True) - np.cumsum(whole**2, axis=1)
    worst = (left / np.maximum((whole**2).sum(axis=1, keepdims=True), 1e-300)).max(axis=0)
    enough = int(np.argmax(worst <= SHARED_LEFT_OUT)) + 1
    return [one[:, :enough] for one in turned]


def covariance_per_person(one: BenefitTables, other: BenefitTables, at: Mapping[str, int]) -> float:
    """Covariance of two benefits at one combination of each, money squared per person and year."""
    if one.group == 0 or one.group != other.group:
        return 0.0
    return float(one.shared[at[one.name]] @ other.shared[at[other.name]])
