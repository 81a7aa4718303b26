"""Which column is what: looked at, put right, kept for the next file of the same form."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from schemes.downloads import download
from survey import reading_actions
from survey.columns import ColumnsPage
from survey.models import Survey
from survey.reading.mapping import MappingRefused, SurveyMapping
from survey.seen import rows_were_seen
from survey.views import REFUSED, survey_or_404


@needs(Permission.SURVEY)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    found = survey_or_404(request, survey_id)
    if found.is_forgotten or not found.report.get("mapping"):
        return redirect("survey:survey", found.pk)
    rows_were_seen(request, found)
    if request.method != "POST":
        return _page(request, found, ColumnsPage(found))
    page = ColumnsPage(found, typed=request.POST)
    if request.POST.get("do") == "show":
        return _page(request, found, page)
    problem, now = _saved(request, found, page)
    if problem:
        return _page(request, now, ColumnsPage(now, typed=request.POST), problem)
    messages.success(request, _("Kept, for this survey and for the next file of the same form."))
    return redirect("survey:survey", found.pk)


def _saved(request: SiteRequest, found: Survey, page: ColumnsPage) -> tuple[str, Survey]:
    """What is to be put right, empty when it was saved, and the survey as it is now."""
    try:
        seen = int(request.POST.get("version", "0") or 0)
        reading_actions.save_mapping(survey=found, seen_version=seen, mapping=page.sent(), user=request.user)
    except StaleEdit:
        problem = _(
            "Somebody else worked on this survey meanwhile. What you chose is still here; look at it and "
            "save again."
        )
        return problem, survey_or_404(request, found.pk)
    except (MappingRefused, ActionRefused) as refused:
        return str(refused), found
    except ValidationError as refused:
        return " ".join(refused.messages), found
    return "", found


def _page(request: SiteRequest, found: Survey, page: ColumnsPage, problem: str = "") -> HttpResponse:
    context = {"scheme": found.scheme, "stage": "survey", "survey": found, "page": page, "problem": problem}
    return render(request, "survey/columns.html", context, status=REFUSED if problem else 200)


@needs(Permission.SURVEY)
@limited("export")
@require_safe
def mapping_file(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """The mapping as `manage.py fit_survey --mapping` takes it."""
    found = survey_or_404(request, survey_id)
    stored = found.mapping or found.report.get("mapping")
    mapping = SurveyMapping.from_json(stored) if stored else SurveyMapping()
    content = json.dumps(mapping.as_json(), indent=2, ensure_ascii=False)
    return download(content + "\n", called=found.stem, ending=".mapping.json")
