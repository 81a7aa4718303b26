"""Who belongs to the organisation: pages for its administrators."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people as actions
from accounts import queries
from accounts.conflicts import Comparison, conflict_page, merged, parts_of, texts_of, unsealed
from accounts.languages import speaking_to
from accounts.models import Invitation, Membership, User
from accounts.once import once, secret_of
from accounts.password_link_views import NEW_PASSWORD_LINK
from accounts.password_links import why_not
from accounts.people_forms import InvitationForm, RoleForm
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest

REFUSED = 422
# The one page after making an invitation that shows its link.
NEW_LINK = "new_invitation"


@needs(Permission.ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: SiteRequest) -> HttpResponse:
    """Members and open invitations; inviting."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _invited(request, form)
    context = {
        "form": form,
        "members": queries.members_of(organisation=request.organisation),
        "invitations": queries.open_invitations_of(organisation=request.organisation),
        "made": request.session.pop(NEW_LINK, None) if request.method == "GET" else None,
        "days": settings.INVITATION_DAYS,
    }
    return render(request, "accounts/people.html", context, status=REFUSED if form.errors else 200)


def _invited(request: SiteRequest, form: InvitationForm) -> HttpResponse:
    """The same form sent again gives the same link again."""
    # Made from the form's own key, or the link would be lost with the answer that told it.
    token = secret_of(request, purpose="invitation") or secrets.token_urlsafe(actions.TOKEN_BYTES)

    def make() -> str:
        assert request.organisation is not None
        made, _token = actions.invite(
            organisation=request.organisation, invited_by=request.user, token=token, **form.cleaned_data
        )
        return str(made.pk)

    done = once(request, make)
    invitation = Invitation.objects.of(request.organisation).get(pk=done.answer)
    link = request.build_absolute_uri(reverse("accounts:join", args=[token]))
    sent = _send(invitation, link) if done.first else False
    request.session[NEW_LINK] = {"link": link, "id": str(invitation.pk), "sent": sent}
    return redirect(reverse("accounts:people") + "#new")


def _send(invitation: Invitation, link: str) -> bool:
    """By e-mail too, where the site can send any: a printed letter would leave the link in the log."""
    if not (settings.EMAIL_HOST and invitation.email):
        return False
    context = {"invitation": invitation, "link": link}
    with speaking_to(User.objects.filter(email=invitation.email.lower()).first()):
        subject = _("Invitation to %(name)s") % {"name": invitation.organisation}
        words = render_to_string("accounts/email/invitation.txt", context)
    # A name of several lines is no heading of a letter.
    subject = " ".join(subject.split())
    return bool(send_mail(subject, words, None, [invitation.email], fail_silently=True))


def _member(request: SiteRequest, membership_id: UUID) -> Membership:
    found: Membership = get_object_or_404(
        queries.members_of(organisation=request.organisation), pk=membership_id
    )
    return found


@needs(Permission.ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: SiteRequest, membership_id: UUID) -> HttpResponse:
    """One member: the role, and whether they may come in."""
    membership = _member(request, membership_id)
    start = {"role": membership.role, "version": membership.version}
    saved_now = RoleForm(initial=start)
    chosen = merged(request.POST, parts=parts_of(saved_now.fields), theirs=texts_of(saved_now))
    form = RoleForm(chosen, initial=start) if request.method == "POST" else saved_now
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            try:
                saved = actions.change_role(
                    membership=membership,
                    role=form.cleaned_data["role"],
                    seen_version=form.cleaned_data["version"],
                    by=request.user,
                )
            except StaleEdit as stale:
                return _conflict(request, stale, form)
            except ActionRefused as refused:
                form.add_error("role", str(refused))
            else:
                words = {"name": saved.user.called, "role": saved.get_role_display()}
                messages.success(request, _("%(name)s is now: %(role)s.") % words)
                return redirect("accounts:people")
    context = {
        "member": _member(request, membership_id),
        "form": form,
        "no_link": why_not(membership=membership, by=request.user),
        "made": _link_just_made(request, membership),
    }
    return render(request, "accounts/member.html", context, status=status)


def _link_just_made(request: SiteRequest, membership: Membership) -> str:
    """The link for a new password, on the one page after it was made."""
    made = request.session.pop(NEW_PASSWORD_LINK, None) if request.method == "GET" else None
    return made["link"] if made and made["member"] == str(membership.pk) else ""


def _conflict(request: SiteRequest, stale: StaleEdit, form: RoleForm) -> HttpResponse:
    if stale.theirs is None:
        raise Http404
    theirs = _member(request, stale.theirs.pk)
    saved = RoleForm(initial={"role": theirs.role})
    return conflict_page(
        request,
        row=theirs,
        name=theirs.user.called,
        version=theirs.version,
        action=reverse("accounts:member", args=[theirs.pk]),
        leave=reverse("accounts:people"),
        compared=Comparison(
            fields=saved.fields,
            parts=parts_of(saved.fields),
            mine={"role": form.cleaned_data["role"]},
            theirs=texts_of(saved),
            before=unsealed(form.cleaned_data["started"]),
        ),
    )


@needs(Permission.ADMIN)
@require_POST
def switch_off(request: SiteRequest, membership_id: UUID) -> HttpResponse:
    membership = _member(request, membership_id)
    try:
        actions.switch_off(membership=membership, by=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:member", membership.pk)
    messages.success(
        request,
        _("%(name)s is switched off and sees nothing from the next click on.")
        % {"name": membership.user.called},
    )
    return redirect("accounts:people")


@needs(Permission.ADMIN)
@require_POST
def switch_on(request: SiteRequest, membership_id: UUID) -> HttpResponse:
    membership = _member(request, membership_id)
    try:
        actions.switch_on(membership=membership, by=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s may come in again.") % {"name": membership.user.called})
    return redirect("accounts:people")


@needs(Permission.ADMIN)
@require_POST
def withdraw(request: SiteRequest, invitation_id: UUID) -> HttpResponse:
    mine = Invitation.objects.of(request.organisation)
    actions.withdraw(invitation=get_object_or_404(mine, pk=invitation_id))
    messages.success(request, _("The invitation is withdrawn. Its link leads nowhere now."))
    return redirect("accounts:people")
