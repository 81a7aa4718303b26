"""Asking for a survey to be read, keeping what came out, and what a person decides in between."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions import save_if_unchanged
from accounts.models import User
from accounts.trail import What, record
from jobs import actions as jobs
from jobs.models import Job, Status
from jobs.questions import content_hash
from jobs.refusals import JobAlreadyFinished
from survey.blobs import Blob, keep
from survey.models import State, Survey
from survey.problem_rows import SavedMapping, SurveyCorrection, SurveyProblem
from survey.reading.mapping import SurveyMapping
from survey.reading.problems import Problem
from survey.reading.reading import Correction, Reading
from survey.refusals import NothingToUndo, NotReadYet, RowsAreGone

READING = "survey_reading"
READER_VERSION = 2
"""Raised when the same files would be read differently: stored answers are then asked anew."""
BATCH = 500


def corrections_of(survey: Survey) -> tuple[Correction, ...]:
    """What stands, in an order that depends on nothing else."""
    rows = SurveyCorrection.objects.beside(survey).filter(survey=survey).standing()
    return tuple(
        Correction(
            sha256=row.file_sha256,
            sheet=row.sheet,
            row=row.row,
            column=row.column,
            value=row.value,
            reason=row.reason,
        )
        for row in rows.order_by("file_sha256", "sheet", "row", "column")
    )


def asked_now(survey: Survey) -> str:
    """The hash of everything a reading depends on, as it stands now."""
    files = [[one.sha256, one.name] for one in survey.files.all()]
    decided = [one.as_json() for one in corrections_of(survey)]
    return content_hash(
        READING,
        {"files": files, "mapping": survey.mapping, "corrections": decided, "reader": READER_VERSION},
    )


@transaction.atomic
def ask_for_reading(*, survey: Survey, user: User | None = None) -> Survey:
    """Have the survey read as it stands now, unless it was; safe to call twice."""
    if survey.is_forgotten:
        raise RowsAreGone
    asked = asked_now(survey)
    # The question names the row and what stood in it, never a value: it outlives the rows of households.
    question = {"survey": str(survey.pk), "asked": asked}
    job = jobs.submit(organisation=survey.organisation, kind=READING, question=question, user=user)
    if job.status == Status.DONE and survey.read_as != asked:
        # Read once before, but something else was read since: the answer is not here any more.
        job.delete()
        job = jobs.submit(organisation=survey.organisation, kind=READING, question=question, user=user)
    survey.asked = asked
    survey.reading_job = job
    survey.save(update_fields=["asked", "reading_job", "changed_at"])
    return survey


@transaction.atomic
def stop_reading(*, survey: Survey) -> None:
    """What was read before stays. Raises `JobAlreadyFinished` when there is nothing to stop any more."""
    if survey.reading_job is None:
        raise JobAlreadyFinished
    # The question names the survey: nobody else waits for this job.
    jobs.cancel(job=survey.reading_job)
    record(what=What.SURVEY_CHANGED, subject=survey, scheme=survey.scheme_id, after={"reading": "stopped"})


# ---- what comes back ---------------------------------------------------------------------------------------
def keep_refusal(*, survey_id: str, asked: str, refusal: dict[str, Any]) -> None:
    """The files are not read at all, and why."""
    survey = _still_wanted(survey_id, asked)
    if survey is None:
        return
    survey.state = State.REFUSED
    survey.refusal = refusal
    survey.read_as = asked
    survey.version += 1
    survey.save(update_fields=["state", "refusal", "read_as", "version", "changed_at"])
    # Nobody could look through these for what tells who people are: they are not kept.
    unread = survey.files.filter(kept__isnull=True, blob__isnull=False)
    blobs = list(unread.values_list("blob_id", flat=True))
    unread.update(blob=None)
    Blob.objects.beside(survey).filter(pk__in=blobs).delete()


def keep_reading(
    *,
    survey_id: str,
    asked: str,
    reading: Reading,
    tables: bytes | None,
    scrubbed: Mapping[int, tuple[dict[str, Any], bytes]],
) -> None:
    """The report, the problems as rows, the tables in pieces; all in the transaction that ends the job.

    In it too the files in which people can be told give way to ``scrubbed`` ones, by their places.
    """
    survey = _still_wanted(survey_id, asked)
    if survey is None:
        return
    _keep_files(survey, scrubbed)
    report = reading.as_json()
    problems = report.pop("problems")
    SurveyProblem.objects.beside(survey).filter(survey=survey).delete()
    _keep_problems(survey, reading.problems)
    report["listed"] = len(problems)
    before = survey.tables_id
    survey.tables = None if tables is None else keep(organisation=survey.organisation, content=[tables])
    survey.reading = report
    survey.refusal = {}
    survey.state = State.MAPPING if tables is None else State.READ
    survey.read_as = asked
    survey.version += 1
    survey.save()
    if before:
        Blob.objects.beside(survey).filter(pk=before).delete()
    if survey.mapping is None:
        _use_saved_mapping(survey, reading)


def _keep_files(survey: Survey, scrubbed: Mapping[int, tuple[dict[str, Any], bytes]]) -> None:
    """Store what may be stored; a file that tells of nobody stays as it came."""
    for file in survey.files.all():
        before = file.blob_id
        if file.position in scrubbed:
            kept, content = scrubbed[file.position]
            file.kept, file.blob = kept, keep(organisation=survey.organisation, content=[content])
            file.save(update_fields=["kept", "blob"])
            Blob.objects.beside(survey).filter(pk__in=[before]).delete()
        elif file.kept is None:
            file.kept = {}
            file.save(update_fields=["kept"])


def _still_wanted(survey_id: str, asked: str) -> Survey | None:
    """The survey, locked, if it still waits for this answer and nothing newer was asked."""
    surveys = Survey.objects.across_organisations(reason="a worker keeps what it was asked for")
    return (
        surveys.with_rows()
        .select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=survey_id, asked=asked)
        .first()
    )


def _keep_problems(survey: Survey, problems: Sequence[Problem]) -> None:
    sha = dict(survey.files.values_list("name", "sha256"))
    SurveyProblem.objects.bulk_create(
        (
            SurveyProblem(
                organisation_id=survey.organisation_id,
                survey=survey,
                number=number,
                code=one.code,
                severity=one.severity,
                file=one.file[:200],
                file_sha256=sha.get(one.file, ""),
                sheet=one.sheet[:200],
                row=max(0, one.row),
                column=one.column[:300],
                value=one.value,
                params=dict(one.params),
            )
            for number, one in enumerate(problems)
        ),
        batch_size=BATCH,
    )


def _use_saved_mapping(survey: Survey, reading: Reading) -> None:
    """Somebody named the columns of such a form before: read again that way, and ask nobody."""
    saved = SavedMapping.objects.beside(survey).filter(fingerprint=reading.fingerprint).first()
    if saved is None or saved.mapping == reading.mapping.as_json():
        return
    survey.mapping = saved.mapping
    survey.mapping_checked = True
    survey.state = State.WAITING
    survey.save(update_fields=["mapping", "mapping_checked", "state"])
    ask_for_reading(survey=survey)


# ---- what a person decides ---------------------------------------------------------------------------------
@transaction.atomic
def save_mapping(*, survey: Survey, seen_version: int, mapping: SurveyMapping, user: User | None) -> Survey:
    """Use this mapping from now on, for this survey and for the next one of the same form."""
    if survey.is_forgotten:
        raise RowsAreGone
    saved = save_if_unchanged(
        row=survey, seen_version=seen_version, changes={"mapping": mapping.as_json(), "mapping_checked": True}
    )
    fingerprint = saved.report.get("fingerprint", "")
    if fingerprint:
        SavedMapping.objects.beside(saved).update_or_create(
            organisation=saved.organisation,
            fingerprint=fingerprint,
            defaults={"mapping": saved.mapping, "saved_by": user},
        )
    ask_for_reading(survey=saved, user=user)
    record(
        what=What.SURVEY_CHANGED,
        subject=saved,
        scheme=saved.scheme_id,
        after={"mapping": "named"},
        label=saved.name,
    )
    return saved


@transaction.atomic
def correct(
    *,
    survey: Survey,
    seen_version: int,
    problems: Iterable[SurveyProblem],
    value: str = "",
    reason: str = "",
    user: User | None,
) -> int:
    """Type a value in place of each problem's, or leave the rows out with a reason; how many were made.

    The value goes where the problem is; with a reason and no value the whole row is left out. What was
    corrected before stays as it was corrected.
    """
    if survey.is_forgotten:
        raise RowsAreGone
    if survey.state not in {State.READ, State.MAPPING}:
        raise NotReadYet
    survey = save_if_unchanged(row=survey, seen_version=seen_version, changes={})
    batch, made = uuid.uuid4(), 0
    for cell in _cells(problems, whole_row=not value):
        correction = SurveyCorrection(
            organisation_id=survey.organisation_id,
            survey=survey,
            batch=batch,
            value=value[:200],
            reason=reason[:200],
            made_by=user,
            **cell,
        )
        try:
            with transaction.atomic():
                correction.save(force_insert=True)
            made += 1
        except IntegrityError:
            continue
    _mark_decided(survey)
    record(
        what=What.SURVEY_CHANGED,
        subject=survey,
        scheme=survey.scheme_id,
        after={"values_typed" if value else "rows_left_out": made, "reason": reason},
        label=survey.name,
    )
    return made


def _mark_decided(survey: Survey) -> None:
    """What was decided waits until somebody has the survey read again; taken back, nothing waits."""
    survey.asked = asked_now(survey)
    survey.save(update_fields=["asked", "changed_at"])


def _cells(problems: Iterable[SurveyProblem], *, whole_row: bool) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, int, str], dict[str, Any]] = {}
    for one in problems:
        if not one.row or not one.file_sha256:
            continue
        column = "" if whole_row else one.column
        found.setdefault(
            (one.file_sha256, one.sheet, one.row, column),
            {
                "file_sha256": one.file_sha256,
                "file": one.file,
                "sheet": one.sheet,
                "row": one.row,
                "column": column,
                "was": "" if whole_row else one.value,
            },
        )
    return list(found.values())


@transaction.atomic
def undo(*, survey: Survey, corrections: QuerySet[SurveyCorrection]) -> int:
    """Take corrections back; the rows are again as the file has them. How many there were."""
    if survey.is_forgotten:
        raise RowsAreGone
    taken_back = corrections.filter(undone_at=None).update(undone_at=timezone.now())
    if not taken_back:
        raise NothingToUndo
    _mark_decided(survey)
    record(
        what=What.SURVEY_CHANGED,
        subject=survey,
        scheme=survey.scheme_id,
        after={"corrections_taken_back": taken_back},
        label=survey.name,
    )
    return taken_back


def retry_reading(*, survey: Survey, user: User | None) -> Job | None:
    """After three failed attempts, three more."""
    job = survey.reading_job
    if job is not None and job.status == Status.NEEDS_ATTENTION:
        return jobs.retry(job=job)
    return ask_for_reading(survey=survey, user=user).reading_job
