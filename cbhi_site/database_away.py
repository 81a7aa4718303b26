"""What a visitor reads while the database restarts or takes nothing: try again, with all that was typed."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.kept_form import form_of

TRY_AGAIN_SECONDS = 5


def is_away() -> bool:
    """Whether the request at hand broke on the database itself: gone, restarting, locked or its disk full."""
    return isinstance(sys.exc_info()[1], OperationalError | InterfaceError)


def away_page(request: HttpRequest, *, stylesheets: list[str]) -> HttpResponse:
    """A page that sends the same form again. Nothing here asks the database."""
    if request.headers.get("HX-Request"):
        words = _(
            "The site cannot reach its data at this moment. Nothing on this page is lost: "
            "try again in a few seconds."
        )
        answer = HttpResponse(format_html('<p class="msg msg--warn" role="alert">{}</p>', words), status=503)
    else:
        changes = request.method not in {"GET", "HEAD"}
        context = {
            "form": form_of(request),
            "changes": changes,
            "token": get_token(request) if changes else "",
            "address": request.get_full_path(),
            "seconds": TRY_AGAIN_SECONDS,
            "stylesheets": stylesheets,
        }
        answer = HttpResponse(render_to_string("503.html", context), status=503)
    answer.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return answer
