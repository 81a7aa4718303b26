"""Which language a page, a letter or a print speaks.

Whoever is signed in and has chosen is answered in that language on every device. Everybody else: the language
kept on this browser, then what the browser asks for, then English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])

NAMES: Mapping[str, str] = {"en": "English", "hi": "हिन्दी", "ne": "नेपाली", "or": "ଓଡ଼ିଆ"}
"""Each language as its own speakers write it."""

DIGITS: Mapping[str, str] = {"hi": "१ २ ३", "ne": "१ २ ३", "or": "୧ ୨ ୩"}  # noqa: RUF001  their digits
"""How the first digits look in the languages that have their own."""

KEPT_SECONDS = 365 * 24 * 3600


def is_spoken(code: str) -> bool:
    return code in dict(settings.LANGUAGES)


def current() -> str:
    """The language of the moment."""
    spoken = translation.get_language() or settings.LANGUAGE_CODE
    return spoken if is_spoken(spoken) else settings.LANGUAGE_CODE


def digits_to_choose(language: str, *, own: bool) -> list[dict[str, Any]]:
    """The digits that a page in this language may be read in; none where there is nothing to choose."""
    if language not in DIGITS:
        return []
    latin = {"value": "latin", "sample": "1 2 3", "picked": not own}
    return [latin, {"value": "own", "sample": DIGITS[language], "picked": own}]


@contextmanager
def speaking_to(user: User | None) -> Iterator[None]:
    """The language that somebody reads, for a letter to them; the one of the moment where none is known."""
    chosen = user.language if user is not None and is_spoken(user.language) else current()
    with translation.override(chosen):
        yield


def in_asked_language(view: View) -> View:
    """A file to take away speaks the language of `?lang=`, whatever its page speaks."""

    @wraps(view)
    def spoken(request: HttpRequest, *arguments: Any, **names: Any) -> Any:
        asked = request.GET.get("lang", "")
        with translation.override(asked if is_spoken(asked) else current()):
            return view(request, *arguments, **names)

    return spoken  # type: ignore[return-value]


class LanguageMiddleware:
    """Answers whoever is signed in in the language of their account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and is_spoken(user.language):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)
