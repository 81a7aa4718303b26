"""Tally sheets with the packages of a session on them, as they stood on its board."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format

from calculator.packages import lines_of
from calculator.queries import packages_of
from workshop.board_prints import tally
from workshop.boards import Board
from workshop.pictures import SHAPES
from workshop.print_figures import PrintChoices
from workshop.sessions import WorkshopSession


def tally_sheets(session: WorkshopSession, *, choices: PrintChoices) -> dict[str, Any]:
    """The board's tally sheets, filled in. Read it while the language of the choices is active."""
    scheme, shown = session.scheme, list(session.packages.all())
    kept = packages_of(scheme=scheme).filter(pk__in=[one.package_id for one in shown])
    board = Board(scheme=scheme, lines=lines_of(list(kept), scheme=scheme), choices=choices)
    marks = [
        {
            "shape": SHAPES[one.position - 1],
            "numeral": board.say.whole(one.position),
            "name": one.name,
        }
        for one in shown
    ]
    filled = [session.place, board.say.own(date_format(session.held_on, "j M Y")), ""]
    data = tally(board) | {"marks": marks}
    blanks = [{**blank, "filled": text} for blank, text in zip(data["blanks"], filled, strict=True)]
    return data | {"blanks": blanks}
