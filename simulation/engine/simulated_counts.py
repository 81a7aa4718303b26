"""How many families of each kind the simulation draws, and what weight each carries.

Families without an event pay nothing: they are counted, not drawn. The others are drawn in strata of their
number of events, and every stratum is weighted by its exact probability for each family size. A family's
payout given its number of events does not depend on its size, so one drawn family speaks for every size: the
size enters through the weights only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Frequency
from simulation.engine.refusal import Refused

Array = NDArray[Any]

LEAST_DRAWS = 8
"""Neighbouring rare counts are pooled into one stratum until it expects this many draws."""

LEAST_FAMILIES = 1000.0
"""A chunk draws at least this many families, however few it represents; fewer cannot tell their error."""

EVENLY_AMONG_SIZES = 0.1
"""Share of the draws that goes by every family size alike, so that a rare size has draws to speak from."""

RARE = 1e-9
"""Counts that are not this much rarer than the most frequent one have a stratum of their own."""

HIGHEST_OF_ITS_OWN = 1_000
"""... unless they are higher than this; only great spread or absurd incidence reaches so far."""

HIGHEST_COUNT = 2_000_000
"""The longest table of count probabilities worth making; only absurd variance-to-mean ratios ask more."""

NEVER = 1e-20
"""Counts this much rarer than the most frequent one are left out: no mean can feel them."""

ROUNDING = 1e-10
"""A variance below this share of the second moment is rounding: payouts that are all alike have none."""


def count_probabilities(frequency: Frequency, *, families: FamilySizes) -> Array:
    """Probabilities of 0, 1, 2, ... events in a family's year.

    All three laws obey ``p(n + 1) / p(n) = (a + b n) / (n + 1)`` with their own ``a`` and ``b``; the
    recurrence is run on logarithms, so that it neither underflows nor cancels.

    Parameters
    ----------
    frequency : Frequency
        Law of one person's count; persons are independent.
    families : FamilySizes
        The K family sizes.

    Returns
    -------
    ndarray, shape (K, N + 1)
        Row by family size. What lies beyond N is below 1e-16; rows are NOT normalised, so that their sum is a
        check.

    Raises
    ------
    Refused
        If the table would need more than ``HIGHEST_COUNT`` entries.
    """
    mean = frequency.incidence * families.sizes.astype(np.float64)
    ratio = frequency.variance_to_mean
    if isinstance(frequency, Bernoulli):
        top = int(families.sizes[-1])
    else:
        highest = float(mean[-1])
        top = math.ceil(highest + 12.0 * math.sqrt(highest * ratio) + 60.0 * ratio)
    if top > HIGHEST_COUNT:
        raise Refused(
            field="variance_to_mean",
            problem=f"{ratio:g} is too wild to simulate; give less than 10,000",
        )
    n = np.arange(top, dtype=np.float64)
    return np.stack([_one_size(frequency, size=int(size), n=n) for size in families.sizes])


def _one_size(frequency: Frequency, *, size: int, n: Array) -> Array:
    mean = frequency.incidence * size
    probabilities = np.zeros(len(n) + 1)
    if mean == 0.0:
        probabilities[0] = 1.0
        return probabilities
    if isinstance(frequency, Bernoulli) and frequency.incidence == 1.0:
        probabilities[size] = 1.0
        return probabilities
    if isinstance(frequency, Bernoulli):
        start = size * math.log1p(-frequency.incidence)
        n = n[:size]
        steps = (size - n) * (frequency.incidence / (1.0 - frequency.incidence)) / (n + 1.0)
    else:
        b = frequency.variance_to_mean - 1.0
        start = -mean if b == 0.0 else -mean / b * math.log1p(b)
        steps = (mean + b * n) / ((1.0 + b) * (n + 1.0))
    logs = start + np.concatenate([[0.0], np.cumsum(np.log(steps))])
    probabilities[: len(logs)] = np.exp(logs)
    return probabilities


@dataclass(frozen=True, kw_only=True)
class Strata:
    """Drawn families in strata: kinds of families (rows), and how their sums become moments.

    Row r was drawn ``drawn[r]`` times; its stratum was given ``stratum_draws[s]`` families in all, and
    consists of the rows from ``stratum_start[s]`` on. ``weight[k, r]`` is the likelihood ratio (probability
    of the row for family size k over the chance with which a draw of the stratum falls on it) over the
    stratum's draws; the last line (k = K) is the community's mix of sizes.

    Attributes
    ----------
    drawn : ndarray of int64, shape (R,)
    weight : ndarray, shape (K + 1, R)
    stratum_start, stratum_draws : ndarray of int64, shape (S,)
    """

    drawn: Array
    weight: Array
    stratum_start: Array
    stratum_draws: Array

    @property
    def row_start(self) -> Array:
        """Position of each row's first family; shape (R,)."""
        return np.cumsum(self.drawn) - self.drawn

    def moments(self, first: Array, second: Array) -> Array:
        """Estimated moments of payouts from the sums over drawn families.

        Parameters
        ----------
        first, second : ndarray, shape (R, T)
            Sum of the payouts, and of their squares, over the drawn families of each row; T payouts side by
            side.

        Returns
        -------
        ndarray, shape (3, K + 1, T)
            Mean, second moment, and unbiased estimate of the variance of that mean:
            sum over strata of s^2 / draws, with s^2 the sample variance of the weighted payouts in the
            stratum.
        """
        sizes, terms = len(self.weight), first.shape[1]
        result = np.zeros((3, sizes, terms))
        if len(self.drawn) == 0:
            return result
        result[0] = self.weight @ first
        result[1] = self.weight @ second
        draws = self.stratum_draws.astype(np.float64)
        per_row = np.repeat(draws / (draws - 1.0), np.diff(self.stratum_start, append=len(self.drawn)))
        squares = (self.weight**2 * per_row) @ second
        for k in range(sizes):
            stratum_mean = np.add.reduceat(self.weight[k][:, None] * first, self.stratum_start, axis=0)
            result[2, k] = squares[k] - (1.0 / (draws - 1.0)) @ stratum_mean**2
        result[2] = np.where(result[2] > ROUNDING * squares, result[2], 0.0)
        return result


@dataclass(frozen=True, kw_only=True)
class CountStrata:
    """Strata of the number of events: row r holds families with ``counts[r]`` events, ascending."""

    counts: Array
    strata: Strata

    @property
    def families_drawn(self) -> int:
        """Families drawn in all rows."""
        return int(self.strata.drawn.sum())


def drawing_shares(families: FamilySizes) -> Array:
    """Shares of the sizes among the families drawn: nearly those of the community; shape (K,)."""
    even = np.full(len(families.weights), 1.0 / len(families.weights))
    return (1.0 - EVENLY_AMONG_SIZES) * families.weights + EVENLY_AMONG_SIZES * even


def draw_count_strata(
    probabilities: Array, *, families: FamilySizes, events: float, rng: np.random.Generator
) -> CountStrata:
    """Divide about ``events`` events among families with 1, 2, 3, ... of them.

    Draws follow the probability of each count in nearly the community's mix of sizes
    (``drawing_shares``): with costs that vary alike whatever the count, that is the best division for a
    given number of events. Each count that is not ``RARE`` is a stratum of its own with a set number of
    draws, rounded up; neighbouring rarer counts, the far tail above all, share a stratum in which the count
    is drawn from its conditional law. Every stratum gets at least two families, so that none is
    lost and each knows its own variance; exact weights make the rounding harmless.

    Parameters
    ----------
    probabilities : ndarray, shape (K, N + 1)
        As ``count_probabilities`` gives them.
    families : FamilySizes
        The K sizes and their shares.
    events : float
        Events to draw, about; more if they would make fewer than ``LEAST_FAMILIES`` families.
    rng : numpy.random.Generator
        For the counts within shared strata.

    Returns
    -------
    CountStrata
        Empty if no family ever has an event.
    """
    drawing = drawing_shares(families) @ probabilities
    counts = np.flatnonzero(drawing[1:] > NEVER * drawing[1:].max(initial=0.0)) + 1
    if len(counts) == 0:
        return _no_strata(sizes=len(probabilities))
    chance = drawing[counts]
    expected = chance * max(events / float(chance @ counts), LEAST_FAMILIES / float(chance.sum()))
    block = np.floor((np.cumsum(expected) - expected) / LEAST_DRAWS)
    own = (chance >= RARE * chance.max()) & (counts <= HIGHEST_OF_ITS_OWN)
    after_own = np.concatenate([[True], own[:-1]])
    start = np.flatnonzero((np.diff(block, prepend=-1.0) > 0.0) | own | after_own)
    draws = np.maximum(np.ceil(np.add.reduceat(expected, start)), 2.0).astype(np.int64)
    stratum_chance = np.add.reduceat(chance, start)
    lengths = np.diff(start, append=len(counts))
    drawn = np.repeat(draws, lengths)
    for first, length, stratum_draws in zip(start, lengths, draws, strict=True):
        if length > 1:
            within = chance[first : first + length]
            drawn[first : first + length] = rng.multinomial(stratum_draws, within / within.sum())
    stratum = np.repeat(np.arange(len(start)), lengths)
    ratio = (stratum_chance / draws)[stratum] / chance
    kept = drawn > 0
    lines = np.concatenate([probabilities[:, counts], (families.weights @ probabilities[:, counts])[None]])
    strata = Strata(
        drawn=drawn[kept],
        weight=(lines * ratio)[:, kept],
        stratum_start=np.flatnonzero(np.diff(stratum[kept], prepend=-1)),
        stratum_draws=draws,
    )
    return CountStrata(counts=counts[kept], strata=strata)


def _no_strata(*, sizes: int) -> CountStrata:
    none = np.zeros(0, dtype=np.int64)
    strata = Strata(drawn=none, weight=np.zeros((sizes + 1, 0)), stratum_start=none, stratum_draws=none)
    return CountStrata(counts=none, strata=strata)
