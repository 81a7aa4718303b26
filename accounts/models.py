"""Who may: organisations, their members, and the two abstract rows that everything owned is made of."""

from __future__ import annotations

import uuid
from typing import Self, TypeVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.refusals import NoOrganisation


class Role(models.TextChoices):
    FIELD_STAFF = "field_staff", _("Field staff")
    FACILITATOR = "facilitator", _("Facilitator")
    ADMIN = "admin", _("Administrator")
    REVIEWER = "reviewer", _("Reviewer")


class Timestamped(models.Model):
    """A row with an unguessable key that knows when it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


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


Owned = TypeVar("Owned", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Owned]):
    def of(self, organisation: Organisation | None) -> Self:
        """Only the rows of this organisation; without one nothing is shown, and the refusal says why."""
        if organisation is None:
            raise NoOrganisation
        return self.filter(organisation=organisation)


class OrganisationOwned(Timestamped):
    """A row that belongs to one organisation: reached through `objects.of(organisation)` only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that several people may edit: saved with `accounts.actions.save_if_unchanged` only."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
