"""What stands on a CHAT board: up to four ready packages, in words and figures, for screen and paper."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import ngettext, pgettext

from calculator.cautions import pays_nothing
from calculator.package_page import PackagePage
from calculator.packages import Line
from calculator.premium import PremiumBreakdown
from schemes.models import Scheme
from simulation.engine.families import LARGE_FAMILY_FROM
from simulation.engine.package import Benefit
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms
from simulation.models import BenefitRisk, Kind
from workshop.cards import Cover, Event, events_of, payout_of, two_figures
from workshop.pictures import SHAPES
from workshop.print_figures import PrintChoices, Say, local_name

MOST_PACKAGES = len(SHAPES)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One package of the board."""

    number: int
    page: PackagePage

    @property
    def name(self) -> str:
        return str(self.page.line.package.name)

    @property
    def shape(self) -> str:
        return SHAPES[self.number - 1]

    @property
    def premium(self) -> PremiumBreakdown:
        return self.page.quote.premium

    @cached_property
    def benefits(self) -> Mapping[str, tuple[BenefitRisk, Benefit]]:
        pairs = zip(self.page.risks, self.page.line.case.package.benefits, strict=True)
        return {risk.key: (risk, benefit) for risk, benefit in pairs}

    @cached_property
    def cover(self) -> Cover:
        return Cover(
            terms={
                key: benefit.terms
                for key, (_risk, benefit) in self.benefits.items()
                if benefit.covered and not pays_nothing(benefit.terms)
            },
            family_cap=self.page.line.case.package.family_cap,
        )

    def kind_of(self, key: str) -> str | None:
        return self.benefits[key][0].kind if key in self.benefits else None


def amount_in(sentence: str, amount: str) -> dict[str, str]:
    """A sentence around one figure, so that the figure can stand larger than its words."""
    before, _mark, after = sentence.partition("%(amount)s")
    return {"before": before.strip(), "amount": amount, "after": after.strip()}


def terms_row(terms: Terms, say: Say) -> dict[str, Any]:
    """The terms of one benefit as a board says them: one figure, few words."""
    if isinstance(terms, FixedTerms):
        row = amount_in(pgettext("print", "%(amount)s each time"), say.money(terms.amount))
        small: list[str] = []
    elif isinstance(terms, WageTerms):
        row = amount_in(pgettext("print", "%(amount)s a day"), say.money(terms.rate))
        days = {"first": say.whole(terms.start_day), "last": say.whole(terms.last_day)}
        small = [pgettext("print", "from day %(first)s to day %(last)s") % days]
    else:
        row, small = _cost_row(terms, say)
    if math.isfinite(terms.family_cap):
        cap = {"amount": say.money(terms.family_cap)}
        small.append(pgettext("print", "a family: up to %(amount)s a year") % cap)
    return row | {"small": small}


def _cost_row(terms: CostTerms, say: Say) -> tuple[dict[str, str], list[str]]:
    small = []
    if terms.threshold:
        small.append(
            pgettext("print", "you pay the first %(amount)s") % {"amount": say.money(terms.threshold)}
        )
    share = say.share(1.0 - terms.copay)
    if math.isinf(terms.event_cap):
        if terms.copay:
            return amount_in(pgettext("print", "%(amount)s of the bill"), share), small
        return {"before": "", "amount": pgettext("print", "the whole bill"), "after": ""}, small
    if terms.copay:
        small.insert(0, pgettext("print", "%(amount)s of the bill") % {"amount": share})
    return amount_in(pgettext("print", "up to %(amount)s each time"), say.money(terms.event_cap)), small


@dataclass(frozen=True, kw_only=True)
class Board:
    """Packages side by side. Read its words while the language of the choices is active."""

    scheme: Scheme
    lines: Sequence[Line]
    choices: PrintChoices

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        pages = [PackagePage(line) for line in self.lines[:MOST_PACKAGES]]
        return tuple(Shown(number=number, page=page) for number, page in enumerate(pages, start=1))

    @cached_property
    def say(self) -> Say:
        scale = min((one.premium.total for one in self.shown), default=1000.0)
        return Say(scheme=self.scheme, choices=self.choices, scale=scale)

    @property
    def reference(self) -> Shown:
        """The package whose assumptions say how often and how dear: the first."""
        return self.shown[0]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Benefits that at least one package pays for, in the order of the assumptions."""
        known = dict.fromkeys(key for one in self.shown for key in one.benefits)
        return tuple(key for key in known if any(key in one.cover.terms for one in self.shown))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Kinds of event that some package pays for; none whose benefit means another thing elsewhere."""
        one = self.reference
        found = events_of(one.page.line.case.package, keys=tuple(one.benefits), only=frozenset(self.keys))
        return tuple(event for event in found if all(self.means_one_thing(key) for key in event.costs))

    def means_one_thing(self, key: str) -> bool:
        return len({one.kind_of(key) for one in self.shown} - {None}) == 1

    def risk(self, key: str) -> BenefitRisk:
        return next(one.benefits[key][0] for one in self.shown if key in one.benefits)

    def name(self, key: str) -> str:
        """What the benefit is called: as all the packages call it, else as in the assumptions."""
        names = {one.benefits[key][1].name for one in self.shown if key in one.cover.terms}
        return local_name(names.pop() if len(names) == 1 else self.risk(key).name)

    @cached_property
    def family_size(self) -> int:
        """The size of a usual family: the mean, rounded."""
        return max(1, math.floor(self.reference.page.line.case.package.families.mean_size + 0.5))

    @cached_property
    def big_bill(self) -> Event | None:
        """A usual bill, the average one, of the dearest benefit; None where no benefit is a bill."""
        costs = [key for key in self.keys if self.means_one_thing(key) and self.risk(key).kind == Kind.COST]
        dearest = max(costs, key=lambda key: self.risk(key).mean_cost or 0.0, default=None)
        if dearest is None or not (mean := self.risk(dearest).mean_cost):
            return None
        return Event(parent=dearest, size=None, costs={dearest: two_figures(mean)}, per_person_year=0.0)

    # ---- the words -----------------------------------------------------------------------------------------
    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything on the board, ready for a template, a PDF or a public page."""
        return {
            "language": self.choices.language,
            "title": pgettext("print", "Which package suits us?"),
            "lead": pgettext(
                "print", "One package for the whole community. The large figure: one person, one year."
            ),
            "labels": {
                "unit": pgettext("print", "one person, one year"),
                "scheme_pays": pgettext("print", "Scheme pays"),
                "you_pay": pgettext("print", "You pay"),
                "first": pgettext("print", "First choice"),
                "second": pgettext("print", "Second choice"),
                "no": pgettext("print", "no"),
            },
            "columns": [self._column(one) for one in self.shown],
            "has_together": any(math.isfinite(one.cover.family_cap) for one in self.shown),
            "foot": self.foot,
            "warning": self.warning,
        }

    def _column(self, one: Shown) -> dict[str, Any]:
        premium, say = one.premium, self.say
        return {
            "number": one.number,
            "numeral": say.whole(one.number),
            "shape": one.shape,
            "name": one.name,
            "sign": self.scheme.money.sign,
            "price": say.amount(premium.total),
            "family": self._family(premium),
            "small_large": self._small_large(premium),
            "rows": [self._row(one, key) for key in self.keys],
            "together": self._together(one),
            "bill": self._bill(one),
        }

    def _family(self, premium: PremiumBreakdown) -> list[dict[str, str]]:
        size = self.family_size
        n = {"n": self.say.whole(size)}
        return [
            {
                "words": pgettext("print", "family of %(n)s, a year") % n,
                "amount": self.say.money(premium.per_family(size=size)),
            },
            {
                "words": pgettext("print", "family of %(n)s, a month") % n,
                "amount": self.say.money(premium.per_family_month(size=size)),
            },
        ]

    def _small_large(self, premium: PremiumBreakdown) -> str:
        if premium.loadings.large_family_discount == 0.0:
            return ""
        return pgettext(
            "print", "each person in families of %(n)s or more %(large)s, in smaller ones %(small)s"
        ) % {
            "n": self.say.whole(LARGE_FAMILY_FROM),
            "large": self.say.money(premium.large_family),
            "small": self.say.money(premium.small_family),
        }

    def _row(self, one: Shown, key: str) -> dict[str, Any]:
        terms = one.cover.terms.get(key)
        row: dict[str, Any] = {
            "key": key,
            "name": self.name(key),
            "pictogram": self.risk(key).pictogram,
            "covered": terms is not None,
        }
        return row if terms is None else row | terms_row(terms, self.say)

    def _together(self, one: Shown) -> str:
        if math.isinf(one.cover.family_cap):
            return ""
        cap = {"amount": self.say.money(one.cover.family_cap)}
        return pgettext("print", "All together, a family: up to %(amount)s a year") % cap

    def _bill(self, one: Shown) -> dict[str, Any] | None:
        event = self.big_bill
        if event is None or not event.bill:
            return None
        paid = payout_of(event, one.cover)
        return {
            "words": pgettext("print", "%(benefit)s, a bill of %(bill)s")
            % {
                "benefit": self.name(event.parent),
                "bill": self.say.money(event.bill),
            },
            "pays": self.say.money(paid.of_bill),
            "left": self.say.money(event.bill - paid.of_bill),
            "percent": round(100.0 * paid.of_bill / event.bill, 1),
        }

    @cached_property
    def foot(self) -> list[str]:
        persons = sorted({one.premium.persons for one in self.shown})
        joined = " / ".join(self.say.whole(each) for each in persons)
        lines = [
            pgettext("print", "Prices if %(persons)s persons join.") % {"persons": joined},
            pgettext("print", "Everybody's cover starts on the same day."),
        ]
        if self.left_out:
            names = {"names": ", ".join(self.left_out)}
            lines.append(pgettext("print", "None of these packages pays for: %(names)s.") % names)
        return lines

    @cached_property
    def left_out(self) -> list[str]:
        """Benefits of the assumptions that no package pays for, by name."""
        return [
            local_name(risk.name)
            for key, (risk, _b) in self.reference.benefits.items()
            if key not in self.keys
        ]

    @cached_property
    def warning(self) -> str:
        """Says so when example figures stand behind a price: the board is then one to practise with."""
        if not any(one.page.example_names for one in self.shown):
            return ""
        return pgettext("print", "For practice only: example figures stand behind these prices.")

    @property
    def shown_words(self) -> str:
        """How many packages the board shows, in the language of the screen."""
        count = len(self.shown)
        return ngettext("%(n)s package", "%(n)s packages", count) % {"n": count}
