"""Taking a survey's files in, and giving its rows up again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.trail import What, record, snapshot
from schemes.models import Scheme
from survey import reading_actions
from survey.blobs import Blob, keep
from survey.models import State, Survey, SurveyFile, SurveyProblem
from survey.problem_rows import SurveyCorrection
from survey.reading.guards import clean_name, guard
from survey.reading.limits import DEFAULT_LIMITS
from survey.reading.problems import FileRefused
from survey.refusals import Forgotten, SameFiles, UploadRefused

CONTENTS_OF_A_READING = ("guesses", "questions", "mapping")
"""Parts of a reading's report that repeat values of rows."""


def look_at(uploads: Sequence[UploadedFile]) -> None:
    """Refuse at the door what must not be opened at all; reads a few kilobytes of each file."""
    for upload in uploads:
        try:
            with _as_path(upload) as path:
                guard(path, name=upload.name or "", limits=DEFAULT_LIMITS)
        except FileRefused as refused:
            raise UploadRefused(refused) from refused


class _as_path:  # noqa: N801  reads as a function where it is used
    """An upload as a file on disk: where it is already, or a copy that is gone afterwards."""

    def __init__(self, upload: UploadedFile) -> None:
        self.upload = upload
        self.copy: Any = None

    def __enter__(self) -> Path:
        if hasattr(self.upload, "temporary_file_path"):
            return Path(self.upload.temporary_file_path())
        self.copy = tempfile.NamedTemporaryFile()
        for part in self.upload.chunks():
            self.copy.write(part)
        self.copy.flush()
        return Path(self.copy.name)

    def __exit__(self, *_args: object) -> None:
        if self.copy is not None:
            self.copy.close()


@transaction.atomic
def take_in(
    *, scheme: Scheme, uploads: Sequence[UploadedFile], values: Mapping[str, Any], user: User | None
) -> Survey:
    """Keep the files of one survey and ask for their reading: all of them or none.

    Raises
    ------
    UploadRefused
        One of them must not be opened.
    SameFiles
        The scheme has a survey of the same bytes.
    """
    look_at(uploads)
    hashes = [_hash(upload.chunks()) for upload in uploads]
    together = hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
    # Two uploads of the same file at the same moment wait for each other here.
    Scheme.objects.beside(scheme).select_for_update(no_key=True).only("pk").get(pk=scheme.pk)
    same = Survey.objects.beside(scheme).with_rows().filter(scheme=scheme, sha256=together).first()
    if same is not None:
        raise SameFiles(survey_id=same.pk)
    names = _different([clean_name(upload.name or "") for upload in uploads])
    survey = Survey(
        organisation=scheme.organisation,
        scheme=scheme,
        sha256=together,
        name=values.get("name") or names[0][:120],
        consent=values["consent"],
        purpose=values["purpose"],
        delete_after=values["delete_after"],
        uploaded_by=user,
    )
    survey.validate_constraints()
    survey.save(force_insert=True)
    for position, (upload, name) in enumerate(zip(uploads, names, strict=True)):
        blob = keep(organisation=scheme.organisation, content=upload.chunks())
        SurveyFile.objects.create(
            organisation=scheme.organisation,
            survey=survey,
            position=position,
            name=name,
            sha256=blob.sha256,
            size=blob.size,
            blob=blob,
        )
    reading_actions.ask_for_reading(survey=survey, user=user)
    record(
        what=What.SURVEY_UPLOADED, subject=survey, scheme=scheme, after=snapshot(survey), label=survey.name
    )
    return survey


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _different(names: Sequence[str]) -> list[str]:
    """Names of which no two are equal: problems say by name which file they are in."""
    made: list[str] = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        found, number = name, 1
        while found in made:
            number += 1
            found = f"{stem} ({number}){dot}{ending}"
        made.append(found)
    return made


@transaction.atomic
def forget(*, survey: Survey, user: User | None = None) -> Survey:
    """Delete every row of a household: files, tables, problems, typed values. Estimates stay.

    What was deleted is written down in `receipt`, without a value of any row.
    """
    locked = Survey.objects.beside(survey).select_for_update(of=("self",)).get(pk=survey.pk)
    if locked.is_forgotten:
        raise Forgotten
    files = list(locked.files.select_related("blob"))
    before = snapshot(locked)
    problems = SurveyProblem.objects.beside(locked).filter(survey=locked)
    corrections = SurveyCorrection.objects.beside(locked).filter(survey=locked)
    report = locked.report
    locked.receipt = {
        "files": [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in files],
        "rows": (report.get("before") or {}).get("rows", 0),
        "households": (report.get("before") or {}).get("households", 0),
        "persons": (report.get("before") or {}).get("persons", 0),
        "problems": problems.count(),
        "corrections": corrections.count(),
    }
    problems.delete()
    corrections.delete()
    blobs = [one.blob_id for one in files if one.blob_id] + ([locked.tables_id] if locked.tables_id else [])
    locked.tables = None
    locked.reading = {key: value for key, value in report.items() if key not in CONTENTS_OF_A_READING} or None
    locked.mapping = None
    locked.forgotten_at = timezone.now()
    locked.forgotten_by = user
    locked.version += 1
    locked.save()
    SurveyFile.objects.beside(locked).filter(survey=locked).update(blob=None)
    Blob.objects.beside(locked).filter(pk__in=blobs).delete()
    record(
        what=What.SURVEY_DELETED,
        subject=locked,
        scheme=locked.scheme_id,
        before=before,
        after=snapshot(locked),
        label=locked.name,
    )
    return locked


def forget_due() -> list[Survey]:
    """What `manage.py forget_surveys` does every day: delete the rows whose last day has come."""
    due = Survey.objects.across_organisations(reason="rows are deleted on their day, whosever they are").due()
    return [forget(survey=survey) for survey in due.select_related("scheme")]


@transaction.atomic
def keep_until(*, survey: Survey, day: date) -> Survey:
    """Another last day for the rows."""
    if survey.is_forgotten:
        raise Forgotten
    before = snapshot(survey)
    survey.delete_after = day
    survey.save(update_fields=["delete_after", "changed_at"])
    record(
        what=What.SURVEY_CHANGED,
        subject=survey,
        scheme=survey.scheme_id,
        before=before,
        after=snapshot(survey),
        label=survey.name,
    )
    return survey


def is_ready(survey: Survey) -> bool:
    """Whether its tables can be estimated from."""
    return survey.state == State.READ and survey.tables_id is not None and not survey.is_forgotten
