"""The request as views receive it, for the type checker: signed in, with an organisation to act for."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Organisation, User


class MemberRequest(HttpRequest):
    """What the middleware makes of a request from a signed-in member. Never instantiated."""

    user: User
    membership: Membership
    organisation: Organisation
    htmx: HtmxDetails
