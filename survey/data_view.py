"""Costs or days as the survey has them, before any law: counts, mean, limited means, histogram, quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.bootstrap import Design, Times, log_t_of_means
from survey.costs import Costs, limited_means, make_costs, own_shares, quantiles
from survey.estimates import Interval, Reason
from survey.goodness import rounded_to
from survey.reasons import reason
from survey.tables import SurveyTables

Array = NDArray[Any]

MOST_QUANTILES = 60
MOST_BINS = 24
SHOWN_BELOW = 0.97
"""The histogram's equal bins reach to this quantile; one more bin holds the rest."""
NOTABLE_OPEN = 0.0
NOTABLE_ROUND = 0.5
"""Share of round values from which it is said."""
ROUND_STEP = 50.0
OPEN_COLUMNS = frozenset({"bill", "days", "days_lost"})
"""Of an event that is not over these are lower bounds; a transport that was paid is paid."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The values of one column, sorted out.

    Attributes
    ----------
    costs : Costs
        Above 0.
    unknown, zeros : int
    zero_weight : ndarray, shape (H,)
        Weighted zeros by household.
    known_weight : ndarray, shape (H,)
        Weighted known values by household, zeros in.
    """

    costs: Costs
    unknown: int
    zeros: int
    zero_weight: Array
    known_weight: Array

    @property
    def zero_share(self) -> float:
        """Weighted share of zeros among the known; 0 where nothing is known."""
        known = float(self.known_weight.sum())
        return float(self.zero_weight.sum()) / known if known > 0.0 else 0.0

    def resampled_zero_share(self, times: Times) -> Array:
        """The same in each resample, shape (B,)."""
        known = times @ self.known_weight
        share = (times @ self.zero_weight) / np.where(known > 0.0, known, 1.0)
        return np.asarray(np.where(known > 0.0, share, self.zero_share))


def choose(*, kind: str, column: str, tables: SurveyTables, design: Design) -> Chosen:
    """Values of ``column`` for events of ``kind``: bill, transport, days or days_lost.

    An open event with 0 so far says nothing and counts as unknown.
    """
    own = tables.events[tables.events["kind"] == kind]
    values = own[column].to_numpy()
    household = own["household"].to_numpy()
    is_open = own["is_open"].to_numpy() if column in OPEN_COLUMNS else np.zeros(len(own), dtype=bool)
    unknown = ~np.isfinite(values) | (is_open & (values <= 0.0))
    zero, above = ~unknown & (values <= 0.0), ~unknown & (values > 0.0)
    weight = design.weight[household]
    count = len(tables.households)
    return Chosen(
        costs=make_costs(
            values=values[above], weights=weight[above], is_open=is_open[above], household=household[above]
        ),
        unknown=int(unknown.sum()),
        zeros=int(zero.sum()),
        zero_weight=np.bincount(household[zero], weight[zero], count),
        known_weight=np.bincount(household[~unknown], weight[~unknown], count),
    )


@dataclass(frozen=True, kw_only=True)
class DataView:
    """What the data say alone.

    Attributes
    ----------
    shares : ndarray, shape (n,)
        Probability of each value, open ends given to larger ones.
    resampled_shares : ndarray, shape (B, n)
    mean : Interval
    limited : tuple of Interval
    edges, bin_shares, chances, quantiles : ndarray
    heaped : int
    reasons : tuple of Reason
    """

    shares: Array
    resampled_shares: Array
    mean: Interval
    limited: tuple[Interval, ...]
    edges: Array
    bin_shares: Array
    chances: Array
    quantiles: Array
    heaped: int
    reasons: tuple[Reason, ...]


def view(
    chosen: Chosen, *, weights: Array, caps: tuple[float, ...], degrees_of_freedom: int, whole: bool
) -> DataView:
    """The data's own distribution; at least one value.

    Parameters
    ----------
    chosen : Chosen
    weights : ndarray, shape (B, n)
        Of the values in each resample.
    caps : tuple of float
    degrees_of_freedom : int
    whole : bool
        Whether values are whole days: bins of whole days, no rounding to speak of.
    """
    costs = chosen.costs
    shares = own_shares(costs.weights, costs.is_open)
    resampled = own_shares(weights, costs.is_open)
    edges = _day_edges(costs.values) if whole else _edges(costs.values, shares)
    number = min(costs.number, MOST_QUANTILES)
    chances = (np.arange(number) + 0.5) / number
    steps = np.zeros(costs.number) if whole else rounded_to(costs.values)
    heaped = int((steps >= ROUND_STEP).sum())
    return DataView(
        shares=shares,
        resampled_shares=resampled,
        mean=log_t_of_means(
            float(shares @ costs.values), resampled @ costs.values, degrees_of_freedom=degrees_of_freedom
        ),
        limited=_limited(costs, shares, resampled, caps, degrees_of_freedom),
        edges=edges,
        bin_shares=np.histogram(costs.values, edges, weights=shares)[0],
        chances=chances,
        quantiles=quantiles(costs.values, shares, chances),
        heaped=heaped,
        reasons=tuple(_warnings(chosen, heaped)),
    )


def _limited(
    costs: Costs, shares: Array, resampled: Array, caps: tuple[float, ...], degrees_of_freedom: int
) -> tuple[Interval, ...]:
    limits = np.array(caps)
    own, again = limited_means(costs.values, shares, limits), limited_means(costs.values, resampled, limits)
    return tuple(
        log_t_of_means(float(value), column, degrees_of_freedom=degrees_of_freedom)
        for value, column in zip(own, again.T, strict=True)
    )


def _edges(values: Array, shares: Array) -> Array:
    """Equal bins from 0 to the 97 % quantile, one more to the largest value."""
    number = int(np.clip(np.ceil(np.sqrt(len(values))), 4, MOST_BINS))
    most = float(quantiles(values, shares, np.array([SHOWN_BELOW]))[0])
    edges = np.linspace(0.0, most, number + 1)
    largest = float(values[-1])
    return np.append(edges, largest) if largest > most else edges


def _day_edges(values: Array) -> Array:
    """One bin a day up to 24 days, one more to the longest."""
    longest = float(values[-1])
    edges = np.arange(0.5, min(longest, float(MOST_BINS)) + 1.0)
    return np.append(edges, longest + 0.5) if longest + 0.5 > edges[-1] else edges


def _warnings(chosen: Chosen, heaped: int) -> list[Reason]:
    costs = chosen.costs
    found = []
    if chosen.zeros:
        found.append(reason("zero_bills", zeros=chosen.zeros, share=chosen.zero_share))
    open_events = int(costs.is_open.sum())
    if open_events:
        found.append(reason("open_events", events=open_events, share=open_events / costs.number))
        if costs.is_open[-1]:
            found.append(reason("largest_is_open"))
    if chosen.unknown:
        everyone = chosen.unknown + chosen.zeros + costs.number
        found.append(reason("unknown_bills", events=chosen.unknown, share=chosen.unknown / everyone))
    if heaped >= NOTABLE_ROUND * costs.number:
        found.append(reason("rounded", share=heaped / costs.number, step=ROUND_STEP))
    return found
