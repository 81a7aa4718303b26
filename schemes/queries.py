"""Reads of schemes, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from schemes.models import Scheme


def schemes_of(*, organisation: Organisation | None) -> QuerySet[Scheme]:
    """The schemes in use, those changed lately first."""
    return Scheme.objects.of(organisation).live()


def deleted_schemes_of(*, organisation: Organisation | None) -> QuerySet[Scheme]:
    """Deleted schemes that can still be taken back, the latest first."""
    return Scheme.objects.of(organisation).deleted_lately().order_by("-deleted_at")


def find_scheme(*, organisation: Organisation | None, scheme_id: UUID) -> Scheme:
    return schemes_of(organisation=organisation).select_related("organisation").get(pk=scheme_id)
