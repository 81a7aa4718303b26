"""Next year: figures and premium from this year's claims, and taking them over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from calculator.premium import HIGHEST_PERSONS
from experience.among_schemes import among_schemes
from experience.models import SchemeYear
from experience.rerate_actions import adopt_experience
from experience.rerate_page import RatePage
from experience.views import context_of, year_or_404
from experience.watching import Watching
from schemes.fields import PercentField, WholeField
from schemes.numbers import format_number


class NextYearForm(forms.Form):
    """What cannot be read from the year."""

    trend = PercentField(
        label=gettext_lazy("Bills rise by, a year"),
        required=False,
        help_text=gettext_lazy("What providers charge more next year than in this one."),
    )
    persons = WholeField(label=gettext_lazy("Members expected next year"), lowest=1, highest=HIGHEST_PERSONS)

    def __init__(self, query: QueryDict, *, year: SchemeYear) -> None:
        persons = format_number(year.insured or year.scheme.persons, grouping=year.scheme.number_grouping)
        first = {"trend": "0", "persons": persons}
        data = first | {name: query.get(name, "") for name in first if name in query}
        super().__init__(data)
        self.fields["persons"].grouping = year.scheme.number_grouping  # type: ignore[attr-defined]


def _page(form: NextYearForm, watching: Watching) -> RatePage | None:
    """None while nothing is compared or something typed cannot be."""
    if watching.priced is None or not form.is_valid():
        return None
    return RatePage(
        watching, trend=float(form.cleaned_data["trend"] or 0.0), persons=form.cleaned_data["persons"]
    )


def _shown(request: SiteRequest, year: SchemeYear, query: QueryDict, status: int = 200) -> HttpResponse:
    form = NextYearForm(query, year=year)
    watching = Watching(year)
    context: dict[str, Any] = context_of(
        year,
        form=form,
        watching=watching,
        page=_page(form, watching),
        among=among_schemes(request.organisation),
    )
    return render(request, "experience/next_year.html", context, status=422 if form.errors else status)


@needs(Permission.READ)
@require_safe
def next_year(request: SiteRequest, year_id: UUID) -> HttpResponse:
    return _shown(request, year_or_404(request, year_id), request.GET)


@needs(Permission.SCHEME)
@require_POST
def adopt(request: SiteRequest, year_id: UUID) -> HttpResponse:
    """Make the weighed figures the next version of the assumptions."""
    year = year_or_404(request, year_id)
    form = NextYearForm(request.POST, year=year)
    page = _page(form, Watching(year))
    if page is None:
        return _shown(request, year, request.POST, status=422)
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def make() -> str:
        made = adopt_experience(page, seen_number=number)
        messages.success(
            request,
            _("Taken over as version %(n)s of the assumptions. Price your packages anew on it.")
            % {"n": made.number},
        )
        return reverse("calculator:packages", args=[year.scheme_id])

    try:
        return redirect(once(request, make).answer)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("experience:next_year", year.pk)
