"""The questions of a planner, in the order shown, each with its form and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whatif.answers import Answer
from whatif.forms import WhatIfForm
from whatif.setting import Setting
from whatif.subsidy import SubsidyForm, answer_subsidy

Numbers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One page: what it is called, what it asks, the numbers it takes, and the function that answers.

    `answer` may refuse with `simulation.engine.refusal.Refused`; the sentence is shown, nothing is lost.
    """

    slug: str
    name: Promise
    asks: Promise
    form: type[WhatIfForm]
    answer: Callable[[Setting, Numbers], Answer]


QUESTIONS: tuple[Question, ...] = (
    Question(
        slug="subsidy",
        name=_("Subsidy that ends"),
        asks=_("If a donor pays part of the premium for some years, what happens when it stops?"),
        form=SubsidyForm,
        answer=answer_subsidy,
    ),
)
BY_SLUG: Mapping[str, Question] = {question.slug: question for question in QUESTIONS}
