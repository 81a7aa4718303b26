"""A year as it is typed: figures, claims of a month, a pasted block, a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.conflicts import StartedForm
from calculator.models import Package
from calculator.queries import packages_of
from experience.figures import AMOUNTS, MONTHS, contradiction
from experience.models import SchemeYear
from experience.sheet import CLAIM_FIELDS, ClaimsLine
from experience.sheet_cells import COUNTS, LONGEST_DAYS, MOST_COUNT
from experience.sheet_words import WORDS
from schemes.fields import MoneyField, NumberField, WholeField
from schemes.models import Scheme
from workshop.choice_rows import ChosenPackage

LONGEST_BLOCK = 400_000
HELP = {
    "households": _("Families with cover this year."),
    "due_households": _("Families of last year whose cover ended: those who could have come again."),
    "subsidy": _("From a donor or the state, towards the premium."),
    "running_costs": _("Salaries, travel, meetings, printing: what running the scheme cost."),
    "reserve": _("What is in the bank for bad years. A debt has a minus sign."),
    "technical_assistance": _("One-time help, whoever paid for it. It is shown apart, never in the premium."),
    "outstanding_claims": _(
        "Of this year’s claims: handed in, but not paid yet. Take off what you enter as paid later."
    ),
    "reported_premium_per_household": _("Only where the year’s premium and households are not known."),
}
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Members"),
        ("households", "insured", "new_insured", "renewed_households", "due_households"),
    ),
    (_("Money in"), ("premium", "subsidy", "interest", "reported_premium_per_household")),
    (_("Money out"), ("running_costs", "outstanding_claims", "technical_assistance")),
    (_("On the last day"), ("reserve", "cash", "payables", "liabilities")),
)


HEADS: Mapping[str, Any] = {
    "count": _("Handed in"),
    "rejected": _("Rejected"),
    "billed": _("Billed"),
    "paid": _("Paid"),
    "days_to_settle": _("Days to settle, mean"),
}
"""The columns of a month's claims."""


class PackageChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Package) else super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Package) else super().prepare_value(value)


def day_field(**values: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **values)


class YearForm(StartedForm):
    """First day and package: what a year needs to begin."""

    starts_on = day_field(
        label=_("First day"),
        help_text=_("All policies begin on it and end twelve months later."),
        error_messages={"required": _("Type the first day of the year, for example 2026-04-01.")},
    )
    package = PackageChoice(
        queryset=Package.objects.none(),
        required=False,
        label=_("Package that was sold"),
        empty_label=_("the one that was chosen, if any"),
        help_text=_(
            "Claims are compared with what this package was priced at. It can be named or changed later too, "
            "under Figures of the year: for a year gone by, name the package that was sold then."
        ),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        package = self.fields["package"]
        assert isinstance(package, PackageChoice)
        package.queryset = packages_of(scheme=scheme)


class FiguresForm(YearForm):
    """All figures of a year; whatever is empty is not known."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Where the figures are from, or what was special about the year."),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, scheme=scheme, **kwargs)
        self.fields["package"].help_text = _("Claims are compared with what this package was priced at.")
        for name in AMOUNTS:
            self.fields[name] = _field(name, scheme)

    @property
    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """The figures as the page shows them: title and fields."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, code = contradiction(cleaned)
        if code:
            self.add_error(name, _(WORDS[code]))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_on", "package", *AMOUNTS, "note")}


def _field(name: str, scheme: Scheme) -> NumberField:
    told: dict[str, Any] = {
        "required": False,
        "label": SchemeYear._meta.get_field(name).verbose_name.capitalize(),  # type: ignore[union-attr]
        "help_text": HELP.get(name, ""),
        "grouping": scheme.number_grouping,
    }
    if name in COUNTS:
        return WholeField(highest=MOST_COUNT, **told)
    return MoneyField(lowest=None if name == "reserve" else 0, **told)


def initial_of(year: SchemeYear) -> dict[str, Any]:
    names = ("starts_on", "package", *AMOUNTS, "note", "version")
    shown = {name: getattr(year, name) for name in names}
    return {**shown, "starts_on": year.starts_on.isoformat()}


# ---- claims ------------------------------------------------------------------------------------------------
class MonthForm(forms.Form):
    """Claims of one month, a line a benefit. Empty says that nothing is known; 0 says there was none."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, benefits: Mapping[str, str], scheme: Scheme, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        self.benefits = benefits
        for key, name in benefits.items():
            for field, made in _claim_fields(name, scheme).items():
                self.fields[f"{key}-{field}"] = made

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        for key, name in self.benefits.items():
            fields = [(head, self[f"{key}-{field}"]) for field, head in HEADS.items()]
            yield {"key": key, "name": name, "fields": fields}

    @property
    def heads(self) -> list[Any]:
        return list(HEADS.values())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for key in self.benefits:
            count, rejected = cleaned.get(f"{key}-count"), cleaned.get(f"{key}-rejected")
            if count is not None and rejected is not None and rejected > count:
                self.add_error(f"{key}-rejected", _("More are rejected than handed in. Check both numbers."))
        return cleaned

    def values(self, *, month: int) -> list[ClaimsLine]:
        return [
            ClaimsLine(
                row=row,
                benefit=key,
                month=month,
                values={field: self.cleaned_data[f"{key}-{field}"] for field in CLAIM_FIELDS},
            )
            for row, key in enumerate(self.benefits, start=1)
        ]


def _claim_fields(benefit: str, scheme: Scheme) -> dict[str, forms.Field]:
    told: dict[str, Any] = {"required": False, "grouping": scheme.number_grouping}
    made: dict[str, forms.Field] = {}
    for field, head in HEADS.items():
        label = f"{benefit}: {head}"
        if field in {"count", "rejected"}:
            made[field] = WholeField(highest=MOST_COUNT, label=label, **told)
        elif field == "days_to_settle":
            made[field] = NumberField(highest=LONGEST_DAYS, label=label, **told)
        else:
            made[field] = MoneyField(label=label, **told)
    return made


def month_initial(year: SchemeYear, *, month: int) -> dict[str, Any]:
    found: dict[str, Any] = {"version": year.version}
    for row in year.claims.all():
        if row.month == month:
            found |= {f"{row.benefit}-{field}": getattr(row, field) for field in CLAIM_FIELDS}
    return found


class BlockForm(forms.Form):
    """Lines from a spreadsheet, through the clipboard."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    block = forms.CharField(
        label=_("The lines"),
        max_length=LONGEST_BLOCK,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off", "class": "block"}),
        error_messages={"required": _("Paste the lines first.")},
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
        error_messages={"required": _("Choose a file first.")},
    )


class ReasonForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why is it opened again?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept with the year, for whoever reads its figures."),
        error_messages={"required": _("Say why: a closed year is what others have relied on.")},
    )


def usual_first_day(years: Sequence[SchemeYear], *, choice: ChosenPackage | None, today: date) -> date:
    """The first day of the cover in force or to come, else the first of this month; after every year kept."""
    first = today.replace(day=1) if choice is None else choice.starts_on
    if not years:
        return first
    after = max(year.first_of_month(MONTHS + 1) for year in years)
    return after if choice is None else max(after, first)
