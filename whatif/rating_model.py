"""The same expected cost shared three ways: by risk, by income, and equally; and who leaves.

With E what all members together must bring in, family i pays E times its part of

- the expected costs (*risk-rated*),
- the incomes (*income-rated*),
- the persons (*community-rated*; Majumdar 2018: everybody pays E / N).

A family leaves where it is asked for more than it finds the cover worth, or for more than ``can_pay`` of its
income. Half of families find it worth ``worth`` times what they expect to be paid; the others lie around that
by a lognormal law. Those who are left then share what they cost, and so on. Families are counted by size, by
how many of their members are old, and by the fifth of income they are in, all independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.families import LARGE_FAMILY_FROM, FamilySizes
from simulation.engine.refusal import Refused, require_above, require_share
from whatif.joining_model import WISH_SPREAD

Array = NDArray[Any]
Rating = Literal["risk", "income", "community"]
RATINGS: tuple[Rating, ...] = ("risk", "income", "community")
FIFTHS = 5
ROUNDS = 10
TINY = 1e-300
"""Below any price: its logarithm is finite."""


@dataclass(frozen=True, kw_only=True)
class Village:
    """Who lives there, and what must be brought in.

    Parameters
    ----------
    families : FamilySizes
    pure, premium : float
        Mean claims, and what is to be brought in, both money PPPY while all are in.
    old : float
        Share of persons who are old.
    old_cost : float
        What an old person costs over another one.
    large_less : float
        How much less a person in a family of four or more costs, as a share.
    income : float
        Mean yearly income a person, money.
    best_off : float
        Mean income of the best-off fifth over the mean of all, 1 to below 5; incomes are lognormal.
    """

    families: FamilySizes
    pure: float
    premium: float
    old: float
    old_cost: float
    large_less: float
    income: float
    best_off: float

    def __post_init__(self) -> None:
        for field in ("pure", "premium", "old_cost", "income"):
            require_above(field=field, value=getattr(self, field), bound=0.0)
        require_share(field="old", value=self.old)
        if not 0.0 <= self.large_less < 1.0:
            raise Refused(field="large_less", problem="must be from 0 to below 100 %")
        if not 1.0 <= self.best_off < FIFTHS:
            raise Refused(field="best_off", problem=f"{self.best_off:g} is not from 1 to below {FIFTHS}")

    @property
    def factor(self) -> float:
        """What is brought in for each unit of expected cost."""
        return self.premium / self.pure

    def relative_cost(self, persons: Array, old: Array) -> Array:
        """What families cost over a young person in a small family."""
        alone = persons + old * (self.old_cost - 1.0)
        return np.asarray(np.where(persons >= LARGE_FAMILY_FROM, 1.0 - self.large_less, 1.0) * alone)

    @property
    def fifths(self) -> Array:
        """Mean income a person in each fifth, money, ascending."""
        spread = 0.0 if self.best_off == 1.0 else special.ndtri(self.best_off / FIFTHS) + special.ndtri(0.8)
        edges = special.ndtri(np.linspace(0.0, 1.0, FIFTHS + 1)) - spread
        return np.asarray(self.income * FIFTHS * np.diff(special.ndtr(edges)))


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Kinds of families, shape (C,) each.

    Attributes
    ----------
    weights : ndarray
        Share of families, adding up to 1.
    persons, old : ndarray
    cost, income : ndarray
        Expected claims and income of a family a year, money.
    """

    weights: Array
    persons: Array
    old: Array
    cost: Array
    income: Array


def cells(village: Village) -> Cells:
    kinds = []
    for size, share in zip(village.families.sizes, village.families.weights, strict=True):
        old = np.arange(size + 1)
        chance = special.binom(size, old) * village.old**old * (1.0 - village.old) ** (size - old)
        for income in village.fifths:
            kinds += [
                (share * part / FIFTHS, size, count, size * income)
                for part, count in zip(chance, old, strict=True)
                if part > 0.0
            ]
    weights, persons, old, income = np.array(kinds, dtype=float).T
    relative = village.relative_cost(persons, old)
    a_unit = village.pure * (weights @ persons) / (weights @ relative)
    return Cells(weights=weights, persons=persons, old=old, cost=relative * a_unit, income=income)


def prices(found: Cells, rating: Rating, *, factor: float, staying: Array | None = None) -> Array:
    """What each kind of family pays a year, money, shape (C,), when those ``staying`` share what they cost.

    Whatever the rating, those who stay bring in ``factor`` times their expected claims.
    """
    stay = found.weights if staying is None else found.weights * staying
    parts = {"risk": found.cost, "income": found.income, "community": found.persons}[rating]
    shared = float(stay @ parts)
    total = factor * float(stay @ found.cost)
    return np.asarray(parts * (total / shared if shared > 0.0 else 0.0))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What families put up with.

    Parameters
    ----------
    worth : float
        Most that half of families pay for each unit they expect to be paid, as a factor.
    can_pay : float
        Most that any pays, as a share of its income.
    differ : float
        Standard deviation of the logarithm of what families of one kind find it worth.
    """

    worth: float
    can_pay: float
    differ: float = WISH_SPREAD

    def __post_init__(self) -> None:
        require_above(field="worth", value=self.worth, bound=0.0)
        require_above(field="differ", value=self.differ, bound=0.0)
        require_share(field="can_pay", value=self.can_pay)

    def not_worth(self, found: Cells, price: Array) -> Array:
        """Share of each kind that finds the price too much for what it gets."""
        times = price / (self.worth * found.cost)
        return np.asarray(special.ndtr(np.log(np.maximum(times, TINY)) / self.differ))

    def too_dear(self, found: Cells, price: Array) -> Array:
        """Whether each kind cannot pay the price."""
        return np.asarray(price > self.can_pay * found.income * (1.0 + 1e-9))

    def leave(self, found: Cells, price: Array) -> Array:
        """Share of each kind that leaves, for either reason."""
        return np.where(self.too_dear(found, price), 1.0, self.not_worth(found, price))


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What becomes of a scheme rated in one way.

    Attributes
    ----------
    prices : ndarray, shape (C,)
        What families pay a year while all are in, money.
    not_worth, too_dear : ndarray, shape (C,)
        Share of each kind that leaves at once, and why; both may hold.
    staying : ndarray, shape (ROUNDS + 1,)
        Share of persons still in, everybody at first.
    a_person : ndarray, shape (ROUNDS + 1,)
        Mean price a person among those who share it, money PPPY; 0 when nobody is left.
    """

    prices: Array
    not_worth: Array
    too_dear: Array
    staying: Array
    a_person: Array


def leaving(found: Cells, rating: Rating, limits: Limits, *, factor: float) -> Leaving:
    """Round by round: who is asked for too much leaves for good, and the rest share again.

    A family's own limit stays as it is, so that of each kind those remain whom the dearest year did not drive
    out.
    """
    first = prices(found, rating, factor=factor)
    everybody = float(found.weights @ found.persons)
    stays = np.ones(len(found.weights))
    shares, means = [], []
    for _round in range(ROUNDS + 1):
        asked = prices(found, rating, factor=factor, staying=stays)
        left = float((found.weights * stays) @ found.persons)
        shares.append(left / everybody)
        means.append(float((found.weights * stays) @ asked) / left if left > 0.0 else 0.0)
        stays = np.minimum(stays, 1.0 - limits.leave(found, asked))
    return Leaving(
        prices=first,
        not_worth=limits.not_worth(found, first),
        too_dear=limits.too_dear(found, first),
        staying=np.array(shares),
        a_person=np.array(means),
    )
