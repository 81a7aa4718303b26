"""How sure a premium is: the simulation beside it, the survey's error, the true chance of bankruptcy and its causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.core.cache import cache
from django.utils.translation import gettext as _

from calculator.case import case_hash
from calculator.cautions import chance_over_years
from calculator.figures import Figures
from calculator.quotes import Quote
from simulation.engine import ENGINE_VERSION
from simulation.runs import Found

if TYPE_CHECKING:
    from calculator.true_chance import TrueChance

KEPT_SECONDS = 7 * 24 * 3600
NOTICEABLE = 0.005
"""A true chance further than this above the one asked for is said in red."""


class Page(Protocol):
    """What a sheet and a saved package's page have in common."""

    @property
    def quote(self) -> Quote | None: ...
    @property
    def say(self) -> Figures: ...
    @property
    def found(self) -> Found | None: ...


@dataclass(frozen=True, kw_only=True)
class Sure:
    """The panel "How sure is it?", written."""

    really: str
    is_worse: bool
    chance_words: str
    causes: list[dict[str, Any]]
    years_words: str
    remedy: str
    survey: dict[str, Any] | None
    simulated: dict[str, Any]


def _key(quote: Quote) -> str:
    return f"sure:{ENGINE_VERSION}:{quote.premium.source}:{quote.premium.total!r}:{case_hash(quote.case)}"


def known_sure(page: Page) -> Sure | None:
    """The panel if its figures were worked out before."""
    quote = page.quote
    if quote is None:
        return None
    known: TrueChance | None = cache.get(_key(quote))
    return None if known is None else _written(page, quote, known)


def sure_of(page: Page) -> Sure:
    """The panel, worked out now where it is not known yet."""
    quote = page.quote
    assert quote is not None
    known: TrueChance | None = cache.get(_key(quote))
    if known is None:
        from calculator.true_chance import true_chance
        known = true_chance(case=quote.case, premium=quote.premium)
        cache.set(_key(quote), known, KEPT_SECONDS)
    return _written(page, quote, known)


def _written(page: Page, quote: Quote, chance: TrueChance) -> Sure:
    say, asked = page.say, quote.case.loadings.chance_of_bankruptcy
    really = chance.survey.chance if chance.survey else chance.skewness
    return Sure(
        really=say.share(really, 1),
        is_worse=really > asked + NOTICEABLE,
        chance_words=_chance_words(chance),
        causes=_causes(chance, asked, say),
        years_words=_("At %(chance)s a year, at least one short year comes with a chance of %(five)s in 5 years and %(ten)s in 10, where years are independent and nothing is kept back.")
        % {
            "chance": say.share(really, 1),
            "five": say.share(chance_over_years(really, years=5), 0),
            "ten": say.share(chance_over_years(really, years=10), 0),
        },
        remedy=_remedy(chance, asked, say),
        survey=_survey(chance, quote, say),
        simulated=_simulated(page, quote),
    )


def _chance_words(chance: TrueChance) -> str:
    if chance.survey is None:
        return _("This counts bad luck only, and trusts the assumptions fully. It is worked out from the whole scheme’s payouts, not from a normal curve.")
    return _("Bad luck, and assumptions that come from a survey: had other people been asked, the premium would be another.")


def _causes(chance: TrueChance, asked: float, say: Figures) -> list[dict[str, Any]]:
    causes = [(_("Asked for"), asked, False), (_("+ a few large payouts"), chance.skewness, chance.survey is None)]
    if chance.survey is not None:
        causes.append((_("+ the survey’s error"), chance.survey.chance, True))
    widest = max(value for _name, value, _total in causes) * 1.25
    return [
        {
            "name": name,
            "amount": say.share(value, 1),
            "asked": f"{100 * min(value, asked) / widest:.2f}",
            "extra": f"{100 * (value - asked) / widest:.2f}" if value > asked else "",
            "mark": f"{100 * asked / widest:.2f}" if place else "",
            "is_total": is_total,
        }
        for place, (name, value, is_total) in enumerate(causes)
    ]


def _remedy(chance: TrueChance, asked: float, say: Figures) -> str:
    return ""


def _survey(chance: TrueChance, quote: Quote, say: Figures) -> dict[str, Any] | None:
    return None


def _simulated(page: Page, quote: Quote) -> dict[str, Any]:
    say, found = page.say, quote.simulated_premium
    exact = say.amount(quote.exact_premium.total, more=2)
    if found is None:
        return {"exact": exact, "words": _("Not simulated yet: saving the package starts it. The exact figure can be used meanwhile.")}
    far = quote.agreements[-1][1].in_standard_errors
    when = page.found.simulated_at if page.found else None
    return {
        "total": say.amount(found.total, more=1),
        "margin": say.amount(2 * (found.total_error or 0.0), more=1),
        "words": _("The exact calculation gives %(exact)s:") % {"exact": exact},
        "agrees": quote.engines_agree,
        "difference": "" if far is None else _("(%(n)s standard errors)") % {"n": say.number(abs(far), 1)},
        "exact": exact,
        "when": when,
        "carry": _carry(quote, say),
    }


def _carry(quote: Quote, say: Figures) -> list[dict[str, Any]]:
    found = quote.simulated_premium
    assert found is not None
    return [
        {
            "value": "exact",
            "label": _("Carry the exact figure"),
            "total": say.amount(quote.exact_premium.total),
            "picked": quote.premium.source == "exact",
        },
        {
            "value": "simulated",
            "label": _("Carry the simulated figure"),
            "total": say.amount(found.total),
            "picked": quote.premium.source == "simulated",
        },
    ]
