"""Which pages of a scheme a phone keeps: what is needed in a village; never a survey, never people."""

from __future__ import annotations

from django.urls import reverse

from accounts.permissions import Permission, may
from accounts.requests import SiteRequest
from calculator import queries
from schemes.models import Scheme
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


def _packages(scheme: Scheme) -> list[str]:
    newest = queries.packages_of(scheme=scheme).order_by("-changed_at")[:MOST_PACKAGES]
    return [reverse("calculator:package", args=[package.pk]) for package in newest]


def _sessions(request: SiteRequest, scheme: Scheme) -> list[str]:
    """The newest session, where votes are entered: its groups in every round."""
    pages = [reverse("workshop:sessions", args=[scheme.pk])]
    newest = session_of(scheme)
    if newest is None:
        return pages
    pages.append(reverse("workshop:session", args=[newest.pk]))
    if request.membership is not None and may(request.membership.role, Permission.WORKSHOP):
        groups = SessionGroup.objects.beside(newest).kept().filter(session=newest)[:MOST_GROUPS]
        pages += [reverse("workshop:votes", args=[group.pk, each]) for group in groups for each in Round]
    return [*pages, reverse("workshop:tally", args=[newest.pk])]


def session_of(scheme: Scheme) -> WorkshopSession | None:
    """The session held last, or to be held next."""
    return next(iter(session_queries.sessions_of(scheme=scheme)), None)
