"""What a choice brings on paper: the resolution, the frozen member sheet, a public page of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import limited
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator import publish_actions
from calculator.publish_views import end_of
from calculator.review_actions import Damaged
from calculator.review_forms import PublishForm
from schemes.downloads import download
from schemes.printing import render_pdf
from workshop.board_views import choices_of
from workshop.choice_page import period_words
from workshop.choice_queries import PUBLIC_CHOICE
from workshop.choice_rows import ChosenPackage
from workshop.choice_sheets import frozen_languages, frozen_pdf, frozen_sheet
from workshop.choice_views import choice_or_404, damaged
from workshop.print_figures import PrintChoices
from workshop.resolution import SIGNATURES, lines_chosen, resolution
from workshop.rules_actions import rules_of
from workshop.rules_page import RulesPage
from workshop.rules_words import source_of_choice


def _context(choice: ChosenPackage, choices: PrintChoices) -> dict[str, Any]:
    return {
        "scheme": choice.scheme,
        "stage": "choice",
        "choice": choice,
        "period": period_words(choice),
        "choices": choices,
    }


def _resolution(choice: ChosenPackage, choices: PrintChoices, lines: int) -> dict[str, Any]:
    rules = RulesPage(
        scheme=choice.scheme, rules=rules_of(choice.scheme), source=source_of_choice(choice), choices=choices
    )
    sheet = frozen_sheet(choice, choices)
    with translation.override(choices.language):
        return resolution(choice=choice, sheet=sheet, rules=rules, choices=choices, lines=lines)


def _record(choice: ChosenPackage, file: str) -> None:
    record_reading(
        what=What.EXPORTED,
        subject=choice,
        scheme=choice.scheme_id,
        package=choice.package_id,
        after={"file": file},
    )


@needs(Permission.READ)
@require_safe
def resolution_page(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """What the members sign, to read and to print; `?lines=` says how many may sign."""
    choice = choice_or_404(request, choice_id)
    choices, lines = choices_of(request), lines_chosen(request.GET.get("lines", ""))
    try:
        words = _resolution(choice, choices, lines)
    except Damaged as refused:
        return damaged(request, choice, refused)
    context = _context(choice, choices) | {
        "words": words,
        "lines": lines,
        "all_lines": SIGNATURES,
        "rules": rules_of(choice.scheme),
    }
    return render(request, "workshop/resolution.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def resolution_pdf(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    choice = choice_or_404(request, choice_id)
    choices, lines = choices_of(request), lines_chosen(request.GET.get("lines", ""))
    try:
        words = _resolution(choice, choices, lines)
    except Damaged as refused:
        return damaged(request, choice, refused)
    _record(choice, "resolution.pdf")
    content = render_pdf("resolution", words, made_at=timezone.now())
    return download(content, called=f"{choice.name} resolution {choices.language}", ending=".pdf")


@needs(Permission.READ)
@require_safe
def choice_sheet(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """The member sheet as it was frozen."""
    choice = choice_or_404(request, choice_id)
    choices = choices_of(request)
    try:
        sheet = frozen_sheet(choice, choices)
        context = _context(choice, choices) | {"sheet": sheet, "words": sheet.words}
    except Damaged as refused:
        return damaged(request, choice, refused)
    return render(request, "workshop/choice_sheet.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def choice_sheet_pdf(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """The very file that was printed first."""
    choice = choice_or_404(request, choice_id)
    choices = choices_of(request)
    try:
        content = frozen_pdf(frozen_sheet(choice, choices))
    except Damaged as refused:
        return damaged(request, choice, refused)
    _record(choice, "member sheet.pdf")
    return download(content, called=f"{choice.name} member sheet {choices.language}", ending=".pdf")


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def publish_choice(request: SiteRequest, choice_id: UUID) -> HttpResponse:
    """Open the frozen member sheet, with its days of cover, to everybody who has the link."""
    choice = choice_or_404(request, choice_id)
    choices = choices_of(request)
    form = PublishForm(request.POST if request.method == "POST" else None)
    try:
        words = frozen_sheet(choice, choices).words
    except Damaged as refused:
        return damaged(request, choice, refused)
    if request.method == "POST" and form.is_valid():
        content = _public(choice, words)
        try:
            opened = once(
                request,
                lambda: _opened(request, choice, content, language=choices.language, form=form),
            )
        except ActionRefused as refused:
            form.add_error("last_day", str(refused))
        else:
            return redirect(opened.answer)
    context = _context(choice, choices) | {"form": form, "words": words}
    return render(request, "workshop/publish_choice.html", context, status=422 if form.errors else 200)


def _public(choice: ChosenPackage, words: dict[str, Any]) -> dict[str, Any]:
    return words | {"owner": str(choice.scheme.organisation)}


def _opened(
    request: SiteRequest,
    choice: ChosenPackage,
    content: dict[str, Any],
    *,
    language: str,
    form: PublishForm,
) -> str:
    publish_actions.publish(
        scheme=choice.scheme,
        user=request.user,
        kind=PUBLIC_CHOICE,
        name=_("Chosen package: %(name)s, %(period)s")
        % {"name": choice.name[:90], "period": period_words(choice)},
        content=content,
        language=language,
        expires_at=end_of(form.cleaned_data["last_day"]),
        package=choice.package,
        translations=publish_actions.in_every_language(
            lambda other: _public(choice, frozen_sheet(choice, PrintChoices(language=other)).words),
            of=frozen_languages(choice),
        ),
    )
    messages.success(request, _("The page is open. Its link stands below."))
    return reverse("calculator:public_links", args=[choice.scheme_id])
