"""Who may: organisations and their members."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.owned import OrganisationOwned, OwnedQuerySet, Timestamped, Versioned
from accounts.trail_entry import AuditEntry

__all__ = [
    "AuditEntry",
    "Membership",
    "Organisation",
    "OrganisationOwned",
    "OwnedQuerySet",
    "Role",
    "Timestamped",
    "User",
    "Versioned",
]


class Role(models.TextChoices):
    FIELD_STAFF = "field_staff", _("Field staff")
    FACILITATOR = "facilitator", _("Facilitator")
    ADMIN = "admin", _("Administrator")
    REVIEWER = "reviewer", _("Reviewer")


class Organisation(Timestamped):
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("name",),
                name="organisation_name_unique",
                violation_error_message=_("There is an organisation of this name already."),
            ),
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


class Membership(Timestamped):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.FIELD_STAFF)

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
