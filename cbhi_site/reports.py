"""Where browsers report what the content security policy stopped; in production only.

Anybody may send here, so little is read, few reports a minute are counted for the whole site, and the log
gets nothing of what was sent but words from fixed lists and the name of one of our own pages.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.limits import TooMany, accepts_body, count
from accounts.permissions import open_to_all

BODY_BYTES = 16 * 1024
A_MINUTE = 60
REPORTS_AT_A_TIME = 10
DIRECTIVES = frozenset(
    {"base-uri", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src"}
    | {"img-src", "manifest-src", "media-src", "object-src", "worker-src"}
    | {f"{kind}-src{part}" for kind in ("script", "style") for part in ("", "-attr", "-elem")}
)
KINDS = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self"})
logger = logging.getLogger(__name__)


@open_to_all
@login_not_required
@accepts_body(BODY_BYTES)
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    try:
        count("csp-report", name="csp-report", most=A_MINUTE, seconds=60)
    except TooMany as refused:
        return HttpResponse(status=429, headers={"Retry-After": str(refused.seconds)})
    for directive, blocked, page in _reports(request.body):
        # Each is one of our own words, never the visitor's.
        logger.warning("stopped by the content security policy: %s %s on %s", directive, blocked, page)
    return HttpResponse(status=204)


def _reports(body: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return
    for each in (found if isinstance(found, list) else [found])[:REPORTS_AT_A_TIME]:
        # The older way wraps a report in "csp-report", the newer in "body" with other names.
        inner = (each.get("csp-report") or each.get("body")) if isinstance(each, dict) else None
        if isinstance(inner, dict):
            yield _directive(inner), _blocked(inner), _page(inner)


def _first(report: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := report.get(name), str)), "")


def _directive(report: dict[str, Any]) -> str:
    said = _first(report, "effective-directive", "effectiveDirective", "violated-directive").split(" ")[0]
    return said.replace("-", "_") if said in DIRECTIVES else "other"


def _blocked(report: dict[str, Any]) -> str:
    said = _first(report, "blocked-uri", "blockedURL")
    return said.replace("-", "_") if said in KINDS else "address"


def _page(report: dict[str, Any]) -> str:
    try:
        return resolve(urlsplit(_first(report, "document-uri", "documentURL")).path).view_name.replace(
            ":", "."
        )
    except (Resolver404, ValueError):
        return "elsewhere"
