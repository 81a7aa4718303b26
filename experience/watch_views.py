"""Actual against expected: a year's page, and the work while its laws are worked out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from experience.models import SchemeYear
from experience.views import context_of, year_or_404
from experience.watch_page import WatchPage
from experience.watching import USUAL_RATE, Watching
from experience.year_laws import RATES
from jobs.actions import ring_stalled
from jobs.live import Live
from jobs.queries import progress as progress_of
from survey.work import Work


def rate_of(typed: str) -> float:
    return next((rate for rate in RATES if f"{100 * rate:.0f}" == typed), USUAL_RATE)


def _context(request: SiteRequest, year_id: UUID) -> dict[str, Any]:
    year = year_or_404(request, year_id)
    watching = Watching(year, rate=rate_of(request.GET.get("rate", "")))
    ring_stalled()
    watching.ask(request.user)
    job = None if watching.asked is None else watching.asked.job
    work = None if job is None else Work(job=job, name="")
    return context_of(
        year,
        page=WatchPage(watching),
        watching=watching,
        work=work,
        live=None if work is None or not work.is_live else _live(work, year),
    )


def _live(work: Work, year: SchemeYear) -> Live:
    assert work.job is not None
    address = reverse("experience:watch_progress", args=[year.pk])
    return work.live(address, words="", percent=progress_of(job=work.job).percent)


@needs(Permission.READ)
@never_cache
@require_safe
def watch(request: SiteRequest, year_id: UUID) -> HttpResponse:
    return render(request, "experience/watch.html", _context(request, year_id))


@needs(Permission.READ)
@never_cache
@require_safe
def watch_progress(request: SiteRequest, year_id: UUID) -> HttpResponse:
    context = _context(request, year_id)
    live = context["live"]
    return HttpResponse(headers={"HX-Refresh": "true"}) if live is None else live.answer(request)
