"""The child process of `survey.reading.sandbox`: limits first, then the reading."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

OUT_OF_MEMORY = 77
MOST_WRITTEN = 1024 * 1024 * 1024


def limit_process(*, memory_bytes: int, seconds: int) -> None:
    """Bounds that the system itself holds; where it knows none, the parent's clock remains."""
    try:
        import resource  # noqa: PLC0415  it is not there on Windows
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        # Less than what is allowed already is fine; macOS refuses some of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def main(folder: Path) -> int:
    question = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    limit_process(memory_bytes=question["limits"]["memory_bytes"], seconds=question["limits"]["seconds"])
    try:
        answer = _read(folder, question)
    except MemoryError:
        return OUT_OF_MEMORY
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _read(folder: Path, question: dict[str, Any]) -> dict[str, Any]:
    # Only now: what the libraries take counts too.
    from survey.reading.kept import KeptFile  # noqa: PLC0415
    from survey.reading.limits import Limits  # noqa: PLC0415
    from survey.reading.mapping import SurveyMapping  # noqa: PLC0415
    from survey.reading.problems import FileRefused  # noqa: PLC0415
    from survey.reading.reader import read_survey  # noqa: PLC0415
    from survey.reading.reading import Correction  # noqa: PLC0415
    from survey.reading.sources import SurveyFile  # noqa: PLC0415
    from survey.reading.tables_file import tables_to_bytes  # noqa: PLC0415

    mapping = question["mapping"]
    try:
        reading = read_survey(
            [
                SurveyFile(
                    path=Path(file["path"]),
                    name=file["name"],
                    kept=KeptFile.from_json(file["kept"]) if file["kept"] else None,
                )
                for file in question["files"]
            ],
            mapping=SurveyMapping.from_json(mapping) if mapping else None,
            corrections=[Correction.from_json(correction) for correction in question["corrections"]],
            limits=Limits(**question["limits"]),
            keep_in=Path(question["keep_in"]) if question["keep_in"] else None,
        )
    except FileRefused as refused:
        return {"refused": refused.as_json()}
    if reading.tables is not None:
        (folder / "tables.npz").write_bytes(tables_to_bytes(reading.tables))
    return {"reading": reading.as_json()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
