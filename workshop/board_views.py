"""The CHAT board: on screen, for the projector, on paper, and open to everybody who has its link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from calculator import publish_actions
from calculator.package_views import package_or_404
from calculator.packages import line_of
from calculator.publish_views import end_of
from calculator.review_forms import PublishForm
from calculator.views import scheme_or_404
from schemes.downloads import download
from schemes.models import Scheme
from schemes.printing import render_pdf
from simulation.engine.refusal import Refused
from workshop import member_sheet as sheets
from workshop.board_prints import PRINTS, letter_heights, period_words
from workshop.board_queries import PUBLIC_BOARD, board_of
from workshop.boards import MOST_PACKAGES, Board
from workshop.cards import deck_of
from workshop.print_figures import SIZES, PrintChoices
from workshop.queries import shortlist_of
from workshop.wheel_page import budget_chosen, wheel_drawing, wheel_of, wheel_words

POSTER = "poster"


def choices_of(request: SiteRequest) -> PrintChoices:
    return PrintChoices.of(request.GET, language=translation.get_language() or "en")


def board_or_404(scheme: Scheme, choices: PrintChoices) -> Board:
    found = board_of(scheme, choices=choices)
    if found is None:
        raise Http404
    return found


def _context(scheme: Scheme, choices: PrintChoices) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "stage": "board",
        "choices": choices,
        "sizes": SIZES,
    }


@needs(Permission.READ)
@require_safe
def board(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The board in a chosen language; `?show=poster` leaves everything else away, for the wall."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    found = board_of(scheme, choices=choices)
    context = _context(scheme, choices) | {"most": MOST_PACKAGES}
    if found is not None:
        context["is_listed"] = shortlist_of(scheme=scheme).exists()
        with translation.override(choices.language):
            context["content"] = found.content
        context |= {"board": found, "heights": letter_heights(found), "deck": _deck_in_words(found)}
    if request.GET.get("show") == POSTER:
        request.display = POSTER
    return render(request, "workshop/board.html", context)


def _deck_in_words(found: Board) -> str:
    """What a card of the deck stands for; empty where there is nothing to draw."""
    try:
        return period_words(deck_of(found.events)) if found.events else ""
    except Refused:
        return ""


@needs(Permission.READ)
@require_safe
def wheel(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """The benefit wheel; `?budget=` is the number of the package whose price is shared out."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    found = board_of(scheme, choices=choices)
    context = _context(scheme, choices)
    if found is not None and found.keys:
        budget_of = budget_chosen(found)
        with translation.override(choices.language):
            words = wheel_words(found, wheel_of(found, budget_of=budget_of), budget_of=budget_of)
        context |= {"board": found, "words": words, "wheel": wheel_drawing(words), "budget_of": budget_of}
    return render(request, "workshop/wheel.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def board_pdf(request: SiteRequest, scheme_id: UUID, kind: str) -> HttpResponse:
    """One of the prints of a board: `board`, `wheel`, `cards`, `deck`, `tally`."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    if kind not in PRINTS:
        raise Http404
    template, make = PRINTS[kind]
    with translation.override(choices.language):
        data = make(board_or_404(scheme, choices))
    record_reading(what=What.EXPORTED, subject=scheme, scheme=scheme, after={"file": f"{kind}.pdf"})
    name = f"{scheme.name} {kind} {choices.size if kind in {'board', 'wheel'} else ''} {choices.language}"
    return download(render_pdf(template, data, made_at=timezone.now()), called=name, ending=".pdf")


@needs(Permission.READ)
@require_safe
def member_sheet(request: SiteRequest, package_id: UUID) -> HttpResponse:
    package = package_or_404(request, package_id)
    choices = choices_of(request)
    with translation.override(choices.language):
        words = sheets.member_sheet(sheets.board_of(line_of(package), choices))
    context = _context(package.scheme, choices) | {"package": package, "words": words}
    return render(request, "workshop/member_sheet.html", context)


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def member_sheet_pdf(request: SiteRequest, package_id: UUID) -> HttpResponse:
    package = package_or_404(request, package_id)
    choices = choices_of(request)
    with translation.override(choices.language):
        words = sheets.member_sheet(sheets.board_of(line_of(package), choices))
    record_reading(
        what=What.EXPORTED,
        subject=package,
        scheme=package.scheme_id,
        package=package,
        after={"file": "member sheet.pdf"},
    )
    content = render_pdf("member_sheet", words, made_at=timezone.now())
    return download(content, called=f"{package.name} member sheet {choices.language}", ending=".pdf")


def _public(scheme: Scheme, board: Board) -> dict[str, Any]:
    return board.content | {"scheme": scheme.name, "owner": str(scheme.organisation)}


@needs(Permission.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def publish_board(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    """Look at the board that strangers would see, then open it."""
    scheme = scheme_or_404(request, scheme_id)
    choices = choices_of(request)
    form = PublishForm(request.POST if request.method == "POST" else None)
    found = board_or_404(scheme, choices)
    with translation.override(choices.language):
        content = _public(scheme, found)

    def worded(language: str) -> dict[str, Any]:
        return _public(scheme, board_or_404(scheme, replace(choices, language=language, digits="latin")))

    if request.method == "POST" and form.is_valid():
        try:
            publish_actions.publish(
                scheme=scheme,
                user=request.user,
                kind=PUBLIC_BOARD,
                name=_("CHAT board: %(names)s") % {"names": ", ".join(one.name for one in found.shown)[:120]},
                content=content,
                language=choices.language,
                expires_at=end_of(form.cleaned_data["last_day"]),
                translations=publish_actions.in_every_language(worded),
            )
        except ActionRefused as refused:
            form.add_error("last_day", str(refused))
        else:
            messages.success(request, _("The page is open. Its link stands below."))
            return redirect("calculator:public_links", scheme.pk)
    context = _context(scheme, choices) | {"form": form, "content": content, "board": found}
    return render(request, "workshop/publish_board.html", context, status=422 if form.errors else 200)
