"""The claim rule of each benefit as one plain sentence out of its terms, and what is wrong with a rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from calculator.cautions import pays_nothing
from calculator.package_page import PackagePage
from calculator.packages import line_of
from schemes.models import Scheme
from simulation.engine.package import Benefit
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms
from workshop.board_queries import packages_on_board
from workshop.choice_queries import frozen_case, frozen_lines, standing_choice
from workshop.choice_rows import ChosenPackage
from workshop.print_figures import Say, local_name
from workshop.rules_check import MOST_WORDS, Found, exceptions_in, too_complex


@dataclass(frozen=True, kw_only=True)
class RuleSource:
    """The package whose terms the rules follow: the chosen one, else the first on the board."""

    name: str
    is_chosen: bool
    benefits: Sequence[tuple[str, Benefit]]
    scale: float
    discount: float

    @property
    def paid(self) -> list[tuple[str, Benefit]]:
        """Benefits that pay something, by key."""
        return [
            (key, benefit)
            for key, benefit in self.benefits
            if benefit.covered and not pays_nothing(benefit.terms)
        ]


def source_of(scheme: Scheme) -> RuleSource | None:
    """None while no package is saved."""
    choice = standing_choice(scheme)
    if choice is not None:
        return source_of_choice(choice)
    package = next(iter(packages_on_board(scheme)), None)
    if package is None:
        return None
    package.scheme = scheme
    page = PackagePage(line_of(package))
    keys = [risk.key for risk in page.risks]
    return RuleSource(
        name=package.name,
        is_chosen=False,
        benefits=list(zip(keys, page.line.case.package.benefits, strict=True)),
        scale=page.line.premium,
        discount=page.line.case.loadings.large_family_discount,
    )


def source_of_choice(choice: ChosenPackage) -> RuleSource:
    keys = [line.key for line in frozen_lines(choice)]
    case = frozen_case(choice)
    return RuleSource(
        name=choice.name,
        is_chosen=True,
        benefits=list(zip(keys, case.package.benefits, strict=True)),
        scale=choice.premium_per_person,
        discount=case.loadings.large_family_discount,
    )


def claim_rule(benefit: Benefit, say: Say) -> str:
    """One sentence that a member could repeat, in the language of the print."""
    terms = benefit.terms
    said = {"name": local_name(benefit.name)} | _figures(terms, say)
    sentence = _sentence(terms) % said
    if math.isfinite(terms.family_cap):
        cap = {"cap": say.money(terms.family_cap)}
        sentence += " " + pgettext("print", "A family gets %(cap)s a year at most.") % cap
    return sentence


def _figures(terms: Terms, say: Say) -> dict[str, str]:
    if isinstance(terms, FixedTerms):
        return {"amount": say.money(terms.amount)}
    if isinstance(terms, WageTerms):
        return {
            "rate": say.money(terms.rate),
            "first": say.whole(terms.start_day),
            "last": say.whole(terms.last_day),
        }
    return {
        "threshold": say.money(terms.threshold),
        "share": say.share(1.0 - terms.copay),
        "cap": say.money(terms.event_cap) if math.isfinite(terms.event_cap) else "",
    }


def _sentence(terms: Terms) -> str:
    if isinstance(terms, FixedTerms):
        return pgettext("print", "%(name)s: we pay %(amount)s each time, when the paper is shown.")
    if isinstance(terms, WageTerms):
        if terms.start_day == 1:
            return pgettext("print", "%(name)s: we pay %(rate)s a day, for %(last)s days at most.")
        return pgettext("print", "%(name)s: we pay %(rate)s a day from day %(first)s to day %(last)s.")
    return _capped(terms) if math.isfinite(terms.event_cap) else _uncapped(terms)


def _capped(terms: CostTerms) -> str:
    if terms.threshold and terms.copay:
        return pgettext(
            "print",
            "%(name)s: we pay %(share)s of the bill above %(threshold)s, up to %(cap)s, when it is shown.",
        )
    if terms.threshold:
        return pgettext(
            "print", "%(name)s: we pay the bill above %(threshold)s, up to %(cap)s, when it is shown."
        )
    if terms.copay:
        return pgettext("print", "%(name)s: we pay %(share)s of the bill, up to %(cap)s, when it is shown.")
    return pgettext("print", "%(name)s: we pay the bill up to %(cap)s, when it is shown.")


def _uncapped(terms: CostTerms) -> str:
    if terms.threshold and terms.copay:
        return pgettext(
            "print", "%(name)s: we pay %(share)s of the bill above %(threshold)s, when it is shown."
        )
    if terms.threshold:
        return pgettext("print", "%(name)s: we pay the bill above %(threshold)s, when it is shown.")
    if terms.copay:
        return pgettext("print", "%(name)s: we pay %(share)s of the bill, when it is shown.")
    return pgettext("print", "%(name)s: we pay the whole bill, when it is shown.")


# ---- what is wrong with a rule -----------------------------------------------------------------------------
def warnings_of(text: str) -> list[str]:
    """Why a claim rule is too complex, or not the same for everybody, in words."""
    return [_in_words(found) for found in too_complex(text)] + exception_warnings(text)


def _in_words(found: Found) -> str:
    said: dict[str, Any] = {"n": found.number, "most": MOST_WORDS, "words": ", ".join(found.words)}
    return {
        "long": _("%(n)s words. A rule of more than %(most)s words is not remembered: say less.") % said,
        "numbers": _("%(n)s numbers (%(words)s). Nobody keeps more than two in mind: leave one out.") % said,
        "conditions": ngettext(
            "%(n)s condition (%(words)s).",
            "%(n)s conditions (%(words)s). With each one a claim is harder to decide: keep one.",
            found.number,
        )
        % said,
        "layers": _(
            "An amount a day, a cap and a share at once (%(words)s). Members cannot work out what they get: "
            "keep one of the three."
        )
        % said,
        "hard_words": _("Words that members do not use: %(words)s. Say it as they would.") % said,
    }[found.kind]


def exception_warnings(text: str) -> list[str]:
    """The same norms for everybody: words that make an exception."""
    words = exceptions_in(text)
    if not words:
        return []
    return [
        _(
            "This seems to make an exception (%(words)s). An advantage for some is not liked by the others: "
            "let the same rule hold for everybody."
        )
        % {"words": ", ".join(words)}
    ]
