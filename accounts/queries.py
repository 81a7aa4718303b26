"""Reads about people: members of an organisation, its invitations, one's own sessions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.devices import device_words
from accounts.models import Invitation, Membership, Organisation, OrganisationOwned, User
from accounts.people import hash_of
from accounts.sessions import SHARED


def members_of(*, organisation: Organisation | None) -> QuerySet[Membership]:
    """All members, those switched off too, with `has_second_factor`; the enabled first, by name."""
    factor = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    return (
        Membership.objects.filter(organisation=organisation)
        .select_related("user")
        .annotate(has_second_factor=Exists(factor))
        .order_by("disabled_at", "user__first_name", "user__username")
    )


def open_invitations_of(*, organisation: Organisation | None) -> QuerySet[Invitation]:
    """Those that can still be used or were left to expire; used and withdrawn ones are in the trail."""
    mine = Invitation.objects.of(organisation)
    return mine.filter(accepted_at=None, revoked_at=None).select_related("invited_by")


def find_invitation(*, token: str) -> Invitation:
    everywhere = Invitation.objects.across_organisations(reason="the link itself says which organisation")
    return everywhere.select_related("organisation", "invited_by").get(token_hash=hash_of(token))


@dataclass(frozen=True, kw_only=True)
class Device:
    """One of a person's sessions, as the list shows it."""

    session: UserSession
    words: str
    is_this: bool
    is_shared: bool


def devices_of(*, user: User, session_key: str | None) -> list[Device]:
    """Where somebody is signed in now, this one first, then by when it was last used."""
    sessions = UserSession.objects.filter(user=user)
    stored = Session.objects.filter(
        session_key__in=sessions.values("session_key"), expire_date__gt=timezone.now()
    )
    opened = {each.session_key: each.get_decoded() for each in stored}
    # A new password shuts the sessions of the old one.
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    found = [
        Device(
            session=session,
            words=device_words(session.user_agent),
            is_this=session.session_key == session_key,
            is_shared=bool(opened[session.session_key].get(SHARED)),
        )
        for session in sessions
        if opened.get(session.session_key, {}).get(HASH_SESSION_KEY) in hashes
    ]
    return sorted(found, key=lambda each: (not each.is_this, -each.session.last_seen_at.timestamp()))


def switched_off_in(*, user: User) -> list[Organisation]:
    """The organisations that somebody belonged to until they were switched off there."""
    off = Membership.objects.filter(user=user, disabled_at__isnull=False).select_related("organisation")
    return [membership.organisation for membership in off]


def owner_among(*, organisations: list[Organisation], key: UUID) -> Organisation | None:
    """Which of these organisations the row with this key belongs to, whatever kind of row it is."""
    for model in apps.get_models():
        if not issubclass(model, OrganisationOwned):
            continue
        for organisation in organisations:
            if model.objects.of(organisation).filter(pk=key).exists():
                return organisation
    return None
