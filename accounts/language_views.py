"""Choosing a language, and digits: on every page, signed in or not, without a script."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.languages import KEPT_SECONDS, is_spoken
from accounts.page_left import page_left
from accounts.permissions import open_to_all
from accounts.requests import SiteRequest


@open_to_all
@require_POST
def choose(request: SiteRequest) -> HttpResponse:
    """Keep what was chosen, on the account of who is signed in and on this browser, and go back.

    Back to where the browser says it was: a page that told its own address could not be the same for what
    exists with somebody else and what does not exist.
    """
    response = redirect(page_left(request) or "home")
    language = request.POST.get("language", "")
    changes: dict[str, str | bool] = {}
    if is_spoken(language):
        changes["language"] = language
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=KEPT_SECONDS,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    if (digits := request.POST.get("digits")) in {"latin", "own"}:
        changes["own_digits"] = digits == "own"
    if changes and request.user.is_authenticated:
        for name, value in changes.items():
            setattr(request.user, name, value)
        request.user.save(update_fields=list(changes))
    return response
