"""A package's price explained: on screen, and on paper in the language that somebody chose for it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.models import Package
from calculator.package_views import package_or_404
from calculator.packages import line_of
from explained.content import content_of
from explained.page import Explained
from explained.prints import print_of
from explained.ten_years import MOST_DECADES
from schemes.downloads import download
from schemes.printing import render_pdf
from workshop.board_views import choices_of


def _decade(request: SiteRequest) -> int:
    """Which ten years are asked for; the first where that says nothing."""
    asked = request.GET.get("ten", "")
    is_one = asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST_DECADES)) and int(asked) > 0
    return int(asked) if is_one else 1


def _explained(request: SiteRequest, found: Package) -> Explained:
    return Explained(line_of(found), choices=choices_of(request), decade=_decade(request))


@needs(Permission.READ)
@require_safe
def package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """`?ten=2` shows another ten years, `?lang=hi` another language."""
    found = package_or_404(request, package_id)
    explained = _explained(request, found)
    language = explained.choices.language
    with translation.override(language):
        content = content_of(explained)
    context = {
        "scheme": found.scheme,
        "stage": "packages",
        "package": found,
        "content": content,
        "choices": explained.choices,
        "decade": explained.decade,
        "other_language": language if language != translation.get_language() else "",
    }
    return render(request, "explained/package.html", context)


@needs(Permission.READ)
@limited("export")
@require_safe
def package_pdf(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = package_or_404(request, package_id)
    explained = _explained(request, found)
    with translation.override(explained.choices.language):
        document = print_of(explained)
    record_reading(
        what=What.EXPORTED,
        subject=found,
        scheme=found.scheme_id,
        package=found,
        after={"file": "explained.pdf"},
    )
    content = render_pdf("explained", document, made_at=timezone.now())
    return download(content, called=f"{found.name} explained {explained.choices.language}", ending=".pdf")
