"""Survey tables as bytes and back, without pickles: numbers as arrays, texts as one JSON list each.

A process that read a hostile file is not to be trusted; nothing it hands back can carry code.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from survey.tables import EVENT_COLUMNS, HOUSEHOLD_COLUMNS, PERSON_COLUMNS, SurveyTables, TablesRefused

FRAMES: Mapping[str, Mapping[str, str]] = {
    "households": HOUSEHOLD_COLUMNS,
    "persons": PERSON_COLUMNS,
    "events": EVENT_COLUMNS,
}


def tables_to_bytes(tables: SurveyTables) -> bytes:
    """All three tables and the recall periods."""
    arrays: dict[str, np.ndarray[Any, Any]] = {"recall": _json_array(dict(tables.recall))}
    for frame_name, columns in FRAMES.items():
        frame: pd.DataFrame = getattr(tables, frame_name)
        for column, kind in columns.items():
            name = f"{frame_name}.{column}"
            if kind == "str":
                codes, texts = pd.factorize(frame[column])
                arrays[f"{name}.codes"] = codes.astype(np.int32)
                arrays[f"{name}.texts"] = _json_array([str(text) for text in texts])
            else:
                arrays[name] = frame[column].to_numpy()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take the names for options
    return buffer.getvalue()


def tables_from_bytes(raw: bytes) -> SurveyTables:
    """What `tables_to_bytes` wrote.

    Raises
    ------
    TablesRefused
        For anything else.
    """
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            frames = {
                frame: pd.DataFrame(
                    {column: _column(arrays, f"{frame}.{column}", kind) for column, kind in columns.items()}
                )
                for frame, columns in FRAMES.items()
            }
            recall = json.loads(arrays["recall"].tobytes())
    except (KeyError, ValueError, TypeError, IndexError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise TablesRefused("these are not survey tables") from error
    return SurveyTables(**frames, recall=recall)


def _json_array(value: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _column(arrays: Mapping[str, np.ndarray[Any, Any]], name: str, kind: str) -> Any:
    if kind != "str":
        return arrays[name].astype(kind, copy=False)
    texts = json.loads(arrays[f"{name}.texts"].tobytes())
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(name)
    codes = arrays[f"{name}.codes"]
    if len(codes) and (codes.min() < 0 or codes.max() >= len(texts)):
        raise ValueError(name)
    return pd.array(np.array(texts, dtype=object)[codes] if texts else [], dtype="str")
