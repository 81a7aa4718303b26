"""The exact engine: mean and variance of a family's yearly payout without simulating one family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.checks import worst_of
from simulation.engine.event_payouts import EventPayout, atom_terms
from simulation.engine.families import FamilySizes
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.frequency import Frequency
from simulation.engine.linked import group_covariance
from simulation.engine.menu_of_atoms import atom_moments
from simulation.engine.menu_of_layers import LayerTerms, layer_moments
from simulation.engine.moments import Check, PackageMoments, PayoutMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.package_cap import under_package_cap
from simulation.engine.severity import Severity
from simulation.engine.terms import Terms

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class MenuMoments:
    """Moments of one benefit under many terms.

    Attributes
    ----------
    mean, variance : ndarray, shape (terms, K), or (terms, 1) for a family of random size
        Money and money squared per family-year.
    checks : tuple of Check
    """

    mean: Array
    variance: Array
    checks: tuple[Check, ...]


def price_menu(
    *,
    frequency: Frequency,
    severity: Severity | None,
    terms: Sequence[Terms],
    families: FamilySizes,
    mixed: bool = False,
    about: str = "",
) -> MenuMoments:
    """Mean and variance of a family's yearly payout for many terms of one benefit at once.

    Terms (T, copay c, event cap C, family cap F) are (1 - c) times (T, 0, C / (1 - c), F / (1 - c)): terms
    that share T and C / (1 - c) share one compound distribution, which serves all their family caps.

    Parameters
    ----------
    frequency : Frequency
        Law of one person's yearly count.
    severity : Severity or None
        Cost (or days) of one event; None for fixed terms.
    terms : sequence of CostTerms, of FixedTerms or of WageTerms
    families : FamilySizes
    mixed : bool
        True: one family of random size, whose variance E[Var(S|k)] + Var(E[S|k]) holds the spread of sizes
        too (for benchmarks). False: every size apart, as premiums need it.
    about : str
        What the checks are said to be about.

    Returns
    -------
    MenuMoments
    """
    counts = FamilyCounts(frequency, families, mixed)
    outcomes = 1 if mixed else len(families.sizes)
    mean, variance = np.zeros((len(terms), outcomes)), np.zeros((len(terms), outcomes))
    if frequency.incidence == 0.0:
        return MenuMoments(mean=mean, variance=variance, checks=())
    checks: list[Check] = []
    with np.errstate(under="ignore"):  # a chance too small for float64 is 0, as it should be
        layers = LayerTerms.of(severity, terms)
        if layers is not None:
            checks += layer_moments(counts, layers, mean, variance)
        else:
            atoms = [atom_terms(severity, one) for one in terms]
            checks += atom_moments(counts, atoms, mean, variance)
    return MenuMoments(mean=mean, variance=variance, checks=worst_of(checks, about=about))


def price_exact(package: Package) -> PackageMoments:
    """Mean and variance of a family's yearly payout, by benefit and for the package, for every family size.

    Groups of linked benefits are independent of each other; within a group the covariances are exact. A
    package-wide family cap is applied to the distribution of the family's total.

    Parameters
    ----------
    package : Package

    Returns
    -------
    PackageMoments
        With ``source="exact"``; ``failed_checks`` names what the engine found wrong with its own answer.
    """
    families = package.families
    moments: dict[str, PayoutMoments] = {}
    checks: list[Check] = []
    shared = np.zeros(len(families.sizes))
    paying: list[list[EventPayout]] = []
    for group in package.groups:
        found, members, group_checks = _price_group(group, families)
        moments |= found
        checks += group_checks
        if len(members) > 1:
            covariance, group_checks = _covariance(members, found)
            shared += covariance
            checks += worst_of(group_checks, about=group[0].name)
        if members:
            paying.append(members)
    benefits = tuple(moments[benefit.name] for benefit in package.benefits)
    mean = np.sum([one.mean for one in benefits], axis=0) + np.zeros(len(families.sizes))
    variance = np.sum([one.variance for one in benefits], axis=0) + shared
    total = PayoutMoments(name="package", families=families, mean=mean, variance=variance)
    if package.has_family_cap:
        with np.errstate(under="ignore"):  # a chance too small for float64 is 0, as it should be
            total, cap_checks = under_package_cap(package, total, paying)
        checks += worst_of(cap_checks, about="package")
    return PackageMoments(source="exact", benefits=benefits, package=total, checks=tuple(checks))


def _price_group(
    group: tuple[Benefit, ...], families: FamilySizes
) -> tuple[dict[str, PayoutMoments], list[EventPayout], list[Check]]:
    parent = group[0].frequency
    assert parent is not None  # the first of a group is never linked
    moments: dict[str, PayoutMoments] = {}
    checks: list[Check] = []
    members: list[EventPayout] = []
    for benefit in group:
        member = EventPayout(benefit, parent, families)
        mean = variance = np.zeros(len(families.sizes))
        if benefit.covered:
            found = price_menu(
                frequency=member.frequency,
                severity=benefit.severity,
                terms=[benefit.terms],
                families=families,
                about=benefit.name,
            )
            mean, variance = found.mean[0], found.variance[0]
            checks += found.checks
        moments[benefit.name] = PayoutMoments(
            name=benefit.name, families=families, mean=mean, variance=variance
        )
        if mean.any():
            members.append(member)
    return moments, members, checks


def _covariance(members: list[EventPayout], moments: dict[str, PayoutMoments]) -> tuple[Array, list[Check]]:
    means = np.stack([moments[member.benefit.name].mean for member in members])
    with np.errstate(under="ignore"):  # a chance too small for float64 is 0, as it should be
        return group_covariance(members, means)
