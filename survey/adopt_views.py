"""Estimates beside the present assumptions, and the button that takes them over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from simulation.models import BenefitRisk
from simulation.queries import current_set, risks_of
from simulation.words import line_of
from survey import adopt_actions
from survey.adopt_actions import figures_of
from survey.benefit_words import benefit_words, pictogram_of, place_of
from survey.estimate_pages import SetPage
from survey.estimate_sets import EstimateSet
from survey.estimate_views import estimates_or_404
from survey.views import REFUSED


@needs(Permission.READ, to_change=Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: SiteRequest, estimates_id: UUID) -> HttpResponse:
    found = estimates_or_404(request, estimates_id)
    if found.found is None:
        return redirect("survey:estimates", found.pk)
    if request.method != "POST":
        return _page(request, found)
    try:
        made = adopt_actions.take_over(
            estimate_set=found,
            seen_version=int(request.POST.get("version", "0") or 0),
            seen_number=int(request.POST.get("assumptions", "0") or 0),
            remove_others=request.POST.get("others") == "remove",
            user=request.user,
        )
    except ActionRefused as refused:
        return _page(request, estimates_or_404(request, estimates_id), str(refused))
    except ValidationError as refused:
        return _page(request, found, " ".join(refused.messages))
    messages.success(
        request,
        _("Taken over: version %(n)s of the assumptions. Packages priced on an earlier one say so.")
        % {"n": made.number},
    )
    return redirect("simulation:assumptions", found.scheme_id)


def _page(request: SiteRequest, found: EstimateSet, problem: str = "") -> HttpResponse:
    now = current_set(scheme=found.scheme)
    rows = {risk.key: risk for risk in risks_of(assumption_set=now)}
    lines: list[dict[str, Any]] = []
    try:
        lines = _compared(found, rows)
    except ActionRefused as refused:
        problem = problem or str(refused)
    context = {
        "scheme": found.scheme,
        "stage": "assumptions",
        "estimates": found,
        "page": SetPage(found),
        "set": now,
        "lines": lines,
        "others": [
            line_of(risk, scheme=found.scheme)
            for key, risk in rows.items()
            if key not in {x["key"] for x in lines}
        ],
        "problem": problem,
        "here": "take_over",
    }
    return render(request, "survey/take_over.html", context, status=REFUSED if problem else 200)


def _compared(found: EstimateSet, rows: dict[str, BenefitRisk]) -> list[dict[str, Any]]:
    figures, _taken = figures_of(found, rows)
    made: dict[str, BenefitRisk] = {}
    for one in sorted(figures, key=lambda one: bool(one.linked_to_key)):
        risk = BenefitRisk(key=one.key, name=one.name, pictogram=one.pictogram)
        for name, value in one.values.items():
            setattr(risk, name, value)
        if one.linked_to_key:
            risk.linked_to = made.get(one.linked_to_key) or rows[one.linked_to_key]
        made[one.key] = risk
    return [
        {
            "key": one.key,
            "name": rows[one.key].name if one.key in rows else benefit_words(one.key),
            "icon": pictogram_of(one.key),
            "is_new": one.key not in rows,
            "before": line_of(rows[one.key], scheme=found.scheme) if one.key in rows else None,
            "after": line_of(made[one.key], scheme=found.scheme),
            "note": made[one.key].source_note,
        }
        for one in sorted(figures, key=lambda one: place_of(one.key))
    ]
