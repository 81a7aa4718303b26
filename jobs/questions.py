"""One question, one text, one hash: the same question is never answered twice within an organisation."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(question: Any) -> str:
    """Sorted keys, no spaces, no NaN: equal questions are equal texts. ValueError for anything not JSON."""
    try:
        return json.dumps(
            question, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except TypeError as problem:
        raise ValueError(f"A question is plain JSON: {problem}") from None


def content_hash(kind: str, question: Any) -> str:
    return hashlib.sha256(f"{kind}\n{canonical(question)}".encode()).hexdigest()
