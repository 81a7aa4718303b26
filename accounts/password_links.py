"""A link by which a member who gets no letters chooses a new password, made by their administrator.

It must not become a way into somebody else's account, so it is made only for a member

- who is let in, and is not the one who makes it;
- whom no letter reaches: without a confirmed e-mail, or where the site sends none;
- who belongs, and belonged, to no other organisation: there this administrator has nothing to say;
- who does not look after the whole site.

It works once, for `LINK_HOURS`, does not stand in for a second factor, signs every device out, and leaves a
line in the trail when it is made and when it is used. Nothing of it is kept: the link itself carries, signed,
whom it is for and what the account was like; a sign-in, a changed password or address, a changed role or a
newer link ends it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.models import Membership, User
from accounts.refusals import ActionRefused
from accounts.trail import What, record

LINK_HOURS = 24
_SALT = "accounts.password_links"


class LinkRefused(ActionRefused):
    """No link is made, or the link that was made leads nowhere any more."""


class NotForOneself(LinkRefused):
    message = _("Your own password is changed on your account's page.")


class IsSwitchedOff(LinkRefused):
    message = _("This person is switched off. Switch them on first.")


class GetsLetters(LinkRefused):
    message = _(
        "This person has an e-mail address. Where they sign in, \u201cForgotten the password?\u201d sends "
        "them a letter."
    )


class NotYours(LinkRefused):
    """One answer for all that an administrator of one organisation need not know."""

    message = _("For this account no link can be made here. Whoever looks after the site can help.")


class LinkIsOver(LinkRefused):
    message = _("This link was used, is over, or was cut short. Ask your administrator for a new one.")


@transaction.atomic
def make_link(*, membership: Membership, by: User) -> str:
    """The link's own part of its address, told this once; a link made before leads nowhere now."""
    locked = _locked(membership.pk)
    _refuse(locked, by)
    # The number of the membership's version is in the link.
    saved = save_if_unchanged(row=locked, seen_version=locked.version, changes={})
    record(what=What.PASSWORD_LINK_MADE, subject=saved, label=saved.user.called)
    return signing.dumps({"member": str(saved.pk), "by": str(by.pk), "state": _state(saved)}, salt=_SALT)


def whom_for(*, link: str) -> Membership:
    """Raises `LinkIsOver`."""
    return _found(link, lock=False)


@transaction.atomic
def choose_password(*, link: str, password: str) -> User:
    """Raises `LinkIsOver`, of two who come at once for one."""
    membership = _found(link, lock=True)
    user = membership.user
    user.set_password(password)
    user.save(update_fields=["password"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    record(what=What.PASSWORD_LINK_USED, subject=membership, actor=user, label=user.called)
    return user


def why_not(*, membership: Membership, by: User) -> LinkRefused | None:
    """Why no link can be made, if so."""
    try:
        _refuse(membership, by)
    except LinkRefused as refused:
        return refused
    return None


def _refuse(membership: Membership, by: User) -> None:
    user = membership.user
    if user.pk == by.pk:
        raise NotForOneself
    if membership.disabled_at is not None or not user.is_active:
        raise IsSwitchedOff
    if user.email and settings.EMAIL_HOST:
        raise GetsLetters
    elsewhere = Membership.objects.filter(user=user).exclude(pk=membership.pk)
    if user.is_superuser or user.is_staff or elsewhere.exists():
        raise NotYours


def _found(link: str, *, lock: bool) -> Membership:
    try:
        said: dict[str, Any] = signing.loads(link, salt=_SALT, max_age=LINK_HOURS * 3600)
    except signing.BadSignature:
        raise LinkIsOver from None
    membership = _locked(said["member"]) if lock else _members().filter(pk=said["member"]).first()
    if membership is None or said["state"] != _state(membership):
        raise LinkIsOver
    admins = Membership.objects.enabled().admins().filter(organisation=membership.organisation_id)
    maker = admins.filter(user=said["by"]).select_related("user").first()
    if maker is None or why_not(membership=membership, by=maker.user) is not None:
        raise LinkIsOver
    return membership


def _members() -> Any:
    return Membership.objects.select_related("user", "organisation")


def _locked(key: Any) -> Membership:
    locked: Membership = _members().select_for_update(of=("self", "user")).get(pk=key)
    return locked


def _state(membership: Membership) -> str:
    """What ends the link by changing. Hashed, since whoever has the link can read what is in it."""
    user = membership.user
    last = user.last_login.isoformat() if user.last_login else ""
    said = f"{membership.version}|{user.password}|{last}|{user.email}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
