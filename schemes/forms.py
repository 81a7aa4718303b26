"""A scheme as it is typed: what was typed stays in the boxes whenever something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conflicts import StartedForm
from schemes import families
from schemes.currencies import CURRENCIES
from schemes.fields import IncidenceField, MoneyField, NumberField, PercentField, WholeField
from schemes.models import (
    MOST_FURTHER_LOADINGS,
    MOST_INHABITANTS,
    GroupingChoice,
    RiskBasis,
    Scheme,
)
from schemes.numbers import Grouping, format_exact, format_number

MOST_FAMILIES = 10_000_000
TYPED_PLACES = 4
USUAL = "usual"
PERCENT, COUNTS = "percent", "counts"
FAMILY_FIELDS = {size: f"family_{size}" for size in families.SIZES}
LOADING_FIELDS = [(f"loading_name_{n}", f"loading_rate_{n}") for n in range(1, MOST_FURTHER_LOADINGS + 1)]
PLAIN_FIELDS = (
    "name",
    "place",
    "currency",
    "grouping",
    "inhabitants",
    "expected_take_up",
    "share_in_large_families",
    "chance_of_bankruptcy",
    "admin_rate",
    "large_family_discount",
    "risk_basis",
)


class SchemeForm(StartedForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("A scheme needs a name. Type what people call it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Villages, block, district. May stay empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=[(each.code, format_lazy("{} ({})", each.name, each.sign)) for each in CURRENCIES.values()],
    )
    grouping = forms.ChoiceField(
        label=gettext_lazy("Large numbers"),
        choices=[(USUAL, gettext_lazy("as usual for the currency")), *GroupingChoice.choices],
    )
    inhabitants = WholeField(
        label=gettext_lazy("Inhabitants"),
        lowest=1,
        highest=MOST_INHABITANTS,
        help_text=gettext_lazy("Everybody who could join, children included."),
    )
    expected_take_up = PercentField(
        label=gettext_lazy("Expected take-up"),
        above=0,
        asks_below_one=True,
        help_text=gettext_lazy("How many of 100 will join. The fewer, the larger the risk loading."),
    )
    sizes_as = forms.ChoiceField(
        label=gettext_lazy("Family sizes"),
        choices=[
            (PERCENT, gettext_lazy("in percent of families")),
            (COUNTS, gettext_lazy("as numbers of families")),
        ],
        widget=forms.RadioSelect,
    )
    share_in_large_families = PercentField(
        label=gettext_lazy("Share of people in large families, if you know better"),
        required=False,
        asks_below_one=True,
    )
    chance_of_bankruptcy = PercentField(
        label=gettext_lazy("Chance of bankruptcy"),
        above=0,
        highest=0.5,
        help_text=gettext_lazy("In how many of 100 years payouts may exceed the premium with risk loading."),
    )
    admin_rate = PercentField(
        label=gettext_lazy("Admin loading"),
        help_text=gettext_lazy("On top of the premium with risk loading; 20 to 30 % is usual."),
    )
    large_family_discount = PercentField(
        label=gettext_lazy("Large-family discount"),
        highest=0.9,
        help_text=gettext_lazy("For families of four or more. The others pay what it costs."),
    )
    risk_basis = forms.ChoiceField(
        label=gettext_lazy("Risk basis"),
        choices=[
            (
                RiskBasis.JOINT,
                gettext_lazy("Joint: benefits that come together are counted together (right)"),
            ),
            (
                RiskBasis.INDEPENDENT,
                gettext_lazy("Independent: every row for itself (as the Excel calculator)"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for size, name in FAMILY_FIELDS.items():
            self.fields[name] = NumberField(
                label=_("Families of %(size)s") % {"size": size}, highest=MOST_FAMILIES, required=False
            )
        for number, (name, rate) in enumerate(LOADING_FIELDS, start=1):
            self.fields[name] = forms.CharField(
                label=_("Further loading %(number)s") % {"number": number}, max_length=60, required=False
            )
            self.fields[rate] = PercentField(label=_("Rate %(number)s") % {"number": number}, required=False)
        grouping: Grouping = "international" if self.initial.get("grouping") == "international" else "indian"
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.grouping = grouping

    @property
    def family_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FAMILY_FIELDS.values()]

    @property
    def loading_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows in use and one more, so that there is always an empty one."""
        rows = [(self[name], self[rate]) for name, rate in LOADING_FIELDS]
        used = [
            n for n, row in enumerate(rows, start=1) if any(field.value() not in {None, ""} for field in row)
        ]
        return rows[: max(used, default=0) + 1]

    @property
    def can_scale(self) -> bool:
        return self.has_error("sizes_as", "sum")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_persons(cleaned)
        self._check_families(cleaned)
        self._check_loadings(cleaned)
        return cleaned

    def _check_persons(self, cleaned: Mapping[str, Any]) -> None:
        inhabitants, take_up = cleaned.get("inhabitants"), cleaned.get("expected_take_up")
        if inhabitants is None or take_up is None:
            return
        if (inhabitants * take_up).quantize(Decimal(1), rounding=ROUND_HALF_UP) < 1:
            self.add_error(
                "expected_take_up", _("With this take-up not one person joins. Type a larger share.")
            )

    def _check_families(self, cleaned: Mapping[str, Any]) -> None:
        if any(name in self.errors for name in FAMILY_FIELDS.values()) or "sizes_as" in self.errors:
            return
        typed = {size: cleaned[name] or Decimal(0) for size, name in FAMILY_FIELDS.items()}
        total = sum(typed.values(), Decimal(0))
        if not total:
            self.add_error(
                "sizes_as", _("No family size was typed. Type how many families have 1 member, 2, …")
            )
        elif cleaned["sizes_as"] == COUNTS:
            if any(count != count.to_integral_value() for count in typed.values()):
                self.add_error("sizes_as", _("Numbers of families are whole. Choose percent to type parts."))
        elif total != 100:
            message = _(
                "These add up to %(total)s %%, not 100 %%. Correct them, or let them be scaled in proportion."
            )
            words = message % {"total": format_exact(total, grouping="international")}
            self.add_error("sizes_as", forms.ValidationError(words, code="sum"))

    def _check_loadings(self, cleaned: Mapping[str, Any]) -> None:
        for name, rate in LOADING_FIELDS:
            if name in self.errors or rate in self.errors:
                continue
            if cleaned[name] and cleaned[rate] is None:
                self.add_error(
                    rate, _("“%(name)s” has no rate. Type one, or clear the name.") % {"name": cleaned[name]}
                )
            elif cleaned[rate] and not cleaned[name]:
                self.add_error(name, _("This loading has no name. Say what it is for, or clear the rate."))

    def values(self) -> dict[str, Any]:
        """What `schemes.actions` writes: shares as floats, families as shares, counts kept as typed."""
        cleaned = self.cleaned_data
        typed = {size: cleaned[name] or Decimal(0) for size, name in FAMILY_FIELDS.items()}
        counted = cleaned["sizes_as"] == COUNTS
        usual = CURRENCIES[cleaned["currency"]].grouping
        return {
            **{name: _plain(cleaned[name]) for name in PLAIN_FIELDS},
            "grouping": usual if cleaned["grouping"] == USUAL else cleaned["grouping"],
            "family_sizes": families.from_counts(typed) if counted else families.from_percent(typed),
            "family_counts": {str(size): int(n) for size, n in typed.items() if n} if counted else None,
            "further_loadings": [
                {"name": cleaned[name], "rate": float(cleaned[rate])}
                for name, rate in LOADING_FIELDS
                if cleaned[name]
            ],
        }


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def initial_of(scheme: Scheme) -> dict[str, Any]:
    """What the form shows for a scheme."""
    counted = scheme.family_counts or {}
    shown: dict[str, Any] = {name: getattr(scheme, name) for name in PLAIN_FIELDS}
    shown |= {"version": scheme.version, "sizes_as": COUNTS if counted else PERCENT}
    percent = _percent_as_typed(scheme.family_sizes)
    for size, name in FAMILY_FIELDS.items():
        shown[name] = counted.get(str(size)) if counted else percent.get(size)
    for (name, rate), row in zip(LOADING_FIELDS, scheme.further_loadings, strict=False):
        shown |= {name: row["name"], rate: row["rate"]}
    return shown


def _percent_as_typed(shares: families.Shares) -> dict[int, Decimal]:
    """A survey's shares have more digits than anybody types: rounded, so that they can be saved again."""
    exact = {int(size): (Decimal(repr(float(share))) * 100).normalize() for size, share in shares.items()}
    if all(share == round(share, TYPED_PLACES) for share in exact.values()):
        return exact
    rounded = families.scaled_to_hundred(exact, places=TYPED_PLACES)
    return {size: share.normalize() for size, share in rounded.items()}


def initial_of_new() -> dict[str, Any]:
    """A new form starts from the slide's community and loadings, without a discount."""
    percent = {1: "29", 2: "27", 3: "25", 4: "12", 5: "4.5", 6: "1.5", 7: "1"}
    return {
        "currency": "INR",
        "grouping": USUAL,
        "expected_take_up": 1.0,
        "sizes_as": PERCENT,
        "chance_of_bankruptcy": 0.05,
        "admin_rate": 0.20,
        "large_family_discount": 0.0,
        "risk_basis": RiskBasis.JOINT,
        **{FAMILY_FIELDS[size]: Decimal(share) for size, share in percent.items()},
    }


def scaled(data: QueryDict) -> QueryDict:
    """The same form with its family sizes scaled to 100 %; unchanged when one of them is no number."""
    form = SchemeForm(data)
    form.is_valid()
    typed = {size: form.cleaned_data.get(name) or Decimal(0) for size, name in FAMILY_FIELDS.items()}
    if any(name in form.errors for name in FAMILY_FIELDS.values()) or not sum(typed.values()):
        return data
    changed = data.copy()
    for size, share in families.scaled_to_hundred({k: v for k, v in typed.items() if v}).items():
        changed[FAMILY_FIELDS[size]] = format_exact(share, grouping="international")
    return changed


class QuickEstimateForm(forms.Form):
    """The first example of the method: how often times how dear is what each person pays."""

    incidence = IncidenceField(
        label=gettext_lazy("Incidence"),
        highest=50,
        help_text=gettext_lazy("4 %, 4 in 100 or 0.04 a year"),
    )
    cost = MoneyField(
        label=gettext_lazy("Average cost of one event"), help_text=gettext_lazy("the whole bill")
    )

    @property
    def premium(self) -> Decimal | None:
        if not self.is_valid():
            return None
        return Decimal(self.cleaned_data["incidence"] * self.cleaned_data["cost"])


class SharedOutForm(forms.Form):
    """The second one: all that a community spends, shared out among all who join."""

    expenditure = MoneyField(
        label=gettext_lazy("Spent on health in a year, E"),
        highest=10**15 - 1,
        help_text=gettext_lazy("by the whole community"),
    )
    persons = WholeField(
        label=gettext_lazy("Persons, N"),
        lowest=1,
        highest=MOST_INHABITANTS,
        help_text=gettext_lazy("all who would join"),
    )

    @property
    def premium(self) -> Decimal | None:
        if not self.is_valid():
            return None
        return Decimal(self.cleaned_data["expenditure"] / self.cleaned_data["persons"])


def persons_words(scheme: Scheme) -> str:
    """Who joins, in one sentence."""
    return _("%(persons)s of %(inhabitants)s inhabitants join") % {
        "persons": format_number(scheme.persons, grouping=scheme.number_grouping),
        "inhabitants": format_number(scheme.inhabitants, grouping=scheme.number_grouping),
    }
