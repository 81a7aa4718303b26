"""No survey? Figures typed by hand or told by groups, with how far off they may be."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from simulation.queries import current_set, risks_of
from simulation.words import line_of
from survey import typed_actions
from survey.reason_words import reason_words
from survey.reasons import reason
from survey.trend import CostTrend
from survey.typed import GAYA_FACTOR, GAYA_HOSPITAL_GROUP, GAYA_HOSPITAL_SURVEY
from survey.typed_actions import TypedFigure
from survey.typed_forms import TypedTrendForm, forms_of
from survey.views import REFUSED, scheme_or_404


@needs(Permission.READ, to_change=Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    now = current_set(scheme=scheme)
    data = request.POST if request.method == "POST" else None
    forms = forms_of(list(risks_of(assumption_set=now)), scheme=scheme, data=data)
    trend = TypedTrendForm(data, auto_id="%s", initial={"told_on": timezone.localdate()})
    problem = ""
    if data is not None and all([*(form.is_valid() for form in forms), trend.is_valid()]):
        cleaned = trend.cleaned_data
        growth = (
            CostTrend(
                told_on=cleaned["told_on"],
                policy_from=cleaned["policy_from"],
                rate=float(cleaned["trend_rate"]),
            )
            if cleaned.get("trend_rate")
            else None
        )
        figures = [
            TypedFigure(
                risk=form.risk,
                found=form.found,
                mean=float(form.cleaned_data["mean"]) if form.cleaned_data.get("mean") else None,
            )
            for form in forms
        ]
        try:
            made = typed_actions.take_over_typed(
                scheme=scheme,
                seen_number=int(request.POST.get("assumptions", "0") or 0),
                figures=figures,
                where=cleaned["where"],
                trend=growth,
                user=request.user,
            )
        except ActionRefused as refused:
            problem = str(refused)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
        else:
            messages.success(request, _("Taken over: version %(n)s of the assumptions.") % {"n": made.number})
            return redirect("simulation:assumptions", scheme.pk)
    warning = reason(
        "group_hospital_understated",
        survey=GAYA_HOSPITAL_SURVEY,
        group=GAYA_HOSPITAL_GROUP,
        factor=GAYA_FACTOR,
    )
    context = {
        "scheme": scheme,
        "stage": "survey",
        "set": now,
        "rows": [{"form": form, "line": line_of(form.risk, scheme=scheme)} for form in forms],
        "trend": trend,
        "problem": problem,
        "has_errors": data is not None,
        "warning": reason_words(warning, scheme),
    }
    return render(request, "survey/typed.html", context, status=REFUSED if data is not None else 200)
