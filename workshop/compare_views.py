"""The comparison: the shortlist side by side, or any packages named in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from calculator import queries as packages
from calculator.packages import Line, lines_of
from calculator.views import scheme_or_404
from schemes.models import Scheme
from simulation.models import BenefitRisk
from workshop import queries
from workshop.compare_forms import CompareForm
from workshop.compare_page import Comparison
from workshop.shortlist_rows import MOST_ENTRIES
from workshop.years import unit_costs_of
from workshop.years_of_families import FAMILIES, SEED


@needs(Permission.READ)
@require_safe
def compare(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """`?package=` names up to six, once each; without any the shortlist is shown, else the first saved ones.

    `?a=` and `?b=` are the old way to name two.
    """
    scheme = scheme_or_404(request, scheme_id)
    lines = lines_of(list(packages.packages_of(scheme=scheme)), scheme=scheme)
    shown = _picked(request, scheme, lines)
    context: dict[str, Any] = {
        "scheme": scheme,
        "stage": "shortlist",
        "lines": lines,
        "picked": [str(line.package.pk) for line in shown],
        "most": MOST_ENTRIES,
    }
    if len(shown) > 1:
        form = CompareForm(request.GET, scheme=scheme, risks=_risks(shown), unit_costs=unit_costs_of(shown))
        context |= _compared(request, scheme, shown, form)
    return render(request, "workshop/compare.html", context)


def _compared(
    request: SiteRequest, scheme: Scheme, shown: Sequence[Line], form: CompareForm
) -> dict[str, Any]:
    only = request.GET.get("only") == "differences" or bool(request.GET.get("differences"))
    against = request.GET.get("against", "")
    place = next((n for n, line in enumerate(shown) if str(line.package.pk) == against), 0)
    page = Comparison(scheme=scheme, lines=shown, form=form, against=place, only_differences=only)
    names = {risk.key: risk.name for risk in _risks(shown)}
    return {
        "form": form,
        "page": page,
        "only_differences": only,
        "families": page.say.whole(FAMILIES),
        "seed": SEED,
        "without_bills": [names[key] for key in page.years.without_bills],
        "examples": [risk.name for risk in _risks(shown) if risk.is_example],
        "css_columns": f"cmp--{len(shown)}",
    }


def _picked(request: SiteRequest, scheme: Scheme, lines: Sequence[Line]) -> list[Line]:
    by_id = {str(line.package.pk): line for line in lines}
    wanted = [*request.GET.getlist("package"), request.GET.get("a", ""), request.GET.get("b", "")]
    chosen = [by_id[name] for name in dict.fromkeys(wanted) if name in by_id][:MOST_ENTRIES]
    if chosen:
        return chosen
    listed = [str(entry.package_id) for entry in queries.shortlist_of(scheme=scheme)]
    return [by_id[name] for name in listed] if len(listed) > 1 else list(lines[:2])


def _risks(lines: Sequence[Line]) -> list[BenefitRisk]:
    """Every benefit that some package's assumptions have, once."""
    risks: dict[str, BenefitRisk] = {}
    for line in lines:
        for risk in line.package.assumption_set.risks.all():
            risks.setdefault(risk.key, risk)
    return list(risks.values())
