"""How far the assumptions of each scheme are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from schemes.models import Scheme
from schemes.stages import StageState
from simulation.models import AssumptionSet


@dataclass(frozen=True, kw_only=True)
class FiguresSoFar:
    """How many benefits a scheme's assumptions have, and how many of them are an example's still."""

    frozen_at: datetime | None
    benefits: int
    examples: int

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has put in a figure of the scheme's own, nor used those that are there."""
        return self.frozen_at is None and 0 < self.examples == self.benefits


def figures_so_far(schemes: Sequence[Scheme]) -> Mapping[UUID, FiguresSoFar]:
    """Of each scheme's current assumptions."""
    sets = (
        AssumptionSet.objects.beside(*schemes)
        .filter(scheme__in=schemes, is_current=True)
        .annotate(benefits=Count("risks"), examples=Count("risks", filter=Q(risks__is_example=True)))
        .values_list("scheme_id", "frozen_at", "benefits", "examples")
    )
    return {
        scheme_id: FiguresSoFar(frozen_at=frozen_at, benefits=benefits, examples=examples)
        for scheme_id, frozen_at, benefits, examples in sets
    }


def assumption_states(figures: Mapping[UUID, FiguresSoFar]) -> Mapping[UUID, StageState]:
    """Done when every figure is somebody's own, or when a run has used them; examples are counted all the
    same.
    """
    return {scheme_id: _state(scheme_id, found) for scheme_id, found in figures.items()}


def _state(scheme_id: UUID, found: FiguresSoFar) -> StageState:
    if found.examples:
        sentence = ngettext(
            "%(n)s of %(of)s figures is still an example.",
            "%(n)s of %(of)s figures are still examples.",
            found.examples,
        )
    else:
        sentence = ngettext("%(of)s benefit has its figures.", "%(of)s have their figures.", found.benefits)
    return StageState(
        state="todo" if found.examples and found.frozen_at is None else "done",
        url=reverse("simulation:assumptions", args=[scheme_id]),
        sentence=sentence % {"n": found.examples, "of": found.benefits},
        action=_("Enter your figures") if found.examples else _("Assumptions"),
    )
