"""Charts and tables of the page "Who joins", and where its numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.charts import Line, Plot, plot
from schemes.numbers import format_number
from whatif.answers import Reading, Row, Table
from whatif.joining_model import (
    DEARER,
    FAMILIES,
    IN_PART,
    JOINERS_OVER_LEFT_OUT,
    Joining,
    People,
    Population,
    first_joining,
    population,
)
from whatif.selection_model import Offer, Path, Rules, Unit, follow, tipping
from whatif.setting import Setting

UNITS: dict[Unit, Any] = {
    "person": gettext_lazy("Each person alone"),
    "family": gettext_lazy("Each family"),
    "group": gettext_lazy("The whole group, all or none"),
}
MORE_KNOWLEDGE = (0.0, 0.4, 0.7, 1.0)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The numbers of the form as the model takes them, and the scheme's years under its rules."""

    people: People
    drawn: Population
    offer: Offer
    rules: Rules
    years: int
    smaller: float
    _paths: dict[tuple[Rules, float], Path] = field(default_factory=dict, compare=False, repr=False)

    def under(self, *, knows: float | None = None, **changes: Any) -> Path:
        """The years with some rules changed, or with people who act differently on what they know.

        The tables share some of their rows: each is followed once.
        """
        people = self.people if knows is None else replace(self.people, knows=knows)
        rules = replace(self.rules, **changes)
        key = (rules, people.knows)
        if key not in self._paths:
            drawn = self.drawn if people == self.people else population(people)
            self._paths[key] = follow(drawn, self.offer, rules, years=self.years)
        return self._paths[key]


def _axis(path: Path) -> list[float]:
    return [float(year) for year in range(1, len(path.enrolment) + 1)]


def enrolment_plot(setting: Setting, path: Path) -> Plot:
    lines = [Line(name=_("in the scheme"), values=path.enrolment.tolist())]
    if path.taken.shape[1] == 2:
        lines.append(
            Line(name=_("of them in the full package"), values=path.taken[:, 1].tolist(), look="dash")
        )
    lines.append(Line(name=_("whole group"), values=[1.0] * len(path.enrolment), look="ink"))
    return plot(
        title=_("Share of people in the scheme"),
        x=_axis(path),
        lines=lines,
        x_name=_("year"),
        y_name="",
        say_x=lambda year: f"{year:.0f}",
        say_y=lambda value: setting.say.share(value, 0),
        highest=1.0,
    )


def premium_plot(setting: Setting, path: Path) -> Plot:
    lines = [Line(name=_("this package"), values=path.premiums[:, -1].tolist())]
    if path.taken.shape[1] == 2:
        lines.append(Line(name=_("the smaller one"), values=path.premiums[:, 0].tolist(), look="dash"))
    lines.append(
        Line(name=_("whole group"), values=[setting.premium.total] * len(lines[0].values), look="ink")
    )
    return plot(
        title=_("Premium PPPY, re-priced every year"),
        x=_axis(path),
        lines=lines,
        x_name=_("year"),
        y_name=setting.scheme.money.sign,
        say_x=lambda year: f"{year:.0f}",
        say_y=setting.say.money,
    )


def _ratio(setting: Setting, value: float) -> str:
    return "–" if value != value else setting.say.share(value, 0)  # noqa: PLR0124  nan: nobody was in


def _shown(years: int) -> list[int]:
    """The first years one by one, then every fifth, and the last; from 0."""
    return [year for year in range(years) if year < 5 or (year + 1) % 5 == 0 or year == years - 1]


def years_table(setting: Setting, path: Path) -> Table:
    money, two = setting.say.money, path.taken.shape[1] == 2
    columns = [_("In the scheme"), _("Premium PPPY"), _("Claims over premiums")]
    if two:
        columns[1:2] = [_("Full package"), _("Premium PPPY"), _("Smaller package"), _("Its premium PPPY")]
    rows = []
    for year in _shown(len(path.enrolment)):
        cells = [setting.say.share(path.enrolment[year], 1)]
        if two:
            cells.append(setting.say.share(path.taken[year, 1], 1))
        cells.append(money(path.premiums[year, -1]))
        if two:
            cells += [setting.say.share(path.taken[year, 0], 1), money(path.premiums[year, 0])]
        rows.append(Row(name=str(year + 1), cells=[*cells, _ratio(setting, path.claim_ratio[year])]))
    return Table(caption=_("Year by year"), corner=_("Year"), columns=columns, rows=rows)


def _end(setting: Setting, path: Path) -> list[str]:
    """Enrolment, premium of the full package, and claim ratio of the last year."""
    return [
        setting.say.share(path.enrolment[-1], 1),
        setting.say.money(path.premiums[-1, -1]),
        _ratio(setting, path.claim_ratio[0]),
    ]


def deciders_table(setting: Setting, asked: Asked) -> Table:
    rows = []
    for unit, name in UNITS.items():
        rules = replace(asked.rules, unit=unit, lower_cover=None)
        where = tipping(asked.drawn, rules)
        steady = _("none does") if where.steady is None else _times(setting, asked, where.steady)
        tips = _("none") if where.tips is None else _times(setting, asked, where.tips)
        path = asked.under(unit=unit, lower_cover=None)
        rows.append(
            Row(name=str(name), cells=[*_end(setting, path), steady, tips], is_pick=unit == asked.rules.unit)
        )
    return Table(
        caption=_("Who decides, one package"),
        corner=_("Who decides"),
        columns=[
            _("In the scheme, last year"),
            _("Premium, last year"),
            _("Claims over premiums, first year"),
            _("Premium that pays for its takers"),
            _("Tipping point"),
        ],
        rows=rows,
        note=_(
            "Tipping point: from this premium on every re-pricing leads to a higher one. Looked for up to "
            "ten "
            "times today's premium. The larger the unit that decides, the less can be chosen."
        ),
    )


def _times(setting: Setting, asked: Asked, factor: float) -> str:
    return setting.say.money(factor * asked.offer.premium)


def lessons_table(setting: Setting, asked: Asked) -> Table:
    unit = "person" if asked.rules.unit == "group" else asked.rules.unit
    ways: Sequence[tuple[str, dict[str, Any]]] = (
        (_("One package, one date"), {"lower_cover": None, "open_all_year": False}),
        (_("Two packages, one date"), {"lower_cover": asked.smaller, "open_all_year": False}),
        (
            _("One package, any time, no wait"),
            {"lower_cover": None, "open_all_year": True, "wait_months": 0.0},
        ),
        (
            _("One package, any time, wait of 3 months"),
            {"lower_cover": None, "open_all_year": True, "wait_months": 3.0},
        ),
    )
    return Table(
        caption=_("One package or two, one date or any time"),
        corner=_("Rules"),
        columns=[
            _("In the scheme, last year"),
            _("Premium, last year"),
            _("Claims over premiums, first year"),
        ],
        rows=[
            Row(name=name, cells=_end(setting, asked.under(unit=unit, **changes))) for name, changes in ways
        ],
        note=_(
            "With two packages the premium is that of the full one: those who expect much take it, and its "
            "price "
            "drifts away. Where one can join at any time, some join on the way to hospital."
        ),
    )


def knowledge_table(setting: Setting, asked: Asked) -> Table:
    rows = []
    for knows in sorted({*MORE_KNOWLEDGE, asked.people.knows}):
        path = asked.under(knows=knows)
        rows.append(
            Row(
                name=setting.say.share(knows, 0),
                cells=_end(setting, path),
                is_pick=knows == asked.people.knows,
            )
        )
    return Table(
        caption=_("If people acted less, or more, on what they know"),
        corner=_("They act on it"),
        columns=[
            _("In the scheme, last year"),
            _("Premium, last year"),
            _("Claims over premiums, first year"),
        ],
        rows=rows,
        note=_(
            "0 %: joining has nothing to do with health. 100 %: health alone decides. With two packages the "
            "premium is that of the full one, however few still take it."
        ),
    )


@lru_cache(maxsize=1)
def _published() -> Joining:
    return first_joining(People(families=FAMILIES))


def where_from() -> Reading:
    found = _published()

    def two(value: float, places: int = 2) -> str:
        return format_number(value, places=places, grouping="international")

    return Reading(
        title=_("Where these numbers come from"),
        points=[
            _(
                "Fitted: of 3,492 people in a subsidised scheme in rural China (Wang and others 2006) 71 %% "
                "joined, "
                "and they cost %(dearer)s times the population; the model gives %(joined)s %% and %(found)s."
            )
            % {
                "dearer": two(DEARER, 3),
                "joined": format_number(100 * found.joined, places=1, grouping="international"),
                "found": two(found.dearer, 3),
            },
            _(
                "Fitted too: of families with a member, one in three left somebody out (%(known)s; the model "
                "gives %(found)s)."
            )
            % {"known": two(IN_PART), "found": two(found.in_part)},
            _(
                "Not fitted, but tested: in those families members had spent %(known)s times what the "
                "left-out "
                "had. The model gives %(found)s, and from 1.56 to 1.80 where people of one family are taken "
                "to be "
                "more, or less, alike (correlation 0.4 to 0.2 instead of 0.3, which is assumed)."
            )
            % {"known": two(JOINERS_OVER_LEFT_OUT), "found": two(found.over_left_out)},
            _(
                "Over three years the scheme in China did not spiral (Zhang and Wang 2008). Nor does the "
                "model at "
                "these numbers, even when members bear the whole rise."
            ),
        ],
    )
