"""The survey's standard error by the delta method, for the cases simple enough to write down.

Of a benefit with incidence lambda from m person-years, and a cost fitted from its k = lambda m p events:

    Var(incidence) = lambda r / m                        r: variance over mean of the yearly count
    Var(mu) = sigma^2 / k,  Var(sigma) = sigma^2 / (2 k)        lognormal, maximum likelihood
    Var(p) = p (1 - p) / (lambda m)                      p: chance of a link

and the pure premium's variance is the sum of squared slopes times these, the slopes by small steps of the
exact arithmetic. Terms and caps are in the slopes. It checks the bootstrap, and answers at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.case_value import Case
from calculator.survey_draws import BenefitSurveys
from calculator.survey_moments import per_person
from simulation.engine.frequency import Frequency
from simulation.engine.package import Benefit
from simulation.engine.severity import Lognormal, Severity

Array = NDArray[Any]

STEP = 1e-4


@dataclass(frozen=True, kw_only=True)
class DeltaError:
    """Standard errors of the pure premium, money PPPY.

    Attributes
    ----------
    package : float
    benefits : tuple of (name, float or None)
        None where the law is none of the simple ones; those are not in ``package``.
    """

    package: float
    benefits: tuple[tuple[str, float | None], ...]


def delta_error(case: Case) -> DeltaError:
    """Standard errors of every covered benefit, and of their sum.

    Benefits that share events share the error of their incidence; all else is independent.
    """
    exposures = {
        benefit.name: exposure
        for benefit, exposure in zip(case.package.benefits, case.exposures, strict=True)
    }
    variance = 0.0
    found: list[tuple[str, float | None]] = []
    for group in case.package.groups:
        parent = group[0]
        exposure = exposures[parent.name]
        assert parent.frequency is not None
        of_incidence = 0.0
        for benefit in group:
            if not benefit.covered:
                continue
            parts = _parts(case, benefit, parent.frequency, exposure)
            if parts is None:
                found.append((benefit.name, None))
                continue
            of_incidence += parts[0]
            variance += parts[1]
            found.append((benefit.name, math.sqrt(parts[0] ** 2 + parts[1])))
        variance += of_incidence**2
    return DeltaError(package=math.sqrt(variance), benefits=tuple(found))


def _parts(
    case: Case, benefit: Benefit, frequency: Frequency, exposure: float | None
) -> tuple[float, float] | None:
    """Standard deviation from the incidence, and variance from cost and link."""
    if exposure is None or frequency.incidence == 0.0:
        return 0.0, 0.0
    if not isinstance(benefit.severity, Lognormal | None):
        return None
    rate, p = frequency.incidence, benefit.probability
    slopes = _slopes(case, benefit, frequency)
    of_incidence = slopes[0] * math.sqrt(frequency.variance_to_mean / (rate * exposure))
    rest = slopes[1] ** 2 * (1.0 - p) / (p * rate * exposure)
    if isinstance(benefit.severity, Lognormal):
        sigma, events = benefit.severity.sigma, rate * exposure * p
        rest += slopes[2] ** 2 * sigma**2 / events + slopes[3] ** 2 * sigma**2 / (2.0 * events)
    return of_incidence, rest


def _slopes(case: Case, benefit: Benefit, frequency: Frequency) -> Array:
    """d pure / d of log incidence, log probability, mu and sigma, by central differences."""
    law = benefit.severity
    steps = np.repeat(np.eye(4), 2, axis=0) * np.tile([STEP, -STEP], 4)[:, None]
    severities: list[Severity | None] = [None] * 8
    if isinstance(law, Lognormal):
        severities = []
        for _, _, mu, sigma in steps:
            spread = law.sigma + sigma
            severities.append(Lognormal(mean=math.exp(law.mu + mu + spread**2 / 2.0), sigma=spread))
    # a chance of 1 moves beyond 1 for the slope's sake: the arithmetic does not mind
    surveys = BenefitSurveys(
        incidence=frequency.incidence * np.exp(steps[:, 0]),
        probability=benefit.probability * np.exp(steps[:, 1]),
        severities=severities,
    )
    pure, _ = per_person(benefit, frequency, surveys, case.package.families)
    return np.asarray((pure[0::2] - pure[1::2]) / (2.0 * STEP))
