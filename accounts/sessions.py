"""How long a sign-in lasts: the server looks at the clock, whatever the browser keeps.

A session that lay idle is ended at its next request: 15 minutes on a shared phone, 12 hours elsewhere,
30 days at the latest. The browser gets a new, empty session that remembers who was there, so that only the
password has to be typed again, and what was being sent (`accounts.kept_form`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts import kept_form
from accounts.middleware import SESSION_KEY as ORGANISATION
from accounts.models import Membership, User
from accounts.page_left import page_left
from accounts.permissions import ACCOUNT, needed_by

SHARED = "shared_phone"
SEEN_AT = "seen_at"
# The membership that was stamped last: signing in acts for none, and the first page after it must count.
SEEN_IN = "seen_in"
BEGAN_AT = "began_at"
RETURNING = "returning"
# A session's clock is written no more often than this.
GRAIN_SECONDS = 30


class SessionWatchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and has_run_out(request):
            put_out(request)
        response = self.get_response(request)
        if request.user.is_authenticated and response.status_code < 400 and is_deed(request):
            touch(request)
            if kept_form.was_sent(request):
                kept_form.drop(request)
        return response


def is_deed(request: HttpRequest) -> bool:
    """Whether a person did this: what a page fetches by itself keeps no session alive."""
    by_itself = request.headers.get("HX-Request") or request.headers.get("X-By-Itself")
    return request.method not in {"GET", "HEAD"} or not by_itself


def has_run_out(request: HttpRequest) -> bool:
    now = time.time()
    minutes = (
        settings.SHARED_PHONE_IDLE_MINUTES if request.session.get(SHARED) else settings.SESSION_IDLE_MINUTES
    )
    idle = now - request.session.get(SEEN_AT, now)
    age = now - request.session.get(BEGAN_AT, now)
    return idle > minutes * 60 or age > settings.SESSION_LONGEST_DAYS * 24 * 3600


def put_out(request: HttpRequest) -> None:
    """End the session; the new one knows who may come back and where they were, and nothing else."""
    session = request.session
    returning = {
        "user": str(request.user.pk),
        "organisation": session.get(ORGANISATION),
        "shared": bool(session.get(SHARED)),
    }
    UserSession.objects.filter(session_key=session.session_key).delete()
    session.flush()
    session[RETURNING] = returning
    session.set_expiry(settings.KEPT_FORM_SECONDS)
    request.user = AnonymousUser()


def touch(request: HttpRequest) -> None:
    now = int(time.time())
    membership: Membership | None = getattr(request, "membership", None)
    where = str(membership.pk) if membership is not None else request.session.get(SEEN_IN)
    if now - request.session.get(SEEN_AT, 0) < GRAIN_SECONDS and where == request.session.get(SEEN_IN):
        return
    request.session.setdefault(BEGAN_AT, now)
    request.session[SEEN_AT], request.session[SEEN_IN] = now, where
    UserSession.objects.create_from_request(request)
    if membership is not None:
        Membership.objects.filter(pk=membership.pk).update(last_seen_at=timezone.now())


def begin(request: HttpRequest, user: User) -> None:
    """Start the clock of a new sign-in, and hand over what the last one left for the same person only."""
    session, now = request.session, int(time.time())
    # Just past the grain, so that the first page already says who was seen when.
    session[SEEN_AT], session[BEGAN_AT] = now - GRAIN_SECONDS, now
    returning: dict[str, Any] | None = session.pop(RETURNING, None)
    if returning is None or returning["user"] != str(user.pk):
        kept_form.drop(request)
        session.pop(ORGANISATION, None)
    elif returning["organisation"]:
        session[ORGANISATION] = returning["organisation"]


def returning_user(request: HttpRequest) -> User | None:
    """Who was signed in on this browser until a moment ago."""
    returning = request.session.get(RETURNING)
    return User.objects.filter(pk=returning["user"], is_active=True).first() if returning else None


def forget_returning(request: HttpRequest) -> None:
    request.session.pop(RETURNING, None)
    kept_form.drop(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Asks a stranger to sign in, keeps what somebody was just sending, and leads whole pages there."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        returning = request.session.get(RETURNING)
        # What is about oneself (signing out, ending sessions) is done again by hand.
        keepable = needed_by(view_func, changes=True) != ACCOUNT
        if returning and keepable and kept_form.keep(request, user_id=returning["user"]):
            back = reverse("accounts:go_on")
        else:
            back = _page_of(request)
        query = QueryDict(mutable=True)
        query["next"] = back
        there = f"{self.get_login_url(view_func)}?{query.urlencode(safe='/')}"
        if request.headers.get("HX-Request"):
            # A part of a page cannot show the sign-in page: the whole page goes there.
            return HttpResponseClientRedirect(there)
        return HttpResponseRedirect(there)


def _page_of(request: HttpRequest) -> str:
    """The page somebody was on: what they asked for, or for a form or part of a page what it stood on."""
    is_part = bool(request.headers.get("HX-Request"))
    if request.method in {"GET", "HEAD"} and not is_part:
        return request.get_full_path()
    return page_left(request, header="HX-Current-URL" if is_part else "Referer") or "/"
