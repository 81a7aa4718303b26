"""What a workshop works with; each noun has a file of its own, and Django looks for them here."""

from __future__ import annotations

from workshop.choice_rows import ChosenPackage, FrozenSheet
from workshop.rules_rows import SchemeRules
from workshop.sessions import SessionGroup, SessionPackage, WorkshopSession
from workshop.shortlist_rows import ShortlistEntry
from workshop.votes import Tally, Vote

__all__ = [
    "ChosenPackage",
    "FrozenSheet",
    "SchemeRules",
    "SessionGroup",
    "SessionPackage",
    "ShortlistEntry",
    "Tally",
    "Vote",
    "WorkshopSession",
]
