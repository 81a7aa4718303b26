"""The nine stages from a survey to the next year, and who tells how far each one is.

An app gives its stage's state, for many schemes at once, by a function that `ways_of` calls; a stage
without one is not built yet and is shown as such, never as a dead link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calculator.stage import (
    headlines,
    newest_packages,
    package_states,
    premium_states,
    simulation_states,
)
from cbhi_site.survey_example import SURVEY_EXAMPLE
from experience.stage import year_states
from jobs.models import LIVE, Job
from schemes.models import Scheme
from schemes.stages import Headline, StageState
from simulation.stage import assumption_states, figures_so_far
from survey.stage import survey_states
from workshop.choice_queries import standing_by_scheme
from workshop.stage import (
    board_states,
    choice_states,
    chosen_headlines,
    listed_by_scheme,
    shortlist_states,
    talked_about,
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    key: str
    name: Promise
    sentence: Promise


STAGES = (
    Stage(key="survey", name=_("Survey"), sentence=_("Ask households what fell ill and what it cost.")),
    Stage(key="assumptions", name=_("Assumptions"), sentence=_("How often, how dear, and how sure.")),
    Stage(
        key="simulation",
        name=_("Simulation"),
        sentence=_("Ten million family-years, played by the computer."),
    ),
    Stage(key="premium", name=_("Premium"), sentence=_("The calculator: terms in, price out.")),
    Stage(key="packages", name=_("Packages"), sentence=_("Save the ones worth talking about.")),
    Stage(key="shortlist", name=_("Shortlist"), sentence=_("About four, compared on the same families.")),
    Stage(key="board", name=_("CHAT board"), sentence=_("Take them to the community on paper.")),
    Stage(key="choice", name=_("Choice"), sentence=_("One package, one start date, signed.")),
    Stage(key="years", name=_("Years"), sentence=_("Claims against the price; better figures next year.")),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of one scheme as it is shown; `state` is None while the stage is not built."""

    number: int
    stage: Stage
    state: StageState | None

    @property
    def is_done(self) -> bool:
        return self.state is not None and self.state.state == "done"

    @property
    def is_open(self) -> bool:
        return self.state is not None and self.state.state in {"todo", "warn"}


@dataclass(frozen=True, kw_only=True)
class Way:
    """All nine stages of one scheme, and its figure if it has one."""

    scheme: Scheme
    steps: tuple[Step, ...]
    headline: Headline | None

    @property
    def at(self) -> Step:
        """Where to go on: what needs an answer, else the first open stage, else the last one done."""
        warned = [step for step in self.steps if step.state is not None and step.state.state == "warn"]
        opened = [step for step in self.steps if step.is_open]
        done = [step for step in self.steps if step.is_done]
        return (warned or opened or done[-1:] or list(self.steps))[0]


def being_made(schemes: Sequence[Scheme]) -> dict[UUID, StageState]:
    """The example scheme while a worker still asks its made-up households."""
    waiting = Job.objects.beside(*schemes).filter(kind=SURVEY_EXAMPLE, status__in=LIVE)
    keys = {job.question["scheme"] for job in waiting}
    return {
        scheme.pk: StageState(
            state="todo",
            url=reverse("schemes:detail", args=[scheme.pk]),
            sentence=_("Being made from an invented survey: that takes about a minute. Load the page again."),
            action=_("Look again"),
        )
        for scheme in schemes
        if str(scheme.pk) in keys
    }


def ways_of(schemes: Sequence[Scheme]) -> list[Way]:
    """The way of each scheme, in the order given; as many queries for one scheme as for a hundred."""
    if not schemes:
        return []
    # It stands on every page: what several stages tell of is read once for all of them.
    packages, chosen, figures = newest_packages(schemes), standing_by_scheme(schemes), figures_so_far(schemes)
    listed = listed_by_scheme(packages)
    states: dict[str, Mapping[UUID, StageState]] = {
        "survey": {**survey_states(schemes, figures), **being_made(schemes)},
        "assumptions": assumption_states(figures),
        "simulation": simulation_states(packages),
        "premium": premium_states(packages),
        "packages": package_states(packages),
        "shortlist": shortlist_states(packages, listed),
        "board": board_states(chosen, listed),
        "choice": choice_states(chosen, listed),
        "years": year_states(schemes, chosen),
    }
    prices = headlines(schemes, talked_about(packages, listed))
    headings = {**prices, **chosen_headlines(schemes, chosen)}
    return [
        Way(
            scheme=scheme,
            steps=tuple(
                Step(number=number, stage=stage, state=states.get(stage.key, {}).get(scheme.pk))
                for number, stage in enumerate(STAGES, start=1)
            ),
            headline=headings.get(scheme.pk),
        )
        for scheme in schemes
    ]
