"""Every signed-in request knows the organisation it acts for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Membership, Organisation
from accounts.permissions import NOTHING, needed_by

SESSION_KEY = "organisation"
# The hidden field of templates/components/acting_for.html.
ACTING_FOR = "acting_for"
CONFLICT = 409


class OrganisationMiddleware:
    """Sets `request.membership` and `request.organisation`; both are None for a stranger.

    Somebody who belongs to several organisations acts for the one kept in the session, otherwise for the
    first they joined. A membership that was taken away or switched off is gone from the next
    request on.

    A form that names no thing of an organisation (an invitation) says for which organisation it was opened:
    sent after one changed over in another window, it is refused instead of doing its work in the wrong one.
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

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponse | None:
        organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
        # What is open to all acts for no organisation, and may read the body itself.
        if request.method != "POST" or organisation is None or needed_by(view, changes=True) == NOTHING:
            return None
        meant = request.POST.get(ACTING_FOR)
        if meant is None or meant == str(organisation.pk):
            return None
        memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
        mine = (each.organisation for each in memberships if str(each.organisation_id) == meant)
        context = {"owner": next(mine, None), "address": request.path}
        return render(request, "accounts/opened_for_another.html", context, status=CONFLICT)


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
