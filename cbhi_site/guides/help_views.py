"""The help pages: one for all, and one for each kind of page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.page_left import page_left
from accounts.permissions import open_to_all
from cbhi_site.guides.guide import GUIDES
from cbhi_site.guides.registry import PARTS, TOPICS, topics_of
from cbhi_site.guides.words import WORDS
from cbhi_site.stages import STAGES


@open_to_all
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """All topics, how to read a premium and type numbers, and what every word means."""
    context = {
        "nine": STAGES,
        "parts": [(name, topics_of(key)) for key, name in PARTS.items()],
        "words": WORDS.values(),
        "guides": GUIDES.values(),
    }
    return render(request, "guides/help.html", context)


@open_to_all
@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """Help on one kind of page, with the way back to the page that was left."""
    found = TOPICS.get(key)
    if found is None:
        raise Http404
    context = {
        "topic": found,
        "words": [WORDS[word] for word in found.words],
        "beside": [each for each in topics_of(found.part) if each is not found],
        "part": PARTS[found.part],
        "back": _back(request),
    }
    return render(request, "guides/topic.html", context)


def _back(request: HttpRequest) -> str:
    """The page whose Help was pressed; one about help is no page to go back to."""
    left = page_left(request)
    return "" if left.startswith("/help/") else left
