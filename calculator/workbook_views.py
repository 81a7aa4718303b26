"""The Excel calculator of a scheme or of a saved package, to take away."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.languages import in_asked_language
from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator import queries
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.views import scheme_or_404
from calculator.workbook_files import package_workbook, scheme_workbook
from schemes.downloads import download


@needs(Permission.READ)
@limited("export")
@require_safe
@in_asked_language
def package_excel(request: SiteRequest, package_id: UUID) -> HttpResponse:
    line = line_of(package_or_404(request, package_id))
    content = package_workbook(line)
    _taken(line.package, scheme=line.package.scheme, package=line.package)
    return download(content, called=line.package.name, ending=".xlsx")


@needs(Permission.READ)
@limited("export")
@require_safe
@in_asked_language
def scheme_excel(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    assumption_set = queries.current_set(scheme=scheme)
    risks = queries.risks_tuple(assumption_set)
    content = scheme_workbook(scheme=scheme, assumption_set=assumption_set, risks=risks)
    _taken(scheme, scheme=scheme)
    return download(content, called=scheme.name, ending="-calculator.xlsx")


def _taken(subject: models.Model, *, scheme: models.Model, package: models.Model | None = None) -> None:
    record_reading(
        what=What.EXPORTED, subject=subject, scheme=scheme, package=package, after={"file": "workbook"}
    )
