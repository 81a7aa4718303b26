"""The premiums of many surveys: each survey's own figures through the exact engine's arithmetic, at once.

How much larger the joint variance is than the sum of the benefits' own, and how much a package-wide cap takes
off, is known from the exact engine: as a function of how much is claimed in all, found by moving incidences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.case_value import Case
from calculator.sensitivity import with_incidence
from calculator.survey_draws import BenefitSurveys
from calculator.survey_moments import per_person
from simulation.engine.exact import price_exact
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Benefit, Package

Array = NDArray[Any]

INCIDENCE_FACTORS = (0.25, 0.5, 0.75, 1.0, 1.35, 2.0, 4.0)


@dataclass(frozen=True, kw_only=True)
class PricedSurveys:
    """Figures of each survey, money PPPY, shape (B,).

    Attributes
    ----------
    pure, with_risk : ndarray
        Of the package: pure premium, and with the survey's own risk loading.
    benefits : tuple of ndarray
        Pure premium of each benefit before any package-wide cap, in the package's order; zeros where it is
        not covered.
    """

    pure: Array
    with_risk: Array
    benefits: tuple[Array, ...]


def price_drawn(case: Case, moments: PackageMoments, drawn: Sequence[BenefitSurveys]) -> PricedSurveys:
    """The premium that each survey would ask.

    Parameters
    ----------
    case : Case
    moments : PackageMoments
        ``price_exact(case.package)``.
    drawn : sequence of BenefitSurveys
        In the package's order.

    Raises
    ------
    FloatingPointError
        A survey's variance came out negative.
    """
    surveys = len(drawn[0].incidence)
    pure, variance = np.zeros(surveys), np.zeros(surveys)
    benefits = []
    for benefit, found in zip(case.package.benefits, drawn, strict=True):
        own_pure, own_variance = np.zeros(surveys), np.zeros(surveys)
        if benefit.covered:
            own_pure, own_variance = _moments_of(case.package, benefit, found)
        benefits.append(own_pure)
        pure, variance = pure + own_pure, variance + own_variance
    if case.loadings.risk_basis == "joint":
        pure, variance = _jointly(case.package, moments, pure, variance)
    if variance.min() < 0.0:
        raise FloatingPointError("a survey's variance came out negative")
    loading = case.loadings.z * np.sqrt(variance / case.community.persons)
    return PricedSurveys(pure=pure, with_risk=pure + loading, benefits=tuple(benefits))


def _moments_of(package: Package, benefit: Benefit, found: BenefitSurveys) -> tuple[Array, Array]:
    frequency = benefit.frequency
    if frequency is None:
        parent = next(other for other in package.benefits if other.name == benefit.linked_to)
        frequency = parent.frequency
    assert frequency is not None
    return per_person(benefit, frequency, found, package.families)


def _jointly(package: Package, moments: PackageMoments, pure: Array, variance: Array) -> tuple[Array, Array]:
    """From the benefits' own figures to those of the package."""
    separate = sum(benefit.pure for benefit in moments.benefits)
    if separate == 0.0:
        return pure, variance
    if not package.has_family_cap:
        return pure, variance * _ratios(moments)[1]
    level, ratios = [], []
    for factor in INCIDENCE_FACTORS:
        at = price_exact(with_incidence(package, factor))
        level.append(sum(benefit.pure for benefit in at.benefits) / separate)
        ratios.append(_ratios(at))
    order = np.argsort(level, kind="stable")
    place, (of_pure, of_variance) = np.array(level)[order], np.array(ratios)[order].T
    return (
        pure * np.interp(pure / separate, place, of_pure),
        variance * np.interp(pure / separate, place, of_variance),
    )


def _ratios(moments: PackageMoments) -> tuple[float, float]:
    """The package's pure premium and variance over the benefits' own added up."""
    pure = sum(benefit.pure for benefit in moments.benefits)
    variance = moments.sigma_independent**2
    return (
        moments.package.pure / pure if pure > 0.0 else 1.0,
        moments.sigma_joint**2 / variance if variance > 0.0 else 1.0,
    )
