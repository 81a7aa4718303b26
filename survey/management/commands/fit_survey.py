"""`manage.py fit_survey FILE...`: survey files in, estimates and a ready case out; no database.

manage.py fit_survey survey.xlsx                          words on standard output
manage.py fit_survey survey.xlsx --case | manage.py price -
manage.py fit_survey survey.xlsx --json                   everything, as one JSON object
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from survey.adopting import NothingToAdopt
from survey.estimates import Estimates
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.json_values import ValueRefused
from survey.reading.mapping import MappingRefused, SurveyMapping
from survey.reading.problems import FileRefused
from survey.reading.reading import Reading
from survey.reading.sandbox import read_survey_apart
from survey.reading.sources import SurveyFile
from survey.shell_report import PERSONS, case_of, estimate_lines, problem_lines, reading_lines

REFUSED = 2
FAMILIES = ("auto", "lognormal", "gamma", "weibull", "lomax", "empirical")


class Refused(Exception):  # noqa: N818  a refusal is an answer, not an error
    """What stands on standard error before the command ends."""


class Command(BaseCommand):
    help = "Read a household survey and fit incidence and severity; print estimates and a ready case."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="CSV, XLSX, XLS or ODS files of one survey"
        )
        parser.add_argument(
            "--mapping", metavar="MAP.json", help="what the columns are, as the site saves it"
        )
        parser.add_argument(
            "--family", choices=FAMILIES, default="auto", help="law of costs for every benefit"
        )
        parser.add_argument(
            "--persistence",
            action="append",
            default=[],
            metavar="KIND=persistent|passing",
            help="whether persons differ from each other for good in how often this happens; may be repeated",
        )
        parser.add_argument("--resamples", type=int, default=500, help="of the bootstrap, 100 to 5,000")
        parser.add_argument("--seed", type=int, default=20180802)
        parser.add_argument("--persons", type=int, default=PERSONS, help="expected to join, for the case")
        parser.add_argument("--problems", type=int, default=20, help="how many problems to print")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="everything as one JSON object")
        output.add_argument("--case", action="store_true", help="only the case, for `price -`")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self._answer(options)
        except (FileRefused, MappingRefused, ValueRefused, NothingToAdopt, Refused) as refused:
            self._complain([getattr(refused, "message", None) or str(refused)])
            raise SystemExit(REFUSED) from None

    def _answer(self, options: dict[str, Any]) -> None:
        fit_options = _options(options)
        if options["persons"] < 1:
            raise Refused(f"--persons {options['persons']}: at least 1 person joins")
        reading = _read(options["files"], options["mapping"])
        self._complain(problem_lines(reading, most=max(0, options["problems"])))
        if reading.tables is None:
            raise Refused("Nothing can be estimated from this; the problems above say what is missing.")
        estimates = fit_survey(reading.tables, options=fit_options).estimates
        case = case_of(estimates, laws=_laws(estimates, options["family"]), persons=options["persons"])
        self._complain(_not_fitted(estimates, options["family"]))
        if options["case"] and not case["benefits"]:
            raise Refused("There is nothing to price: no kind of event has costs enough for a law.")
        if options["case"]:
            self.stdout.write(json.dumps(case, indent=2, allow_nan=False))
        elif options["json"]:
            answer = {"reading": reading.as_json(), "estimates": estimates.as_json(), "case": case}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            for line in [*reading_lines(reading), "", *estimate_lines(estimates)]:
                self.stdout.write(line)
            self.stdout.write("")
            self.stdout.write(json.dumps({"benefits": case["benefits"]}, indent=2, allow_nan=False))

    def _complain(self, lines: Iterable[str]) -> None:
        self.stderr.style_func = None
        for line in lines:
            self.stderr.write(line)


def _options(options: dict[str, Any]) -> FitOptions:
    persistence = {}
    for given in options["persistence"]:
        kind, equals, meaning = given.partition("=")
        if not equals:
            raise Refused(f"--persistence {given}: write KIND=persistent or KIND=passing")
        persistence[kind] = meaning
    return FitOptions(persistence=persistence, resamples=options["resamples"], seed=options["seed"])


def _read(files: list[str], mapping: str | None) -> Reading:
    given = [SurveyFile(path=Path(file)) for file in files]
    for file in given:
        if not file.path.is_file():
            raise Refused(f"{json.dumps(str(file.path))} cannot be read: no such file")
    return read_survey_apart(given, mapping=_mapping(mapping) if mapping else None)


def _mapping(place: str) -> SurveyMapping:
    try:
        data = json.loads(Path(place).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{json.dumps(place)} cannot be read as JSON: {error}") from None
    return SurveyMapping.from_json(data)


def _laws(estimates: Estimates, family: str) -> dict[str, str]:
    """The law asked for, wherever costs in money could be fitted with it."""
    if family == "auto":
        return {}
    return {
        severity.key: family
        for severity in estimates.severities
        if severity.unit == "money" and family in severity.usable_laws
    }


def _not_fitted(estimates: Estimates, family: str) -> list[str]:
    """Benefits that keep the law suggested for them, since the one asked for could not be fitted."""
    if family == "auto":
        return []
    return [
        f"note: {severity.key}: {family} could not be fitted to its {severity.events} costs; "
        + (f"{severity.suggested_law} stands." if severity.suggested_law else "it is left out.")
        for severity in estimates.severities
        if severity.unit == "money" and family not in severity.usable_laws
    ]
