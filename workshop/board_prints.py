"""What goes to the printer with a board: posters, event cards, the deck of the pot game, tally sheets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workshop.boards import Board, Shown
from workshop.cards import ORDER, Deck, Event, Payout, deck_of, payout_of, typical
from workshop.pictures import drawing, pictogram
from workshop.print_figures import Say
from workshop.wheel_page import wheel_document

DECK = 100
TALLY_ROWS = 20


def _size_words(event: Event) -> str:
    words = {
        "small": pgettext("print", "a small bill"),
        "middling": pgettext("print", "a middling bill"),
        "large": pgettext("print", "a large bill"),
    }
    return "" if event.size is None or event.bill is None else words[event.size]


def _frame(board: Board, *, title: str) -> dict[str, Any]:
    """What every print of a board has."""
    return {
        "title": title,
        "language": board.choices.language,
        "author": str(board.scheme.organisation),
        "scheme": board.scheme.name,
        "pictures": {
            name: pictogram(name)
            for name in sorted({board.risk(key).pictogram for key in board.keys} | {"cross"})
        },
        "shapes": {shape: drawing(f"s-{shape}") for shape in ("circle", "triangle", "square", "diamond")},
        "marks": [mark(board, one) for one in board.shown],
        "warning": board.warning,
    }


def mark(board: Board, one: Shown) -> dict[str, Any]:
    return {"shape": one.shape, "numeral": board.say.whole(one.number), "name": one.name}


def letters(*, rows: int, has_bill: bool, has_together: bool, has_tariffs: bool) -> dict[str, float]:
    """How large a board's letters are drawn on A3, in millimetres of their whole height (their em).

    What the head, the price, the bill and the boxes for the votes leave of the sheet's height is shared out
    among the benefits. Where larger families pay less, a line below the price says so; the price is smaller.
    """
    left = 297.0 - 12.0 - 20.0 - 1.0 - 20.0 - 49.0 - 13.0 - 10.0
    left -= (29.5 if has_bill else 0.0) + (8.0 if has_together else 0.0) + (5.0 if has_tariffs else 0.0)
    row = min(left / max(rows, 1), 34.0)
    return {
        "row": round(row, 2),
        "price": 22.0 if has_tariffs else 26.0,
        "amount": round(min(12.6, 0.39 * row), 2),
        "label": round(min(6.2, 0.22 * row), 2),
        "least": round(min(5.0, 0.17 * row), 2),
    }


CAPITAL = 0.714
"""Height of a numeral over the em of the fonts that boards are set in."""
READ_AT = 8.7
"""Millimetres that a numeral needs at three metres, for eyes half as sharp as normal: 10 minutes of arc."""
SCALE = {"A3": 1.0, "A2": 594 / 420, "A1": 841 / 420}


def letter_heights(board: Board) -> list[dict[str, Any]]:
    """How high prices, amounts and names stand on each paper, millimetres, and from how far they are read."""
    found = board_letters(board)
    return [
        {
            "size": size,
            "heights": [
                {
                    "what": what,
                    "mm": board.say.number(height, 0),
                    "metres": board.say.number(3.0 * height / READ_AT, 1),
                    "far": height >= READ_AT - 0.05,
                }
                for what, height in (
                    (_("prices"), CAPITAL * found["price"] * scale),
                    (_("amounts"), CAPITAL * found["amount"] * scale),
                    (_("names of benefits"), CAPITAL * found["label"] * scale),
                    (_("smallest words"), CAPITAL * found["least"] * scale),
                )
            ],
        }
        for size, scale in SCALE.items()
    ]


def board_letters(board: Board) -> dict[str, float]:
    return letters(
        rows=len(board.keys),
        has_bill=board.big_bill is not None,
        has_together=any(math.isfinite(one.cover.family_cap) for one in board.shown),
        has_tariffs=any(one.premium.loadings.large_family_discount for one in board.shown),
    )


def poster(board: Board) -> dict[str, Any]:
    """The board on A3, A2 or A1."""
    content = board.content
    frame = _frame(board, title=content["title"])
    return content | frame | {"size": board.choices.size, "letters": board_letters(board)}


# ---- event cards -------------------------------------------------------------------------------------------
def cards(board: Board) -> dict[str, Any]:
    """One A6 card for each benefit and size of bill."""
    return _frame(board, title=pgettext("print", "Health events")) | {
        "labels": _card_labels(),
        "cards": [card(board, event) | {"often": often(board, event)} for event in typical(board.events)],
    }


def _card_labels() -> dict[str, str]:
    return {
        "bill": pgettext("print", "Bill"),
        "scheme_pays": pgettext("print", "Scheme pays"),
        "you_pay": pgettext("print", "You pay"),
        "nothing": pgettext("print", "Nothing happens"),
    }


def card(board: Board, event: Event) -> dict[str, Any]:
    """One event with what each package pays for it."""
    say = board.say
    return {
        "name": board.name(event.parent),
        "pictogram": board.risk(event.parent).pictogram,
        "size": _size_words(event),
        "bill": "" if event.bill is None else say.money(event.bill),
        "also": _also(board, event),
        "packages": [mark(board, one) | _paid(say, payout_of(event, one.cover)) for one in board.shown],
    }


def _also(board: Board, event: Event) -> list[str]:
    """What comes along with the event and is paid under some package: days of work lost, transport."""
    paid = {key for one in board.shown for key in one.cover.terms}
    lines = [
        pgettext("print", "and %(name)s") % {"name": board.name(key)}
        for key in event.riding
        if key not in event.in_days and key in paid
    ]
    if event.days is not None and (event.in_days & paid or event.parent in event.in_days):
        lines.append(pgettext("print", "days without work: %(n)s") % {"n": board.say.whole(event.days)})
    return lines


def _paid(say: Say, paid: Payout) -> dict[str, Any]:
    more = paid.pays - paid.of_bill if paid.left is not None else 0.0
    return {
        "pays": say.money(paid.of_bill if paid.left is not None else paid.pays),
        "more": pgettext("print", "and %(amount)s more") % {"amount": say.money(more)} if more > 0 else "",
        "left": "" if paid.left is None else say.money(paid.left),
        "pays_nothing": paid.pays == 0.0,
    }


def often(board: Board, event: Event) -> str:
    """ "4 times a year in 100 families": expected events, persons times the mean family size."""
    mean_size = board.reference.page.line.case.package.families.mean_size
    a_year = 100.0 * event.per_person_year * mean_size
    if a_year == 0.0:
        return ""
    if a_year >= 1.05:
        n = {"n": board.say.often(a_year)}
        return board.say.own(pgettext("print", "In 100 families: %(n)s times a year")) % n
    years = math.floor(1.0 / a_year + 0.5)
    if years == 1:
        return board.say.own(pgettext("print", "In 100 families: about once a year"))
    n = {"n": board.say.whole(years)}
    return board.say.own(pgettext("print", "In 100 families: once in %(n)s years")) % n


# ---- the deck of the pot game ------------------------------------------------------------------------------
def deck(board: Board) -> dict[str, Any]:
    """A hundred cards with the community's own counts, and a sheet that says what they add up to."""
    found = deck_of(board.events, cards=DECK)
    each = [card(board, event) for event, count in found.events for _ in range(count)]
    nothing = {"name": pgettext("print", "Nothing happens"), "pictogram": "", "packages": []}
    return _frame(board, title=board.say.own(pgettext("print", "The pot: 100 cards"))) | {
        "labels": _card_labels(),
        "period": period_words(found),
        "rules": [
            pgettext("print", "Choose a package. Everybody pays its price into the pot."),
            pgettext("print", "Shuffle the cards. Everybody draws one and reads it out."),
            pgettext("print", "The pot pays what the card says. Is there enough?"),
        ],
        "counts": [
            {
                "name": ", ".join(filter(None, (board.name(event.parent), _size_words(event)))),
                "count": board.say.whole(count),
            }
            for event, count in sorted(found.events, key=lambda pair: _place(board, pair[0]))
        ]
        + [{"name": nothing["name"], "count": board.say.whole(found.nothing)}],
        "counts_title": pgettext("print", "How many cards"),
        "pot_title": board.say.own(pgettext("print", "If all 100 cards are drawn")),
        "pot_labels": [
            pgettext("print", "Into the pot"),
            pgettext("print", "Out of the pot"),
            pgettext("print", "Left"),
        ],
        "pot": [mark(board, one) | pot(board, one, found) for one in board.shown],
        "pot_note": pgettext(
            "print",
            "What is left pays for running the scheme and is kept for bad years.",
        ),
        "cards": each + [nothing] * found.nothing,
    }


def _place(board: Board, event: Event) -> tuple[int, int]:
    return board.keys.index(event.parent) if event.parent in board.keys else len(board.keys), ORDER[
        event.size
    ]


def pot(board: Board, one: Shown, found: Deck) -> dict[str, str]:
    """What the whole deck takes in and pays out under one package."""
    paid_in = found.size * one.premium.total / found.parts_of_year
    paid_out = math.fsum(count * payout_of(event, one.cover).pays for event, count in found.events)
    say = board.say
    return {"in": say.money(paid_in), "out": say.money(paid_out), "left": say.money(paid_in - paid_out)}


def period_words(found: Deck) -> str:
    return {
        1: pgettext("print", "One card is one person's year."),
        4: pgettext("print", "One card is three months of one person."),
        12: pgettext("print", "One card is one person's month."),
        52: pgettext("print", "One card is one person's week."),
    }[found.parts_of_year]


# ---- tally sheets ------------------------------------------------------------------------------------------
def tally(board: Board) -> dict[str, Any]:
    """Five sheets, one for each round: boxes to tick, first and second choice."""
    rounds = [
        pgettext("print", "Gate-keepers"),
        pgettext("print", "Each person alone"),
        pgettext("print", "Group, first time"),
        pgettext("print", "Group, second time"),
        pgettext("print", "Whole community"),
    ]
    return _frame(board, title=pgettext("print", "Tally sheet")) | {
        "rounds": [
            {"numeral": board.say.whole(place), "name": name} for place, name in enumerate(rounds, start=1)
        ],
        "round": pgettext("print", "Round"),
        "blanks": [
            {"name": name, "filled": ""}
            for name in (pgettext("print", "Village"), pgettext("print", "Day"), pgettext("print", "Group"))
        ],
        "kinds": [pgettext("print", "Women"), pgettext("print", "Men"), pgettext("print", "Mixed")],
        "present": pgettext("print", "How many persons"),
        "person": pgettext("print", "Person"),
        "first": pgettext("print", "First choice"),
        "second": pgettext("print", "Second choice"),
        "hint": pgettext(
            "print", "One line for each person: tick one box for the first and one for the second choice."
        ),
        "total": pgettext("print", "Together"),
        "why": pgettext("print", "Why? In their own words"),
        "signature": pgettext("print", "Who counted"),
        "numbers": [board.say.whole(n) for n in range(1, TALLY_ROWS + 1)],
    }


PRINTS: Mapping[str, tuple[str, Callable[[Board], dict[str, Any]]]] = {
    "board": ("board", poster),
    "wheel": ("board_wheel", wheel_document),
    "cards": ("board_cards", cards),
    "deck": ("board_deck", deck),
    "tally": ("board_tally", tally),
}
"""The prints of a board by the name in their address: template and data."""
