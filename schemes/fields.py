"""Form fields for numbers as people type them; what was typed stays in the box when it is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schemes import numbers
from schemes.numbers import NumberRefused


class NumberField(forms.CharField):
    """A box for a number: any script's digits, lakhs or thousands. Empty is None where it is not required."""

    inputmode = "decimal"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": self.inputmode, "autocomplete": "off"}

    def parse(self, typed: str) -> Decimal | int:
        return numbers.parse_number(typed)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if typed in self.empty_values:
            return None
        try:
            return self.parse(typed)
        except NumberRefused as refused:
            raise refusal(refused) from None


class MoneyField(NumberField):
    """An amount, 0 or more; a currency sign may stand beside it."""

    def parse(self, typed: str) -> Decimal | int:
        amount = numbers.parse_money(typed)
        if amount >= Decimal("1e12"):
            raise NumberRefused("too_high", typed=typed, highest="999,999,999,999")
        return amount


class PercentField(NumberField):
    """A share typed in percent: "20" and "20 %" are 0.20."""

    def __init__(self, *, highest: float = 1, **kwargs: Any) -> None:
        self.highest = highest
        super().__init__(**kwargs)

    def parse(self, typed: str) -> Decimal | int:
        return numbers.parse_share(typed, highest=self.highest)


class WholeField(NumberField):
    """A whole number between `lowest` and `highest`, both counted."""

    inputmode = "numeric"

    def __init__(self, *, lowest: int = 0, highest: int | None = None, **kwargs: Any) -> None:
        self.lowest, self.highest = lowest, highest
        super().__init__(**kwargs)

    def parse(self, typed: str) -> Decimal | int:
        return numbers.parse_whole(typed, lowest=self.lowest, highest=self.highest)


def refusal(refused: NumberRefused) -> ValidationError:
    """The refusal in the reader's language."""
    return ValidationError(_(numbers.MESSAGES[refused.code]) % refused.params, code=refused.code)
