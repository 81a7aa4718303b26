"""Who belongs to an organisation, in which role: invite, join, change, switch off and on.

Every write that may take an administrator away locks the organisation's row first, so that two at once are
decided one after the other and one enabled administrator always stays.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.languages import current
from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot

TOKEN_BYTES = 32


class LastAdministrator(ActionRefused):
    message = _(
        "An organisation always keeps one administrator who can sign in. "
        "Make somebody else an administrator first."
    )


class OwnMembership(ActionRefused):
    message = _(
        "Nobody changes their own role or switches themselves off. Ask another administrator to do it."
    )


class InvitationIsOver(ActionRefused):
    message = _("This invitation was used or withdrawn meanwhile, or has expired. Ask for a new one.")


class MemberAlready(ActionRefused):
    message = _("You belong to this organisation already. The invitation stays open for somebody else.")


class MembershipSwitchedOff(ActionRefused):
    message = _(
        "You belonged to this organisation and were switched off. An administrator can switch you on again; "
        "an invitation cannot."
    )


def hash_of(token: str) -> str:
    # The token is 256 random bits: one fast hash hides it for good.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    role: str,
    email: str = "",
    invited_by: User | None = None,
    token: str | None = None,
) -> tuple[Invitation, str]:
    """Hold a place open; returns the invitation and its token, which is told this once and kept nowhere.

    Without `token`, 256 random bits.
    """
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        organisation=organisation,
        role=Role(role),
        email=email.lower(),
        token_hash=hash_of(token),
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        invited_by=invited_by,
    )
    record(what=What.INVITED, subject=invitation, label=_label(invitation), after=snapshot(invitation))
    return invitation, token


@transaction.atomic
def withdraw(*, invitation: Invitation) -> None:
    """Close the place that the invitation held open; what is used or closed already stays as it is."""
    mine = Invitation.objects.beside(invitation).filter(pk=invitation.pk)
    if mine.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now()):
        record(what=What.INVITATION_WITHDRAWN, subject=invitation, label=_label(invitation))


@transaction.atomic
def join(*, invitation: Invitation, user: User) -> Membership:
    """Take the place with the account `user`. Of two who come at once, one gets it."""
    present = Membership.objects.filter(user=user, organisation=invitation.organisation_id).first()
    if present is not None:
        raise MembershipSwitchedOff if present.disabled_at else MemberAlready
    if not _stands_behind(invitation):
        raise InvitationIsOver
    now = timezone.now()
    mine = Invitation.objects.beside(invitation).filter(pk=invitation.pk)
    still_open = mine.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    if still_open.update(accepted_at=now, accepted_by=user) == 0:
        raise InvitationIsOver
    membership = Membership.objects.create(
        user=user, organisation=invitation.organisation, role=invitation.role
    )
    record(what=What.JOINED, subject=membership, actor=user, label=user.called, after=snapshot(membership))
    return membership


@transaction.atomic
def make_account_and_join(*, invitation: Invitation, username: str, name: str, password: str) -> User:
    """An account of one's own, and the place; neither without the other."""
    user = User(username=username, first_name=name, language=current())
    user.set_password(password)
    user.save()
    join(invitation=invitation, user=user)
    return user


@transaction.atomic
def change_role(*, membership: Membership, role: str, seen_version: int, by: User) -> Membership:
    _lock(membership.organisation_id)
    if membership.user_id == by.pk:
        raise OwnMembership
    before = snapshot(Membership.objects.get(pk=membership.pk))
    if role != Role.ADMIN:
        _refuse_to_lose_the_last(membership)
    saved = save_if_unchanged(row=membership, seen_version=seen_version, changes={"role": Role(role)})
    if role != Role.ADMIN:
        _withdraw_invitations_of(membership)
    record(
        what=What.ROLE_CHANGED,
        subject=saved,
        label=saved.user.called,
        before=before,
        after=snapshot(saved),
    )
    return saved


@transaction.atomic
def switch_off(*, membership: Membership, by: User) -> Membership:
    """From their next request on this person sees nothing here; nothing is deleted."""
    return _switch(membership, by=by, off=True)


@transaction.atomic
def switch_on(*, membership: Membership, by: User) -> Membership:
    return _switch(membership, by=by, off=False)


def _switch(membership: Membership, *, by: User, off: bool) -> Membership:
    _lock(membership.organisation_id)
    if membership.user_id == by.pk:
        raise OwnMembership
    now = Membership.objects.select_related("user").get(pk=membership.pk)
    if (now.disabled_at is not None) == off:
        return now
    if off:
        _refuse_to_lose_the_last(now)
        _withdraw_invitations_of(now)
    before = snapshot(now)
    changes = {"disabled_at": timezone.now() if off else None}
    saved = save_if_unchanged(row=now, seen_version=now.version, changes=changes)
    record(
        what=What.MEMBER_DISABLED if off else What.MEMBER_ENABLED,
        subject=saved,
        label=saved.user.called,
        before=before,
        after=snapshot(saved),
    )
    return saved


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, seen_version: int, values: dict[str, str]
) -> Organisation:
    before = snapshot(organisation)
    saved = save_if_unchanged(row=organisation, seen_version=seen_version, changes=values)
    record(
        what=What.ORGANISATION_CHANGED,
        subject=saved,
        organisation=saved,
        before=before,
        after=snapshot(saved),
    )
    return saved


def _lock(organisation_id: UUID) -> None:
    # SQLite needs no lock: there a transaction that writes has the whole database to itself.
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation_id)


def _refuse_to_lose_the_last(membership: Membership) -> None:
    admins = Membership.objects.enabled().admins().filter(organisation=membership.organisation_id)
    if not admins.exclude(pk=membership.pk).exists():
        raise LastAdministrator


def _withdraw_invitations_of(membership: Membership) -> None:
    """Links that somebody made as an administrator do not outlive it: one of them would lead back in."""
    theirs = Invitation.objects.of(membership.organisation).filter(invited_by=membership.user_id)
    for invitation in theirs.filter(accepted_at=None, revoked_at=None):
        withdraw(invitation=invitation)


def _stands_behind(invitation: Invitation) -> bool:
    """Whether whoever invited is an administrator still: their account may be closed, or the link have been
    made in the very moment in which they ceased to be one. The first link of all is made by a command."""
    if invitation.invited_by_id is None:
        return True
    admins = Membership.objects.enabled().admins().filter(organisation=invitation.organisation_id)
    return admins.filter(user=invitation.invited_by_id).exists()


def _label(invitation: Invitation) -> str:
    return f"{invitation.get_role_display()} {invitation.email}".strip()
