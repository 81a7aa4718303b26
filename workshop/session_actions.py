"""Writes of sessions and their groups. Each is one transaction, and what is deleted can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import save_if_unchanged
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from calculator.package_page import PackagePage
from calculator.packages import Line
from schemes.models import Scheme
from workshop.boards import Shown
from workshop.session_queries import tallies_of_session
from workshop.sessions import (
    FEWEST_PACKAGES,
    MOST_PACKAGES,
    SessionGroup,
    SessionPackage,
    WorkshopSession,
)

CENT = Decimal("0.01")


class NotAChoice(ActionRefused):
    message = gettext_lazy("A board shows between two and four packages. Tick as many.")


class GroupNameTaken(ActionRefused):
    message = gettext_lazy("This session has a group of this name already. Rename that one first.")


class MoreVotesThanPeople(ActionRefused):
    """A group was to be made smaller than the votes it has."""


@transaction.atomic
def create_session(*, scheme: Scheme, values: Mapping[str, Any], lines: Sequence[Line]) -> WorkshopSession:
    """Make a session and freeze its board: each package's version, name and price as they are now.

    Raises `NotAChoice`, or `ValidationError` with one message a field.
    """
    if not FEWEST_PACKAGES <= len(lines) <= MOST_PACKAGES:
        raise NotAChoice
    session = WorkshopSession(organisation_id=scheme.organisation_id, scheme=scheme, **values)
    session.full_clean()
    session.save(force_insert=True)
    for position, line in enumerate(lines, start=1):
        _freeze(session, line, position)
    shown = {f"package.{one.position}": one.name for one in session.packages.all()}
    _record_session(What.SESSION_CREATED, session, after={**snapshot(session), **shown})
    return session


def _freeze(session: WorkshopSession, line: Line, position: int) -> None:
    cover = Shown(number=position, page=PackagePage(line))
    covered = [cover.benefits[key][0].pictogram for key in cover.cover.terms]
    SessionPackage.objects.create(
        organisation_id=session.organisation_id,
        session=session,
        position=position,
        package=line.package,
        package_version=line.package.version,
        name=line.package.name,
        price=Decimal(repr(line.premium)).quantize(CENT),
        pictograms=list(dict.fromkeys(covered)),
    )


@transaction.atomic
def change_session(
    *, session: WorkshopSession, seen_version: int, values: Mapping[str, Any]
) -> WorkshopSession:
    """Raises `StaleEdit` when somebody saved since `seen_version`, and writes nothing."""
    before = snapshot(locked(session))
    for field, value in values.items():
        setattr(session, field, value)
    session.full_clean()
    saved = save_if_unchanged(row=session, seen_version=seen_version, changes=values)
    _record_session(What.SESSION_CHANGED, saved, before=before, after=snapshot(saved))
    return saved


@transaction.atomic
def delete_session(*, session: WorkshopSession) -> None:
    """Put a session away; `restore_session` brings it back for 30 days."""
    _set_session_deleted(session, deleted=True)


@transaction.atomic
def restore_session(*, session: WorkshopSession) -> None:
    _set_session_deleted(session, deleted=False)


def _set_session_deleted(session: WorkshopSession, *, deleted: bool) -> None:
    rows = WorkshopSession.objects.beside(session).filter(pk=session.pk, deleted_at__isnull=deleted)
    if rows.update(deleted_at=timezone.now() if deleted else None):
        _record_session(What.SESSION_DELETED if deleted else What.SESSION_RESTORED, session)


# ---- groups ------------------------------------------------------------------------------------------------
@transaction.atomic
def add_group(*, session: WorkshopSession, values: Mapping[str, Any]) -> SessionGroup:
    """Raises `ValidationError` with one message a field."""
    locked(session)
    group = SessionGroup(organisation_id=session.organisation_id, session=session, **values)
    group.full_clean()
    group.save(force_insert=True)
    stir(session)
    _record_group(What.GROUP_ADDED, group, after=snapshot(group))
    return group


@transaction.atomic
def change_group(*, group: SessionGroup, seen_version: int, values: Mapping[str, Any]) -> SessionGroup:
    """Raises `MoreVotesThanPeople`, or `StaleEdit` when somebody saved since `seen_version`."""
    locked(group.session)
    before = snapshot(SessionGroup.objects.beside(group).get(pk=group.pk))
    votes = most_votes(group)
    if values.get("people", votes) < votes:
        raise MoreVotesThanPeople(
            _("%(votes)s people of this group have voted in one round. Take votes back there first.")
            % {"votes": votes}
        )
    for field, value in values.items():
        setattr(group, field, value)
    group.full_clean()
    saved = save_if_unchanged(row=group, seen_version=seen_version, changes=values)
    stir(group.session)
    _record_group(What.GROUP_CHANGED, saved, before=before, after=snapshot(saved))
    return saved


def most_votes(group: SessionGroup) -> int:
    """The votes of the round in which most people of the group have voted."""
    found = tallies_of_session(group.session).by_group
    return max((one.votes for (_round, key), one in found.items() if key == group.pk), default=0)


@transaction.atomic
def delete_group(*, group: SessionGroup) -> None:
    """Put a group away with its votes; `restore_group` brings both back for 30 days."""
    locked(group.session)
    rows = SessionGroup.objects.beside(group).kept().filter(pk=group.pk)
    if rows.update(deleted_at=timezone.now()):
        stir(group.session)
        _record_group(What.GROUP_DELETED, group)


@transaction.atomic
def restore_group(*, group: SessionGroup) -> None:
    """Raises `GroupNameTaken` when another group has its name by now."""
    locked(group.session)
    group.deleted_at = None
    try:
        group.validate_constraints()
    except ValidationError:
        raise GroupNameTaken from None
    if SessionGroup.objects.beside(group).deleted_lately().filter(pk=group.pk).update(deleted_at=None):
        stir(group.session)
        _record_group(What.GROUP_RESTORED, group)


# ---- what every write in a session does --------------------------------------------------------------------
def locked(session: WorkshopSession) -> WorkshopSession:
    """The session as it is now; whoever else writes in it waits until this transaction ends."""
    now: WorkshopSession = WorkshopSession.objects.beside(session).select_for_update().get(pk=session.pk)
    return now


def stir(session: WorkshopSession) -> None:
    """Let the pages that show what was chosen know that it is not what it was."""
    WorkshopSession.objects.beside(session).filter(pk=session.pk).update(activity=F("activity") + 1)


def _record_session(what: What, session: WorkshopSession, **said: Any) -> None:
    record(what=what, subject=session, scheme=session.scheme_id, **said)


def _record_group(what: What, group: SessionGroup, **said: Any) -> None:
    record(what=what, subject=group, scheme=group.session.scheme_id, **said)
