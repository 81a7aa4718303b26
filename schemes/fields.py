"""Form fields that read numbers as people write them and keep what was typed when they cannot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schemes.models import NAME_TAKEN
from schemes.numbers import (
    MESSAGES,
    Grouping,
    NumberRefused,
    format_exact,
    format_number,
    format_percent_number,
    format_share,
    has_percent_sign,
    parse_incidence,
    parse_money,
    parse_number,
    parse_share,
    parse_whole,
)

MOST_MONEY = 999_999_999_999
ONE_IN_A_HUNDRED = Decimal("0.01")


def refusal(refused: NumberRefused) -> ValidationError:
    """The refusal of `schemes.numbers` in the reader's language."""
    return ValidationError(gettext(MESSAGES[refused.code]), code=refused.code, params=refused.params)


def show_refusal(form: forms.Form, refused: ValidationError) -> None:
    """Put what a model refused beside the fields it belongs to; a name that is taken belongs to the name."""
    for name, errors in refused.error_dict.items():
        for error in errors:
            field = "name" if error.code == NAME_TAKEN else name
            form.add_error(field if field in form.fields else None, error)


class NumberField(forms.Field):
    """A number of any size; the other fields here read more, or refuse more.

    Nothing typed is None where the field is not required. `grouping` is how a stored number is shown for
    editing.
    """

    is_number = True
    is_money = False
    unit: Any = ""
    """What stands behind the box where a form is shown whole: "%", "years"."""
    inputmode = "decimal"
    widget = forms.TextInput
    default_error_messages: ClassVar = {"required": _("Nothing was typed. Type a number, for example 3,000.")}

    def __init__(
        self,
        *,
        lowest: Decimal | int | None = 0,
        highest: Decimal | int | None = None,
        above: Decimal | int | None = None,
        grouping: Grouping = "indian",
        placeholder: str = "",
        unit: Any = None,
        **kwargs: Any,
    ) -> None:
        self.lowest, self.highest, self.above = lowest, highest, above
        if unit is not None:
            self.unit = unit
        self.grouping: Grouping = grouping
        self.placeholder = placeholder
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002
        attrs = {"inputmode": self.inputmode, "autocomplete": "off", "maxlength": "60"}
        return {**attrs, "placeholder": self.placeholder} if self.placeholder else attrs

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else self.shown(value)

    def shown(self, value: Any) -> str:
        return format_exact(value, grouping=self.grouping)

    def to_python(self, value: Any) -> Any:
        typed = "" if value is None else str(value)
        if not typed.strip():
            return None
        try:
            return self.read(typed)
        except NumberRefused as refused:
            raise refusal(refused) from None

    def read(self, typed: str) -> Any:
        return self.within_limits(parse_number(typed, negative_allowed=self.lowest is None), typed)

    def within_limits(self, value: Decimal, typed: str) -> Decimal:
        if self.above is not None and value <= self.above:
            raise ValidationError(
                _("%(typed)s is too little. Type more than %(above)s."),
                code="too_low",
                params={"typed": typed.strip(), "above": self.shown(self.above)},
            )
        if self.lowest is not None and value < self.lowest:
            raise NumberRefused("too_low", typed=typed.strip(), lowest=self.shown(self.lowest))
        if self.highest is not None and value > self.highest:
            raise NumberRefused("too_high", typed=typed.strip(), highest=self.shown(self.highest))
        return value


class MoneyField(NumberField):
    """An amount of money, 0 or more; a currency sign may stand beside it."""

    is_money = True

    def __init__(self, *, highest: Decimal | int | None = MOST_MONEY, **kwargs: Any) -> None:
        super().__init__(highest=highest, **kwargs)

    def read(self, typed: str) -> Decimal:
        return self.within_limits(parse_money(typed, negative_allowed=self.lowest is None), typed)


class WholeField(NumberField):
    inputmode = "numeric"

    def shown(self, value: Any) -> str:
        return format_number(value, grouping=self.grouping)

    def read(self, typed: str) -> int:
        lowest = 0 if self.lowest is None else int(self.lowest)
        highest = None if self.highest is None else int(self.highest)
        return parse_whole(typed, lowest=lowest, highest=highest)


class PercentField(NumberField):
    """A share typed in percent: the box has the sign beside it, "20" and "20 %" are both 0.20.

    Where less than one in a hundred is hardly ever meant, `asks_below_one` asks back: "0.6" may have been
    meant for 60 %. Whoever types the sign means it, and what is stored is shown with the sign.
    """

    unit = "%"

    def __init__(self, *, highest: Decimal | float = 1, asks_below_one: bool = False, **kwargs: Any) -> None:
        self.most = highest
        self.asks_below_one = asks_below_one
        super().__init__(**kwargs)

    def shown(self, value: Any) -> str:
        number = format_percent_number(value)
        return f"{number} %" if self.asks_below_one and 0 < value < ONE_IN_A_HUNDRED else number

    def in_words(self, value: Any) -> str:
        """Outside its box, where no sign stands beside it."""
        return format_share(value)

    def read(self, typed: str) -> Decimal:
        share = parse_share(typed, highest=self.most)
        if self.asks_below_one and 0 < share < ONE_IN_A_HUNDRED and not has_percent_sign(typed):
            raise ValidationError(
                _(
                    "%(typed)s here means %(typed)s %%. Type %(hundredfold)s for %(hundredfold)s in 100, or "
                    "%(typed)s %% if you mean less than one in 100."
                ),
                code="below_one",
                params={
                    "typed": format_percent_number(share),
                    "hundredfold": format_percent_number(100 * share),
                },
            )
        if self.above is not None and share <= self.above:
            raise ValidationError(
                _("%(typed)s is too little. Type more than %(above)s."),
                code="too_low",
                params={"typed": typed.strip(), "above": format_share(self.above)},
            )
        return share


class IncidenceField(NumberField):
    """Events per person per year: "0.042", "4.2 %" and "4.2 in 100" are the same."""

    def __init__(self, *, highest: Decimal | int = 50, **kwargs: Any) -> None:
        self.most = highest
        super().__init__(**kwargs)

    def shown(self, value: Any) -> str:
        if Decimal(repr(float(value))) < 1:
            return format_share(value, places=8)
        return format_exact(value, grouping="international")

    def read(self, typed: str) -> Decimal:
        incidence = parse_incidence(typed)
        if incidence > self.most:
            raise ValidationError(
                _(
                    "%(typed)s is more than %(most)s events per person per year. Type events per person: "
                    "0.042 for 4.2 in 100."
                ),
                code="too_high",
                params={"typed": typed.strip(), "most": self.most},
            )
        return incidence
