"""Every signed-in request knows the organisation it acts for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership, Organisation

SESSION_KEY = "organisation"


class OrganisationMiddleware:
    """Sets `request.membership` and `request.organisation`; both are None for a stranger.

    Somebody who belongs to several organisations acts for the one kept in the session, otherwise for the first
    they joined. A membership that was taken away counts from the next request on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = _membership(request)
        organisation: Organisation | None = membership.organisation if membership else None
        request.membership = membership  # type: ignore[attr-defined]
        request.organisation = organisation  # type: ignore[attr-defined]
        return self.get_response(request)


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    memberships = list(Membership.objects.filter(user=request.user).select_related("organisation"))
    chosen = request.session.get(SESSION_KEY)
    for membership in memberships:
        if str(membership.organisation_id) == chosen:
            return membership
    return memberships[0] if memberships else None
