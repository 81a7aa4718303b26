"""Sessions of a scheme: the list, a session with its groups, the edit forms, putting away and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import conflict_page, merged, parts_of, texts_of
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator.packages import Line, lines_of
from calculator.queries import packages_of
from calculator.views import scheme_or_404
from schemes.fields import show_refusal
from schemes.models import Scheme
from workshop import queries, session_actions, session_queries
from workshop.board_views import choices_of
from workshop.session_forms import GroupForm, NewSessionForm, SessionForm, compared
from workshop.sessions import FEWEST_PACKAGES, SessionGroup, WorkshopSession
from workshop.tallies import GroupTally
from workshop.tally_page import TallyPage, so_far
from workshop.votes import Round

REFUSED = 422


def session_or_404(request: SiteRequest, workshop_id: UUID, *, deleted: bool = False) -> WorkshopSession:
    try:
        return session_queries.find_session(
            organisation=request.organisation, session_id=workshop_id, deleted=deleted
        )
    except ObjectDoesNotExist:
        raise Http404 from None


def group_or_404(request: SiteRequest, group_id: UUID, *, deleted: bool = False) -> SessionGroup:
    try:
        return session_queries.find_group(
            organisation=request.organisation, group_id=group_id, deleted=deleted
        )
    except ObjectDoesNotExist:
        raise Http404 from None


def listed_lines(scheme: Scheme) -> list[Line]:
    """The packages of the shortlist, in its order, with their prices."""
    order = [entry.package_id for entry in queries.shortlist_of(scheme=scheme)]
    saved = packages_of(scheme=scheme).filter(pk__in=order)
    lines = {line.package.pk: line for line in lines_of(list(saved), scheme=scheme)}
    return [lines[key] for key in order if key in lines]


@needs(Permission.READ)
@require_safe
def sessions(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    context = {
        "scheme": scheme,
        "stage": "board",
        "sessions": session_queries.sessions_with_counts(scheme=scheme),
        "deleted": session_queries.deleted_sessions_of(scheme=scheme),
        "can_begin": queries.shortlist_of(scheme=scheme).count() >= FEWEST_PACKAGES,
    }
    return render(request, "workshop/sessions.html", context)


@needs(Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def new_session(request: SiteRequest, scheme_id: UUID) -> HttpResponse:
    scheme = scheme_or_404(request, scheme_id)
    lines = listed_lines(scheme)
    first = {"place": scheme.place, "facilitator": request.user.called}
    form = NewSessionForm(request.POST if request.method == "POST" else None, initial=first, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            made = once(request, lambda: _made(scheme, form))
        except ActionRefused as refused:
            form.add_error("packages", str(refused))
        else:
            return redirect("workshop:session", made.answer)
    context = {"scheme": scheme, "stage": "board", "form": form, "lines": lines, "fewest": FEWEST_PACKAGES}
    return render(request, "workshop/session_form.html", context, status=REFUSED if form.errors else 200)


def _made(scheme: Scheme, form: NewSessionForm) -> str:
    made = session_actions.create_session(
        scheme=scheme, values=form.values(), lines=form.cleaned_data["packages"]
    )
    return str(made.pk)


@needs(Permission.READ, to_change=Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """One session: its board, its groups with where each stands; posting adds a group."""
    found = session_or_404(request, workshop_id)
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: _added(found, form))
        except ValidationError as refused:
            show_refusal(form, refused)
        else:
            return redirect(reverse("workshop:session", args=[found.pk]) + "#groups")
    context = _session_context(found) | {"form": form, "languages": choices_of(request).languages}
    return render(request, "workshop/session.html", context, status=REFUSED if form.errors else 200)


def _added(session_: WorkshopSession, form: GroupForm) -> str:
    return str(session_actions.add_group(session=session_, values=form.values()).pk)


def _session_context(session_: WorkshopSession) -> dict[str, Any]:
    tallies = session_queries.tallies_of_session(session_)
    page = TallyPage(tallies)
    groups = [
        {
            "group": group,
            "rounds": [_cell(each, tallies.by_group.get((each, group.pk)), page) for each in Round],
        }
        for group in tallies.groups
    ]
    deleted = SessionGroup.objects.beside(session_).filter(session=session_).deleted_lately()
    return {
        "scheme": session_.scheme,
        "stage": "board",
        "session": session_,
        "page": page,
        "groups": groups,
        "rounds": list(Round),
        "deleted_groups": deleted,
    }


def _cell(round_: Round, tally: GroupTally | None, page: TallyPage) -> dict[str, Any]:
    """Where one group stands in one round."""
    if tally is None:
        return {"round": round_, "words": "", "is_done": False}
    return {"round": round_, "words": so_far(tally, page.say), "is_done": not tally.not_voted}


@needs(Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    found = session_or_404(request, workshop_id)
    saved = _saved_form(found)
    form = saved
    if request.method == "POST":
        chosen = merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved))
        form = SessionForm(chosen, initial=saved.initial)
        if form.is_valid():
            try:
                session_actions.change_session(
                    session=found, seen_version=form.cleaned_data["version"] or 0, values=form.values()
                )
            except StaleEdit:
                return _session_conflict(request, session_or_404(request, workshop_id), form)
            except ValidationError as refused:
                show_refusal(form, refused)
            else:
                return redirect("workshop:session", found.pk)
    context = {"scheme": found.scheme, "stage": "board", "session": found, "form": form}
    return render(request, "workshop/session_form.html", context, status=REFUSED if form.errors else 200)


def _saved_form(session_: WorkshopSession) -> SessionForm:
    names = ("held_on", "place", "facilitator", "notes", "version")
    return SessionForm(initial={name: getattr(session_, name) for name in names})


def _session_conflict(request: SiteRequest, theirs: WorkshopSession, form: SessionForm) -> HttpResponse:
    return conflict_page(
        request,
        row=theirs,
        name=str(theirs),
        version=theirs.version,
        action=reverse("workshop:session_edit", args=[theirs.pk]),
        leave=reverse("workshop:session", args=[theirs.pk]),
        compared=compared(mine=form, theirs=_saved_form(theirs)),
        context={"scheme": theirs.scheme, "stage": "board"},
    )


@needs(Permission.WORKSHOP)
@require_POST
def put_away_session(request: SiteRequest, workshop_id: UUID) -> HttpResponse:
    """Delete a session, or with `back` bring a deleted one back."""
    back = "back" in request.POST
    found = session_or_404(request, workshop_id, deleted=back)
    if back:
        session_actions.restore_session(session=found)
        return redirect("workshop:session", found.pk)
    session_actions.delete_session(session=found)
    messages.success(request, _("The session is deleted. It can be brought back for 30 days, below."))
    return redirect("workshop:sessions", found.scheme_id)


# ---- groups ------------------------------------------------------------------------------------------------
@needs(Permission.WORKSHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_group(request: SiteRequest, group_id: UUID) -> HttpResponse:
    group = group_or_404(request, group_id)
    saved = _saved_group_form(group)
    form = saved
    if request.method == "POST":
        chosen = merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved))
        form = GroupForm(chosen, initial=saved.initial)
        if form.is_valid():
            try:
                _change_group(group, form)
            except StaleEdit:
                return _group_conflict(request, group_or_404(request, group_id), form)
            except ValidationError as refused:
                show_refusal(form, refused)
            except ActionRefused as refused:
                form.add_error("people", str(refused))
            else:
                return redirect("workshop:session", group.session_id)
    context = {
        "scheme": group.session.scheme,
        "stage": "board",
        "session": group.session,
        "group": group,
        "form": form,
    }
    return render(request, "workshop/session_group.html", context, status=REFUSED if form.errors else 200)


def _change_group(group: SessionGroup, form: GroupForm) -> None:
    session_actions.change_group(
        group=group, seen_version=form.cleaned_data["version"] or 0, values=form.values()
    )


def _saved_group_form(group: SessionGroup) -> GroupForm:
    names = ("name", "kind", "people", "version")
    return GroupForm(initial={name: getattr(group, name) for name in names})


def _group_conflict(request: SiteRequest, theirs: SessionGroup, form: GroupForm) -> HttpResponse:
    return conflict_page(
        request,
        row=theirs,
        name=theirs.name,
        version=theirs.version,
        action=reverse("workshop:group", args=[theirs.pk]),
        leave=reverse("workshop:session", args=[theirs.session_id]),
        compared=compared(mine=form, theirs=_saved_group_form(theirs)),
        context={"scheme": theirs.session.scheme, "stage": "board"},
    )


@needs(Permission.WORKSHOP)
@require_POST
def put_away_group(request: SiteRequest, group_id: UUID) -> HttpResponse:
    """Delete a group with its votes, or with `back` bring both back."""
    back = "back" in request.POST
    group = group_or_404(request, group_id, deleted=back)
    try:
        if back:
            session_actions.restore_group(group=group)
        else:
            session_actions.delete_group(group=group)
            messages.success(
                request, _("%(name)s is deleted. It can be brought back below.") % {"name": group.name}
            )
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("workshop:session", args=[group.session_id]) + "#groups")
