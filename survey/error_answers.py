"""What a survey leaves unsure about one package's premium, kept by what was asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned


class SurveyErrorAnswer(OrganisationOwned):
    """The answer to one question (a case, the resamples behind it, a common yearly shock)."""

    asked = models.CharField(max_length=64)
    answer = models.JSONField()

    class Meta:
        ordering: ClassVar = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "asked"),
                name="survey_error_once",
                violation_error_message=_("This question is answered already."),
            ),
        )

    def __str__(self) -> str:
        return self.asked[:12]
