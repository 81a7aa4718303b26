"""The pieces a document is made of, as plain JSON: drawn alike on screen and on paper.

Pure: no Django. A document's words are frozen with it, so a piece holds words and numbers as they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Block = dict[str, Any]
Cells = Sequence[str]


def words(text: str) -> Block:
    return {"kind": "words", "text": text}


def items(lines: Iterable[str]) -> Block:
    return {"kind": "list", "items": list(lines)}


def warn(title: str, text: str) -> Block:
    """What must not be read over."""
    return {"kind": "warn", "title": title, "text": text}


def facts(pairs: Iterable[tuple[Any, Any]]) -> Block:
    return {"kind": "facts", "rows": [{"name": str(name), "value": str(value)} for name, value in pairs]}


def column(name: str, *, num: bool = False, share: float = 1) -> Mapping[str, Any]:
    """A column of words takes its `share` of the width that columns of numbers leave."""
    return {"name": name, "num": num, "share": share}


def table(
    *,
    columns: Sequence[Mapping[str, Any]],
    rows: Iterable[Cells],
    caption: str = "",
    totals: Iterable[int] = (),
) -> Block:
    """A table; `totals` are the places of the rows that add up. A row is as wide as the table has columns."""
    marked = frozenset(totals)
    found = []
    for place, cells in enumerate(rows):
        if len(cells) != len(columns):
            raise ValueError(f"row {place} of {caption!r} has {len(cells)} cells, not {len(columns)}")
        found.append({"cells": [str(cell) for cell in cells], "is_total": place in marked})
    return {"kind": "table", "caption": caption, "columns": [dict(each) for each in columns], "rows": found}


def section(key: str, title: str, *blocks: Block) -> dict[str, Any]:
    return {"key": key, "title": title, "blocks": list(blocks)}
