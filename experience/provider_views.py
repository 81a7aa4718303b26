"""Providers not accepted after fraud: the list, a decision's page with its history, putting away and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.conflicts import Comparison, conflict_page, merged, parts_of, texts_of, unsealed
from accounts.models import AuditEntry
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator.views import scheme_or_404
from experience import provider_actions as actions
from experience.history import Change
from experience.open_book import decisions_of
from experience.provider_forms import BOXES, DecisionForm, initial_of
from experience.providers import FACILITY_TAKEN, ProviderDecision
from experience.views import REFUSED
from schemes.models import Scheme


def decision_or_404(request: SiteRequest, decision_id: UUID, *, deleted: bool = False) -> ProviderDecision:
    rows = ProviderDecision.objects.of(request.organisation).filter(scheme__deleted_at=None)
    rows = rows.deleted_lately() if deleted else rows.kept()
    found: ProviderDecision | None = (
        rows.select_related("scheme__organisation").filter(pk=decision_id).first()
    )
    if found is None:
        raise Http404
    return found


def _refuse(form: DecisionForm, refused: ValidationError) -> None:
    """Beside its box; what is about the whole stands above."""
    for name, errors in refused.error_dict.items():
        for error in errors:
            box = "facility" if error.code == FACILITY_TAKEN else name
            form.add_error(box if box in form.fields else None, error)


@needs(Permission.READ, to_change=Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def providers(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The list; administrators write a decision down below it."""
    scheme = scheme_or_404(request, scheme_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)

    def make() -> str:
        made = actions.add_decision(scheme=scheme, values=form.values())
        messages.success(request, _("Written down: %(facility)s.") % {"facility": made.facility})
        return reverse("experience:providers", args=[scheme.pk])

    if form.is_bound and form.is_valid():
        try:
            return redirect(once(request, make).answer)
        except ValidationError as refused:
            _refuse(form, refused)
    return _list(request, scheme, form)


def _list(request: SiteRequest, scheme: Scheme, form: DecisionForm) -> HttpResponse:
    context = {
        "scheme": scheme,
        "stage": "years",
        "form": form,
        "decisions": decisions_of(scheme),
        "deleted": ProviderDecision.objects.beside(scheme).deleted_lately().filter(scheme=scheme),
    }
    return render(request, "experience/providers.html", context, status=REFUSED if form.errors else 200)


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: SiteRequest, decision_id: UUID) -> HttpResponse:
    """Change a decision; who changed it before stands below."""
    found = decision_or_404(request, decision_id)
    saved = DecisionForm(initial=initial_of(found))
    if request.method != "POST":
        return _page(request, found, saved)
    form = DecisionForm(
        merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved)), initial=initial_of(found)
    )
    if form.is_valid():
        try:
            kept = actions.change_decision(
                decision=found, seen_version=form.cleaned_data["version"] or 0, values=form.values()
            )
        except StaleEdit:
            return _conflict(request, decision_or_404(request, decision_id), form)
        except ValidationError as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The decision about %(facility)s is saved.") % {"facility": kept})
            return redirect("experience:providers", kept.scheme_id)
    return _page(request, decision_or_404(request, decision_id), form, status=REFUSED)


def _page(
    request: SiteRequest, found: ProviderDecision, form: DecisionForm, status: int = 200
) -> HttpResponse:
    context = {
        "scheme": found.scheme,
        "stage": "years",
        "decision": found,
        "form": form,
        "lines": _lines(found),
    }
    return render(request, "experience/provider.html", context, status=status)


def _conflict(request: SiteRequest, theirs: ProviderDecision, form: DecisionForm) -> HttpResponse:
    saved = DecisionForm(initial=initial_of(theirs))
    return conflict_page(
        request,
        row=theirs,
        name=theirs.facility,
        version=theirs.version,
        action=reverse("experience:provider", args=[theirs.pk]),
        leave=reverse("experience:providers", args=[theirs.scheme_id]),
        compared=Comparison(
            fields=saved.fields,
            parts=parts_of(saved.fields),
            mine={name: form.data.get(name, "") for name in BOXES},
            theirs=texts_of(saved),
            before=unsealed(form.cleaned_data["started"]),
        ),
        context={"scheme": theirs.scheme, "stage": "years"},
    )


def _lines(found: ProviderDecision) -> list[tuple[AuditEntry, list[Change]]]:
    """Who changed what, the newest first."""
    entries = AuditEntry.objects.of(found.organisation).filter(
        subject_type=ProviderDecision._meta.label_lower, subject_id=str(found.pk)
    )
    return [(entry, _changes(entry)) for entry in entries]


def _changes(entry: AuditEntry) -> list[Change]:
    labels: dict[str, Any] = {name: field.label for name, field in DecisionForm.base_fields.items()}
    return [
        Change(
            name=str(labels[name]),
            before=str(entry.before.get(name) or "–"),
            after=str(entry.after.get(name) or "–"),
        )
        for name in BOXES
        if entry.before.get(name) != entry.after.get(name)
    ]


@needs(Permission.ADMIN)
@require_POST
def delete_provider(request: SiteRequest, decision_id: UUID) -> HttpResponse:
    found = decision_or_404(request, decision_id)
    actions.delete_decision(decision=found)
    messages.success(
        request, _("Deleted: %(facility)s. It can be brought back for 30 days.") % {"facility": found}
    )
    return redirect("experience:providers", found.scheme_id)


@needs(Permission.ADMIN)
@require_POST
def restore_provider(request: SiteRequest, decision_id: UUID) -> HttpResponse:
    found = decision_or_404(request, decision_id, deleted=True)
    try:
        actions.restore_decision(decision=found)
        messages.success(request, _("Back on the list: %(facility)s.") % {"facility": found})
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("experience:providers", found.scheme_id)
