"""Saving the rules of a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions import save_if_unchanged
from accounts.refusals import StaleEdit
from accounts.trail import What, record, snapshot
from schemes.models import Scheme
from workshop.rules_rows import SchemeRules

NEW = 0
"""The version that somebody has seen who starts from an empty sheet."""


def rules_of(scheme: Scheme) -> SchemeRules | None:
    found: SchemeRules | None = (
        SchemeRules.objects.beside(scheme)
        .filter(scheme=scheme)
        .select_related("scheme__organisation", "organisation")
        .first()
    )
    return found


@transaction.atomic
def save_rules(*, scheme: Scheme, seen_version: int, values: Mapping[str, Any]) -> SchemeRules:
    """Write the sheet, the first time or over the one that was seen.

    Raises
    ------
    StaleEdit
        Somebody saved it since `seen_version` was shown; nothing is written.
    """
    before = rules_of(scheme)
    if before is None:
        row = _made(scheme, values)
        earlier = None
    elif seen_version == NEW:
        raise StaleEdit(theirs=before)
    else:
        earlier = snapshot(before)
        row = save_if_unchanged(row=before, seen_version=seen_version, changes=values)
    record(what=What.RULES_SAVED, subject=row, scheme=scheme, before=earlier, after=snapshot(row))
    return row


def _made(scheme: Scheme, values: Mapping[str, Any]) -> SchemeRules:
    try:
        with transaction.atomic():
            return SchemeRules.objects.create(organisation=scheme.organisation, scheme=scheme, **values)
    except IntegrityError:
        theirs = rules_of(scheme)
        if theirs is None:
            raise
        raise StaleEdit(theirs=theirs) from None
