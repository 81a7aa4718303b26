"""Writes that are about who may change what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Versioned
from accounts.refusals import StaleEdit

Row = TypeVar("Row", bound=Versioned)


@transaction.atomic
def save_if_unchanged(*, row: Row, seen_version: int, changes: Mapping[str, Any]) -> Row:
    """Write `changes` to `row` if nobody saved since `seen_version` was shown.

    One conditional update decides. Returns the row as saved. Raises `StaleEdit`, carrying the other person's
    row, and writes nothing, when somebody else was first.
    """
    rows = type(row)._base_manager.filter(pk=row.pk)
    values: dict[str, Any] = {**changes, "version": F("version") + 1}
    if any(field.name == "changed_at" for field in row._meta.concrete_fields):
        values["changed_at"] = timezone.now()
    if rows.filter(version=seen_version).update(**values) == 0:
        raise StaleEdit(theirs=rows.first())
    row.refresh_from_db()
    return row
