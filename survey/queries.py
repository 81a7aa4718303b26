"""Reads of surveys, always within one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Organisation
from schemes.models import Scheme
from survey.estimate_sets import Adoption, EstimateSet
from survey.models import Survey, SurveyFile
from survey.problem_rows import Severity, SurveyCorrection, SurveyProblem


def surveys_of(*, scheme: Scheme) -> QuerySet[Survey]:
    surveys = Survey.objects.beside(scheme).filter(scheme=scheme)
    return surveys.select_related("reading_job", "uploaded_by")


def find_survey(*, organisation: Organisation | None, survey_id: UUID) -> Survey:
    surveys = Survey.objects.of(organisation).select_related(
        "scheme__organisation", "organisation", "reading_job", "tables", "uploaded_by", "forgotten_by"
    )
    return surveys.get(pk=survey_id, scheme__deleted_at__isnull=True)


def find_file(*, survey: Survey, file_id: UUID) -> SurveyFile:
    return SurveyFile.objects.beside(survey).select_related("blob").get(survey=survey, pk=file_id)


def problems_of(
    *, survey: Survey, severity: str = "", code: str = "", sheet: str = ""
) -> QuerySet[SurveyProblem]:
    """In the order of the files; `sheet` is "file|sheet"."""
    found = SurveyProblem.objects.beside(survey).filter(survey=survey).order_by("number")
    if severity in Severity.values:
        found = found.filter(severity=severity)
    if code:
        found = found.filter(code=code)
    if sheet:
        file, _bar, name = sheet.partition("|")
        found = found.filter(file=file, sheet=name)
    return found


def standing_corrections(*, survey: Survey) -> QuerySet[SurveyCorrection]:
    return SurveyCorrection.objects.beside(survey).filter(survey=survey).standing().select_related("made_by")


def estimates_of(*, scheme: Scheme) -> QuerySet[EstimateSet]:
    """Newest first, without the estimates themselves."""
    sets = EstimateSet.objects.beside(scheme).filter(scheme=scheme).select_related("survey", "job", "made_by")
    return sets.defer("estimates").annotate(
        adopted=Count("adoptions", distinct=True), is_ready=Q(estimates__isnull=False)
    )


def find_estimates(*, organisation: Organisation | None, estimates_id: UUID) -> EstimateSet:
    sets = EstimateSet.objects.of(organisation).select_related(
        "scheme__organisation", "organisation", "survey", "job", "resamples"
    )
    return sets.get(pk=estimates_id, scheme__deleted_at__isnull=True)


def adoption_of(*, assumption_set_ids: Sequence[UUID], beside: Scheme) -> dict[UUID, Adoption]:
    """Which estimates these versions of the assumptions were made of; those typed by hand are not there."""
    found = Adoption.objects.beside(beside).filter(assumption_set__in=assumption_set_ids)
    return {
        one.assumption_set_id: one
        for one in found.select_related("estimate_set__survey", "estimate_set__resamples").defer(
            "estimate_set__estimates"
        )
    }
