"""Days of work lost, or in hospital: one day and a negative binomial number of further days (`DayLaw`).

The mean is the data's own (maximum likelihood), open stays given to longer ones; variance over mean of the
further days maximises the likelihood. Tested like costs, on whole days: samples as large are drawn from the
law, fitted again and measured.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.discrete_severity import DayLaw
from survey.bootstrap import Design, Times, log_t_of_means
from survey.costs import make_costs
from survey.data_view import Chosen, DataView, choose, view
from survey.estimates import DAYS_LAW, EMPIRICAL, Interval, LawFit, Reason, SeverityEstimate
from survey.fit_options import FitOptions
from survey.goodness import Goodness
from survey.reasons import reason
from survey.severity import (
    FEWEST_COSTS,
    PASSES,
    Severity,
    counted,
    finish,
    nothing,
    own_fit,
    usable_weights,
)
from survey.tables import SurveyTables

Array = NDArray[Any]

RATIO_LIMITS = (1.0, 100.0)
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
STEPS = 48
LONGEST = 366


def days_of(
    key: str,
    *,
    kind: str,
    column: str,
    tables: SurveyTables,
    design: Design,
    times: Times,
    options: FitOptions,
    rng: np.random.Generator,
) -> Severity:
    """The law of ``column`` ("days" or "days_lost") for events of ``kind``; parts of a day count as a day."""
    chosen = _whole(choose(kind=kind, column=column, tables=tables, design=design))
    costs = chosen.costs
    if costs.number == 0:
        return nothing(key, "days", chosen, times, options.day_caps)
    weights = usable_weights(costs, times)
    seen = view(
        chosen,
        weights=weights,
        caps=options.day_caps,
        degrees_of_freedom=design.degrees_of(costs.household),
        whole=True,
    )
    fits = [own_fit(seen, can=True)]
    resampled: dict[str, Array] = {}
    law = ""
    why: tuple[Reason, ...] = (reason("too_few_costs", events=costs.number, needed=FEWEST_COSTS),)
    if int((~costs.is_open).sum()) >= FEWEST_COSTS:
        fitted = fit_days(costs.values, seen.shares[None, :])[0]
        again = fit_days(costs.values, seen.resampled_shares)
        tested = _tested(fitted, seen, costs.values, tests=options.tests, rng=rng)
        mean = log_t_of_means(
            float(fitted[0]), again[:, 0], degrees_of_freedom=design.degrees_of(costs.household)
        )
        fits.insert(0, _fit(fitted, seen, costs.values, mean=mean, tested=tested, caps=options.day_caps))
        resampled[DAYS_LAW] = again
        law, why = _suggested(tested, costs.number)
    return finish(
        SeverityEstimate(
            key=key,
            unit="days",
            caps=options.day_caps,
            fits=tuple(fits),
            suggested_law=law,
            suggestion=why,
            **counted(chosen, seen, whole=True),
        ),
        chosen=chosen,
        seen=seen,
        resampled=resampled,
        times=times,
    )


def _whole(chosen: Chosen) -> Chosen:
    costs = chosen.costs
    whole = make_costs(
        values=np.ceil(costs.values),
        weights=costs.weights,
        is_open=costs.is_open,
        household=costs.household,
    )
    return replace(chosen, costs=whole)


def fit_days(values: Array, shares: Array) -> Array:
    """Mean and variance-to-mean ratio of the further days; values (n,), shares (B, n), result (B, 2)."""
    days, where = np.unique(values, return_inverse=True)
    first = np.searchsorted(where, np.arange(len(days)))
    chance = np.add.reduceat(shares, first, axis=1)
    # values are whole days of at least 1, and so is their mean but for rounding
    mean = np.maximum(chance @ days, 1.0)
    further = mean - 1.0
    low = np.full(len(mean), np.log(1e-4))
    high = np.full(len(mean), np.log(RATIO_LIMITS[1] - 1.0))
    for _ in range(STEPS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        better = _likelihood(left, further, days, chance) >= _likelihood(right, further, days, chance)
        high, low = np.where(better, right, high), np.where(better, low, left)
    excess = np.exp(0.5 * (low + high))
    # a ratio this near 1 is Poisson, and where nobody stays a second day nothing spreads
    flat = (excess < 1e-3) | (further < 1e-9)
    return np.stack([mean, 1.0 + np.where(flat, 0.0, excess)], axis=1)


def _likelihood(log_excess: Array, further: Array, days: Array, chance: Array) -> Array:
    """Mean log likelihood of a negative binomial number of further days, without terms of the days alone."""
    b = np.exp(log_excess)[:, None]
    r = np.maximum(further, 1e-12)[:, None] / b
    more = days[None, :] - 1.0
    logs = special.gammaln(more + r) - special.gammaln(r) + more * (np.log(b) - np.log1p(b)) - r * np.log1p(b)
    return np.asarray((chance * logs).sum(axis=1))


def _reached(fitted: Array, most: int) -> Array:
    """P(D <= d) for d = 1 .. most."""
    law = DayLaw(mean=float(fitted[0]), variance_to_mean=float(fitted[1]))
    return np.asarray(1.0 - law.days_at_least(most + 1)[1:])


def _distances(own: Array, law: Array) -> tuple[float, float]:
    """Anderson-Darling and Kolmogorov-Smirnov of two cumulative rows over whole days."""
    chance = np.diff(np.concatenate([[0.0], law]))
    spread = law * (1.0 - law)
    inside = spread > 1e-12
    squared = float((((own - law) ** 2 / np.where(inside, spread, 1.0)) * chance)[inside].sum())
    return squared, float(np.abs(own - law).max())


def _tested(
    fitted: Array, seen: DataView, values: Array, *, tests: int, rng: np.random.Generator
) -> Goodness:
    most = int(max(LONGEST, values[-1]))
    days = np.arange(1, most + 1)
    own = np.cumsum(np.bincount(values.astype(np.int64) - 1, seen.shares, most))
    found = _distances(own, _reached(fitted, most))
    chances = np.diff(np.concatenate([[0.0], _reached(fitted, most)]))
    chances[-1] = 0.0  # the last day takes what is left, longer stays too
    # as many equally weighted stays as the weighted ones are worth
    size = min(max(2, round(1.0 / float((seen.shares**2).sum()))), len(values))
    thrown = rng.multinomial(size, chances, size=tests)
    shares = thrown / thrown.sum(axis=1, keepdims=True)
    again = fit_days(days.astype(np.float64), shares)
    theirs = np.array(
        [_distances(np.cumsum(row), _reached(one, most)) for row, one in zip(shares, again, strict=True)]
    )
    p = (1.0 + (theirs >= np.array(found)).sum(axis=0)) / (1.0 + tests)
    return Goodness(
        anderson_darling=size * found[0],
        anderson_darling_p=float(p[0]),
        kolmogorov=float(np.sqrt(size)) * found[1],
        kolmogorov_p=float(p[1]),
    )


def _fit(
    fitted: Array,
    seen: DataView,
    values: Array,
    *,
    mean: Interval,
    tested: Goodness,
    caps: tuple[float, ...],
) -> LawFit:
    number = len(values)
    most = int(max(LONGEST, values[-1], caps[-1]))
    reached = _reached(fitted, most)
    at_least = np.concatenate([[1.0], 1.0 - reached])
    whole = np.concatenate([[0.0], np.cumsum(at_least)])
    limited = np.interp(np.array(caps), np.arange(len(whole)), whole)
    cells = np.interp(np.floor(seen.edges), np.arange(most + 1), np.concatenate([[0.0], reached]))
    chance = np.diff(np.concatenate([[0.0], reached]))
    days = values.astype(np.int64) - 1
    likelihood = float(number * (seen.shares @ np.log(np.maximum(chance[days], 1e-300))))
    quantiles = np.searchsorted(reached, seen.chances) + 1.0
    return LawFit(
        law=DAYS_LAW,
        parameters={"mean": float(fitted[0]), "variance_to_mean": float(fitted[1])},
        usable=True,
        mean=mean,
        log_likelihood=likelihood,
        aic=4.0 - 2.0 * likelihood,
        bic=2.0 * float(np.log(number)) - 2.0 * likelihood,
        anderson_darling=tested.anderson_darling,
        anderson_darling_p=tested.anderson_darling_p,
        kolmogorov=tested.kolmogorov,
        kolmogorov_p=tested.kolmogorov_p,
        limited_means=tuple(float(one) for one in limited),
        quantiles=tuple(float(one) for one in quantiles),
        density=tuple(float(one) for one in np.diff(cells) / np.diff(seen.edges)),
    )


def _suggested(tested: Goodness, number: int) -> tuple[str, tuple[Reason, ...]]:
    p_value = tested.anderson_darling_p
    if p_value >= PASSES or number < 2 * FEWEST_COSTS:
        return DAYS_LAW, (reason("days_law_fits", p_value=p_value),)
    return EMPIRICAL, (reason("days_law_rejected", p_value=p_value),)
