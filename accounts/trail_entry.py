"""One line of the audit trail, and what it can be about."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC
from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.owned import OwnedQuerySet

FIRST = ""


class What(models.TextChoices):
    """What can be done. A new deed needs a line here and no migration: the database does not list them."""

    SCHEME_CREATED = "scheme.created", _("Scheme made")
    SCHEME_CHANGED = "scheme.changed", _("Scheme changed")
    SCHEME_DELETED = "scheme.deleted", _("Scheme deleted")
    SCHEME_RESTORED = "scheme.restored", _("Scheme brought back")
    SCHEME_PURGED = "scheme.purged", _("Deleted scheme removed for good")
    SCHEME_EXPORTED = "scheme.exported", _("Scheme written to a file")
    SCHEME_IMPORTED = "scheme.imported", _("Scheme taken in from a file")
    BENEFIT_ADDED = "benefit.added", _("Benefit added")
    BENEFIT_CHANGED = "benefit.changed", _("Benefit changed")
    BENEFIT_MOVED = "benefit.moved", _("Benefit moved up or down")
    BENEFIT_REMOVED = "benefit.removed", _("Benefit removed")
    BENEFIT_RESTORED = "benefit.restored", _("Benefit brought back")
    BENEFIT_PURGED = "benefit.purged", _("Removed benefit removed for good")
    VERSION_MADE = "version.made", _("New version of the assumptions")
    VERSION_CHOSEN = "version.chosen", _("Version of the assumptions chosen")
    PACKAGE_CREATED = "package.created", _("Package saved")
    PACKAGE_CHANGED = "package.changed", _("Package changed")
    PACKAGE_COPIED = "package.copied", _("Package copied to a sheet")
    PACKAGE_DELETED = "package.deleted", _("Package deleted")
    PACKAGE_RESTORED = "package.restored", _("Package brought back")
    PACKAGE_PURGED = "package.purged", _("Deleted package removed for good")
    PACKAGE_COMMENTED = "package.commented", _("Comment on a package")
    PACKAGE_SIGNED = "package.signed", _("Package signed off")
    SIGNATURE_WITHDRAWN = "package.signature_withdrawn", _("Signature withdrawn")
    PACKAGE_CHOSEN = "package.chosen", _("Package chosen")
    CHOICE_CLOSED = "choice.closed", _("Choice ended or taken back")
    RULES_SAVED = "rules.saved", _("Rules of the scheme saved")
    SHORTLISTED = "shortlist.added", _("Package put on the shortlist")
    SHORTLIST_MOVED = "shortlist.moved", _("Package moved on the shortlist")
    OFF_SHORTLIST = "shortlist.removed", _("Package taken off the shortlist")
    SESSION_CREATED = "session.created", _("Workshop session made")
    SESSION_CHANGED = "session.changed", _("Workshop session changed")
    SESSION_DELETED = "session.deleted", _("Workshop session deleted")
    SESSION_RESTORED = "session.restored", _("Workshop session brought back")
    SESSION_PURGED = "session.purged", _("Deleted workshop session removed for good")
    GROUP_ADDED = "group.added", _("Group added to a session")
    GROUP_CHANGED = "group.changed", _("Group changed")
    GROUP_DELETED = "group.deleted", _("Group deleted")
    GROUP_RESTORED = "group.restored", _("Group brought back")
    VOTING_BEGUN = "votes.begun", _("Single votes begun")
    VOTES_CLEARED = "votes.cleared", _("All votes of a round taken back")
    VOTES_COUNTED = "votes.counted", _("Votes counted, reasons noted")
    RUN_STARTED = "run.started", _("Run started")
    RUN_RETRIED = "run.retried", _("Run tried again")
    RUN_CANCELLED = "run.cancelled", _("Run cancelled")
    EXPORTED = "file.exported", _("File taken away")
    SHEET_UPLOADED = "sheet.uploaded", _("Old calculator sheet uploaded")
    LINK_PUBLISHED = "link.published", _("Public link made")
    LINK_REVOKED = "link.revoked", _("Public link withdrawn")
    SURVEY_UPLOADED = "survey.uploaded", _("Survey uploaded")
    SURVEY_CHANGED = "survey.changed", _("Survey changed")
    SURVEY_DELETED = "survey.deleted", _("Survey deleted")
    SURVEY_RESTORED = "survey.restored", _("Survey brought back")
    SURVEY_PURGED = "survey.purged", _("Deleted survey removed for good")
    SURVEY_ESTIMATED = "survey.estimated", _("Assumptions estimated from a survey")
    ROWS_SEEN = "survey.rows_seen", _("Rows of households looked at")
    YEAR_OPENED = "year.opened", _("Scheme year opened")
    YEAR_CHANGED = "year.changed", _("Figures of a scheme year changed")
    YEAR_IMPORTED = "year.imported", _("Figures of a scheme year imported")
    YEAR_CLOSED = "year.closed", _("Scheme year closed")
    YEAR_REOPENED = "year.reopened", _("Scheme year opened again")
    PROVIDER_ADDED = "provider.added", _("Provider no longer accepted")
    PROVIDER_CHANGED = "provider.changed", _("Decision about a provider changed")
    PROVIDER_DELETED = "provider.deleted", _("Decision about a provider deleted")
    PROVIDER_RESTORED = "provider.restored", _("Decision about a provider brought back")
    DIGEST_ASKED = "digest.asked", _("Monthly letter of warnings asked for")
    DIGEST_STOPPED = "digest.stopped", _("Monthly letter of warnings stopped")
    ORGANISATION_SWITCHED = "organisation.switched", _("Organisation changed to")
    ORGANISATION_CHANGED = "organisation.changed", _("Settings of the organisation changed")
    INVITED = "member.invited", _("Person invited")
    INVITATION_WITHDRAWN = "member.invitation_withdrawn", _("Invitation withdrawn")
    JOINED = "member.joined", _("Person joined")
    ROLE_CHANGED = "member.role_changed", _("Role changed")
    MEMBER_DISABLED = "member.disabled", _("Person disabled")
    MEMBER_ENABLED = "member.enabled", _("Person enabled")
    PASSWORD_LINK_MADE = "member.password_link_made", _("Link for a new password made")
    PASSWORD_LINK_USED = "member.password_link_used", _("New password chosen by a link")
    SIGNED_IN = "account.signed_in", _("Signed in")
    SIGN_IN_FAILED = "account.sign_in_failed", _("Wrong password at sign-in")
    SECOND_FACTOR_ON = "account.second_factor_on", _("Second factor set up")
    SECOND_FACTOR_OFF = "account.second_factor_off", _("Second factor taken off")
    ACCOUNT_CHANGED = "account.changed", _("Account changed")
    SESSION_ENDED = "account.session_ended", _("Session ended")
    TRAIL_EXPORTED = "trail.exported", _("Audit trail taken away")


class TrailIsFinalError(TypeError):
    """A line of the trail was to be changed or removed."""

    def __init__(self) -> None:
        super().__init__("The audit trail is added to, never changed: write a new entry.")


class AuditQuerySet(OwnedQuerySet["AuditEntry"]):
    def update(self, **_values: Any) -> NoReturn:
        raise TrailIsFinalError

    def delete(self) -> NoReturn:
        raise TrailIsFinalError

    def bulk_update(self, *_args: Any, **_values: Any) -> NoReturn:
        raise TrailIsFinalError

    def between(self, *, first: Any = None, last: Any = None) -> Self:
        """Entries from the first day to the last day, both included."""
        found = self if first is None else self.filter(at__date__gte=first)
        return found if last is None else found.filter(at__date__lte=last)


class AuditEntry(models.Model):
    """Who did what to which thing, and what it was before and after.

    Entries of one organisation are numbered from 1 and each carries the hash of the one before, so that a
    line that was changed, removed or slipped in behind the site's back is found by `manage.py check_trail`.
    The hash is sealed with a key of the site's own, which is not in the database: whoever has only the
    database cannot work the chain out anew. The database itself refuses to change or remove an entry, or to
    empty the table (triggers, on PostgreSQL and on SQLite). People are kept by key and by the name they had:
    the trail outlives an account. Written by `accounts.trail.record`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("when"))
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    what = models.CharField(_("what"), max_length=40)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(_("which"), max_length=200, blank=True)
    scheme_id = models.UUIDField(null=True)
    package_id = models.UUIDField(null=True)
    # Canonical JSON as text: what was hashed comes back to the last character from every database.
    before_json = models.TextField(blank=True)
    after_json = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    objects: ClassVar = AuditQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "number"),
                name="audit_number_once",
                violation_error_message=_("This line of the audit trail exists already."),
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous_hash="") | Q(number__gt=1) & ~Q(previous_hash=""),
                name="audit_chain_has_one_start",
                violation_error_message=_("Every line of the audit trail but the first follows another one."),
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "at"), name="audit_when"),
            models.Index(fields=("organisation", "scheme_id", "number"), name="audit_scheme"),
            models.Index(fields=("organisation", "package_id", "number"), name="audit_package"),
            models.Index(fields=("organisation", "actor_id", "number"), name="audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TrailIsFinalError
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TrailIsFinalError

    @property
    def before(self) -> dict[str, Any]:
        return json.loads(self.before_json) if self.before_json else {}

    @property
    def after(self) -> dict[str, Any]:
        return json.loads(self.after_json) if self.after_json else {}

    @property
    def what_label(self) -> str:
        return str(What(self.what).label) if self.what in What.values else self.what

    def computed_hash(self) -> str:
        """SHA-256 over the previous hash and everything this entry says."""
        said = [
            self.previous_hash,
            str(self.organisation_id),
            self.number,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            str(self.actor_id or ""),
            self.actor_name,
            self.address,
            self.what,
            self.subject_type,
            self.subject_id,
            self.subject_label,
            str(self.scheme_id or ""),
            str(self.package_id or ""),
            self.before_json,
            self.after_json,
        ]
        return hashlib.sha256(canonical(said).encode()).hexdigest()

    @property
    def is_sealed(self) -> bool:
        """Whether the seal is one that this site's key, or one it had before, puts on this hash."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(self.seal, seal_of(self.hash, key=key)) for key in keys)


def seal_of(hash_: str, *, key: str | None = None) -> str:
    """HMAC-SHA-256 of an entry's hash under the site's present key, or under `key`."""
    return salted_hmac("accounts.trail", hash_, secret=key, algorithm="sha256").hexdigest()


def canonical(value: Any) -> str:
    """The one way to write a value as JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
