"""Surveys of a scheme: take files in, watch them being read, give their rows up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import accepts_upload, limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from jobs.actions import ring_stalled
from schemes.downloads import stored_file
from schemes.models import Scheme
from schemes.queries import find_scheme
from survey import discard_actions, queries, reading_actions, upload_actions
from survey.forms import MOST_FILES, MOST_MEGABYTES, KeepForm, UploadForm, last_day
from survey.instrument_files import INSTRUMENTS
from survey.models import Survey
from survey.pages import SurveyPage, page_of
from survey.refusals import SameFiles

REFUSED = 422


def scheme_or_404(request: SiteRequest, scheme_id: UUID) -> Scheme:
    try:
        return find_scheme(organisation=request.organisation, scheme_id=scheme_id)
    except ObjectDoesNotExist:
        raise Http404 from None


def survey_or_404(request: SiteRequest, survey_id: UUID) -> Survey:
    try:
        return queries.find_survey(organisation=request.organisation, survey_id=survey_id)
    except ObjectDoesNotExist:
        raise Http404 from None


@needs(Permission.READ)
@require_safe
def surveys(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Every survey and every set of estimates of a scheme, and where to begin."""
    scheme = scheme_or_404(request, scheme_id)
    context = {
        "scheme": scheme,
        "stage": "survey",
        "pages": [SurveyPage(survey=survey) for survey in queries.surveys_of(scheme=scheme)],
        "estimates": queries.estimates_of(scheme=scheme),
        "instruments": INSTRUMENTS,
    }
    return render(request, "survey/surveys.html", context)


@needs(Permission.SURVEY)
@accepts_upload(megabytes=MOST_MEGABYTES)
@limited("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            taken = upload_actions.take_in(
                scheme=scheme, uploads=form.cleaned_data["uploads"], values=form.values(), user=request.user
            )
        except SameFiles as same:
            messages.info(request, str(same))
            return redirect("survey:survey", same.survey_id)
        except ActionRefused as refused:
            form.add_error("uploads", str(refused))
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect("survey:survey", taken.pk)
    context = {
        "scheme": scheme,
        "stage": "survey",
        "form": form,
        "most_files": MOST_FILES,
        "most_megabytes": MOST_MEGABYTES,
    }
    return render(request, "survey/upload.html", context, status=REFUSED if form.is_bound else 200)


@needs(Permission.READ)
@never_cache
@require_safe
def survey(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    found = survey_or_404(request, survey_id)
    ring_stalled()
    return render(request, "survey/survey.html", _context(found))


def _context(found: Survey) -> dict[str, object]:
    return {
        "scheme": found.scheme,
        "stage": "survey",
        "survey": found,
        "page": page_of(found),
        "files": found.files.all(),
    }


@needs(Permission.READ)
@never_cache
@require_safe
def progress(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """How far the reading is, for a page that asks again and again."""
    ring_stalled()
    found = survey_or_404(request, survey_id)
    live = page_of(found).live
    return HttpResponse(headers={"HX-Refresh": "true"}) if live is None else live.answer(request)


@needs(Permission.SURVEY)
@limited("run")
@require_POST
def read_again(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Read the files with the corrections as they stand now, or try again what stopped."""
    found = survey_or_404(request, survey_id)
    try:
        reading_actions.retry_reading(survey=found, user=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("survey:survey", found.pk)


@needs(Permission.SURVEY)
@require_POST
def stop(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Stop a reading that waits or goes on."""
    found = survey_or_404(request, survey_id)
    try:
        reading_actions.stop_reading(survey=found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("survey:survey", found.pk)


@needs(Permission.SURVEY)
@require_POST
def discard(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Take a refused upload off the list, bytes and all."""
    found = survey_or_404(request, survey_id)
    try:
        discard_actions.discard(survey=found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("survey:survey", found.pk)
    messages.success(request, _("“%(name)s” is removed, and its bytes are gone.") % {"name": found.name})
    return redirect("survey:surveys", found.scheme_id)


@needs(Permission.ADMIN)
@limited("export")
@require_safe
def download(request: SiteRequest, survey_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """The file as it is stored, never before it was looked through; who took it is written down."""
    found = survey_or_404(request, survey_id)
    try:
        file = queries.find_file(survey=found, file_id=file_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    if file.blob is None or not file.may_be_taken:
        raise Http404
    record_reading(
        what=What.EXPORTED, subject=found, scheme=found.scheme_id, label=f"{found.name}: {file.name}"
    )
    return stored_file(file.blob.read(), name=file.stored_name, size=file.blob.size)


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Delete the households' rows now; a page says first what goes and what stays."""
    found = survey_or_404(request, survey_id)
    if request.method != "POST":
        return render(request, "survey/forget.html", _context(found))
    try:
        upload_actions.forget(survey=found, user=request.user)
        messages.success(request, _("The households’ rows are deleted. The receipt is below."))
    except ActionRefused as refused:
        messages.info(request, str(refused))
    return redirect("survey:survey", found.pk)


@needs(Permission.ADMIN)
@require_POST
def keep_longer(request: SiteRequest, survey_id: UUID) -> HttpResponse:
    """Another last day, counted from today."""
    found = survey_or_404(request, survey_id)
    form = KeepForm(request.POST)
    try:
        if form.is_valid():
            upload_actions.keep_until(survey=found, day=last_day(form.cleaned_data["keep_months"]))
            messages.success(request, _("The last day is changed."))
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("survey:survey", found.pk)
