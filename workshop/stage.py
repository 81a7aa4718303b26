"""How far the shortlist, the board and the choice of each scheme are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from calculator.models import Package
from calculator.stage import Found
from schemes.models import Scheme
from schemes.stages import Headline, StageState
from workshop.choice_page import period_words
from workshop.choice_queries import standing_of
from workshop.choice_rows import ChosenPackage
from workshop.shortlist_rows import ShortlistEntry

ENOUGH = 2
"""Packages to compare: from two on there is a choice."""
Chosen = Mapping[UUID, Sequence[ChosenPackage]]


def listed_by_scheme(found: Found) -> Found:
    """The packages on each scheme's shortlist in its order; nobody is asked while no package is saved."""
    saved = {package.pk: package for packages in found.values() for package in packages}
    listed: dict[UUID, list[Package]] = {scheme_id: [] for scheme_id in found}
    if saved:
        entries = ShortlistEntry.objects.beside(*saved.values()).filter(scheme__in=list(found)).standing()
        for scheme_id, package_id in entries.values_list("scheme_id", "package_id"):
            if package_id in saved:  # one saved since `found` was read waits for the next look
                listed[scheme_id].append(saved[package_id])
    return listed


def talked_about(found: Found, listed: Found) -> Found:
    """The packages that a scheme may choose from: its shortlist, and all saved ones where there is none."""
    return {scheme_id: listed[scheme_id] or packages for scheme_id, packages in found.items()}


def shortlist_states(found: Found, listed: Found) -> Mapping[UUID, StageState]:
    """Done once there is a choice on it; waits while no package is saved."""
    return {
        scheme_id: _state(scheme_id, len(listed[scheme_id]), has_packages=bool(packages))
        for scheme_id, packages in found.items()
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


def board_states(chosen: Chosen, listed: Found) -> Mapping[UUID, StageState]:
    """Ready once there is a choice on the shortlist; waits until then."""
    return {scheme_id: _board_state(scheme_id, len(listed[scheme_id])) for scheme_id in chosen}


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


def choice_states(chosen: Chosen, listed: Found) -> Mapping[UUID, StageState]:
    """Done while a chosen package runs or is about to; waits while nothing is on the shortlist."""
    return {
        scheme_id: _choice_state(scheme_id, choices, is_listed=bool(listed[scheme_id]))
        for scheme_id, choices in chosen.items()
    }


def _choice_state(scheme_id: UUID, choices: Sequence[ChosenPackage], *, is_listed: bool) -> StageState:
    url = reverse("workshop:choice", args=[scheme_id])
    current = standing_of(choices)
    if current is not None:
        said = {"name": current.name, "period": period_words(current)}
        return StageState(
            state="done",
            url=url,
            sentence=_("%(name)s chosen %(period)s.") % said,
            action=_("Resolution and sheets"),
        )
    if choices:
        said = {"name": choices[-1].name, "period": period_words(choices[-1])}
        return StageState(
            state="todo",
            url=url,
            sentence=_("%(name)s was chosen %(period)s. Choose for the time after.") % said,
            action=_("Choose again"),
        )
    return StageState(
        state="todo" if is_listed else "idle",
        url=url,
        sentence=_("One package, one start date, signed."),
        action=_("Choose the package"),
    )


def chosen_headlines(schemes: Sequence[Scheme], chosen: Chosen) -> Mapping[UUID, Headline]:
    """The price of the package that a scheme runs on or starts with; newer packages are only talked about."""
    return {
        scheme.pk: Headline(
            amount=Figures(scheme, scale=current.premium_per_person).amount(current.premium_per_person),
            words=_("%(units)s a person a year, chosen: %(name)s")
            % {"units": scheme.money.units, "name": current.name},
        )
        for scheme in schemes
        if (current := standing_of(chosen[scheme.pk])) is not None
    }
