"""The benefit wheel: benefits and their tiers priced in stickers. Pure: no Django.

    price of tier t of benefit b = premium(wheel, every benefit at its lowest tier, b at t)
                                 - premium(wheel, every benefit at its lowest tier, b left out)

both from the exact engine, with risk loading, admin and further loadings. Premiums are not additive (the
risk loading grows with the root of the variances' sum), so a wheel filled with stickers costs a little more
or less than its stickers say: `Check` states by how much.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from calculator.case import Case
from calculator.premium import price_premium
from simulation.engine.exact import price_exact
from simulation.engine.refusal import Refused
from simulation.engine.terms import FixedTerms, Terms, WageTerms

MOST_TIERS = 3
ABOUT_STICKERS = 50
"""So many stickers a player has at most: what the first boards of this kind gave out."""


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One choice of a benefit: its terms, its price PPPY, its stickers and what rounding leaves over.

    `remainder` is price minus stickers times the value of one, money PPPY: positive where the stickers ask
    for too little.
    """

    terms: Terms
    price: float
    stickers: int
    remainder: float


@dataclass(frozen=True, kw_only=True)
class Wedge:
    """One benefit of the wheel with its tiers, the cheapest first."""

    key: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A whole wheel at the same place: what its stickers say and what it really costs, money PPPY."""

    tier: int
    stickers: int
    by_stickers: float
    premium: float

    @property
    def difference(self) -> float:
        """Real price minus the stickers' price."""
        return self.premium - self.by_stickers


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """The wheel: `sticker` is the value of one, `budget` the premium to be shared out, both money PPPY."""

    wedges: tuple[Wedge, ...]
    sticker: float
    budget: float
    stickers: int
    left_over: float
    checks: tuple[Check, ...]


def sticker_value(budget: float, *, about: int = ABOUT_STICKERS) -> float:
    """The smallest of 1, 2, 5, 10, 20 ... (or a part of 1) of which at most ``about`` make up the budget."""
    if not (math.isfinite(budget) and budget > 0.0):
        raise Refused(field="budget", problem=f"{budget:g} is not above 0")
    power = math.floor(math.log10(budget / about))
    choices = (digit * 10.0 ** (power + up) for up in (0, 1) for digit in (1, 2, 5))
    return next(value for value in choices if budget / value <= about * (1.0 + 1e-12))


def tiers_of(found: Sequence[Terms]) -> tuple[Terms, ...]:
    """Up to three tiers from the terms that packages really have, the poorest first.

    More than three: the poorest, a middle and the richest. Fewer: the caps (or the amount, the rate) halved
    and doubled. Terms without any cap can only be halved, by a copay of one half.
    """
    distinct = sorted(dict.fromkeys(found), key=_richness)
    if not distinct:
        raise Refused(field="terms", problem="no package covers this benefit")
    if len(distinct) > MOST_TIERS:
        return (distinct[0], distinct[len(distinct) // 2], distinct[-1])
    if len(distinct) == 1:
        distinct = [_scaled(distinct[0], 0.5), *distinct]
    if len(distinct) < MOST_TIERS and (more := _scaled(distinct[-1], 2.0)) != distinct[-1]:
        distinct.append(more)
    return tuple(distinct)


def _richness(terms: Terms) -> tuple[float, ...]:
    """Terms that pay more of a bill come later; ties by what else they say."""
    if isinstance(terms, FixedTerms):
        return (terms.amount, terms.family_cap)
    if isinstance(terms, WageTerms):
        return (terms.rate * terms.most_days, terms.rate, -terms.start_day, terms.family_cap)
    return (terms.event_cap, -terms.copay, -terms.threshold, terms.family_cap)


def _scaled(terms: Terms, factor: float) -> Terms:
    family_cap = terms.family_cap * factor
    if isinstance(terms, FixedTerms):
        return replace(terms, amount=terms.amount * factor, family_cap=family_cap)
    if isinstance(terms, WageTerms):
        return replace(terms, rate=terms.rate * factor, family_cap=family_cap)
    if math.isfinite(terms.event_cap) or math.isfinite(terms.family_cap):
        return replace(terms, event_cap=terms.event_cap * factor, family_cap=family_cap)
    return replace(terms, copay=0.5 + terms.copay / 2.0) if factor < 1.0 else terms


def make_wheel(
    *, case: Case, keys: Sequence[str], tiers: Mapping[str, Sequence[Terms]], budget: float, sticker: float
) -> Wheel:
    """Price every tier and count its stickers.

    Parameters
    ----------
    case : Case
        The assumptions, the community and the loadings; its own terms count for nothing.
    keys : sequence of str
        A key for each benefit of the case, in its order.
    tiers : mapping
        The terms of each tier by key, the poorest first; a benefit that is not named is off the wheel.
    budget : float
        The premium that the stickers stand for, money PPPY.
    sticker : float
        Value of one sticker, money PPPY.
    """
    if not (math.isfinite(sticker) and sticker > 0.0):
        raise Refused(field="sticker", problem=f"{sticker:g} is not above 0")
    lowest = {key: choices[0] for key, choices in tiers.items()}
    least = _premium(case, keys, lowest) if lowest else 0.0
    wedges = []
    for key in (each for each in keys if each in tiers):
        without = _premium(case, keys, {other: terms for other, terms in lowest.items() if other != key})
        richer = [_premium(case, keys, lowest | {key: terms}) for terms in tiers[key][1:]]
        prices = [premium - without for premium in (least, *richer)]
        wedges.append(
            Wedge(
                key=key,
                tiers=_apart(
                    sorted(
                        (
                            _tier(terms, price, sticker)
                            for terms, price in zip(tiers[key], prices, strict=True)
                        ),
                        key=lambda tier: tier.price,
                    )
                ),
            )
        )
    count = math.floor(budget / sticker + 1e-9)
    return Wheel(
        wedges=tuple(wedges),
        sticker=sticker,
        budget=budget,
        stickers=count,
        left_over=budget - count * sticker,
        checks=tuple(_check(case, keys, wedges, place, sticker) for place in range(_depth(wedges))),
    )


def _apart(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Of tiers that cost the same number of stickers only the richest is offered."""
    return tuple({tier.stickers: tier for tier in tiers}.values())


def _depth(wedges: Sequence[Wedge]) -> int:
    return max((len(wedge.tiers) for wedge in wedges), default=0)


def _tier(terms: Terms, price: float, sticker: float) -> Tier:
    # what has a price has a sticker: nothing on the wheel is given away
    count = max(math.floor(price / sticker + 0.5), 1 if price > 0.0 else 0)
    return Tier(terms=terms, price=price, stickers=count, remainder=price - count * sticker)


def _check(case: Case, keys: Sequence[str], wedges: Sequence[Wedge], place: int, sticker: float) -> Check:
    chosen = {wedge.key: wedge.tiers[min(place, len(wedge.tiers) - 1)] for wedge in wedges}
    count = sum(tier.stickers for tier in chosen.values())
    return Check(
        tier=place,
        stickers=count,
        by_stickers=count * sticker,
        premium=_premium(case, keys, {key: tier.terms for key, tier in chosen.items()}),
    )


def _premium(case: Case, keys: Sequence[str], terms: Mapping[str, Terms]) -> float:
    """Total premium PPPY of the case with just these benefits covered on these terms."""
    benefits = tuple(
        replace(benefit, covered=key in terms, terms=terms.get(key, benefit.terms))
        for key, benefit in zip(keys, case.package.benefits, strict=True)
    )
    package = replace(case.package, benefits=benefits)
    premium = price_premium(
        moments=price_exact(package),
        community=case.community,
        loadings=case.loadings,
        package_family_cap=package.family_cap,
    )
    return premium.total
