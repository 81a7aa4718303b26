"""What others say about a saved package: a reviewer's signature under its dossier, and comments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from schemes.models import LONGEST_UNDO

LONGEST_COMMENT = 2_000
LONGEST_REMARKS = 4_000
CHANGE_COMMENT_WITHIN = timedelta(minutes=15)


class Statement(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    WITH_REMARKS = "with_remarks", _("Accepted with remarks")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")


class SignOffQuerySet(OwnedQuerySet):
    def light(self) -> Self:
        """Without the frozen document: enough for a list."""
        return self.defer("content", "pdf")

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class SignOff(OrganisationOwned):
    """One reviewer's signature under the dossier of one version of a package, with that dossier as it was.

    Never changed afterwards but for its withdrawal; `content_hash` and `pdf_hash` prove it.
    """

    package = models.ForeignKey("calculator.Package", on_delete=models.CASCADE, related_name="sign_offs")
    package_version = models.PositiveIntegerField()
    case_hash = models.CharField(max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("professional title"), max_length=120)
    body = models.CharField(_("professional body"), max_length=160, blank=True)
    statement = models.CharField(_("statement"), max_length=12, choices=Statement.choices)
    remarks = models.TextField(_("remarks"), max_length=LONGEST_REMARKS, blank=True)
    exception = models.TextField(_("reason for the exception"), max_length=1_000, blank=True)
    confirmed = models.JSONField(default=list, blank=True)
    # Canonical JSON as text: what was hashed comes back to the last character from every database.
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    pdf = models.BinaryField()
    pdf_hash = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: ClassVar = SignOffQuerySet.as_manager()

    trail_fields = (
        "package_version", "name", "title", "body", "statement", "remarks", "exception", "confirmed",
        "content_hash", "pdf_hash", "withdrawn_at", "withdrawn_reason",
    )  # fmt: skip

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(statement__in=Statement.values),
                name="sign_off_statement_known",
                violation_error_message=_("Choose one of the three statements."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(title=""),
                name="sign_off_has_name_and_title",
                violation_error_message=_("A signature has a name and a professional title."),
            ),
            models.CheckConstraint(
                condition=Q(statement=Statement.ACCEPTED) | ~Q(remarks=""),
                name="sign_off_remarks_where_needed",
                violation_error_message=_("Only an acceptance without remarks needs no words. Write them."),
            ),
            models.UniqueConstraint(
                fields=("package", "package_version", "signed_by"),
                condition=Q(withdrawn_at=None),
                name="sign_off_once_per_reviewer_and_version",
                violation_error_message=_(
                    "You have signed this version already. Withdraw that signature first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="sign_off_withdrawn_with_reason",
                violation_error_message=_("A signature is withdrawn with a reason."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, v{self.package_version}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def titles(self) -> str:
        return ", ".join(filter(None, (self.title, self.body)))


class CommentQuerySet(OwnedQuerySet):
    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted_lately(self) -> Self:
        return self.filter(deleted_at__gt=timezone.now() - LONGEST_UNDO)

    def unresolved(self) -> Self:
        return self.kept().filter(resolved_at=None)


class Comment(OrganisationOwned, Versioned):
    """What a member wrote about a package, for the others to answer or to settle."""

    package = models.ForeignKey("calculator.Package", on_delete=models.CASCADE, related_name="comments")
    package_version = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = CommentQuerySet.as_manager()

    trail_fields = ("package_version", "text", "resolved_at", "deleted_at")

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""),
                name="comment_has_text",
                violation_error_message=_("A comment has words."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:40]

    def is_of(self, user: Any) -> bool:
        return self.author_id is not None and self.author_id == user.pk

    @property
    def may_still_change(self) -> bool:
        """Whether its author may still change it; later an answer is the way."""
        return timezone.now() - self.created_at <= CHANGE_COMMENT_WITHIN
