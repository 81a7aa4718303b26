"""The reserve's next years; the address carries every number, so that it can be sent to somebody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from calculator.views import scheme_or_404
from experience.projection_forms import ProjectionForm
from experience.projection_page import ProjectionPage, Start, plan_of, start_of
from simulation.engine.refusal import Refused

BOXES = {"yearly_shock": "shock", "running_costs": "running"}


def _page(form: ProjectionForm, start: Start) -> ProjectionPage | None:
    if not form.is_valid():
        return None
    try:
        return ProjectionPage(start.year.scheme, plan_of(start.priced, form.cleaned_data))
    except Refused as refused:
        box = BOXES.get(refused.field, refused.field)
        form.add_error(box if box in form.fields else None, refused.problem)
        return None


@needs(Permission.READ)
@require_safe
def projection(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    context: dict[str, Any] = {"scheme": scheme, "stage": "years"}
    start = start_of(scheme)
    if start is None:
        return render(request, "experience/projection.html", context)
    form = ProjectionForm(request.GET, scheme=scheme, start=start.numbers)
    context |= {"form": form, "start": start, "page": _page(form, start)}
    # htmx shows nothing of an answer that is an error; the form itself says what is wrong
    refused = bool(form.errors) and not request.htmx
    return render(request, "experience/projection.html", context, status=422 if refused else 200)
