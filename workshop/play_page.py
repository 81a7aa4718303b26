"""The played year in words and figures: the village without insurance and under every package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from calculator.packages import Line
from schemes.models import Scheme
from simulation.models import BenefitRisk, Kind
from simulation.questions import content_hash
from workshop.play import FAMILIES_OF_VILLAGE, FamilyYear, Happened, Villages, VillageYear, year_of_dice
from workshop.years import YearsOfPackages, unit_costs_of
from workshop.years_of_families import SEED, draw_families, years_hash

ROUNDED_TO = 10
CODE_LETTERS = 8
KEPT_SECONDS = 24 * 3600


@dataclass
class PlayedYear:
    """One year of the village. `lines` are the packages of the shortlist, in its order."""

    scheme: Scheme
    lines: Sequence[Line]
    dice: str

    @cached_property
    def say(self) -> Figures:
        return Figures(self.scheme, scale=min(line.quote.premium.total for line in self.lines))

    # ---- what is played ------------------------------------------------------------------------------------
    @cached_property
    def known(self) -> YearsOfPackages:
        return YearsOfPackages(lines=self.lines, unit_costs=unit_costs_of(self.lines))

    @cached_property
    def played(self) -> list[int]:
        """Places of the packages that live in the first one's world: only they can share its year."""
        first = self.known.worlds[0].as_json()
        return [place for place, world in enumerate(self.known.worlds) if world.as_json() == first]

    @property
    def left_out(self) -> list[str]:
        """Packages that rest on other assumptions or other family sizes than the first."""
        return [line.package.name for place, line in enumerate(self.lines) if place not in self.played]

    @cached_property
    def year(self) -> int:
        return year_of_dice(self.dice)

    @cached_property
    def village(self) -> VillageYear:
        """Kept by its content: to draw hundreds of thousands of families again takes a tenth of a second."""
        packages = [self.known.packages[place] for place in self.played]
        terms = [years_hash(self.known.worlds[0], package, too_much=0.0) for package in packages]
        key = f"village:{content_hash([terms, FAMILIES_OF_VILLAGE, self.year])}"
        found: VillageYear | None = cache.get(key)
        if found is None:
            found = Villages(draw_families(self.known.worlds[0]), packages).of(self.year)
            cache.set(key, found, KEPT_SECONDS)
        return found

    @property
    def families(self) -> Sequence[FamilyYear]:
        return self.village.families

    @property
    def code(self) -> str:
        """Names everything that the year's events and bills depend on, for the year's own address."""
        world = self.known.worlds[0]
        return content_hash([world.as_json(), SEED, FAMILIES_OF_VILLAGE])[:CODE_LETTERS]

    # ---- packages ------------------------------------------------------------------------------------------
    @cached_property
    def premiums(self) -> list[list[float]]:
        """What each family pays in advance under each package."""
        return [
            [self.lines[place].quote.premium.per_family(size=family.size) for family in self.families]
            for place in self.played
        ]

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """Each package's sums for the village."""
        bills = sum(family.bills for family in self.families)
        usual = self.village.usual
        return [
            self._column(column, place, bills=bills, usual=usual[column])
            for column, place in enumerate(self.played)
        ]

    def _column(self, column: int, place: int, *, bills: float, usual: float) -> dict[str, Any]:
        paid = sum(family.paid[column] for family in self.families)
        premium = sum(self.premiums[column])
        nothing = sum(family.paid[column] <= 0.0 for family in self.families)
        return {
            "number": place + 1,
            "name": self.lines[place].package.name,
            "premium": self.money(premium),
            "paid": self.money(paid),
            "own": self.money(bills - paid),
            "both": self.money(bills - paid + premium),
            "worst": self.money(self._worst(column)),
            "nothing": self.say.whole(nothing),
            "nothing_words": self._nothing(nothing),
            "usual": self.money(usual),
            "of_bills": self.say.share(paid / bills, 0) if bills > 0.0 else "",
            "icons": ["f-big" if family.paid[column] > 0.0 else "f-none" for family in self.families],
        }

    def _worst(self, column: int) -> float:
        """The most that one family still pays of its bills."""
        return max(family.bills - family.paid[column] for family in self.families)

    def _nothing(self, n: int) -> str:
        return ngettext(
            "%(n)s of %(all)s families paid in and received nothing this year.",
            "%(n)s of %(all)s families paid in and received nothing this year.",
            n,
        ) % {"n": self.say.whole(n), "all": self.say.whole(len(self.families))}

    def money(self, value: float) -> str:
        """To ten units of money where that is fine enough: a year is no price list."""
        return self.say.money(ROUNDED_TO * round(value / ROUNDED_TO) if self.is_rounded else value)

    @property
    def is_rounded(self) -> bool:
        return self.say.places == 0

    # ---- the village ---------------------------------------------------------------------------------------
    @cached_property
    def risks(self) -> dict[str, BenefitRisk]:
        return {risk.key: risk for risk in self.lines[0].package.assumption_set.risks.all()}

    @property
    def bills(self) -> str:
        return self.money(sum(family.bills for family in self.families))

    @property
    def worst_bill(self) -> str:
        return self.money(max(family.bills for family in self.families))

    @property
    def persons(self) -> str:
        return self.say.whole(sum(family.size for family in self.families))

    @cached_property
    def cards(self) -> list[dict[str, Any]]:
        """One card a family: how many they are, what happened, and its sums under every package."""
        return [self._card(place, family) for place, family in enumerate(self.families)]

    def _card(self, place: int, family: FamilyYear) -> dict[str, Any]:
        return {
            "number": self.say.whole(place + 1),
            "size": self.say.whole(family.size),
            "people": range(family.size),
            "events": self._events(family.happened),
            "bills": self.money(family.bills) if family.bills > 0.0 else "",
            "picture": "f-big" if self._is_big(family) else "f-some" if family.happened else "f-none",
            "packages": [
                {
                    "number": self.played[column] + 1,
                    "paid": self.money(family.paid[column]),
                    "own": self.money(family.bills - family.paid[column]),
                    "premium": self.money(self.premiums[column][place]),
                }
                for column in range(len(self.played))
            ],
        }

    def _is_big(self, family: FamilyYear) -> bool:
        """A year dearer than those of nine families in ten, over all years."""
        return family.bills > self.village.big

    def _events(self, happened: Sequence[Happened]) -> list[dict[str, Any]]:
        """What happened, benefit by benefit: how often and for how much together."""
        counted = Counter(each.key for each in happened)
        return [
            {
                "name": self.risks[key].name,
                "pictogram": self.risks[key].pictogram,
                "times": self.say.whole(n) if n > 1 else "",
                "amount": self._amount(key, [each for each in happened if each.key == key]),
            }
            for key, n in counted.items()
        ]

    def _amount(self, key: str, events: Sequence[Happened]) -> str:
        if self.risks[key].kind == Kind.WAGE_DAYS:
            days = round(sum(each.cost for each in events))
            return ngettext("%(n)s day", "%(n)s days", days) % {"n": self.say.whole(days)}
        bill = sum(each.bill for each in events)
        return self.money(bill) if bill > 0.0 else ""

    @property
    def happened(self) -> list[dict[str, Any]]:
        """Events of the whole village, benefit by benefit, in the order of the assumptions."""
        every = [each for family in self.families for each in family.happened]
        found = {each["name"]: each for each in self._events(every)}
        return [
            {**found[risk.name], "times": found[risk.name]["times"] or self.say.whole(1)}
            for risk in self.risks.values()
            if risk.name in found
        ]

    @property
    def without_bills(self) -> list[str]:
        """Benefits whose events cost nothing here: no assumption says a cost and no package pays for one."""
        return [self.risks[key].name for key in self.known.without_bills]

    @property
    def quiet(self) -> str:
        """How many families had a year without any event."""
        n = sum(not family.happened for family in self.families)
        if n == 0:
            return _("Something happened in every family, if only a visit to a doctor.")
        return ngettext(
            "In %(n)s of %(all)s families nothing happened at all.",
            "In %(n)s of %(all)s families nothing happened at all.",
            n,
        ) % {"n": self.say.whole(n), "all": self.say.whole(len(self.families))}

    @property
    def icons(self) -> list[str]:
        """The families without insurance: nothing happened, something, a dear year."""
        return [card["picture"] for card in self.cards]

    @property
    def says_most(self) -> bool:
        """Whether under some package more than half of the families received nothing."""
        half = len(self.families) / 2
        return any(
            sum(family.paid[column] <= 0.0 for family in self.families) > half
            for column in range(len(self.played))
        )

    @property
    def says_short(self) -> bool:
        """Whether some package pays out more than came in."""
        return any(
            sum(family.paid[column] for family in self.families) > sum(self.premiums[column])
            for column in range(len(self.played))
        )

    # ---- how such a year compares --------------------------------------------------------------------------
    @property
    def how_often(self) -> str:
        """How many years of a hundred cost the village more, in words."""
        dearer = self.village.share_dearer
        n = round(100.0 * dearer)
        values = {"n": self.say.whole(n), "rest": self.say.whole(100 - n)}
        if n == 0:
            return _("A very bad year: fewer than 1 year in 100 costs this village more.")
        if n == 100:
            return _("A very good year: fewer than 1 year in 100 costs this village less.")
        if dearer >= 2 / 3:
            return _("A good year: of 100 years, %(n)s cost this village more.") % values
        if dearer > 1 / 3:
            return _("A middling year: of 100 years, %(n)s cost this village more, %(rest)s less.") % values
        return _("A bad year: of 100 years, only %(n)s cost this village more.") % values

    @property
    def range_words(self) -> str:
        low, middle, high = (self.money(one) for one in self.village.spread)
        return _(
            "Of 10 years, one costs this village less than %(low)s and one more than %(high)s; half of all "
            "years cost less than %(middle)s."
        ) % {"low": low, "middle": middle, "high": high}

    @property
    def years(self) -> str:
        return self.say.whole(self.village.years)
