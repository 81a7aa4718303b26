"""Hand-over: the package for openIMIS and FHIR, and everything of the scheme in one file."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.package_views import package_or_404
from calculator.views import scheme_or_404
from schemes.downloads import download
from workshop.handover_files import KINDS, MAPPINGS, archive
from workshop.handover_queries import Offer, offer_of, offers_of
from workshop.handover_tables import LEFT_OUT, TABLES
from workshop.handover_words import in_words


@needs(Permission.READ)
@require_safe
def handover(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """What each file is for, and what it leaves behind; `?package=` picks another one than the chosen."""
    scheme = scheme_or_404(request, scheme_id)
    offers = offers_of(scheme)
    picked = _picked(offers, request.GET.get("package", ""))
    context = {
        "scheme": scheme,
        "stage": "choice",
        "offers": offers,
        "picked": picked,
        "lost": [] if picked is None else _lost(picked),
        "tables": [table.name for table in TABLES],
        "left_out": sorted({str(reason) for reason in LEFT_OUT.values()}),
    }
    return render(request, "workshop/handover.html", context)


def _picked(offers: list[Offer], asked: str) -> Offer | None:
    found = [offer for offer in offers if str(offer.package.pk) == asked]
    return next(iter(found or offers), None)


def _lost(offer: Offer) -> list[dict[str, object]]:
    """What each format does not carry; what none of them does stands first, once."""
    handed = offer.handed
    gaps = {name: in_words(mapping(handed).gaps, offer.line.say) for name, mapping in MAPPINGS.items()}
    alike = [gap for gap in next(iter(gaps.values())) if all(gap in each for each in gaps.values())]
    own = {name: [gap for gap in each if gap not in alike] for name, each in gaps.items()}
    shown = {_("None of these files"): alike, **own}
    return [{"format": name, "gaps": each} for name, each in shown.items()]


@needs(Permission.READ)
@limited("export")
@require_safe
def package_file(request: SiteRequest, package_id: UUID, file: str) -> HttpResponse:
    """One package in one format."""
    package = package_or_404(request, package_id)
    if file not in KINDS:
        raise Http404
    kind = KINDS[file]
    content = kind.text(offer_of(package).handed)
    record_reading(
        what=What.EXPORTED,
        subject=package,
        scheme=package.scheme_id,
        package=package,
        after={"file": kind.name},
    )
    return download(content, called=str(package), ending=f"-{kind.name}", kind=kind.content_type)


@needs(Permission.READ)
@limited("export")
@require_safe
def everything(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    content = archive(scheme, offers_of(scheme), made_at=timezone.localtime())
    record_reading(what=What.EXPORTED, subject=scheme, scheme=scheme, after={"file": "everything.zip"})
    return download(content, called=str(scheme), ending="-everything.zip")
