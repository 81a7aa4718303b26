"""A workshop's session: the packages that stood on its board that day, and the groups that sat there."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from calculator.models import Package
from schemes.models import LONGEST_UNDO, Scheme
from workshop.pictures import SHAPES

MOST_PEOPLE = 100_000
MOST_PACKAGES = len(SHAPES)
"""As many as a board shows."""
FEWEST_PACKAGES = 2
"""From two on there is a choice."""


class PutAwayQuerySet(OwnedQuerySet):
    """Rows that are deleted by a date, so that it can be taken back."""

    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted_lately(self) -> Self:
        return self.filter(deleted_at__gt=timezone.now() - LONGEST_UNDO).order_by("-deleted_at")


class WorkshopSession(OrganisationOwned, Versioned):
    """People came together to choose. `activity` counts every change, so that a page knows it is behind."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="workshop_sessions")
    held_on = models.DateField(_("day"))
    place = models.CharField(_("village or place"), max_length=160)
    facilitator = models.CharField(_("facilitator"), max_length=120, blank=True)
    notes = models.CharField(_("notes"), max_length=1000, blank=True)
    activity = models.PositiveIntegerField(default=0, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects: ClassVar = PutAwayQuerySet.as_manager()
    trail_fields = ("held_on", "place", "facilitator", "notes", "deleted_at")

    class Meta:
        ordering = ("-held_on", "-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(place=""),
                name="workshop_session_has_place",
                violation_error_message=_("A session was held somewhere: type the village or place."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.place}, {self.held_on:%Y-%m-%d}"


class SessionPackage(OrganisationOwned):
    """A package as it stood on the board that day: which version, called what, at what price.

    `package` is None once the package itself was removed for good; what was shown stays.
    """

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="packages")
    position = models.PositiveSmallIntegerField(_("number on the board"))
    package = models.ForeignKey(Package, on_delete=models.SET_NULL, null=True, related_name="+")
    package_version = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=120)
    price = models.DecimalField(_("price a person a year"), max_digits=14, decimal_places=2)
    # ["hospital", …]: the pictures of the benefits it paid for
    pictograms = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("session", "position"),
                name="session_package_place_once",
                violation_error_message=_("Two packages cannot have the same number on the board."),
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PACKAGES),
                name="session_package_at_most_four",
                violation_error_message=_("A board shows at most four packages."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class GroupKind(models.TextChoices):
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    MIXED = "mixed", _("Women and men")


class SessionGroup(OrganisationOwned, Versioned):
    """People who sat and chose together. Nobody is named: only how many they were."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(_("name of the group"), max_length=80)
    kind = models.CharField(_("who sits there"), max_length=8, choices=GroupKind.choices)
    people = models.PositiveIntegerField(_("how many people"))
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects: ClassVar = PutAwayQuerySet.as_manager()
    trail_fields = ("name", "kind", "people", "deleted_at")

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                "session",
                condition=Q(deleted_at=None),
                name="session_group_name_once",
                violation_error_message=_(
                    "This session has a group of this name already. Name it otherwise."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="session_group_has_name",
                violation_error_message=_("A group needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=GroupKind.values),
                name="session_group_kind_known",
                violation_error_message=_("A group is of women, of men, or of both."),
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_PEOPLE),
                name="session_group_has_people",
                violation_error_message=_("A group has between 1 and 100,000 people."),
            ),
        )

    def __str__(self) -> str:
        return self.name
