"""Reading in a child process that cannot take its parent down.

The child is a new interpreter with limits on memory, processor time, and what it may write; it knows neither
the database nor the site's secrets, and is ended when it takes too long. It hands back a JSON file and an
array file without pickles.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey.reading.guards import guard
from survey.reading.limits import DEFAULT_LIMITS, Limits
from survey.reading.mapping import SurveyMapping
from survey.reading.problems import FileRefused
from survey.reading.reading import Correction, Reading
from survey.reading.sources import SurveyFile
from survey.reading.tables_file import tables_from_bytes
from survey.tables import TablesRefused

ROOT = Path(__file__).resolve().parents[2]
OUT_OF_MEMORY = 77
"""How the child ends when it asked for more memory than it may have."""
LEAN = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # The C library gives large blocks back to the system as soon as they are free, instead of keeping them.
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "MALLOC_ARENA_MAX": "1",
}
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "TEMP", "TMP")


def read_survey_apart(
    files: Sequence[SurveyFile | Path],
    *,
    mapping: SurveyMapping | None = None,
    corrections: Sequence[Correction] = (),
    limits: Limits = DEFAULT_LIMITS,
    on_wait: Callable[[], None] | None = None,
    keep_in: Path | None = None,
) -> Reading:
    """As `survey.reading.reader.read_survey`, in a child process.

    Parameters
    ----------
    on_wait : called about once a second while the child reads; what it raises ends the child (a job that was
        cancelled raises, a job that goes on renews its lease).

    Raises
    ------
    FileRefused
        Also "took_too_long", "took_too_much" and "damaged" when the child was ended or ended itself.
    """
    given = [file if isinstance(file, SurveyFile) else SurveyFile(path=file) for file in files]
    for file in given[: limits.files]:
        # What can be refused at a glance needs no child.
        if file.kept is None:
            guard(file.path, name=file.shown, limits=limits)
    folder = Path(tempfile.mkdtemp(prefix="reading-"))
    try:
        _ask(folder, given, mapping, corrections, limits, keep_in=keep_in)
        status = _run(folder, limits, on_wait)
        return _answer(folder, status, name=given[0].shown if given else "")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ask(
    folder: Path,
    files: Sequence[SurveyFile],
    mapping: SurveyMapping | None,
    corrections: Sequence[Correction],
    limits: Limits,
    *,
    keep_in: Path | None = None,
) -> None:
    question = {
        "files": [
            {
                "path": str(file.path.resolve()),
                "name": file.shown,
                "kept": file.kept.as_json() if file.kept else None,
            }
            for file in files
        ],
        "keep_in": str(keep_in.resolve()) if keep_in else "",
        "mapping": mapping.as_json() if mapping else None,
        "corrections": [correction.as_json() for correction in corrections],
        "limits": asdict(limits),
    }
    (folder / "question.json").write_text(json.dumps(question), encoding="utf-8")


def _run(folder: Path, limits: Limits, on_wait: Callable[[], None] | None) -> int | None:
    """How the child ended; None when it had to be ended."""
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), **LEAN}
    child = subprocess.Popen(
        [sys.executable, "-m", "survey.reading.child", str(folder)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _second in range(2 * limits.seconds):
            try:
                return child.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                if on_wait is not None:
                    on_wait()
        return None
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _answer(folder: Path, status: int | None, *, name: str) -> Reading:
    if status is None or (
        status < 0 and -status in {getattr(signal, "SIGXCPU", 0), getattr(signal, "SIGKILL", 0)}
    ):
        raise FileRefused("took_too_long", file=name)
    answer = folder / "answer.json"
    if status == OUT_OF_MEMORY or (status != 0 and not answer.exists()):
        raise FileRefused("took_too_much" if status == OUT_OF_MEMORY else "damaged", file=name)
    data: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "refused" in data:
        raise FileRefused.from_json(data["refused"])
    tables_file = folder / "tables.npz"
    try:
        tables = tables_from_bytes(tables_file.read_bytes()) if tables_file.exists() else None
    except TablesRefused as error:
        raise FileRefused("damaged", file=name) from error
    return Reading.from_json(data["reading"], tables=tables)
