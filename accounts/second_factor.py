"""Administrators sign in with a second factor where settings.REQUIRE_ADMIN_SECOND_FACTOR says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Membership
from accounts.permissions import NOTHING, needed_by

# What somebody may reach who has to set up the second factor first: the way there, and the way out.
WAY_THERE = frozenset(
    {
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_reauthenticate",
        "account_logout",
    }
)


def has_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def is_required_of(user: AbstractBaseUser) -> bool:
    """Whether this person is an administrator of any organisation, and those need it here."""
    if not settings.REQUIRE_ADMIN_SECOND_FACTOR:
        return False
    return Membership.objects.enabled().admins().filter(user_id=user.pk).exists()


@transaction.atomic
def spend_code(user: AbstractBaseUser, code: str) -> bool:
    """Whether an app's code, which fits now, is newer than the last one used; then it is the last one.

    Kept beside the key itself, so that it holds in every process and whatever happens to the cache. What is
    no app's code is a recovery code, which is crossed out where it is found.
    """
    locked = Authenticator.objects.select_for_update()
    factor = locked.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return True
    secret = decrypt(factor.data["secret"])
    fits = [
        step
        for step in totp.yield_hotp_counters_from_time()
        if totp.format_hotp_value(totp.hotp_value(secret, step)) == code
    ]
    if not fits:
        return True
    if max(fits) <= factor.data.get("last_step", -1):
        return False
    factor.data["last_step"] = max(fits)
    factor.save(update_fields=["data"])
    return True


class SecondFactorMiddleware:
    """Leads an administrator without a second factor to set it up, and nowhere else.

    It asks at every request, so that somebody who was made an administrator meanwhile is led there too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if not settings.REQUIRE_ADMIN_SECOND_FACTOR or needed_by(view, changes=True) == NOTHING:
            return None
        if request.resolver_match is not None and request.resolver_match.url_name in WAY_THERE:
            return None
        memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
        if not any(each.role == "admin" for each in memberships) or has_one(request.user):
            return None
        there = reverse("mfa_activate_totp")
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(there)
        return HttpResponseRedirect(there)
