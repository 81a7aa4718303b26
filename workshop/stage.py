"""How far the shortlist and the board of each scheme are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.stage import Found
from schemes.stages import StageState
from workshop.shortlist_rows import ShortlistEntry

ENOUGH = 2
"""Packages to compare: from two on there is a choice."""


def shortlist_states(found: Found) -> Mapping[UUID, StageState]:
    """Done once there is a choice on it; waits while no package is saved."""
    listed = _listed(found)
    return {
        scheme_id: _state(scheme_id, listed[scheme_id], has_packages=bool(packages))
        for scheme_id, packages in found.items()
    }


def _listed(found: Found) -> Counter[UUID]:
    """How many packages stand on each scheme's shortlist; nobody is asked while no package is saved."""
    saved = [package for packages in found.values() for package in packages]
    if not saved:
        return Counter()
    entries = ShortlistEntry.objects.beside(*saved).filter(scheme__in=list(found)).standing()
    return Counter(entries.values_list("scheme_id", flat=True))


def _state(scheme_id: UUID, listed: int, *, has_packages: bool) -> StageState:
    url = reverse("workshop:shortlist", args=[scheme_id])
    if not listed:
        return StageState(
            state="todo" if has_packages else "idle",
            url=url,
            sentence=_("Put the packages worth talking about on it, about four."),
            action=_("Make the shortlist"),
        )
    sentence = ngettext("%(n)s package is on it.", "%(n)s packages are on it.", listed) % {"n": listed}
    if listed < ENOUGH:
        return StageState(state="todo", url=url, sentence=sentence, action=_("Add another"))
    return StageState(state="done", url=url, sentence=sentence, action=_("Compare"))


def board_states(found: Found) -> Mapping[UUID, StageState]:
    """Ready once there is a choice on the shortlist; waits until then."""
    listed = _listed(found)
    return {scheme_id: _board_state(scheme_id, listed[scheme_id]) for scheme_id in found}


def _board_state(scheme_id: UUID, listed: int) -> StageState:
    url = reverse("workshop:board", args=[scheme_id])
    if listed < ENOUGH:
        return StageState(state="idle", url=url, sentence=_("Two packages on the shortlist make a board."))
    return StageState(
        state="done",
        url=url,
        sentence=_("Ready to print, in four languages."),
        action=_("Print the board"),
    )
