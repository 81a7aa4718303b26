"""Whether what was simulated is still what it was: by checksum for all, by simulating again for some.

What is damaged is thrown away and asked for again, as if it had never been there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, overload
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from calculator.models import Package
from jobs import actions as jobs
from jobs import kinds
from jobs.models import Chunk, Job, Reason, Status, checksum
from simulation.engine import ENGINE_VERSION
from simulation.kinds import SIMULATION, answers
from simulation.models import Moments

WHY = "the sanity check looks at everything that is stored"
ROWS_AT_A_TIME = 20


@dataclass
class Report:
    """What was looked at, and what is wrong, job by job."""

    answers: int = 0
    chunks: int = 0
    simulated_again: int = 0
    damaged: dict[UUID | None, list[str]] = field(default_factory=dict)
    asked_again: int = 0

    def add(self, job_id: UUID | None, words: str) -> None:
        self.damaged.setdefault(job_id, []).append(words)


def check_stored(*, again: int, rng: random.Random) -> Report:
    """Every stored answer and chunk against its checksum; `again` of each simulated anew, bit for bit."""
    report = Report()
    damaged = _damaged_answers(report)
    sound = _answers().exclude(pk__in=damaged).filter(job__kind=SIMULATION, engine_version=ENGINE_VERSION)
    for row in _some(sound, again, rng):
        report.simulated_again += 1
        if not _comes_out_again(row):
            report.add(row.job_id, f"answer {row.pk}: simulating again gives other figures")
            damaged.add(row.pk)
    _check_chunks(report, again, rng)
    report.asked_again = _ask_again(damaged)
    return report


def _answers() -> QuerySet[Moments]:
    found: QuerySet[Moments] = Moments.objects.across_organisations(reason=WHY)
    return found.order_by("pk")


def _damaged_answers(report: Report) -> set[UUID]:
    damaged = set()
    for row in _answers().iterator(chunk_size=ROWS_AT_A_TIME):
        report.answers += 1
        if row.is_damaged:
            report.add(row.job_id, f"answer {row.pk}: its checksum differs")
            damaged.add(row.pk)
    return damaged


def _some(rows: QuerySet[Any], count: int, rng: random.Random) -> list[Any]:
    keys = list(rows.values_list("pk", flat=True))
    return [rows.get(pk=key) for key in rng.sample(keys, min(count, len(keys)))]


class _Again(Sequence[bytes]):
    """The results of a job's chunks, each simulated when it is asked for."""

    def __init__(self, kind: str, question: kinds.Question, length: int) -> None:
        self.kind, self.question, self.length = kinds.get(kind), question, length

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(self.length))]
        if not 0 <= place < self.length:
            raise IndexError(place)
        return self.kind.run_chunk(self.question, place)


def _comes_out_again(row: Moments) -> bool:
    """Only the group that the answer is about; groups do not share random numbers."""
    job = row.job
    assert job is not None
    groups = [group for group in job.question["groups"] if group["risk_hash"] == row.risk_hash]
    question = {**job.question, "groups": groups}
    for answer in answers(question, _Again(job.kind, question, job.settle_at)):
        if answer.asked_hash == row.asked_hash:
            return Moments.packed(answer.figures)["checksum"] == row.checksum
    return False


def _check_chunks(report: Report, again: int, rng: random.Random) -> None:
    """Chunks of jobs that still run; those of finished ones are gone, merged into the answer."""
    done = Chunk.objects.filter(state=Chunk.State.DONE).order_by("pk")
    damaged = set()
    for pk, job_id, index, result, expected in done.values_list(
        "pk", "job_id", "index", "result", "checksum"
    ).iterator(chunk_size=ROWS_AT_A_TIME):
        report.chunks += 1
        if checksum(bytes(result or b"")) != expected:
            report.add(job_id, f"chunk {index}: its checksum differs")
            damaged.add(pk)
    for chunk in _some(done.exclude(pk__in=damaged).filter(job__kind=SIMULATION), again, rng):
        report.simulated_again += 1
        job = Job.objects.across_organisations(reason=WHY).get(pk=chunk.job_id)
        if kinds.get(job.kind).run_chunk(job.question, chunk.index) != bytes(chunk.result or b""):
            report.add(job.pk, f"chunk {chunk.index}: simulating again gives other bytes")
            damaged.add(chunk.pk)
    Chunk.objects.filter(pk__in=damaged, state=Chunk.State.DONE).update(
        state=Chunk.State.WAITING, result=None, checksum="", reason=Reason.DAMAGED
    )


def _ask_again(damaged: set[UUID]) -> int:
    """Throw damaged answers away and ask their questions anew; how many jobs wait now."""
    asked = 0
    rows = _answers().filter(pk__in=damaged)
    found = Job.objects.across_organisations(reason=WHY).select_related("organisation", "started_by")
    for job in found.filter(pk__in=rows.values("job")):
        with transaction.atomic():
            rows.filter(job=job).delete()
            if job.status != Status.DONE or job.question.get("engine") != ENGINE_VERSION:
                continue
            waiting = list(Package.objects.beside(job).filter(simulation=job).values_list("pk", flat=True))
            question, user = job.question, job.started_by
            job.delete()
            anew = jobs.submit(organisation=job.organisation, kind=job.kind, question=question, user=user)
            Package.objects.beside(anew).filter(pk__in=waiting).update(simulation=anew)
            asked += 1
    # Of a job that is gone nobody knows the question: the page that needs the answer asks for it.
    rows.delete()
    return asked
