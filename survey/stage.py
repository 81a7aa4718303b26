"""How far the survey of each scheme is, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from schemes.models import Scheme
from schemes.stages import StageState
from simulation.stage import FiguresSoFar
from survey.estimate_sets import Adoption, EstimateSet
from survey.models import State, Survey
from survey.work import Work


def survey_states(
    schemes: Sequence[Scheme], figures: Mapping[UUID, FiguresSoFar]
) -> Mapping[UUID, StageState]:
    """Of each scheme's newest survey: a scheme may well go without one."""
    newest: dict[UUID, Any] = {}
    adopted = Adoption.objects.filter(estimate_set__survey=OuterRef("pk"))
    estimated = EstimateSet.objects.filter(survey=OuterRef("pk"), estimates__isnull=False)
    surveys = (
        Survey.objects.beside(*schemes)
        .filter(scheme__in=schemes)
        .annotate(is_adopted=Exists(adopted), is_estimated=Exists(estimated))
        .select_related("reading_job")
        .order_by("created_at")
    )
    for survey in surveys:
        # A file that was refused takes nothing back of a survey that is here.
        before = newest.get(survey.scheme_id)
        if before is None or before.state == State.REFUSED or survey.state != State.REFUSED:
            newest[survey.scheme_id] = survey
    by_hand = _taken_over([scheme for scheme in schemes if scheme.pk not in newest])
    undecided = {scheme_id for scheme_id, found in figures.items() if found.is_undecided}
    return {
        scheme.pk: _state(
            scheme,
            newest.get(scheme.pk),
            adopted=scheme.pk in by_hand,
            is_undecided=scheme.pk in undecided,
        )
        for scheme in schemes
    }


def _taken_over(schemes: Sequence[Scheme]) -> set[UUID]:
    """Of schemes without a survey, those whose figures were typed in and taken over; most have a survey."""
    if not schemes:
        return set()
    adoptions = Adoption.objects.beside(*schemes).filter(assumption_set__scheme__in=schemes)
    return set(adoptions.values_list("assumption_set__scheme_id", flat=True))


def _state(scheme: Scheme, survey: Any, *, adopted: bool, is_undecided: bool) -> StageState:
    if survey is not None:
        return _state_of(survey)
    everything = reverse("survey:surveys", args=[scheme.pk])
    if adopted:
        sentence = _("Figures were taken over without a survey.")
        return StageState(state="done", url=everything, sentence=sentence, action=_("Surveys"))
    return StageState(
        # Open as long as every figure is an example; the first one of somebody's own decides it.
        state="todo" if is_undecided else "idle",
        url=everything,
        sentence=_("Upload the file of your household survey, or type your figures under Assumptions."),
        action=_("Upload a survey"),
    )


def _state_of(survey: Any) -> StageState:
    """What needs an answer first, then what is left to do."""
    has_stopped = Work(job=survey.reading_job, name="").has_stopped and survey.is_stale
    ways: tuple[tuple[bool, Literal["done", "todo", "warn"], str, str], ...] = (
        (has_stopped, "warn", _("The survey could not be read."), _("Look at it")),
        (survey.state == State.REFUSED, "warn", _("The survey’s file was refused."), _("See why")),
        (survey.state == State.MAPPING, "warn", _("The survey’s columns need names."), _("Name the columns")),
        (survey.is_adopted, "done", _("The survey became assumptions."), _("The survey")),
        (survey.state == State.WAITING, "todo", _("The survey is being read."), _("Watch it")),
        (
            survey.is_estimated,
            "todo",
            _("The survey is estimated: take it over into the assumptions."),
            _("Take it over"),
        ),
        (True, "todo", _("The survey is read: look at its problems."), _("Go on")),
    )
    state, sentence, action = next(way[1:] for way in ways if way[0])
    return StageState(
        state=state, url=reverse("survey:survey", args=[survey.pk]), sentence=sentence, action=action
    )
