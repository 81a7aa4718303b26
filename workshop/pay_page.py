"""The packages found in words: what each pays, and what it gives up against the next dearer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from calculator.cases import ChosenTerms
from calculator.figures import Figures
from calculator.terms_in_words import terms_in_words
from simulation.models import BenefitRisk, Kind
from workshop.compare_terms import limits_of
from workshop.pay import Offer, PayQuestion, values_of_terms

TERMS = "terms-"


@dataclass
class PayPage:
    question: PayQuestion

    @cached_property
    def say(self) -> Figures:
        return Figures(self.question.scheme, scale=self.question.yearly)

    @cached_property
    def offers(self) -> list[dict[str, Any]]:
        """As they are shown: the best for the amount first of all, then from dear to cheap."""
        offers = self.question.offers
        shown = [
            self._shown(offer, dearer=offers[place + 1] if place + 1 < len(offers) else None)
            for place, offer in enumerate(offers)
        ]
        return list(reversed(shown))

    @property
    def best(self) -> dict[str, Any] | None:
        return next((one for one in self.offers if one["is_best"]), None)

    def _shown(self, offer: Offer, *, dearer: Offer | None) -> dict[str, Any]:
        say = self.say
        shown: dict[str, Any] = {
            "year": say.amount(offer.price, more=0),
            "month": say.amount(offer.price / 12, more=0),
            "person": say.amount(offer.premium.total),
            "cover": say.number(100 * offer.found.cover, 1),
            "is_best": offer is self.question.best_offer,
            "is_more": offer.times > 1.0,
            "terms": [
                {"name": risk.name, "words": terms_in_words(risk, offer.chosen.terms[risk.key], say)}
                for risk in self.question.risks
                if offer.chosen.terms[risk.key].covered
            ],
            "left_out": [
                risk.name
                for risk in self.question.risks
                if risk.key in self.question.keys and not offer.chosen.terms[risk.key].covered
            ],
            "boxes": self._boxes(offer),
        }
        if dearer is not None:
            gives_up, gives_more = differences(
                self.question.risks, offer.chosen.terms, dearer.chosen.terms, say
            )
            shown["against"] = {
                "saves": say.amount(dearer.price - offer.price),
                "price": say.amount(dearer.price),
                "less": say.number(100 * (dearer.found.cover - offer.found.cover), 1),
                "gives_up": gives_up,
                "gives_more": gives_more,
            }
        return shown

    def _boxes(self, offer: Offer) -> list[dict[str, str]]:
        """What a press sends to put it on the sheet: four numbers for each covered benefit."""
        return [
            {
                "name": TERMS + risk.key,
                "value": "|".join(
                    repr(value) for value in values_of_terms(Kind(risk.kind), offer.chosen.terms[risk.key])
                ),
            }
            for risk in self.question.risks
            if offer.chosen.terms[risk.key].covered
        ]


def differences(
    risks: Sequence[BenefitRisk],
    terms: Mapping[str, ChosenTerms],
    other: Mapping[str, ChosenTerms],
    say: Figures,
) -> tuple[list[str], list[str]]:
    """What these terms give less than the others, and what they give more, in words."""
    less: list[str] = []
    more: list[str] = []
    for risk in risks:
        one, two = terms[risk.key], other[risk.key]
        if one.covered != two.covered:
            words = _("%(name)s is not covered") if two.covered else _("%(name)s is covered")
            (less if two.covered else more).append(words % {"name": risk.name})
        elif one.covered:
            for better, words in _changed(risk, one, two, say):
                (more if better else less).append(words)
    return less, more


def _changed(risk: BenefitRisk, one: ChosenTerms, two: ChosenTerms, say: Figures) -> list[tuple[bool, str]]:
    found = []
    for limit in limits_of(Kind(risk.kind)):
        ours, theirs = limit.value(one), limit.value(two)
        if ours != theirs:
            words = _("%(name)s, %(limit)s: %(ours)s instead of %(theirs)s") % {
                "name": risk.name,
                "limit": limit.name,
                "ours": limit.words(ours, say),
                "theirs": limit.words(theirs, say),
            }
            found.append(((ours > theirs) == (limit.better == "high"), words))
    return found
