"""Comments on a package: write, change within a quarter of an hour, settle, delete and bring back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.models import User
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from calculator.models import Comment, Package


class NotYours(ActionRefused):
    message = _("Only who wrote a comment can change or delete it. Answer it instead.")


class TooLate(ActionRefused):
    message = _("A comment can be changed for 15 minutes. Write another one, or delete this one.")


class CommentRefused(ActionRefused):
    """What was typed cannot be a comment; the message says why."""


@transaction.atomic
def write_comment(*, package: Package, user: User, text: str) -> Comment:
    comment = Comment(
        organisation=package.organisation,
        package=package,
        package_version=package.version,
        author=user,
        text=text.strip(),
    )
    try:
        comment.full_clean(exclude=["organisation", "package", "author"])
    except ValidationError as refused:
        raise CommentRefused(" ".join(refused.messages)) from refused
    comment.save(force_insert=True)
    _record(comment, before=None)
    return comment


@transaction.atomic
def change_comment(*, comment: Comment, user: User, text: str, seen_version: int) -> Comment:
    """Raises `NotYours`, `TooLate`, `CommentRefused`, or `StaleEdit` when another window was first."""
    _require_own(comment, user)
    if not comment.may_still_change:
        raise TooLate
    if not text.strip():
        raise CommentRefused(_("A comment has words. Delete it instead."))
    before = snapshot(comment)
    changes = {"text": text.strip(), "edited_at": timezone.now()}
    comment = save_if_unchanged(row=comment, seen_version=seen_version, changes=changes)
    _record(comment, before=before)
    return comment


@transaction.atomic
def settle_comment(*, comment: Comment, user: User, settled: bool) -> Comment:
    """Mark as settled, or open again; anybody who may comment may."""
    before = snapshot(comment)
    at = timezone.now() if settled else None
    rows = Comment.objects.beside(comment).filter(pk=comment.pk)
    rows.update(resolved_at=at, resolved_by=user if settled else None)
    comment.refresh_from_db(fields=["resolved_at", "resolved_by"])
    _record(comment, before=before)
    return comment


@transaction.atomic
def delete_comment(*, comment: Comment, user: User) -> None:
    """Put away one's own comment; `restore_comment` brings it back for 30 days."""
    _require_own(comment, user)
    _set_deleted(comment, at=timezone.now())


@transaction.atomic
def restore_comment(*, comment: Comment, user: User) -> None:
    _require_own(comment, user)
    _set_deleted(comment, at=None)


def _set_deleted(comment: Comment, *, at: object) -> None:
    before = snapshot(comment)
    Comment.objects.beside(comment).filter(pk=comment.pk).update(deleted_at=at)
    comment.refresh_from_db(fields=["deleted_at"])
    _record(comment, before=before)


def _require_own(comment: Comment, user: User) -> None:
    if not comment.is_of(user):
        raise NotYours


def _record(comment: Comment, *, before: dict[str, object] | None) -> None:
    record(
        what=What.PACKAGE_COMMENTED,
        subject=comment,
        scheme=comment.package.scheme_id,
        package=comment.package_id,
        before=before,
        after=snapshot(comment),
    )
