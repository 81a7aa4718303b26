"""Who may: organisations and their members."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.owned import OrganisationOwned, OwnedQuerySet, Timestamped, Versioned
from accounts.trail_entry import AuditEntry

__all__ = [
    "AuditEntry",
    "Invitation",
    "Membership",
    "Organisation",
    "OrganisationOwned",
    "OwnedQuerySet",
    "Role",
    "Submission",
    "Timestamped",
    "User",
    "Versioned",
]


class Role(models.TextChoices):
    FIELD_STAFF = "field_staff", _("Field staff")
    FACILITATOR = "facilitator", _("Facilitator")
    ADMIN = "admin", _("Administrator")
    REVIEWER = "reviewer", _("Reviewer")


class Organisation(Timestamped, Versioned):
    """Names need not be unique: a refused name would tell who else keeps their figures on this server."""

    name = models.CharField(_("name"), max_length=200)
    security_email = models.EmailField(_("e-mail for questions of security"), blank=True)

    trail_fields = ("name", "security_email")

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(name=""),
                name="organisation_has_name",
                violation_error_message=_("An organisation needs a name."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    """Empty until the person chooses: then the browser's."""
    own_digits = models.BooleanField(_("digits of the language"), default=False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Sign-in looks addresses up in small letters.
        self.email = self.email.lower()
        super().save(*args, **kwargs)
        if self.email and "email" in (kwargs.get("update_fields") or ["email"]):
            _vouch_for_address(self)

    @property
    def called(self) -> str:
        """What people call this person: their name, or the user name where they gave none."""
        return self.get_full_name() or self.username


def _vouch_for_address(user: User) -> None:
    """An account's own address is a confirmed one: a letter's link or the server's keeper wrote it."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415  its rows name this module's accounts

    if not EmailAddress.objects.filter(email=user.email, verified=True).exists():
        EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def enabled(self) -> Self:
        """Memberships that count: not switched off, of people whose account is not switched off."""
        return self.filter(disabled_at=None, user__is_active=True)

    def admins(self) -> Self:
        return self.filter(role=Role.ADMIN)


class Membership(Timestamped, Versioned):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.FIELD_STAFF)
    disabled_at = models.DateTimeField(_("switched off"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    trail_fields = ("role", "disabled_at")

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"),
                name="membership_once_per_organisation",
                violation_error_message=_("This person is a member of this organisation already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="membership_role_known",
                violation_error_message=_("This role is not known."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Invitation(OrganisationOwned):
    """A place in an organisation, held open for whoever has the link; only the link's hash is kept."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.FIELD_STAFF)
    email = models.EmailField(_("e-mail"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True)

    trail_fields = ("role", "email", "expires_at")

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="invitation_role_known",
                violation_error_message=_("This role is not known."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_accepted_or_withdrawn",
                violation_error_message=_("An invitation is either accepted or withdrawn."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def has_expired(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and not self.is_open


class Submission(OrganisationOwned):
    """A form that was sent and what came of it, so that sending it again makes nothing new."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "user", "digest"),
                name="submission_once",
                violation_error_message=_("This form was sent already."),
            ),
        )

    def __str__(self) -> str:
        return self.digest[:12]
