"""A package's survey error in money, and its price on the newest assumptions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator import reprice_actions
from calculator.package_page import PackagePage
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.survey_behind import behind
from calculator.survey_error_job import ask
from calculator.survey_error_page import SHOCKS, SurveyErrorPage
from jobs.actions import ring_stalled
from jobs.live import Live
from jobs.queries import progress as progress_of
from survey.work import Work


def _shock(request: SiteRequest) -> float:
    wanted = request.GET.get("shock", "0")
    return next((shock for shock in SHOCKS if f"{100 * shock:.0f}" == wanted), 0.0)


def _context(request: SiteRequest, package_id: UUID) -> dict[str, Any]:
    page = PackagePage(line_of(package_or_404(request, package_id)))
    shock = _shock(request)
    ring_stalled()
    survey = behind(case=page.quote.case, risks=page.risks)
    has_doubt = survey is not None or any(page.quote.case.exposures)
    context: dict[str, Any] = {
        "scheme": page.scheme,
        "stage": "packages",
        "package": page.line.package,
        "sheet": page,
        "survey": survey,
        "has_doubt": has_doubt,
        "shock": f"{100 * shock:.0f}",
        "found": None,
        "work": None,
        "live": None,
    }
    if not has_doubt:
        return context
    asked = ask(
        organisation=page.scheme.organisation,
        case=page.quote.case,
        behind=survey,
        shock=shock,
        user=request.user,
    )
    if asked.answer is not None:
        return context | {"found": SurveyErrorPage(page, asked.answer, shock)}
    assert asked.job is not None
    work = Work(job=asked.job, name=_("Pricing other surveys"))
    return context | {"work": work, "live": _live(work, package_id, shock=context["shock"])}


def _live(work: Work, package_id: UUID, *, shock: str) -> Live | None:
    if work.job is None or not work.is_live:
        return None
    done = progress_of(job=work.job)
    words = _("%(done)s of %(all)s parts done and kept") % {"done": done.chunks_done, "all": done.chunk_count}
    address = f"{reverse('calculator:survey_error_progress', args=[package_id])}?shock={shock}"
    return work.live(address, words=words, percent=done.percent)


@needs(Permission.READ)
@never_cache
@require_safe
def survey_error(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """How far the premium may be off because other households might have been asked."""
    return render(request, "calculator/survey_error.html", _context(request, package_id))


@needs(Permission.READ)
@never_cache
@require_safe
def progress(request: SiteRequest, package_id: UUID) -> HttpResponse:
    context = _context(request, package_id)
    if context["live"] is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    live: Live = context["live"]
    return live.answer(request)


@needs(Permission.PACKAGES)
@limited("run")
@require_POST
def reprice(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """Price the package, or a copy of it, on the newest assumptions; the terms stay."""
    found = package_or_404(request, package_id)
    as_copy = request.POST.get("do") == "copy"
    try:
        saved, missing = reprice_actions.reprice(
            package=found,
            seen_version=int(request.POST.get("version", "0") or 0),
            as_copy=as_copy,
            user=request.user,
        )
    except StaleEdit:
        messages.error(request, _("Somebody else saved this package meanwhile. Look at it and try again."))
        return redirect("calculator:package", found.pk)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("calculator:package", found.pk)
    messages.success(
        request,
        _("%(name)s is priced on version %(n)s of the assumptions.")
        % {"name": saved.name, "n": saved.assumption_set.number},
    )
    if missing:
        messages.warning(
            request,
            _("Not in these assumptions any more, so not covered: %(names)s.")
            % {"names": ", ".join(missing)},
        )
    return redirect(reverse("calculator:package", args=[saved.pk]))
