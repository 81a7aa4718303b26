"""The script that every page starts with, and what the pages without a network say."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.requests import SiteRequest
from offline.person import person_key

register = template.Library()


@register.inclusion_tag("offline/_start.html", takes_context=True)
def offline_start(context: dict[str, Any]) -> dict[str, Any]:
    """The script with all that it needs to know: whose page this is, of which scheme."""
    request: SiteRequest = context["request"]
    scheme = context.get("scheme")
    person = person_key(request) if hasattr(request, "organisation") else ""
    return {
        "request": request,
        "person": person,
        "scheme": scheme if person and getattr(scheme, "pk", None) else None,
    }
