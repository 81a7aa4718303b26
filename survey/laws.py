"""The laws of costs by name: from fitted numbers to the engine's laws, their densities and quantiles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.severity import Gamma, Lognormal, Lomax, SmoothLaw, Weibull

Array = NDArray[Any]

SPREAD_NAMES = {"lognormal": "sigma", "gamma": "cv", "weibull": "cv", "lomax": "alpha"}
"""The parameter beside the mean."""


def law_of(law: str, fitted: Array) -> SmoothLaw:
    """The engine's law from mean and sigma, cv or alpha; ``fitted`` of shape (2,)."""
    mean, spread = float(fitted[0]), float(fitted[1])
    if law == "lognormal":
        return Lognormal(mean=mean, sigma=spread)
    if law == "gamma":
        return Gamma(mean=mean, cv=spread)
    if law == "weibull":
        return Weibull(mean=mean, cv=spread)
    return Lomax(mean=mean, alpha=spread)


def parameters_of(law: str, fitted: Array) -> dict[str, float]:
    """As the case format and the assumptions name them."""
    return {"mean": float(fitted[0]), SPREAD_NAMES[law]: float(fitted[1])}


def cumulative(law: SmoothLaw, x: Array) -> Array:
    """P(X <= x), element by element."""
    return np.asarray(1.0 - law.survival(np.asarray(x, dtype=np.float64)))


def log_density(law: SmoothLaw, x: Array) -> Array:
    """Logarithm of the density at x above 0, element by element."""
    log_x = np.log(x)
    if isinstance(law, Lognormal):
        z = (log_x - law.mu) / law.sigma
        return np.asarray(-log_x - math.log(law.sigma * math.sqrt(2.0 * math.pi)) - 0.5 * z**2)
    if isinstance(law, Gamma):
        a, u = law.shape, x / law.scale
        return np.asarray((a - 1.0) * np.log(u) - u - math.lgamma(a) - math.log(law.scale))
    if isinstance(law, Weibull):
        c = law.shape
        log_u = log_x - math.log(law.scale)
        return np.asarray(math.log(c / law.scale) + (c - 1.0) * log_u - np.exp(c * log_u))
    return np.asarray(math.log(law.alpha / law.scale) - (law.alpha + 1.0) * np.log1p(x / law.scale))


def log_likelihood(law: SmoothLaw, values: Array, weights: Array, is_open: Array) -> float:
    """Sum of weights times log density, or log survival of what is open."""
    logs = np.where(is_open, 0.0, log_density(law, values))
    if is_open.any():
        logs[is_open] = np.log(np.maximum(law.survival(values[is_open]), 1e-300))
    return float(weights @ logs)


def quantile(law: SmoothLaw, chance: Array) -> Array:
    """The cost that is not exceeded with each chance, money."""
    if isinstance(law, Lognormal):
        return np.asarray(np.exp(law.mu + law.sigma * special.ndtri(chance)))
    if isinstance(law, Gamma):
        return np.asarray(law.scale * special.gammaincinv(law.shape, chance))
    if isinstance(law, Weibull):
        return np.asarray(law.scale * (-np.log1p(-chance)) ** (1.0 / law.shape))
    return np.asarray(law.scale * np.expm1(-np.log1p(-chance) / law.alpha))
