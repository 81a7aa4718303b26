"""The words of the field with a picture, in all four languages: for who explains, and for who translates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.languages import NAMES
from accounts.permissions import open_to_all
from cbhi_site.guides.words import WORDS

PICTURES: Mapping[str, str] = {
    "scheme": "pot",
    "benefit": "hospital",
    "package": "plus",
    "incidence": "day",
    "severity": "rupee",
    "threshold": "down",
    "copay": "switch",
    "event-cap": "up",
    "family-cap": "family",
    "fixed": "tick",
    "wage-loss": "wage",
    "linked": "transport",
    "pure": "dice",
    "risk-loading": "warning",
    "admin": "print",
    "bankruptcy": "cross",
    "take-up": "person",
    "large-family": "family",
    "recall": "undo",
    "survey-error": "help",
    "board": "screen",
    "choice": "tick",
    "resolution": "print",
    "claim": "opd",
    "reserve": "pot",
}


@open_to_all
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Each word as the catalogues have it: the screens, the prints and this page say the same."""
    lines = [
        {"icon": icon, "word": WORDS[key], "said": list(_in_every_language(key))}
        for key, icon in PICTURES.items()
    ]
    return render(request, "guides/words.html", {"lines": lines})


def _in_every_language(key: str) -> Any:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield {"code": code, "language": NAMES[code], "word": str(WORDS[key].term)}
