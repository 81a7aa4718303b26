"""The list of questions, a question's page, and keeping an answer as a comment on the package."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from calculator.comment_actions import write_comment
from calculator.package_views import package_or_404
from simulation.engine.refusal import Refused
from whatif.answers import Answer
from whatif.forms import WhatIfForm
from whatif.questions import BY_SLUG, QUESTIONS, Question
from whatif.setting import Setting


def _question_or_404(slug: str) -> Question:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _answered(question: Question, setting: Setting, query: QueryDict) -> tuple[WhatIfForm, Answer | None]:
    """The form with what was typed, and its answer unless something cannot be."""
    form = question.form(query, setting=setting)
    if not form.is_valid():
        return form, None
    try:
        return form, question.answer(setting, form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.problem)
        return form, None


@needs(Permission.READ)
@require_safe
def index(request: SiteRequest, package_id: UUID) -> HttpResponse:
    package = package_or_404(request, package_id)
    context = {"scheme": package.scheme, "stage": "packages", "package": package, "questions": QUESTIONS}
    return render(request, "whatif/index.html", context)


@needs(Permission.READ)
@require_safe
def question(request: SiteRequest, package_id: UUID, slug: str) -> HttpResponse:
    """One question; the address holds the numbers, so that it can be sent to somebody else."""
    asked = _question_or_404(slug)
    setting = Setting(package_or_404(request, package_id))
    form, answer = _answered(asked, setting, request.GET)
    context: dict[str, Any] = {
        "scheme": setting.scheme,
        "stage": "packages",
        "package": setting.package,
        "question": asked,
        "questions": QUESTIONS,
        "form": form,
        "answer": answer,
        "query": request.GET.urlencode(),
    }
    # htmx shows nothing of an answer that is an error; the form itself says what is wrong
    refused = bool(form.errors) and not request.htmx
    return render(request, "whatif/question.html", context, status=422 if refused else 200)


@needs(Permission.COMMENT)
@require_POST
def keep(request: SiteRequest, package_id: UUID, slug: str) -> HttpResponse:
    """Keep the answer as a comment on the package, with the address that gives it again."""
    asked = _question_or_404(slug)
    package = package_or_404(request, package_id)
    query = QueryDict(request.POST.get("query", ""))
    _form, answer = _answered(asked, Setting(package), query)
    here = reverse("whatif:question", args=[package.pk, slug])
    address = f"{here}?{query.urlencode()}" if query else here
    if answer is None:
        return HttpResponseRedirect(address)
    words = f"{asked.name}: {answer.sentence}\n{request.build_absolute_uri(address)}"
    once(request, lambda: str(write_comment(package=package, user=request.user, text=words).pk))
    messages.success(request, _("Kept as a comment on the package."))
    return HttpResponseRedirect(address)
