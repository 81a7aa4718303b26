"""Background work of the workshop."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from calculator.case import case_to_json, read_case
from jobs.actions import submit
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job
from workshop.pay import PayQuestion, cover_of
from workshop.years_of_families import World

MENUS = "menus"


@job_kind(MENUS)
class Menus(JobKind):
    """The tables that "What can we pay?" searches, worked out while people still type the amount.

    The answer is kept in the shared cache alone: whoever asks before it is there works it out himself.
    """

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        cover_of(World(package=read_case(question["case"]).package, unit_costs=question["unit_costs"]))
        return b""

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        """Nothing is to be kept in the database."""


def work_out_menus(question: PayQuestion, *, user: User | None) -> Job | None:
    """Ask for the tables of these assumptions; None where they are there. Once a day for the same ones."""
    if question.is_worked_out:
        return None
    asked = {
        "case": case_to_json(question.case),
        "unit_costs": dict(question.unit_costs),
        # The cache forgets within a day what nobody asks for.
        "day": timezone.localdate().isoformat(),
    }
    return submit(organisation=question.scheme.organisation, kind=MENUS, question=asked, user=user)
