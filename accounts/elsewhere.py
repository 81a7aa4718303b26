"""A link to a page of another of one's own organisations: not here, but a button leads there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Membership, Organisation
from accounts.queries import owner_among


class ElsewhereMiddleware:
    """Turns "nothing here" into an offer to change organisation, for whoever belongs to the other one too.

    Anybody else gets the page that an address without anything behind it gives.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method != "GET" or request.headers.get("HX-Request"):
            return response
        owner = _owner(request)
        if owner is None:
            return response
        context = {"owner": owner, "address": request.get_full_path()}
        return render(request, "accounts/elsewhere.html", context, status=404)


def _owner(request: HttpRequest) -> Organisation | None:
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    match = request.resolver_match
    if len(memberships) < 2 or match is None:
        return None
    here: Organisation | None = request.organisation  # type: ignore[attr-defined]
    others = [each.organisation for each in memberships if each.organisation != here]
    for key in match.kwargs.values():
        owner = owner_among(organisations=others, key=key) if isinstance(key, UUID) else None
        if owner is not None:
            return owner
    return None
