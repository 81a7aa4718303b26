"""What is known of the server itself: who works, when it was backed up. And which schemes are to train on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned
from schemes.models import Scheme


class WorkerSeen(models.Model):
    """A worker that said it was there; it says so every few seconds, and takes its row when it leaves."""

    name = models.CharField(max_length=200, primary_key=True)
    processes = models.PositiveIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class BackupMade(models.Model):
    made_at = models.DateTimeField()
    file = models.CharField(max_length=200)
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    seconds = models.FloatField()

    class Meta:
        ordering: ClassVar = ("-made_at",)
        get_latest_by = "made_at"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(bytes__gte=1),
                name="backup_is_not_empty",
                violation_error_message=_("A backup holds something."),
            ),
        )

    def __str__(self) -> str:
        return self.file


class TrainingScheme(OrganisationOwned):
    """Says that a scheme was made to learn on: its people are invented, and it has a list of steps."""

    scheme = models.OneToOneField(Scheme, on_delete=models.CASCADE, related_name="training")

    def __str__(self) -> str:
        return str(self.scheme)
