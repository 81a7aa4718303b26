"""Two people changed the same package: mine, theirs and what was opened, box by box of the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conflicts import Comparison, Part, Texts, merged, unsealed
from calculator import queries
from calculator.cases import chosen_of
from calculator.forms import LoadingsForm, NameForm
from calculator.models import Draft, Package
from calculator.typed import Typed, TypedSheet, sheet_of, typed_from_post, typed_of
from schemes.fields import NumberField
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import set_of_number

ASSUMPTIONS = "assumptions"
# What two boxes of a row say together.
PAIRS = {
    ("event_cap", "cap_basis"): gettext_lazy("Event cap"),
    ("start_day", "last_day"): gettext_lazy("Days paid"),
}


@dataclass(frozen=True, kw_only=True)
class ChosenOfBoth:
    """The sheet that somebody chose out of mine and theirs, and what they chose it from."""

    typed: Typed
    started: Typed
    seen_version: int
    assumptions: AssumptionSet


def compared(*, draft: Draft, package: Package) -> Comparison:
    """`draft` is a sheet that can be saved."""
    risks = _risks_of_both(draft, package)
    both = TypedSheet(draft.scheme, risks, {})
    now = queries.assumptions_for(draft)
    mine = TypedSheet(draft.scheme, queries.risks_tuple(now), draft.typed)
    assert mine.is_valid
    number = now.number
    named = {name: draft.typed.get(name, "").strip() for name in NameForm.base_fields}
    return Comparison(
        fields=_fields(both),
        parts=_parts(both),
        mine=typed_of(draft.scheme, mine.chosen, risks) | named | {ASSUMPTIONS: str(number)},
        theirs=_texts(package, risks),
        before=draft.started and {**draft.started, ASSUMPTIONS: str(number)},
    )


def chosen(post: QueryDict, *, draft: Draft, package: Package) -> ChosenOfBoth:
    risks = _risks_of_both(draft, package)
    sheet = TypedSheet(draft.scheme, risks, {})
    data = merged(post, parts=_parts(sheet), theirs=_texts(package, risks))
    started = unsealed(post.get("started", ""))
    return ChosenOfBoth(
        typed=typed_from_post(data, risks),
        started={name: text for name, text in started.items() if name != ASSUMPTIONS},
        seen_version=_whole(post.get("version")) or draft.package_version or 0,
        assumptions=_assumptions(draft, _whole(data.get(ASSUMPTIONS))),
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _assumptions(draft: Draft, number: int) -> AssumptionSet:
    try:
        return set_of_number(scheme=draft.scheme, number=number) if number else queries.assumptions_for(draft)
    except AssumptionSet.DoesNotExist:
        raise Http404 from None


def _risks_of_both(draft: Draft, package: Package) -> tuple[BenefitRisk, ...]:
    """Those of my assumptions, then what only theirs have."""
    mine = queries.risks_tuple(queries.assumptions_for(draft))
    keys = {risk.key for risk in mine}
    return (*mine, *(risk for risk in queries.risks_tuple(package.assumption_set) if risk.key not in keys))


def _texts(package: Package, risks: tuple[BenefitRisk, ...]) -> Texts:
    number = str(package.assumption_set.number)
    return sheet_of(package, chosen_of(package), risks) | {ASSUMPTIONS: number}


def _fields(sheet: TypedSheet) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = dict(NameForm().fields)
    for form in sheet.rows:
        found |= {form.add_prefix(name): field for name, field in form.fields.items()}
    found |= LoadingsForm({}, first_row=0).fields
    found[ASSUMPTIONS] = forms.CharField(label=_("Version of the assumptions"))
    for field in found.values():
        if isinstance(field, NumberField):
            field.grouping = sheet.scheme.number_grouping
    return found


def _parts(sheet: TypedSheet) -> list[Part]:
    parts = [
        Part(key=name, label=field.label or name, fields=(name,)) for name, field in NameForm().fields.items()
    ]
    for form in sheet.rows:
        paired = {
            name: (pair, label) for pair, label in PAIRS.items() for name in pair if pair[0] in form.fields
        }
        for name, field in form.fields.items():
            pair, label = paired.get(name, ((name,), field.label))
            if name == pair[0]:
                parts.append(
                    Part(
                        key=form.add_prefix(name),
                        label=f"{form.risk.name}: {label}",
                        fields=tuple(form.add_prefix(each) for each in pair),
                    )
                )
    loadings = LoadingsForm({}, first_row=0).fields
    parts += [Part(key=name, label=field.label or name, fields=(name,)) for name, field in loadings.items()]
    return [*parts, Part(key=ASSUMPTIONS, label=_("Version of the assumptions"), fields=(ASSUMPTIONS,))]
