"""What could not be taken as it stood, what a person decided about it, and mappings kept for the next."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet


class Severity(models.TextChoices):
    DROPPED = "dropped", _("Row not counted")
    DOUBTFUL = "doubtful", _("Counted; check it")
    NOTE = "note", _("About the file")


class SurveyProblem(OrganisationOwned):
    """One problem of the newest reading; made anew with every reading."""

    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    file = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ("survey", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("survey", "number"),
                name="problem_once",
                violation_error_message=_("This problem is listed already."),
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values),
                name="problem_severity_known",
                violation_error_message=_("This severity is not known."),
            ),
        )
        indexes = (models.Index(fields=("survey", "severity", "code"), name="problem_by_code"),)

    def __str__(self) -> str:
        return f"{self.code} {self.file} {self.row}"


class CorrectionQuerySet(OwnedQuerySet["SurveyCorrection"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class SurveyCorrection(OrganisationOwned):
    """A value that a person typed in place of one in the file, or a row left out with a reason.

    The file is never changed, so that taking a correction back brings the row back as it was. `batch` is
    common to corrections made in one step.
    """

    survey = models.ForeignKey("survey.Survey", on_delete=models.CASCADE, related_name="corrections")
    batch = models.UUIDField(default=uuid.uuid4)
    file_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    sheet = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=300, blank=True)
    was = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "row", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("survey", "file_sha256", "sheet", "row", "column"),
                condition=Q(undone_at=None),
                name="correction_once_per_cell",
                violation_error_message=_("This was corrected already. Take that back first."),
            ),
            models.CheckConstraint(
                condition=~Q(column="") | ~Q(reason=""),
                name="correction_exclusion_has_reason",
                violation_error_message=_("Say why the row is left out."),
            ),
            models.CheckConstraint(
                condition=Q(row__gte=1),
                name="correction_row_from_one",
                violation_error_message=_("Rows are counted from 1."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} {self.row} {self.column}"

    @property
    def excludes(self) -> bool:
        return not self.column


class SavedMapping(OrganisationOwned):
    """Which column is what, for files with the same header lines; the newest decision of the organisation."""

    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "fingerprint"),
                name="saved_mapping_once",
                violation_error_message=_("There is a mapping for this form already."),
            ),
        )

    def __str__(self) -> str:
        return self.fingerprint[:12]
