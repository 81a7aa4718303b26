"""The benefit wheel as a page and as paper: its wedges drawn, its prices in stickers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.utils.translation import pgettext

from calculator.case import Case, case_hash
from simulation.engine import ENGINE_VERSION
from simulation.engine.terms import Terms
from simulation.questions import content_hash, law_to_json
from workshop.boards import Board, Shown, terms_row
from workshop.pictures import drawing, pictogram
from workshop.wheel import Tier, Wheel, make_wheel, sticker_value, tiers_of

KEPT_SECONDS = 24 * 3600
CENTRE = 200.0
"""The drawing is 400 wide and high; its lengths are units of that."""
HUB, PICTURES = 36.0, 84.0
TIERS = (84.0, 122.0, 160.0, 198.0)
"""Radii: the hub, the ring of pictures, and the bounds of the rings of tiers."""
WIDEST = 14.0
"""From the middle of one circle for a sticker to the next, at most."""


def wheel_of(board: Board, *, budget_of: Shown) -> Wheel:
    """The wheel that shares out the premium of one package of the board."""
    case = board.reference.page.line.case
    keys = tuple(board.reference.benefits)
    budget = budget_of.premium.total
    found = {
        key: tiers_of([one.cover.terms[key] for one in board.shown if key in one.cover.terms])
        for key in board.keys
        if key in board.reference.benefits and board.means_one_thing(key)
    }
    return _kept_wheel(case, keys, found, budget)


def _kept_wheel(
    case: Case, keys: Sequence[str], tiers: Mapping[str, Sequence[Terms]], budget: float
) -> Wheel:
    """Priced once for the same board: twenty premiums and more stand behind a wheel."""
    terms = {key: [law_to_json(each) for each in choices] for key, choices in tiers.items()}
    key = f"wheel:{content_hash([ENGINE_VERSION, case_hash(case), list(keys), terms, budget])}"
    found: Wheel | None = cache.get(key)
    if found is None:
        found = make_wheel(case=case, keys=keys, tiers=tiers, budget=budget, sticker=sticker_value(budget))
        cache.set(key, found, KEPT_SECONDS)
    return found


def tier_names(count: int) -> list[str]:
    """What the tiers of a benefit are called, the poorest first."""
    names = [pgettext("print", "little"), pgettext("print", "middle"), pgettext("print", "much")]
    return {1: names[1:2], 2: names[:2]}.get(count, names)


def wheel_words(board: Board, wheel: Wheel, *, budget_of: Shown) -> dict[str, Any]:
    """Everything the wheel says."""
    say = board.say
    return {
        "title": pgettext("print", "What shall our package pay for?"),
        "budget": pgettext("print", "You have %(n)s stickers. One sticker is %(amount)s a person a year.")
        % {
            "n": say.whole(wheel.stickers),
            "amount": say.money(wheel.sticker),
        },
        "stickers": say.whole(wheel.stickers),
        "budget_of": {"number": budget_of.number, "name": budget_of.name, "amount": say.money(wheel.budget)},
        "left_over": say.money(wheel.left_over),
        "wedges": [
            {
                "key": wedge.key,
                "name": board.name(wedge.key),
                "pictogram": board.risk(wedge.key).pictogram,
                "tiers": _told_apart(
                    [
                        _tier(board, tier, name)
                        for tier, name in zip(wedge.tiers, tier_names(len(wedge.tiers)), strict=True)
                    ]
                ),
            }
            for wedge in wheel.wedges
        ],
        "checks": [
            {
                "name": name,
                "stickers": say.whole(check.stickers),
                "by_stickers": say.money(check.by_stickers),
                "premium": say.money(check.premium),
                "difference": say.amount(check.difference),
            }
            for check, name in zip(wheel.checks, tier_names(len(wheel.checks)), strict=True)
        ],
    }


def _told_apart(tiers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where two tiers have the same words, all of the benefit say their smaller print too."""
    if len({tier["words"] for tier in tiers}) < len(tiers):
        for tier in tiers:
            tier["words"] = " · ".join([tier["words"], *tier["small"]])
    return tiers


def _tier(board: Board, tier: Tier, name: str) -> dict[str, Any]:
    row = terms_row(tier.terms, board.say)
    words = " ".join(filter(None, (row["before"], row["amount"], row["after"])))
    return row | {
        "name": name,
        "words": words,
        "stickers": tier.stickers,
        "numeral": board.say.whole(tier.stickers),
        "price": board.say.money(tier.price),
        "remainder": board.say.amount(tier.remainder, more=1),
    }


def wheel_document(board: Board) -> dict[str, Any]:
    """The wheel on A3, A2 or A1."""
    budget_of = budget_chosen(board)
    words = wheel_words(board, wheel_of(board, budget_of=budget_of), budget_of=budget_of)
    pictures = {wedge["pictogram"]: pictogram(wedge["pictogram"]) for wedge in words["wedges"]}
    return words | {
        "language": board.choices.language,
        "author": str(board.scheme.organisation),
        "scheme": board.scheme.name,
        "size": board.choices.size,
        "pictures": pictures | {"pot": drawing("i-pot")},
        "wheel": wheel_drawing(words),
        "hint": pgettext(
            "print",
            "Put stickers on the circles, from the middle outwards. Fill a whole ring.",
        ),
        "foot": board.foot,
        "warning": board.warning,
        "alt": pgettext("print", "A wheel with a wedge for each benefit and a ring for each tier"),
        "ring": pgettext("print", "stickers"),
    }


def budget_chosen(board: Board) -> Shown:
    """The package whose price is shared out: the one asked for, else the one in the middle."""
    return next((one for one in board.shown if one.number == board.choices.budget), middle(board.shown))


def middle(shown: Sequence[Shown]) -> Shown:
    """The package of the middle price, the dearer of two."""
    return sorted(shown, key=lambda one: one.premium.total)[len(shown) // 2]


# ---- the drawing -------------------------------------------------------------------------------------------
def wheel_drawing(words: dict[str, Any]) -> dict[str, Any]:
    """The wheel in a square of 400: rings, spokes, and a circle for every sticker.

    A ring has as many circles as its tier has stickers more than the ring inside it: all circles from the
    middle up to a ring are that tier's price.
    """
    wedges = words["wedges"]
    step = 2.0 * math.pi / max(len(wedges), 1)
    spokes = [_point(TIERS[-1], step * place) for place in range(len(wedges))] if len(wedges) > 1 else []
    return {
        "rings": [HUB, *TIERS],
        "spokes": [{"from": _point(HUB, step * place), "to": end} for place, end in enumerate(spokes)],
        "wedges": [_drawn(wedge, step * place, step) for place, wedge in enumerate(wedges)],
    }


def _point(radius: float, angle: float) -> dict[str, float]:
    """A point at this angle, from the top and with the clock."""
    return {
        "x": round(CENTRE + radius * math.sin(angle), 1),
        "y": round(CENTRE - radius * math.cos(angle), 1),
    }


def _drawn(wedge: dict[str, Any], start: float, width: float) -> dict[str, Any]:
    dots: list[dict[str, float]] = []
    inside = 0
    for tier, low, high in zip(wedge["tiers"], TIERS, TIERS[1:], strict=False):
        dots += _circles(max(tier["stickers"] - inside, 0), low=low, high=high, start=start, width=width)
        inside = tier["stickers"]
    return {
        "pictogram": wedge["pictogram"],
        "at": _point((HUB + PICTURES) / 2.0, start + width / 2.0),
        "circles": dots,
    }


def _circles(count: int, *, low: float, high: float, start: float, width: float) -> list[dict[str, float]]:
    """So many circles in one cell of the wheel, as large as they fit, row by row from the inside."""
    spacing = WIDEST
    while sum(capacities := _rows(spacing, low=low, high=high, width=width)) < count:
        spacing *= 0.95
    found, left = [], count
    for row, capacity in enumerate(capacities):
        here = min(capacity, left)
        radius = low + (row + 0.5) * (high - low) / len(capacities)
        for place in range(here):
            angle = start + width / 2.0 + (place - (here - 1) / 2.0) * spacing / radius
            found.append(_point(radius, angle) | {"r": round(0.43 * spacing, 2)})
        left -= here
    return found


def _rows(spacing: float, *, low: float, high: float, width: float) -> list[int]:
    """How many circles fit into each row of a cell, the inmost row first."""
    rows = max(math.floor((high - low - 2.0) / spacing), 1)
    radii = [low + (row + 0.5) * (high - low) / rows for row in range(rows)]
    return [max(math.floor((radius * width - 4.0) / spacing), 0) for radius in radii]
