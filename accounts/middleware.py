"""Every signed-in request knows the organisation it acts for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership, Organisation

SESSION_KEY = "organisation"


class OrganisationMiddleware:
    """Sets `request.membership` and `request.organisation`; both are None for a stranger.

    Somebody who belongs to several organisations acts for the one kept in the session, otherwise for the
    first they joined. A membership that was taken away or switched off is gone from the next
    request on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = _memberships(request)
        membership = _chosen(request, memberships)
        organisation: Organisation | None = membership.organisation if membership else None
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.organisation = organisation  # type: ignore[attr-defined]
        return self.get_response(request)


def _memberships(request: HttpRequest) -> list[Membership]:
    if not request.user.is_authenticated:
        return []
    return list(Membership.objects.enabled().filter(user=request.user).select_related("organisation"))


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    if not memberships:
        return None
    chosen = request.session.get(SESSION_KEY)
    for membership in memberships:
        if str(membership.organisation_id) == chosen:
            return membership
    return memberships[0]
