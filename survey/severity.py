"""What one event costs: four laws fitted, tested and compared, the survey's own sample, and a suggestion.

The suggestion is the law with the lowest BIC among those that the Anderson-Darling test does not reject; a
lognormal within 2 of it is preferred, for it is what others will know. Where every law is rejected the
survey's own sample is suggested if it is large enough, else the lowest BIC. The person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused
from survey.bootstrap import Design, Times, log_t_of_means
from survey.costs import MOST_ATOMS, Costs, equal_sample, put_together
from survey.data_view import Chosen, DataView, choose, view
from survey.estimates import (
    CONSTANT,
    EMPIRICAL,
    MOST_SAMPLE_VALUES,
    Interval,
    LawFit,
    Reason,
    SeverityEstimate,
)
from survey.fit_options import FitOptions
from survey.goodness import goodness
from survey.laws import SPREAD_NAMES, cumulative, law_of, log_likelihood, parameters_of, quantile
from survey.maximum_likelihood import ALPHA_LIMITS, fit_batch
from survey.reasons import reason
from survey.tables import SurveyTables

Array = NDArray[Any]

FEWEST_COSTS = 10
FEWEST_DISTINCT = 3
FEWEST_FOR_SAMPLE = 100
PASSES = 0.05
TIE = 2.0
FEWEST_IN_RESAMPLE = 3


@dataclass(frozen=True, kw_only=True)
class Severity:
    """An estimate, and what each resample says.

    Attributes
    ----------
    estimate : SeverityEstimate
    resampled : mapping of law to ndarray, shape (B, 2)
        Mean and sigma, cv, alpha or variance to mean.
    atoms : ndarray, shape (V,)
        Points of the empirical law, at most `MOST_ATOMS`; empty where there are no values.
    own_shares : ndarray, shape (V,)
        Their probabilities.
    atom_shares : ndarray, shape (B, V)
        Their probabilities in each resample.
    zero_share : ndarray, shape (B,)
    """

    estimate: SeverityEstimate
    resampled: Mapping[str, Array]
    atoms: Array
    own_shares: Array
    atom_shares: Array
    zero_share: Array


@dataclass(frozen=True, kw_only=True)
class _Fitting:
    """What every law is fitted with."""

    costs: Costs
    weights: Array
    seen: DataView
    options: FitOptions
    degrees_of_freedom: int
    rng: np.random.Generator


def severity_of(
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
    """Laws of one benefit's cost.

    Parameters
    ----------
    key : str
        The benefit.
    kind, column : str
        Whose ``column`` ("bill" or "transport") it is.
    tables, design, times, options, rng
    """
    chosen = choose(kind=kind, column=column, tables=tables, design=design)
    costs = chosen.costs
    if costs.number == 0:
        return nothing(key, "money", chosen, times, options.caps)
    weights = usable_weights(costs, times)
    seen = view(
        chosen,
        weights=weights,
        caps=options.caps,
        degrees_of_freedom=design.degrees_of(costs.household),
        whole=False,
    )
    fitting = _Fitting(
        costs=costs,
        weights=weights,
        seen=seen,
        options=options,
        degrees_of_freedom=design.degrees_of(costs.household),
        rng=rng,
    )
    fits: list[LawFit] = []
    resampled: dict[str, Array] = {}
    can = int((~costs.is_open).sum()) >= FEWEST_COSTS and costs.distinct >= FEWEST_DISTINCT
    for law in options.laws if can else ():
        fit, again = _fit(law, fitting)
        fits.append(fit)
        if fit.usable:
            resampled[law] = again
    fits.append(own_fit(seen, can=costs.distinct >= 1))
    law, why = _suggested(fits, costs, seen)
    return finish(
        SeverityEstimate(
            key=key,
            unit="money",
            caps=options.caps,
            fits=tuple(fits),
            suggested_law=law,
            suggestion=why,
            **counted(chosen, seen, whole=False),
        ),
        chosen=chosen,
        seen=seen,
        resampled=resampled,
        times=times,
    )


def usable_weights(costs: Costs, times: Times) -> Array:
    """Weights of the costs in each resample; a resample with hardly any cost keeps the survey's own."""
    weights = costs.resampled_weights(times)
    closed = ~costs.is_open
    first, last = costs.values[closed][:1], costs.values[closed][-1:]
    there = weights[:, closed] > 0.0
    enough = there.sum(axis=1) >= FEWEST_IN_RESAMPLE
    if len(first) and first[0] < last[0]:
        values = costs.values[closed]
        lowest = np.where(there, values, np.inf).min(axis=1)
        highest = np.where(there, values, -np.inf).max(axis=1)
        enough &= lowest < highest
    weights[~enough] = costs.weights
    return weights


def counted(chosen: Chosen, seen: DataView, *, whole: bool) -> dict[str, Any]:
    """The fields of an estimate that are the data's own."""
    costs = chosen.costs
    sample = equal_sample(costs.values, seen.shares, most=MOST_SAMPLE_VALUES, whole=whole)
    reasons = seen.reasons
    if costs.number > len(sample):
        reasons = (*reasons, reason("sample_thinned", events=costs.number, values=len(sample)))
    return {
        "events": costs.number,
        "unknown": chosen.unknown,
        "zeros": chosen.zeros,
        "open_events": int(costs.is_open.sum()),
        "heaped": seen.heaped,
        "zero_share": chosen.zero_share,
        "data_mean": seen.mean,
        "data_limited_means": seen.limited,
        "bin_edges": _floats(seen.edges),
        "bin_shares": _floats(seen.bin_shares),
        "quantile_chances": _floats(seen.chances),
        "data_quantiles": _floats(seen.quantiles),
        "sample": _floats(sample),
        "reasons": reasons,
    }


def finish(
    estimate: SeverityEstimate,
    *,
    chosen: Chosen,
    seen: DataView,
    resampled: Mapping[str, Array],
    times: Times,
) -> Severity:
    """The estimate with its resamples."""
    values = chosen.costs.values
    group, first = put_together(values, most=MOST_ATOMS)
    atom_shares = np.add.reduceat(seen.resampled_shares, first, axis=1)
    whole = np.add.reduceat(seen.shares, first)
    # where open values have no share of their own the plain mean of the group stands; equal values are
    # kept to the last digit, for days are whole
    plain = np.bincount(group, values) / np.bincount(group)
    alike = np.minimum.reduceat(values, first) == np.maximum.reduceat(values, first)
    plain = np.where(alike, values[first], plain)
    weighed = np.add.reduceat(seen.shares * values, first) / np.where(whole > 0.0, whole, 1.0)
    return Severity(
        estimate=estimate,
        resampled=dict(resampled),
        atoms=np.where((whole > 0.0) & ~alike, weighed, plain),
        own_shares=whole,
        atom_shares=atom_shares,
        zero_share=chosen.resampled_zero_share(times),
    )


def nothing(key: str, unit: str, chosen: Chosen, times: Times, caps: tuple[float, ...]) -> Severity:
    """No value above 0 at all."""
    none = Interval(value=0.0, low=0.0, high=0.0)
    estimate = SeverityEstimate(
        key=key,
        unit=unit,
        events=0,
        unknown=chosen.unknown,
        zeros=chosen.zeros,
        open_events=0,
        heaped=0,
        zero_share=chosen.zero_share,
        data_mean=none,
        caps=caps,
        data_limited_means=(none,) * len(caps),
        bin_edges=(),
        bin_shares=(),
        quantile_chances=(),
        data_quantiles=(),
        fits=(),
        sample=(),
        suggested_law="",
        suggestion=(reason("too_few_costs", events=0, needed=FEWEST_COSTS),),
    )
    return Severity(
        estimate=estimate,
        resampled={},
        atoms=np.zeros(0),
        own_shares=np.zeros(0),
        atom_shares=np.zeros((len(times), 0)),
        zero_share=chosen.resampled_zero_share(times),
    )


def own_fit(seen: DataView, *, can: bool) -> LawFit:
    """The survey's own sample as a law."""
    return LawFit(
        law=EMPIRICAL,
        parameters={},
        usable=can,
        mean=seen.mean,
        limited_means=tuple(one.value for one in seen.limited),
        quantiles=_floats(seen.quantiles),
        density=_floats(seen.bin_shares / np.diff(seen.edges)) if len(seen.edges) > 1 else (),
    )


def _fit(law: str, fitting: _Fitting) -> tuple[LawFit, Array]:
    costs = fitting.costs
    fitted = fit_batch(law, costs.values, costs.weights, costs.is_open)[0]
    again = fit_batch(law, costs.values, fitting.weights, costs.is_open)
    try:
        made = law_of(law, fitted)
    except Refused:
        return LawFit(law=law, parameters={}, usable=False, reasons=(reason("not_fitted"),)), again
    largest = float(costs.values[-1])
    if made.mean > largest:
        why = reason("mean_beyond_data", mean=made.mean, largest=largest)
        return LawFit(law=law, parameters={}, usable=False, reasons=(why,)), again
    # weights count as shares of the events there are, so that AIC and BIC speak of so many events
    weights = costs.weights * (costs.number / costs.weights.sum())
    likelihood = log_likelihood(made, costs.values, weights, costs.is_open)
    tested = goodness(law=law, fitted=made, costs=costs, tests=fitting.options.tests, rng=fitting.rng)
    edges = fitting.seen.edges
    fit = LawFit(
        law=law,
        parameters=parameters_of(law, fitted),
        usable=True,
        mean=log_t_of_means(made.mean, again[:, 0], degrees_of_freedom=fitting.degrees_of_freedom),
        log_likelihood=likelihood,
        aic=4.0 - 2.0 * likelihood,
        bic=2.0 * float(np.log(costs.number)) - 2.0 * likelihood,
        anderson_darling=tested.anderson_darling,
        anderson_darling_p=tested.anderson_darling_p,
        kolmogorov=tested.kolmogorov,
        kolmogorov_p=tested.kolmogorov_p,
        limited_means=_floats(made.limited_mean(np.array(fitting.options.caps))),
        quantiles=_floats(quantile(made, fitting.seen.chances)),
        density=_floats(np.diff(cumulative(made, edges)) / np.diff(edges)),
        reasons=tuple(_remarks(law, fitted, tested.anderson_darling_p)),
    )
    return fit, again


def _remarks(law: str, fitted: Array, p_value: float) -> list[Reason]:
    found = []
    if law == "lomax":
        if fitted[1] <= 2.0:
            found.append(reason("infinite_variance", alpha=float(fitted[1])))
        if fitted[1] in ALPHA_LIMITS:
            found.append(reason("at_limit", parameter=SPREAD_NAMES[law], limit=float(fitted[1])))
    if p_value < PASSES:
        found.append(reason("rejected", p_value=p_value))
    return found


def _suggested(fits: list[LawFit], costs: Costs, seen: DataView) -> tuple[str, tuple[Reason, ...]]:
    fitted = [fit for fit in fits if fit.usable and fit.bic is not None]
    if not fitted:
        return _without_a_law(costs, tried=len(fits) > 1)
    passing = [fit for fit in fitted if (fit.anderson_darling_p or 0.0) >= PASSES]
    if not passing and costs.number >= FEWEST_FOR_SAMPLE:
        return EMPIRICAL, (reason("none_passes_ad", events=costs.number),)
    best = min(passing or fitted, key=_bic)
    p_value = best.anderson_darling_p or 0.0
    familiar = next((fit for fit in passing if fit.law == "lognormal"), best)
    if not passing:
        why = reason("none_passes_ad_few", events=costs.number, p_value=p_value)
    elif familiar is not best and _bic(familiar) - _bic(best) < TIE:
        why = reason("tie_prefers_lognormal", bic=_bic(familiar), best_bic=_bic(best))
        best = familiar
    else:
        others = [_bic(fit) for fit in fitted if fit is not best]
        next_bic = min(others, default=_bic(best))
        why = reason("lowest_bic_passes_ad", bic=_bic(best), p_value=p_value, next_bic=next_bic)
    return best.law, (why, *_disagreements(best, seen))


def _without_a_law(costs: Costs, *, tried: bool) -> tuple[str, tuple[Reason, ...]]:
    if tried:
        return EMPIRICAL, (reason("no_law_fits", events=costs.number),)
    if costs.distinct == 1 and costs.number >= FEWEST_DISTINCT and not costs.is_open.any():
        return CONSTANT, (reason("all_equal", value=float(costs.values[0])),)
    return "", (reason("too_few_costs", events=costs.number, needed=FEWEST_COSTS),)


def _bic(fit: LawFit) -> float:
    assert fit.bic is not None
    return fit.bic


def _disagreements(fit: LawFit, seen: DataView) -> tuple[Reason, ...]:
    """At how many caps the law's limited mean lies outside the data's own interval."""
    outside = sum(
        not own.low <= value <= own.high for value, own in zip(fit.limited_means, seen.limited, strict=True)
    )
    return (reason("limited_means_differ", caps=outside),) if outside else ()


def _floats(numbers: Array) -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)
