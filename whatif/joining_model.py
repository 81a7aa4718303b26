"""Who would join a voluntary scheme: how people differ in cost and in what they would pay.

A person's expected cost is r times the population's. log r is normal with standard deviation ``spread``;
members of a family resemble each other with correlation ``alike``. What a person would pay at most is

    W = P0 exp(wish_spread (u - c)),    u = knows z + sqrt(1 - knows^2) taste,

z being log r in standard units: ``knows`` says how much people act on what they know of their own cost. A
family shares the part ``shared`` of its tastes. c is such that the share ``joined`` would pay the first
premium P0 when everybody decides alone.

When everybody decides alone, two things are known in closed form (Phi is the normal law):

    share who join = Phi(-c),    what they cost over the population = Phi(spread knows - c) / Phi(-c),

so that two published figures say c and ``spread knows``; see ``fit_knows`` and ``fit_shared``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special
from scipy.stats import qmc

from simulation.engine.families import LARGEST_FAMILY
from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

Array = NDArray[Any]

# Wang et al. 2006, a voluntary subsidised scheme in rural China, 3,492 persons
JOINED, DEARER = 0.71, 1.096
"""Share who joined; what they cost over the population."""
IN_PART = 1.0 / 3.0
"""Of families with a member in the scheme, those with another left out."""
JOINERS_OVER_LEFT_OUT = 1.7
"""In those families, what members had spent over what the left-out had; nothing here is fitted to it."""
FAMILIES: Mapping[int, float] = {2: 0.15, 3: 0.25, 4: 0.35, 5: 0.15, 6: 0.10}
"""Assumed: the published figures do not say how large families were."""

SPREAD = 1.0
"""Assumed; the dearest tenth then costs 3.9 times the average."""
ALIKE = 0.3
"""Assumed: correlation within a family."""
KNOWS = 0.2126
"""Fitted to `JOINED` and `DEARER` at `SPREAD`."""
SHARED = 0.841
"""Fitted to `IN_PART` at all of the above."""
WISH_SPREAD = 0.72
"""From 67 and 30 of 100 who would pay 1 and 2 % of their income (Dror, Radermacher and Koren 2007)."""

FAMILIES_DRAWN = 2**13
SEED = 2006


@dataclass(frozen=True, kw_only=True)
class People:
    """How people differ, and what they would pay; see the module's text.

    Parameters
    ----------
    families : Mapping[int, float]
        Share of families of each size 1 to 12, adding up to 1.
    spread, wish_spread : float
        Standard deviations of logarithms; 0 means that all are alike.
    alike, knows, shared, joined : float
        Between 0 and 1; ``joined`` without the ends.
    """

    families: Mapping[int, float]
    joined: float = JOINED
    spread: float = SPREAD
    alike: float = ALIKE
    knows: float = KNOWS
    shared: float = SHARED
    wish_spread: float = WISH_SPREAD

    def __post_init__(self) -> None:
        require_at_least(field="spread", value=self.spread, lowest=0.0)
        require_above(field="wish_spread", value=self.wish_spread, bound=0.0)
        for field in ("alike", "knows", "shared"):
            require_share(field=field, value=getattr(self, field))
        if not 0.0 < self.joined < 1.0:
            raise Refused(field="joined", problem=f"{self.joined:g} is not between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class Population:
    """Families with their members, drawn evenly and always the same.

    Attributes
    ----------
    is_member : ndarray of bool, shape (F, 12)
        A family of n fills the first n places.
    risk : ndarray, shape (F, 12)
        Expected cost over the population's mean; its mean over members is 1.
    wish, wish_more : ndarray, shape (F, 12)
        What a person would pay at most over the first premium: for the full package, and for what the full
        one has over a smaller one, each as a share of what that part costs at first.
    """

    is_member: Array
    risk: Array
    wish: Array
    wish_more: Array

    @property
    def persons(self) -> int:
        return int(self.is_member.sum())


@lru_cache(maxsize=1)
def _points() -> tuple[Array, Array]:
    """A uniform number for each family's size, and normal ones; a scrambled Sobol sequence."""
    draws = qmc.Sobol(d=4 + 3 * LARGEST_FAMILY, scramble=True, rng=np.random.default_rng(SEED))
    points = draws.random(FAMILIES_DRAWN)
    return points[:, 0], special.ndtri(points[:, 1:])


def population(people: People) -> Population:
    """Draw the families; money plays no part yet."""
    uniform, normal = _points()
    sizes = np.array(sorted(people.families))
    upto = np.cumsum([people.families[int(size)] for size in sizes])
    size = sizes[np.minimum(np.searchsorted(upto, uniform), len(sizes) - 1)]
    is_member = np.arange(LARGEST_FAMILY) < size[:, None]
    own = normal[:, 3:].reshape(len(size), 3, LARGEST_FAMILY)

    def mixed(place: int, share: float) -> Array:
        common = np.sqrt(share) * normal[:, place : place + 1]
        return np.asarray(common + np.sqrt(1.0 - share) * own[:, place])

    cost = mixed(0, people.alike)
    risk = np.exp(people.spread * cost)
    threshold = -special.ndtri(people.joined)

    def wish(place: int) -> Array:
        taste = mixed(place, people.shared)
        index = people.knows * cost + np.sqrt(1.0 - people.knows**2) * taste
        return np.asarray(np.exp(people.wish_spread * (index - threshold)))

    return Population(
        is_member=is_member, risk=risk / risk[is_member].mean(), wish=wish(1), wish_more=wish(2)
    )


def fit_knows(*, joined: float = JOINED, dearer: float = DEARER, spread: float = SPREAD) -> float:
    """``knows`` that gives two published figures when everybody decides alone.

    Parameters
    ----------
    joined : float
        Share who joined.
    dearer : float
        What joiners cost over the population, 1.096 for 9.6 % more.

    Raises
    ------
    Refused
        People differ too little for joiners to be that much dearer.
    """
    threshold = -float(special.ndtri(joined))

    def miss(knows: float) -> float:
        return float(special.ndtr(spread * knows - threshold) / joined - dearer)

    if miss(0.0) * miss(1.0) > 0.0:
        raise Refused(field="spread", problem="people differ too little, or too much, for these figures")
    return float(optimize.brentq(miss, 0.0, 1.0, xtol=1e-10))


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What a first year looks like when everybody decides alone.

    Attributes
    ----------
    joined, dearer : float
        Share of persons; what they cost over the population.
    in_part : float
        Of families with a joiner, those with somebody left out.
    over_left_out : float
        In those families, mean cost of the joiners over that of the left-out.
    """

    joined: float
    dearer: float
    in_part: float
    over_left_out: float


def first_joining(people: People) -> Joining:
    drawn = population(people)
    joins = drawn.is_member & (drawn.wish >= 1.0)
    stays = drawn.is_member & ~joins
    with_joiner = np.asarray(joins.any(axis=1))
    part = with_joiner & np.asarray(stays.any(axis=1))
    return Joining(
        joined=float(joins.sum() / drawn.persons),
        dearer=float(drawn.risk[joins].mean()),
        in_part=float(part.sum() / with_joiner.sum()),
        over_left_out=float(
            drawn.risk[joins & part[:, None]].mean() / drawn.risk[stays & part[:, None]].mean()
        ),
    )


def fit_shared(
    *,
    in_part: float = IN_PART,
    alike: float = ALIKE,
    spread: float = SPREAD,
    families: Mapping[int, float] = FAMILIES,
) -> float:
    """``shared`` that gives the published share of families who join in part, given `fit_knows`."""
    knows = fit_knows(spread=spread)

    def miss(shared: float) -> float:
        people = People(families=families, spread=spread, alike=alike, knows=knows, shared=shared)
        return first_joining(people).in_part - in_part

    return float(optimize.brentq(miss, 0.0, 1.0, xtol=1e-4))


def dearest_tenth(spread: float) -> float:
    """What the dearest tenth of people costs over the average, of a lognormal with that spread."""
    return float(special.ndtr(spread - special.ndtri(0.9)) / 0.1)


def spread_of(tenth: float) -> float:
    """The spread at which the dearest tenth costs that many times the average, 1 to below 10."""
    if not 1.0 <= tenth < 10.0:
        raise Refused(field="tenth", problem=f"{tenth:g} is not from 1 to below 10")
    return float(special.ndtri(0.1 * tenth) + special.ndtri(0.9)) if tenth > 1.0 else 0.0
