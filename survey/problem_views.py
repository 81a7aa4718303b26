"""Problems of a survey: looked at, put right, left out with a reason, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from schemes.downloads import download
from schemes.exports import csv_text
from survey import reading_actions
from survey.models import Survey
from survey.pages import page_of
from survey.problem_page import ProblemsPage
from survey.problem_rows import SurveyProblem
from survey.queries import problems_of, standing_corrections
from survey.seen import rows_were_seen
from survey.views import REFUSED, survey_or_404


@needs(Permission.SURVEY)
@require_safe
def problems(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    found = survey_or_404(request, survey_id)
    if found.is_forgotten or found.reading is None:
        return redirect("survey:survey", found.pk)
    rows_were_seen(request, found)
    return render(request, "survey/problems.html", _context(found, ProblemsPage(found, request.GET)))


@needs(Permission.SURVEY)
@limited("export")
@require_safe
def problems_file(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """What matches as a spreadsheet: to take along to those who filled the forms in."""
    found = survey_or_404(request, survey_id)
    if found.is_forgotten or found.reading is None:
        raise Http404
    listed = ProblemsPage(found, request.GET)
    record_reading(what=What.EXPORTED, subject=found, scheme=found.scheme_id, after={"file": "problems.csv"})
    return download(csv_text(listed.csv_rows), called=found.stem, ending="-problems.csv")


def _context(found: Survey, listed: ProblemsPage) -> dict[str, Any]:
    return {
        "scheme": found.scheme,
        "stage": "survey",
        "survey": found,
        "page": page_of(found),
        "list": listed,
    }


@needs(Permission.SURVEY)
@require_POST
def correct(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """What was typed goes in place of the values; what was ticked, or the whole list, is left out."""
    found = survey_or_404(request, survey_id)
    seen = int(request.POST.get("version", "0") or 0)
    try:
        made = _corrected(request, found, seen)
    except StaleEdit:
        words = _("Somebody else worked on this survey meanwhile. The list is new; look at it and try again.")
        return _once_more(request, survey_id, words)
    except ActionRefused as refused:
        return _once_more(request, survey_id, str(refused), no_reason=isinstance(refused, NoReason))
    else:
        words = ngettext("%(n)s correction is kept.", "%(n)s corrections are kept.", made) % {"n": made}
        if made:
            messages.success(request, words + " " + _("Read the survey again to put them in place."))
        else:
            messages.info(request, _("Nothing was typed or ticked that is not corrected already."))
    return redirect(ProblemsPage(found, request.POST).here)


def _once_more(
    request: SiteRequest, survey_id: UUID, problem: str, *, no_reason: bool = False
) -> HttpResponse:
    """The same page of the list with everything that was typed and ticked, and what is missing."""
    found = survey_or_404(request, survey_id)
    if found.is_forgotten or found.reading is None:
        messages.error(request, problem)
        return redirect("survey:survey", found.pk)
    rows_were_seen(request, found)
    context = _context(found, ProblemsPage(found, request.POST, kept=request.POST))
    context |= {"problem": problem, "no_reason": no_reason}
    return render(request, "survey/problems.html", context, status=REFUSED)


class NoReason(ActionRefused):
    message = _("Say why these rows are left out. Type a reason in the box below the list.")


def _corrected(request: SiteRequest, found: Survey, seen: int) -> int:
    reason = request.POST.get("reason", "").strip()
    listed = ProblemsPage(found, request.POST)
    if request.POST.get("do") == "all":
        if not reason:
            raise NoReason
        rows = problems_of(survey=found, **listed.filters.query).filter(row__gte=1).exclude(code="excluded")
        return reading_actions.correct(
            survey=found, seen_version=seen, problems=rows.iterator(), reason=reason, user=request.user
        )
    own = {str(one.pk): one for one in _named(request, found)}
    made = 0
    typed = {
        name.removeprefix("value-"): value
        for name in request.POST
        if name.startswith("value-") and (value := request.POST.get(name, "").strip())
    }
    ticked = [own[pk] for pk in request.POST.getlist("out") if pk in own]
    if ticked and not reason:
        raise NoReason
    for value in dict.fromkeys(typed.values()):
        cells = [own[pk] for pk, each in typed.items() if each == value and pk in own]
        made += reading_actions.correct(
            survey=found, seen_version=seen, problems=cells, value=value, user=request.user
        )
        seen += 1
    if ticked:
        made += reading_actions.correct(
            survey=found, seen_version=seen, problems=ticked, reason=reason, user=request.user
        )
    return made


def _named(request: SiteRequest, found: Survey) -> list[SurveyProblem]:
    """The problems that the form names, of this survey only."""
    keys = [name.removeprefix("value-") for name in request.POST if name.startswith("value-")]
    keys += request.POST.getlist("out")
    valid = []
    for key in keys:
        try:
            valid.append(UUID(key))
        except ValueError:
            continue
    return list(problems_of(survey=found).filter(pk__in=valid))


@needs(Permission.SURVEY)
@require_POST
def undo(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Take back one step (a correction and what was corrected together with it), or all of them."""
    found = survey_or_404(request, survey_id)
    corrections = standing_corrections(survey=found)
    if request.POST.get("batch") != "all":
        try:
            corrections = corrections.filter(batch=UUID(request.POST.get("batch", "")))
        except ValueError:
            corrections = corrections.none()
    try:
        count = reading_actions.undo(survey=found, corrections=corrections)
        words = ngettext("%(n)s correction is taken back.", "%(n)s corrections are taken back.", count)
        messages.success(
            request, words % {"n": count} + " " + _("Read the survey again to see the rows as they were.")
        )
    except ActionRefused as refused:
        messages.info(request, str(refused))
    return redirect("survey:problems", found.pk)
