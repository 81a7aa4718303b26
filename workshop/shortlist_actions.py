"""What people do with the shortlist."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.refusals import ActionRefused
from accounts.trail import What, record
from calculator.models import Package
from schemes.models import Scheme
from workshop.shortlist_rows import MOST_ENTRIES, ShortlistEntry


class ShortlistIsFull(ActionRefused):
    """There are six packages on it."""

    message = _("A shortlist has at most six packages. Take one off first.")


class PackageIsDeleted(ActionRefused):
    """The package was deleted meanwhile."""

    message = _("This package was deleted. Bring it back on the page of packages first.")


@transaction.atomic
def add_to_shortlist(*, package: Package) -> ShortlistEntry:
    """Put a package at the end of its scheme's shortlist; one that stands there already stays where it is."""
    if package.deleted_at is not None:
        raise PackageIsDeleted
    standing = _locked(package.scheme)
    entry: ShortlistEntry | None = (
        ShortlistEntry.objects.beside(package).filter(scheme=package.scheme, package=package).first()
    )
    if entry is not None and entry.position is not None:
        return entry
    if len(standing) >= MOST_ENTRIES:
        raise ShortlistIsFull
    place = len(standing) + 1
    if entry is None:
        entry = ShortlistEntry.objects.create(
            organisation_id=package.organisation_id, scheme=package.scheme, package=package, position=place
        )
    else:
        entry = save_if_unchanged(row=entry, seen_version=entry.version, changes={"position": place})
    _record(What.SHORTLISTED, entry, before=None, after=place)
    return entry


@transaction.atomic
def remove_from_shortlist(*, entry: ShortlistEntry, seen_version: int) -> None:
    """Take a package off; those behind it move up. `add_to_shortlist` brings it back.

    Raises
    ------
    StaleEdit
        Somebody moved it or took it off since `seen_version` was shown; nothing is written.
    """
    standing = _locked(entry.scheme)
    before = entry.position
    entry = save_if_unchanged(row=entry, seen_version=seen_version, changes={"position": None})
    _number([one for one in standing if one.pk != entry.pk])
    _record(What.OFF_SHORTLIST, entry, before=before, after=None)


@transaction.atomic
def move_on_shortlist(*, entry: ShortlistEntry, seen_version: int, up: bool) -> None:
    """Swap a package with its neighbour; at the end of the list nothing happens.

    Raises
    ------
    StaleEdit
        Somebody moved it or took it off since `seen_version` was shown; nothing is written.
    """
    standing = _locked(entry.scheme)
    here = next((one.position for one in standing if one.pk == entry.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    other = next((one for one in standing if one.position == there), None)
    if other is None or here is None:
        return
    entry = save_if_unchanged(row=entry, seen_version=seen_version, changes={"position": None})
    save_if_unchanged(row=other, seen_version=other.version, changes={"position": here})
    entry = save_if_unchanged(row=entry, seen_version=entry.version, changes={"position": there})
    _record(What.SHORTLIST_MOVED, entry, before=here, after=there)


def _locked(scheme: Scheme) -> Sequence[ShortlistEntry]:
    """The list as it stands, numbered from 1; whoever else changes it waits until this is done.

    Packages that were deleted meanwhile leave it here.
    """
    Scheme.objects.beside(scheme).select_for_update().get(pk=scheme.pk)
    entries = ShortlistEntry.objects.beside(scheme).filter(scheme=scheme, position__isnull=False)
    entries.exclude(package__deleted_at=None).update(position=None)
    return _number(list(entries.order_by("position")))


def _number(entries: Sequence[ShortlistEntry]) -> Sequence[ShortlistEntry]:
    """Close the gaps, from the front, so that no two ever have the same place."""
    for place, entry in enumerate(entries, start=1):
        if entry.position != place:
            save_if_unchanged(row=entry, seen_version=entry.version, changes={"position": place})
    return entries


def _record(what: What, entry: ShortlistEntry, *, before: int | None, after: int | None) -> None:
    record(
        what=what,
        subject=entry,
        scheme=entry.scheme_id,
        package=entry.package_id,
        label=entry.package.name,
        before=None if before is None else {"position": before},
        after=None if after is None else {"position": after},
    )
