"""Who looked at rows of households: written down once for each person, survey and quarter of an hour."""

from __future__ import annotations

from django.core.cache import cache

from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from survey.models import Survey

ONE_LOOK_SECONDS = 900


def rows_were_seen(request: SiteRequest, survey: Survey) -> None:
    """Turning pages of one list is one look."""
    if cache.add(f"rows-seen:{request.user.pk}:{survey.pk}", 1, ONE_LOOK_SECONDS):
        record_reading(what=What.ROWS_SEEN, subject=survey, scheme=survey.scheme_id, label=survey.name)
