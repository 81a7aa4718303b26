"""Background work of the site itself."""

from __future__ import annotations

from collections.abc import Sequence

from cbhi_site.survey_example import SURVEY_EXAMPLE, asked_and_fitted, keep_example
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job


@job_kind(SURVEY_EXAMPLE)
class SurveyExample(JobKind):
    """The example scheme that is priced from a made-up survey."""

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        return asked_and_fitted(question)

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        keep_example(job, results[0])
