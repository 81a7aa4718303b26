"""Two people saved the same package: what differs between them, field by field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calculator.cases import chosen_of
from calculator.models import Package
from calculator.typed import TypedSheet, sheet_of


def differences(*, package: Package, mine: TypedSheet) -> list[dict[str, Any]]:
    """The boxes in which the sheet as typed and the package as saved do not say the same."""
    theirs = TypedSheet(mine.scheme, mine.risks, sheet_of(package, chosen_of(package), mine.risks))
    names = {form.add_prefix(name): _label(form, name) for form in mine.rows for name in form.fields}
    names |= {name: str(field.label or name) for name, field in mine.loadings.fields.items()}
    names |= {"name": _("Name"), "note": _("Note")}
    mine_values, their_values = _values(mine), _values(theirs)
    return [
        {
            "name": label,
            "mine": mine.typed.get(name) or "–",
            "theirs": theirs.typed.get(name) or "–",
        }
        for name, label in names.items()
        if mine_values.get(name) != their_values.get(name)
    ]


def _label(form: Any, name: str) -> str:
    return f"{form.risk.name}: {form.fields[name].label}"


def _values(sheet: TypedSheet) -> dict[str, Any]:
    """What each box means, so that 3000 and 3,000 are the same; what cannot be read stands for itself."""
    values: dict[str, Any] = {name: sheet.typed.get(name, "").strip() for name in ("name", "note")}
    for form in (*sheet.rows, sheet.loadings):
        form.is_valid()
        for name in form.fields:
            key = form.add_prefix(name)
            values[key] = form.cleaned_data.get(name, sheet.typed.get(key))
    return values
