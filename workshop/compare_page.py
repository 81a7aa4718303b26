"""Up to six packages side by side: price, how it is paid, cover, three years, three scores, assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from calculator.package_page import PackagePage
from calculator.packages import Line
from calculator.premium import PremiumBreakdown
from schemes.models import Scheme
from simulation.engine.families import FamilySizes
from workshop.affordable import Asked, asked_of
from workshop.compare_forms import CompareForm
from workshop.compare_rows import Part, Row, row_of, words_row
from workshop.compare_terms import terms_rows
from workshop.compare_years import score_rows, stands_out, year_part
from workshop.instalments import Loan, instalment
from workshop.willingness import WouldPay, published_would_pay
from workshop.years import YearsOfPackages
from workshop.years_of_families import BANDS

TENTH = 0.1


@dataclass
class Comparison:
    """What the page shows. `against` is the place of the package that the others are held against."""

    scheme: Scheme
    lines: Sequence[Line]
    form: CompareForm
    against: int = 0
    only_differences: bool = False

    @cached_property
    def say(self) -> Figures:
        return Figures(self.scheme, scale=min(line.quote.premium.total for line in self.lines))

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [
            {"number": place + 1, "line": line, "is_reference": place == self.against}
            for place, line in enumerate(self.lines)
        ]

    @cached_property
    def premiums(self) -> list[PremiumBreakdown]:
        return [line.quote.premium for line in self.lines]

    @cached_property
    def years(self) -> YearsOfPackages:
        income = self.form.number("income")
        too_much = self.form.number("too_much")
        if too_much is None and income is not None:
            too_much = TENTH * income
        return YearsOfPackages(lines=self.lines, unit_costs=self.form.costs, typed_too_much=too_much)

    @cached_property
    def parts(self) -> list[Part]:
        parts = [self._price(), self._paying(), self._cover()]
        parts += [
            year_part(band.name, self.years, self.premiums, against=self.against, say=self.say)
            for band in BANDS
        ]
        parts += [
            Part(
                title=_("Three scores"),
                aside=_("all simulated families"),
                rows=score_rows(self.years, against=self.against, say=self.say),
            ),
            *self._assumptions(),
        ]
        if self.only_differences:
            parts = [part.only_differences() for part in parts]
        return [part for part in parts if part.rows]

    @cached_property
    def stands_out(self) -> list[str]:
        return stands_out(self.lines, self.years, self.say)

    def _row(self, name: str, values: Sequence[float], *, small: str = "", css: str = "") -> Row:
        texts = [self.say.amount(value) for value in values]
        return row_of(name, values, texts, better="low", against=self.against, small=small, css=css)

    # ---- what it costs -------------------------------------------------------------------------------------
    def _price(self) -> Part:
        size = int(self.form.value("size"))
        in_words = _("Family of %(size)s, one year") % {"size": size}
        per_family = [premium.per_family(size=size) for premium in self.premiums]
        rows = [
            self._row(_("One person, one year"), [one.total for one in self.premiums], css="cmp__price"),
            self._row(
                _("Average family, one year"),
                [
                    average_family(one, line.case.community.families)
                    for one, line in zip(self.premiums, self.lines, strict=True)
                ],
                small=_("%(size)s members")
                % {"size": self.say.number(self.lines[0].case.community.families.mean_size, 1)},
            ),
            self._row(in_words, per_family),
            self._row(_("One person, a month"), [one.total / 12 for one in self.premiums]),
            self._row(
                _("Pure risk premium"), [one.pure for one in self.premiums], small=_("a person a year")
            ),
            self._row(_("Risk loading"), [one.risk_loading for one in self.premiums]),
        ]
        return Part(title=_("What it costs"), aside=str(self.scheme.money.units), rows=rows)

    def _paying(self) -> Part:
        size, parts = int(self.form.value("size")), int(self.form.value("parts"))
        interest, months = float(self.form.value("interest")), int(self.form.value("months"))
        yearly = [premium.per_family(size=size) for premium in self.premiums]
        loans = [Loan(premium=one, interest_a_year=interest, months=months) for one in yearly]
        rows = [
            self._row(
                ngettext("In %(n)s part, each", "In %(n)s equal parts, each", parts) % {"n": parts},
                [instalment(premium=one, parts=parts) for one in yearly],
            ),
            self._row(
                _("Lent by the self-help group, a month"),
                [loan.a_month for loan in loans],
                small=_("%(months)s months, %(interest)s a year on what is still owed")
                % {"months": months, "interest": self.say.share(interest, 1)},
            ),
            self._row(_("of it interest, in all"), [loan.interest for loan in loans]),
            self._would_pay(),
        ]
        title = _("How a family of %(size)s pays") % {"size": size}
        return Part(title=title, rows=rows)

    # ---- who would pay -------------------------------------------------------------------------------------
    @cached_property
    def asked(self) -> Asked | None:
        return asked_of(self.scheme, share_of_food=self.form.number("food_share"))

    @cached_property
    def would_pay(self) -> list[WouldPay] | None:
        """By the surest route there is; None where nothing is known and nothing was typed."""
        asked = self.asked
        households = None if asked is None else asked.asked or asked.food
        income, size = self.form.number("income"), int(self.form.value("size"))
        if households is not None:
            return [
                households.would_pay(up_to_3=one.small_family, from_4=one.large_family)
                for one in self.premiums
            ]
        if income is None:
            return None
        return [
            published_would_pay(premium=one.per_family(size=size), income=income) for one in self.premiums
        ]

    def _would_pay(self) -> Row:
        name = _("Households that would pay, of 100")
        found = self.would_pay
        if found is None:
            words = _("Type above what a household earns.")
            return words_row(name, ["–" for _each in self.lines], small=words)
        texts = [_would_pay_words(one) for one in found]
        middles = [0.5 * (one.low + one.high) for one in found]
        return row_of(
            name, middles, texts, better="high", against=self.against, small=self._would_pay_source(found[0])
        )

    def _would_pay_source(self, found: WouldPay) -> str:
        if found.basis == "published":
            return _(
                "Published for seven places in India (2007), not asked here; between its points on a "
                "straight line in the logarithm. If a household earns %(income)s a year."
            ) % {"income": self.say.whole(self.form.number("income") or 0.0)}
        values = {"n": self.say.whole(found.households), "survey": self.asked.survey if self.asked else ""}
        error = (
            ""
            if found.error is None
            else " "
            + _("Give or take %(points)s in 100.") % {"points": self.say.number(200.0 * found.error, 0)}
        )
        if found.basis == "food":
            words = _("%(n)s households of %(survey)s: at most %(share)s of their food spending.")
            return words % {**values, "share": self.say.share(self.form.number("food_share") or 0.0)} + error
        return _("Said by %(n)s households of %(survey)s; words, not payments.") % values + error

    # ---- what it covers, and what it rests on --------------------------------------------------------------
    def _cover(self) -> Part:
        rows = terms_rows(self.lines, against=self.against, say=self.say)
        return Part(title=_("What it covers"), aside=_("most the scheme pays"), rows=rows)

    def _assumptions(self) -> list[Part]:
        """Named plainly where they differ: the premium differs for that too. What is alike is left out."""
        pages = [PackagePage(line) for line in self.lines]
        assumed = [
            {_("Version of the assumptions"): str(page.line.package.assumption_set.number)}
            | {row["name"]: row["assumption"] for row in page.terms}
            for page in pages
        ]
        facts = [{fact["name"]: fact["value"] for fact in page.community} for page in pages]
        parts = [
            Part(title=_("Assumptions"), aside=_("how often, how dear"), rows=_worded(assumed)),
            Part(title=_("Community and loadings"), rows=_worded(facts)),
        ]
        return [part.only_differences() for part in parts]

    @property
    def version_words(self) -> str:
        """Which assumptions all packages rest on; empty where they do not."""
        numbers = {line.package.assumption_set.number for line in self.lines}
        if len(numbers) > 1:
            return ""
        return _("All packages rest on version %(number)s of the assumptions.") % {"number": numbers.pop()}

    @property
    def other_assumptions(self) -> list[str]:
        """Packages that rest on other assumptions or other families than the one they are held against."""
        worlds = [world.as_json() for world in self.years.worlds]
        return [
            line.package.name
            for line, world in zip(self.lines, worlds, strict=True)
            if world != worlds[self.against]
        ]


def average_family(premium: PremiumBreakdown, families: FamilySizes) -> float:
    """What families pay a year on average over their sizes, money."""
    return sum(share * premium.per_family(size=int(size)) for size, share in families.shares.items())


def _would_pay_words(found: WouldPay) -> str:
    if found.share is not None:
        return str(round(100 * found.share))
    if found.low == 0.0:
        return _("under %(n)s") % {"n": round(100 * found.high)}
    return _("over %(n)s") % {"n": round(100 * found.low)}


def _worded(columns: Sequence[dict[str, str]]) -> list[Row]:
    names = list(dict.fromkeys(name for column in columns for name in column))
    return [words_row(name, [column.get(name, "–") for column in columns]) for name in names]
