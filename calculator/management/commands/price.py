"""`manage.py price CASE.json`: a case in, its answer out; no database, nothing else on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calculator.case import Case, CaseRefused, answer_case, parse_json, read_case, read_cases
from simulation.engine.refusal import Refused

REFUSED = 2


class Command(BaseCommand):
    help = "Price a case file (JSON) and print the answer as JSON; '-' reads standard input."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "case", metavar="CASE.json", help="a case, or an array of cases; '-' for standard input"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            answer = priced(read_bytes(options["case"]))
        except CaseRefused as refused:
            self.stderr.style_func = None
            for problem in refused.problems:
                self.stderr.write(problem)
            raise SystemExit(REFUSED) from None
        self.stdout.write(answer)


def read_bytes(place: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``."""
    if place == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(place).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaseRefused([f"{json.dumps(place)} cannot be read: {reason}"]) from None


def priced(raw: bytes) -> str:
    """The answer, or an array of answers, as strict JSON text."""
    data = parse_json(raw)
    if isinstance(data, list):
        cases = read_cases(data)
        answers: Any = [_answered(case, path=f"[{index}]: ") for index, case in enumerate(cases)]
    else:
        answers = _answered(read_case(data), path="")
    return json.dumps(answers, indent=2, allow_nan=False)


def _answered(case: Case, *, path: str) -> dict[str, Any]:
    try:
        return answer_case(case)
    except Refused as refused:
        raise CaseRefused([f"{path}{refused}"]) from None
    except (ArithmeticError, MemoryError, ValueError):
        raise CaseRefused([f"{path}case: the figures are too large or too small to be computed"]) from None
