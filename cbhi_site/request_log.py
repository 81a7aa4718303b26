"""One line in the log for each request: which page, who, for whom, how it ended, how long it took."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from cbhi_site import logs

HEADER = "X-Request-ID"
logger = logging.getLogger(__name__)
# What a proxy makes: an identifier, and nothing that could break a line or stand for a sentence.
_ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


class RequestLogMiddleware:
    """Gives each request an id, which is in every line of its log, in its answer and on its error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = request_id(request)  # type: ignore[attr-defined]
        known: dict[str, object] = {"request": request.id}  # type: ignore[attr-defined]
        token = logs.about.set(known)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            known |= who(request)
            fields = {
                "method": request.method if request.method in _METHODS else logs.HIDDEN,
                "route": route(request.resolver_match),
                "status": response.status_code,
                "milliseconds": round(1000 * (time.perf_counter() - started)),
            }
            logger.info("request", extra=fields)
        finally:
            logs.about.reset(token)
        response.headers[HEADER] = request.id  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, *_args: object) -> None:
        """From here on it is known who asks: what the view logs says so too."""
        known = logs.about.get()
        if isinstance(known, dict):
            known |= who(request)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def request_id(request: HttpRequest) -> str:
    """The id that the proxy gave, where there is a proxy; else a new one."""
    given = request.headers.get(HEADER, "")
    if settings.BEHIND_PROXY and _ACCEPTED.fullmatch(given):
        return given
    return str(uuid4())


def who(request: HttpRequest) -> dict[str, object]:
    """Ids of the person and the organisation; nothing that has not been asked for anyway."""
    organisation = getattr(request, "organisation", None)
    known: dict[str, object] = {}
    # Only the middleware that knows the organisation has asked for the user; a static file asks for neither.
    if hasattr(request, "memberships") and request.user.is_authenticated:
        known["user"] = request.user.pk
    if organisation is not None:
        known["organisation"] = str(organisation.pk)
    return known


def route(match: ResolverMatch | None) -> str | None:
    """The page's address with the ids of rows; keys of links and other texts in it are left out.

    An address that leads nowhere is not written down at all: it may be anything.
    """
    if match is None or match.route is None:
        return None

    def part(found: re.Match[str]) -> str:
        value = match.kwargs.get(found[1])
        is_row = isinstance(value, int) or (isinstance(value, UUID) and found[1].endswith("_id"))
        return str(value) if is_row else f"<{found[1]}>"

    return "/" + _PART.sub(part, match.route)
