"""The shortlist: put packages on it, order them, take them off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator import queries as packages
from calculator.packages import lines_of
from calculator.views import scheme_or_404
from workshop import queries
from workshop import shortlist_actions as actions
from workshop.shortlist_rows import MOST_ENTRIES, ShortlistEntry

CHANGED_MEANWHILE = gettext_noop("Somebody else changed the shortlist meanwhile. This is how it is now.")


def entry_or_404(request: SiteRequest, entry_id: UUID) -> ShortlistEntry:
    try:
        return queries.find_entry(organisation=request.organisation, entry_id=entry_id)
    except ObjectDoesNotExist:
        raise Http404 from None


@needs(Permission.READ)
@require_safe
def shortlist(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    entries = list(queries.shortlist_of(scheme=scheme))
    saved = list(packages.packages_of(scheme=scheme))
    lines = {line.package.pk: line for line in lines_of(saved, scheme=scheme)}
    listed = {entry.package_id for entry in entries}
    context: dict[str, Any] = {
        "scheme": scheme,
        "stage": "shortlist",
        "entries": [{"entry": entry, "line": lines[entry.package_id]} for entry in entries],
        "others": [line for key, line in lines.items() if key not in listed],
        "taken_off": list(queries.taken_off(scheme=scheme)[:1]) if len(entries) < MOST_ENTRIES else [],
        "is_full": len(entries) >= MOST_ENTRIES,
        "most": MOST_ENTRIES,
    }
    return render(request, "workshop/shortlist.html", context)


@needs(Permission.WORKSHOP)
@require_POST
def add(request: SiteRequest, package_id: UUID) -> HttpResponse:
    try:
        package = packages.find_package(organisation=request.organisation, package_id=package_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    try:
        actions.add_to_shortlist(package=package)
        messages.success(request, _("%(name)s is on the shortlist.") % {"name": package.name})
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("workshop:shortlist", package.scheme_id)


@needs(Permission.WORKSHOP)
@require_POST
def move(request: SiteRequest, entry_id: UUID) -> HttpResponse:
    entry = entry_or_404(request, entry_id)
    up = request.POST.get("to") == "up"
    try:
        actions.move_on_shortlist(entry=entry, seen_version=_seen(request), up=up)
    except StaleEdit:
        messages.warning(request, _(CHANGED_MEANWHILE))
    return redirect("workshop:shortlist", entry.scheme_id)


@needs(Permission.WORKSHOP)
@require_POST
def remove(request: SiteRequest, entry_id: UUID) -> HttpResponse:
    entry = entry_or_404(request, entry_id)
    try:
        actions.remove_from_shortlist(entry=entry, seen_version=_seen(request))
        messages.success(request, _("%(name)s is off the shortlist.") % {"name": entry.package.name})
    except StaleEdit:
        messages.warning(request, _(CHANGED_MEANWHILE))
    return redirect("workshop:shortlist", entry.scheme_id)


def _seen(request: SiteRequest) -> int:
    """The version that the page showed; one that says none has seen nothing."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
