"""Health events for the workshop's cards: drawn from a scheme's own incidence and cost. Pure: no Django.

Each benefit with events of its own gives three kinds of event, a small, a middling and a large bill: the
lower, the middle and the upper third of its bills, each shown by the bill in its middle (the 1/6, 1/2 and 5/6
quantiles), written with two figures. Benefits paid on the same event (transport on a stay) happen with it as
often as they are linked. No draw is taken, so the cards of one set of assumptions are always the same.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.severity import Severity, SmoothLaw
from simulation.engine.terms import FixedTerms, Terms, WageTerms

Size = Literal["small", "middling", "large"]

THIRDS: tuple[tuple[Size, float], ...] = (("middling", 1 / 2), ("small", 1 / 6), ("large", 5 / 6))
"""The quantile that stands for each third; the middle one first, which an odd card goes to."""

ORDER: Mapping[Size | None, int] = {None: 0, "small": 1, "middling": 2, "large": 3}
PERIODS = (1, 4, 12, 52)
"""Into how many parts a year may be cut so that a deck has a card for every event."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One kind of event that a card shows.

    Parameters
    ----------
    parent : str
        Key of the benefit whose event it is.
    size : Size or None
        Which third of the bills; None where no bill is known (a fixed amount).
    costs : mapping
        Money, or whole days for wage loss, by the key of each benefit touched; None for a fixed amount. The
        parent's comes first.
    per_person_year : float
        Expected number in a person's year.
    in_days : frozenset of str
        Keys whose cost is whole days of work lost, not money.
    """

    parent: str
    size: Size | None
    costs: Mapping[str, float | None]
    per_person_year: float
    in_days: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.per_person_year) and self.per_person_year >= 0.0):
            raise Refused(
                field="per_person_year", problem=f"{self.per_person_year:g} is not a number from 0 up"
            )
        if self.parent not in self.costs:
            raise Refused(field="costs", problem=f"has nothing of {self.parent!r}, whose event it is")

    @property
    def riding(self) -> tuple[str, ...]:
        """Keys of the benefits paid on the same event."""
        return tuple(key for key in self.costs if key != self.parent)

    @property
    def bill(self) -> float | None:
        """The event's own bill, money; None for days of work and for fixed amounts, which have none."""
        return None if self.parent in self.in_days else self.costs[self.parent]

    @property
    def days(self) -> float | None:
        """Whole days of work lost on this event, its own or those of a benefit that comes with it."""
        return next((self.costs[key] for key in self.costs if key in self.in_days), None)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What one package pays: the terms of each benefit it covers, by key, and its cap over all together."""

    terms: Mapping[str, Terms]
    family_cap: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Payout:
    """What a package pays for one event, money; the first of a family's year.

    Attributes
    ----------
    parts : mapping
        By benefit touched, before the package's cap over all benefits.
    pays : float
        All of it together, after that cap.
    of_bill : float
        The part of `pays` that goes to the event's own bill.
    left : float or None
        What the family still pays of that bill; None where no bill is known.
    """

    parts: Mapping[str, float]
    pays: float
    of_bill: float
    left: float | None


def quantile(law: Severity, chance: float) -> float:
    """The smallest cost (or whole days) that at least ``chance`` of the events stay within.

    Raises
    ------
    Refused
        ``chance`` is not between 0 and 1, both left out.
    """
    if not 0.0 < chance < 1.0:
        raise Refused(field="chance", problem=f"{chance:g} is not between 0 and 1")
    if isinstance(law, Constant):
        return law.value
    if isinstance(law, Empirical):
        values, probabilities = law.atoms
        # a sum of shares that meets the chance up to the float's last digits has met it
        return float(
            values[min(int(np.searchsorted(np.cumsum(probabilities), chance - 1e-12)), len(values) - 1)]
        )
    if isinstance(law, DayLaw):
        return _day_quantile(law, chance)
    return _smooth_quantile(law, chance)


def _day_quantile(law: DayLaw, chance: float) -> float:
    most = 64
    while (at_least := law.days_at_least(most + 1))[most] > 1.0 - chance:
        most *= 2
    # P(D <= d) = 1 - P(D >= d + 1)
    return float(1 + int(np.argmax(at_least[1:] <= 1.0 - chance + 1e-12)))


def _smooth_quantile(law: SmoothLaw, chance: float) -> float:
    low, high = 0.0, law.mean
    while _survival(law, high) > 1.0 - chance:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if _survival(law, middle) > 1.0 - chance else (low, middle)
    return high


def _survival(law: SmoothLaw, cost: float) -> float:
    return float(law.survival(np.array([cost]))[0])


def two_figures(value: float) -> float:
    """A bill as somebody would say it: 7,243 is 7,200, and 26,812 is 27,000."""
    if value <= 0.0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.floor(value / step + 0.5) * step if step >= 1.0 else float(max(round(value), 1))


def events_of(
    package: Package, *, keys: Sequence[str], only: frozenset[str] | None = None
) -> tuple[Event, ...]:
    """Every kind of event of the assumptions, the benefits in their order.

    Parameters
    ----------
    package : Package
        Read for its laws and links; what it covers does not matter.
    keys : sequence of str
        A key for each benefit, in the same order.
    only : frozenset of str or None
        Leave out events that touch none of these keys.
    """
    if len(keys) != len(package.benefits):
        raise Refused(field="keys", problem=f"{len(keys)} keys for {len(package.benefits)} benefits")
    key_of = {benefit.name: key for benefit, key in zip(package.benefits, keys, strict=True)}
    found = [event for group in package.groups for event in _events_of_group(group, key_of)]
    return tuple(event for event in found if only is None or only & set(event.costs))


def _events_of_group(group: Sequence[Benefit], key_of: Mapping[str, str]) -> list[Event]:
    parent, *children = group
    assert parent.frequency is not None  # the contract refuses a parent without one
    sure = [child for child in children if child.probability == 1.0]
    unsure = [child for child in children if child.probability < 1.0]
    events = []
    for chosen in itertools.product((True, False), repeat=len(unsure)):
        share = math.prod(
            child.probability if with_it else 1.0 - child.probability
            for child, with_it in zip(unsure, chosen, strict=True)
        )
        if share == 0.0:
            continue
        riding = [*sure, *(child for child, with_it in zip(unsure, chosen, strict=True) if with_it)]
        events += [
            Event(
                parent=key_of[parent.name],
                size=size,
                costs={key_of[parent.name]: cost} | {key_of[each.name]: _usual(each) for each in riding},
                per_person_year=parent.frequency.incidence * share * part,
                in_days=frozenset(
                    key_of[each.name] for each in (parent, *riding) if isinstance(each.terms, WageTerms)
                ),
            )
            for size, cost, part in _sizes(parent)
        ]
    return events


def _sizes(benefit: Benefit) -> list[tuple[Size | None, float | None, float]]:
    """Size, cost and share of the events of one benefit, the middling ones first."""
    if benefit.severity is None:
        return [(None, None, 1.0)]
    if isinstance(benefit.severity, Constant):
        return [("middling", benefit.severity.value, 1.0)]
    in_days = isinstance(benefit.terms, WageTerms)
    costs = [(size, quantile(benefit.severity, chance)) for size, chance in THIRDS]
    return [(size, cost if in_days else two_figures(cost), 1.0 / len(THIRDS)) for size, cost in costs]


def _usual(benefit: Benefit) -> float | None:
    """What a benefit that rides on another's event costs: its middling cost, as the laws are independent."""
    return _sizes(benefit)[0][1]


def payout_of(event: Event, cover: Cover) -> Payout:
    """What the package pays for the event by the engine's own terms, each benefit up to its family cap."""
    parts = {key: _paid(cover.terms[key], cost) for key, cost in event.costs.items() if key in cover.terms}
    pays = min(sum(parts.values()), cover.family_cap)
    of_bill = min(parts.get(event.parent, 0.0), pays)
    left = None if event.bill is None else event.bill - of_bill
    return Payout(parts=parts, pays=pays, of_bill=of_bill, left=left)


def _paid(terms: Terms, cost: float | None) -> float:
    if cost is None and not isinstance(terms, FixedTerms):
        raise Refused(field="costs", problem="an event without a cost meets terms that are counted from one")
    return min(float(terms.payout(np.array([0.0 if cost is None else cost]))[0]), terms.family_cap)


@dataclass(frozen=True, kw_only=True)
class Deck:
    """A deck of cards, each one person's year (or part of one).

    Attributes
    ----------
    parts_of_year : int
        1 where a card is a year, 4 for a quarter, 12 for a month, 52 for a week.
    events : tuple of (Event, int)
        How many cards show each event; events without a card are left out.
    nothing : int
        Cards on which nothing happens.
    """

    parts_of_year: int
    events: tuple[tuple[Event, int], ...]
    nothing: int

    @property
    def size(self) -> int:
        """All cards."""
        return self.nothing + sum(count for _, count in self.events)


def largest_remainder(shares: Sequence[float], *, total: int) -> tuple[int, ...]:
    """Whole numbers that add up to ``total``, as near to ``shares`` as can be; the first wins a tie.

    ``shares`` are at least 0 and add up to ``total`` (to a millionth).
    """
    if min(shares, default=0.0) < 0.0 or abs(math.fsum(shares) - total) > 1e-6 * max(total, 1):
        raise Refused(field="shares", problem=f"do not add up to {total}, each at least 0")
    # thirds are no floats: what lies within a millionth of a whole number is that number
    exact = [Fraction(share).limit_denominator(10**6) for share in shares]
    counts = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda place: (counts[place] - exact[place], place))
    for place in order[: total - sum(counts)]:
        counts[place] += 1
    return tuple(counts)


def deck_of(events: Sequence[Event], *, cards: int = 100) -> Deck:
    """A deck whose counts are the expected events of so many persons.

    First each benefit gets its cards by largest remainder, then the kinds of its events share them in the
    same way. A card is a year where the year's events fit into the deck, else the longest part of one in
    `PERIODS`.

    Raises
    ------
    Refused
        More events than cards even in a week.
    """
    if cards < 1:
        raise Refused(field="cards", problem=f"{cards} is below 1")
    by_parent: dict[str, list[Event]] = {}
    for event in events:
        by_parent.setdefault(event.parent, []).append(event)
    a_year = {key: math.fsum(each.per_person_year for each in kinds) for key, kinds in by_parent.items()}
    whole = math.fsum(a_year.values())
    periods = next((parts for parts in PERIODS if whole <= parts), None)
    if periods is None:
        raise Refused(field="events", problem=f"{whole:g} events a person a year are more than one a week")
    expected = [cards * a_year[key] / periods for key in by_parent]
    *counts, nothing = largest_remainder([*expected, cards * (1.0 - whole / periods)], total=cards)
    found = []
    for kinds, count in zip(by_parent.values(), counts, strict=True):
        share = math.fsum(event.per_person_year for event in kinds)
        if count == 0 or share == 0.0:
            continue
        split = largest_remainder([count * event.per_person_year / share for event in kinds], total=count)
        found += [(event, number) for event, number in zip(kinds, split, strict=True) if number]
    return Deck(parts_of_year=periods, events=tuple(found), nothing=nothing)


def typical(events: Sequence[Event]) -> tuple[Event, ...]:
    """One event of each benefit and size, the likeliest, from small to large: what is printed as A6 cards.

    A benefit that mostly does not come along has a card of its own with a middling bill.
    """
    best: dict[tuple[str, Size | None], Event] = {}
    for event in events:
        place = (event.parent, event.size)
        if place not in best or event.per_person_year > best[place].per_person_year:
            best[place] = event
    shown = {key for event in best.values() for key in event.costs}
    extra = []
    for event in sorted(events, key=lambda each: (len(each.costs), ORDER[each.size] != ORDER["middling"])):
        if missing := set(event.costs) - shown:
            extra.append(event)
            shown |= missing
    parents = list(dict.fromkeys(event.parent for event in events))
    chosen = [*best.values(), *extra]
    return tuple(
        sorted(chosen, key=lambda event: (parents.index(event.parent), len(event.costs), ORDER[event.size]))
    )
