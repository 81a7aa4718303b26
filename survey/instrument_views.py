"""The questionnaires and templates whose files need no questions afterwards."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from schemes.downloads import download
from survey.instrument_files import INSTRUMENTS


@needs(Permission.READ)
@limited("export")
@require_safe
def instrument(request: SiteRequest, name: str) -> HttpResponse:  # noqa: ARG001
    found = INSTRUMENTS.get(name)
    if found is None:
        raise Http404
    stem, _point, kind = found.file.rpartition(".")
    return download(found.make(), called=stem, ending=f".{kind}")
