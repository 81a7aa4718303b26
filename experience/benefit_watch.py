"""Each benefit for itself: does it happen more often than priced, or does it cost more each time? Pure.

Frequency and severity call for different answers (a fever season; a hospital that raised its bills), so they
are told apart: the number of paid claims against its exact law, their average against its expectation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from experience.months import part_of_year
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.exact import price_exact
from simulation.engine.frequency import Bernoulli, Frequency, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above, require_at_least, require_share
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Array = NDArray[Any]
Side = Literal["above", "below", "within"]

WORTH_SAYING = 0.01
"""An average this near its limit is not told: amounts are entered in whole units."""
RATE = 0.05
"""Of 100 good years looked at once, 5 name some benefit, all benefits and both questions together."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was paid of one benefit in the months that are over.

    Attributes
    ----------
    benefit : str
        Its name in the package.
    count : int
        Claims paid.
    paid : float
        Money.
    """

    benefit: str
    count: int
    paid: float

    def __post_init__(self) -> None:
        require_at_least(field="count", value=self.count, lowest=0)
        require_at_least(field="paid", value=self.paid, lowest=0.0)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One figure against its expectation.

    Attributes
    ----------
    actual, expected : float or None
        ``actual`` is None where nothing was paid yet, so that there is no average.
    low, high : float
        In a good year the figure stays between these.
    side : {"above", "below", "within"}
    """

    actual: float | None
    expected: float
    low: float
    high: float
    side: Side

    @property
    def ratio(self) -> float | None:
        """Actual over expected; None where one of them is missing."""
        if self.actual is None or self.expected <= 0.0:
            return None
        return self.actual / self.expected


@dataclass(frozen=True, kw_only=True)
class BenefitWatch:
    """One benefit's frequency (paid claims) and severity (money a paid claim), apart."""

    benefit: str
    frequency: Compared
    severity: Compared


@dataclass(frozen=True, kw_only=True)
class PaidEvent:
    """What one event of a benefit pays when it pays at all.

    Attributes
    ----------
    chance : float
        That an event is paid something: its cost is above the threshold, its days reach the start day.
    mean, sd : float
        Money of a payment that is above 0, before the family cap.
    """

    chance: float
    mean: float
    sd: float


def paid_event(benefit: Benefit) -> PaidEvent:
    """The law of one payment, from the benefit's terms and severity."""
    terms, severity = benefit.terms, benefit.severity
    if isinstance(terms, FixedTerms):
        return _given(1.0 if terms.amount > 0.0 else 0.0, terms.amount, terms.amount**2)
    assert severity is not None  # only fixed terms go without
    if isinstance(severity, DayLaw):
        assert isinstance(terms, WageTerms)
        return _paid_days(severity, terms)
    if isinstance(severity, Constant | Empirical):
        return _paid_atoms(severity, terms)
    assert isinstance(terms, CostTerms)
    most = terms.threshold + (terms.event_cap / (1.0 - terms.copay) if terms.copay < 1.0 else 0.0)
    edges = np.array([terms.threshold, most])
    below, mean = severity.limited_mean(edges)
    square_below, square = severity.limited_square(edges)
    keep = 1.0 - terms.copay
    first = keep * (mean - below)
    second = keep**2 * (square - square_below - 2.0 * terms.threshold * (mean - below))
    pays = keep > 0.0 and terms.event_cap > 0.0
    chance = float(severity.survival(np.array(terms.threshold))) if pays else 0.0
    return _given(chance, float(first), float(second))


def _paid_days(law: DayLaw, terms: WageTerms) -> PaidEvent:
    at_least = law.days_at_least(terms.last_day)[terms.start_day - 1 :]
    n = np.arange(1, len(at_least) + 1)
    first = terms.rate * float(at_least.sum())
    second = terms.rate**2 * float(((2 * n - 1) * at_least).sum())
    return _given(float(at_least[0]) if terms.rate > 0.0 else 0.0, first, second)


def _paid_atoms(severity: Constant | Empirical, terms: CostTerms | WageTerms) -> PaidEvent:
    values, chances = (
        (np.array([severity.value]), np.ones(1)) if isinstance(severity, Constant) else severity.atoms
    )
    paid = terms.payout(values)
    return _given(float(chances[paid > 0.0].sum()), float(chances @ paid), float(chances @ paid**2))


def _given(chance: float, first: float, second: float) -> PaidEvent:
    """From moments over all events to those of the events that are paid."""
    if chance <= 0.0:
        return PaidEvent(chance=0.0, mean=0.0, sd=0.0)
    mean = first / chance
    # Two nearly equal numbers: below 0 by rounding only where every payment is the same.
    variance = second / chance - mean**2
    return PaidEvent(chance=chance, mean=mean, sd=math.sqrt(variance) if variance > 1e-9 * mean**2 else 0.0)


def watch_benefits(
    package: Package,
    *,
    persons: int,
    share: float,
    seen: Sequence[Seen],
    rate: float = RATE,
) -> tuple[BenefitWatch, ...]:
    """Compare each benefit that claims are known of.

    Parameters
    ----------
    package : Package
    persons : int
        Members of the scheme.
    share : float
        Share of the year's events that the months passed hold, above 0.
    seen : sequence of Seen
        One for each covered benefit that claims are known of; none twice.
    rate : float
        Chance that a good year, looked at once, names any benefit at all.

    Notes
    -----
    Counts of n persons are Poisson(n q), negative binomial or binomial, with q the incidence up to then times
    the chance that an event is paid; two-sided limits. The average payment is compared with the exact
    engine's mean over the expected count, family caps included: what the package's own cap takes is taken
    from all benefits alike. Its spread is that of one payment over the root of the count, taken to be normal.
    The rate is shared out over all comparisons by Šidák's rule.
    """
    require_above(field="persons", value=persons, bound=0)
    require_share(field="share", value=share)
    require_above(field="share", value=share, bound=0.0)
    benefits = {benefit.name: benefit for benefit in package.benefits if benefit.covered}
    names = [one.benefit for one in seen]
    if len(set(names)) != len(names) or not set(names) <= set(benefits):
        raise Refused(field="seen", problem=f"name each covered benefit once: {', '.join(benefits)}")
    if not 0.0 < rate < 1.0:
        raise Refused(field="rate", problem=f"{rate:g} is not between 0 and 1; 5 in 100 is 0.05")
    tail = -math.expm1(math.log1p(-rate) / (2 * max(len(seen), 1))) / 2.0
    part = part_of_year(package, share)
    priced = price_exact(part)
    alone = math.fsum(one.pure for one in priced.benefits)
    kept = priced.package.pure / alone if alone > 0.0 else 1.0
    exact = {one.name: one.pure * kept * persons for one in priced.benefits}
    laws = {benefit.name: benefit.frequency for benefit in part.benefits}
    found = []
    for one in seen:
        benefit = benefits[one.benefit]
        law = laws[benefit.linked_to or benefit.name]
        assert law is not None  # the parent of a link has its own
        event = paid_event(benefit)
        paid_law = law.thinned(benefit.probability * event.chance)
        expected = paid_law.incidence * persons
        found.append(
            BenefitWatch(
                benefit=one.benefit,
                frequency=_frequency(one.count, paid_law, persons, tail),
                severity=_severity(one, event, exact[one.benefit] / expected if expected else 0.0, tail),
            )
        )
    return tuple(found)


def _frequency(count: int, law: Frequency, persons: int, tail: float) -> Compared:
    low, high = (float(value) for value in _counts(law, persons).ppf([tail, 1.0 - tail]))
    return Compared(
        actual=float(count),
        expected=law.incidence * persons,
        low=low,
        high=high,
        side=_side(float(count), low, high),
    )


def _counts(law: Frequency, persons: int) -> Any:
    """Law of the events of all members, as SciPy knows it."""
    if isinstance(law, Bernoulli):
        return stats.binom(persons, law.incidence)
    if isinstance(law, Poisson) or law.incidence == 0.0:
        return stats.poisson(persons * law.incidence)
    ratio = law.variance_to_mean
    return stats.nbinom(persons * law.incidence / (ratio - 1.0), 1.0 / ratio)


def _severity(seen: Seen, event: PaidEvent, expected: float, tail: float) -> Compared:
    if seen.count == 0:
        return Compared(actual=None, expected=expected, low=0.0, high=math.inf, side="within")
    spread = -float(special.ndtri(tail)) * event.sd / math.sqrt(seen.count)
    low, high = max(expected - spread, 0.0), expected + spread
    average = seen.paid / seen.count
    return Compared(
        actual=average,
        expected=expected,
        low=low,
        high=high,
        side=_side(average, low, high, slack=WORTH_SAYING),
    )


def _side(actual: float, low: float, high: float, *, slack: float = 0.0) -> Side:
    if actual > high * (1.0 + slack):
        return "above"
    return "below" if actual < low * (1.0 - slack) else "within"
