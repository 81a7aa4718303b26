"""The third example scheme: priced from a made-up survey of a community whose truth is known."""

from __future__ import annotations

import json
import struct
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from calculator import actions as calculator
from calculator.cases import Chosen, ChosenTerms
from jobs import actions as jobs
from jobs.models import Job
from schemes import actions as schemes
from schemes.models import RiskBasis, Scheme
from simulation.queries import current_set
from survey import reading_actions
from survey.adopt_actions import take_over
from survey.blobs import keep
from survey.estimate_actions import first_choices, next_number
from survey.estimate_sets import EstimateSet, Source
from survey.estimates import Estimates
from survey.models import Consent, Survey, SurveyFile, usual_last_day
from survey.reading.reading import Reading

SURVEY_EXAMPLE = "survey_example"
VERSION = 1
SEED = 2026
HOUSEHOLDS = 1000
FILE = "example-survey.xlsx"
NAME = "Priced from a survey"
TERMS = {
    "hospitalisation": ChosenTerms(event_cap=5000, family_cap=15000),
    "injury": ChosenTerms(event_cap=700, family_cap=3000),
    "imaging": ChosenTerms(threshold=200, event_cap=1000, family_cap=4000),
    "transport": ChosenTerms(fixed_amount=1000),
    "wage-loss": ChosenTerms(start_day=4, last_day=13, rate=150),
}
LENGTHS = struct.Struct("<4Q")


@transaction.atomic
def start_survey_example(
    *, organisation: Organisation, user: User | None, name: str = NAME, to_train: bool = False
) -> Scheme:
    """Make the scheme now; a worker asks its households, in a few seconds, while the site is up already.

    `to_train` leaves all that follows on the survey, taking it over and saving packages, to whoever learns.
    """
    scheme = schemes.create_scheme(
        organisation=organisation,
        values={
            "name": name,
            "place": "A made-up community: in truth 4.5 hospital stays in 100 a year, 17,500 each",
            "currency": "INR",
            "grouping": "indian",
            "inhabitants": 6000,
            "expected_take_up": 0.8,
            "family_sizes": {"1": 0.2, "2": 0.2, "3": 0.2, "4": 0.2, "5": 0.2},
            "chance_of_bankruptcy": 0.05,
            "admin_rate": 0.20,
            "large_family_discount": 0.10,
            "risk_basis": RiskBasis.JOINT,
        },
    )
    question: dict[str, Any] = {"version": VERSION, "seed": SEED, "households": HOUSEHOLDS}
    question["scheme"] = str(scheme.pk)
    if to_train:
        question["to_train"] = True
    jobs.submit(organisation=organisation, kind=SURVEY_EXAMPLE, question=question, user=user)
    return scheme


# ---- the worker's side -------------------------------------------------------------------------------------
def asked_and_fitted(question: dict[str, Any]) -> bytes:
    """Ask the households, write the file, read it as anybody's, fit it; everything as bytes."""
    # Heavy, and only workers need them.
    import numpy as np  # noqa: PLC0415

    from survey.fitting import fit_survey  # noqa: PLC0415
    from survey.instruments.template import survey_rows, workbook  # noqa: PLC0415
    from survey.reading.sandbox import read_survey_apart  # noqa: PLC0415
    from survey.reading.sources import SurveyFile as FileToRead  # noqa: PLC0415
    from survey.reading.tables_file import tables_to_bytes  # noqa: PLC0415
    from survey.synthetic import Community, synthetic_survey  # noqa: PLC0415

    community = Community(households=question["households"])
    tables, _truth = synthetic_survey(community, rng=np.random.default_rng(question["seed"]))
    file = workbook({name: list(rows) for name, rows in survey_rows(tables).items()})
    with tempfile.TemporaryDirectory(prefix="survey-") as folder:
        path = Path(folder) / FILE
        path.write_bytes(file)
        reading = read_survey_apart([FileToRead(path=path, name=FILE)])
    assert reading.tables is not None
    fitted = fit_survey(reading.tables)
    head = json.dumps({"reading": reading.as_json(), "estimates": fitted.estimates.as_json()}).encode()
    parts = (head, file, tables_to_bytes(reading.tables), fitted.resamples.to_bytes())
    return LENGTHS.pack(*map(len, parts)) + b"".join(parts)


def keep_example(job: Job, payload: bytes) -> None:
    """Lay the survey down as if somebody had uploaded it, looked at it and taken it over."""
    scheme = Scheme.objects.beside(job).live().filter(pk=job.question["scheme"]).first()
    if scheme is None:
        return
    at = LENGTHS.size
    parts = []
    for length in LENGTHS.unpack_from(payload):
        parts.append(payload[at : at + length])
        at += length
    head, file, tables, resamples = parts
    told = json.loads(head)
    survey = _survey(scheme, job, file, Reading.from_json(told["reading"]), tables)
    estimates = _estimates(scheme, survey, job, told["estimates"], resamples)
    if job.question.get("to_train"):
        return
    take_over(
        estimate_set=estimates,
        seen_version=estimates.version,
        seen_number=current_set(scheme=scheme).number,
        remove_others=False,
        user=job.started_by,
    )
    _package(Scheme.objects.beside(scheme).get(pk=scheme.pk), job.started_by)


def _survey(scheme: Scheme, job: Job, file: bytes, reading: Reading, tables: bytes) -> Survey:
    blob = keep(organisation=scheme.organisation, content=[file])
    survey = Survey.objects.create(
        organisation=scheme.organisation,
        scheme=scheme,
        name="Example survey (made up)",
        sha256=blob.sha256,
        consent=Consent.ANONYMOUS,
        purpose="To show how a survey becomes a premium",
        delete_after=usual_last_day(),
        uploaded_by=job.started_by,
        mapping_checked=True,
    )
    SurveyFile.objects.create(
        organisation=scheme.organisation,
        survey=survey,
        position=0,
        name=FILE,
        sha256=blob.sha256,
        size=blob.size,
        blob=blob,
    )
    asked = reading_actions.asked_now(survey)
    Survey.objects.beside(survey).filter(pk=survey.pk).update(asked=asked)
    # The invented file tells of nobody: it stays as it is.
    reading_actions.keep_reading(
        survey_id=str(survey.pk), asked=asked, reading=reading, tables=tables, scrubbed={}
    )
    survey.refresh_from_db()
    return survey


def _estimates(
    scheme: Scheme, survey: Survey, job: Job, estimates: dict[str, Any], resamples: bytes
) -> EstimateSet:
    assert survey.tables is not None
    return EstimateSet.objects.create(
        organisation=scheme.organisation,
        scheme=scheme,
        survey=survey,
        number=next_number(scheme),
        source=Source.SURVEY,
        note=survey.name,
        survey_sha256=survey.sha256,
        tables_sha256=survey.tables.sha256,
        asked=job.content_hash,
        job=job,
        estimates=estimates,
        resamples=keep(organisation=scheme.organisation, content=[resamples]),
        fitted_at=survey.changed_at,
        told_on=survey.changed_at.date(),
        choices=first_choices(Estimates.from_json(estimates)),
        take_families=True,
        made_by=job.started_by,
    )


def _package(scheme: Scheme, user: User | None) -> None:
    assumptions = current_set(scheme=scheme)
    keys = set(assumptions.risks.values_list("key", flat=True))
    calculator.save_package(
        scheme=scheme,
        assumption_set=assumptions,
        chosen=Chosen(
            persons=scheme.persons,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=scheme.chance_of_bankruptcy,
            admin_rate=scheme.admin_rate,
            large_family_discount=scheme.large_family_discount,
            share_in_large=None,
            risk_basis=RiskBasis.JOINT,
            terms={key: terms for key, terms in TERMS.items() if key in keys},
        ),
        name="Hospital, injury and wages",
        note="Priced from the example survey",
        user=user,
    )
