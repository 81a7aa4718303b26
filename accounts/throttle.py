"""How many wrong passwords are let through: per account and network address, never a lock-out for good.

Somebody who tries passwords for an account from one place is stopped at that place; the account's owner
elsewhere is not. The counting is allauth's own (settings.ACCOUNT_RATE_LIMITS), in the shared cache, and in
the memory of each process while that is away (`cbhi_site.shared_cache`).
"""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User

APP = "allauth.account"
ACTION = "login_failed"


def client_address(request: HttpRequest) -> str:
    """The visitor's network address, as the proxies that settings trust tell it."""
    return get_client_ip(request) or "0.0.0.0"  # noqa: S104  a word for "not known", nothing listens on it


def account_and_address(request: HttpRequest, typed: str) -> str:
    """One key for an account, whether its user name or its e-mail was typed, at this visitor's address.

    What belongs to no account has a key of its own, so that both are answered alike.
    """
    typed = typed.strip().lower()[:254]
    users = User.objects.filter(Q(username__iexact=typed) | Q(email=typed))
    found = list(users.order_by("pk").values_list("pk", flat=True)[:2]) if typed else []
    whose = str(found[0]) if len(found) == 1 else f"unknown:{typed}"
    return f"{whose}@{ratelimit.truncate_ip(client_address(request))}"


def use_one(request: HttpRequest, key: str) -> ratelimit.RateLimitUsage | None:
    """Count an attempt; None when no more are let through now."""
    return ratelimit.consume(request, app=APP, action=ACTION, key=key)


def seconds_to_wait(request: HttpRequest, key: str) -> int:
    """Until the next attempt is let through: when the oldest that fill a limit have run out."""
    longest = 1.0
    for rate in ratelimit.get_rates(app=APP, action=ACTION):
        history = cache.get(ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key), [])
        if len(history) >= rate.amount:
            longest = max(longest, history[rate.amount - 1] + rate.duration - time.time())
    return math.ceil(longest)
