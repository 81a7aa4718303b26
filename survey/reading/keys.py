"""Joining rows by their ids: 64-bit hashes in sorted arrays, which a million rows do not make heavy."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
_WHOLE = re.compile(r"(\d+)\.0+")
_ZEROS = re.compile(r"0+(?=\d)")


def plain_id(text: str) -> str:
    """An id by which "HH-1", "hh-1 " and "HH-1.0" are the same where they should be."""
    plain = text.strip().casefold()
    if plain.endswith("0") and (found := _WHOLE.fullmatch(plain)):
        return found.group(1)
    return plain


def hashed(ids: Sequence[str]) -> Hashes:
    """One number per id; two of a million differ with a chance beyond doubt."""
    return pd.util.hash_array(np.array([plain_id(text) for text in ids], dtype=object), categorize=False)


def hashed_within(owners: Places, ids: Sequence[str]) -> Hashes:
    """One number per id within its owner."""
    return hashed(ids) ^ pd.util.hash_array(owners.astype(np.int64), categorize=False)


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

    def find(self, ids: Sequence[str]) -> Places:
        places = self._exact.find(hashed(ids))
        lost = np.flatnonzero(places < 0)
        if len(lost):
            if self._bare is None:
                self._bare = Index(hashed([_ZEROS.sub("", plain_id(text)) for text in self._ids]))
            places[lost] = self._bare.find(
                hashed([_ZEROS.sub("", plain_id(ids[place])) for place in lost.tolist()])
            )
        return places
