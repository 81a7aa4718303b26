"""The abstract rows that everything owned is made of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.refusals import NoOrganisation

if TYPE_CHECKING:
    from accounts.models import Organisation


class Timestamped(models.Model):
    """A row with an unguessable key that knows when it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


Owned = TypeVar("Owned", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Owned]):
    def of(self, organisation: Organisation | None) -> Self:
        """Only the rows of this organisation; without one nothing is shown, and the refusal says why."""
        if organisation is None:
            raise NoOrganisation
        return self.filter(organisation=organisation)


class OrganisationOwned(Timestamped):
    """A row that belongs to one organisation: reached through `objects.of(organisation)` only."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that several people may edit: saved with `accounts.actions.save_if_unchanged` only."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
