"""What was chosen, in words and bars: round by round, over all, and how far people differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from schemes.exports import Cell
from workshop.session_queries import SessionTallies
from workshop.sessions import SessionPackage
from workshop.tallies import GroupTally, Sum
from workshop.unalikeability import most_unlike
from workshop.votes import Reason, Round

POLL_SECONDS = (2, 5, 10)
"""How long a page waits before it asks again: longer, the longer nothing happened."""


def next_pause(pause: int) -> int:
    return next((each for each in POLL_SECONDS if each > pause), POLL_SECONDS[-1])


@dataclass(frozen=True, kw_only=True)
class Part:
    """One round, or all together, as it is shown."""

    title: str
    key: str
    voted: str
    waiting: str
    rows: Sequence[dict[str, Any]]
    unlike: str
    change: str = ""
    waiting_groups: Sequence[str] = ()
    not_asked: Sequence[str] = ()
    reasons: Sequence[str] = ()
    words: Sequence[str] = ()


@dataclass(frozen=True)
class TallyPage:
    tallies: SessionTallies

    @cached_property
    def say(self) -> Figures:
        prices = [float(one.price) for one in self.tallies.packages]
        return Figures(self.tallies.session.scheme, scale=min(prices, default=1000.0))

    @property
    def packages(self) -> list[dict[str, Any]]:
        return [
            {"number": one.position, "name": one.name, "price": self.say.money(float(one.price)), "row": one}
            for one in self.tallies.packages
        ]

    # ---- rounds --------------------------------------------------------------------------------------------
    @cached_property
    def rounds(self) -> list[Part]:
        parts: list[Part] = []
        before: Round | None = None
        for round_, found in self.tallies.rounds.items():
            change = "" if before is None else self._change(round_, before)
            parts.append(self._part(str(round_.label), round_, found, change=change))
            before = round_
        return parts

    @cached_property
    def overall(self) -> Part | None:
        found = self.tallies.overall
        return self._part(_("Over all"), None, found) if found.votes else None

    def _part(self, title: str, round_: Round | None, found: Sum, *, change: str = "") -> Part:
        unlike = found.unalikeability
        assert unlike is not None  # only rounds with votes are shown
        return Part(
            title=title,
            key=round_ or "overall",
            voted=self._voted(found),
            waiting=self._waiting(found),
            rows=[self._row(one, found) for one in self.tallies.packages],
            unlike=self.say.number(unlike, 2),
            change=change,
            waiting_groups=self._waiting_groups(round_),
            not_asked=[] if round_ is None else [group.name for group in self.tallies.not_asked(round_)],
            reasons=self._reasons(round_),
            words=self._words(round_),
        )

    def _voted(self, found: Sum) -> str:
        return _("%(votes)s of %(people)s people") % {
            "votes": self.say.whole(found.votes),
            "people": self.say.whole(found.people),
        }

    def _waiting(self, found: Sum) -> str:
        """Who has not voted, of the groups that were asked; empty where everybody has."""
        n = found.not_voted
        if not n:
            return ""
        return ngettext("%(n)s has not voted.", "%(n)s have not voted.", n) % {"n": self.say.whole(n)}

    def _row(self, one: SessionPackage, found: Sum) -> dict[str, Any]:
        first, second = found.first.get(one.position, 0), found.second.get(one.position, 0)
        return {
            "number": one.position,
            "name": one.name,
            "first": self.say.whole(first),
            "second": self.say.whole(second),
            "share": self.say.share(first / found.votes, 0),
            "first_width": round(100.0 * first / found.votes, 1),
            "second_width": round(100.0 * second / found.votes, 1),
            "is_most": first == max(found.first.values()),
        }

    def _change(self, round_: Round, before: Round) -> str:
        """Against the round before; people can only have moved where the same groups chose in both."""
        if self.tallies.groups_in(round_) != self.tallies.groups_in(before):
            return _("not compared with the round before: other groups took part")
        found = self.tallies.rounds
        unlike, was = found[round_].unalikeability or 0.0, found[before].unalikeability or 0.0
        values = {"before": self.say.number(was, 2)}
        if round(unlike, 2) == round(was, 2):
            return _("as in the round before")
        if unlike < was:
            return _("down from %(before)s: closer together") % values
        return _("up from %(before)s: further apart") % values

    def _waiting_groups(self, round_: Round | None) -> list[str]:
        if round_ is None:
            return []
        by_group, groups = self.tallies.by_group, self.tallies.groups
        return [
            _("%(group)s: %(n)s")
            % {"group": group.name, "n": self.say.whole(by_group[round_, group.pk].not_voted)}
            for group in groups
            if (round_, group.pk) in by_group and by_group[round_, group.pk].not_voted
        ]

    def _reasons(self, round_: Round | None) -> list[str]:
        """Reasons with how many groups gave each, the commonest first."""
        rows = [tally for (each, _key), tally in self.tallies.rows.items() if round_ in {None, each}]
        counted = Counter(reason for tally in rows for reason in tally.reasons if reason in Reason.values)
        return [
            ngettext("%(reason)s: %(n)s group", "%(reason)s: %(n)s groups", n)
            % {"reason": Reason(reason).label, "n": self.say.whole(n)}
            for reason, n in counted.most_common()
        ]

    def _words(self, round_: Round | None) -> list[str]:
        if round_ is None:
            return []
        rows = [tally for (each, _key), tally in self.tallies.rows.items() if each == round_]
        return [tally.in_their_words for tally in rows if tally.in_their_words]

    # ---- how far people differ -----------------------------------------------------------------------------
    @property
    def scale_words(self) -> str:
        n = len(self.tallies.packages)
        return _(
            "0: everybody chose the same. %(most)s: all %(n)s packages were chosen equally often, which is "
            "the most there can be. In between it is the chance that two votes drawn by lot differ."
        ) % {"most": self.say.number(most_unlike(n), 2), "n": self.say.whole(n)}

    @property
    def course(self) -> list[dict[str, Any]]:
        """The coefficient from round to round, as bars: the widest possible is a full one."""
        most = most_unlike(len(self.tallies.packages))
        return [
            {
                "title": part.title,
                "unlike": part.unlike,
                "change": part.change,
                "width": round(100.0 * (found.unalikeability or 0.0) / most, 1),
            }
            for part, found in zip(self.rounds, self.tallies.rounds.values(), strict=True)
        ]

    # ---- to take away --------------------------------------------------------------------------------------
    @property
    def csv_rows(self) -> list[list[Cell]]:
        """One line for each round, group and package, then for each round and package over its groups."""
        head: list[Cell] = [
            "round", "group", "kind", "people", "not_voted", "number", "package", "package_version",
            "price_per_person_year", "currency", "first_choices", "second_choices", "share_of_first",
            "unalikeability",
        ]  # fmt: skip
        rows = [head]
        names = {group.pk: group for group in self.tallies.groups}
        for (round_, key), one in self.tallies.by_group.items():
            group = names[key]
            rows += self._csv_of(str(round_), group.name, group.kind, Sum(tallies=[one]))
        for round_, found in self.tallies.rounds.items():
            rows += self._csv_of(str(round_), "all groups", "", found)
        if self.tallies.by_group:
            rows += self._csv_of("last round of each group", "all groups", "", self.tallies.overall)
        return rows

    def _csv_of(self, round_: str, group: str, kind: str, found: Sum) -> list[list[Cell]]:
        currency = self.tallies.session.scheme.currency
        return [
            [
                round_, group, kind, found.people, found.not_voted, one.position, one.name,
                one.package_version, one.price, currency, found.first.get(one.position, 0),
                found.second.get(one.position, 0),
                round(found.first.get(one.position, 0) / found.votes, 4),
                round(found.unalikeability or 0.0, 4),
            ]
            for one in self.tallies.packages
        ]  # fmt: skip


def so_far(tally: GroupTally, say: Figures) -> str:
    """ "7 of 14" """
    return _("%(votes)s of %(people)s") % {"votes": say.whole(tally.votes), "people": say.whole(tally.people)}


def voted_words(tally: GroupTally, say: Figures) -> str:
    """ "7 of 14 have voted" """
    values = {"votes": say.whole(tally.votes), "people": say.whole(tally.people)}
    return _("%(votes)s of %(people)s have voted") % values
