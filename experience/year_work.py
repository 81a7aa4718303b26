"""The laws of a year, kept in the shared cache and worked out by a worker where they are not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.models import Organisation, User
from calculator.case import Case, case_to_json, read_case
from experience.year_laws import YearLaws, year_laws
from jobs.actions import submit
from jobs.models import Job, Status
from jobs.questions import content_hash
from simulation.engine import ENGINE_VERSION

YEAR_LAWS = "year_laws"
VERSION = 2
KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The laws, or the job that works on them."""

    laws: YearLaws | None
    job: Job | None = None


def question_of(*, case: Case, persons: int) -> dict[str, Any]:
    """All that the laws depend on: no figure of the year but how many are insured."""
    return {
        "version": VERSION,
        "engine": ENGINE_VERSION,
        "case": case_to_json(replace(case, simulation=None, name=None)),
        "persons": persons,
    }


def laws_of(question: dict[str, Any]) -> YearLaws:
    """From the cache, else worked out here and now; seconds."""
    key = _key(question)
    found: YearLaws | None = cache.get(key)
    if found is None:
        found = year_laws(read_case(question["case"]).package, persons=question["persons"])
        cache.set(key, found, KEPT_SECONDS)
    return found


def ask(*, organisation: Organisation, case: Case, persons: int, user: User | None) -> Asked:
    """The laws if they are kept; otherwise the job, started now where there is none."""
    question = question_of(case=case, persons=persons)
    found: YearLaws | None = cache.get(_key(question))
    if found is not None:
        return Asked(laws=found)
    # The cache may forget; a job is done once. With the day in it, it is done again on another day.
    asked = {**question, "day": timezone.localdate().isoformat()}
    job = submit(organisation=organisation, kind=YEAR_LAWS, question=asked, user=user)
    return Asked(laws=laws_of(question)) if job.status == Status.DONE else Asked(laws=None, job=job)


def work_out(asked: dict[str, Any]) -> None:
    """The worker's side."""
    laws_of({name: value for name, value in asked.items() if name != "day"})


def _key(question: dict[str, Any]) -> str:
    return f"year-laws:{content_hash(YEAR_LAWS, question)}"
