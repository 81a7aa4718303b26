"""Background work of the calculator."""

from __future__ import annotations

from collections.abc import Sequence

from calculator.case import read_case
from calculator.survey_error_job import SURVEY_ERROR, answer_part, chunk_count, keep_answer
from calculator.workbook_files import TABLES, tables_of_case
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job


@job_kind(SURVEY_ERROR)
class SurveyError(JobKind):
    """How far a premium may be off because other households might have been asked."""

    def chunk_count(self, question: Question) -> int:
        return chunk_count(question)

    def run_chunk(self, question: Question, index: int) -> bytes:
        return answer_part(question, index)

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        keep_answer(job, results)


@job_kind(TABLES)
class Tables(JobKind):
    """The tables of a package's workbook, kept in the shared cache alone.

    Whoever asks for the workbook before they are there makes them himself.
    """

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        tables_of_case(read_case(question["case"]))
        return b""

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        """Nothing is to be kept in the database."""
