"""`manage.py forget_surveys`: delete households' rows whose last day has come; run it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from survey.upload_actions import forget_due


class Command(BaseCommand):
    help = (
        "Delete the rows of households whose last day has come. Estimates, assumptions and a receipt stay. "
        "Run it once a day."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        gone = forget_due()
        for survey in gone:
            receipt = survey.receipt
            self.stdout.write(
                f"{survey.pk}: deleted the rows of {receipt['households']} households "
                f"in {len(receipt['files'])} file(s)"
            )
        self.stdout.write(f"{len(gone)} survey(s) forgotten.")
