"""What a job can be: each kind says how its question splits into chunks and what to do with the results.

Kinds register themselves in `<app>/kinds.py`, which is read when Django starts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jobs.models import Job

Question = dict[str, Any]


class JobKind(ABC):
    """Base of every kind. A question is plain JSON with all that the answer depends on, engine version too.

    The answer must be the same bits for any number of workers: `run_chunk` depends on its arguments alone,
    and results are handed on in the order of their indices.
    """

    @abstractmethod
    def chunk_count(self, question: Question) -> int:
        """Into how many chunks the question splits (at least 1). A chunk is best a second or two of work."""

    @abstractmethod
    def run_chunk(self, question: Question, index: int) -> bytes:
        """Answer one chunk. May run more than once; raise `ActionRefused` when no attempt could succeed."""

    @abstractmethod
    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        """Keep the answer. Runs inside the transaction that makes the job done: touch the database only."""

    def checkpoints(self, question: Question) -> Iterable[int]:  # noqa: ARG002
        """After how many first chunks `enough` is asked. None by default: every chunk is needed."""
        return ()

    def enough(self, question: Question, results: Sequence[bytes]) -> bool:  # noqa: ARG002
        """Whether these first chunks already answer the question. Depends on its arguments alone."""
        return False


class UnknownKindError(LookupError):
    pass


_kinds: dict[str, JobKind] = {}


def job_kind(name: str) -> Callable[[type[JobKind]], type[JobKind]]:
    """Class decorator that registers a kind under `name`, which is stored with every job of it."""

    def register(kind: type[JobKind]) -> type[JobKind]:
        _kinds[name] = kind()
        return kind

    return register


def get(name: str) -> JobKind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKindError(
            f"No job kind {name!r}; known: {', '.join(sorted(_kinds)) or 'none'}."
        ) from None


def known() -> list[str]:
    """The kinds that this process can work on: while a new version is rolled out, an old one knows fewer."""
    return list(_kinds)


def next_settling(kind: JobKind, question: Question, *, after: int, chunk_count: int) -> int:
    """The first checkpoint beyond `after` chunks, or all chunks when none is left."""
    ahead = [point for point in kind.checkpoints(question) if after < point < chunk_count]
    return min(ahead, default=chunk_count)
