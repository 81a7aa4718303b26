"""A scheme's year by month: what is paid up to each month, exactly for one month, simulated for all together.

Pure. Events happen in a month with the share of the year that falls to it (``seasons``), whoever they happen
to; family caps fill up over the whole year, so what is paid in one month is not independent of the months
before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experience.figures import MONTHS
from simulation.engine.package import Package
from simulation.engine.refusal import Refused, require_share
from simulation.engine.rng import stream
from simulation.engine.scheme import SchemeDistribution, scheme_distribution
from workshop.years_of_families import sampled_counts

Array = NDArray[Any]

EVEN = (1.0 / MONTHS,) * MONTHS
"""Seasons of a year whose months are alike."""
FAMILIES = 60_000
"""Families drawn to see how the months of one year hang together."""
SEED = 73
SHARES_TOLERANCE = 1e-9


def check_seasons(seasons: Sequence[float]) -> Array:
    """Twelve shares of the year's events, each above 0, that add up to 1; float64, shape (12,)."""
    shares = np.asarray(seasons, dtype=np.float64)
    if shares.shape != (MONTHS,):
        raise Refused(field="seasons", problem=f"has {shares.size} shares; give one for each of 12 months")
    if not (shares > 0.0).all() or abs(float(shares.sum()) - 1.0) > SHARES_TOLERANCE:
        raise Refused(field="seasons", problem="every share is above 0 and together they are 1")
    return shares


def part_of_year(package: Package, share: float) -> Package:
    """The package over a part of the year in which ``share`` of the year's events happen.

    Each event is kept with that chance, so the counts stay of their kind (Poisson, negative binomial, at most
    once); the caps are the year's.
    """
    require_share(field="share", value=share)
    return replace(
        package,
        benefits=tuple(
            benefit
            if benefit.frequency is None
            else replace(benefit, frequency=benefit.frequency.thinned(share))
            for benefit in package.benefits
        ),
    )


def paid_up_to(
    package: Package, *, persons: int, seasons: Sequence[float] = EVEN
) -> tuple[SchemeDistribution, ...]:
    """Exact distribution of what the scheme has paid for events up to the end of each month; 12 of them."""
    passed = np.cumsum(check_seasons(seasons))
    return tuple(
        scheme_distribution(part_of_year(package, min(float(share), 1.0)), persons) for share in passed
    )


def amount_at(law: SchemeDistribution, chance: float) -> float:
    """The quantile of a law, money.

    Where tails without caps reach beyond its points, the last point, 24 standard deviations above the mean,
    stands for the chances beyond it.
    """
    return law.quantile(min(chance, float(law.cumulative[-1])))


def draw_paid_up_to(
    package: Package,
    *,
    sizes: Array,
    seasons: Sequence[float] = EVEN,
    seed: int = SEED,
) -> Array:
    """What each family has been paid up to the end of each month, caps included, by simulation.

    Parameters
    ----------
    package : Package
    sizes : ndarray of int64, shape (F,)
        Members of each family.
    seasons : sequence of 12 floats
    seed : int

    Returns
    -------
    ndarray, shape (F, 12)
        Money, never falling from one month to the next.
    """
    total = np.zeros((len(sizes), MONTHS))
    for cap, paid in _paid_by_month(package, sizes=sizes, seasons=seasons, seed=seed):
        total += np.minimum(np.cumsum(paid, axis=1), cap)
    return np.asarray(np.minimum(total, package.family_cap))


def _paid_by_month(
    package: Package, *, sizes: Array, seasons: Sequence[float], seed: int
) -> Iterator[tuple[float, Array]]:
    """For each covered benefit its family cap, and what each family's events of a month would be paid
    without it; shape (F, 12)."""
    edges = np.cumsum(check_seasons(seasons))[:-1]
    for group in package.groups:
        law = group[0].frequency
        assert law is not None  # the first of a group is never linked
        rng = stream(seed=seed, chunk=0, purpose="months count", name=group[0].name)
        family = np.repeat(np.arange(len(sizes)), sampled_counts(law, sizes, rng))
        month = np.searchsorted(edges, rng.random(len(family)), side="right")
        for benefit in group:
            if not benefit.covered:
                continue
            rng = stream(seed=seed, chunk=0, purpose="months cost", name=benefit.name)
            kept = rng.random(len(family)) < benefit.probability
            events = int(kept.sum())
            cost = np.ones(events) if benefit.severity is None else benefit.severity.sample(rng, events)
            place = family[kept] * MONTHS + month[kept]
            paid = np.bincount(place, benefit.terms.payout(cost), len(sizes) * MONTHS)
            yield benefit.terms.family_cap, paid.reshape(-1, MONTHS)


@dataclass(frozen=True, kw_only=True)
class MonthLaws:
    """How much is paid up to each month, and how the months of one year hang together.

    Attributes
    ----------
    up_to : tuple of 12 SchemeDistribution
        Exact, each month for itself.
    correlation : ndarray, shape (12, 12)
        Between what was paid up to one month and up to another, from simulated families with caps.
    slopes : ndarray, shape (12,)
        Place m: by how much the months after the first m cost more for each unit of money that the first m
        cost more. Below 0 where caps that are full have nothing left to pay, above 0 where some persons fall
        ill again and again, 0 where nothing ties the months together.
    breadths : ndarray, shape (12,)
        Place m: how wide the months to come still scatter, once the first m are known: the square of their
        coefficient of variation over that of families whose caps are unused.
    """

    up_to: tuple[SchemeDistribution, ...]
    correlation: Array
    slopes: Array
    breadths: Array

    @property
    def means(self) -> Array:
        """Expected payments up to the end of each month, money; shape (12,)."""
        return np.array([law.mean for law in self.up_to])


def month_laws(
    package: Package,
    *,
    persons: int,
    seasons: Sequence[float] = EVEN,
    families: int = FAMILIES,
    seed: int = SEED,
) -> MonthLaws:
    """Exact laws month by month, with the correlation of a scheme whose families are counted, not drawn."""
    there_are = package.families
    counts = there_are.counts_for(persons=round(families * there_are.mean_size))
    sizes = np.repeat(there_are.sizes, counts)
    paid, afresh = np.zeros((2, len(sizes), MONTHS))
    for cap, monthly in _paid_by_month(package, sizes=sizes, seasons=seasons, seed=seed):
        paid += np.minimum(np.cumsum(monthly, axis=1), cap)
        afresh += np.minimum(np.cumsum(monthly[:, ::-1], axis=1)[:, ::-1], cap)
    paid, afresh = np.minimum(paid, package.family_cap), np.minimum(afresh, package.family_cap)
    covariance = _within_sizes(paid, counts)
    spread = np.sqrt(np.diag(covariance))
    still = spread == 0.0
    scale = np.where(still, 1.0, spread)
    correlation = covariance / np.outer(scale, scale)
    # A package that pays nothing by chance: its months say nothing of each other.
    correlation[still, :] = correlation[:, still] = 0.0
    np.fill_diagonal(correlation, 1.0)
    slopes, breadths = _rest_of_year(covariance, paid, afresh, _within_sizes(afresh, counts))
    up_to = paid_up_to(package, persons=persons, seasons=seasons)
    return MonthLaws(up_to=up_to, correlation=correlation, slopes=slopes, breadths=breadths)


def _within_sizes(paid: Array, counts: Array) -> Array:
    """Covariance of the sums over all families, whose sizes are given; shape (12, 12)."""
    covariance = np.zeros((MONTHS, MONTHS))
    first = 0
    for count in counts:
        if count > 1:
            covariance += count * np.cov(paid[first : first + count], rowvar=False)
        first += count
    return covariance


def _rest_of_year(
    covariance: Array, paid: Array, afresh: Array, covariance_afresh: Array
) -> tuple[Array, Array]:
    """``MonthLaws.slopes`` and ``MonthLaws.breadths``, by regression on what has been paid.

    Both breadths are from the same events, so that their ratio is 1 where nothing ties the months together,
    however heavy the tails.
    """
    slopes, breadths = np.zeros(MONTHS), np.ones(MONTHS)
    means, means_afresh = paid.mean(axis=0), afresh.mean(axis=0)
    whole = covariance[-1, -1]
    for passed in range(1, MONTHS):
        so_far, both = covariance[passed - 1, passed - 1], covariance[passed - 1, -1]
        if so_far > 0.0:
            slopes[passed] = both / so_far - 1.0
        # of the months to come, less what the months passed explain of it
        left = whole - 2.0 * both + so_far - slopes[passed] ** 2 * so_far
        mean, fresh = means[-1] - means[passed - 1], covariance_afresh[passed, passed]
        if mean > 0.0 and fresh > 0.0:
            breadths[passed] = (left / mean**2) / (fresh / means_afresh[passed] ** 2)
    return slopes, breadths


def expected_by_month(package: Package, *, persons: int, seasons: Sequence[float] = EVEN) -> Array:
    """Expected payments for the events of each month alone, money; shape (12,)."""
    means = [law.mean for law in paid_up_to(package, persons=persons, seasons=seasons)]
    return np.diff(means, prepend=0.0)


def month_share(passed: int, seasons: Sequence[float] = EVEN) -> float:
    """Share of the year's events that happen in the first ``passed`` months."""
    if not 0 <= passed <= MONTHS:
        raise Refused(field="passed", problem=f"{passed} is not a number of months from 0 to 12")
    return min(math.fsum(check_seasons(seasons)[:passed]), 1.0)
