"""Background work of scheme years."""

from __future__ import annotations

from collections.abc import Sequence

from experience.year_work import YEAR_LAWS, work_out
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job


@job_kind(YEAR_LAWS)
class YearLawsOfAPackage(JobKind):
    """What a year of a package is expected to cost by month; kept in the shared cache alone.

    Whoever asks after the cache has forgotten it works it out anew.
    """

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        work_out(question)
        return b""

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        """Nothing is to be kept in the database."""
