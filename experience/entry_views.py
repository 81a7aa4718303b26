"""Entering claims: a month by form, a pasted block, a file; and the same lines as a file to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import accepts_upload, limited
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.views import scheme_or_404
from experience import actions, queries
from experience.figures import MONTHS
from experience.files import MOST_MEGABYTES, ImportRefused, rows_of
from experience.forms import BlockForm, FileForm, MonthForm, month_initial
from experience.models import SchemeYear
from experience.sheet import PASTED_ORDER, About, Sheet, pasted_rows, read_sheet
from experience.sheet_words import WORDS, Problem, SheetRefused
from experience.views import CHANGED_MEANWHILE, REFUSED, context_of, year_or_404
from experience.year_page import YearPage
from schemes.downloads import download
from schemes.exports import csv_text

MOST_SHOWN = 50
"""Problems listed at once; all are counted."""


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def claims(request: SiteRequest, year_id: UUID, month: int) -> HttpResponse:
    """One month: a line a benefit."""
    found = year_or_404(request, year_id)
    if not 1 <= month <= MONTHS:
        return redirect("experience:year", found.pk)
    benefits = queries.benefits_of(found)
    posted = request.POST if request.method == "POST" else None
    form = MonthForm(
        posted, benefits=benefits, scheme=found.scheme, initial=month_initial(found, month=month)
    )
    context = context_of(
        found,
        form=form,
        month=month,
        month_name=found.month_name(month),
        months=YearPage(found).months,
    )
    if posted is None or not form.is_valid():
        status = REFUSED if form.is_bound else 200
        return render(request, "experience/claims.html", context, status=status)
    kept = _save(
        form,
        lambda: actions.change_claims(
            year=found,
            seen_version=form.cleaned_data["version"] or 0,
            lines=form.values(month=month),
        ),
    )
    if kept is None:
        return _again(request, "experience/claims.html", found, form, context)
    messages.success(request, _("Claims of %(month)s are saved.") % {"month": found.month_name(month)})
    return redirect("experience:year", found.pk)


def _save(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What `do` made; None with the reason on the form."""
    try:
        return do()
    except StaleEdit:
        form.add_error(
            "version",
            _(
                "Somebody else changed this year while you were typing. All you typed is here: look at "
                "the year in another window, then save again to put yours in place."
            ),
        )
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
    return None


def _again(
    request: SiteRequest, template: str, found: SchemeYear, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    """The form with all that was typed, and the version as it is now: saving again is a decision."""
    stale = "version" in form.errors
    form.data = form.data.copy()  # type: ignore[attr-defined]  # what a browser sends is a QueryDict
    form.data["version"] = str(year_or_404(request, found.pk).version)  # type: ignore[index]
    return render(request, template, context, status=CHANGED_MEANWHILE if stale else REFUSED)


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SiteRequest, year_id: UUID) -> HttpResponse:
    """A block of lines about one year: claims or figures."""
    found = year_or_404(request, year_id)
    posted = request.POST if request.method == "POST" else None
    form = BlockForm(posted, initial={"version": found.version}, auto_id="%s")
    about = About(scheme=found.scheme.name, benefits=queries.benefits_of(found), starts=found.starts_on)
    context = context_of(found, form=form, problems=[], about=about)
    if posted is None or not form.is_valid():
        return render(request, "experience/paste.html", context, status=REFUSED if form.is_bound else 200)
    try:
        sheet = read_sheet(pasted_rows(form.cleaned_data["block"]), about=about)
    except SheetRefused as refused:
        return render(request, "experience/paste.html", context | listed(refused.problems), status=REFUSED)
    kept = _save(form, lambda: _take(found, form.cleaned_data["version"] or 0, sheet))
    if kept is None:
        return _again(request, "experience/paste.html", found, form, context)
    messages.success(request, _lines_taken(len(sheet.claims) + len(sheet.years)))
    return redirect("experience:year", found.pk)


def _take(found: SchemeYear, seen: int, sheet: Sheet) -> SchemeYear:
    if sheet.claims:
        return actions.change_claims(year=found, seen_version=seen, lines=sheet.claims)
    return actions.change_figures(year=found, seen_version=seen, values=sheet.years[0].values)


def _lines_taken(count: int) -> str:
    return ngettext("%(n)s line is taken in.", "%(n)s lines are taken in.", count) % {"n": count}


def listed(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Problems in the reader's language: row, column, sentence."""
    return {
        "problems": [
            {"row": one.row, "column": one.column, "message": _(WORDS[one.code]) % one.params}
            for one in problems[:MOST_SHOWN]
        ],
        "problem_count": len(problems),
    }


@needs(Permission.SCHEME)
@accepts_upload(megabytes=MOST_MEGABYTES)
@limited("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """A file about one year or many: all its lines or none."""
    scheme = scheme_or_404(request, scheme_id)
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None, auto_id="%s")
    context = {"scheme": scheme, "stage": "years", "form": form, "problems": [], "most": MOST_MEGABYTES}

    def make() -> str:
        about = About(
            scheme=scheme.name,
            benefits=queries.benefits_of_scheme(scheme),
            first_days=queries.first_days_of(scheme),
        )
        sheet = read_sheet(rows_of(form.cleaned_data["file"]), about=about)
        touched = actions.import_sheet(scheme=scheme, sheet=sheet)
        count = len(sheet.claims) + len(sheet.years)
        messages.success(
            request,
            " ".join([_lines_taken(count), _("Years: %(years)s.") % {"years": _labels(touched)}]),
        )
        return reverse("experience:years", args=[scheme.pk])

    if form.is_bound and form.is_valid():
        try:
            return redirect(once(request, make).answer)
        except SheetRefused as refused:
            context |= listed(refused.problems)
        except actions.ImportProblem as refused:
            problem = {"row": refused.row, "column": refused.column, "message": str(refused)}
            context |= {"problems": [problem], "problem_count": 1}
        except ImportRefused as refused:
            form.add_error("file", str(refused))
    return render(request, "experience/import.html", context, status=REFUSED if form.is_bound else 200)


def _labels(years: list[SchemeYear]) -> str:
    return ", ".join(year.label for year in years)


@needs(Permission.READ)
@limited("export")
@require_safe
def claims_csv(request: SiteRequest, year_id: UUID) -> HttpResponse:
    """The year's claims as lines that can be changed in a spreadsheet and imported again."""
    found = year_or_404(request, year_id)
    rows: list[list[Any]] = [["year", *PASTED_ORDER]]
    for row in found.claims.all():
        month = row.month or "whole year"
        values = [getattr(row, name) for name in PASTED_ORDER[2:]]
        rows.append([found.starts_on.isoformat(), row.benefit or "all", month, *values])
    if len(rows) == 1:
        rows += [
            [found.starts_on.isoformat(), key, month, *[""] * (len(PASTED_ORDER) - 2)]
            for month in range(1, MONTHS + 1)
            for key in queries.benefits_of(found)
        ]
    record_reading(what=What.EXPORTED, subject=found, scheme=found.scheme, label=f"{found.label}, claims")
    return download(csv_text(rows), called=f"claims-{found.label}", ending=".csv")
