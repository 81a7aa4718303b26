"""The home page with all schemes on their way."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from cbhi_site.stages import STAGES, ways_of
from schemes.queries import deleted_schemes_of, schemes_of


@needs(Permission.READ)
@require_safe
def home(request: SiteRequest) -> HttpResponse:
    schemes = list(schemes_of(organisation=request.organisation))
    return render(
        request,
        "cbhi_site/home.html",
        {
            "ways": ways_of(schemes),
            "deleted": deleted_schemes_of(organisation=request.organisation),
            "nine": STAGES,
        },
    )
