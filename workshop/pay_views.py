"""The page "What can we pay", and putting what it found on the calculator's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from calculator import actions as calculator
from calculator import queries as packages
from calculator.cases import Chosen, ChosenTerms
from calculator.packages import Line, lines_of
from calculator.typed import typed_of
from calculator.views import load_draft, scheme_or_404
from calculator.workbook.axes import Values, terms_of
from schemes.models import Scheme
from simulation.engine.refusal import Refused
from simulation.models import BenefitRisk, Kind
from simulation.queries import current_set
from workshop.kinds import work_out_menus
from workshop.pay import PayQuestion, chosen_terms, sheet_to_start_from, usual_costs
from workshop.pay_forms import PayForm
from workshop.pay_page import TERMS, PayPage
from workshop.years import unit_costs_of

KINDS = {Kind.COST: "cost", Kind.FIXED: "fixed", Kind.WAGE_DAYS: "wage"}


@needs(Permission.READ)
@require_safe
def pay(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Nothing is searched before an amount was typed."""
    scheme = scheme_or_404(request, scheme_id)
    risks = packages.risks_tuple(current_set(scheme=scheme))
    lines = lines_of(list(packages.packages_of(scheme=scheme)), scheme=scheme)
    form = PayForm(
        request.GET if "amount" in request.GET else None,
        scheme=scheme,
        risks=risks,
        unit_costs=usual_costs(risks, unit_costs_of(lines)),
    )
    context: dict[str, Any] = {"scheme": scheme, "stage": "shortlist", "form": form, "page": None}
    if not form.is_bound:
        work_out_menus(_question_to_come(scheme, risks, lines), user=request.user)
    if form.is_valid():
        question = _question(scheme, risks, form)
        context |= {"page": PayPage(question), "question": question}
    return render(request, "workshop/pay.html", context)


def _question_to_come(scheme: Scheme, risks: tuple[BenefitRisk, ...], lines: Sequence[Line]) -> PayQuestion:
    """What will most likely be asked: any amount, and the costs that the form starts with."""
    costs = usual_costs(risks, unit_costs_of(lines))
    return PayQuestion(scheme=scheme, risks=risks, yearly=1.0, size=None, keys=(), unit_costs=costs)


def _question(scheme: Scheme, risks: tuple[BenefitRisk, ...], form: PayForm) -> PayQuestion:
    values = form.cleaned_data
    return PayQuestion(
        scheme=scheme,
        risks=risks,
        yearly=form.yearly,
        size=values["size"] if values["per"] == "family" else None,
        keys=values["benefit"],
        unit_costs=form.costs,
        best="all" if values["best"] == "all" else "dear",
        simple=values["simple"],
    )


@needs(Permission.TRY_OUT)
@require_POST
def take(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Put the terms that were found on one's own sheet; the sheet as it was comes back by undo."""
    scheme = scheme_or_404(request, scheme_id)
    risks = packages.risks_tuple(current_set(scheme=scheme))
    try:
        chosen = _posted(request, scheme, risks)
    except (ValueError, Refused):
        messages.error(request, _("These terms could not be read. Search again and press once more."))
        return redirect("workshop:pay", scheme.pk)
    calculator.put_on_sheet(draft=load_draft(request, scheme), typed=typed_of(scheme, chosen, risks))
    messages.info(request, _("The package is on the sheet. Give it a name and save it to keep it."))
    return redirect("calculator:sheet", scheme.pk)


def _posted(request: SiteRequest, scheme: Scheme, risks: tuple[BenefitRisk, ...]) -> Chosen:
    terms = {risk.key: _terms(Kind(risk.kind), request.POST.get(TERMS + risk.key, "")) for risk in risks}
    return replace(sheet_to_start_from(scheme, risks), terms=terms)


def _terms(kind: Kind, text: str) -> ChosenTerms:
    """Four numbers as the page wrote them; the engine refuses what cannot be."""
    if not text:
        return ChosenTerms(covered=False, last_day=10 if kind == Kind.WAGE_DAYS else 1)
    first, second, third, last = (float(part) for part in text.split("|"))
    values: Values = first, second, third, last
    if terms_of(KINDS[kind], values) is None:  # type: ignore[arg-type]  # the three words of the axes
        raise ValueError(text)
    return chosen_terms(kind, values)
