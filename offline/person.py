"""Whose phone this is: a key that names nobody, the same for one person in one organisation."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from accounts.models import Membership
from accounts.requests import SiteRequest
from accounts.sessions import RETURNING, returning_user

PURPOSE = "offline.person"
LENGTH = 24


def _key(user_id: object, organisation_id: object) -> str:
    return salted_hmac(PURPOSE, f"{user_id} {organisation_id}", algorithm="sha256").hexdigest()[:LENGTH]


def person_key(request: SiteRequest) -> str:
    """The key of who is signed in here; empty for a stranger and for who belongs to no organisation."""
    return "" if request.organisation is None else _key(request.user.pk, request.organisation.pk)


def whose(request: SiteRequest) -> dict[str, object]:
    """Who is here: `out` where only the sign-in ran out, so that the same person may come back.

    What is kept for them stays until then, except on a shared phone, where only what they have not sent
    stays. Somebody who signed out, or was switched off, is nobody here. Who belongs to several organisations
    has a key in each: a sheet not sent yet outlasts a change of organisation.
    """
    if key := person_key(request):
        mine = [_key(request.user.pk, each.organisation_id) for each in request.memberships]
        return {"person": key, "mine": mine} if len(mine) > 1 else {"person": key}
    user = returning_user(request)
    if user is None:
        return {"person": ""}
    memberships = list(Membership.objects.enabled().filter(user=user).select_related("organisation"))
    returning = request.session[RETURNING]
    organisations = [str(each.organisation_id) for each in memberships]
    if not organisations:
        return {"person": ""}
    chosen = returning["organisation"] if returning["organisation"] in organisations else organisations[0]
    return {"person": _key(user.pk, chosen), "out": True, "shared": returning["shared"]}
