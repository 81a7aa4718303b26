"""How often a person and an organisation may do what costs the server something.

`@limited("export")` on a view counts its calls; every change that somebody signed in sends is counted as
"submit" without a mark. The counters live in the shared cache, so that all processes of a server count
together. They are there against a script or a stuck browser: nobody who types meets them.
"""

from __future__ import annotations

import functools
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.refusals import ActionRefused

View = TypeVar("View", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SUBMIT = "submit"
EXPORT = "export"
AWAY_SECONDS = 15
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """So many times in so many seconds, for one person and for all of an organisation together."""

    person: int
    organisation: int
    seconds: int

    def __post_init__(self) -> None:
        if min(self.person, self.organisation, self.seconds) < 1:
            raise ValueError("A limit needs a whole number above 0 for person, organisation and seconds.")


class TooMany(ActionRefused):
    """The limit `name` is used up for `seconds` more seconds."""

    def __init__(self, *, name: str, seconds: int) -> None:
        self.name = name
        self.seconds = seconds
        super().__init__(
            _("That was more than this site does at a time. Wait %(time)s, then try again.")
            % {"time": waiting_time(seconds)}
        )


def waiting_time(seconds: int) -> str:
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def allowance(name: str) -> Allowance:
    person, organisation, seconds = settings.LIMITS[name]
    return Allowance(person=person, organisation=organisation, seconds=seconds)


def spend(request: HttpRequest, name: str) -> None:
    """Count one use; raises `TooMany` when the person's or the organisation's allowance is used up."""
    allowed = allowance(name)
    user, organisation = getattr(request, "user", None), getattr(request, "organisation", None)
    if user is None or not user.is_authenticated:
        return
    count(f"{name}:person:{user.pk}", name=name, most=allowed.person, seconds=allowed.seconds)
    if organisation is not None:
        key = f"{name}:organisation:{organisation.pk}"
        count(key, name=name, most=allowed.organisation, seconds=allowed.seconds)


def count(key: str, *, name: str, most: int, seconds: int) -> None:
    """Add one to the counter of this stretch of time; raises `TooMany` beyond `most`."""
    now = _now()
    stretch = int(now // seconds)
    used = _one_more(f"limit:{key}:{seconds}:{stretch}", seconds=seconds + 1)
    if used > most:
        raise TooMany(name=name, seconds=max(1, math.ceil((stretch + 1) * seconds - now)))


def _now() -> float:
    return time.time()


class _Cache:
    """When the cache was last away: for a while nobody waits for it again."""

    away_until = 0.0


def _one_more(key: str, *, seconds: int) -> int:
    """How often `key` was counted, this time included; 0 while the cache is away, so that people work on."""
    if time.monotonic() < _Cache.away_until:
        return 0
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except ValueError:
        # It ran out between the two calls: a new stretch has begun.
        return 0
    except Exception as problem:  # noqa: BLE001  each cache has its own errors for being away
        _Cache.away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("limits are not counted for %d s: %s", AWAY_SECONDS, type(problem).__name__)
        return 0


def limited(name: str) -> Callable[[View], View]:
    """Count the calls of a view under `name` in settings.LIMITS: all of an export's, else only changes."""
    allowance(name)

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if name == EXPORT or request.method not in READING:
                spend(request, name)
            return cast("HttpResponse", view(request, *args, **kwargs))

        counted.limited = name  # type: ignore[attr-defined]
        return cast("View", counted)

    return wrap


def accepts_upload(*, megabytes: int) -> Callable[[View], View]:
    """Let a view take a body of so many megabytes; any other view takes what settings.BODY_BYTES allows."""
    return accepts_body(megabytes * 1024 * 1024)


def accepts_body(most: int) -> Callable[[View], View]:
    """The same in bytes, for a view that takes less than others."""

    def mark(view: View) -> View:
        view.body_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


class LimitsMiddleware:
    """Refuses too large a body before it is read, and counts every change.

    It stands before the check of the form's token, which is the first to read a body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if request.method in READING:
            return None
        most = getattr(view, "body_bytes", settings.BODY_BYTES)
        if content_length(request) > most:
            return too_large(request, most)
        try:
            spend(request, SUBMIT)
        except TooMany as refused:
            return too_many(request, refused)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return too_many(request, exception) if isinstance(exception, TooMany) else None


def content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def too_many(request: HttpRequest, refused: TooMany) -> HttpResponse:
    """Says how long to wait, and carries on what was typed: one button sends it again."""
    context = {"refused": refused, "kept": kept_values(request), "again": request.get_full_path()}
    template = "accounts/_too_many.html" if getattr(request, "htmx", False) else "accounts/too_many.html"
    response = render(request, template, context, status=429)
    response.headers["Retry-After"] = str(refused.seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def kept_values(request: HttpRequest) -> list[tuple[str, str]] | None:
    """What a refused form held, to send it again; None when there is nothing that can be sent again.

    Never a password nor the old token. A file does not come back: a page cannot fill in a file.
    """
    if request.method != "POST" or request.FILES:
        return None
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
    ]


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    context = {"megabytes": max(1, most // (1024 * 1024))}
    template = "accounts/_too_large.html" if getattr(request, "htmx", False) else "accounts/too_large.html"
    response = render(request, template, context, status=413)
    response.headers["Cache-Control"] = "no-store"
    return response
