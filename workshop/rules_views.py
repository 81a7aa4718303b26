"""The rules of a scheme: on one page to read, to print, and to change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.conflicts import conflict_page, merged
from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator.views import scheme_or_404
from schemes.downloads import download
from schemes.models import Scheme
from schemes.printing import render_pdf
from workshop import rules_forms
from workshop.board_views import choices_of
from workshop.choice_queries import standing_choice
from workshop.print_figures import PrintChoices
from workshop.rules_actions import rules_of, save_rules
from workshop.rules_forms import RulesForm
from workshop.rules_page import RulesPage
from workshop.rules_words import source_of


def _page(scheme: Scheme, choices: PrintChoices) -> RulesPage:
    return RulesPage(scheme=scheme, rules=rules_of(scheme), source=source_of(scheme), choices=choices)


@needs(Permission.READ)
@require_safe
def rules(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The sheet as members get it, in a chosen language, with what makes a rule too complex."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    page = _page(scheme, choices)
    context: dict[str, Any] = {
        "scheme": scheme,
        "stage": "choice",
        "chosen": standing_choice(scheme),
        "choices": choices,
        "page": page,
        "warned": [(line, found) for line in page.lines if (found := line.warnings)],
    }
    if page.rules is not None:
        with translation.override(choices.language):
            context["words"] = _page(scheme, choices).document()
    return render(request, "workshop/rules.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def rules_pdf(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    page = _page(scheme, choices)
    if page.rules is None:
        raise Http404
    with translation.override(choices.language):
        words = page.document()
    record_reading(what=What.EXPORTED, subject=page.rules, scheme=scheme, after={"file": "rules.pdf"})
    content = render_pdf("rules", words, made_at=timezone.now())
    return download(content, called=f"{scheme.name} rules {choices.language}", ending=".pdf")


@needs(Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def rules_edit(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Write the sheet; nothing typed is lost when somebody else saved first."""
    scheme = scheme_or_404(request, scheme_id)
    page = _page(scheme, PrintChoices())
    lines = page.from_terms()
    if request.method != "POST":
        form = RulesForm(lines=lines, initial=rules_forms.initial_of(page.rules, lines))
        return _form_page(request, scheme, page, form)
    theirs = rules_forms.texts_of_rules(page.rules, lines) if page.rules else {}
    chosen = merged(request.POST, parts=rules_forms.parts(lines), theirs=theirs)
    form = RulesForm(chosen, lines=lines)
    if not form.is_valid():
        return _form_page(request, scheme, page, form)
    try:
        save_rules(scheme=scheme, seen_version=form.cleaned_data["version"], values=form.values())
    except StaleEdit:
        return _conflict(request, scheme, form)
    messages.success(request, _("The rules are saved. Read them below as members will."))
    return redirect("workshop:rules", scheme.pk)


def _form_page(request: SiteRequest, scheme: Scheme, page: RulesPage, form: RulesForm) -> HttpResponse:
    context = {
        "scheme": scheme,
        "stage": "choice",
        "chosen": standing_choice(scheme),
        "page": page,
        "form": form,
        "claims": [(form[rules_forms.RULE + line.key], line) for line in page.lines],
    }
    return render(request, "workshop/rules_edit.html", context, status=422 if form.errors else 200)


def _conflict(request: SiteRequest, scheme: Scheme, form: RulesForm) -> HttpResponse:
    theirs = rules_of(scheme)
    assert theirs is not None
    return conflict_page(
        request,
        row=theirs,
        name=_("Rules of %(scheme)s") % {"scheme": scheme.name},
        version=theirs.version,
        action=reverse("workshop:rules_edit", args=[scheme.pk]),
        leave=reverse("workshop:rules", args=[scheme.pk]),
        compared=rules_forms.compared(
            mine=form.values(), theirs=theirs, started=form.cleaned_data["started"], lines=form.lines
        ),
        context={"scheme": scheme, "stage": "choice"},
    )
