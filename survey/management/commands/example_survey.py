"""`manage.py example_survey OUT.xlsx`: an invented survey of known truth, in the template's own form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from survey.instruments.template import csv_files, survey_rows, workbook
from survey.synthetic import Community, synthetic_survey

SEED = 20_180_802


class Command(BaseCommand):
    help = "Write an invented survey: OUT.xlsx, or a folder for CSV files."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", metavar="OUT", help="a file ending in .xlsx, or a folder for CSV files")
        parser.add_argument("--households", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["households"] < 1:
            raise CommandError("--households: give at least 1")
        rng = np.random.default_rng(options["seed"])
        tables, _truth = synthetic_survey(Community(households=options["households"]), rng=rng)
        out = Path(options["out"])
        try:
            if out.suffix.lower() == ".xlsx":
                out.write_bytes(workbook(survey_rows(tables)))
            else:
                out.mkdir(parents=True, exist_ok=True)
                for name, contents in csv_files(survey_rows(tables)).items():
                    (out / name).write_bytes(contents)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from None
        self.stdout.write(
            f"{out}: {len(tables.households):,} households, {len(tables.persons):,} persons, "
            f"{len(tables.events):,} events; invented, seed {options['seed']}"
        )
