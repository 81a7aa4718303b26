"""Reads of signatures, comments and public pages, always within one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from calculator.links import secret_again
from calculator.models import Comment, Package, PublicPage, SignOff
from calculator.reviews import Statement
from schemes.models import Scheme


@dataclass(frozen=True, kw_only=True)
class SignOffState:
    """Where one package stands with its reviewers: the newest signature that holds for it."""

    newest: SignOff | None
    version: int

    @property
    def for_older_version(self) -> bool:
        return self.newest is not None and self.newest.package_version != self.version

    @property
    def words(self) -> str:
        if self.newest is None:
            return _("Not signed off")
        label = str(Statement(self.newest.statement).label)
        if self.for_older_version:
            return _("%(statement)s for version %(n)s") % {
                "statement": label,
                "n": self.newest.package_version,
            }
        return label

    @property
    def css(self) -> str:
        if self.newest is None:
            return ""
        if self.newest.statement == Statement.NOT_ACCEPTED:
            return "chip--bad"
        older_or_remarks = self.for_older_version or self.newest.statement == Statement.WITH_REMARKS
        return "chip--warn" if older_or_remarks else "chip--ok"

    @property
    def icon(self) -> str:
        return {"": "day", "chip--ok": "tick"}.get(self.css, "warning")

    @property
    def sentence(self) -> str:
        """Who signed, and for which version."""
        if self.newest is None:
            return _("No reviewer has signed this package.")
        day = date_format(timezone.localtime(self.newest.created_at), "j F Y")
        said = {"who": self.newest.name, "day": day, "n": self.newest.package_version, "now": self.version}
        if self.for_older_version:
            return _("Signed by %(who)s on %(day)s for version %(n)s; this is version %(now)s.") % said
        return _("Signed by %(who)s on %(day)s, version %(n)s.") % said


def sign_off_states(packages: Sequence[Package]) -> dict[UUID, SignOffState]:
    """Where each package stands; one query for all. A signature of the present version comes first."""
    if not packages:
        return {}
    rows = SignOff.objects.beside(*packages).standing().light().filter(package__in=packages)
    found: dict[UUID, list[SignOff]] = {package.pk: [] for package in packages}
    for row in rows:
        found[row.package_id].append(row)
    return {
        package.pk: SignOffState(newest=_newest(found[package.pk], package.version), version=package.version)
        for package in packages
    }


def _newest(rows: list[SignOff], version: int) -> SignOff | None:
    present = [row for row in rows if row.package_version == version]
    return next(iter(present or rows), None)


def sign_offs_of(package: Package) -> list[SignOff]:
    """Every signature under this package, withdrawn ones too, the newest first."""
    rows = SignOff.objects.beside(package).light().filter(package=package)
    return list(rows.select_related("signed_by", "withdrawn_by"))


def find_sign_off(*, organisation: Organisation | None, sign_off_id: UUID) -> SignOff:
    rows = SignOff.objects.of(organisation).filter(package__scheme__deleted_at=None, package__deleted_at=None)
    found: SignOff = rows.select_related("package__scheme__organisation", "withdrawn_by").get(pk=sign_off_id)
    return found


# ---- comments ----------------------------------------------------------------------------------------------
def comments_of(package: Package) -> QuerySet[Comment]:
    comments: QuerySet[Comment] = Comment.objects.beside(package).kept().filter(package=package)
    return comments.select_related("author", "resolved_by")


def open_comments(package: Package) -> int:
    return int(Comment.objects.beside(package).unresolved().filter(package=package).count())


def deleted_comments(package: Package, user: Any) -> QuerySet[Comment]:
    """One's own, which can still be brought back."""
    rows: QuerySet[Comment] = Comment.objects.beside(package).deleted_lately()
    return rows.filter(package=package, author=user)


def find_comment(*, organisation: Organisation | None, comment_id: UUID, deleted: bool = False) -> Comment:
    rows = Comment.objects.of(organisation).filter(package__scheme__deleted_at=None, package__deleted_at=None)
    rows = rows.deleted_lately() if deleted else rows.kept()
    found: Comment = rows.select_related("package__scheme__organisation").get(pk=comment_id)
    return found


# ---- public pages ------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Link:
    """A public page in the list of an administrator; `secret` is None where it cannot be shown again."""

    page: PublicPage
    secret: str | None

    @property
    def is_outdated(self) -> bool:
        """Whether the package was saved again after it was published."""
        package = self.page.package
        return (
            package is not None and package.deleted_at is None and package.changed_at > self.page.created_at
        )


def links_of(scheme: Scheme) -> list[Link]:
    rows = PublicPage.objects.beside(scheme).filter(scheme=scheme).defer("content")
    pages = rows.select_related("package", "published_by")
    return [Link(page=page, secret=secret_again(page.pk, page.link_hash)) for page in pages]


def find_public_page(*, organisation: Organisation | None, page_id: UUID) -> PublicPage:
    live = Q(scheme__deleted_at=None)
    found: PublicPage = (
        PublicPage.objects.of(organisation).filter(live).select_related("scheme").get(pk=page_id)
    )
    return found
