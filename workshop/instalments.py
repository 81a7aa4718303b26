"""Ways to pay a yearly premium: at once, in parts, or as a loan of a self-help group. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulation.engine.refusal import Refused, require_at_least

MOST_PARTS = 52
MOST_MONTHS = 24


@dataclass(frozen=True, kw_only=True)
class Loan:
    """A loan of the premium, paid back in equal monthly amounts; interest is on what is still owed.

    With P the premium, i the interest a month and n the months, each month pays ``P i / (1 - (1 + i)^-n)``,
    and ``P / n`` without interest.

    Parameters
    ----------
    premium : float
        Money, lent on the first day.
    interest_a_year : float
        Nominal: twelve times the interest of a month; 0.24 for 2 % a month.
    months : int
        1 to 24.
    """

    premium: float
    interest_a_year: float
    months: int

    def __post_init__(self) -> None:
        require_at_least(field="premium", value=self.premium, lowest=0.0)
        require_at_least(field="interest_a_year", value=self.interest_a_year, lowest=0.0)
        if not 1 <= self.months <= MOST_MONTHS:
            raise Refused(field="months", problem=f"{self.months} is not between 1 and {MOST_MONTHS}")

    @property
    def a_month(self) -> float:
        """What is paid back each month, money."""
        i = self.interest_a_year / 12.0
        if i == 0.0:
            return self.premium / self.months
        return self.premium * i / -math.expm1(-self.months * math.log1p(i))

    @property
    def interest(self) -> float:
        """What the loan costs in all, money."""
        return self.a_month * self.months - self.premium


def instalment(*, premium: float, parts: int) -> float:
    """Each of ``parts`` equal parts of a yearly premium, money."""
    require_at_least(field="premium", value=premium, lowest=0.0)
    if not 1 <= parts <= MOST_PARTS:
        raise Refused(field="parts", problem=f"{parts} is not between 1 and {MOST_PARTS}")
    return premium / parts
