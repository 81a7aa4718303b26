"""Pages of assumptions: the list, one benefit's figures, earlier versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import conflict_page, merged, texts_of
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from schemes.fields import show_refusal
from schemes.models import Scheme
from schemes.queries import find_scheme
from simulation import actions, conflicts, queries, removed
from simulation.forms import BenefitForm, initial_of, initial_of_new
from simulation.models import AssumptionSet, BenefitRisk, RemovedBenefit
from simulation.words import line_of

REFUSED = 422


def _scheme(request: SiteRequest, scheme_id: UUID) -> Scheme:
    try:
        return find_scheme(organisation=request.organisation, scheme_id=scheme_id)
    except Scheme.DoesNotExist:
        raise Http404 from None


def _version(request: SiteRequest, scheme_id: UUID, number: int) -> AssumptionSet:
    try:
        return queries.set_of_number(scheme=_scheme(request, scheme_id), number=number)
    except AssumptionSet.DoesNotExist:
        raise Http404 from None


def _risk(request: SiteRequest, risk_id: UUID) -> BenefitRisk:
    try:
        return queries.find_risk(organisation=request.organisation, risk_id=risk_id)
    except BenefitRisk.DoesNotExist:
        raise Http404 from None


@needs(Permission.READ)
@require_safe
def assumptions(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = _scheme(request, scheme_id)
    return _list_page(request, scheme, queries.current_set(scheme=scheme))


@needs(Permission.READ)
@require_safe
def version(request: SiteRequest, scheme_id: UUID, number: int) -> HttpResponse:
    shown = _version(request, scheme_id, number)
    if shown.is_current:
        return redirect("simulation:assumptions", scheme_id)
    return _list_page(request, shown.scheme, shown)


def _list_page(request: SiteRequest, scheme: Scheme, shown: AssumptionSet) -> HttpResponse:
    risks = queries.risks_of(assumption_set=shown)
    context = {
        "scheme": scheme,
        "stage": "assumptions",
        "set": shown,
        "lines": [line_of(risk, scheme=scheme) for risk in risks],
        "versions": queries.versions_of(scheme=scheme),
        "removed": removed.removed_lately(scheme=scheme) if shown.is_current else (),
    }
    return render(request, "simulation/assumptions.html", context)


@needs(Permission.SCHEME)
@require_POST
def use_version(request: SiteRequest, scheme_id: UUID, number: int) -> HttpResponse:
    chosen = _version(request, scheme_id, number)
    actions.make_current(assumption_set=chosen)
    messages.success(request, _("Version %(n)s is current now. The others stay in the list.") % {"n": number})
    return redirect("simulation:assumptions", scheme_id)


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def add_benefit(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = _scheme(request, scheme_id)
    shown = queries.current_set(scheme=scheme)
    form = _form(request, scheme, queries.parents_in(assumption_set=shown), initial_of_new())
    if not form.is_bound or not form.is_valid():
        return _form_page(request, shown, form)
    try:
        added = once(request, lambda: _added(request, shown, form))
    except (ActionRefused, ValidationError) as refused:
        return _refused_page(request, shown, form, refused)
    return redirect(added.answer)


def _added(request: SiteRequest, shown: AssumptionSet, form: BenefitForm) -> str:
    changed = actions.add_risk(assumption_set=shown, values=form.values())
    messages.success(request, _("%(name)s is added.") % {"name": changed.risk.name})
    _say_new_version(request, changed.new_version)
    return reverse("simulation:assumptions", args=[shown.scheme_id])


@needs(Permission.READ, to_change=Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_benefit(request: SiteRequest, risk_id: UUID) -> HttpResponse:
    risk = _risk(request, risk_id)
    shown, scheme = risk.assumption_set, risk.assumption_set.scheme
    if not shown.is_current and request.method != "POST":
        return redirect("simulation:version", scheme.pk, shown.number)
    parents = queries.parents_in(assumption_set=shown, besides=risk)
    form = _form(request, scheme, parents, initial_of(risk), risk)
    if not form.is_bound or not form.is_valid():
        return _form_page(request, shown, form, risk)
    seen = form.cleaned_data["version"] or 0
    try:
        changed = actions.change_risk(risk=risk, seen_version=seen, values=form.values())
    except StaleEdit as stale:
        return _conflict_page(request, scheme, form, stale)
    except (ActionRefused, ValidationError) as refused:
        return _refused_page(request, shown, form, refused, _risk(request, risk_id))
    messages.success(request, _("%(name)s is saved.") % {"name": changed.risk.name})
    _say_new_version(request, changed.new_version)
    return redirect("simulation:assumptions", scheme.pk)


def _form(
    request: SiteRequest,
    scheme: Scheme,
    parents: list[BenefitRisk],
    initial: dict[str, Any],
    risk: BenefitRisk | None = None,
) -> BenefitForm:
    """Bound when it is to be saved; showing other fields keeps what was typed and refuses nothing yet."""
    if request.method != "POST":
        return BenefitForm(initial=initial, scheme=scheme, parents=parents)
    if request.POST.get("do") == "fields":
        return BenefitForm(initial=initial | request.POST.dict(), scheme=scheme, parents=parents)
    return BenefitForm(_chosen(request, risk), initial=initial, scheme=scheme, parents=parents)


def _chosen(request: SiteRequest, risk: BenefitRisk | None) -> QueryDict:
    if risk is None:
        return request.POST
    saved = conflicts.form_of(risk, beside=risk)
    return merged(request.POST, parts=conflicts.parts(saved), theirs=texts_of(saved))


def _form_page(
    request: SiteRequest, shown: AssumptionSet, form: BenefitForm, risk: BenefitRisk | None = None
) -> HttpResponse:
    context = {"scheme": shown.scheme, "stage": "assumptions", "set": shown, "form": form, "risk": risk}
    context["risks"] = queries.risks_of(assumption_set=shown)
    status = REFUSED if form.is_bound and form.errors else 200
    return render(request, "simulation/benefit.html", context, status=status)


def _refused_page(
    request: SiteRequest,
    shown: AssumptionSet,
    form: BenefitForm,
    refused: ActionRefused | ValidationError,
    risk: BenefitRisk | None = None,
) -> HttpResponse:
    if isinstance(refused, ActionRefused):
        form.add_error(None, str(refused))
    else:
        show_refusal(form, refused)
    return _form_page(request, shown, form, risk)


def _conflict_page(request: SiteRequest, scheme: Scheme, form: BenefitForm, stale: StaleEdit) -> HttpResponse:
    if not isinstance(stale.theirs, BenefitRisk):
        messages.error(request, str(stale))
        return redirect("simulation:assumptions", scheme.pk)
    theirs = _risk(request, stale.theirs.pk)
    return conflict_page(
        request,
        row=theirs,
        name=theirs.name,
        version=theirs.version,
        action=reverse("simulation:edit_benefit", args=[theirs.pk]),
        leave=reverse("simulation:assumptions", args=[scheme.pk]),
        compared=conflicts.compared(mine=form, theirs=theirs),
        context={"scheme": scheme, "stage": "assumptions"},
    )


def _say_new_version(request: SiteRequest, is_new: bool) -> None:
    if is_new:
        messages.info(
            request,
            _("The earlier version was in use and stays as it was; this is the next version."),
        )


@needs(Permission.SCHEME)
@require_POST
def move_benefit(request: SiteRequest, risk_id: UUID) -> HttpResponse:
    risk = _risk(request, risk_id)
    try:
        actions.move_risk(risk=risk, up=request.POST.get("to") == "up")
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("simulation:assumptions", risk.assumption_set.scheme_id)


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_benefit(request: SiteRequest, risk_id: UUID) -> HttpResponse:
    risk = _risk(request, risk_id)
    scheme = risk.assumption_set.scheme
    if request.method != "POST":
        context = {"scheme": scheme, "stage": "assumptions", "risk": risk}
        return render(request, "simulation/remove.html", context)
    try:
        new_version = actions.remove_risk(risk=risk)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("simulation:assumptions", scheme.pk)
    messages.success(request, _("%(name)s is removed.") % {"name": risk.name})
    _say_new_version(request, new_version)
    return redirect("simulation:assumptions", scheme.pk)


@needs(Permission.SCHEME)
@require_POST
def bring_back(request: SiteRequest, removed_id: UUID) -> HttpResponse:
    try:
        found = removed.find_removed(organisation=request.organisation, removed_id=removed_id)
    except RemovedBenefit.DoesNotExist:
        raise Http404 from None
    try:
        back = removed.bring_back(removed=found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is back.") % {"name": back.risk.name})
        _say_new_version(request, back.new_version)
    return redirect("simulation:assumptions", found.scheme_id)
