"""Pages that an administrator has opened to everybody who knows their address."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet
from schemes.models import Scheme


class PublicPageQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        """Neither revoked nor run out."""
        return self.filter(revoked_at=None).filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()), scheme__deleted_at=None
        )


class PublicPage(OrganisationOwned):
    """A page as it was when it was published, under an address nobody can guess.

    `kind` says which template shows `content`. Of the address only the hash is stored (`calculator.links`).
    `opened` and `last_opened_on` are all that is kept of visits.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="public_pages")
    kind = models.SlugField(max_length=20)
    name = models.CharField(_("name"), max_length=160)
    package = models.ForeignKey(
        "calculator.Package", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=10, default="en")
    content = models.JSONField()
    translations = models.JSONField(default=dict, blank=True)
    """The same content in the other languages, by their codes."""
    link_hash = models.CharField(max_length=64, unique=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened = models.PositiveIntegerField(default=0)
    last_opened_on = models.DateField(null=True, blank=True)

    objects: ClassVar = PublicPageQuerySet.as_manager()

    trail_fields = ("kind", "name", "expires_at", "revoked_at")

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(kind=""),
                name="public_page_has_name_and_kind",
                violation_error_message=_("A public page has a name and a kind."),
            ),
            models.CheckConstraint(
                condition=~Q(link_hash=""),
                name="public_page_has_link",
                violation_error_message=_("A public page has an address."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def languages(self) -> list[str]:
        """The languages that it can be read in, the one it was published in first."""
        return [self.language, *self.translations]

    def in_language(self, asked: str) -> tuple[str, dict[str, Any]]:
        """The language asked for with its content; the one of publishing where that is not there."""
        found = self.translations.get(asked)
        return (self.language, self.content) if found is None else (asked, found)

    @property
    def state(self) -> str:
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return "expired"
        return "open"
