"""The years and the scores of the comparison, in words and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.packages import Line
from calculator.premium import PremiumBreakdown
from workshop.compare_rows import Bar, Better, Part, Row, row_of
from workshop.years import YearsOfPackages
from workshop.years_of_families import Estimate, PackageYears, YearFigures

ROUNDED_TO = 10


def _titles(band: str) -> tuple[str, str]:
    return {
        "light": (_("A light year"), _("around family 50 of 100: half have a lighter one")),
        "middling": (_("A middling year"), _("around family 90 of 100")),
        "bad": (_("A bad year"), _("around family 99 of 100")),
    }[band]


def year_part(
    band: str,
    years: YearsOfPackages,
    premiums: Sequence[PremiumBreakdown],
    *,
    against: int,
    say: Figures,
) -> Part:
    """What the scheme pays and what the family still pays, on average over the families of one band."""
    found = [one.years[band] for one in years.figures]
    title, aside = _titles(band)

    def row(name: str, pick: Callable[[YearFigures], Estimate], better: Better, css: str = "") -> Row:
        estimates = [pick(one) for one in found]
        texts = [_rounded(one.value, say) for one in estimates]
        worst = max(one.error for one in estimates)
        return row_of(
            name,
            [one.value for one in estimates],
            texts,
            better=better,
            against=against,
            css=css,
            small=_("standard error %(error)s at most") % {"error": say.whole(max(worst, 1.0))}
            if worst > 0.0
            else "",
        )

    rows = [row(_("Scheme pays"), lambda one: one.paid, "high")]
    rows.append(row(_("Family still pays"), lambda one: one.own, "low", "cmp__still"))
    totals = [
        one.own.value + premium.collected * families.mean_size
        for one, premium, families in zip(
            found, premiums, (world.package.families for world in years.worlds), strict=True
        )
    ]
    rows.append(
        row_of(
            _("and with its premium"),
            totals,
            [_rounded(one, say) for one in totals],
            better="low",
            against=against,
            css="cmp__with",
        )
    )
    bills = [one.bills for one in found]
    bars = [Bar(paid=_percent(one)) for one in found]
    if years.is_one_world:
        title = _("%(year)s: bills of %(bills)s") % {"year": title, "bills": _rounded(bills[0].value, say)}
    else:
        rows.insert(0, row(_("Bills"), lambda one: one.bills, ""))
    return Part(title=title, aside=aside, rows=[Row(name="", bars=bars), *rows])


def _percent(year: YearFigures) -> float:
    billed = year.bills.value
    return round(min(100.0, 100.0 * year.paid.value / billed), 1) if billed > 0.0 else 0.0


def _rounded(value: float, say: Figures) -> str:
    """To ten units of money where that is fine enough; years are no price list."""
    if say.places:
        return say.amount(value)
    return say.whole(ROUNDED_TO * round(value / ROUNDED_TO))


def score_rows(years: YearsOfPackages, *, against: int, say: Figures) -> list[Row]:
    """Share of bills paid, of all and of the dearest, and families above what is too much."""
    figures = years.figures

    def row(name: str, pick: Callable[[PackageYears], Estimate], better: Better, small: str = "") -> Row:
        estimates = [pick(one) for one in figures]
        error = 100 * max(one.error for one in estimates)
        doubt = _("standard error %(error)s at most") % {"error": say.number(max(error, 0.01), 2)}
        return row_of(
            name,
            [one.value for one in estimates],
            [say.number(100 * one.value, 1) for one in estimates],
            better=better,
            against=against,
            small=f"{small}; {doubt}" if small else doubt,
        )

    without = figures[against].over_without
    return [
        row(
            _("Of 100 %(units)s of bills, the scheme pays") % _units(say), lambda one: one.reimbursed, "high"
        ),
        row(
            _("Of 100 %(units)s of the dearest bills") % _units(say),
            lambda one: one.dear,
            "high",
            _("the tenth of families with the largest"),
        ),
        row(
            _("Fairness: dearest bills less all others"),
            lambda one: one.fairness,
            "high",
            _("above 0, a higher share of higher bills is paid"),
        ),
        row(
            _("Families still above %(amount)s, of 100") % {"amount": say.whole(years.too_much)},
            lambda one: one.over,
            "low",
            _("own spending in a year; without a scheme %(n)s") % {"n": say.number(100 * without.value, 1)},
        ),
        row(_("Families that are paid nothing, of 100"), lambda one: one.nothing, "low"),
    ]


def _units(say: Figures) -> dict[str, str]:
    return {"units": str(say.scheme.money.units)}


def stands_out(lines: Sequence[Line], years: YearsOfPackages, say: Figures) -> list[str]:
    """Three sentences: what no package takes away, who spends least in a bad year, who is paid nothing."""
    bad = [one.years["bad"] for one in years.figures]
    least = min(range(len(bad)), key=lambda place: bad[place].own.value)
    most = max(range(len(bad)), key=lambda place: years.figures[place].nothing.value)
    names = [f"{place + 1} {line.package.name}" for place, line in enumerate(lines)]
    sentences = [
        _(
            "No package takes away the bad year. %(name)s leaves the least of it: %(own)s of %(bills)s, for "
            "%(price)s a person a year."
        )
        % {
            "name": names[least],
            "own": _rounded(bad[least].own.value, say),
            "bills": _rounded(bad[least].bills.value, say),
            "price": say.amount(lines[least].quote.premium.total),
        },
        _("With %(name)s, %(n)s families of 100 pay and get nothing back in a year.")
        % {"name": names[most], "n": say.number(100 * years.figures[most].nothing.value, 0)},
    ]
    unfair = [name for name, one in zip(names, years.figures, strict=True) if one.fairness.value < 0.0]
    if unfair:
        sentences.append(
            _("Small bills are paid better than large ones by: %(names)s.") % {"names": ", ".join(unfair)}
        )
    return sentences
