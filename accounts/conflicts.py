"""Somebody else saved first: mine, theirs and what stood there before, field by field; one form out of both.

Every edit works in texts, as the boxes of its form hold them. A form that may meet a conflict inherits from
`StartedForm` and its template shows `form.version` and `form.started`. When saving raises `StaleEdit`, the
view answers with `conflict_page(...)`. What is chosen there is posted to the form's own address again, with
the version that was shown, so that a third person is not overwritten either; the view reads it through
`merged(...)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Organisation

SALT = "accounts.conflicts"
MINE, THEIRS = "mine", "theirs"
KEEP = "keep_"
NOTHING = "–"

Texts = Mapping[str, str]
"""What the boxes of a form hold, by name."""


class StartedForm(forms.Form):
    """Carries along what its boxes held when it was opened: the "before" of a conflict."""

    started = forms.CharField(required=False, widget=forms.HiddenInput)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "started" and not self.initial.get("started"):
            return sealed(texts_of(self))
        return super().get_initial_for_field(field, field_name)


def sealed(texts: Texts) -> str:
    """Signed, so that nobody shows a colleague a "before" that never was."""
    return signing.dumps(dict(texts), salt=SALT, compress=True)


def unsealed(text: str) -> dict[str, str]:
    """What `sealed` closed; nothing when it is absent or not ours."""
    try:
        texts: dict[str, str] = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    return texts


def texts_of(form: forms.Form) -> dict[str, str]:
    """The boxes of a form that was not sent, as a browser would send them."""
    return {
        name: _text(form[name].value()) for name, field in form.fields.items() if not field.widget.is_hidden
    }


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "on" if value is True else str(value)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is decided together: one field, or several that mean nothing apart."""

    key: str
    label: str | Promise
    fields: tuple[str, ...]


def parts_of(fields: Mapping[str, forms.Field], together: Iterable[Part] = ()) -> list[Part]:
    """One part a field; those that are decided `together` stand where their first field stands."""
    group_of = {name: part for part in together for name in part.fields}
    parts: dict[str, Part] = {}
    for name, field in fields.items():
        if not field.widget.is_hidden:
            part = group_of.get(name) or Part(key=name, label=field.label or name, fields=(name,))
            parts.setdefault(part.key, part)
    return list(parts.values())


@dataclass(frozen=True, kw_only=True)
class Difference:
    part: Part
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    before: tuple[str, ...]
    take: str

    @property
    def field_name(self) -> str:
        return f"{KEEP}{self.part.key}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Three readings of one form."""

    fields: Mapping[str, forms.Field]
    parts: Sequence[Part]
    mine: Texts
    theirs: Texts
    before: Texts

    @property
    def differences(self) -> list[Difference]:
        """Part by part where mine and theirs do not mean the same: 3000 and 3,000 do."""
        return [self._difference(part) for part in self.parts if not self._same(part, self.mine, self.theirs)]

    def _same(self, part: Part, one: Texts, other: Texts) -> bool:
        return all(self._value(name, one) == self._value(name, other) for name in part.fields)

    def _difference(self, part: Part) -> Difference:
        asked = (self.mine, self.theirs, self.before) if self.before else (self.mine, self.theirs)
        names = [name for name in part.fields if len({repr(self._value(name, each)) for each in asked}) > 1]
        # What I left as it was is theirs to change; where both of us changed it, mine is offered first.
        untouched = bool(self.before) and self._same(part, self.mine, self.before)
        return Difference(
            part=part,
            mine=self._words(part, names, self.mine),
            theirs=self._words(part, names, self.theirs),
            before=self._words(part, names, self.before) if self.before else (),
            take=THEIRS if untouched else MINE,
        )

    def _value(self, name: str, texts: Texts) -> Any:
        text = texts.get(name, "")
        try:
            value = self.fields[name].to_python(text)
        except ValidationError:
            return text
        return None if value == "" else value

    def _words(self, part: Part, names: list[str], texts: Texts) -> tuple[str, ...]:
        words = {name: self._in_words(name, texts) for name in names}
        said = [self._named(part, name, word) for name, word in words.items() if word != NOTHING]
        return tuple(said) or (NOTHING,)

    def _named(self, part: Part, name: str, word: str) -> str:
        """The word with its field's label, unless the line beside it says that already."""
        label = str(self.fields[name].label)
        return word if len(part.fields) == 1 or label == str(part.label) else f"{label}: {word}"

    def _in_words(self, name: str, texts: Texts) -> str:
        field, value = self.fields[name], self._value(name, texts)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if value is None:
            return NOTHING
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        in_words = getattr(field, "in_words", field.prepare_value)
        return str(in_words(value))


def merged(data: QueryDict, *, parts: Sequence[Part], theirs: Texts) -> QueryDict:
    """My form with their values wherever I chose theirs."""
    result = data.copy()
    for part in parts:
        if data.get(f"{KEEP}{part.key}") == THEIRS:
            for name in part.fields:
                result[name] = theirs.get(name, "")
    return result


@dataclass(frozen=True, kw_only=True)
class Way:
    """Another way out than choosing field by field: a button of the conflict page."""

    do: str
    label: str


def conflict_page(
    request: HttpRequest,
    *,
    row: models.Model,
    name: str,
    version: int,
    action: str,
    leave: str,
    compared: Comparison,
    ways: Sequence[Way] = (),
    do: str = "save",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Both side by side. `action` is where the choice is sent, `leave` where the saved one is looked at."""
    sent = {**compared.mine, "version": str(version), "started": sealed(compared.theirs)}
    shown = {
        **(context or {}),
        "name": name,
        "action": action,
        "leave": leave,
        "differences": compared.differences,
        "knows_before": bool(compared.before),
        "sent": sent.items(),
        "ways": ways,
        "do": do,
        "saved": _last_saved(row),
    }
    return render(request, "accounts/conflict.html", shown, status=409)


def _last_saved(row: models.Model) -> AuditEntry | None:
    """Who saved it and when, from the trail."""
    organisation = row if isinstance(row, Organisation) else row.organisation  # type: ignore[attr-defined]
    about = AuditEntry.objects.of(organisation).filter(
        subject_type=row._meta.label_lower, subject_id=str(row.pk)
    )
    newest: AuditEntry | None = about.first()
    return newest
