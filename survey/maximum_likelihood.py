"""Laws of costs fitted to many weighted samples at once, by maximum likelihood.

One call fits B samples: the resamples of a survey (the same costs, other weights) or draws from a fitted law
(other costs). Costs are above 0; an open event is a lower bound (censored on the right).

=========  ================================================================================================
lognormal  weighted mean and spread of the logarithms; open events by expectation-maximisation
gamma      Newton on the shape from log(mean) - mean(log) (Minka 2002, "Estimating a gamma distribution");
           open events by expectation-maximisation
Weibull    Newton on the shape with the scale profiled out, open events exact (Cohen 1965, Technometrics 7)
Lomax      Newton on log(scale) with alpha profiled out, open events exact
=========  ================================================================================================

What is fitted is given as the engine takes it: mean and sigma, mean and cv, mean and alpha.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[Any]

SIGMA_LIMITS = (1e-3, 10.0)
CV_LIMITS = (0.01, 20.0)
WEIBULL_SHAPES = (0.2, 120.0)
"""Shapes whose coefficients of variation (15.8 to 0.0105) the engine accepts."""
ALPHA_LIMITS = (1.05, 100.0)
"""Below, the mean is lost in the tail; above, a Lomax law is an exponential one."""
MOST_STEPS = 60
MOST_EXPECTATIONS = 300
CLOSE = 1e-10
CLOSE_EXPECTATION = 1e-9
BLOCK = 2**17
"""Numbers held at once by the laws that need every cost at every step: what a processor keeps at hand."""


def fit_batch(law: str, values: Array, weights: Array, is_open: Array) -> Array:
    """Maximum likelihood estimates of B samples.

    Parameters
    ----------
    law : str
        lognormal, gamma, weibull or lomax.
    values : ndarray, shape (n,) or (B, n)
        Costs, above 0; one row for all samples or one for each.
    weights : ndarray, shape (n,) or (B, n)
        At least 0; each sample has a positive weight on at least two distinct costs that are not open.
    is_open : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray, shape (B, 2)
        Mean, and sigma, cv or alpha, within the engine's limits.
    """
    samples = max(len(values) if values.ndim == 2 else 1, len(weights) if weights.ndim == 2 else 1)
    block = max(1, BLOCK // max(values.shape[-1], 1))
    fit = _FITS[law]
    rows = [
        fit(_rows(values, start, block), _rows(weights, start, block), is_open)
        for start in range(0, samples, block)
    ]
    return np.concatenate(rows)


def _rows(numbers: Array, start: int, block: int) -> Array:
    """One row for all samples stays the row it is; otherwise the rows from ``start``."""
    return numbers[None, :] if numbers.ndim == 1 else numbers[start : start + block]


def _sum(weights: Array, of: Array) -> Array:
    """Sum of weights times ``of`` by sample; each shape (1, n) or (B, n)."""
    if len(of) == 1:
        return np.asarray(weights @ of[0])
    if len(weights) == 1:
        return np.asarray(of @ weights[0])
    return np.asarray(np.einsum("bn,bn->b", weights, of))


def _lognormal(values: Array, weights: Array, is_open: Array) -> Array:
    logs = np.log(values)
    closed = np.where(is_open, 0.0, weights)
    total = weights.sum(axis=1)
    mu, square = _sum(weights, logs) / total, _sum(weights, logs**2) / total
    sigma = _sigma(mu, square)
    if is_open.any():
        first, second = _sum(closed, logs), _sum(closed, logs**2)
        bound, own = logs[:, is_open], weights[:, is_open]
        for _ in range(MOST_EXPECTATIONS):
            score = (bound - mu[:, None]) / sigma[:, None]
            # E[Z | Z > z] of a standard normal Z, in logarithms so that far tails keep their digits
            hazard = np.exp(-0.5 * score**2 - 0.5 * np.log(2.0 * np.pi) - special.log_ndtr(-score))
            expected = mu[:, None] + sigma[:, None] * hazard
            squared = (
                mu[:, None] ** 2
                + 2.0 * mu[:, None] * sigma[:, None] * hazard
                + sigma[:, None] ** 2 * (1.0 + score * hazard)
            )
            new_mu = (first + _sum(own, expected)) / total
            new_sigma = _sigma(new_mu, (second + _sum(own, squared)) / total)
            moved = max(np.abs(new_mu - mu).max(), np.abs(new_sigma - sigma).max())
            mu, sigma = new_mu, new_sigma
            if moved < CLOSE_EXPECTATION:
                break
    return np.stack([np.exp(mu + sigma**2 / 2.0), sigma], axis=1)


def _sigma(mu: Array, square: Array) -> Array:
    return np.asarray(np.clip(np.sqrt(np.maximum(square - mu**2, 0.0)), *SIGMA_LIMITS))


def _gamma(values: Array, weights: Array, is_open: Array) -> Array:
    logs = np.log(values)
    total = weights.sum(axis=1)
    mean, log_mean = _sum(weights, values) / total, _sum(weights, logs) / total
    shape = _gamma_shape(np.log(mean) - log_mean)
    if is_open.any():
        closed = np.where(is_open, 0.0, weights)
        of_values, of_logs = _sum(closed, values), _sum(closed, logs)
        bound, own = values[:, is_open], weights[:, is_open]
        for _ in range(MOST_EXPECTATIONS):
            expected, expected_log = _gamma_beyond(shape[:, None], (mean / shape)[:, None], bound)
            new_mean = (of_values + _sum(own, expected)) / total
            new_log = (of_logs + _sum(own, expected_log)) / total
            new_shape = _gamma_shape(np.log(new_mean) - new_log)
            moved = max(np.abs(new_mean / mean - 1.0).max(), np.abs(new_shape / shape - 1.0).max())
            mean, shape = new_mean, new_shape
            if moved < CLOSE_EXPECTATION:
                break
    return np.stack([mean, np.clip(1.0 / np.sqrt(shape), *CV_LIMITS)], axis=1)


def _gamma_shape(gap: Array) -> Array:
    """The shape a with log(a) - digamma(a) = ``gap``, by Minka's iteration."""
    gap = np.maximum(gap, 1e-9)
    shape = (3.0 - gap + np.sqrt((gap - 3.0) ** 2 + 24.0 * gap)) / (12.0 * gap)
    for _ in range(MOST_STEPS):
        slope = 1.0 / shape - special.polygamma(1, shape)
        new = 1.0 / (1.0 / shape + (np.log(shape) - special.digamma(shape) - gap) / (shape**2 * slope))
        moved = np.abs(new / shape - 1.0).max()
        shape = new
        if moved < CLOSE:
            break
    return np.asarray(np.clip(shape, CV_LIMITS[1] ** -2, CV_LIMITS[0] ** -2))


def _gamma_beyond(shape: Array, scale: Array, bound: Array) -> tuple[Array, Array]:
    """E[X | X > bound] and E[log X | X > bound]; the latter from d/da log of the upper incomplete gamma."""
    z = bound / scale
    beyond = np.maximum(special.gammaincc(shape, z), 1e-300)
    expected = scale * shape * special.gammaincc(shape + 1.0, z) / beyond
    h = 1e-4 * shape
    up, down = (np.log(np.maximum(special.gammaincc(shape + d, z), 1e-300)) for d in (h, -h))
    return expected, np.log(scale) + special.digamma(shape) + (up - down) / (2.0 * h)


def _weibull(values: Array, weights: Array, is_open: Array) -> Array:
    logs = np.log(values)
    total = weights.sum(axis=1)
    closed = np.where(is_open, 0.0, weights)
    seen = closed.sum(axis=1)
    # in units of the largest cost that counts, so that no power overflows and not all of them vanish
    largest = np.where(weights > 0.0, logs, -np.inf).max(axis=1)
    centre = _sum(weights, logs) / total
    spread = np.sqrt(np.maximum(_sum(weights, logs**2) / total - centre**2, 1e-12))
    log_mean = _sum(closed, logs) / seen - largest
    logs = np.minimum(logs - largest[:, None], 0.0)
    shape = np.clip(1.2825 / spread, *WEIBULL_SHAPES)
    powered = np.ones_like(shape)
    for _ in range(MOST_STEPS):
        power = np.exp(shape[:, None] * logs)
        powered = _sum(weights, power)
        first = _sum(weights, power * logs) / powered
        second = _sum(weights, power * logs**2) / powered
        slope = second - first**2 + 1.0 / shape**2
        step = (first - 1.0 / shape - log_mean) / slope
        new = np.clip(shape - step, np.maximum(shape / 3.0, WEIBULL_SHAPES[0]), shape * 3.0)
        new = np.minimum(new, WEIBULL_SHAPES[1])
        moved = np.abs(new / shape - 1.0).max()
        shape = new
        if moved < CLOSE:
            break
    powered = _sum(weights, np.exp(shape[:, None] * logs))
    scale = np.exp(largest + np.log(powered / seen) / shape)
    mean = scale * np.exp(special.gammaln(1.0 + 1.0 / shape))
    square = special.gammaln(1.0 + 2.0 / shape) - 2.0 * special.gammaln(1.0 + 1.0 / shape)
    return np.stack([mean, np.clip(np.sqrt(np.expm1(square)), *CV_LIMITS)], axis=1)


def _lomax(values: Array, weights: Array, is_open: Array) -> Array:
    total = weights.sum(axis=1)
    mean = _sum(weights, values) / total
    closed = np.where(is_open, 0.0, weights) if is_open.any() else weights
    seen = closed.sum(axis=1)
    # with a tail so heavy that there is no mean, the middle of the logarithms still says where the scale lies
    place = _sum(weights, np.log(values)) / total
    low, high = place - 12.0, np.log(mean * ALPHA_LIMITS[1])
    for _ in range(MOST_STEPS):
        share = values / (np.exp(place)[:, None] + values)
        logs = -np.log1p(-share)
        slope, bend = _lomax_slopes(share, logs, weights, closed, seen)
        newton = np.where(bend < 0.0, -slope / np.where(bend < 0.0, bend, 1.0), np.sign(slope))
        new = np.clip(place + np.clip(newton, -1.0, 1.0), low, high)
        moved = np.abs(new - place).max()
        place = new
        if moved < CLOSE_EXPECTATION:
            break
    scale = np.exp(place)
    alpha = seen / _sum(weights, np.log1p(values / scale[:, None]))
    alpha = np.clip(alpha, *ALPHA_LIMITS)
    return np.stack([scale / (alpha - 1.0), alpha], axis=1)


def _lomax_slopes(
    share: Array, logs: Array, weights: Array, closed: Array, seen: Array
) -> tuple[Array, Array]:
    """First and second derivative of the profile likelihood in log(scale)."""
    rest = share * (1.0 - share)
    depth, reach, turn = _sum(weights, logs), _sum(weights, share), _sum(weights, rest)
    own_reach, own_turn = reach, turn
    if closed is not weights:
        own_reach, own_turn = _sum(closed, share), _sum(closed, rest)
    slope = seen * reach / depth - seen + own_reach
    bend = seen * (reach**2 - turn * depth) / depth**2 - own_turn
    return slope, bend


_FITS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "lognormal": _lognormal,
    "gamma": _gamma,
    "weibull": _weibull,
    "lomax": _lomax,
}
