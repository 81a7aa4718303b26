"""Votes: tapped on a phone, counted from hands, sent many at once; the tally, live and to take away."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import conflict_page, merged, texts_of
from accounts.limits import limited
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from accounts.trail import What, record_reading
from schemes.downloads import download
from schemes.exports import csv_text
from schemes.printing import render_pdf
from workshop import session_queries, vote_actions
from workshop.board_views import choices_of
from workshop.session_forms import CountsForm, compared, initial_counts
from workshop.session_prints import tally_sheets
from workshop.session_views import group_or_404, session_or_404
from workshop.sessions import SessionGroup, SessionPackage
from workshop.tally_page import POLL_SECONDS, TallyPage, next_pause, voted_words
from workshop.vote_actions import Outcome, State
from workshop.vote_forms import ballot_of, ballots_of
from workshop.votes import Round, Tally

REFUSED = 422
WALL = "wall"


def round_or_404(name: str) -> Round:
    try:
        return Round(name)
    except ValueError:
        raise Http404 from None


# ---- one tap, one vote -------------------------------------------------------------------------------------
@needs(Permission.WORKSHOP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def votes(request: SiteRequest, group_id: UUID, round_name: str) -> HttpResponse:
    """The packages as large buttons. `do` is `vote` (the usual), `undo` one vote, or `clear` all of them."""
    group, round_ = group_or_404(request, group_id), round_or_404(round_name)
    if request.method != "POST":
        return render(request, "workshop/votes.html", _taps(group, round_))
    said = _done(request, group, round_)
    if request.htmx:
        return render(request, "workshop/_taps.html", _taps(group, round_) | {"said": said})
    if said:
        messages.warning(request, said)
    return redirect(reverse("workshop:votes", args=[group.pk, round_]) + "#taps")


def _done(request: SiteRequest, group: SessionGroup, round_: Round) -> str:
    """Do what was tapped; words for whoever tapped where there is something to say."""
    do = request.POST.get("do", "vote")
    try:
        if do == "clear":
            vote_actions.clear_votes(group=group, round_=round_)
            return ""
        if do == "undo":
            vote_actions.undo_vote(session=group.session, client_id=UUID(request.POST.get("vote", "")))
            return ""
        ballot = ballot_of(request.POST, group=group, round_=round_)
    except ValueError:
        return _("Nothing was taken back.")
    except ActionRefused as refused:
        return str(refused)
    return _said_of(vote_actions.cast(session=group.session, ballots=[ballot])[0])


def _said_of(outcome: Outcome) -> str:
    said = {
        State.COUNTED: "",
        State.KNOWN: _("This vote had arrived already and counts once. For the next person, tap again."),
        State.TAKEN_BACK: _("This vote was taken back. For the next person, tap again."),
        State.REFUSED: outcome.why,
    }
    return said[outcome.state]


def _taps(group: SessionGroup, round_: Round) -> dict[str, Any]:
    tallies = session_queries.tallies_of_session(group.session)
    tally, found = tallies.rows.get((round_, group.pk)), tallies.of(group, round_)
    last = session_queries.last_vote(tally=tally)
    page = TallyPage(tallies)
    return {
        "scheme": group.session.scheme,
        "stage": "board",
        "session": group.session,
        "group": group,
        "round": round_,
        "tally": tally,
        "found": found,
        "counter": voted_words(found, page.say),
        "packages": [
            {
                **one,
                "first": page.say.whole(found.first.get(one["number"], 0)),
                "second": page.say.whole(found.second.get(one["number"], 0)),
            }
            for one in page.packages
        ],
        "last": last,
        "next_vote": uuid4(),
        "others": [other for other in tallies.groups if other.pk != group.pk],
        "rounds": list(Round),
    }


# ---- hands and reasons -------------------------------------------------------------------------------------
@needs(Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: SiteRequest, group_id: UUID, round_name: str) -> HttpResponse:
    """A table of counted hands, and why people chose so."""
    group, round_ = group_or_404(request, group_id), round_or_404(round_name)
    tally = session_queries.tally_row(group=group, round_=round_)
    packages = list(SessionPackage.objects.beside(group).filter(session=group.session_id))
    saved = CountsForm(initial=initial_counts(tally), packages=packages)
    form = saved
    if request.method == "POST":
        chosen = merged(request.POST, parts=saved.parts, theirs=texts_of(saved))
        form = CountsForm(chosen, initial=saved.initial, packages=packages)
        if form.is_valid():
            try:
                _count(group, round_, form)
            except StaleEdit as stale:
                return _conflict(request, group, form, stale)
            except ActionRefused as refused:
                form.add_error(getattr(refused, "field", "") or None, str(refused))
            else:
                messages.success(request, _("Saved."))
                return redirect(reverse("workshop:session", args=[group.session_id]) + "#groups")
    context = _taps(group, round_) | {"form": form}
    return render(request, "workshop/counts.html", context, status=REFUSED if form.errors else 200)


def _count(group: SessionGroup, round_: Round, form: CountsForm) -> Tally:
    return vote_actions.save_counts(
        group=group, round_=round_, seen_version=form.cleaned_data["version"] or 0, counted=form.counted
    )


def _conflict(request: SiteRequest, group: SessionGroup, form: CountsForm, stale: StaleEdit) -> HttpResponse:
    theirs = stale.theirs
    assert isinstance(theirs, Tally)
    saved = CountsForm(initial=initial_counts(theirs), packages=form.packages)
    return conflict_page(
        request,
        row=theirs,
        name=str(theirs),
        version=theirs.version,
        action=request.path,
        leave=reverse("workshop:session", args=[group.session_id]),
        compared=compared(mine=form, theirs=saved, parts=saved.parts),
        context={"scheme": group.session.scheme, "stage": "board"},
    )


# ---- many at once ------------------------------------------------------------------------------------------
@needs(Permission.WORKSHOP)
@require_POST
def batch(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """Votes that a phone has kept, as JSON (see `vote_forms.ballots_of`): each is answered by its id.

    Sending the same ones again changes nothing, so a phone sends until it is answered.
    """
    session = session_or_404(request, workshop_id)
    try:
        ballots = ballots_of(request.body if request.content_type == "application/json" else b"")
    except ActionRefused as refused:
        return JsonResponse({"problem": str(refused)}, status=REFUSED)
    outcomes = vote_actions.cast(session=session, ballots=ballots)
    answers = [{"id": str(one.client_id), "state": one.state, "why": one.why} for one in outcomes]
    return JsonResponse({"votes": answers})


# ---- the tally ---------------------------------------------------------------------------------------------
@needs(Permission.READ)
@never_cache
@require_safe
def tally(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """What was chosen, following by itself; `?show=wall` leaves everything else away, in large type."""
    session = session_or_404(request, workshop_id)
    context = {
        "scheme": session.scheme,
        "stage": "board",
        "session": session,
        "page": TallyPage(session_queries.tallies_of_session(session)),
        "pause": POLL_SECONDS[0],
        "on_wall": request.GET.get("show") == WALL,
    }
    if context["on_wall"]:
        request.display = "projector"
    return render(request, "workshop/session_tally.html", context)


@needs(Permission.READ)
@never_cache
@require_safe
def tally_live(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """The next asking, and the tally where it changed since `?seen=`; else longer `?pause=`s."""
    session = session_or_404(request, workshop_id)
    changed = request.GET.get("seen") != str(session.activity)
    pause = request.GET.get("pause", "")
    known = int(pause) if pause in {str(each) for each in POLL_SECONDS} else POLL_SECONDS[0]
    context: dict[str, Any] = {
        "session": session,
        "changed": changed,
        "pause": POLL_SECONDS[0] if changed else next_pause(known),
    }
    if changed:
        context["page"] = TallyPage(session_queries.tallies_of_session(session))
    return render(request, "workshop/_tally_next.html", context)


@needs(Permission.READ)
@limited("export")
@require_safe
def tally_csv(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """The sums as a spreadsheet: groups and numbers, nobody's single vote."""
    session = session_or_404(request, workshop_id)
    text = csv_text(TallyPage(session_queries.tallies_of_session(session)).csv_rows)
    _record_export(session, "tally.csv")
    return download(text, called=str(session), ending="-tally.csv")


@needs(Permission.WORKSHOP)
@limited("export")
@require_safe
def tally_pdf(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """Tally sheets on A4 with this session's packages, place and day on them."""
    session = session_or_404(request, workshop_id)
    choices = choices_of(request)
    with translation.override(choices.language):
        data = tally_sheets(session, choices=choices)
    _record_export(session, "tally sheets.pdf")
    content = render_pdf("board_tally", data, made_at=timezone.now())
    return download(content, called=str(session), ending=f"-tally-sheets-{choices.language}.pdf")


def _record_export(session: Any, file: str) -> None:
    record_reading(what=What.EXPORTED, subject=session, scheme=session.scheme_id, after={"file": file})
