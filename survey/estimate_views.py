"""Estimates: asked for, looked at, decided on."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import limited
from accounts.permissions import Permission, may, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from jobs.actions import ring_stalled
from schemes.downloads import download
from survey import estimate_actions, queries
from survey.benefit_page import BenefitPage, lines_of
from survey.choice_forms import BenefitChoiceForm, SetChoiceForm
from survey.estimate_pages import SetPage, family_rows
from survey.estimate_sets import EstimateSet
from survey.reason_words import all_words
from survey.small_cells import without_small_cells
from survey.views import REFUSED, survey_or_404


def estimates_or_404(request: SiteRequest, estimates_id: UUID) -> EstimateSet:
    try:
        return queries.find_estimates(organisation=request.organisation, estimates_id=estimates_id)
    except ObjectDoesNotExist:
        raise Http404 from None


@needs(Permission.SURVEY)
@limited("run")
@require_POST
def estimate(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Work the estimates out, with or without age groups and family sizes."""
    found = survey_or_404(request, survey_id)
    options = {name: True for name in ("by_age", "by_size") if request.POST.get(name)}
    try:
        made = estimate_actions.ask_for_estimates(survey=found, options=options, user=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("survey:survey", found.pk)
    return redirect("survey:estimates", made.pk)


def _context(request: SiteRequest, found: EstimateSet) -> dict[str, Any]:
    role = request.membership.role if request.membership else None
    page = SetPage(found, sees_rows=may(role, Permission.SURVEY))
    return {"scheme": found.scheme, "stage": "survey", "estimates": found, "page": page}


@needs(Permission.READ, to_change=Permission.SURVEY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def estimates(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    """Every benefit in one list; what to take over is decided here."""
    found = estimates_or_404(request, estimates_id)
    ring_stalled()
    context = _context(request, found)
    page = context["page"]
    if page.found is None:
        return render(request, "survey/estimates.html", context)
    form = SetChoiceForm(request.POST, page=page) if request.method == "POST" else _first(page)
    if form.is_bound and form.is_valid():
        try:
            estimate_actions.choose_for_all(
                estimate_set=found, seen_version=form.cleaned_data["version"], changes=form.changes()
            )
        except StaleEdit as stale:
            form.add_error(None, str(stale))
        else:
            return redirect("survey:take_over", found.pk)
    context |= {"form": form, "here": "all", "lines": lines_of(page)}
    return render(request, "survey/estimates.html", context, status=REFUSED if form.is_bound else 200)


def _first(page: SetPage) -> SetChoiceForm:
    found = page.estimates
    return SetChoiceForm(
        initial={
            "version": found.version,
            "take_families": found.take_families,
            "trend_rate": found.trend_rate or None,
            "told_on": found.told_on or _interviewed(found),
            "policy_from": found.policy_from,
        },
        page=page,
    )


def _interviewed(found: EstimateSet) -> str | None:
    """The middle of the interviews, where the files say their days."""
    reading = found.survey.reading if found.survey else None
    return (reading or {}).get("interviewed") or None


@needs(Permission.READ)
@never_cache
@require_safe
def progress(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    ring_stalled()
    live = SetPage(estimates_or_404(request, estimates_id)).live
    return HttpResponse(headers={"HX-Refresh": "true"}) if live is None else live.answer(request)


@needs(Permission.SURVEY)
@require_POST
def stop(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    """Stop estimates that wait or are worked out."""
    found = estimates_or_404(request, estimates_id)
    try:
        estimate_actions.stop_estimating(estimate_set=found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("survey:estimates", found.pk)


@needs(Permission.READ, to_change=Permission.SURVEY)
@require_http_methods(["GET", "HEAD", "POST"])
def benefit(request: SiteRequest, estimates_id: UUID, key: str) -> HttpResponse:
    """One benefit: how often, how dear, by which law, and why."""
    found = estimates_or_404(request, estimates_id)
    context = _context(request, found)
    if context["page"].found is None:
        return redirect("survey:estimates", found.pk)
    page = BenefitPage(context["page"], key)
    if page.benefit is None and page.severity is None:
        raise Http404
    form = None
    if page.benefit is not None:
        initial = page.choice | {"version": found.version, "law": page.law}
        form = BenefitChoiceForm(
            request.POST if request.method == "POST" else None, initial=initial, page=page
        )
    if form is not None and form.is_bound and form.is_valid():
        try:
            estimate_actions.choose(
                estimate_set=found, seen_version=form.cleaned_data["version"], key=key, choice=form.choice()
            )
        except StaleEdit as stale:
            form.add_error(None, str(stale))
        else:
            messages.success(
                request, _("Kept for %(name)s. Nothing is taken over yet.") % {"name": page.name}
            )
            return redirect("survey:benefit", found.pk, key)
    context |= {"benefit": page, "form": form, "here": key}
    status = REFUSED if form is not None and form.is_bound else 200
    return render(request, "survey/benefit.html", context, status=status)


@needs(Permission.READ)
@require_safe
def families(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    found = estimates_or_404(request, estimates_id)
    context = _context(request, found)
    page: SetPage = context["page"]
    if page.found is None:
        return redirect("survey:estimates", found.pk)
    estimated = page.found.families
    context |= {
        "families": estimated,
        "rows": family_rows(page.found),
        "words": all_words(estimated.reasons, found.scheme),
        "here": "families",
    }
    return render(request, "survey/families.html", context)


@needs(Permission.READ)
@limited("export")
@require_safe
def estimates_file(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    """Everything that was estimated, without a single household's bill and without small cells."""
    found = estimates_or_404(request, estimates_id)
    known = found.found
    if known is None:
        raise Http404

    def groups_of(kind: str, name: str) -> Any:
        return getattr(known.incidence(kind), name)

    content = {
        "scheme": found.scheme.name,
        "number": found.number,
        "source": found.source,
        "survey_sha256": found.survey_sha256,
        "choices": found.choices,
        "estimates": without_small_cells(known.as_json(), groups_of),
    }
    record_reading(what=What.EXPORTED, subject=found, scheme=found.scheme_id, label=str(found))
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return download(text + "\n", called="estimates", ending=f"-{found.number}.json")
