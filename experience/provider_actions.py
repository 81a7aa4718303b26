"""Writes of decisions about providers: each in the trail with before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from experience.providers import ProviderDecision
from schemes.models import Scheme


class DecidedAgain(ActionRefused):
    message = _("A decision of this day about this facility is written down again by now. Change that one.")


@transaction.atomic
def add_decision(*, scheme: Scheme, values: Mapping[str, Any]) -> ProviderDecision:
    """Raises `ValidationError`."""
    decision = ProviderDecision(organisation=scheme.organisation, scheme=scheme, **values)
    decision.full_clean()
    decision.save(force_insert=True)
    record(what=What.PROVIDER_ADDED, subject=decision, scheme=scheme, after=snapshot(decision))
    return decision


@transaction.atomic
def change_decision(
    *, decision: ProviderDecision, seen_version: int, values: Mapping[str, Any]
) -> ProviderDecision:
    """Raises `StaleEdit` when somebody saved since `seen_version`, or `ValidationError`."""
    before = snapshot(ProviderDecision.objects.beside(decision).get(pk=decision.pk))
    for name, value in values.items():
        setattr(decision, name, value)
    decision.full_clean()
    saved = save_if_unchanged(row=decision, seen_version=seen_version, changes=values)
    _record(What.PROVIDER_CHANGED, saved, before=before, after=snapshot(saved))
    return saved


@transaction.atomic
def delete_decision(*, decision: ProviderDecision) -> None:
    """Put it away; `restore_decision` brings it back for 30 days."""
    rows = ProviderDecision.objects.beside(decision).kept().filter(pk=decision.pk)
    if rows.update(deleted_at=timezone.now()):
        _record(What.PROVIDER_DELETED, decision)


@transaction.atomic
def restore_decision(*, decision: ProviderDecision) -> None:
    """Raises `DecidedAgain` where another one has taken its place."""
    decision.deleted_at = None
    try:
        decision.validate_constraints()
    except ValidationError:
        raise DecidedAgain from None
    if (
        ProviderDecision.objects.beside(decision)
        .deleted_lately()
        .filter(pk=decision.pk)
        .update(deleted_at=None)
    ):
        _record(What.PROVIDER_RESTORED, decision)


def _record(what: What, decision: ProviderDecision, **said: Any) -> None:
    record(what=what, subject=decision, scheme=decision.scheme_id, **said)
