"""Pages of a scheme: make it, look at it, change it, put it away and bring it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import conflict_page, merged
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, NoOrganisation, StaleEdit
from accounts.requests import SiteRequest
from schemes import actions, conflicts, queries
from schemes.fields import show_refusal
from schemes.forms import (
    QuickEstimateForm,
    SchemeForm,
    SharedOutForm,
    initial_of,
    initial_of_new,
    persons_words,
    scaled,
)
from schemes.models import Scheme

REFUSED = 422


def _scheme(request: SiteRequest, scheme_id: UUID) -> Scheme:
    try:
        return queries.find_scheme(organisation=request.organisation, scheme_id=scheme_id)
    except Scheme.DoesNotExist:
        raise Http404 from None


@needs(Permission.READ)
@require_safe
def detail(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = _scheme(request, scheme_id)
    asked = request.GET
    quick = QuickEstimateForm(asked if "incidence" in asked else {"incidence": "4 %", "cost": "18,000"})
    start = {"persons": scheme.persons}
    shared = SharedOutForm(asked) if "expenditure" in asked else SharedOutForm(initial=start)
    context = {"scheme": scheme, "joining": persons_words(scheme), "quick": quick, "shared": shared}
    return render(request, "schemes/detail.html", context)


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SiteRequest) -> HttpResponse:
    if request.organisation is None:
        raise NoOrganisation
    if request.method != "POST":
        return _form_page(request, SchemeForm(initial=initial_of_new()), None)
    if request.POST.get("do") == "scale":
        return _scaled_page(request, None)
    form = SchemeForm(request.POST)
    if form.is_valid():
        try:
            made = once(request, lambda: _made(request, form))
        except ValidationError as refused:
            show_refusal(form, refused)
        else:
            return redirect(made.answer)
    return _form_page(request, form, None, status=REFUSED)


def _made(request: SiteRequest, form: SchemeForm) -> str:
    assert request.organisation is not None
    made = actions.create_scheme(organisation=request.organisation, values=form.values())
    messages.success(request, _("%(name)s is set up. Next: how often and how dear.") % {"name": made.name})
    return reverse("schemes:detail", args=[made.pk])


@needs(Permission.SCHEME)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = _scheme(request, scheme_id)
    if request.method != "POST":
        return _form_page(request, SchemeForm(initial=initial_of(scheme)), scheme)
    if request.POST.get("do") == "scale":
        return _scaled_page(request, scheme)
    chosen = merged(request.POST, parts=conflicts.parts(), theirs=conflicts.texts_of_scheme(scheme))
    form = SchemeForm(chosen, initial=initial_of(scheme))
    if form.is_valid():
        try:
            return _saved(request, scheme, form)
        except StaleEdit:
            return _conflict_page(request, scheme_id, form)
        except ValidationError as refused:
            show_refusal(form, refused)
    scheme.refresh_from_db()
    return _form_page(request, form, scheme, status=REFUSED)


def _saved(request: SiteRequest, scheme: Scheme, form: SchemeForm) -> HttpResponse:
    seen = form.cleaned_data["version"] or 0
    saved = actions.change_scheme(scheme=scheme, seen_version=seen, values=form.values())
    messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
    return redirect("schemes:detail", saved.pk)


def _conflict_page(request: SiteRequest, scheme_id: UUID, form: SchemeForm) -> HttpResponse:
    theirs = _scheme(request, scheme_id)
    return conflict_page(
        request,
        row=theirs,
        name=theirs.name,
        version=theirs.version,
        action=reverse("schemes:edit", args=[theirs.pk]),
        leave=reverse("schemes:detail", args=[theirs.pk]),
        compared=conflicts.compared(mine=form.values(), theirs=theirs, started=form.cleaned_data["started"]),
        context={"scheme": theirs},
    )


def _scaled_page(request: SiteRequest, scheme: Scheme | None) -> HttpResponse:
    form = SchemeForm(scaled(request.POST), initial=initial_of(scheme) if scheme else None)
    if form.is_valid():
        messages.warning(request, _("The family sizes are scaled to 100 %. Check them, then save."))
    return _form_page(request, form, scheme, status=REFUSED if form.errors else 200)


def _form_page(
    request: SiteRequest, form: SchemeForm, scheme: Scheme | None, status: int = 200
) -> HttpResponse:
    return render(request, "schemes/form.html", {"form": form, "scheme": scheme}, status=status)


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = _scheme(request, scheme_id)
    if request.method != "POST":
        return render(request, "schemes/delete.html", {"scheme": scheme})
    actions.delete_scheme(scheme=scheme)
    messages.success(
        request, _("%(name)s is deleted. It can be brought back for 30 days, below.") % {"name": scheme.name}
    )
    return redirect(reverse("home") + "#deleted")


@needs(Permission.ADMIN)
@require_POST
def restore(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    deleted = queries.deleted_schemes_of(organisation=request.organisation)
    scheme = get_object_or_404(deleted, pk=scheme_id)
    try:
        actions.restore_scheme(scheme=scheme)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("home")
    messages.success(request, _("%(name)s is back.") % {"name": scheme.name})
    return redirect("schemes:detail", scheme.pk)
