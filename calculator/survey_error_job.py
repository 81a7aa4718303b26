"""A survey's error in money as background work: asked by content, answered once, kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from accounts.models import Organisation, User
from accounts.refusals import ActionRefused
from calculator.case import Case, case_to_json, read_case
from calculator.quotes import quote
from calculator.survey_behind import Behind
from calculator.survey_error import SurveyErrorModel
from calculator.survey_resampled import Fitted
from jobs import actions as jobs
from jobs.models import Job, Status
from jobs.questions import content_hash
from simulation.engine import ENGINE_VERSION
from survey.blobs import Blob, DamagedBlob
from survey.error_answers import SurveyErrorAnswer
from survey.resamples import Resamples, ResamplesDamaged

SURVEY_ERROR = "survey_error"
VERSION = 3
MORE = (0.5, 1.0, 2.0, 4.0)
"""How many times as many households could be asked besides those that were."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its answer or the job that works on it."""

    answer: dict[str, Any] | None
    job: Job | None


def question_of(*, case: Case, behind: Behind | None, shock: float) -> dict[str, Any]:
    """Everything the answer depends on; no row of a household."""
    return {
        "version": VERSION,
        "engine": ENGINE_VERSION,
        "case": case_to_json(replace(case, simulation=None)),
        "resamples": None if behind is None else {"blob": str(behind.blob_id), "sha256": behind.sha256},
        "keys": {} if behind is None else dict(behind.keys),
        "shock": shock,
    }


def ask(
    *, organisation: Organisation, case: Case, behind: Behind | None, shock: float, user: User | None
) -> Asked:
    """The answer if it is known; otherwise the job, started now where there is none."""
    question = question_of(case=case, behind=behind, shock=shock)
    asked = content_hash(SURVEY_ERROR, question)
    found = SurveyErrorAnswer.objects.of(organisation).filter(asked=asked).first()
    if found is not None:
        return Asked(answer=found.answer, job=None)
    job = jobs.submit(organisation=organisation, kind=SURVEY_ERROR, question=question, user=user)
    if job.status == Status.DONE:
        # Answered while we looked, or the answer was lost since.
        found = SurveyErrorAnswer.objects.of(organisation).filter(asked=asked).first()
        if found is not None:
            return Asked(answer=found.answer, job=None)
        job.delete()
        job = jobs.submit(organisation=organisation, kind=SURVEY_ERROR, question=question, user=user)
    return Asked(answer=None, job=job)


# ---- the worker's side -------------------------------------------------------------------------------------
def chunk_count(question: dict[str, Any]) -> int:
    """One for the error itself; with a fitted survey one for the size needed and for each further size."""
    return 1 if question["resamples"] is None else 2 + len(MORE)


def answer_part(question: dict[str, Any], index: int) -> bytes:
    model, fitted = _model(question)
    if index == 0:
        part: Any = asdict(model.error())
        part["asked"] = fitted.resamples.households if fitted else None
    else:
        assert fitted is not None
        asked = fitted.resamples.households
        found = (
            model.households_needed(asked=asked)
            if index == 1
            else model.with_more(households=round(MORE[index - 2] * asked), asked=asked)
        )
        part = asdict(found)
    return json.dumps(part, allow_nan=False).encode()


def _model(question: dict[str, Any]) -> tuple[SurveyErrorModel, Fitted | None]:
    case = read_case(question["case"])
    fitted = None
    if question["resamples"] is not None:
        blobs = Blob.objects.across_organisations(reason="a worker reads what it was asked for")
        blob = blobs.filter(pk=question["resamples"]["blob"], sha256=question["resamples"]["sha256"]).first()
        try:
            if blob is None:
                raise ResamplesDamaged("they are gone")
            fitted = Fitted(resamples=Resamples.from_bytes(blob.bytes()), keys=question["keys"])
        except (DamagedBlob, ResamplesDamaged) as damaged:
            raise ActionRefused(f"The survey's resamples cannot be used: {damaged}") from damaged
    priced = quote(case)
    model = SurveyErrorModel(
        case=case, premium=priced.premium, fitted=fitted, moments=priced.exact, shock=question["shock"]
    )
    return model, fitted


def keep_answer(job: Job, results: Sequence[bytes]) -> None:
    error, *more = (json.loads(result) for result in results)
    answer = {"error": error, "needed": more[0] if more else None, "more": more[1:]}
    SurveyErrorAnswer.objects.beside(job).update_or_create(
        organisation_id=job.organisation_id,
        asked=content_hash(SURVEY_ERROR, job.question),
        defaults={"answer": answer},
    )
