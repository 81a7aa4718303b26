"""Pages about oneself: the account, where one is signed in, and coming back after a sign-in ran out."""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.mfa.totp import views as totp_views
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_form, second_factor, sessions
from accounts.languages import current, digits_to_choose
from accounts.people_forms import NameForm
from accounts.permissions import open_to_all, own_account
from accounts.queries import devices_of
from accounts.requests import SiteRequest
from accounts.sign_ins import for_each_organisation
from accounts.trail import What

REFUSED = 422


class SignIn(allauth_views.LoginView):
    """Sign in; whose sign-in just ran out here types only the password."""

    template_name = "account/login.html"

    def get_initial(self) -> dict[str, object]:
        returning = sessions.returning_user(self.request)
        if returning is None:
            return {}
        shared = self.request.session[sessions.RETURNING]["shared"]
        return {"login": returning.username, "shared": shared}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        context["returning"] = sessions.returning_user(self.request)
        context["has_kept_form"] = kept_form.KEY in self.request.session
        return context


class SetUpSecondFactor(totp_views.ActivateTOTPView):
    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        context["second_factor_missing"] = second_factor.is_required_of(self.request.user)
        return context


@open_to_all
@require_POST
def somebody_else(request: SiteRequest) -> HttpResponse:
    """The next person at a shared phone: the one before is forgotten, with what they were typing."""
    sessions.forget_returning(request)
    clear_login(request)
    return redirect("account_login")


@own_account
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: SiteRequest) -> HttpResponse:
    """What was being sent when the sign-in ran out, to send now or to leave."""
    if request.method == "POST":
        kept_form.drop(request)
        messages.success(request, _("What you had typed is thrown away. Nothing was changed."))
        return redirect("home")
    kept = kept_form.kept_for(request)
    if kept is None:
        return redirect("home")
    return render(request, "accounts/go_on.html", {"kept": kept})


@own_account
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SiteRequest) -> HttpResponse:
    """Name, e-mail, password, second factor, and where one is signed in."""
    posted = request.POST if request.method == "POST" else None
    form = NameForm(posted, initial={"name": request.user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        request.user.first_name, request.user.last_name = form.cleaned_data["name"], ""
        request.user.save(update_fields=["first_name", "last_name"])
        for_each_organisation(request.user, What.ACCOUNT_CHANGED, label=_("name"))
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:account")
    context = {
        "form": form,
        "devices": devices_of(user=request.user, session_key=request.session.session_key),
        "has_second_factor": second_factor.has_one(request.user),
        "second_factor_required": second_factor.is_required_of(request.user),
        "waiting_email": EmailAddress.objects.get_new(request.user),
        "mail_is_printed": not settings.EMAIL_HOST,
        "own_digits": digits_to_choose(current(), own=request.user.own_digits),
    }
    return render(request, "accounts/account.html", context, status=REFUSED if form.errors else 200)


@own_account
@require_POST
def end_session(request: SiteRequest, session_id: int) -> HttpResponse:
    """Sign one of one's own devices out; the one in one's hand by signing out."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    if session.session_key != request.session.session_key:
        session.end()
        for_each_organisation(request.user, What.SESSION_ENDED)
        messages.success(request, _("That device is signed out."))
    return redirect("accounts:account")


@own_account
@require_POST
def end_other_sessions(request: SiteRequest) -> HttpResponse:
    """Sign every device out but the one in one's hand."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()
    for_each_organisation(request.user, What.SESSION_ENDED)
    messages.success(request, _("All other devices are signed out."))
    return redirect("accounts:account")


@own_account
@require_safe
def mfa_index(_request: SiteRequest) -> HttpResponse:
    """django-allauth leads here after a change of the second factor."""
    return redirect("accounts:account")
