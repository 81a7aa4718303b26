"""Upload an old calculator sheet, see line by line why it differs, take its terms over."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import accepts_upload, limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from calculator import queries
from calculator.old_sheet.file import LIMITS
from calculator.old_sheet.sample import sample_workbook
from calculator.old_sheet.vocabulary import LINES
from calculator.old_sheet_actions import Understood, place_labels, read_upload, take_terms
from calculator.old_sheet_page import OldSheetPage
from calculator.old_sheets import OldSheetFile
from calculator.views import load_draft, scheme_or_404
from schemes.downloads import download
from simulation.engine.refusal import Refused
from survey.reading.limits import MEGABYTE

MEGABYTES = LIMITS.file_bytes // MEGABYTE


class OldSheetForm(forms.Form):
    file = forms.FileField(
        label=lazy("The old calculator"),
        help_text=lazy(
            "An Excel workbook (.xlsx or .xls), .ods or .csv, at most 5 MB. It is read, never run."
        ),
        error_messages={"required": lazy("Choose a file first."), "empty": lazy("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


@needs(Permission.TRY_OUT)
@limited("upload")
@accepts_upload(megabytes=MEGABYTES + 1)
@require_http_methods(["GET", "HEAD", "POST"])
def old_sheet(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Choose a file; what is wrong with it is said on the same page."""
    scheme = scheme_or_404(request, scheme_id)
    form = OldSheetForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        form = OldSheetForm(request.POST, request.FILES)
        if form.is_valid():
            risks = queries.risks_tuple(queries.current_set(scheme=scheme))
            try:
                kept = read_upload(
                    scheme=scheme, user=request.user, upload=form.cleaned_data["file"], risks=risks
                )
                return redirect("calculator:old_sheet_found", kept.pk)
            except ActionRefused as refused:
                form.add_error("file", str(refused))
        status = 422
    earlier = OldSheetFile.objects.of(request.organisation).filter(scheme=scheme)[:5]
    context = {"scheme": scheme, "stage": "premium", "form": form, "earlier": earlier}
    return render(request, "calculator/old_sheet.html", context, status=status)


def _kept_or_404(request: SiteRequest, sheet_id: UUID) -> OldSheetFile:
    try:
        return (
            OldSheetFile.objects.of(request.organisation)
            .filter(scheme__deleted_at=None)
            .select_related("scheme__organisation")
            .get(pk=sheet_id)
        )
    except ObjectDoesNotExist:
        raise Http404 from None


@needs(Permission.TRY_OUT)
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: SiteRequest, sheet_id: UUID) -> HttpResponse:
    """The reconciliation: their line, ours, the difference and its reason; how labels were understood."""
    kept = _kept_or_404(request, sheet_id)
    risks = queries.risks_tuple(queries.current_set(scheme=kept.scheme))
    understood = Understood(kept=kept, scheme=kept.scheme, risks=risks)
    if request.method == "POST":
        if request.POST.get("do") == "take":
            take_terms(draft=load_draft(request, kept.scheme), understood=understood)
            return redirect("calculator:sheet", kept.scheme_id)
        rows, lines = understood.sheet.rows, understood.sheet.lines
        place_labels(
            kept=kept,
            benefits=_placed(request, "benefit", len(rows), {risk.key for risk in risks}),
            lines=_placed(request, "line", len(lines), None),
        )
        return redirect("calculator:old_sheet_found", kept.pk)
    context: dict[str, object] = {"scheme": kept.scheme, "stage": "premium", "kept": kept}
    page = OldSheetPage(understood)
    try:
        # worked out here, so that what cannot be priced is said on the page
        context |= {"lines": page.lines, "page": page}
    except (Refused, ActionRefused) as refused:
        context["refused"] = str(refused)
    return render(request, "calculator/old_sheet_found.html", context)


def _placed(request: SiteRequest, what: str, most: int, known: set[str] | None) -> dict[int, str]:
    """What was chosen for each label; something that was not on offer counts as left out."""
    allowed = set(LINES) if known is None else known
    return {
        place: (chosen if (chosen := request.POST[f"{what}-{place}"]) in allowed else "")
        for place in range(most)
        if f"{what}-{place}" in request.POST
    }


@needs(Permission.READ)
@limited("export")
@require_safe
def sample(_request: SiteRequest) -> HttpResponse:
    """A sheet of the old kind, to try."""
    return download(sample_workbook(), called=_("old-calculator-sample"), ending=".xlsx")
