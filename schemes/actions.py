"""Writes of schemes. Everything is one transaction, and everything deleted can be taken back for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.models import Organisation
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from schemes.models import Scheme

scheme_created = Signal()
"""Sent in the transaction that makes a scheme, with `scheme`: later stages lay out what every scheme starts
from.
"""


class NameTaken(ActionRefused):
    message = _("There is a scheme of this name already. Rename one of them first.")


@transaction.atomic
def create_scheme(*, organisation: Organisation, values: Mapping[str, Any]) -> Scheme:
    """Make a scheme. Raises `ValidationError` with one message a field when the values cannot be a scheme."""
    scheme = Scheme(organisation=organisation, **values)
    scheme.full_clean()
    scheme.save(force_insert=True)
    scheme_created.send(sender=Scheme, scheme=scheme)
    record(what=What.SCHEME_CREATED, subject=scheme, scheme=scheme, after=snapshot(scheme))
    return scheme


@transaction.atomic
def change_scheme(*, scheme: Scheme, seen_version: int, values: Mapping[str, Any]) -> Scheme:
    """Change a scheme that nobody changed since `seen_version`; otherwise raise `StaleEdit` and write
    nothing.
    """
    before = snapshot(Scheme.objects.beside(scheme).get(pk=scheme.pk))
    for field, value in values.items():
        setattr(scheme, field, value)
    scheme.full_clean()
    saved = save_if_unchanged(row=scheme, seen_version=seen_version, changes=values)
    record(what=What.SCHEME_CHANGED, subject=saved, scheme=saved, before=before, after=snapshot(saved))
    return saved


@transaction.atomic
def delete_scheme(*, scheme: Scheme) -> None:
    """Put a scheme away; `restore_scheme` brings it back for 30 days."""
    if Scheme.objects.beside(scheme).live().filter(pk=scheme.pk).update(deleted_at=timezone.now()):
        record(what=What.SCHEME_DELETED, subject=scheme, scheme=scheme)


@transaction.atomic
def restore_scheme(*, scheme: Scheme) -> Scheme:
    """Bring a deleted scheme back. Raises `NameTaken` when another scheme has its name by now."""
    scheme.deleted_at = None
    try:
        scheme.validate_constraints()
    except ValidationError:
        raise NameTaken from None
    Scheme.objects.beside(scheme).filter(pk=scheme.pk).update(deleted_at=None)
    record(what=What.SCHEME_RESTORED, subject=scheme, scheme=scheme)
    return scheme
