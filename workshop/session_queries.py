"""Reads of sessions and of what was chosen there, always within one organisation.

`tallies_of(scheme)` is what later pages ask: the newest session that has votes, its packages with their first
and second choices, its rounds with their coefficient of unalikeability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Organisation
from schemes.models import Scheme
from workshop.sessions import SessionGroup, SessionPackage, WorkshopSession
from workshop.tallies import GroupTally, Sum
from workshop.votes import Round, Tally, Vote


# ---- rows --------------------------------------------------------------------------------------------------
def sessions_of(*, scheme: Scheme) -> QuerySet[WorkshopSession]:
    """The scheme's sessions, the newest day first."""
    return WorkshopSession.objects.beside(scheme).filter(scheme=scheme).kept()


def deleted_sessions_of(*, scheme: Scheme) -> QuerySet[WorkshopSession]:
    """Deleted ones that can still be taken back, the latest first."""
    return WorkshopSession.objects.beside(scheme).filter(scheme=scheme).deleted_lately()


def find_session(
    *, organisation: Organisation | None, session_id: UUID, deleted: bool = False
) -> WorkshopSession:
    """One session of a scheme that is still there."""
    sessions = WorkshopSession.objects.of(organisation).filter(scheme__deleted_at=None)
    sessions = sessions.deleted_lately() if deleted else sessions.kept()
    return sessions.select_related("scheme__organisation").get(pk=session_id)


def find_group(*, organisation: Organisation | None, group_id: UUID, deleted: bool = False) -> SessionGroup:
    """One group of a session and a scheme that are still there."""
    groups = SessionGroup.objects.of(organisation)
    groups = groups.filter(session__deleted_at=None, session__scheme__deleted_at=None)
    groups = groups.deleted_lately() if deleted else groups.kept()
    return groups.select_related("session__scheme__organisation").get(pk=group_id)


def tally_row(*, group: SessionGroup, round_: Round) -> Tally | None:
    """The group's tally of a round; None while nothing was entered."""
    return Tally.objects.beside(group).filter(group=group, round=round_).first()


def last_vote(*, tally: Tally | None) -> Vote | None:
    """The newest vote that was not taken back."""
    if tally is None:
        return None
    votes = Vote.objects.beside(tally).filter(tally=tally).standing()
    return votes.select_related("first", "second").order_by("created_at", "id").last()


# ---- what was chosen ---------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class SessionTallies:
    """What was chosen in one session.

    Attributes
    ----------
    session : WorkshopSession
    packages : tuple of SessionPackage
        As they stood on the board, in the order of their numbers. `package_id` is None for one that was
        removed for good since.
    groups : tuple of SessionGroup
    by_group : mapping of (Round, group key) to GroupTally
        Only where at least one vote was entered.
    rows : mapping of (Round, group key) to Tally
        Every tally begun: its reasons, too.
    """

    session: WorkshopSession
    packages: tuple[SessionPackage, ...]
    groups: tuple[SessionGroup, ...]
    by_group: Mapping[tuple[Round, UUID], GroupTally]
    rows: Mapping[tuple[Round, UUID], Tally]

    @property
    def rounds(self) -> dict[Round, Sum]:
        """Each round that has votes, in the order of the rounds: counts by package number, votes, people,
        `unalikeability` (0 to 1).
        """
        return {
            each: Sum(tallies=found)
            for each in Round
            if (found := [one for (round_, _key), one in self.by_group.items() if round_ == each])
        }

    @property
    def overall(self) -> Sum:
        """Every group once, by the last round in which it chose: nobody is counted twice."""
        last: dict[UUID, GroupTally] = {}
        for each in Round:
            last |= {key: one for (round_, key), one in self.by_group.items() if round_ == each}
        return Sum(tallies=list(last.values()))

    def first_choices(self) -> dict[UUID, int]:
        """First choices over all (see `overall`) by the key of the saved package, 0 where nobody chose it.

        A package that was removed for good since is not in it.
        """
        counts = self.overall.first
        return {
            one.package_id: counts.get(one.position, 0) for one in self.packages if one.package_id is not None
        }

    def of(self, group: SessionGroup, round_: Round) -> GroupTally:
        """What one group chose in one round; nothing yet where nothing was entered."""
        nothing = GroupTally(people=group.people, first={}, second={})
        return self.by_group.get((round_, group.pk), nothing)

    def groups_in(self, round_: Round) -> set[UUID]:
        """The keys of the groups that chose in this round."""
        return {key for each, key in self.by_group if each == round_}

    def not_asked(self, round_: Round) -> list[SessionGroup]:
        """Groups without a vote in this round."""
        return [group for group in self.groups if (round_, group.pk) not in self.by_group]


def tallies_of(scheme: Scheme) -> SessionTallies | None:
    """What was chosen in the scheme's newest session that has votes; None while no session has any."""
    for session in sessions_of(scheme=scheme):
        found = tallies_of_session(session)
        if found.by_group:
            return found
    return None


def tallies_of_session(session: WorkshopSession) -> SessionTallies:
    """Everything chosen in one session: four queries, however many votes."""
    shown = SessionPackage.objects.beside(session).filter(session=session)
    packages = tuple(shown.select_related("package"))
    groups = tuple(SessionGroup.objects.beside(session).filter(session=session).kept())
    rows = {
        (Round(tally.round), tally.group_id): tally
        for tally in Tally.objects.beside(session).filter(group__in=[group.pk for group in groups])
    }
    votes = _voted(session)
    people = {group.pk: group.people for group in groups}
    by_group = {}
    for place, tally in rows.items():
        one = _tally_of(tally, votes.get(tally.pk, ({}, {})), people=people[tally.group_id])
        if one.votes:
            by_group[place] = one
    return SessionTallies(session=session, packages=packages, groups=groups, by_group=by_group, rows=rows)


def group_tally(*, group: SessionGroup, tally: Tally | None) -> GroupTally:
    """What one group has chosen so far in the round of `tally`."""
    if tally is None:
        return GroupTally(people=group.people, first={}, second={})
    votes = _voted(group.session, tally=tally)
    return _tally_of(tally, votes.get(tally.pk, ({}, {})), people=group.people)


def _tally_of(tally: Tally, votes: tuple[dict[int, int], dict[int, int]], *, people: int) -> GroupTally:
    if tally.is_counted:
        return GroupTally(
            people=people, first=_numbered(tally.first_counts), second=_numbered(tally.second_counts)
        )
    return GroupTally(people=people, first=votes[0], second=votes[1])


def _numbered(counts: Mapping[str, int]) -> dict[int, int]:
    return {int(number): count for number, count in counts.items()}


def _voted(
    session: WorkshopSession, *, tally: Tally | None = None
) -> dict[UUID, tuple[dict[int, int], dict[int, int]]]:
    """First and second choices of the single votes that stand, by tally and number of the package."""
    votes = Vote.objects.beside(session).filter(session=session).standing()
    if tally is not None:
        votes = votes.filter(tally=tally)
    pairs = (
        votes.order_by().values_list("tally", "first__position", "second__position").annotate(n=Count("pk"))
    )
    found: dict[UUID, tuple[dict[int, int], dict[int, int]]] = {}
    for key, first, second, n in pairs:
        firsts, seconds = found.setdefault(key, ({}, {}))
        firsts[first] = firsts.get(first, 0) + n
        if second is not None:
            seconds[second] = seconds.get(second, 0) + n
    return found


def sessions_with_counts(*, scheme: Scheme) -> Sequence[WorkshopSession]:
    """Sessions with `group_count`, for their list."""
    counted = Count("groups", filter=Q(groups__deleted_at=None))
    return list(sessions_of(scheme=scheme).annotate(group_count=counted))
