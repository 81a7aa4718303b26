"""The questionnaires and templates whose files need no questions afterwards."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from survey.instrument_files import INSTRUMENTS


@needs(Permission.READ)
@limited("export")
@require_safe
def instrument(request: SiteRequest, name: str) -> HttpResponse:  # noqa: ARG001
    found = INSTRUMENTS.get(name)
    if found is None:
        raise Http404
    response = HttpResponse(found.make(), content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.file}"'
    return response
