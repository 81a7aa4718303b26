"""Surveys: their files, how these were read, and what a person decided about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, OwnedQuerySet, Versioned
from jobs.models import Job
from schemes.models import Scheme
from survey.blobs import Blob, BlobPiece  # noqa: F401  files of their own; Django looks for models here
from survey.error_answers import SurveyErrorAnswer  # noqa: F401
from survey.estimate_sets import Adoption, EstimateSet  # noqa: F401
from survey.problem_rows import SavedMapping, SurveyCorrection, SurveyProblem  # noqa: F401

KEPT_DAYS = 365
"""How long the rows of households are kept unless somebody says otherwise."""
LONGEST_KEPT_DAYS = 5 * 365


class Consent(models.TextChoices):
    """Why the rows may be here."""

    WRITTEN = "written", _("Each household agreed in writing")
    SPOKEN = "spoken", _("Each household agreed by word of mouth")
    ANONYMOUS = "anonymous", _("Published data without names, free to use")


class State(models.TextChoices):
    WAITING = "waiting", _("Being read")
    MAPPING = "mapping", _("Columns to be named")
    READ = "read", _("Read")
    REFUSED = "refused", _("Refused")


def usual_last_day() -> date:
    return timezone.localdate() + timedelta(days=KEPT_DAYS)


class SurveyQuerySet(OwnedQuerySet["Survey"]):
    def with_rows(self) -> Self:
        """Those whose rows of households are still here."""
        return self.filter(forgotten_at=None)

    def due(self) -> Self:
        """Those whose rows must go today."""
        return self.with_rows().filter(delete_after__lte=timezone.localdate())


class Survey(OrganisationOwned, Versioned):
    """One survey of one scheme: a file or several, how they are read, and until when their rows are kept.

    `reading` is `Reading.as_json()` without its problems, which are rows of their own. `asked` is the hash of
    the files, the mapping and the corrections that the newest reading was asked for.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="surveys")
    name = models.CharField(_("name"), max_length=120)
    sha256 = models.CharField(max_length=64, editable=False)
    consent = models.CharField(_("consent"), max_length=9, choices=Consent.choices)
    purpose = models.CharField(_("purpose"), max_length=300)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING, editable=False)
    refusal = models.JSONField(default=dict, editable=False)
    mapping = models.JSONField(null=True, editable=False)
    mapping_checked = models.BooleanField(default=False, editable=False)
    reading = models.JSONField(null=True, editable=False)
    asked = models.CharField(max_length=64, blank=True, editable=False)
    read_as = models.CharField(max_length=64, blank=True, editable=False)
    reading_job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    tables = models.OneToOneField(
        Blob, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    delete_after = models.DateField(_("rows are deleted on"), default=usual_last_day)
    forgotten_at = models.DateTimeField(null=True, editable=False)
    forgotten_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    receipt = models.JSONField(default=dict, editable=False)

    objects: ClassVar = SurveyQuerySet.as_manager()
    trail_fields = ("name", "sha256", "consent", "purpose", "state", "delete_after", "forgotten_at")

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "sha256"),
                condition=Q(forgotten_at=None),
                name="survey_same_files_once",
                violation_error_message=_("This scheme has a survey made of these files already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(purpose=""),
                name="survey_has_name_and_purpose",
                violation_error_message=_("A survey has a name and a purpose."),
            ),
            models.CheckConstraint(
                condition=Q(consent__in=Consent.values),
                name="survey_consent_known",
                violation_error_message=_("Say how the households agreed."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="survey_state_known",
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(tables=None),
                name="survey_forgotten_has_no_rows",
                violation_error_message=_("A survey whose rows were deleted has none left."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """The name without the type of its file."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def is_forgotten(self) -> bool:
        return self.forgotten_at is not None

    @property
    def is_stale(self) -> bool:
        """Whether something was decided since it was read last."""
        return not self.is_forgotten and self.asked != self.read_as

    @property
    def report(self) -> dict[str, Any]:
        return self.reading or {}


class SurveyFile(OrganisationOwned):
    """One file; its name was made harmless. Once the rows are deleted it has no bytes.

    `sha256` and `size` are of the file as it arrived, by which it is known again; those of the bytes that are
    stored are the blob's. `kept` is None until the file was read, then empty, or `KeptFile.as_json()` where
    columns that tell who people are were taken out of the stored bytes.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=130)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    blob = models.OneToOneField(Blob, on_delete=models.SET_NULL, null=True, related_name="+")
    kept = models.JSONField(null=True, editable=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("survey", "name"),
                name="survey_file_name_once",
                violation_error_message=_("Two files of a survey have different names."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_taken(self) -> bool:
        """Whether what is stored was looked through: before, nobody may have it."""
        return self.blob_id is not None and self.kept is not None

    @property
    def is_scrubbed(self) -> bool:
        return bool(self.kept)

    @property
    def stored_name(self) -> str:
        """A workbook that was scrubbed is stored as XLSX, whatever it was."""
        known: dict[str, Any] = self.kept or {}
        is_workbook = bool(known) and known["read"]["format"] != "csv"
        return f"{self.name}.xlsx" if is_workbook and not self.name.lower().endswith(".xlsx") else self.name
