"""The lines below the benefits: from the pure risk premium to what a family pays a month, each a formula."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from calculator.premium import HIGHEST_CHANCE, price_premium
from calculator.workbook.contents import (
    CALCULATOR,
    FIRST_BENEFIT,
    NOTE,
    PREMIUM,
    TAKE_UPS,
    WORKING,
    Contents,
    cell,
    span,
)
from calculator.workbook.styles import ACCENT, INK_2, RULE, Styles, quoted
from calculator.workbook.working_sheet import INDEPENDENT, JOINT, VARIANCE, Working
from simulation.engine.families import LARGE_FAMILY_FROM

INPUT = 5
SHARE_FORMAT = "0.##%"
MOST_INHABITANTS = 999_999_999


class Lines:
    """Writes one line after the other and names its cells."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, contents: Contents, working: Working, styles: Styles
    ) -> None:
        self.book, self.sheet, self.contents = book, sheet, contents
        self.working, self.styles = working, styles
        self.money, self.at, self.premium = styles.money, contents.at, contents.premium

    def label(self, row: int, name: str, note: str = "", *, strong: bool = False) -> None:
        """The words of a line, its rule across the whole width."""
        style = self.styles.strong if strong else self.styles.line
        for column in range(NOTE):
            self.sheet.write_blank(row, column, None, style)
        self.sheet.write_string(row, 0, name, style)
        self.sheet.write_string(row, NOTE, note, self.styles.note)
        self.sheet.set_row(row, 28 if len(note) > 50 else 20)

    def figure(
        self, row: int, name: str, formula: str, value: float, *, number: str = "", strong: bool = False
    ) -> None:
        """A figure that is worked out, under a name."""
        number = number or self.money
        style = self.styles.strong_number(number) if strong else self.styles.computed(number)
        self.sheet.write_formula(row, PREMIUM, f"={formula}", style, value)
        self.book.define_name(name, "=" + cell(CALCULATOR, row, PREMIUM))

    def input(self, row: int, name: str, value: float | None, number: str, rule: dict[str, Any]) -> None:
        """A number that may be changed, under a name."""
        style = self.styles.input(number)
        if value is None:
            self.sheet.write_blank(row, INPUT, None, style)
        else:
            self.sheet.write_number(row, INPUT, value, style)
        self.sheet.data_validation(row, INPUT, row, INPUT, rule)
        self.book.define_name(name, "=" + cell(CALCULATOR, row, INPUT))


def write_lines(
    book: Workbook, sheet: Worksheet, contents: Contents, working: Working, styles: Styles
) -> None:
    """All of them, the tables of families and take-up, and the chart."""
    lines = Lines(book, sheet, contents, working, styles)
    _community(lines)
    _risk(lines)
    _loadings(lines)
    _discount(lines)
    _families(lines)
    _take_up(lines)
    _chart(lines)


def _community(lines: Lines) -> None:
    at, premium, contents = lines.at, lines.premium, lines.contents
    first = xl_rowcol_to_cell(FIRST_BENEFIT, PREMIUM)
    last = xl_rowcol_to_cell(at.pure - 1, PREMIUM)
    lines.label(at.pure, _("Pure risk premium"), _("what the scheme expects to pay"), strong=True)
    lines.figure(at.pure, "pure_premium", f"SUM({first}:{last})", premium.pure, strong=True)
    lines.label(at.inhabitants, _("Inhabitants"))
    lines.input(
        at.inhabitants,
        "inhabitants",
        contents.inhabitants,
        lines.styles.plain,
        _between(_("Inhabitants"), 1, MOST_INHABITANTS, whole=True),
    )
    lines.label(at.take_up, _("Expected take-up"), _("share of the inhabitants who join"))
    lines.input(
        at.take_up, "take_up", contents.take_up, SHARE_FORMAT, _between(_("Expected take-up"), 0.0001, 1)
    )
    lines.label(at.persons, _("Community size"), _("persons who join: inhabitants × take-up"))
    lines.figure(
        at.persons,
        "persons",
        "MAX(1,ROUND(inhabitants*take_up,0))",
        premium.persons,
        number=lines.styles.plain,
    )


def _risk(lines: Lines) -> None:
    at, premium, working = lines.at, lines.premium, lines.working
    lines.label(
        at.chance, _("Chance of bankruptcy"), _("chance that a year’s payouts exceed pure + risk loading")
    )
    lines.input(
        at.chance,
        "chance_of_bankruptcy",
        premium.loadings.chance_of_bankruptcy,
        SHARE_FORMAT,
        _between(_("Chance of bankruptcy"), 0.000001, HIGHEST_CHANCE),
    )
    lines.figure(
        at.chance, "z_value", "_xlfn.NORM.S.INV(1-chance_of_bankruptcy)", premium.z, number='"z = "0.0000'
    )
    lines.label(
        at.basis,
        _("Benefits are counted"),
        _("joint: those paid on one event come together; independent: as the old sheet did"),
    )
    joint = premium.loadings.risk_basis == "joint"
    lines.sheet.write_string(at.basis, INPUT, _("joint") if joint else _("independent"), lines.styles.input())
    lines.book.define_name("risk_basis", "=" + cell(CALCULATOR, at.basis, INPUT))
    choose = {"validate": "list", "source": "=" + span(WORKING, JOINT, INDEPENDENT)}
    says = _("Choose joint or independent from the list.")
    lines.sheet.data_validation(
        at.basis,
        INPUT,
        at.basis,
        INPUT,
        choose | {"error_title": _("Risk basis")[:32], "error_message": says},
    )
    independent = f"SQRT(SUM({working.column(VARIANCE)}))"
    if working.directions:
        pairs = f"SUMSQ({working.group_sums})-SUMSQ({working.shared})"
        sigma = (
            f"IF(risk_basis={cell(WORKING, *INDEPENDENT)},{independent},"
            f"SQRT(SUM({working.column(VARIANCE)})+{pairs}))"
        )
    else:
        sigma = independent
    lines.label(at.sigma, _("Spread of one person’s share (sigma)"), _("a family’s payout, per person"))
    lines.figure(at.sigma, "sigma", sigma, premium.sigma)
    lines.label(
        at.risk_loading,
        _("Risk loading"),
        _("z × sigma / √ persons; beside it its share of the pure premium"),
    )
    lines.figure(at.risk_loading, "risk_loading", "z_value*sigma/SQRT(persons)", premium.risk_loading)
    lines.sheet.write_formula(
        at.risk_loading,
        INPUT,
        "=IF(pure_premium>0,risk_loading/pure_premium,0)",
        lines.styles.computed("0.0%"),
        premium.risk_loading_share or 0,
    )
    lines.label(
        at.with_risk,
        _("Premium with risk loading"),
        _("lines are carried unrounded, so what is shown may not add up to the last digit"),
        strong=True,
    )
    lines.figure(
        at.with_risk, "premium_with_risk", "pure_premium+risk_loading", premium.with_risk, strong=True
    )


def _loadings(lines: Lines) -> None:
    at, premium = lines.at, lines.premium
    parts = ["premium_with_risk", "admin_cost"]
    lines.label(at.admin, _("Admin cost"), _("share put on top of the premium with risk loading"))
    lines.input(at.admin, "admin_rate", premium.loadings.admin, SHARE_FORMAT, _between(_("Admin cost"), 0, 1))
    lines.figure(at.admin, "admin_cost", "admin_rate*premium_with_risk", premium.admin)
    for place, ((name, amount), (_same, rate)) in enumerate(
        zip(premium.further, premium.loadings.further, strict=True)
    ):
        row, here = at.first_further + place, f"further_{place + 1}"
        lines.label(row, name, _("share put on top of the premium with risk loading"))
        lines.input(row, f"{here}_rate", rate, SHARE_FORMAT, _between(_("Further loading"), 0, 1))
        lines.figure(row, here, f"{here}_rate*premium_with_risk", amount)
        parts.append(here)
    lines.label(at.total, _("Total premium payable PPPY"), strong=True)
    lines.figure(at.total, "total_premium", "+".join(parts), premium.total, strong=True)


def _discount(lines: Lines) -> None:
    at, premium = lines.at, lines.premium
    families = lines.contents.case.package.families
    lines.label(at.discount, _("Larger family discount"), _("for families of 4 or more members"))
    lines.input(
        at.discount,
        "large_family_discount",
        premium.loadings.large_family_discount,
        SHARE_FORMAT,
        _between(_("Larger family discount"), 0, 0.9),
    )
    from_sizes = f"{families.share_in_large:.1%}"
    lines.label(
        at.share,
        _("People in larger families"),
        _("empty: taken from the family sizes, %(share)s") % {"share": from_sizes},
    )
    typed = lines.contents.case.community.share_in_large
    lines.input(at.share, "share_typed", typed, SHARE_FORMAT, _between(_("People in larger families"), 0, 1))
    used = f"IF(ISNUMBER(share_typed),share_typed,{families.share_in_large!r})"
    lines.figure(at.share, "share_in_large", used, premium.share_in_large, number="0.0%")
    lines.label(at.small, _("PPPY up to size 3"), strong=True)
    lines.figure(
        at.small,
        "premium_small",
        "total_premium/(1-large_family_discount*share_in_large)",
        premium.small_family,
        strong=True,
    )
    lines.label(at.large, _("PPPY for size 4+"), strong=True)
    lines.figure(
        at.large,
        "premium_large",
        "premium_small*(1-large_family_discount)",
        premium.large_family,
        strong=True,
    )
    lines.label(at.average, _("Average"))
    lines.figure(
        at.average,
        "premium_average",
        "premium_small*(1-share_in_large)+premium_large*share_in_large",
        premium.average,
    )
    lines.label(
        at.collected,
        _("Collected, if the family sizes are right"),
        _("differs from the average where a share is typed that the family sizes do not say"),
    )
    share = repr(families.share_in_large)
    lines.figure(
        at.collected, "collected", f"premium_small*(1-{share})+premium_large*{share}", premium.collected
    )


def _families(lines: Lines) -> None:
    at, sheet, styles, premium = lines.at, lines.sheet, lines.styles, lines.premium
    for column, head in enumerate((_("What a family pays"), _("A year"), _("A month"))):
        sheet.write_string(at.families, column, head, styles.head if column else styles.head_left)
    for size in range(1, lines.contents.largest_family + 1):
        row = at.families + size
        rate = "premium_large" if size >= LARGE_FAMILY_FROM else "premium_small"
        sheet.write_string(row, 0, _("Family of %(size)s") % {"size": size}, styles.line)
        year, month = xl_rowcol_to_cell(row, 1), premium.per_family_month(size=size)
        sheet.write_formula(
            row, 1, f"={size}*{rate}", styles.computed(styles.money), premium.per_family(size=size)
        )
        sheet.write_formula(row, 2, f"={year}/12", styles.computed(styles.money), month)


def _take_up(lines: Lines) -> None:
    at, sheet, styles = lines.at, lines.sheet, lines.styles
    contents, premium = lines.contents, lines.premium
    sheet.set_row(at.families, 20)
    heads = (_("Who join"), _("Persons"), _("Risk loading"), _("PPPY"))
    for column, head in enumerate(heads, start=3):
        sheet.write_string(at.families, column, head, styles.head)
    factor = "+".join(["1", "admin_rate", *(f"further_{i + 1}_rate" for i in range(at.further))])
    for place, share in enumerate(TAKE_UPS, start=1):
        row = at.families + place
        persons = max(1, math.floor(contents.inhabitants * share + 0.5))
        then = price_premium(
            moments=contents.moments,
            community=replace(contents.case.community, persons=persons),
            loadings=premium.loadings,
        )
        joined, loading = (xl_rowcol_to_cell(row, column) for column in (4, 5))
        join = xl_rowcol_to_cell(row, 3)
        sheet.write_number(row, 3, share, styles.computed("0%"))
        formulas = (
            (f"=MAX(1,ROUND(inhabitants*{join},0))", styles.plain, persons),
            (f"=z_value*sigma/SQRT({joined})", lines.money, then.risk_loading),
            (f"=(pure_premium+{loading})*({factor})", lines.money, then.total),
        )
        for column, (formula, number, value) in enumerate(formulas, start=4):
            sheet.write_formula(row, column, formula, styles.computed(number), value)


def _chart(lines: Lines) -> None:
    """Bars for every line of the total, the dearest benefit beside what is put on top of it."""
    at, sheet, styles, premium = lines.at, lines.sheet, lines.styles, lines.premium
    parts = [(row.sheet_row, row.name) for row in lines.contents.rows]
    parts += [(at.risk_loading, _("Risk loading")), (at.admin, _("Admin cost"))]
    parts += [(at.first_further + place, name) for place, (name, _amount) in enumerate(premium.further)]
    top, names, values = at.families + lines.contents.largest_family + 2, NOTE + 2, NOTE + 3
    sheet.write_string(top - 1, names, _("What the chart shows"), styles.quiet)
    for place, (row, name) in enumerate(parts):
        source = cell(CALCULATOR, row, PREMIUM)
        sheet.write_string(top + place, names, name, styles.quiet)
        amount = _first_value(lines, row)
        sheet.write_formula(
            top + place, values, f"=IF(ISNUMBER({source}),{source},0)", styles.computed(lines.money), amount
        )
    last = top + len(parts) - 1
    chart = lines.book.add_chart({"type": "bar"})
    font = {"name": "Calibri", "size": 10, "color": INK_2}
    chart.add_series(
        {
            "name": _("What the premium is made of, PPPY"),
            "categories": "=" + span(CALCULATOR, (top, names), (last, names)),
            "values": "=" + span(CALCULATOR, (top, values), (last, values)),
            "fill": {"color": ACCENT},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "#,##0", "font": font},
        }
    )
    chart.set_title(
        {
            "name": _("What the premium is made of, %(sign)s PPPY") % {"sign": quoted(lines.contents.sign)},
            "name_font": {"name": "Calibri", "size": 13, "bold": True, "color": ACCENT},
        }
    )
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": RULE}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_chartarea({"border": {"color": RULE}})
    chart.set_size({"width": 1060, "height": 60 + 30 * len(parts)})
    what = _("A bar for each benefit and loading; the figures stand in the table above.")
    sheet.insert_chart(top, 0, chart, {"description": what, "object_position": 2})


def _first_value(lines: Lines, row: int) -> float:
    premium, at = lines.premium, lines.at
    if row < at.pure:
        return premium.lines[row - FIRST_BENEFIT].pure
    if row == at.risk_loading:
        return premium.risk_loading
    return premium.admin if row == at.admin else premium.further[row - at.first_further][1]


def _between(title: str, low: float, high: float, *, whole: bool = False) -> dict[str, Any]:
    shown = (
        (f"{low:,}", f"{high:,}") if whole else (f"{low:.4%}".rstrip("0%").rstrip(".") + " %", f"{high:.0%}")
    )
    limits = {"low": shown[0], "high": shown[1]}
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "input_title": title[:32],
        "input_message": _("From %(low)s to %(high)s.") % limits,
        "error_title": title[:32],
        "error_message": _("Type a number from %(low)s to %(high)s.") % limits,
    }
