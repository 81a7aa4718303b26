"""Choosing the organisation one acts for, and its settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import people as actions
from accounts.conflicts import Comparison, conflict_page, merged, parts_of, texts_of, unsealed
from accounts.forms import OrganisationForm
from accounts.middleware import SESSION_KEY
from accounts.models import Organisation
from accounts.people_forms import OrganisationSettingsForm
from accounts.permissions import Permission, needs, own_account
from accounts.refusals import StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading

REFUSED = 422


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
def switch_organisation(request: SiteRequest) -> HttpResponse:
    """Choose among one's own organisations; any other is not found, as if it did not exist."""
    if request.method != "POST":
        return render(request, "accounts/switch_organisation.html")
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data["organisation"]
    membership = next((each for each in request.memberships if each.organisation_id == chosen), None)
    if membership is None:
        raise Http404
    request.session[SESSION_KEY] = str(chosen)
    record_reading(what=What.ORGANISATION_SWITCHED, organisation=membership.organisation)
    messages.success(request, _("You now act for %(name)s.") % {"name": membership.organisation})
    there = form.cleaned_data["next"]
    if url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return HttpResponseRedirect(there)
    return redirect("home")


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_settings(request: SiteRequest) -> HttpResponse:
    """Its name, and whom to ask about security."""
    assert request.organisation is not None
    organisation = request.organisation
    if request.method != "POST":
        return _settings_page(request, OrganisationSettingsForm(initial=_initial(organisation)))
    saved = OrganisationSettingsForm(initial=_initial(organisation))
    form = OrganisationSettingsForm(
        merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved))
    )
    if not form.is_valid():
        return _settings_page(request, form, status=REFUSED)
    values = {name: form.cleaned_data[name] for name in ("name", "security_email")}
    try:
        actions.change_organisation(
            organisation=organisation, seen_version=form.cleaned_data["version"], values=values
        )
    except StaleEdit:
        organisation.refresh_from_db()
        return _conflict(request, organisation, form)
    messages.success(request, _("The settings are saved."))
    return redirect("accounts:organisation_settings")


def _conflict(request: SiteRequest, theirs: Organisation, form: OrganisationSettingsForm) -> HttpResponse:
    saved = OrganisationSettingsForm(initial=_initial(theirs))
    address = reverse("accounts:organisation_settings")
    return conflict_page(
        request,
        row=theirs,
        name=theirs.name,
        version=theirs.version,
        action=address,
        leave=address,
        compared=Comparison(
            fields=saved.fields,
            parts=parts_of(saved.fields),
            mine={name: form.cleaned_data[name] for name in ("name", "security_email")},
            theirs=texts_of(saved),
            before=unsealed(form.cleaned_data["started"]),
        ),
    )


def _initial(organisation: Organisation) -> dict[str, object]:
    return {name: getattr(organisation, name) for name in ("name", "security_email", "version")}


def _settings_page(
    request: SiteRequest, form: OrganisationSettingsForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "accounts/organisation_settings.html", {"form": form}, status=status)
