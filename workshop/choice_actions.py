"""Choosing the one package of a scheme, ending a choice, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import save_if_unchanged
from accounts.models import User
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from calculator.dossier import text_hash
from calculator.models import Package
from calculator.package_page import PackagePage
from calculator.packages import line_of
from calculator.queries import find_package
from schemes.models import Scheme
from workshop.choice_cautions import cautions_of, signed_words
from workshop.choice_freeze import frozen_content, frozen_sheets
from workshop.choice_rows import ChosenPackage, FrozenSheet
from workshop.choice_votes import Votes, votes_of

LONGEST_COVER_DAYS = 2 * 366


class ChoiceRefused(ActionRefused):
    """What was typed cannot be a choice; the message says why."""


class PackageDeleted(ActionRefused):
    message = gettext_lazy("This package was deleted. Bring it back on the page of packages first.")


class PackageChanged(ActionRefused):
    message = gettext_lazy(
        "Somebody saved this package while you were reading. Look at it again below, then choose."
    )


class ChosenMeanwhile(ActionRefused):
    message = gettext_lazy("Somebody else chose a package for this scheme a moment ago. Look at it first.")


class NotTheFirst(ActionRefused):
    """The vote went to another package, and nobody said why this one."""

    message = gettext_lazy("Most votes went to another package. Say in a sentence why this one is chosen.")


class SecondPackage(ActionRefused):
    """A package is chosen for these days already; `first` is that choice."""

    message = gettext_lazy(
        "A package is chosen for these days already. With two packages in one scheme, families who expect "
        "illness join the larger one and the others leave it: its claims rise above its premium."
    )

    def __init__(self, *, first: ChosenPackage) -> None:
        self.first = first
        super().__init__()


class ClosedAlready(ActionRefused):
    message = gettext_lazy("This choice was ended or taken back already.")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an administrator typed.

    `seen_version` is the version of the package they looked at; `reason` why it is this package although
    another one has more votes; `second_reason` why a second package is let in.
    """

    starts_on: date
    ends_on: date
    seen_version: int
    meeting_on: date | None = None
    meeting_place: str = ""
    reason: str = ""
    second_reason: str = ""


@transaction.atomic
def choose_package(*, package: Package, user: User, wish: Wish) -> ChosenPackage:
    """Freeze a package as the one of its scheme, from one day to another.

    Raises
    ------
    PackageDeleted, PackageChanged, ChoiceRefused, SecondPackage, NotTheFirst, ChosenMeanwhile
        Nothing is written.
    """
    scheme = _locked(package.scheme)
    # As it is now that nobody else chooses: what is checked is what is frozen.
    package = find_package(organisation=scheme.organisation, package_id=package.pk)
    package.scheme = scheme
    _check(package, wish)
    standing = list(_standing(scheme).overlapping(starts_on=wish.starts_on, ends_on=wish.ends_on))
    first = next((each for each in standing if not each.is_second), next(iter(standing), None))
    if first is not None and not wish.second_reason:
        raise SecondPackage(first=first)
    votes = votes_of(scheme)
    if votes.asks_why(package.pk) and not wish.reason:
        raise NotTheFirst
    row = _frozen(package, scheme=scheme, user=user, wish=wish, votes=votes, beside=_root(first))
    _record(What.PACKAGE_CHOSEN, row, after=snapshot(row))
    return row


def _check(package: Package, wish: Wish) -> None:
    if package.deleted_at is not None:
        raise PackageDeleted
    if package.version != wish.seen_version:
        raise PackageChanged
    if wish.ends_on <= wish.starts_on:
        raise ChoiceRefused(_("The last day of cover cannot lie before the first."))
    if (wish.ends_on - wish.starts_on).days >= LONGEST_COVER_DAYS:
        raise ChoiceRefused(_("Cover lasts two years at most: prices change. Choose an earlier last day."))


def _root(first: ChosenPackage | None) -> ChosenPackage | None:
    """The first package of the period that a second one stands beside."""
    return None if first is None else first.beside or first


def _frozen(
    package: Package,
    *,
    scheme: Scheme,
    user: User,
    wish: Wish,
    votes: Votes,
    beside: ChosenPackage | None,
) -> ChosenPackage:
    page = PackagePage(line_of(package))
    content = frozen_content(
        page,
        votes=votes.rows(),
        warned=cautions_of(page),
        signed=signed_words(package),
    )
    row = ChosenPackage(
        organisation=package.organisation,
        scheme=scheme,
        package=package,
        package_version=package.version,
        name=package.name,
        premium_per_person=page.quote.premium.total,
        content=content,
        content_hash=text_hash(content),
        period=_next_period(scheme) if beside is None else beside.period,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        agreed_ends_on=wish.ends_on,
        meeting_on=wish.meeting_on,
        meeting_place=wish.meeting_place,
        reason=wish.reason,
        beside=beside,
        second_reason=wish.second_reason if beside is not None else "",
        chosen_by=user,
    )
    _save(row)
    FrozenSheet.objects.bulk_create(
        FrozenSheet(
            organisation=row.organisation,
            choice=row,
            language=sheet.language,
            digits=sheet.digits,
            content=sheet.content,
            content_hash=text_hash(sheet.content),
        )
        for sheet in frozen_sheets(page.line, starts_on=wish.starts_on, ends_on=wish.ends_on)
    )
    return row


def _save(row: ChosenPackage) -> None:
    try:
        row.full_clean(exclude=["organisation", "scheme", "package", "chosen_by", "beside"])
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as refused:
        raise ChoiceRefused(" ".join(refused.messages)) from refused
    except IntegrityError as refused:
        # Another choice took the same place between the look and the write: the database lets one in.
        raise ChosenMeanwhile from refused


def _next_period(scheme: Scheme) -> int:
    rows = ChosenPackage.objects.beside(scheme).filter(scheme=scheme)
    return 1 + (rows.aggregate(most=Max("period"))["most"] or 0)


@transaction.atomic
def end_choice(
    *, choice: ChosenPackage, user: User, seen_version: int, last_day: date, reason: str
) -> ChosenPackage:
    """Let the cover end before its time, for everybody on the same day.

    Raises
    ------
    ClosedAlready, ChoiceRefused, StaleEdit
        Nothing is written.
    """
    _check_open(choice, reason)
    if not choice.starts_on <= last_day < choice.ends_on:
        raise ChoiceRefused(
            _("The cover ends on one of its days, before its last one. If it never began, take it back.")
        )
    return _close(choice, user, seen_version, reason, changes={"ends_on": last_day})


@transaction.atomic
def take_back(*, choice: ChosenPackage, user: User, seen_version: int, reason: str) -> ChosenPackage:
    """Undo a choice whose cover never began; it stays readable, with the reason.

    Raises
    ------
    ClosedAlready, ChoiceRefused, StaleEdit
        Nothing is written.
    """
    _check_open(choice, reason)
    return _close(choice, user, seen_version, reason, changes={"is_withdrawn": True})


def _check_open(choice: ChosenPackage, reason: str) -> None:
    if choice.closed_at is not None:
        raise ClosedAlready
    if not reason.strip():
        raise ChoiceRefused(_("Say why the choice ends."))


def _close(
    choice: ChosenPackage, user: User, seen_version: int, reason: str, *, changes: dict[str, Any]
) -> ChosenPackage:
    before = snapshot(choice)
    closed = {"closed_at": timezone.now(), "closed_by": user, "closed_reason": reason.strip()}
    row = save_if_unchanged(row=choice, seen_version=seen_version, changes=closed | changes)
    _record(What.CHOICE_CLOSED, row, before=before, after=snapshot(row))
    return row


def _locked(scheme: Scheme) -> Scheme:
    """The scheme; whoever else chooses for it waits until this is done."""
    rows = Scheme.objects.beside(scheme).select_for_update(of=("self",)).select_related("organisation")
    found: Scheme = rows.get(pk=scheme.pk)
    return found


def _standing(scheme: Scheme) -> Any:
    return ChosenPackage.objects.beside(scheme).filter(scheme=scheme).standing().select_related("beside")


def _record(
    what: What, row: ChosenPackage, *, before: dict[str, Any] | None = None, after: dict[str, Any]
) -> None:
    record(what=what, subject=row, scheme=row.scheme_id, package=row.package_id, before=before, after=after)
