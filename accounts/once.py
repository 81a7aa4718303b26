"""A form sent twice does its work once.

A form that makes something carries `{% once %}`: a key of its own. The view does its work through
`once(request, make)`, and the key is kept in the transaction of that work. When the answer was lost on the
way, or somebody pressed twice, the same form comes again: it waits for the first one and is answered with
what the first one made. The key counts with everything typed beside it, so that going back, typing something
else and sending that is a new thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Submission
from accounts.requests import SiteRequest
from accounts.trail_entry import canonical

KEPT_FOR = timedelta(days=7)
FIELD = "once"
_NOT_TYPED = {"csrfmiddlewaretoken"}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was made (an address, or a key), and whether this very post made it."""

    answer: str
    first: bool


class _SentBefore(Exception):  # noqa: N818  not an error
    pass


def once(request: SiteRequest, make: Callable[[], str]) -> Done:
    """Do `make` unless this form did it before; its refusals pass through and keep nothing."""
    digest = digest_of(request)
    if digest is None:
        return Done(answer=make(), first=True)
    try:
        with transaction.atomic():
            kept = _claim(request, digest)
            kept.answer = make()
            kept.save(update_fields=["answer"])
    except _SentBefore:
        before = sent_before(request)
        assert before is not None
        return before
    return Done(answer=kept.answer, first=True)


def sent_before(request: SiteRequest) -> Done | None:
    """What this form made when it was sent before."""
    digest = digest_of(request)
    if digest is None:
        return None
    kept = Submission.objects.of(request.organisation).filter(user=request.user, digest=digest).first()
    return None if kept is None else Done(answer=kept.answer, first=False)


def digest_of(request: SiteRequest) -> str | None:
    """The key of a form with all that is typed in it; None for a form without a key."""
    try:
        UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED)
    return hashlib.sha256(canonical([request.path, typed]).encode()).hexdigest()


def secret_of(request: SiteRequest, *, purpose: str) -> str | None:
    """256 bits that only this form of this person gives, and gives again when it is sent again."""
    digest = digest_of(request)
    if digest is None:
        return None
    return salted_hmac(purpose, f"{request.user.pk} {digest}", algorithm="sha256").hexdigest()


def forget_submissions() -> int:
    """Keys that nobody sends again."""
    old = Submission.objects.across_organisations(reason="keys of forms sent long ago, whosever they are")
    return old.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _claim(request: SiteRequest, digest: str) -> Submission:
    # Of two at once the second waits here until the first one's transaction has ended.
    assert request.organisation is not None
    try:
        with transaction.atomic():
            return Submission.objects.create(
                organisation=request.organisation, user=request.user, digest=digest
            )
    except IntegrityError:
        raise _SentBefore from None
