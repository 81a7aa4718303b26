"""Pages of a scheme's years: open one, look at it, change its figures, close it, and the portfolio."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.conflicts import Comparison, conflict_page, merged, parts_of, texts_of, unsealed
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator.views import scheme_or_404
from experience import actions, queries
from experience.forms import FiguresForm, ReasonForm, YearForm, initial_of, usual_first_day
from experience.history import History
from experience.models import YEAR_TAKEN, SchemeYear
from experience.portfolio import MEASURES, Portfolio, measure_of, slide_table
from experience.year_page import YearPage
from schemes.fields import show_refusal
from workshop.choice_page import day
from workshop.choice_queries import standing_choice
from workshop.choice_rows import ChosenPackage

REFUSED = 422
CHANGED_MEANWHILE = 409


def year_or_404(request: SiteRequest, year_id: UUID) -> SchemeYear:
    try:
        return queries.find_year(organisation=request.organisation, year_id=year_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def context_of(year: SchemeYear, **more: Any) -> dict[str, Any]:
    """What every page of a year needs; the link to its claims leads to the first month without any."""
    next_month = YearPage(year).next_month
    return {"scheme": year.scheme, "stage": "years", "year": year, "next_month": next_month, **more}


@needs(Permission.READ)
@require_safe
def years(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    found = list(queries.years_of(scheme))
    for year in found:
        year.scheme = scheme
    context = {"scheme": scheme, "stage": "years", "pages": [YearPage(year) for year in found]}
    return render(request, "experience/years.html", context)


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def open_year(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    posted = request.POST if request.method == "POST" else None
    choice = standing_choice(scheme)
    first = usual_first_day(list(queries.years_of(scheme)), choice=choice, today=timezone.localdate())
    form = YearForm(posted, scheme=scheme, initial={"starts_on": first.isoformat()})
    if choice is not None:
        field = form.fields["starts_on"]
        field.help_text = f"{field.help_text} {_cover_words(choice)}"

    def make() -> str:
        year = actions.open_year(
            scheme=scheme,
            starts_on=form.cleaned_data["starts_on"],
            values={"package": form.cleaned_data["package"]},
        )
        messages.success(request, _("%(year)s is open. Enter what is known.") % {"year": year.label})
        if choice is not None and year.starts_on < choice.starts_on <= year.ends_on:
            messages.warning(request, _early_words(choice))
        return reverse("experience:year", args=[year.pk])

    if form.is_bound and form.is_valid():
        try:
            return redirect(once(request, make).answer)
        except ValidationError as refused:
            show_year_refusal(form, refused)
        except ActionRefused as refused:
            form.add_error("starts_on", str(refused))
    context = {"scheme": scheme, "stage": "years", "form": form}
    return render(request, "experience/open_year.html", context, status=REFUSED if form.is_bound else 200)


def _cover_words(choice: ChosenPackage) -> str:
    """What the first day of a year is measured by; a year gone by may begin before it."""
    return _(
        "Cover with the chosen package %(name)s begins on %(day)s. Open a year that begins before only "
        "where people were covered already."
    ) % {"name": choice.name, "day": day(choice.starts_on)}


def _early_words(choice: ChosenPackage) -> str:
    return _(
        "This year begins before the cover of the chosen package %(name)s, on %(day)s. If people were not "
        "covered before, change the first day under Figures of the year."
    ) % {"name": choice.name, "day": day(choice.starts_on)}


def show_year_refusal(form: YearForm, refused: ValidationError) -> None:
    """Beside its field; a first day that is taken belongs to the first day."""
    errors = refused.error_dict.get("__all__", [])
    for error in [error for error in errors if error.code == YEAR_TAKEN]:
        form.add_error("starts_on", error)
        errors.remove(error)
    show_refusal(form, refused)


@needs(Permission.READ)
@require_safe
def year(request: SiteRequest, year_id: UUID) -> HttpResponse:
    found = year_or_404(request, year_id)
    return render(request, "experience/year.html", context_of(found, page=YearPage(found)))


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: SiteRequest, year_id: UUID) -> HttpResponse:
    found = year_or_404(request, year_id)
    if request.method != "POST":
        return _figures_page(request, found, FiguresForm(scheme=found.scheme, initial=initial_of(found)))
    saved = FiguresForm(scheme=found.scheme, initial=initial_of(found))
    chosen = merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved))
    form = FiguresForm(chosen, scheme=found.scheme, initial=initial_of(found))
    if form.is_valid():
        try:
            kept = actions.change_figures(
                year=found, seen_version=form.cleaned_data["version"] or 0, values=form.values()
            )
        except StaleEdit:
            return _conflict_page(request, year_or_404(request, year_id), form)
        except ValidationError as refused:
            show_year_refusal(form, refused)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The figures of %(year)s are saved.") % {"year": kept.label})
            return redirect("experience:year", kept.pk)
    return _figures_page(request, year_or_404(request, year_id), form, status=REFUSED)


def _figures_page(
    request: SiteRequest, found: SchemeYear, form: FiguresForm, status: int = 200
) -> HttpResponse:
    return render(request, "experience/figures.html", context_of(found, form=form), status=status)


def _conflict_page(request: SiteRequest, theirs: SchemeYear, form: FiguresForm) -> HttpResponse:
    saved = FiguresForm(scheme=theirs.scheme, initial=initial_of(theirs))
    shown = {**form.values(), "starts_on": form.cleaned_data["starts_on"].isoformat()}
    return conflict_page(
        request,
        row=theirs,
        name=f"{theirs.scheme.name}, {theirs.label}",
        version=theirs.version,
        action=reverse("experience:figures", args=[theirs.pk]),
        leave=reverse("experience:year", args=[theirs.pk]),
        compared=Comparison(
            fields=saved.fields,
            parts=parts_of(saved.fields),
            mine=texts_of(FiguresForm(scheme=theirs.scheme, initial=shown)),
            theirs=texts_of(saved),
            before=unsealed(form.cleaned_data["started"]),
        ),
        context=context_of(theirs),
    )


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SiteRequest, year_id: UUID) -> HttpResponse:
    """Close an open year, or open a closed one again with a reason."""
    found = year_or_404(request, year_id)
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(posted, initial={"version": found.version}, auto_id="%s")
    if posted is None:
        return render(request, "experience/close.html", context_of(found, form=form))
    if found.is_closed and not form.is_valid():
        return render(request, "experience/close.html", context_of(found, form=form), status=REFUSED)
    try:
        _close_or_open(found, form, posted.get("version", ""))
    except StaleEdit:
        messages.warning(
            request, _("Somebody else changed this year meanwhile. Look at it, then decide again.")
        )
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("experience:year", found.pk)


def _close_or_open(found: SchemeYear, form: ReasonForm, typed: str) -> None:
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    if found.is_closed:
        actions.reopen_year(year=found, seen_version=seen, reason=form.cleaned_data["reason"])
    else:
        actions.close_year(year=found, seen_version=seen)


@needs(Permission.READ)
@require_safe
def history(request: SiteRequest, year_id: UUID) -> HttpResponse:
    found = year_or_404(request, year_id)
    words = History(scheme=found.scheme, benefits=dict(queries.benefits_of(found)))
    lines = words.lines(list(queries.history_of(found)[:200]))
    return render(request, "experience/history.html", context_of(found, lines=lines))


@needs(Permission.READ)
@require_safe
def portfolio(request: SiteRequest) -> HttpResponse:
    measure = measure_of(request.GET.get("show", ""))
    context = {
        "portfolio": Portfolio(measure=measure, years_of=queries.years_by_scheme(request.organisation)),
        "measure": measure,
        "measures": MEASURES,
        "slide": slide_table(),
    }
    return render(request, "experience/portfolio.html", context)
