"""How one scheme's figures are written: its grouping, its currency, as many places as its amounts need."""

from __future__ import annotations

from dataclasses import dataclass

from schemes.models import Scheme
from schemes.numbers import format_money, format_number, format_share

SMALL_AMOUNT = 20.0
"""Premiums below this are shown with two places (4.61 dollars), others as whole units like the slide's."""


@dataclass(frozen=True)
class Figures:
    """Writes numbers for one scheme. `scale` is the premium that decides how many places amounts have."""

    scheme: Scheme
    scale: float = 1000.0

    @property
    def places(self) -> int:
        return 0 if abs(self.scale) >= SMALL_AMOUNT or self.scale == 0 else 2

    def amount(self, value: float, *, more: int = 0) -> str:
        """An amount without its currency, with `more` places than usual."""
        return format_number(value, places=self.places + more, grouping=self.scheme.number_grouping)

    def money(self, value: float) -> str:
        """An amount with its currency sign."""
        return format_money(
            value, sign=self.scheme.money.sign, places=self.places, grouping=self.scheme.number_grouping
        )

    def whole(self, value: float) -> str:
        """A count, of persons for instance."""
        return format_number(value, grouping=self.scheme.number_grouping)

    def number(self, value: float, places: int) -> str:
        return format_number(value, places=places, grouping=self.scheme.number_grouping)

    @staticmethod
    def share(value: float, places: int = 2) -> str:
        return format_share(value, places=places)
