"""What a phone asks for so that it can go on without a network, and where it brings back what was done."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.languages import in_asked_language
from accounts.limits import limited
from accounts.permissions import Permission, needs, open_to_all
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.views import load_draft, scheme_or_404
from offline import sheets
from offline.clash import clash_page, merged_of
from offline.packs import plan_of
from offline.pages import asked_mark, mark_of, pages_of
from offline.person import person_key, whose
from offline.sheets import Arrived, NotASheet
from offline.single_file import single_file
from schemes.downloads import download

SHELL = (
    "css/common.css", "css/session.css", "css/board.css", "css/dossier.css", "css/guides.css",
    "css/workshop.css", "icons.svg", "django_htmx/htmx-2.min.js", "js/sheet.js", "js/offline/start.js",
    "js/numbers.js", "js/offline/premium.js", "js/offline/sheet.js", "js/offline/taps.js",
)  # fmt: skip
"""The files that kept pages are drawn and driven with."""
ICONS = (("icons/192.png", "192x192", "any"), ("icons/512.png", "512x512", "any maskable"))
JSON = "application/json"
REFUSED = 422
CONFLICT = 409
LOCAL = ("localhost", "127.0.0.1", "[::1]")


# ---- for everybody: nothing here is anybody's --------------------------------------------------------------
@open_to_all
@never_cache
@require_safe
def worker(_request: SiteRequest) -> HttpResponse:
    """The service worker, with the names of this version's files written above it."""
    files = [staticfiles_storage.url(name) for name in SHELL]
    addresses = {
        "AWAY": reverse("offline:away"),
        "CONTACT": reverse("offline:contact"),
        "LEAVE": reverse("account_logout"),
    }
    source = (Path(settings.BASE_DIR) / "static/js/offline/worker.js").read_text(encoding="utf-8")
    version = sha256(json.dumps([files, source]).encode()).hexdigest()[:12]
    values = {"VERSION": version, "SHELL": files, **addresses}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
    return HttpResponse(head + source, content_type="text/javascript; charset=utf-8")


@open_to_all
@require_safe
def manifest(_request: SiteRequest) -> HttpResponse:
    """What makes the site installable on a phone's first screen."""
    content = {
        "name": "CBHI Premiums",
        "short_name": "CBHI",
        "id": "/",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4ed",
        "theme_color": "#ffffff",
        "icons": [
            {"src": staticfiles_storage.url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@open_to_all
@require_safe
def away(request: SiteRequest) -> HttpResponse:
    """What is shown instead of a page that is not kept on this phone."""
    return render(request, "offline/away.html")


@open_to_all
@never_cache
@require_safe
def contact(request: SiteRequest) -> HttpResponse:
    """Whether the site is there, whose phone this is now, with what word things may be sent.

    Asked by a page of a scheme, also whether what is kept of it is still what there is.
    """
    return JsonResponse({**whose(request), **asked_mark(request), "token": get_token(request)})


# ---- one scheme --------------------------------------------------------------------------------------------
@needs(Permission.READ)
@require_safe
def kept(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """How to work without a network: this phone, the workbook, the single file."""
    scheme = scheme_or_404(request, scheme_id)
    context = {"scheme": scheme, "stage": "premium", "can_keep": can_keep(request)}
    return render(request, "offline/kept.html", context)


def can_keep(request: SiteRequest) -> bool:
    """Whether a browser lets pages be kept for this address: only where nobody can listen in between."""
    host, _colon, _port = request.get_host().partition(":")
    return request.is_secure() or host in LOCAL


@needs(Permission.READ)
@never_cache
@require_safe
def keep_list(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The addresses that a phone keeps of a scheme."""
    scheme = scheme_or_404(request, scheme_id)
    plan = plan_of(scheme)
    pack_address = f"{reverse('offline:pack', args=[scheme.pk])}?version={plan.version}"
    return JsonResponse(
        {
            "person": person_key(request),
            "pack": pack_address,
            "pages": pages_of(request, scheme),
            "mark": mark_of(request, scheme),
        }
    )


@needs(Permission.READ)
@require_safe
def pack(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The premium pack: always compressed, as every browser takes it."""
    plan = plan_of(scheme_or_404(request, scheme_id))
    response = HttpResponse(plan.content, content_type=JSON)
    response["Content-Encoding"] = "gzip"
    return response


@needs(Permission.READ)
@limited("export")
@require_safe
@in_asked_language
def single(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The calculator as one file that opens by a double click, anywhere."""
    scheme = scheme_or_404(request, scheme_id)
    content = single_file(scheme, made_at=timezone.localtime())
    file = {"file": "single-file calculator"}
    record_reading(what=What.EXPORTED, subject=scheme, scheme=scheme, after=file)
    return download(content, called=scheme.name, ending="-calculator.html")


# ---- what was done meanwhile -------------------------------------------------------------------------------
@needs(Permission.TRY_OUT)
@require_POST
def sheet(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """A sheet that was changed without a network, as JSON; sent again, it changes nothing."""
    draft = load_draft(request, scheme_or_404(request, scheme_id))
    try:
        sent = sheets.sheet_of(_json(request.body if request.content_type == JSON else b""))
    except NotASheet as refused:
        return JsonResponse({"problem": str(refused)}, status=REFUSED)
    state = sheets.arrive(draft=draft, sent=sent)
    return JsonResponse({"state": state}, status=CONFLICT if state == Arrived.CLASH else 200)


@needs(Permission.TRY_OUT)
@require_POST
def compare(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Both sheets side by side; posted with `do=merge`, what was chosen out of them."""
    scheme = scheme_or_404(request, scheme_id)
    draft = load_draft(request, scheme)
    try:
        sent = sheets.sheet_of(_json(request.POST.get("sheet", "")))
    except NotASheet as refused:
        return render(request, "offline/not_a_sheet.html", {"scheme": scheme, "why": refused}, status=REFUSED)
    if request.POST.get("do") == "merge":
        sheets.settle(draft=draft, typed=merged_of(request.POST, draft=draft, sent=sent), sent_id=sent.id)
        return redirect("calculator:sheet", scheme.pk)
    return clash_page(request, draft=draft, sent=sent)


def _json(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotASheet(_("This is no sheet of the calculator.")) from None
