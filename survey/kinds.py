"""Reading and fitting as background work: one chunk each, by a worker that may be killed at any moment."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accounts.refusals import ActionRefused
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job
from survey import estimate_actions, reading_actions
from survey.blobs import DamagedBlob
from survey.estimate_actions import FITTING
from survey.fit_options import FitOptions
from survey.models import Survey
from survey.reading.kept import KeptFile
from survey.reading.mapping import SurveyMapping
from survey.reading.problems import FileRefused
from survey.reading.reading import Reading
from survey.reading.sources import SurveyFile
from survey.reading_actions import READING
from survey.refusals import RowsAreGone

LENGTH = struct.Struct("<Q")


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    words = json.dumps(head, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    return LENGTH.pack(len(words)) + words + body


def unpacked(payload: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = LENGTH.unpack_from(payload)
    head: dict[str, Any] = json.loads(payload[LENGTH.size : LENGTH.size + length])
    return head, payload[LENGTH.size + length :]


def _survey(question: Question) -> Survey:
    surveys = Survey.objects.across_organisations(reason="a worker reads what it was asked for")
    survey = (
        surveys.with_rows().select_related("tables", "organisation").filter(pk=question["survey"]).first()
    )
    if survey is None:
        raise RowsAreGone
    return survey


@job_kind(READING)
class SurveyReading(JobKind):
    """Reads a survey's files in a process of their own, which can be stopped and takes no worker down."""

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        from survey.reading.sandbox import read_survey_apart  # noqa: PLC0415
        from survey.reading.scrub import scrubbed_in  # noqa: PLC0415
        from survey.reading.tables_file import tables_to_bytes  # noqa: PLC0415

        survey = _survey(question)
        if reading_actions.asked_now(survey) != question["asked"]:
            # Somebody decided something since: what is asked now is another job.
            return packed({"overtaken": True})
        mapping = None if survey.mapping is None else SurveyMapping.from_json(survey.mapping)
        with tempfile.TemporaryDirectory(prefix="survey-") as folder:
            files = []
            for one in survey.files.select_related("blob"):
                path = Path(folder) / f"{one.position}.bin"
                if one.blob is None:
                    raise RowsAreGone
                one.blob.write_to(path)
                known = KeptFile.from_json(one.kept) if one.kept else None
                files.append(SurveyFile(path=path, name=one.name, kept=known))
            keep_in = Path(folder) / "kept"
            keep_in.mkdir()
            try:
                reading = read_survey_apart(
                    files,
                    mapping=mapping,
                    corrections=reading_actions.corrections_of(survey),
                    keep_in=keep_in,
                )
            except FileRefused as refused:
                return packed({"refused": refused.as_json()})
            scrubbed = [(place, kept, path.read_bytes()) for place, path, kept in scrubbed_in(keep_in)]
        tables = b"" if reading.tables is None else tables_to_bytes(reading.tables)
        head = {
            "reading": reading.as_json(),
            "tables": len(tables),
            "files": [
                {"place": place, "kept": kept.as_json(), "size": len(content)}
                for place, kept, content in scrubbed
            ],
        }
        return packed(head, b"".join([tables, *(content for _place, _kept, content in scrubbed)]))

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        head, body = unpacked(results[0])
        asked = {"survey_id": job.question["survey"], "asked": job.question["asked"]}
        if "refused" in head:
            reading_actions.keep_refusal(**asked, refusal=head["refused"])
        elif "reading" in head:
            reading_actions.keep_reading(
                **asked,
                reading=Reading.from_json(head["reading"]),
                tables=body[: head["tables"]] or None,
                scrubbed=_files_of(head, body),
            )


def _files_of(head: dict[str, Any], body: bytes) -> dict[int, tuple[dict[str, Any], bytes]]:
    """By their places, the files that are stored from now on instead of those that arrived."""
    found, start = {}, head["tables"]
    for one in head["files"]:
        found[one["place"]] = one["kept"], body[start : start + one["size"]]
        start += one["size"]
    return found


class TablesChanged(ActionRefused):
    """The survey was read again since these estimates were asked for."""


@job_kind(FITTING)
class SurveyFitting(JobKind):
    """Everything a survey says, with its resamples."""

    def chunk_count(self, question: Question) -> int:  # noqa: ARG002
        return 1

    def run_chunk(self, question: Question, index: int) -> bytes:  # noqa: ARG002
        from survey.fitting import fit_survey  # noqa: PLC0415  heavy, and only workers fit
        from survey.reading.tables_file import tables_from_bytes  # noqa: PLC0415

        survey = _survey(question)
        if survey.tables is None or survey.tables.sha256 != question["tables"]:
            raise TablesChanged("The survey was read again since. Ask for its estimates anew.")
        try:
            tables = tables_from_bytes(survey.tables.bytes())
        except DamagedBlob as damaged:
            raise ActionRefused("The survey's stored rows are damaged. Have it read again.") from damaged
        fitted = fit_survey(tables, options=options_of(question["options"]))
        return packed(fitted.estimates.as_json(), fitted.resamples.to_bytes())

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        estimates, resamples = unpacked(results[0])
        estimate_actions.keep_estimates(job=job, estimates=estimates, resamples=resamples)


def options_of(chosen: dict[str, Any]) -> FitOptions:
    """Options from what differs from the defaults, as it is stored."""
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in chosen.items()
        if name in FitOptions.__dataclass_fields__
    }
    return FitOptions(**known)
