"""Joining an organisation by an invitation's link."""

from __future__ import annotations

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import EmailAddress, Login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import people as actions
from accounts import queries
from accounts.middleware import SESSION_KEY
from accounts.models import Invitation, User
from accounts.people_forms import NewAccountForm
from accounts.permissions import open_to_all
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest

REFUSED = 422
GONE = 410


@open_to_all
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: SiteRequest, token: str) -> HttpResponse:
    """Which organisation, which role; join with the account one has, or make one."""
    try:
        invitation = queries.find_invitation(token=token)
    except Invitation.DoesNotExist:
        raise Http404 from None
    if not invitation.is_open:
        return render(request, "accounts/invitation_over.html", {"invitation": invitation}, status=GONE)
    return (_join_as_oneself if _has_account(request) else _make_account)(request, invitation)


def _has_account(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _join_as_oneself(request: SiteRequest, invitation: Invitation) -> HttpResponse:
    context: dict[str, object] = {"invitation": invitation}
    if request.method != "POST":
        return render(request, "accounts/join.html", context)
    try:
        actions.join(invitation=invitation, user=request.user)
    except ActionRefused as refused:
        return render(request, "accounts/join.html", {**context, "refused": refused}, status=REFUSED)
    return _welcome(request, invitation)


def _make_account(request: SiteRequest, invitation: Invitation) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = NewAccountForm(posted, email=invitation.email)
    context: dict[str, object] = {"invitation": invitation, "form": form}
    if request.method != "POST":
        return render(request, "accounts/join.html", context)
    if not form.is_valid():
        return render(request, "accounts/join.html", context, status=REFUSED)
    typed = form.cleaned_data
    try:
        user = actions.make_account_and_join(
            invitation=invitation,
            username=typed["username"],
            name=typed["name"],
            password=typed["password1"],
        )
    except ActionRefused as refused:
        return render(request, "accounts/join.html", {**context, "refused": refused}, status=REFUSED)
    response = perform_password_login(request, {"username": user.username}, Login(user=user))
    if typed["email"]:
        _ask_to_confirm(request, user, typed["email"])
    _welcome(request, invitation)
    return response


def _ask_to_confirm(request: SiteRequest, user: User, email: str) -> None:
    """The address counts once its owner has followed the letter's link: it might be somebody else's."""
    address = EmailAddress.objects.create(user=user, email=email, primary=False, verified=False)
    send_verification_email_to_address(request, address)


def _welcome(request: SiteRequest, invitation: Invitation) -> HttpResponse:
    request.session[SESSION_KEY] = str(invitation.organisation_id)
    messages.success(
        request,
        _("Welcome to %(name)s. Your role: %(role)s.")
        % {"name": invitation.organisation, "role": invitation.get_role_display()},
    )
    return redirect("home")
