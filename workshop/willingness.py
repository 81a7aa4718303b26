"""What share of households would pay a premium: from a survey's own answers, or from published points. Pure.

Three routes, the surest first:

- *asked*: households of this scheme's survey said what they would pay a year at most. The share is the
  weighted share of those whose answer is at least the premium of a household of their own size.
- *food*: the survey knows what households spend on food, and somebody says up to which share of it they would
  pay. Binnendijk et al. (2013, Social Science & Medicine 76) found that willingness to pay differs least
  between places when it is expressed as a share of food spending; the share itself is for the user to say.
- *published*: Dror, Radermacher and Koren (2007, Health Policy 82) asked 3,024 households in seven places in
  India: 67, 50 and 30 of 100 would pay at least 1.0, 1.35 and 2.0 % of a household's yearly income. Between
  these points the share falls along a straight line in the logarithm of the percentage; beyond them nothing
  is known but that it is higher, or lower.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_above, require_at_least

Array = NDArray[Any]
Basis = Literal["asked", "food", "published"]

PUBLISHED = ((0.010, 0.67), (0.0135, 0.50), (0.020, 0.30))
"""Share of yearly household income, and share of households that would pay at least that."""

FEWEST_ANSWERS = 30
"""Fewer households cannot speak for a village, and might be told apart."""


@dataclass(frozen=True, kw_only=True)
class WouldPay:
    """Share of households that would pay a premium.

    Attributes
    ----------
    low, high : float
        Bounds of the share; equal where it is known.
    error : float or None
        Standard error where households were asked: of the drawing of households alone, not of how earnestly
        they answered. None where it is not known.
    basis : {"asked", "food", "published"}
    households : int
        Whose answers or spending it rests on.
    """

    low: float
    high: float
    error: float | None
    basis: Basis
    households: int

    @property
    def share(self) -> float | None:
        """The share, where it is one number."""
        return self.low if self.low == self.high else None


def published_would_pay(*, premium: float, income: float) -> WouldPay:
    """From the published points.

    Parameters
    ----------
    premium : float
        What a household pays a year, money.
    income : float
        What a household earns a year, money.
    """
    require_at_least(field="premium", value=premium, lowest=0.0)
    require_above(field="income", value=income, bound=0.0)
    part = premium / income
    parts, shares = zip(*PUBLISHED, strict=True)
    if part < parts[0]:
        low, high = shares[0], 1.0
    elif part > parts[-1]:
        low, high = 0.0, shares[-1]
    else:
        low = high = float(np.interp(math.log(part), np.log(parts), shares))
    return WouldPay(low=low, high=high, error=None, basis="published", households=3024)


@dataclass(frozen=True, kw_only=True)
class Households:
    """Households of a survey that answered; H of them.

    Attributes
    ----------
    most : ndarray, shape (H,)
        The most that each would pay a year, money.
    size : ndarray, shape (H,)
        Its members who would be insured.
    weight : ndarray, shape (H,)
        Design weights, above 0.
    basis : {"asked", "food"}
    """

    most: Array
    size: Array
    weight: Array
    basis: Basis

    def __post_init__(self) -> None:
        if len(self.most) < FEWEST_ANSWERS:
            raise Refused(
                field="households",
                problem=f"{len(self.most)} answers are too few; at least {FEWEST_ANSWERS} are needed",
            )
        if not np.isfinite(self.most).all() or (self.most < 0.0).any() or (self.weight <= 0.0).any():
            raise Refused(field="households", problem="an answer is 0 or more, a weight above 0")

    def would_pay(self, *, up_to_3: float, from_4: float, large_from: int = 4) -> WouldPay:
        """The share that would pay these premiums, money a person a year, by the household's own size.

        The error is that of a weighted share, with as many independent answers as the weights are worth:
        ``(sum w)^2 / sum w^2``. Households of one village are more alike than that; it is a lower bound.
        """
        premium = self.size * np.where(self.size >= large_from, from_4, up_to_3)
        yes = self.most >= premium
        share = float((self.weight * yes).sum() / self.weight.sum())
        answers = float(self.weight.sum() ** 2 / (self.weight**2).sum())
        return WouldPay(
            low=share,
            high=share,
            error=math.sqrt(share * (1.0 - share) / answers),
            basis=self.basis,
            households=len(self.most),
        )
