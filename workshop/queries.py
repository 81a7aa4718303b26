"""Reads of the shortlist, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from schemes.models import Scheme
from workshop.shortlist_rows import ShortlistEntry


def shortlist_of(*, scheme: Scheme) -> QuerySet[ShortlistEntry]:
    """What stands on the scheme's shortlist, in its order."""
    entries = ShortlistEntry.objects.beside(scheme).filter(scheme=scheme)
    return entries.standing().select_related("package")


def taken_off(*, scheme: Scheme) -> QuerySet[ShortlistEntry]:
    """What was taken off, the newest first."""
    entries = ShortlistEntry.objects.beside(scheme).filter(scheme=scheme)
    return entries.put_away().select_related("package")


def find_entry(*, organisation: Organisation | None, entry_id: UUID) -> ShortlistEntry:
    """One entry of a scheme and a package that are still there."""
    entries = ShortlistEntry.objects.of(organisation).select_related("scheme", "package")
    return entries.get(pk=entry_id, scheme__deleted_at=None, package__deleted_at=None)
