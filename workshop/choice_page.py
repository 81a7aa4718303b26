"""What the page of the choice shows: what may be chosen, what is chosen, what was chosen before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.cautions import pays_nothing
from calculator.models import Package
from calculator.package_page import PackagePage
from calculator.packages import lines_of
from calculator.queries import packages_of
from calculator.review_queries import SignOffState, sign_off_states
from schemes.models import Scheme
from workshop import queries
from workshop.board_queries import packages_on_board
from workshop.choice_cautions import Caution, cautions_of
from workshop.choice_queries import choices_of, standing_of
from workshop.choice_rows import ChosenPackage
from workshop.choice_votes import VoteCount, Votes, votes_of

LEAD_DAYS = 30
"""Between a choice and the first day of cover people need to be told, and to pay."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A package that may be chosen, with what one should know before."""

    number: int
    page: PackagePage
    vote: VoteCount | None
    share: int
    is_first: bool
    signed: SignOffState
    cautions: Sequence[Caution]

    @property
    def package(self) -> Package:
        return self.page.line.package

    @property
    def total(self) -> str:
        return self.page.say.money(self.page.quote.premium.total)

    @cached_property
    def _pays(self) -> set[str]:
        benefits = self.page.quote.case.package.benefits
        return {each.name for each in benefits if each.covered and not pays_nothing(each.terms)}

    @property
    def covered(self) -> list[dict[str, str]]:
        """Names and terms of what it pays for."""
        return [row for row in self.page.terms if row["name"] in self._pays]

    @property
    def left_out(self) -> str:
        return ", ".join(row["name"] for row in self.page.terms if row["name"] not in self._pays)


def candidates_of(scheme: Scheme, votes: Votes) -> list[Candidate]:
    """The packages on the shortlist; while nothing is on it, the oldest saved ones."""
    saved = {package.pk: package for package in packages_of(scheme=scheme)}
    listed = [saved[entry.package_id] for entry in queries.shortlist_of(scheme=scheme)]
    packages = listed or list(packages_on_board(scheme))
    signed = sign_off_states(packages)
    return [
        candidate_of(PackagePage(line), votes=votes, signed=signed[line.package.pk], number=number)
        for number, line in enumerate(lines_of(packages, scheme=scheme), start=1)
    ]


def candidate_of(page: PackagePage, *, votes: Votes, signed: SignOffState, number: int = 1) -> Candidate:
    vote = votes.by_package.get(page.line.package.pk)
    return Candidate(
        number=number,
        page=page,
        vote=vote,
        share=round(100 * vote.first / votes.total) if vote and votes.total else 0,
        is_first=vote is not None and vote.first > 0 and vote.first == votes.most,
        signed=signed,
        cautions=cautions_of(page),
    )


@dataclass(frozen=True, kw_only=True)
class ChoicePage:
    """Every choice of a scheme, read once."""

    scheme: Scheme

    @cached_property
    def choices(self) -> list[ChosenPackage]:
        return choices_of(self.scheme)

    @cached_property
    def standing(self) -> list[ChosenPackage]:
        kept = [each for each in self.choices if not each.is_withdrawn]
        return sorted(kept, key=lambda each: (each.starts_on, each.is_second, each.created_at))

    @cached_property
    def current(self) -> ChosenPackage | None:
        """The one that the scheme runs on, or that starts next."""
        return standing_of(self.standing)

    @property
    def seconds(self) -> list[ChosenPackage]:
        """Packages that were let in beside the first one of a period, over or not."""
        return [each for each in self.standing if each.is_second]

    @property
    def others(self) -> list[ChosenPackage]:
        return [each for each in self.choices if each != self.current]

    @cached_property
    def votes(self) -> Votes:
        return votes_of(self.scheme)

    @cached_property
    def candidates(self) -> list[Candidate]:
        return candidates_of(self.scheme, self.votes)

    @property
    def next_start(self) -> date:
        """The day after the last one of cover there is, else a first of a month that leaves time."""
        today = timezone.localdate()
        last = max((each.ends_on for each in self.standing), default=None)
        if last is not None and last >= today:
            return last + timedelta(days=1)
        soon = today + timedelta(days=LEAD_DAYS)
        return soon if soon.day == 1 else (soon.replace(day=1) + timedelta(days=32)).replace(day=1)


def newer_words(choice: ChosenPackage) -> str:
    """Says so when the package is not any more what was chosen; the choice stays as it was."""
    package = choice.package
    if package.deleted_at is not None:
        return _("The package itself was deleted. What was chosen stands here as it was.")
    if package.version == choice.package_version:
        return ""
    return _(
        "Version %(then)s was chosen; the package is at version %(now)s by now. What was chosen stays as it "
        "was: nothing below has changed."
    ) % {"then": choice.package_version, "now": package.version}


def period_words(choice: ChosenPackage) -> str:
    """ "from 1 Jan 2027 to 31 Dec 2027"."""
    return _("from %(first)s to %(last)s") % {"first": day(choice.starts_on), "last": day(choice.ends_on)}


def day(value: date) -> str:
    return date_format(value, "j M Y")


def not_a_year(choice: ChosenPackage) -> str:
    """The price is for a year; other lengths are said aloud."""
    days = (choice.ends_on - choice.starts_on).days + 1
    if days in {365, 366}:
        return ""
    return _("Cover lasts %(n)s days; the price is for a year.") % {"n": days}
