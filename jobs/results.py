"""The results of a job's first chunks, read from their rows when they are needed: few in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from django.db.models import QuerySet

from jobs.models import Chunk, Job, Reason, checksum

READ_AT_ONCE = 4
"""A simulation with the menus of eight benefits stores some 3 MB for each chunk."""


class DamagedResult(Exception):  # noqa: N818  named for what happened
    """Stored bytes that no longer match their checksum: nothing is made of them."""


class StoredResults(Sequence[bytes]):
    """Results 0, 1, 2, ... up to where the job is settled, in that order, each checked whenever it is read.

    Raises `DamagedResult` from the read that finds a changed bit.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._length = job.settle_at

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(self._length))]
        index = place + self._length if place < 0 else place
        if not 0 <= index < self._length:
            raise IndexError(place)
        (found,) = self._read(index, index + 1)
        return found

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self._length, READ_AT_ONCE):
            yield from self._read(start, min(start + READ_AT_ONCE, self._length))

    def put_back_damaged(self) -> int:
        """Every damaged one is made again. Returns how many there were."""
        damaged = []
        for start in range(0, self._length, READ_AT_ONCE):
            rows = self._rows(start, start + READ_AT_ONCE).values_list("pk", "result", "checksum")
            damaged += [pk for pk, result, expected in rows if checksum(bytes(result or b"")) != expected]
        return Chunk.objects.filter(pk__in=damaged).update(
            state=Chunk.State.WAITING, result=None, checksum="", reason=Reason.DAMAGED
        )

    def _rows(self, start: int, end: int) -> QuerySet[Chunk]:
        found: QuerySet[Chunk] = self.job.chunks.filter(index__gte=start, index__lt=min(end, self._length))
        return found.order_by("index")

    def _read(self, start: int, end: int) -> list[bytes]:
        results = []
        for index, result, expected in self._rows(start, end).values_list("index", "result", "checksum"):
            payload = bytes(result or b"")
            if checksum(payload) != expected:
                raise DamagedResult(f"chunk {index}: the stored result does not match its checksum")
            results.append(payload)
        if len(results) != end - start:
            raise DamagedResult(f"chunks {start} to {end - 1}: {len(results)} results are there")
        return results
