"""Every page says whose it is, and what a phone brings back says whose it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from accounts.requests import SiteRequest
from offline.person import person_key

WHOSE = "X-Whose"
BY_ITSELF = "X-By-Itself"
BROUGHT_BY_ANOTHER = 412


class WhoseMiddleware:
    """Keeps what belongs to one person and organisation from landing with another, on the way out and back.

    A page carries the key of whoever it was made for, so that a phone keeps it for nobody else. What was done
    without a network carries the key it was done under: sent by anybody else's sign-in, or for another
    organisation, it is refused before anything reads it, and waits on the phone for whoever did it.
    """

    def __init__(self, get_response: Callable[[SiteRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        is_part = bool(request.headers.get("HX-Request"))
        if not is_part and (key := person_key(request)):
            response.headers[WHOSE] = key
        return response

    def process_view(
        self, request: SiteRequest, _view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponse | None:
        meant = request.headers.get(WHOSE)
        if meant is not None and meant != person_key(request):
            return HttpResponse(status=BROUGHT_BY_ANOTHER)
        if request.headers.get(BY_ITSELF) and hasattr(request, "_messages"):
            # "It is saved" is for whoever saved it to read: not for a page that a phone fetches to keep.
            del request._messages
        return None
