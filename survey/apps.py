"""Surveys; what belongs to a row in bytes goes with the row."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models import Model
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class SurveyConfig(AppConfig):
    name = "survey"
    verbose_name = _("Survey")

    def ready(self) -> None:
        for model in ("SurveyFile", "Survey", "EstimateSet"):
            post_delete.connect(
                _bytes_go_too, sender=self.get_model(model), dispatch_uid=f"survey.bytes_of_{model}"
            )


def _bytes_go_too(instance: Model, **_signal: Any) -> None:
    """A scheme that is removed for good leaves no household's row behind."""
    from survey.blobs import Blob  # noqa: PLC0415  models can be imported only once all apps are known

    for name in ("blob_id", "tables_id", "resamples_id"):
        if blob := getattr(instance, name, None):
            Blob.objects.beside(instance).filter(pk=blob).delete()  # type: ignore[arg-type]
