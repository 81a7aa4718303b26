"""The insurance lesson for schools and groups: a page to read, and everything on paper."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.packages import lines_of
from calculator.views import scheme_or_404
from schemes.downloads import download
from schemes.models import Scheme
from schemes.printing import render_pdf
from workshop.board_queries import packages_on_board
from workshop.board_views import choices_of
from workshop.lesson_page import Lesson
from workshop.print_figures import PrintChoices


def _lesson(scheme: Scheme, choices: PrintChoices) -> Lesson | None:
    """With the first package of the board; None while no package is saved."""
    found = packages_on_board(scheme)[:1]
    return Lesson(lines_of(list(found), scheme=scheme)[0], choices) if found else None


@needs(Permission.READ)
@require_safe
def lesson(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The plan of the lesson and its cards, in a chosen language."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    found = _lesson(scheme, choices)
    context = {
        "scheme": scheme,
        "stage": "board",
        "choices": choices,
    }
    if found is not None:
        with translation.override(choices.language):
            context["words"] = found.document
    return render(request, "workshop/lesson.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def lesson_pdf(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    found = _lesson(scheme, choices)
    if found is None:
        raise Http404
    with translation.override(choices.language):
        document = found.document
    record_reading(what=What.EXPORTED, subject=scheme, scheme=scheme, after={"file": "lesson.pdf"})
    content = render_pdf("lesson", document, made_at=timezone.now())
    return download(content, called=f"{scheme.name} lesson {choices.language}", ending=".pdf")
