"""Which packages stand on a scheme's board."""

from __future__ import annotations

from collections.abc import Sequence

from calculator import queries as packages
from calculator.models import Package
from calculator.packages import lines_of
from schemes.models import Scheme
from workshop import queries
from workshop.boards import MOST_PACKAGES, Board
from workshop.print_figures import PrintChoices

PUBLIC_BOARD = "board"


def packages_on_board(scheme: Scheme) -> Sequence[Package]:
    """The first four of the shortlist; while nothing is on it, of all saved packages, the oldest first."""
    listed = [entry.package for entry in queries.shortlist_of(scheme=scheme)[:MOST_PACKAGES]]
    return listed or list(packages.packages_of(scheme=scheme)[:MOST_PACKAGES])


def board_of(scheme: Scheme, *, choices: PrintChoices) -> Board | None:
    """The board as it is now; None while no package is saved."""
    found = packages_on_board(scheme)
    return Board(scheme=scheme, lines=lines_of(found, scheme=scheme), choices=choices) if found else None
