"""Ten years as they may fall, and how likely the pot runs out: pictures, rows and sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from experience.projection import PATHS
from explained.page import Explained
from explained.ten_years import MOST_DECADES, YEARS, Ruin, Year
from workshop.years_of_families import Estimate

HEIGHT, ROOM = 220, 22
"""Pixels of the picture, and those above and below the bars for their numbers."""
BAR = 6.8
"""Per cent of the width; a year has ten."""
SMALL_CHANCE = 0.001


def ten_years(of: Explained) -> dict[str, Any]:
    years = of.years
    return {
        "title": _("Ten years, as they may fall"),
        "says": _says(of, years),
        "picture": picture(of, years),
        "picture_title": _("What each year leaves over, or is short of, %(units)s a person")
        % {"units": str(of.scheme.money.units)},
        "key": [
            {"fill": "f-1", "paper": "solid", "words": _("left over, into the pot")},
            {"fill": "f-h", "paper": "hatch", "words": _("short, out of the pot")},
        ],
        "columns": {
            "year": _("Year"),
            "kind": _("What kind"),
            "premium": _("Premium in"),
            "running": _("Running the scheme"),
            "claims": _("Paid to families"),
            "pot": _("Pot at the end"),
            "enough": _("Enough?"),
        },
        "rows": [
            _row(of, year, before=before)
            for year, before in zip(years, (0.0, *(year.pot for year in years)), strict=False)
        ],
        "note": _note(of),
        "another": {"decade": of.decade % MOST_DECADES + 1, "words": _("Another ten years")},
        "first": _("The first ten years") if of.decade > 1 else "",
    }


def _says(of: Explained, years: tuple[Year, ...]) -> list[str]:
    short = sum(year.is_short for year in years)
    empty = [year.number for year in years if year.is_empty]
    if short == 0:
        words = [_("In none of these ten years did families need more than had come in for them.")]
    else:
        counted = ngettext(
            "In %(n)s of these ten years families needed more than had come in for them that year.",
            "In %(n)s of these ten years families needed more than had come in for them that year.",
            short,
        )
        words = [counted % {"n": of.say.whole(short)}]
    if empty:
        words.append(
            _("In year %(year)s the pot was empty: bills could not be paid in full without help.")
            % {"year": of.say.whole(empty[0])}
        )
        words.append(
            _(
                "The table goes on as if somebody lent what was missing, without interest: what later years "
                "leave over pays it back first."
            )
        )
    elif short:
        words.append(_("What earlier years had left over was enough to pay them all."))
    ten = next(one for one in of.ruins if one.years == YEARS)
    first = years[0]
    words.append(
        _(
            "Every year %(premium)s come in; %(running)s of it run the scheme, %(left)s are there for "
            "families."
        )
        % {
            "premium": of.say.money(first.premium),
            "running": of.say.money(first.running),
            "left": of.say.money(of.pot.income),
        }
    )
    words.append(
        _(
            "Other ten years fall otherwise: at least one short year comes in %(n)s of 100 such spans of "
            "ten, even when every figure is right."
        )
        % {"n": _in_hundred(of, ten.short_once)}
    )
    return words


def _in_hundred(of: Explained, chance: float) -> str:
    n = round(100.0 * chance)
    if n == 0 and chance > 0.0:
        return _("fewer than 1")
    if n == 100 and chance < 1.0:
        return _("more than 99")
    return of.say.whole(n)


# ---- the picture -------------------------------------------------------------------------------------------
def picture(of: Explained, years: tuple[Year, ...]) -> dict[str, Any]:
    """Bars from a line of nothing, up for what is left over and down for what is missing, by person."""
    left = [year.left / of.pot.persons for year in years]
    most, least = max(*left, 0.0), min(*left, 0.0)
    span = (most - least) or 1.0
    pixel = (HEIGHT - 2 * ROOM) / span
    ground = ROOM + most * pixel
    step = 100.0 / YEARS
    return {
        "height": HEIGHT + ROOM,
        "ground": _at(ground),
        "years_at": HEIGHT + ROOM - 6,
        "up": round(most / span, 4),
        "bars": [
            {
                "x": _at(step * place + 0.5 * (step - BAR)),
                "middle": _at(step * (place + 0.5)),
                "width": _at(BAR),
                "y": _at(ground - max(value, 0.0) * pixel),
                "height": _at(max(abs(value) * pixel, 1.0)),
                "text_at": _at(ground - value * pixel + (-6 if value >= 0.0 else 16)),
                "text": _signed(of, value),
                "fill": "f-1" if value >= 0.0 else "f-h",
                "share": round(value / span, 4),
                "number": of.say.whole(year.number),
            }
            for place, (year, value) in enumerate(zip(years, left, strict=True))
        ],
    }


def _at(value: float) -> str:
    return f"{value:.2f}"


def _signed(of: Explained, value: float) -> str:
    written = of.say.amount(value)
    return f"+{written}" if value > 0.0 and not written.startswith("−") else written


# ---- the table ---------------------------------------------------------------------------------------------
def _row(of: Explained, year: Year, *, before: float) -> dict[str, Any]:
    say = of.say
    return {
        "year": say.whole(year.number),
        "kind": _kind(year),
        "premium": say.money(year.premium),
        "running": say.money(year.running),
        "claims": say.money(year.claims),
        "pot": say.money(year.pot),
        "enough": _enough(year, before=before),
        "is_short": year.is_short or year.is_empty,
    }


def _kind(year: Year) -> str:
    """By how many of all years cost less: a third each."""
    if year.rank < 1 / 3:
        return _("a good year")
    return _("a usual year") if year.rank < 2 / 3 else _("a bad year")


def _enough(year: Year, *, before: float) -> str:
    """A pot below nothing is a debt: somebody lent it, and later years pay it back."""
    if year.is_empty:
        if year.is_short:
            return _("no: the pot is empty, the rest is lent")
        return _("yes, and part of what was lent is paid back")
    if year.is_short:
        return _("no: the pot paid the rest")
    if before < 0.0:
        return _("yes, and what was lent is paid back")
    return pgettext("the money was enough", "yes")


def _note(of: Explained) -> str:
    return _(
        "Of all years a third are good, a third usual, a third bad, by what families need. The pot begins "
        "empty and earns no interest; price, members and costs stay as they are. %(persons)s persons, what "
        "whole families of these sizes come to. Nobody picked these years: they follow from the package "
        "itself, and it always shows the same ones first."
    ) % {"persons": of.say.whole(of.pot.persons)}


# ---- how likely the pot runs out ---------------------------------------------------------------------------
def ruin(of: Explained) -> dict[str, Any]:
    rows = of.ruins
    with_doubt = any(one.in_doubt is not None for one in rows)
    return {
        "title": _("How likely is it that the money does not suffice?"),
        "columns": {
            "within": _("Over how long"),
            "short_once": _("In some year, if nothing is kept from the years before"),
            "runs_out": _("The pot runs out, if what is left over is kept"),
            "in_doubt": _("The same, if the figures may be off as a survey may be"),
        },
        "with_doubt": with_doubt,
        "rows": [
            {
                "within": _within(of, one.years),
                "short_once": _chance(of, one.short_once),
                "runs_out": _doubted(of, one.runs_out),
                "in_doubt": "–" if one.in_doubt is None else _doubted(of, one.in_doubt),
            }
            for one in rows
        ],
        "says": _ruin_says(of, rows),
        "note": _ruin_note(of, with_doubt=with_doubt),
    }


def _within(of: Explained, years: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": of.say.whole(years)}


def _chance(of: Explained, chance: float) -> str:
    """A chance that is not 0 is never written as 0, and one that is not 1 never as 100 %."""
    if 0.0 < chance < SMALL_CHANCE:
        return _("less than %(share)s") % {"share": of.share(SMALL_CHANCE, 1)}
    if 1.0 - SMALL_CHANCE < chance < 1.0:
        return _("more than %(share)s") % {"share": of.share(1.0 - SMALL_CHANCE, 1)}
    return of.share(chance, 1)


def _doubted(of: Explained, found: Estimate) -> str:
    """With two standard errors; exact figures have none."""
    written = _chance(of, found.value)
    if found.error == 0.0:
        return written
    return f"{written} ± {of.say.own(of.say.figures.number(max(200.0 * found.error, 0.1), 1))}"


def _ruin_says(of: Explained, rows: tuple[Ruin, ...]) -> str:
    one, ten = rows[0], rows[-1]
    words = _(
        "In one year: %(one)s of 100. Over ten years at least one short year is %(once)s of 100; where what "
        "good years leave over is kept, the pot runs out in %(kept)s of 100."
    ) % {
        "one": _in_hundred(of, one.runs_out.value),
        "once": _in_hundred(of, ten.short_once),
        "kept": _in_hundred(of, ten.runs_out.value),
    }
    if ten.in_doubt is None:
        return words
    return (
        words
        + " "
        + _("And if the figures themselves are off, because too few people were asked: %(n)s of 100.")
        % {"n": _in_hundred(of, ten.in_doubt.value)}
    )


def _ruin_note(of: Explained, *, with_doubt: bool) -> str:
    words = _(
        "The chances of one year and of years without a pot are exact. The others are simulated on %(paths)s "
        "futures, with two standard errors. Only what is there for claims is counted, not what runs the "
        "scheme."
    ) % {"paths": of.say.whole(PATHS)}
    if with_doubt:
        return words + " " + _("An error of the figures is the same in all years: it does not average out.")
    return (
        words
        + " "
        + _(
            "How far the figures may be off is not counted: nobody says of how many people they were asked. "
            "The true chances are higher."
        )
    )
