"""A year's entries of the trail in words: which figure, what it was, what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format

from accounts.models import AuditEntry
from calculator.models import Package
from experience.models import SchemeYear, YearClaims
from schemes.models import Scheme
from schemes.numbers import format_exact


@dataclass(frozen=True, kw_only=True)
class Change:
    name: str
    before: str
    after: str


@dataclass
class History:
    """Turns entries into words for one scheme."""

    scheme: Scheme
    benefits: dict[str, str]

    def lines(self, entries: list[AuditEntry]) -> list[tuple[AuditEntry, list[Change]]]:
        return [(entry, self.changes(entry)) for entry in entries]

    def changes(self, entry: AuditEntry) -> list[Change]:
        """Figure by figure; a figure that was empty and stays empty is not told."""
        before, after = entry.before, entry.after
        found = []
        for key in dict.fromkeys([*before, *after]):
            was, now = before.get(key), after.get(key)
            if was in (None, "") and now in (None, ""):
                continue
            found.append(Change(name=self.name(key), before=self.said(key, was), after=self.said(key, now)))
        return found

    def name(self, key: str) -> str:
        where, _comma, field = key.rpartition(", ")
        if not where:
            return _label(SchemeYear, key.removesuffix("_id"))
        benefit, _comma, month = where.rpartition(", ")
        return f"{self.benefits.get(benefit, benefit)}, {month}: {_label(YearClaims, field)}"

    def said(self, key: str, value: Any) -> str:
        if value in (None, ""):
            return "–"
        if key == "package_id":
            found = Package.objects.beside(self.scheme).filter(pk=value).first()
            return found.name if found is not None else str(value)
        if key == "starts_on":
            return date_format(date.fromisoformat(value), "j F Y")
        if key == "state":
            return str(dict(SchemeYear._meta.get_field("state").flatchoices).get(value, value))
        try:
            return format_exact(float(value), grouping=self.scheme.number_grouping)
        except (TypeError, ValueError):
            return str(value)


def _label(model: Any, name: str) -> str:
    try:
        words = str(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        words = name
    return words[:1].upper() + words[1:] if model is SchemeYear else words
