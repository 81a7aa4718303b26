"""Small things every page needs: how large it is drawn, in which digits, a page for who belongs nowhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.gate import no_organisation_page
from accounts.languages import current
from accounts.refusals import NoOrganisation
from schemes.own_digits import OWN_DIGITS, in_own_digits

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


class DigitsMiddleware:
    """Who chose the digits of their language reads every page in them, the dates too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user, language = request.user, current()
        own = user.is_authenticated and user.own_digits and language in OWN_DIGITS
        if own and not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            text = response.content.decode(response.charset)
            response.content = in_own_digits(text, OWN_DIGITS[language])
        return response


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
