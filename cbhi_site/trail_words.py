"""An entry of the audit trail in words: what each field is called on the screens, and what it was and is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from calculator.models import BenefitTerms

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Change:
    label: str
    before: str
    after: str


def changes_of(entry: AuditEntry) -> list[Change]:
    """Field by field; one side is empty where something was made or removed."""
    before, after = entry.before, entry.after
    return [
        Change(
            label=label_of(entry.subject_type, key),
            before=said(entry.subject_type, key, before[key]) if key in before else "",
            after=said(entry.subject_type, key, after[key]) if key in after else "",
        )
        for key in dict.fromkeys([*before, *after])
    ]


def label_of(subject_type: str, key: str) -> str:
    """`Hospital.threshold` is the threshold of one benefit of a package."""
    whose, _dot, name = key.rpartition(".")
    field = _field(subject_type, key)
    label = str(getattr(field, "verbose_name", "") or name).replace("_", " ")
    label = label[:1].upper() + label[1:]
    return f"{whose}: {label}" if whose else label


def said(subject_type: str, key: str, value: Any) -> str:
    choices = getattr(_field(subject_type, key), "flatchoices", None) or []
    words = str(dict(choices).get(value, "")) if isinstance(value, str) else ""
    return words or _plain(value)[:LONGEST]


def _field(subject_type: str, key: str) -> Any:
    whose, _dot, name = key.rpartition(".")
    try:
        model: type[models.Model] = BenefitTerms if whose else apps.get_model(subject_type)
        return model._meta.get_field(name)
    except (FieldDoesNotExist, LookupError, ValueError):
        return None


def _plain(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        # Shares, of family sizes: four figures tell them apart. What was typed alone is told in full.
        shown = {
            key: f"{each:.4g}" if isinstance(each, float) else _plain(each) for key, each in value.items()
        }
        return ", ".join(f"{key}: {each}" for key, each in shown.items())
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    return _moment(str(value))


def _moment(text: str) -> str:
    if len(text) < len("2026-01-01T00:00") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        return date_format(localtime(datetime.fromisoformat(text)), "j F Y, H:i")
    except ValueError:
        return text
