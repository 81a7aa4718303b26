"""How the server is, for an organisation's administrators: their own work, who works, the last backup."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import limited
from accounts.models import Organisation
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record
from calculator.models import Package
from calculator.survey_error_job import SURVEY_ERROR
from calculator.workbook_files import TABLES
from cbhi_site import server_state
from cbhi_site.survey_example import SURVEY_EXAMPLE
from experience.year_work import YEAR_LAWS
from jobs import actions as jobs
from jobs.models import Job, Status
from simulation.kinds import SIMULATION
from survey.estimate_actions import FITTING
from survey.models import Survey
from survey.reading_actions import READING
from workshop.kinds import MENUS

MOST_SHOWN = 50
KINDS: dict[str, Promise] = {
    SIMULATION: gettext_lazy("Simulation"),
    READING: gettext_lazy("Reading a survey's files"),
    FITTING: gettext_lazy("Estimating from a survey"),
    SURVEY_ERROR: gettext_lazy("What the survey's doubt means for a premium"),
    SURVEY_EXAMPLE: gettext_lazy("Making the survey example"),
    TABLES: gettext_lazy("Tables of a workbook"),
    MENUS: gettext_lazy("Pricing the terms to choose from"),
    YEAR_LAWS: gettext_lazy("What claims of a year may come to"),
}


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A job that needs somebody, in words, and where to read more."""

    job: Job
    what: str
    about: str
    url: str


@needs(Permission.ADMIN)
@never_cache
@require_safe
def status(request: SiteRequest) -> HttpResponse:
    queue, workers = server_state.queue_of(request.organisation), server_state.workers()
    backup = server_state.last_backup()
    context = {
        "queue": queue,
        "workers": workers,
        "backup": backup,
        "backup_is_old": server_state.is_old(backup),
        "is_server": settings.PRODUCTION,
        "failed": failed_of(request.organisation),
    }
    return render(request, "cbhi_site/status.html", context)


@needs(Permission.ADMIN)
@limited("run")
@require_POST
def retry(request: SiteRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(Job.objects.of(request.organisation), pk=job_id)
    try:
        again = jobs.retry(job=job)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        # A reading or an estimate waits for its own job; another one that answers the same is as good.
        Package.objects.of(request.organisation).filter(simulation=job).update(simulation=again)
        record(what=What.RUN_RETRIED, organisation=again.organisation, label=words_for(job))
        messages.success(request, _("It is being tried again."))
    return redirect("status")


def words_for(job: Job) -> str:
    return str(KINDS.get(job.kind, _("Background work")))


def failed_of(organisation: Organisation | None) -> list[Failed]:
    """The newest first."""
    found = list(
        Job.objects.of(organisation)
        .filter(status=Status.NEEDS_ATTENTION)
        .order_by("-changed_at")[:MOST_SHOWN]
    )
    there = {"scheme__deleted_at": None}
    packages = {
        package.simulation_id: package
        for package in Package.objects.of(organisation)
        .filter(simulation__in=found, deleted_at=None, **there)
        .select_related("scheme")
    }
    asked = {job.question.get("survey") for job in found} - {None}
    surveys = {
        str(survey.pk): survey
        for survey in Survey.objects.of(organisation).filter(pk__in=asked, **there).select_related("scheme")
    }
    return [_failed(job, packages.get(job.pk), surveys.get(str(job.question.get("survey")))) for job in found]


def _failed(job: Job, package: Package | None, survey: Survey | None) -> Failed:
    about = package or survey
    if package is not None:
        url = reverse("calculator:run", args=[package.pk])
    else:
        url = "" if survey is None else reverse("survey:survey", args=[survey.pk])
    said = "" if about is None else f"{about.name}, {about.scheme.name}"
    return Failed(job=job, what=words_for(job), about=said, url=url)
