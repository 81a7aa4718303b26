"""The sheet that every member gets: what is not covered first, in plain words, with examples in rupees."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import pgettext

from calculator.packages import Line
from simulation.engine.terms import WageTerms
from workshop.board_prints import card
from workshop.boards import Board, Shown, terms_row
from workshop.cards import Event, payout_of, typical
from workshop.pictures import pictogram
from workshop.print_figures import PrintChoices


def board_of(line: Line, choices: PrintChoices) -> Board:
    """One package alone, read in the same way as those on a board."""
    return Board(scheme=line.package.scheme, lines=[line], choices=choices)


def member_sheet(board: Board) -> dict[str, Any]:
    """The words of the sheet, for the page and for paper."""
    one, say = board.reference, board.say
    return {
        "title": pgettext("print", "What our insurance pays"),
        "language": board.choices.language,
        "author": str(board.scheme.organisation),
        "scheme": board.scheme.name,
        "package": one.name,
        "warning": board.warning,
        "not_covered_title": pgettext("print", "What is NOT paid"),
        "not_covered": _not_covered(board, one),
        "covered_title": pgettext("print", "What is paid"),
        "covered": [
            {
                "name": board.name(key),
                "pictogram": board.risk(key).pictogram,
                **terms_row(one.cover.terms[key], say),
            }
            for key in board.keys
        ],
        "together": board.content["columns"][0]["together"],
        "examples_title": pgettext("print", "Examples"),
        "labels": {
            "event": pgettext("print", "What happens"),
            "bill": pgettext("print", "Bill"),
            "scheme_pays": pgettext("print", "Scheme pays"),
            "you_pay": pgettext("print", "You pay"),
        },
        "examples": [_example(board, event) for event in typical(board.events)],
        "many": _many(board, one),
        "price_title": pgettext("print", "What it costs"),
        "small_large": board.content["columns"][0]["small_large"],
        "prices": _prices(board, one),
        "starts": pgettext("print", "Cover starts on"),
        "ends": pgettext("print", "Cover ends on"),
        "tell": pgettext("print", "When somebody falls ill, tell"),
        "acknowledged": pgettext(
            "print",
            "This sheet was read out to me in my language. I have understood what is paid and what is not.",
        ),
        "name": pgettext("print", "Name"),
        "day": pgettext("print", "Day"),
        "signature": pgettext("print", "Signature or thumb print"),
        "pictures": {name: pictogram(name) for name in {board.risk(key).pictogram for key in board.keys}},
    }


def _not_covered(board: Board, one: Shown) -> list[str]:
    lines = []
    if board.left_out:
        names = {"names": ", ".join(board.left_out)}
        lines.append(pgettext("print", "Nothing is paid for: %(names)s.") % names)
    lines.append(pgettext("print", "Nothing is paid for an illness or a cost that is not on this sheet."))
    lines.append(pgettext("print", "What a bill comes to above the limits below, you pay yourself."))
    waits = [terms.start_day - 1 for terms in one.cover.terms.values() if isinstance(terms, WageTerms)]
    lines += [
        pgettext("print", "Lost wages: nothing for the first %(n)s days.") % {"n": board.say.whole(days)}
        for days in waits
        if days > 0
    ]
    return lines


def _example(board: Board, event: Event) -> dict[str, Any]:
    shown = card(board, event)
    paid = shown["packages"][0]
    name = " ".join(filter(None, (shown["name"], f"({shown['size']})" if shown["size"] else "")))
    return {
        "event": ", ".join([name, *shown["also"]]),
        "bill": shown["bill"] or "–",
        "pays": " ".join(filter(None, (paid["pays"], paid["more"]))),
        "left": paid["left"] or "–",
    }


def _many(board: Board, one: Shown) -> list[str]:
    """What happens when one family has the same event again and again: the family cap, worked out."""
    lines = []
    for event in typical(board.events):
        terms = one.cover.terms.get(event.parent)
        if terms is None or event.size not in (None, "large") or math.isinf(terms.family_cap):
            continue
        pays = payout_of(event, one.cover).parts[event.parent]
        if pays <= 0.0 or pays >= terms.family_cap:
            continue
        times = math.floor(terms.family_cap / pays) + 1
        lines.append(
            pgettext(
                "print",
                "%(name)s: %(n)s times %(amount)s in a year is %(sum)s; the family gets %(cap)s.",
            )
            % {
                "name": board.name(event.parent),
                "n": board.say.whole(times),
                "amount": board.say.money(pays),
                "sum": board.say.money(times * pays),
                "cap": board.say.money(terms.family_cap),
            }
        )
    return lines


def _prices(board: Board, one: Shown) -> list[dict[str, str]]:
    say, premium = board.say, one.premium
    return [
        {
            "size": pgettext("print", "Family of %(n)s") % {"n": say.whole(size)},
            "year": pgettext("print", "%(amount)s a year")
            % {"amount": say.money(premium.per_family(size=size))},
            "month": pgettext("print", "%(amount)s a month")
            % {"amount": say.money(premium.per_family_month(size=size))},
        }
        for size in range(1, 7)
    ]
