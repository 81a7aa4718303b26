"""Writes of what is chosen: single votes, each once however often it is sent, and counts of hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actions import save_if_unchanged
from accounts.refusals import ActionRefused, StaleEdit
from accounts.trail import What, record, snapshot
from workshop.session_actions import locked, stir
from workshop.session_queries import group_tally, tally_row
from workshop.sessions import SessionGroup, SessionPackage, WorkshopSession
from workshop.tallies import Counts
from workshop.votes import Round, Tally, Vote


class VoteRefused(ActionRefused):
    """A vote cannot be counted; the message says why."""


class CountRefused(ActionRefused):
    """Counted hands that cannot be; `field` is the box it stands beside, empty for all together."""

    def __init__(self, message: str | Promise, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class VotesStand(ActionRefused):
    message = gettext_lazy(
        "Single votes were entered for this group and round. Take them all back first, then type the counts."
    )


class State(StrEnum):
    COUNTED = "counted"
    """It counts now."""
    KNOWN = "known"
    """It was sent before and counts once."""
    TAKEN_BACK = "taken_back"
    """It was sent before and taken back since; it stays taken back."""
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """One person's choice as it was tapped: packages by their number on the board."""

    client_id: UUID
    group_id: UUID
    round: Round
    first: int
    second: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    client_id: UUID
    state: State
    why: str = ""


@transaction.atomic
def cast(*, session: WorkshopSession, ballots: Sequence[Ballot]) -> list[Outcome]:
    """Count each ballot that is not counted yet; the rest are told what became of them.

    A ballot sent again changes nothing, except that a second choice which was lacking is filled in. One that
    is refused does not stop the others.
    """
    locked(session)
    packages = {one.position: one for one in SessionPackage.objects.beside(session).filter(session=session)}
    outcomes = [_cast_one(session, ballot, packages) for ballot in ballots]
    if any(outcome.state is State.COUNTED for outcome in outcomes):
        stir(session)
    return outcomes


def _cast_one(session: WorkshopSession, ballot: Ballot, packages: Mapping[int, SessionPackage]) -> Outcome:
    known = Vote.objects.beside(session).filter(session=session, client_id=ballot.client_id).first()
    try:
        if known is None:
            _count(session, ballot, packages)
            state = State.COUNTED
        elif known.undone_at is not None:
            state = State.TAKEN_BACK
        else:
            state = _fill_in(known, ballot, packages)
    except ActionRefused as refused:
        return Outcome(client_id=ballot.client_id, state=State.REFUSED, why=str(refused))
    return Outcome(client_id=ballot.client_id, state=state)


def _count(session: WorkshopSession, ballot: Ballot, packages: Mapping[int, SessionPackage]) -> None:
    group = SessionGroup.objects.beside(session).kept().filter(session=session, pk=ballot.group_id).first()
    if group is None:
        raise VoteRefused(_("This group is not in the session any more."))
    first, second = _chosen(ballot, packages)
    tally = tally_row(group=group, round_=ballot.round)
    found = group_tally(group=group, tally=tally)
    if tally is not None and tally.is_counted:
        raise VoteRefused(_("Hands were counted for this group and round. Empty that table to tap votes."))
    if found.votes >= group.people:
        raise VoteRefused(
            _("All %(people)s people of the group have voted. If more came, change how many they are.")
            % {"people": group.people}
        )
    tally = tally or _begun(group, ballot.round)
    Vote.objects.create(
        organisation_id=session.organisation_id,
        session=session,
        tally=tally,
        client_id=ballot.client_id,
        first=first,
        second=second,
    )


def _fill_in(known: Vote, ballot: Ballot, packages: Mapping[int, SessionPackage]) -> State:
    """A second choice that came later than the first; one that stands is not overwritten."""
    if ballot.second is None or known.second_id is not None:
        return State.KNOWN
    _first, known.second = _chosen(ballot, packages)
    if known.first_id == known.second_id:
        raise VoteRefused(_("The second choice is another package than the first."))
    known.save(update_fields=["second", "changed_at"])
    return State.COUNTED


def _chosen(
    ballot: Ballot, packages: Mapping[int, SessionPackage]
) -> tuple[SessionPackage, SessionPackage | None]:
    if ballot.first not in packages or ballot.second not in {None, *packages}:
        raise VoteRefused(_("No package has this number on the board."))
    if ballot.first == ballot.second:
        raise VoteRefused(_("The second choice is another package than the first."))
    return packages[ballot.first], None if ballot.second is None else packages[ballot.second]


def _begun(group: SessionGroup, round_: Round) -> Tally:
    tally = Tally.objects.create(organisation_id=group.organisation_id, group=group, round=round_)
    _record(What.VOTING_BEGUN, tally)
    return tally


@transaction.atomic
def undo_vote(*, session: WorkshopSession, client_id: UUID) -> bool:
    """Take one vote back; once more does nothing. True when this call did it."""
    locked(session)
    votes = Vote.objects.beside(session).filter(session=session, client_id=client_id).standing()
    done = votes.update(undone_at=timezone.now()) > 0
    if done:
        stir(session)
    return done


@transaction.atomic
def clear_votes(*, group: SessionGroup, round_: Round) -> int:
    """Take back all single votes of a group in a round; how many they were."""
    locked(group.session)
    tally = tally_row(group=group, round_=round_)
    if tally is None:
        return 0
    count: int = Vote.objects.beside(tally).filter(tally=tally).standing().update(undone_at=timezone.now())
    if count:
        stir(group.session)
        _record(What.VOTES_CLEARED, tally, before={"votes": count}, after={"votes": 0})
    return count


# ---- hands -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Counted:
    """A table of counted hands, with the reasons given; a number that is 0 may be left out."""

    first: Counts
    second: Counts
    reasons: Sequence[str] = ()
    in_their_words: str = ""


@transaction.atomic
def save_counts(*, group: SessionGroup, round_: Round, seen_version: int, counted: Counted) -> Tally:
    """Write what was counted and why it was chosen. `seen_version` is 0 where nothing stood there yet.

    Raises
    ------
    StaleEdit
        Somebody saved since `seen_version` was shown; nothing is written.
    CountRefused, VotesStand
    """
    locked(group.session)
    group.refresh_from_db(fields=["people"])
    tally = tally_row(group=group, round_=round_)
    if tally is not None and tally.version != seen_version:
        raise StaleEdit(theirs=tally)
    first, second = _kept(counted.first), _kept(counted.second)
    if first or second:
        check_counts(people=group.people, first=first, second=second)
        if tally is not None and Vote.objects.beside(tally).filter(tally=tally).standing().exists():
            raise VotesStand
    before = None if tally is None else snapshot(tally)
    if tally is None:
        tally = Tally.objects.create(organisation_id=group.organisation_id, group=group, round=round_)
    changes: dict[str, Any] = {
        "first_counts": {str(number): count for number, count in first.items()},
        "second_counts": {str(number): count for number, count in second.items()},
        "reasons": list(counted.reasons),
        "in_their_words": counted.in_their_words,
    }
    saved = save_if_unchanged(row=tally, seen_version=tally.version, changes=changes)
    stir(group.session)
    _record(What.VOTES_COUNTED, saved, before=before, after=snapshot(saved))
    return saved


def _kept(counts: Counts) -> dict[int, int]:
    return {number: count for number, count in sorted(counts.items()) if count}


def check_counts(*, people: int, first: Counts, second: Counts) -> None:
    """Raises `CountRefused` unless so many people can have chosen so, each two different packages.

    Whoever chose a package first did not choose it second: so many as did not choose it first may have it
    second at the most. Together with the totals that is also enough.
    """
    voted, named = sum(first.values()), sum(second.values())
    if voted > people:
        sat = ngettext(
            "%(voted)s first choices, but %(people)s person sat there. Correct one of the two.",
            "%(voted)s first choices, but %(people)s people sat there. Correct one of the two.",
            people,
        )
        raise CountRefused(sat % {"voted": voted, "people": people})
    if named > voted:
        raise CountRefused(
            _("%(named)s second choices, but only %(voted)s first choices. Nobody chooses a second alone.")
            % {"named": named, "voted": voted}
        )
    for number, count in second.items():
        may = voted - first.get(number, 0)
        if count > may:
            raise CountRefused(
                _("At most %(may)s can have it second: %(first)s of %(voted)s chose it first.")
                % {"may": may, "first": first.get(number, 0), "voted": voted},
                field=f"second_{number}",
            )


def _record(what: What, tally: Tally, **said: Any) -> None:
    record(what=what, subject=tally, scheme=tally.group.session.scheme_id, **said)
