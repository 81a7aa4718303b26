"""The premium pack: all that a browser needs to price every choice of a scheme's menus. Pure: no Django.

A pack holds the tables of a workbook (`calculator.workbook.tables`) as whole numbers: means in steps of
``mean_step``, standard deviations and shared coordinates in steps of ``spread_step``. A smooth table of four
columns is written as its differences along all four: most of them are small, and the text packs to a fourth.
Sums of whole numbers are exact, so that the browser finds the very numbers that went in.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.workbook.tables import BenefitTables, SchemeTables

Array = NDArray[Any]

FORMAT = 1
MOST_BYTES = 60 * 1024
"""What a pack may weigh on its way to a phone, compressed."""


class PackTooLarge(ValueError):  # noqa: N818  an answer, not an error
    """Even the coarsest steps do not bring the tables below ``MOST_BYTES``."""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How finely figures are written, money per person and year."""

    mean: float
    spread: float

    def __post_init__(self) -> None:
        if not (self.mean > 0 and self.spread > 0):
            raise ValueError("the steps of a pack are above 0")


STEPS = tuple(
    Steps(mean=digit * 10.0**power, spread=digit * 10.0 ** (power + 1))
    for power in range(-4, 2)
    for digit in (1, 2, 5)
)[1:]
"""0.0002, 0.0005 ... 50: the first that is small enough is taken. Two dozen benefits need 0.05, and money of
many digits, which is shown in whole units, needs more.
"""


def pack_of(*, about: Mapping[str, Any], keys: Sequence[str], tables: SchemeTables) -> bytes:
    """The pack as compressed JSON.

    Parameters
    ----------
    about : mapping
        The scheme's own figures: see `offline.packs`.
    keys : sequence of str
        The benefits' keys, in the tables' order.

    Raises
    ------
    PackTooLarge
    """
    for steps in STEPS:
        text = json.dumps(
            {
                "format": FORMAT,
                **about,
                "mean_step": steps.mean,
                "spread_step": steps.spread,
                "benefits": [
                    _benefit(key, one, steps) for key, one in zip(keys, tables.benefits, strict=True)
                ],
            },
            separators=(",", ":"),
            ensure_ascii=False,
        )
        packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
        if len(packed) <= MOST_BYTES:
            return packed
    raise PackTooLarge(f"{len(packed)} bytes; at most {MOST_BYTES} are sent to a phone")


def _benefit(key: str, tables: BenefitTables, steps: Steps) -> dict[str, Any]:
    shape = tables.axes.shape
    holes = np.flatnonzero(np.isnan(tables.mean))
    return {
        "key": key,
        "name": tables.name,
        "kind": tables.axes.kind,
        "group": tables.group,
        # JSON knows no infinity: no cap is null
        "axes": [[None if math.isinf(value) else value for value in axis] for axis in tables.axes.values],
        "holes": holes.tolist(),
        "mean": _written(tables.mean, steps.mean, shape),
        "spread": _written(np.sqrt(tables.variance), steps.spread, shape),
        "shared": [_written(column, steps.spread, shape) for column in tables.shared.T],
    }


def _written(values: Array, step: float, shape: tuple[int, ...]) -> list[int]:
    whole: Array = np.rint(np.nan_to_num(values, nan=0.0) / step).astype(np.int64).reshape(shape)
    for axis in range(whole.ndim):
        whole = np.diff(whole, axis=axis, prepend=0)
    found: list[int] = whole.ravel().tolist()
    return found
