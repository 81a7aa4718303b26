"""How sure a premium is: the simulation beside it, the survey's error, the true chance of bankruptcy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.cache import cache
from django.utils.translation import gettext as _

from calculator.case import case_hash
from calculator.cautions import chance_over_years
from calculator.figures import Figures
from calculator.quotes import Quote
from calculator.survey_behind import Behind, behind
from calculator.survey_error import SurveyErrorModel
from calculator.true_chance import LargerSurvey, SurveyRisk, TrueChance, person_years_needed, true_chance
from simulation.engine import ENGINE_VERSION
from simulation.models import BenefitRisk
from simulation.runs import Found
from survey.blobs import DamagedBlob
from survey.resamples import ResamplesDamaged

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
    @property
    def risks(self) -> Sequence[BenefitRisk]: ...


@dataclass(frozen=True, kw_only=True)
class Sure:
    """The panel "How sure is it?", written."""

    really: str
    is_worse: bool
    chance_words: str
    causes: list[dict[str, Any]]
    years_words: str
    remedies: list[str]
    survey: dict[str, Any] | None
    simulated: dict[str, Any]


def _key(quote: Quote, survey: Behind | None) -> str:
    asked = survey.sha256 if survey else ""
    premium = quote.premium
    return f"sure:{ENGINE_VERSION}:{premium.source}:{premium.total!r}:{case_hash(quote.case)}:{asked}"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What takes longer to work out, kept by the content of the case."""

    chance: TrueChance
    larger: LargerSurvey | None


def known_sure(page: Page) -> Sure | None:
    """The panel if its figures were worked out before."""
    quote = page.quote
    if quote is None:
        return None
    known: Known | None = cache.get(_key(quote, behind(case=quote.case, risks=page.risks)))
    return None if known is None else _written(page, quote, known)


def sure_of(page: Page) -> Sure | None:
    """The panel, worked out now where it is not known yet; None where its figures cannot be worked out."""
    quote = page.quote
    assert quote is not None
    known = known_of(quote, page.risks)
    return None if known is None else _written(page, quote, known)


def known_of(quote: Quote, risks: Sequence[BenefitRisk] = ()) -> Known | None:
    """The figures behind the panel, unrounded; None where they cannot be worked out.

    Where these rows were taken over from a survey, its own resamples say how far off the premium may be.
    """
    survey = behind(case=quote.case, risks=risks)
    known: Known | None = cache.get(_key(quote, survey))
    if known is None:
        try:
            known = _worked_out(quote) if survey is None else _by_survey(quote, survey, risks[0])
        except ArithmeticError:
            return None
        cache.set(_key(quote, survey), known, KEPT_SECONDS)
    return known


def _by_survey(quote: Quote, survey: Behind, beside: BenefitRisk) -> Known:
    try:
        fitted = survey.fitted(beside)
    except (DamagedBlob, ResamplesDamaged):
        return _worked_out(quote)
    error = SurveyErrorModel(
        case=quote.case, premium=quote.premium, fitted=fitted, moments=quote.exact
    ).error()
    risk = SurveyRisk(
        chance=error.chances.survey,
        standard_error=error.chances.standard_error,
        surveys=error.surveys,
        pure_standard_error=error.pure_standard_error,
        total_low=error.total_low,
        total_high=error.total_high,
        restoring_factor=error.restoring_factor,
        restoring_with_risk=error.restoring_with_risk,
        restoring_total=error.restoring_total,
        without_exposure=tuple(one.name for one in error.benefits if one.source == "known"),
    )
    chances = error.chances
    return Known(
        chance=TrueChance(
            nominal=chances.nominal, skewness=chances.skewness, survey=risk, failed_checks=error.failed_checks
        ),
        larger=None,
    )


def _worked_out(quote: Quote) -> Known:
    chance = true_chance(case=quote.case, premium=quote.premium, moments=quote.exact)
    if chance.survey is None or chance.survey.chance <= _asked(quote) + NOTICEABLE:
        return Known(chance=chance, larger=None)
    larger = person_years_needed(case=quote.case, premium=quote.premium, moments=quote.exact)
    return Known(chance=chance, larger=larger)


def _asked(quote: Quote) -> float:
    return quote.case.loadings.chance_of_bankruptcy


def _written(page: Page, quote: Quote, known: Known) -> Sure:
    say, asked, chance = page.say, _asked(quote), known.chance
    really = chance.survey.chance if chance.survey else chance.skewness
    return Sure(
        really=say.share(really, 1),
        is_worse=really > asked + NOTICEABLE,
        chance_words=_chance_words(chance),
        causes=_causes(chance, asked, say),
        years_words=_(
            "At %(chance)s a year, at least one short year comes with a chance of %(five)s in 5 years and "
            "%(ten)s in 10, if years are independent and nothing is kept back."
        )
        % {
            "chance": say.share(really, 1),
            "five": say.share(chance_over_years(really, years=5), 0),
            "ten": say.share(chance_over_years(really, years=10), 0),
        },
        remedies=_remedies(known, asked, quote, say),
        survey=None if chance.survey is None else _survey(chance.survey, quote, say),
        simulated=_simulated(page, quote),
    )


def _chance_words(chance: TrueChance) -> str:
    words = _counted_words(chance)
    if chance.failed_checks:
        names = ", ".join(check.name for check in chance.failed_checks)
        words += " " + _("A check of this calculation failed (%(names)s): take it as rough.") % {
            "names": names
        }
    return words


def _counted_words(chance: TrueChance) -> str:
    if chance.survey is None:
        return _(
            "This counts bad luck only, and trusts the assumptions fully. It is worked out from the whole "
            "scheme’s payouts, not from a normal curve."
        )
    return _(
        "Bad luck, and assumptions that come from a survey: had other people been asked, "
        "the premium would be another."
    )


def _causes(chance: TrueChance, asked: float, say: Figures) -> list[dict[str, Any]]:
    causes = [
        (_("Asked for"), asked, False),
        (_("+ a few large payouts"), chance.skewness, chance.survey is None),
    ]
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


def _remedies(known: Known, asked: float, quote: Quote, say: Figures) -> list[str]:
    """What would bring the true chance back to the one asked for: a higher premium, or a larger survey."""
    survey, larger = known.chance.survey, known.larger
    if survey is None or survey.chance <= asked + NOTICEABLE:
        return []
    words = [
        _("Charging %(total)s would make it truly %(asked)s.")
        % {"total": say.money(survey.restoring_total), "asked": say.share(asked)}
    ]
    if larger is None:
        return words
    pairs = zip(quote.case.package.benefits, larger.further_person_years, strict=True)
    further = [(years, benefit.name) for benefit, years in pairs if benefit.covered and years]
    if further:
        most, name = max(further)
        words.append(
            _(
                "Or a larger survey: with %(times)s times the person-years (%(years)s more for %(name)s) it "
                "would come down to %(target)s."
            )
            % {
                "times": say.number(_two_figures(larger.factor), 0),
                "years": say.number(_two_figures(most), 0),
                "name": name,
                "target": say.share(larger.target, 1),
            }
        )
        if most > quote.case.community.persons:
            words.append(
                _("That is more people than the scheme has: a higher premium, or a reserve, is the way.")
            )
    return words


def _two_figures(value: float) -> float:
    """Rounded to two figures: nobody plans a survey of 42,731 person-years."""
    return float(f"{value:.2g}")


def _survey(survey: SurveyRisk, quote: Quote, say: Figures) -> dict[str, Any]:
    """The 95 % range of the premium, as words and as a bar."""
    low, high, total = survey.total_low, survey.total_high, quote.premium.total
    left, width = low - 0.2 * (high - low), 1.4 * (high - low)

    def at(value: float) -> float:
        return 50.0 if width <= 0 else 100 * (value - left) / width

    words = _(
        "The assumptions come from a survey. Had everybody been asked, the premium would lie in this range "
        "with 95 % confidence."
    )
    if survey.without_exposure:
        words += " " + _("Taken as certain, because no person-years are given: %(names)s.") % {
            "names": ", ".join(survey.without_exposure)
        }
    return {
        "low": say.amount(low),
        "high": say.amount(high),
        "words": words,
        "picture_words": _("Premium %(total)s within a range from %(low)s to %(high)s")
        % {"total": say.amount(total), "low": say.amount(low), "high": say.amount(high)},
        "bar": {
            "start": f"{at(low):.1f}",
            "end": f"{at(high):.1f}",
            "width": f"{at(high) - at(low):.1f}",
            "mark": f"{at(total):.1f}",
            # Where the range is a point its two figures stand beside each other.
            "low_anchor": "middle" if width > 0 else "end",
            "high_anchor": "middle" if width > 0 else "start",
        },
    }


def _simulated(page: Page, quote: Quote) -> dict[str, Any]:
    say, found = page.say, quote.simulated_premium
    exact = say.amount(quote.exact_premium.total, more=2)
    if found is None:
        return {
            "exact": exact,
            "words": _(
                "Not simulated yet: saving the package starts it. The exact figure can be used meanwhile."
            ),
        }
    far = quote.agreements[-1][1].in_standard_errors
    when = page.found.simulated_at if page.found else None
    return {
        "total": say.amount(found.total, more=1),
        "margin": say.amount(2 * (found.total_error or 0.0), more=1),
        "words": _("Plus or minus two standard errors. The exact calculation gives %(exact)s:")
        % {"exact": exact},
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
