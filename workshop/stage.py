"""How far the shortlist and the board of each scheme are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.models import Package
from schemes.models import Scheme
from schemes.stages import StageState
from workshop.shortlist_rows import ShortlistEntry

ENOUGH = 2
"""Packages to compare: from two on there is a choice."""


def shortlist_states(schemes: Sequence[Scheme]) -> Mapping[UUID, StageState]:
    """Done once there is a choice on it; waits while no package is saved."""
    entries = ShortlistEntry.objects.beside(*schemes).filter(scheme__in=schemes).standing()
    listed = Counter(entries.values_list("scheme_id", flat=True))
    saved = set(
        Package.objects.beside(*schemes).kept().filter(scheme__in=schemes).values_list("scheme_id", flat=True)
    )
    return {
        scheme.pk: _state(scheme.pk, listed[scheme.pk], has_packages=scheme.pk in saved) for scheme in schemes
    }


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


def board_states(schemes: Sequence[Scheme]) -> Mapping[UUID, StageState]:
    """Ready once there is a choice on the shortlist; waits until then."""
    entries = ShortlistEntry.objects.beside(*schemes).filter(scheme__in=schemes).standing()
    listed = Counter(entries.values_list("scheme_id", flat=True))
    return {scheme.pk: _board_state(scheme.pk, listed[scheme.pk]) for scheme in schemes}


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
