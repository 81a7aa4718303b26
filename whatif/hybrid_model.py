"""Cover shared with an insurer: the scheme pays up to a threshold, the insurer what lies above.

The threshold is set for each event, for a family's year, or for the whole scheme's year (stop-loss). Both
layers come from the same assumptions through the exact engine:

- *event*: the scheme's event caps are lowered to the threshold. Family caps hold for both sides together, the
  scheme pays first: the insurer pays what the package pays more than the scheme's part alone would, so that
  both sides are the package. Its part E is at most the events' upper parts without family caps, U; and since
  the scheme has then paid the threshold R, at most C - R under a family cap C: so E E^2 is at most
  min(E U^2, (C - R) E E).
- *family*: the scheme's package gets a family cap at the threshold R. With M what it then pays a family and E
  the rest, E is above 0 only where M = R, so that Var E = Var S - Var M - 2 (R - E M) E E.
- *scheme*: for the year's payout S and a threshold d, E (S - d)+ is the integral of P(S > x) from d on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from calculator.premium import normal_quantile
from simulation.engine.exact import price_exact
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above, require_at_least
from simulation.engine.scheme import SchemeDistribution, scheme_distribution
from simulation.engine.terms import CostTerms

Array = NDArray[Any]
Kind = Literal["event", "family", "scheme"]

FAR = 0.995
"""Capital is held for all but one year in 200."""
RESOLVED = 1e-7
"""Chance beyond a distribution's points that is nothing."""
HAIR = 1e-9
FARTHEST = 8.0
"""Standard deviations of the scheme from which on one family alone can lie beyond the points."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A package and all that a scheme pays on it in a year, without any cover."""

    package: Package
    moments: PackageMoments
    distribution: SchemeDistribution

    @property
    def persons(self) -> int:
        return self.distribution.persons


def whole(package: Package, *, persons: int, moments: PackageMoments | None = None) -> Whole:
    """Price a package for a scheme of about so many people."""
    found = moments or price_exact(package)
    return Whole(
        package=package,
        moments=found,
        distribution=scheme_distribution(package, persons, moments=found),
    )


@dataclass(frozen=True, kw_only=True)
class Retained:
    """What is left to the scheme in a year.

    Attributes
    ----------
    distribution : SchemeDistribution
    ceiling : float
        Nothing above this is left to it, money; infinity without stop-loss.
    """

    distribution: SchemeDistribution
    ceiling: float = math.inf

    @property
    def mean(self) -> float:
        """Mean yearly payout, money."""
        if math.isinf(self.ceiling):
            return self.distribution.mean
        return self.distribution.mean - stop_loss(self.distribution, self.ceiling)[0]

    def above(self, amount: float) -> float:
        """P(payout > amount)."""
        # a premium that is to leave just the ceiling may miss it by its last binary digit
        enough = amount >= self.ceiling * (1.0 - HAIR)
        return 0.0 if enough else self.distribution.probability_above(amount)

    def quantile(self, chance: float) -> float:
        """Amount not exceeded with probability ``chance``, money."""
        return min(self.distribution.quantile(chance), self.ceiling)

    def tail_mean(self, chance: float) -> float:
        """Mean of the worst ``1 - chance`` of years (tail value at risk), money."""
        at = self.quantile(chance)
        beyond = stop_loss(self.distribution, at)[0]
        if math.isfinite(self.ceiling):
            beyond -= stop_loss(self.distribution, self.ceiling)[0]
        return at + beyond / (1.0 - chance)


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Both sides of one agreement.

    Attributes
    ----------
    kind : {"event", "family", "scheme"}
    attachment : float
        Where the insurer begins: money for an event or a family, for the scheme money a year.
    retained : Retained
    insured_mean, insured_sd : float
        Of what the insurer pays in a year, money. By event, under family caps, the spread is an upper bound.
    """

    kind: Kind
    attachment: float
    retained: Retained
    insured_mean: float
    insured_sd: float


def layers(asked: Whole, *, kind: Kind, attachment: float) -> Layers:
    """Cut a scheme's payouts in two at a threshold.

    Parameters
    ----------
    asked : Whole
    kind : {"event", "family", "scheme"}
    attachment : float
        Money of an event, or of a family's year; for ``"scheme"`` the part of the mean yearly payout, 1.1 is
        110 %.

    Raises
    ------
    Refused
        The threshold is not above 0, or no benefit pays by the bill (event).
    """
    require_above(field="attachment", value=attachment, bound=0.0)
    if kind == "scheme":
        return _by_scheme(asked, attachment)
    return _by_family(asked, attachment) if kind == "family" else _by_event(asked, attachment)


def _by_scheme(asked: Whole, part: float) -> Layers:
    threshold = part * asked.distribution.mean
    mean, second = stop_loss(asked.distribution, threshold)
    return Layers(
        kind="scheme",
        attachment=threshold,
        retained=Retained(distribution=asked.distribution, ceiling=threshold),
        insured_mean=mean,
        insured_sd=math.sqrt(max(second - mean**2, 0.0)),
    )


def _by_family(asked: Whole, threshold: float) -> Layers:
    package = replace(asked.package, family_cap=min(asked.package.family_cap, threshold))
    kept = price_exact(package)
    counts = asked.package.families.counts_for(persons=asked.persons)
    before, after = asked.moments.package, kept.package
    excess = before.mean - after.mean
    variance = before.variance - after.variance - 2.0 * (threshold - after.mean) * excess
    return Layers(
        kind="family",
        attachment=threshold,
        retained=Retained(distribution=scheme_distribution(package, asked.persons, moments=kept)),
        insured_mean=float(counts @ excess),
        insured_sd=_root(float(counts @ variance)),
    )


def _by_event(asked: Whole, threshold: float) -> Layers:
    package = replace(
        asked.package, benefits=tuple(_lower_part(each, threshold) for each in asked.package.benefits)
    )
    upper = Package(
        benefits=tuple(_upper_part(each, threshold) for each in asked.package.benefits),
        families=asked.package.families,
    )
    if not any(each.covered for each in upper.benefits):
        raise Refused(field="attachment", problem="no benefit pays more than that for an event")
    kept, above = price_exact(package), price_exact(upper).package
    counts = asked.package.families.counts_for(persons=asked.persons)
    excess = asked.moments.package.mean - kept.package.mean
    square = above.variance + above.mean**2
    most = _most_above(asked.package, threshold)
    if math.isfinite(most):
        square = np.minimum(square, most * excess)
    return Layers(
        kind="event",
        attachment=threshold,
        retained=Retained(distribution=scheme_distribution(package, asked.persons, moments=kept)),
        insured_mean=float(counts @ excess),
        insured_sd=_root(float(counts @ (square - excess**2))),
    )


def _lower_part(benefit: Benefit, threshold: float) -> Benefit:
    if not isinstance(benefit.terms, CostTerms):
        return benefit
    return replace(benefit, terms=replace(benefit.terms, event_cap=min(benefit.terms.event_cap, threshold)))


def _upper_part(benefit: Benefit, threshold: float) -> Benefit:
    """What an event pays above the threshold; fixed amounts and wage loss stay with the scheme."""
    terms = benefit.terms
    if not isinstance(terms, CostTerms) or terms.copay >= 1.0 or terms.event_cap <= threshold:
        return replace(benefit, covered=False)
    return replace(
        benefit,
        terms=CostTerms(
            threshold=terms.threshold + threshold / (1.0 - terms.copay),
            copay=terms.copay,
            event_cap=terms.event_cap - threshold,
        ),
    )


def _most_above(package: Package, threshold: float) -> float:
    """The most that the insurer pays a family in a year by event; infinity without caps."""
    cut = [each for each in package.benefits if _upper_part(each, threshold).covered]
    alone = sum(max(each.terms.family_cap - threshold, 0.0) for each in cut)
    return min(alone, max(package.family_cap - threshold, 0.0))


def _root(variance: float) -> float:
    """Rounding leaves a variance of nothing a little below 0."""
    return math.sqrt(variance) if variance > 0.0 else 0.0


def stop_loss(distribution: SchemeDistribution, threshold: float) -> tuple[float, float]:
    """First and second moment of ``(S - threshold)+``, money and money squared.

    Integrals of P(S > x) and of 2 (x - threshold) P(S > x) from the threshold on, exact for jumps and by the
    trapezium rule between the points of a smooth distribution.

    Raises
    ------
    Refused
        Single families without a cap decide what lies above such a threshold.
    """
    if distribution.cumulative[-1] < 1.0 - RESOLVED:
        return _from_below(distribution, threshold)
    points = distribution.points
    beyond = points[points > threshold]
    x = (
        np.concatenate(([threshold], beyond))
        if threshold >= points[0]
        else np.concatenate(([threshold], points))
    )
    above = distribution.probabilities_above(x)
    if distribution.jumps:
        above = 1.0 - _steps(distribution, x)
        widths, squares = np.diff(x), np.diff((x - threshold) ** 2)
        return float(above[:-1] @ widths), float(above[:-1] @ squares)
    return (
        float(np.trapezoid(above, x)),
        float(np.trapezoid(2.0 * (x - threshold) * above, x)),
    )


def _from_below(distribution: SchemeDistribution, threshold: float) -> tuple[float, float]:
    """The same where heavy tails reach beyond the points: all moments less what lies below the threshold.

    What is beyond counts as above every point, so that above the threshold too much would be counted.
    """
    if threshold > distribution.mean + FARTHEST * distribution.sd:
        raise Refused(
            field="attachment",
            problem="so far up single families without a cap decide; cap events or families, or ask for less",
        )
    below = distribution.points[distribution.points < threshold]
    x = np.concatenate((below, [threshold]))
    chances = 1.0 - distribution.probabilities_above(x)
    gap = distribution.mean - threshold
    first = float(np.trapezoid(chances, x))
    second = float(np.trapezoid(2.0 * (threshold - x) * chances, x))
    return gap + first, distribution.sd**2 + gap**2 - second


def _steps(distribution: SchemeDistribution, x: Array) -> Array:
    """P(S <= x) of a law that takes the points' values only."""
    place = np.searchsorted(distribution.points, x, side="right") - 1
    return np.where(place < 0, 0.0, distribution.cumulative[np.maximum(place, 0)])


def normal_stop_loss(*, mean: float, sd: float, threshold: float) -> float:
    """E (S - d)+ of a normal S: ``(m - d) Phi((m - d)/s) + s phi((m - d)/s)``, money."""
    distance = (mean - threshold) / sd
    density = math.exp(-0.5 * distance**2) / math.sqrt(2.0 * math.pi)
    return (mean - threshold) * 0.5 * math.erfc(-distance / math.sqrt(2.0)) + sd * density


@dataclass(frozen=True, kw_only=True)
class Insurer:
    """How an insurer asks for its part.

    Parameters
    ----------
    expenses : float
        Part of the mean payout, 0.15 is 15 %.
    schemes : int
        Alike and independent schemes it insures: their number steadies its own year.
    chance : float
        Chance of a year short of money that it accepts.
    """

    expenses: float
    schemes: int
    chance: float

    def __post_init__(self) -> None:
        require_at_least(field="expenses", value=self.expenses, lowest=0.0)
        require_at_least(field="schemes", value=self.schemes, lowest=1)
        if not 0.0 < self.chance < 0.5:
            raise Refused(field="chance", problem="must be above 0 and below 50 %")

    def loading(self, cut: Layers) -> float:
        """For bad years of one scheme, money: z s / sqrt(schemes)."""
        return normal_quantile(self.chance) * cut.insured_sd / math.sqrt(self.schemes)

    def premium(self, cut: Layers) -> float:
        """What it asks of one scheme for a year, money."""
        return cut.insured_mean * (1.0 + self.expenses) + self.loading(cut)


@dataclass(frozen=True, kw_only=True)
class Position:
    """How a scheme stands for a year; money PPPY unless said otherwise.

    Attributes
    ----------
    retained_mean, scheme_loading, insurer_premium : float
        What is left to it, what it must add so that its own chance of bankruptcy is kept, what it pays on.
    ruin : float
        Chance that today's premium with risk loading, less the insurer's premium, is not enough.
    capital : float
        What would be needed beside that for all but one year in 200, money of the whole scheme; 0 or more.
    tail_mean : float
        Mean left to the scheme in the worst years, one in 200, money of the whole scheme.
    """

    retained_mean: float
    scheme_loading: float
    insurer_premium: float
    ruin: float
    capital: float
    tail_mean: float

    @property
    def with_risk(self) -> float:
        """Premium before admin, PPPY."""
        return self.retained_mean + self.scheme_loading + self.insurer_premium


def position(
    kept: Retained, *, persons: int, chance: float, income: float, insurer_premium: float
) -> Position:
    """Where a scheme stands that collects ``income`` (money a year) and pays ``insurer_premium`` of it on."""
    left = income - insurer_premium
    return Position(
        retained_mean=kept.mean / persons,
        scheme_loading=(kept.quantile(1.0 - chance) - kept.mean) / persons,
        insurer_premium=insurer_premium / persons,
        ruin=kept.above(left),
        capital=max(0.0, kept.quantile(FAR) - left),
        tail_mean=kept.tail_mean(FAR),
    )
