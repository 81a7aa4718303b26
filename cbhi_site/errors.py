"""What a visitor reads when a request cannot be read or something broke: plain words and a reference."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from cbhi_site.database_away import away_page, is_away


def _words(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, RequestDataTooBig):
        return 413, _("What was sent is too large for this page. Send it in smaller parts.")
    if isinstance(exception, TooManyFieldsSent):
        return 413, _("The form has more boxes than the site reads at a time. Send it in smaller parts.")
    if isinstance(exception, TooManyFilesSent):
        return 413, _("These are more files than the site takes at a time. Send them a few at a time.")
    return 400, _("The site could not read what was sent. Go back, load the page again and try once more.")


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status, words = _words(exception)
    if isinstance(exception, SuspiciousOperation) and status == 400:
        # The host name may be what is wrong: nothing that depends on it.
        return HttpResponse(
            render_to_string(
                "plain_error.html",
                {"title": _("Please try again"), "words": words, "stylesheets": _stylesheets()},
            ),
            status=status,
        )
    if request.headers.get("HX-Request"):
        return HttpResponse(
            render_to_string("components/message.html", {"kind": "warn", "icon": "warning", "text": words}),
            status=status,
        )
    return render(request, "400.html", {"words": words}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing here may fail: no database, no session, no base page."""
    if is_away():
        return away_page(request, stylesheets=_stylesheets())
    reference = str(getattr(request, "id", "") or uuid4())
    changes = request.method not in {"GET", "HEAD"}
    if request.headers.get("HX-Request"):
        if changes:
            words = _(
                "Something went wrong on our side. What you did was not saved. Reference: %(reference)s"
            )
        else:
            words = _("Something went wrong on our side. Nothing was changed. Reference: %(reference)s")
        text = words % {"reference": reference}
        return HttpResponse(format_html('<p class="msg msg--bad" role="alert">{}</p>', text), status=500)
    context = {"reference": reference, "changes": changes, "stylesheets": _stylesheets()}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _stylesheets() -> list[str]:
    """The site's own; none where what broke is the list of static files itself."""
    try:
        return [static("css/common.css")]
    except (ValueError, OSError):
        return []
