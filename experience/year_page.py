"""What the page of one year says: viability, of each hundred, ten indicators, codes, claims by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.figures import Figures
from experience import slides
from experience.charts import months_chart
from experience.figures import ALL_BENEFITS, MONTHS, WHOLE_YEAR, YearFigures
from experience.indicators import OfEachHundred, Viability, of_each_hundred
from experience.key_indicators import BANDS, Code, Indicator, key_indicators, openimis_codes
from experience.models import SchemeYear, YearClaims
from experience.queries import benefits_of, figures_of, package_of, year_before
from schemes.numbers import format_money, format_share

GAP = "–"


@dataclass
class YearPage:
    """Figures in words; what is not known is a dash."""

    year: SchemeYear

    @cached_property
    def figures(self) -> YearFigures:
        return figures_of(self.year)

    @cached_property
    def before(self) -> YearFigures | None:
        found = year_before(self.year)
        return None if found is None else figures_of(found)

    @cached_property
    def say(self) -> Figures:
        return Figures(self.year.scheme, scale=self.figures.premium_per_person or 1_000.0)

    @cached_property
    def package(self) -> Any:
        return package_of(self.year)

    def money(self, value: float | None, *, whole: bool = True) -> str:
        if value is None:
            return GAP
        return Figures(self.year.scheme).money(value) if whole else self.say.money(value)

    def count(self, value: float | None) -> str:
        return GAP if value is None else self.say.whole(value)

    @property
    def household_words(self) -> str:
        return self.count(self.figures.households)

    @property
    def premium_words(self) -> str:
        return self.money(self.figures.premium)

    @property
    def paid_words(self) -> str:
        return self.money(self.figures.paid)

    @property
    def assistance_words(self) -> str:
        return self.money(self.figures.technical_assistance)

    @property
    def ratio_words(self) -> str:
        ratio = self.figures.claim_ratio
        return GAP if ratio is None else format_share(ratio, places=1)

    @property
    def is_running(self) -> bool:
        """Claims are still to come."""
        return not self.year.is_over

    # ---- the slides' table ---------------------------------------------------------------------------------
    @cached_property
    def viability(self) -> Viability | None:
        return Viability.of(self.figures)

    @cached_property
    def missing(self) -> list[str]:
        """What the viability table waits for."""
        needed = {
            _("households"): self.figures.households,
            _("persons insured"): self.figures.insured,
            _("premium collected"): self.figures.premium,
            _("claims paid"): self.figures.paid,
        }
        return [name for name, value in needed.items() if not value and value != 0.0]

    @property
    def viability_rows(self) -> list[tuple[str, str, str]]:
        """Name, this year, the slides' average year of an average scheme."""
        mine, bench = self.viability, slides.viability()["An average year of an average scheme"]
        if mine is None:
            return []
        say, inr = self.money, partial(format_money, grouping=self.year.scheme.number_grouping)
        whole = self.say.whole
        return [
            (_("Households"), whole(mine.households), whole(bench.households)),
            (_("Persons insured"), whole(mine.insured), whole(bench.insured)),
            (
                _("Persons a household"),
                self.say.number(mine.persons_per_household, 2),
                self.say.number(bench.persons_per_household, 2),
            ),
            (
                _("Premium a household"),
                say(mine.premium_per_household, whole=False),
                inr(bench.premium_per_household),
            ),
            (
                _("Premium a person"),
                say(mine.premium_per_person, whole=False),
                inr(bench.premium_per_person),
            ),
            (_("Total premium"), say(mine.premium), inr(bench.premium)),
            (_("Claim ratio"), format_share(mine.claim_ratio), format_share(bench.claim_ratio)),
            (_("Premium left after claims"), say(mine.excess), inr(bench.excess)),
            (_("Interest it could earn, 4 % a year"), say(mine.interest), inr(bench.interest)),
            (
                _("Left for running costs, a month"),
                say(mine.for_running_a_month),
                inr(bench.for_running_a_month),
            ),
        ]

    # ---- of each hundred -----------------------------------------------------------------------------------
    @cached_property
    def hundred(self) -> OfEachHundred | None:
        year = self.figures
        income = sum(value or 0.0 for value in (year.premium, year.subsidy, year.interest))
        if not income or year.premium is None or year.paid is None or year.running_costs is None:
            return None
        return of_each_hundred(income=income, claims=year.paid, running=year.running_costs)

    @property
    def hundred_bars(self) -> list[dict[str, Any]]:
        """Parts of a bar a hundred wide; without what came out of the reserve."""
        found = self.hundred
        if found is None:
            return []
        out = max(found.claims + found.running, 100)
        bars, start = [], 0.0
        for name, part in (("claims", found.claims), ("running", found.running), ("saved", found.saved)):
            if part > 0:
                width = 100.0 * part / out
                bars.append({"name": name, "x": f"{start:.2f}", "width": f"{width:.2f}"})
                start += width
        return bars

    @property
    def taken_from_reserve(self) -> int:
        return -self.hundred.saved if self.hundred is not None and self.hundred.saved < 0 else 0

    # ---- indicators ----------------------------------------------------------------------------------------
    @property
    def indicators(self) -> list[dict[str, Any]]:
        found = key_indicators(
            self.figures,
            before=self.before,
            target_persons=self.year.scheme.inhabitants,
            share_passed=self.year.share_passed,
        )
        return [
            {
                "number": one.number,
                "name": _(one.name),
                "formula": _(one.formula),
                "codes": ", ".join(one.codes),
                "value": self._indicator(one),
                "is_long": bool(one.bands),
            }
            for one in found
        ]

    def _indicator(self, one: Indicator) -> str:
        if one.value is None:
            return GAP
        if one.unit == "bands":
            return "; ".join(self._bands(one.bands))
        return self.say.number(one.value, 2) if one.unit == "ratio" else format_share(one.value, places=1)

    @staticmethod
    def _bands(bands: Sequence[float]) -> list[str]:
        names = [
            _("%(low)s to %(high)s days") % {"low": low, "high": high}
            if high is not None
            else _("more than %(n)s days") % {"n": low - 1}
            for low, high in BANDS
        ]
        return [f"{name}: {format_share(band, places=0)}" for name, band in zip(names, bands, strict=True)]

    @property
    def codes(self) -> list[dict[str, str]]:
        found = openimis_codes(self.figures, before=self.before, share_passed=self.year.share_passed)
        return [{"code": one.code, "name": _(one.name), "value": self._code(one)} for one in found]

    def _code(self, one: Code) -> str:
        if one.value is None:
            return GAP
        written = {
            "money": self.money,
            "share": lambda value: format_share(value, places=1),
            "number": self.count,
            "days": lambda value: _("%(n)s days") % {"n": self.say.number(value, 1)},
            "ratio": lambda value: self.say.number(value, 3),
        }
        return str(written[one.unit](one.value))

    # ---- claims --------------------------------------------------------------------------------------------
    @cached_property
    def benefits(self) -> dict[str, str]:
        return dict(benefits_of(self.year))

    def benefit_name(self, key: str) -> str:
        return _("All benefits together") if key == ALL_BENEFITS else self.benefits.get(key, key)

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        """Every line that is kept, in order of month."""
        rows = sorted(self.year.claims.all(), key=lambda row: (row.month, self.benefit_name(row.benefit)))
        return [self._claims_line(row) for row in rows]

    def _claims_line(self, row: YearClaims) -> dict[str, Any]:
        return {
            "benefit": self.benefit_name(row.benefit),
            "month": row.month,
            "month_name": self.year.month_name(row.month),
            "count": self.count(row.count),
            "rejected": self.count(row.rejected),
            "billed": self.money(_float(row.billed)),
            "paid": self.money(_float(row.paid)),
            "days": GAP if row.days_to_settle is None else self.say.number(row.days_to_settle, 1),
        }

    @cached_property
    def chart(self) -> dict[str, Any] | None:
        names = [month["short"] for month in self.months]
        return months_chart(self.figures.paid_by_month(), names=names, say=self.say.whole)

    @cached_property
    def months(self) -> list[dict[str, Any]]:
        """The twelve months: name, and whether anything is entered."""
        entered = {row.month for row in self.year.claims.all()}
        return [
            {
                "number": month,
                "name": self.year.month_name(month),
                "short": date_format(self.year.first_of_month(month), "M"),
                "is_entered": month in entered,
            }
            for month in range(1, MONTHS + 1)
        ]

    @property
    def entered_months(self) -> list[dict[str, str]]:
        """The months that anything is entered for, and the whole year where that is all that is known."""
        found = []
        for month in sorted({row.month for row in self.year.claims.all()}):
            lines = [one for one in self.figures.claims if one.month == month]
            part = replace(self.figures, claims=tuple(lines))
            found.append(
                {
                    "name": self.year.month_name(month),
                    "count": self.count(part.claim_count),
                    "paid": self.money(part.paid),
                }
            )
        return found

    @property
    def is_complete(self) -> bool:
        """Something is entered for every month, or for the whole year at once."""
        entered = {row.month for row in self.year.claims.all()}
        return WHOLE_YEAR in entered or all(month["is_entered"] for month in self.months)

    @property
    def next_month_name(self) -> str:
        return self.year.month_name(self.next_month)

    @property
    def next_month(self) -> int:
        """The first month that nothing is entered for; 1 where all are."""
        return next((month["number"] for month in self.months if not month["is_entered"]), 1)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
