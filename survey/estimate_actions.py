"""Having a survey's tables estimated, and keeping what came out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.actions import save_if_unchanged
from accounts.models import User
from accounts.trail import What, record, snapshot
from jobs import actions as jobs
from jobs.models import Job, Status
from jobs.questions import content_hash
from jobs.refusals import JobAlreadyFinished
from schemes.models import Scheme
from survey.blobs import Blob, keep
from survey.estimate_sets import EstimateSet, Source
from survey.estimates import ESTIMATES_VERSION, BenefitEstimate, Estimates, SeverityEstimate
from survey.models import Survey
from survey.refusals import NotReadAgain, NotReadYet, RowsAreGone
from survey.upload_actions import is_ready

FITTING = "survey_fitting"
WIDE = 20.0
"""An average whose range spans more than this factor is no figure to price with."""


def next_number(scheme: Scheme) -> int:
    newest = EstimateSet.objects.beside(scheme).filter(scheme=scheme).aggregate(n=models.Max("number"))["n"]
    return (newest or 0) + 1


@transaction.atomic
def ask_for_estimates(*, survey: Survey, options: Mapping[str, Any], user: User | None) -> EstimateSet:
    """The estimates of a survey as it was read last, under these options: those there are, or new ones.

    `options` holds what differs from `survey.fit_options.FitOptions`' defaults.
    """
    if survey.is_forgotten:
        raise RowsAreGone
    if not is_ready(survey) or survey.tables is None:
        raise NotReadYet
    if survey.is_stale:
        raise NotReadAgain
    question = {
        "survey": str(survey.pk),
        "tables": survey.tables.sha256,
        "options": dict(options),
        "version": ESTIMATES_VERSION,
    }
    asked = content_hash(FITTING, question)
    Scheme.objects.beside(survey).select_for_update(no_key=True).only("pk").get(pk=survey.scheme_id)
    found = EstimateSet.objects.beside(survey).filter(survey=survey, asked=asked).first()
    job = jobs.submit(organisation=survey.organisation, kind=FITTING, question=question, user=user)
    if found is not None and found.estimates is None and job.status == Status.DONE:
        # The job's answer is gone: ask anew.
        job.delete()
        job = jobs.submit(organisation=survey.organisation, kind=FITTING, question=question, user=user)
    if found is not None:
        EstimateSet.objects.beside(survey).filter(pk=found.pk).update(job=job)
        found.job = job
        return found
    made = EstimateSet.objects.create(
        organisation=survey.organisation,
        scheme=survey.scheme,
        survey=survey,
        number=next_number(survey.scheme),
        source=Source.SURVEY,
        note=survey.name,
        survey_sha256=survey.sha256,
        tables_sha256=survey.tables.sha256,
        options=dict(options),
        asked=asked,
        job=job,
        made_by=user,
    )
    record(
        what=What.SURVEY_ESTIMATED,
        subject=made,
        scheme=survey.scheme_id,
        after=snapshot(made),
        label=survey.name,
    )
    return made


@transaction.atomic
def stop_estimating(*, estimate_set: EstimateSet) -> None:
    """Raises `JobAlreadyFinished` when there is nothing to stop any more."""
    if estimate_set.job is None:
        raise JobAlreadyFinished
    jobs.cancel(job=estimate_set.job)
    record(
        what=What.SURVEY_CHANGED,
        subject=estimate_set,
        scheme=estimate_set.scheme_id,
        label=estimate_set.note,
        after={"estimates": "stopped"},
    )


def keep_estimates(*, job: Job, estimates: dict[str, Any], resamples: bytes) -> None:
    """In the transaction that ends the job; for every set that asked this question."""
    waiting = EstimateSet.objects.across_organisations(reason="a worker keeps what it was asked for")
    for one in waiting.filter(job=job).select_related("organisation"):
        before = one.resamples_id
        one.estimates = estimates
        one.resamples = keep(organisation=one.organisation, content=[resamples])
        one.fitted_at = timezone.now()
        one.choices = one.choices or first_choices(Estimates.from_json(estimates))
        one.save(
            update_fields=["estimates", "resamples", "fitted_at", "choices", "changed_at"],
        )
        if before:
            Blob.objects.beside(one).filter(pk=before).delete()


def first_choices(found: Estimates) -> dict[str, Any]:
    """Before a person decides: each benefit that there is enough to go by, by its suggested law.

    One that is paid on the stays of another is ticked only where that one is.
    """
    choices: dict[str, Any] = {}
    for benefit in sorted(found.benefits, key=lambda one: bool(one.linked_to)):
        severity = found.severity(benefit.key)
        law = severity.suggested_law if severity else ""
        parent = choices.get(benefit.linked_to, {"use": not benefit.linked_to})
        use = bool(parent["use"]) and is_sure_enough(found, benefit)
        choices[benefit.key] = {"use": use, "law": law, "incidence": None, "mean": None}
    return choices


def is_sure_enough(found: Estimates, benefit: BenefitEstimate) -> bool:
    """Whether a benefit may be ticked before anybody looked: a law, events enough, an average that is one."""
    severity = found.severity(benefit.key)
    incidence = found.incidence(benefit.source_kind)
    if severity is None or not severity.suggested_law or incidence is None:
        return False
    few = {"no_event", "few_events", "few_stays"}
    link = found.link(benefit.key)
    reasons = (*incidence.reasons, *(link.reasons if link and benefit.linked_to else ()))
    return not few & {one.code for one in reasons} and not is_wide(severity)


def is_wide(severity: SeverityEstimate, law: str = "") -> bool:
    """Whether the law's average (the suggested law's where none is named) is hardly known at all."""
    fit = severity.fit(law or severity.suggested_law)
    mean = fit.mean if fit else None
    return mean is not None and mean.high > WIDE * max(mean.low, 0.0)


@transaction.atomic
def choose(
    *, estimate_set: EstimateSet, seen_version: int, key: str, choice: Mapping[str, Any]
) -> EstimateSet:
    """Another law, or a figure of one's own, for one benefit. Raises `StaleEdit`."""
    choices = {**estimate_set.choices, key: dict(choice)}
    return save_if_unchanged(row=estimate_set, seen_version=seen_version, changes={"choices": choices})


@transaction.atomic
def choose_for_all(
    *, estimate_set: EstimateSet, seen_version: int, changes: Mapping[str, Any]
) -> EstimateSet:
    """Which benefits are taken over, the cost trend, the family sizes. Raises `StaleEdit`."""
    return save_if_unchanged(row=estimate_set, seen_version=seen_version, changes=changes)
