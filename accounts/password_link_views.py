"""A new password by a link from one's administrator."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import password_links, queries
from accounts.password_links import LinkRefused
from accounts.people_forms import ChosenPasswordForm
from accounts.permissions import Permission, needs, open_to_all
from accounts.requests import SiteRequest

REFUSED = 422
GONE = 410
# The one page after making a link that shows it.
NEW_PASSWORD_LINK = "new_password_link"  # noqa: S105  a place in the session


@needs(Permission.ADMIN)
@require_POST
def make_password_link(request: SiteRequest, membership_id: UUID) -> HttpResponse:
    members = queries.members_of(organisation=request.organisation)
    membership = get_object_or_404(members, pk=membership_id)
    try:
        key = password_links.make_link(membership=membership, by=request.user)
    except LinkRefused as refused:
        messages.error(request, str(refused))
    else:
        link = request.build_absolute_uri(reverse("accounts:choose_password", args=[key]))
        request.session[NEW_PASSWORD_LINK] = {"member": str(membership.pk), "link": link}
    return redirect(reverse("accounts:member", args=[membership.pk]) + "#new")


@open_to_all
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: SiteRequest, key: str) -> HttpResponse:
    """Whose link it is, and the new password twice."""
    try:
        member = password_links.whom_for(link=key)
        form = ChosenPasswordForm(request.POST if request.method == "POST" else None, owner=member.user)
        if request.method == "POST" and form.is_valid():
            password_links.choose_password(link=key, password=form.cleaned_data["password1"])
            messages.success(request, _("The new password is saved. Sign in with it."))
            return redirect("account_login")
    except LinkRefused:
        return render(request, "accounts/password_link_over.html", status=GONE)
    context = {"form": form, "member": member}
    status = REFUSED if form.errors else 200
    return render(request, "accounts/choose_password.html", context, status=status)
