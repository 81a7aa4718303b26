"""Background work of the calculator."""

from __future__ import annotations

from collections.abc import Sequence

from calculator.survey_error_job import SURVEY_ERROR, answer_part, chunk_count, keep_answer
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
