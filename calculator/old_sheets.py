"""An uploaded old calculator sheet: its cells, and how a person placed its labels."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned
from schemes.models import Scheme


class OldSheetFile(OrganisationOwned):
    """The sheet of one uploaded file that looked like a calculator.

    `cells` is a list of rows; `placed` says what a person told about labels that were not sure.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="old_sheets")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(_("file"), max_length=150)
    cells: Any = models.JSONField(default=list)
    placed: Any = models.JSONField(default=dict)

    trail_fields = ("name",)

    class Meta:
        ordering = ("-created_at", "id")

    def __str__(self) -> str:
        return self.name
