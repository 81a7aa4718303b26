"""Which pages of a scheme a phone keeps: what is needed in a village; never a survey, never people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from accounts.permissions import Permission, may
from accounts.requests import SiteRequest
from calculator import queries
from schemes.models import Scheme
from simulation.questions import content_hash
from workshop import session_queries
from workshop.sessions import SessionGroup, WorkshopSession
from workshop.votes import Round

MOST_PACKAGES = 8
MOST_GROUPS = 8
HELPS = ("calculator", "sessions", "votes", "packages", "board", "shortlist", "schemes", "offline", "help")
"""The topics that Help leads to from these pages."""


def pages_of(request: SiteRequest, scheme: Scheme) -> list[str]:
    """The addresses that are kept, the most needed first."""
    key = [scheme.pk]
    return [
        reverse("calculator:sheet", args=key),
        *_sessions(request, scheme),
        reverse("calculator:packages", args=key),
        reverse("workshop:board", args=key),
        *_packages(scheme),
        reverse("workshop:shortlist", args=key),
        reverse("schemes:detail", args=key),
        reverse("offline:kept", args=key),
        reverse("home"),
        reverse("help"),
        *(reverse("help_topic", args=[topic]) for topic in HELPS),
    ]


def mark_of(request: SiteRequest, scheme: Scheme) -> dict[str, str]:
    """What tells a phone that keeps the scheme already to keep again: other pages, or what they show."""
    shown = [
        queries.current_set(scheme=scheme).number,
        [(str(key), changed_at.isoformat()) for key, changed_at in _newest_packages(scheme)],
        [
            [list(session.packages.values_list("position", "name", "package_version")), _edited(session)]
            for session in sessions_kept(scheme)
        ],
    ]
    return {"pages": content_hash(pages_of(request, scheme))[:16], "shown": content_hash(shown)[:16]}


def asked_mark(request: SiteRequest) -> dict[str, Any]:
    """The mark of the scheme that a page is about, if whoever asks may see it: asking is open to all."""
    if request.organisation is None:
        return {}
    try:
        scheme_id = UUID(request.GET.get("scheme", ""))
        scheme = queries.find_scheme(organisation=request.organisation, scheme_id=scheme_id)
        return {"mark": mark_of(request, scheme)}
    except (ValueError, ObjectDoesNotExist):
        return {}


def _edited(session: WorkshopSession) -> list[tuple[str, int]]:
    """A new group only adds pages; one whose people were counted anew shows other figures on its own."""
    return [(str(group.pk), group.version) for group in _groups(session) if group.version > 1]


def _newest_packages(scheme: Scheme) -> list[tuple[UUID, datetime]]:
    newest = queries.packages_of(scheme=scheme).order_by("-changed_at").prefetch_related(None)
    return list(newest.values_list("pk", "changed_at")[:MOST_PACKAGES])


def _packages(scheme: Scheme) -> list[str]:
    return [reverse("calculator:package", args=[key]) for key, _changed_at in _newest_packages(scheme)]


def _sessions(request: SiteRequest, scheme: Scheme) -> list[str]:
    """The newest sessions, where votes are entered: their groups in every round."""
    pages = [reverse("workshop:sessions", args=[scheme.pk])]
    votes = request.membership is not None and may(request.membership.role, Permission.WORKSHOP)
    for session in sessions_kept(scheme):
        pages.append(reverse("workshop:session", args=[session.pk]))
        groups = _groups(session) if votes else []
        pages += [reverse("workshop:votes", args=[group.pk, each]) for group in groups for each in Round]
        pages.append(reverse("workshop:tally", args=[session.pk]))
    return pages


def _groups(session: WorkshopSession) -> list[SessionGroup]:
    return list(SessionGroup.objects.beside(session).kept().filter(session=session)[:MOST_GROUPS])


def sessions_kept(scheme: Scheme) -> list[WorkshopSession]:
    """The session held last, or to be held next; and the one made last, which may be for an earlier day."""
    sessions = session_queries.sessions_of(scheme=scheme)
    made_last = sessions.order_by("-created_at", "id").first()
    held_last = sessions.first()
    return list(dict.fromkeys(each for each in (made_last, held_last) if each is not None))
