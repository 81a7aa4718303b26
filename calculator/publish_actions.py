"""Opening a page to everybody who knows its address, and closing it again.

Any kind of page can be published: who publishes freezes its content as JSON and names its kind, and
`KINDS` says which template shows that kind. A later room adds its own kind by `add_kind` when it starts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from calculator.links import hash_of, new_secret
from calculator.models import Package, PublicPage
from schemes.models import Scheme

PACKAGE = "package"
OPEN_FOR = timedelta(days=365)
LONGEST_OPEN = timedelta(days=3 * 366)

KINDS: dict[str, str] = {PACKAGE: "calculator/public_package.html"}
"""The template of each kind of public page."""


class RevokedAlready(ActionRefused):
    message = _("This link was withdrawn already.")


class NotPublishable(ActionRefused):
    """What was typed cannot be a public page; the message says why."""


def add_kind(kind: str, *, template: str) -> None:
    """Let pages of another kind be published; the template gets `page` and `content`."""
    if KINDS.setdefault(kind, template) != template:
        raise ValueError(f"Public pages of kind {kind!r} have a template already: {KINDS[kind]}.")


def in_every_language(
    make: Callable[[str], Mapping[str, Any]], *, of: Collection[str] | None = None
) -> dict[str, Mapping[str, Any]]:
    """What `make` words for each language of the site, or those in `of`, called while it is spoken."""
    found = {}
    for language, _name in settings.LANGUAGES:
        if of is not None and language not in of:
            continue
        with translation.override(language):
            found[language] = make(language)
    return found


@transaction.atomic
def publish(
    *,
    scheme: Scheme,
    user: User,
    kind: str,
    name: str,
    content: Mapping[str, Any],
    language: str,
    expires_at: datetime | None,
    package: Package | None = None,
    translations: Mapping[str, Mapping[str, Any]] | None = None,
) -> PublicPage:
    """Freeze `content`, and `translations` of it, under a new address. Raises `NotPublishable`."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of public page")
    _check_expiry(expires_at)
    key = uuid.uuid4()
    page = PublicPage(
        id=key,
        organisation=scheme.organisation,
        scheme=scheme,
        kind=kind,
        name=name,
        package=package,
        language=language,
        content=dict(content),
        translations={code: dict(words) for code, words in (translations or {}).items() if code != language},
        link_hash=hash_of(new_secret(key)),
        published_by=user,
        expires_at=expires_at,
    )
    try:
        page.full_clean(exclude=["organisation", "scheme", "package", "published_by", "link_hash"])
    except ValidationError as refused:
        raise NotPublishable(" ".join(refused.messages)) from refused
    page.save(force_insert=True)
    record(what=What.LINK_PUBLISHED, subject=page, scheme=scheme, package=package, after=snapshot(page))
    return page


def _check_expiry(expires_at: datetime | None) -> None:
    if expires_at is None:
        return
    now = timezone.now()
    if expires_at <= now:
        raise NotPublishable(_("The last day lies in the past. Choose a later one."))
    if expires_at > now + LONGEST_OPEN:
        raise NotPublishable(
            _("A link stays open for three years at most: prices change. Choose an earlier day.")
        )


@transaction.atomic
def revoke(*, page: PublicPage, user: User) -> PublicPage:
    """Close the page at once; its address never opens again."""
    before = snapshot(page)
    rows = PublicPage.objects.beside(page).filter(pk=page.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now(), revoked_by=user):
        raise RevokedAlready
    page.refresh_from_db(fields=["revoked_at", "revoked_by"])
    record(
        what=What.LINK_REVOKED,
        subject=page,
        scheme=page.scheme_id,
        package=page.package_id,
        before=before,
        after=snapshot(page),
    )
    return page


def count_opening(*, page: PublicPage) -> None:
    """One more visit, and on which day: nothing about who came, and no line in the trail."""
    today = timezone.localdate()
    PublicPage.objects.beside(page).filter(pk=page.pk).update(opened=F("opened") + 1, last_opened_on=today)


def find_open(secret: str) -> PublicPage | None:
    """The open page at this address; None for one that was withdrawn, has run out or never was."""
    pages = PublicPage.objects.across_organisations(
        reason="a stranger knows the address, not whose page it is"
    )
    found: PublicPage | None = pages.open().filter(link_hash=hash_of(secret), kind__in=KINDS).first()
    return found
