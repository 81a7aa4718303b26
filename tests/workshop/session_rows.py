"""A session with three packages and two groups, made without pricing anything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

from schemes.models import Scheme
from tests.makers import every
from workshop.models import SessionGroup, SessionPackage, Vote, WorkshopSession
from workshop.session_actions import add_group
from workshop.vote_actions import Ballot, cast
from workshop.votes import Round

NAMES = ("Everyday care", "Hospital only", "Great help")


def make_session(scheme: Scheme, *, place: str = "Kalahandi", day: int = 20) -> WorkshopSession:
    session = WorkshopSession.objects.create(
        organisation=scheme.organisation, scheme=scheme, held_on=date(2026, 11, day), place=place
    )
    for position, name in enumerate(NAMES, start=1):
        SessionPackage.objects.create(
            organisation=scheme.organisation,
            session=session,
            position=position,
            package_version=1,
            name=name,
            price=Decimal(100 * position),
            pictograms=["hospital"],
        )
    return session


def make_group(session: WorkshopSession, name: str = "Ujala", *, people: int = 5, kind: str = "women"):
    return add_group(session=session, values={"name": name, "kind": kind, "people": people})


def ballot(
    group: SessionGroup, first: int = 1, second: int | None = None, *, round_=Round.INDIVIDUAL, key=None
):
    return Ballot(client_id=key or uuid4(), group_id=group.pk, round=round_, first=first, second=second)


def vote(group: SessionGroup, *firsts: int, round_=Round.INDIVIDUAL):
    """One vote for each number, without a second choice."""
    return cast(session=group.session, ballots=[ballot(group, first, round_=round_) for first in firsts])


def standing() -> int:
    return every(Vote).standing().count()
