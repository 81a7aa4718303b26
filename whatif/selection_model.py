"""Adverse selection: who joins under which rules, and where yearly re-pricing leads.

A unit (person, family, or the group as a whole) joins when its members together would pay at least what is
asked of them; what they would pay and what they cost is in ``joining_model``. Next year's premium is this
year's claims a head, with the same loadings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share
from whatif.joining_model import Population

Array = NDArray[Any]
Unit = Literal["person", "family", "group"]

FEWEST_LEFT = 0.01
"""A scheme with fewer of the population than this has failed."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How people join.

    Parameters
    ----------
    unit : {"person", "family", "group"}
        Who decides; the group joins as a whole.
    lower_cover : float or None
        A second package beside the full one that pays this share of the same costs at this share of the
        first premium; None for one package.
    open_all_year : bool
        Whether those outside can join when they see a cost coming.
    events : float
        Claims of a person in a year, on average.
    foreseeable : float
        Share of costs that can be seen coming.
    would_wait : float
        Share of those outside who join when they see one.
    wait_months, ahead_months : float
        Months before such a joiner is paid for; how long before a cost it is seen at most. Costs are seen
        evenly over these months, so that a wait leaves ``1 - wait_months / ahead_months`` of them, at least
        nothing.
    inertia : float
        Members put up with a premium this much above what they would pay to join.
    """

    unit: Unit = "person"
    lower_cover: float | None = None
    open_all_year: bool = False
    events: float = 0.2
    foreseeable: float = 0.2
    would_wait: float = 0.5
    wait_months: float = 0.0
    ahead_months: float = 6.0
    inertia: float = 0.05

    def __post_init__(self) -> None:
        if self.lower_cover is not None and not 0.0 < self.lower_cover < 1.0:
            raise Refused(field="lower_cover", problem="must lie between 0 and 100 %")
        if self.lower_cover is not None and self.unit == "group":
            raise Refused(field="lower_cover", problem="a group that joins as a whole takes one package")
        for field in ("foreseeable", "would_wait"):
            require_share(field=field, value=getattr(self, field))
        for field in ("events", "ahead_months"):
            require_above(field=field, value=getattr(self, field), bound=0.0)
        for field in ("wait_months", "inertia"):
            require_at_least(field=field, value=getattr(self, field), lowest=0.0)
        if self.wait_months > 12.0:
            raise Refused(field="wait_months", problem="must be 12 months or less")

    @property
    def covers(self) -> tuple[float, ...]:
        """What each package pays of the costs, ascending."""
        return (1.0,) if self.lower_cover is None else (self.lower_cover, 1.0)

    @property
    def still_seen(self) -> float:
        """Share of the costs seen coming that a late joiner is paid for despite the wait."""
        return max(0.0, 1.0 - self.wait_months / self.ahead_months)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Premium of the first year and mean claims, both of the full package, money PPPY."""

    premium: float
    pure: float

    def __post_init__(self) -> None:
        require_above(field="premium", value=self.premium, bound=0.0)
        require_above(field="pure", value=self.pure, bound=0.0)


@dataclass(frozen=True, kw_only=True)
class Path:
    """A scheme year by year.

    Attributes
    ----------
    enrolment : ndarray, shape (T,)
        Share of the population in the scheme, late joiners counted.
    late : ndarray, shape (T,)
        Share of the population that joined during the year.
    taken : ndarray, shape (T, packages)
        Share of the population in each package.
    premiums : ndarray, shape (T, packages)
        Asked for, money PPPY.
    claim_ratio : ndarray, shape (T,)
        Claims over premiums; nan in a year without members.
    """

    enrolment: Array
    late: Array
    taken: Array
    premiums: Array
    claim_ratio: Array

    @property
    def failed(self) -> int | None:
        """First year (from 0) with hardly anybody left; None when it lasts."""
        few = self.enrolment < FEWEST_LEFT
        return int(few.argmax()) if few.any() else None


@dataclass(frozen=True, kw_only=True)
class _Units:
    """Those who decide together: persons, summed risk, and what they would pay over the first premium."""

    persons: Array
    risk: Array
    wish: Array
    wish_more: Array


def _units(drawn: Population, unit: Unit) -> _Units:
    inside = drawn.is_member
    if unit == "person":
        return _Units(
            persons=np.ones(drawn.persons),
            risk=drawn.risk[inside],
            wish=drawn.wish[inside],
            wish_more=drawn.wish_more[inside],
        )
    if unit == "group":
        return _Units(
            persons=np.array([float(drawn.persons)]),
            risk=np.array([drawn.risk[inside].sum()]),
            wish=np.array([np.inf]),
            wish_more=np.array([np.inf]),
        )
    sums = [np.where(inside, part, 0.0).sum(axis=1) for part in (drawn.risk, drawn.wish, drawn.wish_more)]
    return _Units(persons=inside.sum(axis=1).astype(float), risk=sums[0], wish=sums[1], wish_more=sums[2])


def late_joiners(rules: Rules, risk: Array) -> tuple[Array, Array]:
    """What units that stay outside on the fixed date do during the year.

    A cost that is seen coming and lies beyond the wait brings a unit in for a whole premium: the chance is
    ``would_wait (1 - exp(-events foreseeable still_seen risk))``. It is then paid those costs, and after the
    wait all that nobody can foresee.

    Parameters
    ----------
    risk : ndarray
        Summed relative risk of each unit.

    Returns
    -------
    joins, claims : ndarray
        Chance to join; expected claims over the mean person's. Longer waits never raise either.
    """
    if not rules.open_all_year:
        return np.zeros(len(risk)), np.zeros(len(risk))
    seen = rules.foreseeable * rules.still_seen * risk
    joins = -rules.would_wait * np.expm1(-rules.events * seen)
    rest = (1.0 - rules.foreseeable) * (1.0 - rules.wait_months / 12.0) * risk
    return joins, rules.would_wait * seen + joins * rest


def follow(drawn: Population, offer: Offer, rules: Rules, *, years: int) -> Path:
    """The scheme year by year, each package re-priced on its own claims.

    A package without takers keeps its premium. Late joiners take the full package.
    """
    if years < 1:
        raise Refused(field="years", problem="must be at least 1")
    units, covers = _units(drawn, rules.unit), np.array(rules.covers)
    late, late_claims = late_joiners(rules, units.risk)
    price = covers.copy()  # over the first premium of the full package
    was_in = np.zeros(len(units.risk), dtype=bool)
    enrolment, came, taken, premiums, ratios = [], [], [], [], []
    for _year in range(years):
        choice = _choices(units, covers, price, 1.0 + rules.inertia * was_in)
        was_in = choice >= 0
        out = ~was_in
        heads = np.array([units.persons[choice == one].sum() for one in range(len(covers))])
        claims = np.array([units.risk[choice == one].sum() for one in range(len(covers))]) * covers
        came.append(float((late * units.persons)[out].sum()))
        heads[-1] += came[-1]
        claims[-1] += late_claims[out].sum()
        enrolment.append(float(heads.sum()))
        taken.append(heads)
        premiums.append(price * offer.premium)
        paid = float((heads * price).sum()) * offer.premium
        ratios.append(float(claims.sum()) * offer.pure / paid if paid > 0.0 else np.nan)
        price = np.where(heads > 0.0, claims / np.where(heads > 0.0, heads, 1.0), price)
    return Path(
        enrolment=np.array(enrolment) / drawn.persons,
        late=np.array(came) / drawn.persons,
        taken=np.array(taken) / drawn.persons,
        premiums=np.array(premiums),
        claim_ratio=np.array(ratios),
    )


def _choices(units: _Units, covers: Array, price: Array, factor: Array) -> Array:
    """Which package each unit takes, -1 for none: the one whose worth over its price is largest."""
    if len(covers) == 1:
        return np.where(units.wish * factor >= units.persons * price[0], 0, -1)
    lower = covers[0] * units.wish
    full = lower + (1.0 - covers[0]) * units.wish_more
    over = np.stack([lower * factor - units.persons * price[0], full * factor - units.persons * price[1]])
    best = over.argmax(axis=0)
    return np.where(over.max(axis=0) >= 0.0, best, -1)


@dataclass(frozen=True, kw_only=True)
class Tipping:
    """Premiums over the first one, for one package and without inertia.

    Attributes
    ----------
    steady : float or None
        Lowest premium from the first one on that pays for those who take it; None when none does.
    tips : float or None
        Above `steady`, the premium from which every re-pricing goes up and up; None where there is none.
    """

    steady: float | None
    tips: float | None


HIGHEST, STEPS = 10.0, 400


def tipping(drawn: Population, rules: Rules) -> Tipping:
    """Where re-pricing comes to rest, and from where on it runs away; one package."""
    units = _units(drawn, rules.unit)
    late, late_claims = late_joiners(rules, units.risk)
    worth = units.wish / units.persons
    order = np.argsort(-worth)

    def upto(values: Array) -> Array:
        return np.concatenate(([0.0], np.cumsum(values[order])))

    asked = np.geomspace(1.0, HIGHEST, STEPS)
    stay = np.searchsorted(-worth[order], -asked, side="right")
    rest, rest_claims = upto(late * units.persons), upto(late_claims)
    heads = upto(units.persons)[stay] + rest[-1] - rest[stay]
    claims = upto(units.risk)[stay] + rest_claims[-1] - rest_claims[stay]
    enough = heads >= FEWEST_LEFT * drawn.persons
    asked, needed = asked[enough], claims[enough] / heads[enough]
    pays = needed <= asked * (1.0 + 1e-9)
    if not pays.any():
        return Tipping(steady=None, tips=None)
    first = int(pays.argmax())
    runs = ~pays[first:]
    return Tipping(
        steady=float(asked[first]),
        tips=float(asked[first + int(runs.argmax())]) if runs.any() else None,
    )
