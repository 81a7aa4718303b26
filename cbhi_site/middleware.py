"""Two small things every page needs: how large it is drawn, and a page for who belongs to no organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.gate import no_organisation_page
from accounts.refusals import NoOrganisation

DISPLAYS = {"projector": "projector", "desk": ""}
SESSION_KEY = "display"


class DisplayMiddleware:
    """`?view=projector` draws every page larger until `?view=desk`; `request.display` says which.

    For a stranger it holds for the one page: a session for whoever asks would let anybody fill the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = DISPLAYS.get(request.GET.get("view", ""))
        if asked is not None and request.user.is_authenticated:
            request.session[SESSION_KEY] = asked
        shown = request.session.get(SESSION_KEY, "") if asked is None else asked
        request.display = shown  # type: ignore[attr-defined]
        return self.get_response(request)


class NoOrganisationMiddleware:
    """Somebody who is signed in but belongs nowhere yet reads why, instead of an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NoOrganisation):
            return None
        return no_organisation_page(request)
