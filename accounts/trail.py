"""The audit trail: `record` what was done, in the transaction that does it.

    with transaction.atomic():                       # or an action that is atomic already
        before = snapshot(scheme)
        ... change and save the scheme ...
        record(what=What.SCHEME_CHANGED, subject=scheme, scheme=scheme,
               before=before, after=snapshot(scheme))

- Call it last in the action: entries of one organisation are written one after another, and the next writer
  waits until this transaction ends.
- Who asks, from which address, is known from the request; a command or worker says `actor=None` by having
  none. Another person than the one signed in (who just joined by an invitation) is named by `actor=`.
- `snapshot(row)` takes the fields that the model lists in `trail_fields` and no others, so that rows of a
  survey, passwords and keys can never slip in. Only what differs between `before` and `after` is kept;
  making something has no `before`, deleting no `after`.
- `organisation` is the subject's own unless given. `scheme` and `package` (rows or keys) say for which page
  an entry is listed.
- A file that is taken away, rows that are looked at: `record_reading(...)`, which brings its own transaction.

A model may say in words what its fields are: `trail_label(key)` and `trail_words(key, value)`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import Organisation, User
from accounts.throttle import client_address
from accounts.trail_entry import FIRST, AuditEntry, What, canonical, seal_of

__all__ = ["What", "record", "record_reading", "snapshot"]

LONGEST_LABEL = 200
# Whatever a model lists, these are not for the trail.
NEVER = frozenset({"password", "secret", "token", "key_hash", "phone", "otp", "recovery_codes"})

_asking: ContextVar[HttpRequest | None] = ContextVar("asking", default=None)


class TrailMiddleware:
    """Lets `record` know who asks, for as long as the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _asking.set(request)
        try:
            return self.get_response(request)
        finally:
            _asking.reset(before)


def snapshot(row: models.Model, **more: Any) -> dict[str, Any]:
    """The fields of `row` that its model lists in `trail_fields`, and `more`, as plain values."""
    fields: tuple[str, ...] | None = getattr(row, "trail_fields", None)
    if fields is None:
        raise TypeError(f"{type(row).__name__} lists no trail_fields: nothing of it may go into the trail.")
    return {name: plain(getattr(row, name)) for name in fields} | {
        name: plain(value) for name, value in more.items()
    }


def plain(value: Any) -> Any:
    """As JSON knows it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} is nothing the trail can keep.")


def record(
    *,
    what: What,
    subject: models.Model | None = None,
    organisation: Organisation | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    scheme: models.Model | UUID | None = None,
    package: models.Model | UUID | None = None,
    actor: User | None = None,
    label: str = "",
) -> AuditEntry:
    """Add one line to the trail of an organisation, in the transaction of the change. See above."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "A change and its line in the trail are one transaction: record inside transaction.atomic()."
        )
    whose = organisation.pk if organisation is not None else subject.organisation_id  # type: ignore[union-attr]
    before_json, after_json = _difference(before, after)
    last = _last_of(whose)
    request = _asking.get()
    who = actor or _person(request)
    entry = AuditEntry(
        organisation_id=whose,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        actor_id=who.pk if who else None,
        actor_name=(who.get_full_name() or who.get_username())[:LONGEST_LABEL] if who else "",
        address=short_address(client_address(request)) if request else "",
        what=What(what).value,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject_label=(label or (str(subject) if subject is not None else ""))[:LONGEST_LABEL],
        scheme_id=_key(scheme),
        package_id=_key(package),
        before_json=before_json,
        after_json=after_json,
        previous_hash=last.hash if last else FIRST,
    )
    entry.hash = entry.computed_hash()
    entry.seal = seal_of(entry.hash)
    entry.save()
    return entry


def record_reading(**said: Any) -> AuditEntry:
    """`record` for what changes nothing else: a file taken away, rows of persons looked at."""
    with transaction.atomic():
        return record(**said)


def short_address(address: str) -> str:
    """Enough of a network address to tell an office from a stranger, not enough to follow a person."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    network = ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False)
    return f"{network.network_address}/{network.prefixlen}"


def _last_of(organisation_id: UUID) -> AuditEntry | None:
    # Whoever writes waits here for the one before. Not the full lock: rows that name the organisation are
    # inserted meanwhile.
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation_id)
    last: AuditEntry | None = (
        AuditEntry._base_manager.filter(organisation_id=organisation_id).only("number", "hash").first()
    )
    return last


def _person(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _key(row: models.Model | UUID | None) -> UUID | None:
    return row.pk if isinstance(row, models.Model) else row


def _difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[str, str]:
    for name in {*(before or ()), *(after or ())}:
        if name.rpartition(".")[2] in NEVER:
            raise ValueError(f"{name} is not for the trail.")
    if before is not None and after is not None:
        same = {name for name in before if name in after and plain(before[name]) == plain(after[name])}
        before = {name: value for name, value in before.items() if name not in same}
        after = {name: value for name, value in after.items() if name not in same}
    return (
        canonical(plain(before)) if before else "",
        canonical(plain(after)) if after else "",
    )
