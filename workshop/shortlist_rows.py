"""The shortlist of a scheme: at most six saved packages, in the order in which they stand side by side."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from calculator.models import Package
from schemes.models import Scheme

MOST_ENTRIES = 6


class ShortlistQuerySet(OwnedQuerySet["ShortlistEntry"]):
    def standing(self) -> Self:
        """Those on the list, of packages that are still there."""
        return self.filter(position__isnull=False, package__deleted_at=None).order_by("position")

    def put_away(self) -> Self:
        """Those taken off, the newest first, of packages that are still there."""
        return self.filter(position=None, package__deleted_at=None).order_by("-changed_at")


class ShortlistEntry(OrganisationOwned, Versioned):
    """One package on the shortlist. `position` is None once it was taken off: so it can be brought back."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="shortlist")
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="shortlisted")
    position = models.PositiveSmallIntegerField(_("place on the shortlist"), null=True)

    objects: ClassVar = ShortlistQuerySet.as_manager()
    trail_fields = ("position",)

    class Meta:
        ordering = ("position", "created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "package"),
                name="shortlist_package_once",
                violation_error_message=_("This package is on the shortlist already."),
            ),
            models.UniqueConstraint(
                fields=("scheme", "position"),
                name="shortlist_place_once",
                violation_error_message=_("Two packages cannot have the same place on the shortlist."),
            ),
            models.CheckConstraint(
                condition=Q(position=None) | Q(position__gte=1, position__lte=MOST_ENTRIES),
                name="shortlist_at_most_six",
                violation_error_message=_("A shortlist has at most six packages. Take one off first."),
            ),
        )

    def __str__(self) -> str:
        return self.package.name
