"""What follows on signing in, and on trying to: the session's clock, the lists, the trail."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts import sessions
from accounts.models import Membership, User
from accounts.trail import What, record


def on_session_begun(*, request: HttpRequest, user: User, **_more: Any) -> None:
    """The new session has its key, the old one is gone."""
    sessions.begin(request, user)


def on_signed_in(*, user: User, **_more: Any) -> None:
    # Sessions that ran out may hold a form that somebody was filling in: they are not left lying.
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    for_each_organisation(user, What.SIGNED_IN)


def failed(*, typed: str) -> None:
    """A wrong password for an account: its organisations' trails say so, and never what was typed."""
    typed = typed.strip().lower()
    found = list(User.objects.filter(Q(username__iexact=typed) | Q(email=typed))[:2]) if typed else []
    if len(found) == 1:
        for_each_organisation(found[0], What.SIGN_IN_FAILED)


def on_factor_added(*, request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """Whoever came in elsewhere by the password alone, perhaps a stolen one, signs in anew, with the code."""
    if authenticator.type == authenticator.Type.TOTP:
        here = request.session.session_key
        for session in UserSession.objects.filter(user=user).exclude(session_key=here):
            session.end()
        for_each_organisation(user, What.SECOND_FACTOR_ON)


def on_factor_removed(*, user: User, authenticator: Any, **_more: Any) -> None:
    if authenticator.type == authenticator.Type.TOTP:
        for_each_organisation(user, What.SECOND_FACTOR_OFF)


def on_password_changed(*, user: User, **_more: Any) -> None:
    for_each_organisation(user, What.ACCOUNT_CHANGED, label="password")


def for_each_organisation(user: User, what: What, *, label: str = "") -> None:
    """A deed of an account is a line in the trail of each organisation that the person belongs to."""
    memberships = Membership.objects.enabled().filter(user=user).select_related("organisation")
    with transaction.atomic():
        for membership in memberships.order_by("organisation_id"):
            record(
                what=what,
                subject=user,
                organisation=membership.organisation,
                actor=user if what != What.SIGN_IN_FAILED else None,
                label=label or user.username,
            )
