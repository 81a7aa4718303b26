"""The one part of a page that changes while a job goes on: some words, a bar, and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jobs.models import Job

PAUSES = (1, 2, 5, 10)
"""Seconds between two looks, longer the longer it goes on."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """`components/live.html` draws it: once within the page, and again as the whole answer to each look."""

    address: str
    pause: int
    words: str
    percent: int | None = None

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "components/live.html", {"live": self})
        response.holds_no_secret = True  # type: ignore[attr-defined]  # cbhi_site.compression
        return response


def pause_of(job: Job | None) -> int:
    """How many seconds to wait before the next look at a job."""
    if job is None:
        return PAUSES[-1]
    waited = (timezone.now() - job.created_at).total_seconds()
    return next((pause for pause in PAUSES[:-1] if waited < 10 * pause), PAUSES[-1])
