"""A request as the pages get it: the middleware has said who asks and for which organisation."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User


class SiteRequest(HttpRequest):
    """For annotations only; `accounts.middleware` sets the attributes on Django's own request."""

    user: User
    organisation: Organisation | None
    membership: Membership | None
    memberships: list[Membership]
    htmx: HtmxDetails
    display: str
