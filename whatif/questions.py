"""The questions of a planner, in the order shown, each with its form and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whatif.answers import Answer
from whatif.forms import WhatIfForm
from whatif.hybrid import HybridForm, answer_hybrid
from whatif.moral_hazard import MoralHazardForm, answer_moral_hazard
from whatif.pools import PoolForm, answer_pool
from whatif.rating import RatingForm, answer_rating
from whatif.reaching import ReachingForm, answer_reaching
from whatif.selection import SelectionForm, answer_selection
from whatif.setting import Setting
from whatif.sharing import SharingForm, answer_sharing
from whatif.small_group import SmallGroupForm, answer_small_group
from whatif.subsidy import SubsidyForm, answer_subsidy

Numbers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One page: what it is called, what it asks, the numbers it takes, and the function that answers.

    `answer` may refuse with `simulation.engine.refusal.Refused`; the sentence is shown, nothing is lost.
    `presets` are numbers worth a button: its words, and the query that carries them.
    """

    slug: str
    name: Promise
    asks: Promise
    form: type[WhatIfForm]
    answer: Callable[[Setting, Numbers], Answer]
    presets: tuple[tuple[Promise, str], ...] = ()


QUESTIONS: tuple[Question, ...] = (
    Question(
        slug="insurer",
        name=_("Shared with an insurer"),
        asks=_(
            "If an insurer paid what is too large for the scheme, what would it cost and how much safer is "
            "it?"
        ),
        form=HybridForm,
        answer=answer_hybrid,
    ),
    Question(
        slug="subsidy",
        name=_("Subsidy that ends"),
        asks=_("If a donor pays part of the premium for some years, what happens when it stops?"),
        form=SubsidyForm,
        answer=answer_subsidy,
    ),
    Question(
        slug="sharing",
        name=_("Sharing afterwards"),
        asks=_("If nobody paid ahead and the village shared what was given out, what would each pay?"),
        form=SharingForm,
        answer=answer_sharing,
    ),
    Question(
        slug="pool",
        name=_("Pools of millions"),
        asks=_("Why did a member of the great mutual aid pools pay so little, and why did it rise?"),
        form=PoolForm,
        answer=answer_pool,
    ),
    Question(
        slug="priced-too-low",
        name=_("Priced too low"),
        asks=_("If people fall ill more often than the survey said, how soon is a small group out of money?"),
        form=SmallGroupForm,
        answer=answer_small_group,
    ),
    Question(
        slug="selection",
        name=_("Who joins"),
        asks=_("If people choose whether and what to join, who comes, and what happens to the premium?"),
        form=SelectionForm,
        answer=answer_selection,
        presets=(
            (_("Lesson 4: several packages in one scheme"), "packages=two"),
            (_("Lesson 5: joining at any time"), "when=year"),
            (_("All or none"), "unit=group"),
        ),
    ),
    Question(
        slug="rating",
        name=_("Three ways to rate"),
        asks=_(
            "If families paid by risk, by income or all the same, what would each pay and who would leave?"
        ),
        form=RatingForm,
        answer=answer_rating,
    ),
    Question(
        slug="reaching",
        name=_("Reaching households"),
        asks=_(
            "If self-help groups bring households in, how many come, who does the work, and what does it "
            "cost?"
        ),
        form=ReachingForm,
        answer=answer_reaching,
    ),
    Question(
        slug="moral-hazard",
        name=_("More care when covered"),
        asks=_("If people use more care because they bear less of its cost, what is the premium then?"),
        form=MoralHazardForm,
        answer=answer_moral_hazard,
    ),
)
BY_SLUG: Mapping[str, Question] = {question.slug: question for question in QUESTIONS}
