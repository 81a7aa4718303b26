"""How far the years of each scheme are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from experience.models import SchemeYear
from schemes.models import Scheme
from schemes.stages import StageState
from workshop.stage import Chosen


def year_states(schemes: Sequence[Scheme], chosen: Chosen) -> Mapping[UUID, StageState]:
    """Waits for a chosen package; then a year to open, and claims to enter while it runs."""
    newest: dict[UUID, SchemeYear] = {}
    rows = SchemeYear.objects.beside(*schemes).filter(scheme__in=schemes)
    for year in sorted(rows, key=lambda row: row.starts_on):
        newest[year.scheme_id] = year
    return {
        scheme.pk: _state(scheme, newest.get(scheme.pk), is_chosen=bool(chosen[scheme.pk]))
        for scheme in schemes
    }


def _state(scheme: Scheme, year: SchemeYear | None, *, is_chosen: bool) -> StageState:
    url = reverse("experience:years", args=[scheme.pk])
    if year is None:
        if not is_chosen:
            return StageState(
                state="idle", url=url, sentence=_("Begins when a package is chosen, or with years gone by.")
            )
        return StageState(
            state="todo",
            url=url,
            sentence=_("A package is chosen: open its first year."),
            action=_("Open the year"),
        )
    if year.is_closed:
        return StageState(
            state="done",
            url=url,
            sentence=_("%(year)s is closed.") % {"year": year.label},
            action=_("Look at the years"),
        )
    return StageState(
        state="todo",
        url=url,
        sentence=_("%(year)s is open: enter its claims month by month.") % {"year": year.label},
        action=_("Go to the year"),
    )
