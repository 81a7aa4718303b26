"""Signing in, and choosing the organisation one acts for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import OrganisationForm, SignInForm
from accounts.middleware import SESSION_KEY
from accounts.permissions import open_to_all, own_account
from accounts.requests import SiteRequest


@method_decorator(open_to_all, name="dispatch")
class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


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
    messages.success(request, _("You now act for %(name)s.") % {"name": membership.organisation})
    return redirect("home")
