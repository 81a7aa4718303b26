"""One benefit's assumptions as they are typed. Only the fields its laws need are shown and read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conflicts import StartedForm
from schemes.fields import IncidenceField, MoneyField, NumberField, PercentField, refusal
from schemes.models import Scheme
from schemes.numbers import NumberRefused, format_exact, parse_money
from simulation.choices import FrequencyLaw, Kind, Pictogram, SeverityLaw
from simulation.models import MOST_SAMPLE_VALUES, BenefitRisk

FREQUENCY_NEEDS: Mapping[str, tuple[str, ...]] = {
    FrequencyLaw.POISSON: ("incidence",),
    FrequencyLaw.BERNOULLI: ("incidence",),
    FrequencyLaw.NEGATIVE_BINOMIAL: ("incidence", "variance_to_mean"),
}
SEVERITY_NEEDS: Mapping[str, tuple[str, ...]] = {
    SeverityLaw.LOGNORMAL: ("severity_mean", "severity_sigma"),
    SeverityLaw.GAMMA: ("severity_mean", "severity_cv"),
    SeverityLaw.WEIBULL: ("severity_mean", "severity_cv"),
    SeverityLaw.LOMAX: ("severity_mean", "severity_alpha"),
    SeverityLaw.CONSTANT: ("severity_mean",),
    SeverityLaw.EMPIRICAL: ("severity_sample",),
    SeverityLaw.DAYS: ("severity_mean", "severity_variance_to_mean"),
}
LAWS_OF: Mapping[str, tuple[SeverityLaw, ...]] = {
    Kind.COST: (
        SeverityLaw.LOGNORMAL,
        SeverityLaw.GAMMA,
        SeverityLaw.WEIBULL,
        SeverityLaw.LOMAX,
        SeverityLaw.CONSTANT,
        SeverityLaw.EMPIRICAL,
    ),
    Kind.WAGE_DAYS: (SeverityLaw.DAYS, SeverityLaw.EMPIRICAL),
    Kind.FIXED: (),
}
FIGURES = (
    "incidence",
    "variance_to_mean",
    "severity_mean",
    "severity_sigma",
    "severity_cv",
    "severity_alpha",
    "severity_variance_to_mean",
    "severity_sample",
)
# With scripts on, a choice swaps the fields below it; without, the button "Show its fields" does the same.
SWAP_FIGURES = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-target": "#figures",
    "hx-select": "#figures",
    "hx-swap": "outerHTML",
    "hx-vals": '{"do": "fields"}',
}


class SampleField(forms.CharField):
    """The survey's own bills or days: one in a line, or semicolons between them."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        typed = [part for part in re.split(r"[\n;\t]", super().to_python(value) or "") if part.strip()]
        if not typed:
            return None
        if len(typed) > MOST_SAMPLE_VALUES:
            raise ValidationError(
                _("These are more than 2,000 values. Leave some out evenly, or fit a law to them.")
            )
        return [self._value(number, part) for number, part in enumerate(typed, start=1)]

    def _value(self, number: int, part: str) -> float:
        try:
            return float(parse_money(part))
        except NumberRefused as refused:
            words = " ".join(refusal(refused).messages)
            raise ValidationError(_("Value %(n)s: %(words)s") % {"n": number, "words": words}) from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(format_exact(float(item), grouping="international") for item in value)
        return value


class BenefitForm(StartedForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("A benefit needs a name. Type what people call it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark beside the name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: only OPD. May stay empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pictogram = forms.ChoiceField(
        label=gettext_lazy("Picture"), choices=Pictogram.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What the scheme pays for"),
        choices=Kind.choices,
        widget=forms.RadioSelect(attrs=SWAP_FIGURES),
    )
    linked_to = forms.ChoiceField(
        label=gettext_lazy("Its events"), required=False, widget=forms.Select(attrs=SWAP_FIGURES)
    )
    link_probability = PercentField(
        label=gettext_lazy("Of 100 such events, how many are paid here too"),
        above=0,
        required=False,
        asks_below_one=True,
    )
    frequency_law = forms.ChoiceField(
        label=gettext_lazy("How events come"),
        choices=FrequencyLaw.choices,
        required=False,
        widget=forms.Select(attrs=SWAP_FIGURES),
    )
    incidence = IncidenceField(
        label=gettext_lazy("Incidence"),
        required=False,
        help_text=gettext_lazy(
            "Events per person per year. 0.042, 4.2 % and 4.2 in 100 are the same; three a year is 3."
        ),
    )
    variance_to_mean = NumberField(
        label=gettext_lazy("Variance over mean of the yearly number"),
        required=False,
        help_text=gettext_lazy("1 is Poisson; above 1 some persons fall ill again and again. 1.5 is common."),
    )
    severity_law = forms.ChoiceField(
        label=gettext_lazy("How it spreads"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose how it spreads, then type its figures.")},
        widget=forms.Select(attrs=SWAP_FIGURES),
    )
    severity_mean = MoneyField(label=gettext_lazy("Average cost of one event"), above=0, required=False)
    severity_sigma = NumberField(
        label=gettext_lazy("Sigma of the logarithm"),
        required=False,
        help_text=gettext_lazy("Usually 0.5 to 2. At 1.35 half of the bills are below 40 % of the average."),
    )
    severity_cv = NumberField(
        label=gettext_lazy("Standard deviation over average"),
        required=False,
        help_text=gettext_lazy("Usually 0.5 to 3: 1 when bills differ by about as much as the average."),
    )
    severity_alpha = NumberField(
        label=gettext_lazy("Tail index alpha"),
        required=False,
        help_text=gettext_lazy(
            "Always above 1. At 2 or below, the package must have an event cap or a family cap."
        ),
    )
    severity_variance_to_mean = NumberField(
        label=gettext_lazy("Variance over mean of the days after the first"),
        required=False,
        help_text=gettext_lazy("1 or more; 4 when some stay very long."),
    )
    severity_sample = SampleField(
        label=gettext_lazy("The values"),
        required=False,
        help_text=gettext_lazy(
            "One in a line, up to 2,000. A column copied from a spreadsheet can be pasted."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "inputmode": "decimal"}),
    )
    survey_person_years = NumberField(
        label=gettext_lazy("Counts as much as so many person-years"),
        above=0,
        highest=10**9,
        required=False,
        help_text=gettext_lazy(
            "Persons asked times the time they were asked about: 1,000 persons about the last year are "
            "1,000, about the last 30 days 82; fewer where whole villages were asked. "
            "Leave it empty when nobody was asked."
        ),
    )
    source_note = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Which survey, whose judgement, what year. Whoever checks the price reads this."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scheme: Scheme, parents: Sequence[BenefitRisk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parents = {str(parent.pk): parent for parent in parents}
        on = [(key, _("come with: %(name)s") % {"name": parent.name}) for key, parent in self.parents.items()]
        _offer(self.fields["linked_to"], [("", _("come by themselves")), *on])
        _offer(
            self.fields["severity_law"], [(law.value, law.label) for law in LAWS_OF.get(self.kind_now, ())]
        )
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.grouping = scheme.number_grouping
        if self.kind_now == Kind.WAGE_DAYS:
            self.fields["severity_mean"].label = _("Average days lost in one event")

    # ---- what the choices made so far ask for
    @property
    def kind_now(self) -> str:
        return str(self["kind"].value() or Kind.COST)

    @property
    def frequency_law_now(self) -> str:
        return str(self["frequency_law"].value() or FrequencyLaw.POISSON)

    @property
    def is_linked_now(self) -> bool:
        return bool(self["linked_to"].value())

    @property
    def severity_law_now(self) -> str:
        laws = LAWS_OF.get(self.kind_now, ())
        chosen = str(self["severity_law"].value() or "")
        return chosen if chosen in laws else (laws[0] if laws else "")

    @property
    def frequency_figures(self) -> list[forms.BoundField]:
        if self.is_linked_now:
            return [self["link_probability"]]
        return [self[name] for name in FREQUENCY_NEEDS.get(self.frequency_law_now, ())]

    @property
    def severity_figures(self) -> list[forms.BoundField]:
        return [self[name] for name in SEVERITY_NEEDS.get(self.severity_law_now, ())]

    # ---- reading
    def clean_linked_to(self) -> BenefitRisk | None:
        return self.parents.get(self.cleaned_data["linked_to"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field in (*self.frequency_figures, *self.severity_figures):
            if field.name not in self.errors and cleaned.get(field.name) is None:
                self.add_error(field.name, _("This is missing. Type a number."))
        for name in ("severity_law", "link_probability", *FIGURES):
            if name not in self.needed and name in self.errors:
                # What is not asked for cannot be wrong.
                del self.errors[name]
        if not self.errors:
            self._ask_engine()
        return cleaned

    @property
    def needed(self) -> set[str]:
        names = {field.name for field in (*self.frequency_figures, *self.severity_figures)}
        return names | ({"severity_law"} if LAWS_OF.get(self.kind_now) else set())

    def _ask_engine(self) -> None:
        try:
            BenefitRisk(**self.values()).check_laws()
        except ValidationError as refused:
            self.add_error(None, refused)

    def values(self) -> dict[str, Any]:
        """What `simulation.actions` writes; what the laws do not need is empty."""
        cleaned = self.cleaned_data
        linked = cleaned["linked_to"]
        probability = cleaned.get("link_probability") if linked else None
        figures = {name: _plain(cleaned.get(name)) if name in self.needed else None for name in FIGURES}
        return {
            **{name: cleaned[name] for name in ("name", "remark", "pictogram", "kind", "source_note")},
            **figures,
            "linked_to": linked,
            "link_probability": 1.0 if probability is None else float(probability),
            "frequency_law": "" if linked else self.frequency_law_now,
            "severity_law": self.severity_law_now,
            "survey_person_years": _plain(cleaned["survey_person_years"]),
        }


def _offer(field: forms.Field, choices: list[tuple[str, str | Promise]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def initial_of(risk: BenefitRisk) -> dict[str, Any]:
    """What the form shows for a row."""
    names = [name for name in BenefitForm.base_fields if name not in {"linked_to", "started"}]
    shown = {name: getattr(risk, name) for name in names}
    if risk.is_example:
        # Whoever replaces an example says where the new figure is from.
        shown["source_note"] = ""
    return shown | {"linked_to": str(risk.linked_to_id or "")}


def initial_of_new() -> dict[str, Any]:
    return {
        "pictogram": Pictogram.RUPEE,
        "kind": Kind.COST,
        "linked_to": "",
        "link_probability": 1.0,
        "frequency_law": FrequencyLaw.POISSON,
        "severity_law": SeverityLaw.LOGNORMAL,
    }
