"""Costs of the survey's year brought to the policy's year, benefit by benefit; typed costs too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from survey.estimates import Reason
from survey.json_values import ValueRefused
from survey.reasons import reason

DAYS_OF_YEAR = 365.25
HIGHEST_RATE, LOWEST_RATE = 1.0, -0.5


@dataclass(frozen=True, kw_only=True)
class CostTrend:
    """How costs grow, and between which days.

    Attributes
    ----------
    told_on : date
        Middle of the interviews, or the day that typed costs are of.
    policy_from : date
        First day of the policy year; costs are brought to its middle.
    rate : float
        Growth a year, 0.06 for 6 %.
    rates : mapping of benefit key to float
        Where a benefit's costs grow otherwise.
    """

    told_on: date
    policy_from: date
    rate: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, rate in {"rate": self.rate, **self.rates}.items():
            if not LOWEST_RATE <= rate <= HIGHEST_RATE:
                raise ValueRefused(
                    f"{name}: {rate:g} a year is not between {LOWEST_RATE:g} and {HIGHEST_RATE:g}; "
                    "give 0.06 for 6 % a year"
                )

    def years(self, *, recall_days: float = 0.0) -> float:
        """Years from the middle of what was told to the middle of the policy year.

        A bill of the last ``recall_days`` is on average half of them older than the interview.
        """
        middle = self.policy_from + timedelta(days=DAYS_OF_YEAR / 2.0)
        return ((middle - self.told_on).days + recall_days / 2.0) / DAYS_OF_YEAR

    def factor(self, key: str, *, recall_days: float = 0.0) -> float:
        """What a benefit's costs are multiplied by: ``(1 + rate) ** years``."""
        rate = self.rates.get(key, self.rate)
        return float((1.0 + rate) ** self.years(recall_days=recall_days))

    def why(self, key: str, *, recall_days: float = 0.0) -> Reason:
        """The factor, as a reason to show."""
        return reason(
            "trend_applied",
            factor=self.factor(key, recall_days=recall_days),
            years=self.years(recall_days=recall_days),
            rate=self.rates.get(key, self.rate),
        )
