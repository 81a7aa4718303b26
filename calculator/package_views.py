"""Saved packages: the list, the page to print, two side by side, files to take away, and their runs."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_htmx.http import retarget, trigger_client_event

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator import actions, queries
from calculator.case import case_to_json
from calculator.comment_context import comments_context
from calculator.models import Package
from calculator.package_page import PackagePage, csv_lines
from calculator.packages import Line, figures_of, line_of, lines_of, with_sign_offs
from calculator.sure import known_sure, sure_of
from calculator.views import load_draft, scheme_or_404
from calculator.workbook_files import work_out_tables
from jobs import actions as jobs
from schemes.downloads import download
from schemes.exports import csv_text


def package_or_404(request: SiteRequest, package_id: UUID, *, deleted: bool = False) -> Package:
    try:
        package = queries.find_package(organisation=request.organisation, package_id=package_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    if package.deleted_at is not None and not deleted:
        raise Http404
    return package


@needs(Permission.READ)
@require_safe
def packages(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    saved = list(queries.packages_of(scheme=scheme))
    context = {
        "scheme": scheme,
        "stage": "packages",
        "lines": with_sign_offs(lines_of(saved, scheme=scheme)),
        "deleted": queries.deleted_lately(scheme=scheme),
    }
    return render(request, "calculator/packages.html", context)


@needs(Permission.READ)
@require_safe
def package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """One package with every input, every line and where the figures come from; made for one sheet of A4."""
    line = line_of(package_or_404(request, package_id))
    with_sign_offs([line])
    work_out_tables(line, user=request.user)
    context = _page_context(line) | {"state": line.sign_off, **comments_context(request, line.package)}
    return render(request, "calculator/package.html", context)


def _page_context(line: Line) -> dict[str, object]:
    page = PackagePage(line)
    return {
        "scheme": line.package.scheme,
        "stage": "packages",
        "package": line.package,
        "run": line.run,
        "urls": line.urls,
        "figures": figures_of(line),
        "sheet": page,
        "sure": known_sure(page),
    }


@needs(Permission.READ)
@require_GET
def package_sure(request: SiteRequest, package_id: UUID) -> HttpResponse:
    page = PackagePage(line_of(package_or_404(request, package_id)))
    context = {
        "scheme": page.scheme,
        "stage": "packages",
        "sheet": page,
        "sure": sure_of(page),
        "swap": True,
        "worked_out": True,
    }
    template = "calculator/_sure_and_banner.html" if request.htmx else "calculator/sure.html"
    return render(request, template, context)


@needs(Permission.TRY_OUT)
@require_POST
def open_package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = package_or_404(request, package_id)
    actions.open_package(draft=load_draft(request, found.scheme), package=found)
    return redirect("calculator:sheet", found.scheme_id)


@needs(Permission.TRY_OUT)
@require_POST
def copy_package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = package_or_404(request, package_id)
    actions.open_package(draft=load_draft(request, found.scheme), package=found, as_copy=True)
    messages.info(request, _("A copy is on the sheet. Change it, give it a name and save it."))
    return redirect("calculator:sheet", found.scheme_id)


@needs(Permission.PACKAGES)
@require_POST
def delete_package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = package_or_404(request, package_id)
    actions.delete_package(package=found)
    messages.success(
        request, _("Deleted: %(name)s. It can be brought back for 30 days, below.") % {"name": found.name}
    )
    return redirect("calculator:packages", found.scheme_id)


@needs(Permission.PACKAGES)
@require_POST
def restore_package(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = actions.restore_package(package=package_or_404(request, package_id, deleted=True))
    messages.success(request, _("%(name)s is back.") % {"name": found.name})
    return redirect("calculator:packages", found.scheme_id)


# ---- files -------------------------------------------------------------------------------------------------
@needs(Permission.READ)
@limited("export")
@require_safe
def package_case(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """The case file: `manage.py price` gives the same figures from it."""
    line = line_of(package_or_404(request, package_id))
    content = json.dumps(case_to_json(line.case), indent=2, ensure_ascii=False, allow_nan=False)
    _taken(line.package, "case")
    return download(content + "\n", called=line.package.name, ending=".json")


@needs(Permission.READ)
@limited("export")
@require_safe
def package_csv(request: SiteRequest, package_id: UUID) -> HttpResponse:
    line = line_of(package_or_404(request, package_id))
    content = csv_text(csv_lines(PackagePage(line)))
    _taken(line.package, "lines")
    return download(content, called=line.package.name, ending=".csv")


def _taken(package: Package, file: str) -> None:
    record_reading(
        what=What.EXPORTED, subject=package, scheme=package.scheme_id, package=package, after={"file": file}
    )


# ---- runs --------------------------------------------------------------------------------------------------
@needs(Permission.READ)
@require_safe
def runs(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    saved = list(queries.packages_of(scheme=scheme))
    context = {"scheme": scheme, "stage": "simulation", "lines": lines_of(saved, scheme=scheme)}
    return render(request, "calculator/runs.html", context)


@needs(Permission.READ)
@never_cache
@require_safe
def run(request: SiteRequest, package_id: UUID) -> HttpResponse:
    jobs.ring_stalled()
    return render(request, "calculator/run.html", _run_context(line_of(package_or_404(request, package_id))))


def _run_context(line: Line) -> dict[str, object]:
    title = _("Simulating “%(name)s”") if line.run.is_live else _("Simulation of “%(name)s”")
    return {
        "scheme": line.package.scheme,
        "stage": "simulation",
        "title": title % {"name": line.package.name},
        "run": line.run,
        "line": line,
        "urls": line.urls,
        "figures": figures_of(line),
    }


@needs(Permission.READ)
@never_cache
@require_safe
def progress(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """How far a run is, for a page that asks again and again; rings for workers when a doorbell was lost."""
    jobs.ring_stalled()
    line = line_of(package_or_404(request, package_id))
    as_line = request.GET.get("as") == "line"
    if line.run.is_live:
        return (line.live if as_line else line.live_run).answer(request)
    if not as_line:
        return HttpResponse(headers={"HX-Refresh": "true"})
    # The whole line is written anew, and the sheet beside it learns that the figures have landed.
    with_sign_offs([line])
    response = render(request, "calculator/_package_line.html", {"line": line})
    return trigger_client_event(retarget(response, f"#package-{package_id}"), "simulated")


@needs(Permission.PACKAGES)
@require_POST
def cancel(request: SiteRequest, package_id: UUID) -> HttpResponse:
    found = package_or_404(request, package_id)
    try:
        stopped = actions.cancel_simulation(package=found)
        if stopped:
            messages.info(request, _("Cancelled. The exact figure stays."))
        else:
            messages.info(
                request,
                _("Another package waits for the same simulation, so it goes on; this one no longer waits."),
            )
    except ActionRefused as refused:
        messages.info(request, str(refused))
    return redirect("calculator:run", found.pk)


@needs(Permission.PACKAGES)
@limited("run")
@require_POST
def retry(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """Try a run again, or start it when there is none."""
    found = package_or_404(request, package_id)
    try:
        actions.simulate_again(package=found, user=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("calculator:run", found.pk)
