"""Joining rows by their ids: 64-bit hashes in sorted arrays, which a million rows do not make heavy."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey.reading.cells import plain_digits

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
_WHOLE = re.compile(r"(\d+)\.0+")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
"""Zeros that lead a number; those within it ("105") are part of it."""


def plain_id(text: str) -> str:
    """An id by which "HH-1", "hh-1 " and "HH-1.0" are the same where they should be."""
    plain = text.strip().casefold()
    if not plain.isascii():
        plain = plain_digits(plain)
    if plain.endswith("0") and (found := _WHOLE.fullmatch(plain)):
        return found.group(1)
    return plain


def hashed(ids: Sequence[str]) -> Hashes:
    """One number per id; two of a million differ with a chance beyond doubt."""
    return pd.util.hash_array(np.array([plain_id(text) for text in ids], dtype=object), categorize=False)


def hashed_within(owners: Places, ids: Sequence[str]) -> Hashes:
    """One number per id within its owner."""
    return hashed(ids) ^ pd.util.hash_array(owners.astype(np.int64), categorize=False)


def whole_id(text: str) -> str:
    """A number without the ".0" that a spreadsheet gave it."""
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else text


class Index:
    """Where each id stands; of one that is there twice, the first place counts."""

    def __init__(self, hashes: Hashes) -> None:
        self._order = np.argsort(hashes, kind="stable").astype(np.int64)
        self._sorted = hashes[self._order]

    def find(self, hashes: Hashes) -> Places:
        """The place of each, -1 where there is none."""
        if not len(self._sorted):
            return np.full(len(hashes), -1, dtype=np.int64)
        at = np.searchsorted(self._sorted, hashes)
        at_most = np.minimum(at, len(self._sorted) - 1)
        return np.where(self._sorted[at_most] == hashes, self._order[at_most], -1)


def repeated(hashes: Hashes) -> Places:
    """For each the place of the first that equals it, -1 for the first itself."""
    first = Index(hashes).find(hashes)
    return np.where(first == np.arange(len(hashes)), -1, first)


class IdIndex:
    """Finds ids as they were typed, and those that lost their leading zeros in a spreadsheet."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._exact = Index(hashed(ids))
        self._bare: Index | None = None
        self._alike = np.zeros(1, dtype=bool)

    def find(self, ids: Sequence[str]) -> Places:
        places = self._exact.find(hashed(ids))
        lost = np.flatnonzero(places < 0)
        if len(lost):
            if self._bare is None:
                self._bare, self._alike = self._without_zeros()
            found = self._bare.find(hashed([bare_id(ids[place]) for place in lost.tolist()]))
            places[lost] = np.where((found >= 0) & self._alike[found], -1, found)
        return places

    def _without_zeros(self) -> tuple[Index, NDArray[np.bool_]]:
        """The ids without leading zeros, and which of them are then alike: nobody knows which is meant."""
        bare = hashed([bare_id(text) for text in self._ids])
        _, number, times = np.unique(bare, return_inverse=True, return_counts=True)
        return Index(bare), times[number] > 1 if len(bare) else np.zeros(1, dtype=bool)


def bare_id(text: str) -> str:
    """The id without the zeros that a spreadsheet may have taken from it."""
    return _ZEROS.sub("", plain_id(text))
