"""A kind of job for tests: cheap chunks that can be told to fail, hang, kill their worker, or suffice early.

Its answer becomes the name of an organisation, because that is a small table with a unique name: finishing
the same question twice would fail loudly.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from accounts.models import Organisation
from accounts.refusals import ActionRefused
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job


def chunk_bytes(seed: int, index: int) -> bytes:
    return hashlib.sha256(f"{seed}/{index}".encode()).digest()


def answer(seed: int, chunks: int) -> str:
    return hashlib.sha256(b"".join(chunk_bytes(seed, index) for index in range(chunks))).hexdigest()


@job_kind("probe")
class Probe(JobKind):
    def chunk_count(self, question: Question) -> int:
        return question["chunks"]

    def run_chunk(self, question: Question, index: int) -> bytes:
        _busy(question.get("seconds", 0))
        if index in question.get("refuse", ()):
            raise ActionRefused("Twelve families are too few. Ask for more.")
        if index in question.get("fail", ()):
            raise ZeroDivisionError("as told")
        if index in question.get("eat", ()):
            bytearray(2**40)
        if index in question.get("kill_always", ()):
            os.kill(os.getpid(), signal.SIGKILL)
        if index in question.get("kill_once", ()):
            _kill_the_first_time(Path(question["note"]))
        return chunk_bytes(question["seed"], index)

    def checkpoints(self, question: Question) -> Iterable[int]:
        return question.get("checkpoints", ())

    def enough(self, question: Question, results: Sequence[bytes]) -> bool:
        return len(results) >= question.get("enough_at", 10**9)

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        if job.question.get("fail_finish"):
            raise ZeroDivisionError("as told")
        Organisation.objects.create(name=hashlib.sha256(b"".join(results)).hexdigest())


def _busy(seconds: float) -> None:
    """Many short sleeps, as real work is many short steps."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))


def _kill_the_first_time(note: Path) -> None:
    if not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGKILL)
