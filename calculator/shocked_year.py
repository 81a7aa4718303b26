"""A scheme's year when one factor strikes every incidence, the same for the whole scheme: an epidemic year.

The factor is gamma of mean 1. In a large scheme the chance of exceeding an amount, given the factor, is
nearly a step, which no quadrature over a few years sees. So few years are worked out exactly and the years
between them are theirs, moved to their own mean and spread: a payout's shape changes slowly with the factor,
its mean fast. The average over ``FACTORS`` such years is the chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

from calculator.case_value import Case
from calculator.sensitivity import with_incidence
from simulation.engine.scheme import SchemeDistribution, scheme_distribution

Array = NDArray[Any]

EXACT_YEARS = 9
FACTORS = 101
"""Years averaged over, each as likely as the others."""


class ShockedYear:
    """Chances of a year with a shock.

    Parameters
    ----------
    case : Case
    plain : SchemeDistribution
        The year without a shock.
    shock : float
        Coefficient of variation of the factor; 0 for none.
    """

    def __init__(self, *, case: Case, plain: SchemeDistribution, shock: float) -> None:
        self.years: tuple[SchemeDistribution, ...] = (plain,)
        self.means, self.deviations, self.shares = (
            np.array([plain.mean]),
            np.array([plain.sd]),
            np.ones((1, 1)),
        )
        if shock == 0.0 or plain.sd == 0.0:
            return
        shape = 1.0 / shock**2
        nodes, _ = np.polynomial.hermite_e.hermegauss(EXACT_YEARS)
        known = special.gammaincinv(shape, special.ndtr(nodes)) / shape
        factors = special.gammaincinv(shape, (np.arange(FACTORS) + 0.5) / FACTORS) / shape
        persons = case.community.persons
        self.years = tuple(
            scheme_distribution(with_incidence(case.package, float(factor)), persons) for factor in known
        )
        self.means = interpolate.PchipInterpolator(known, [year.mean for year in self.years])(factors)
        variances = interpolate.PchipInterpolator(known, [year.sd**2 for year in self.years])(factors)
        self.deviations = np.sqrt(variances)
        self.shares = np.stack([np.interp(factors, known, one) for one in np.eye(EXACT_YEARS)])

    def probabilities_above(self, amounts: Array) -> Array:
        """P(payout > amount) for each amount, money; same shape.

        A higher amount never has a higher chance.
        """
        total = np.zeros(np.shape(amounts))
        for year, shares in zip(self.years, self.shares, strict=True):
            near = np.flatnonzero(shares)
            spread = self.deviations[near]
            scale = np.divide(year.sd, spread, out=np.ones_like(spread), where=spread > 0.0)
            moved = year.mean + (np.asarray(amounts)[..., None] - self.means[near]) * scale
            total += year.probabilities_above(moved) @ shares[near]
        return np.asarray(total / self.shares.shape[1])
