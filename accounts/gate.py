"""The gate every address stands behind: what its mark says it needs, held against who asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Membership
from accounts.permissions import NOTHING, Permission, may, needed_by
from accounts.refusals import NoOrganisation

logger = logging.getLogger(__name__)


class PermissionMiddleware:
    """Refuses before a view runs, so that a refusal never depends on what the address names.

    A view without a mark is refused to everybody and says so in the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        needed = needed_by(view, changes=request.method not in {"GET", "HEAD"})
        if needed is None:
            logger.error("%s.%s has no permission mark: refused", view.__module__, view.__qualname__)
            raise PermissionDenied
        if needed == NOTHING:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not isinstance(needed, Permission):
            return None
        return _refusal(request, view, needed)


def _refusal(request: HttpRequest, view: Callable[..., Any], needed: Permission) -> HttpResponse | None:
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return no_organisation_page(request)
    if may(membership.role, needed):
        return None
    reading = needed_by(view, changes=False)
    return refused_page(request, may_look=isinstance(reading, Permission) and may(membership.role, reading))


def no_organisation_page(request: HttpRequest) -> HttpResponse:
    context = {"message": NoOrganisation.message}
    return render(request, "accounts/no_organisation.html", context, status=403)


def refused_page(request: HttpRequest, *, may_look: bool) -> HttpResponse:
    """Which role one has, what it may not do here, and whom to ask."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    administrators = (
        Membership.objects.enabled()
        .admins()
        .filter(organisation=membership.organisation_id)
        .select_related("user")
    )
    context = {
        "may_look": may_look,
        "role": membership.get_role_display(),
        "administrators": [each.user.get_full_name() or each.user.get_username() for each in administrators],
    }
    response = render(request, "accounts/refused.html", context, status=403)
    if request.method not in {"GET", "HEAD"} and request.headers.get("HX-Request"):
        # A fragment that was offered is no longer allowed: the page is asked anew and offers it no more.
        response.headers["HX-Refresh"] = "true"
    return response
