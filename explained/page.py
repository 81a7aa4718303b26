"""A package's price in five layers, in words and figures: the same for the screen and for paper.

Read `content` while the language of the choices is active.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache
from django.utils.translation import gettext as _

from calculator.case import case_hash
from calculator.package_page import PackagePage
from calculator.packages import Line
from calculator.premium import PremiumBreakdown
from calculator.sure import Known, known_of
from experience.projection import PATHS
from explained.hundred import Outcomes, outcomes
from explained.ten_years import Pot, Ruin, Year, replay, ruins
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION
from simulation.engine.scheme import scheme_distribution
from simulation.questions import content_hash
from workshop.compare_page import average_family
from workshop.print_figures import PrintChoices, Say, local_name
from workshop.years import YearsOfPackages, unit_costs_of
from workshop.years_of_families import FAMILIES, SEED, Estimate, draw_families

KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class WorkedOut:
    """The figures behind the pictures."""

    outcomes: Outcomes
    pot: Pot
    ruins: tuple[Ruin, ...]


@dataclass
class Explained:
    """One saved package, looked at for those who pay its price."""

    line: Line
    choices: PrintChoices
    decade: int = 1

    # ---- figures -------------------------------------------------------------------------------------------
    @property
    def scheme(self) -> Scheme:
        return self.line.package.scheme

    @cached_property
    def page(self) -> PackagePage:
        return PackagePage(self.line)

    @property
    def premium(self) -> PremiumBreakdown:
        return self.line.quote.premium

    @cached_property
    def say(self) -> Say:
        return Say(scheme=self.scheme, choices=self.choices, scale=self.premium.total)

    def share(self, value: float, places: int) -> str:
        """A chance with its per cent sign."""
        return self.say.own(self.say.figures.share(value, places))

    @property
    def pays_nothing(self) -> bool:
        """Whether there is no price to explain: nothing is covered, or nothing ever happens."""
        return self.premium.pure <= 0.0

    @cached_property
    def known(self) -> YearsOfPackages:
        return YearsOfPackages(lines=[self.line], unit_costs=unit_costs_of([self.line]))

    @cached_property
    def in_advance(self) -> float:
        """What families pay a year on average over their sizes, money."""
        return average_family(self.premium, self.line.case.community.families)

    @property
    def little(self) -> float:
        """Own spending that is little: no more than what a family pays in advance."""
        return min(self.in_advance, 0.5 * self.known.too_much)

    @cached_property
    def hash(self) -> str:
        return case_hash(self.line.case)

    @cached_property
    def sure(self) -> Known | None:
        """How far the survey may be off, as the page "How sure is it?" has it."""
        return known_of(self.line.quote, self.page.risks)

    @property
    def really(self) -> Estimate | None:
        """Chance of a short year with the survey's error in it; None where no survey is behind the price."""
        survey = self.sure.chance.survey if self.sure else None
        return None if survey is None else Estimate(value=survey.chance, error=survey.standard_error)

    @cached_property
    def worked_out(self) -> WorkedOut:
        """What takes longer, kept by the content of all that it depends on."""
        premium, really = self.premium, self.really
        asked = [ENGINE_VERSION, self.hash, premium.source, premium.total, self.known.worlds[0].as_json()]
        asked += [SEED, FAMILIES, PATHS, None if really is None else [really.value, really.error]]
        key = f"explained:{content_hash(asked)}"
        found: WorkedOut | None = cache.get(key)
        if found is None:
            pot = self._pot()
            found = WorkedOut(outcomes=self._outcomes(), pot=pot, ruins=ruins(pot, really=really))
            cache.set(key, found, KEPT_SECONDS)
        return found

    def _outcomes(self) -> Outcomes:
        """On the very families of the comparison."""
        return outcomes(
            draw_families(self.known.worlds[0]),
            self.known.packages[0],
            premium=lambda size: self.premium.per_family(size=size),
            little=self.little,
            too_much=self.known.too_much,
        )

    def _pot(self) -> Pot:
        """By the exact distribution of what the whole scheme pays in a year."""
        quote = self.line.quote
        scheme = scheme_distribution(quote.case.package, quote.case.community.persons, moments=quote.exact)
        return Pot.of(scheme, total=self.premium.total, for_claims=self.premium.with_risk)

    @property
    def outcomes(self) -> Outcomes:
        return self.worked_out.outcomes

    @property
    def pot(self) -> Pot:
        return self.worked_out.pot

    @property
    def ruins(self) -> tuple[Ruin, ...]:
        return self.worked_out.ruins

    @cached_property
    def years(self) -> tuple[Year, ...]:
        return replay(self.pot, of=self.hash, decade=self.decade)

    # ---- the words of every part ---------------------------------------------------------------------------
    def name_of(self, name: str) -> str:
        return local_name(name)

    @property
    def paid_for(self) -> list[str]:
        """Names of what the package pays for; what is covered at a rate of nothing is not promised."""
        return [self.name_of(line.name) for line in self.premium.lines if line.pure > 0.0]

    @property
    def title(self) -> str:
        return _("Why %(amount)s?") % {"amount": self.say.money(self.premium.total)}

    @property
    def spoken(self) -> str:
        """The whole of it in one sentence that can be said aloud."""
        return _(
            "Everyone puts %(amount)s a year into one pot, and from it families are helped, by fixed rules, "
            "with: %(benefits)s."
        ) % {"amount": self.say.money(self.premium.total), "benefits": ", ".join(self.paid_for)}

    @property
    def many(self) -> str:
        """Who receives nothing, said plainly."""
        n = round(100.0 * self.outcomes.nothing_paid.value)
        counted = {"n": self.say.whole(n)}
        if n >= 10:
            return (
                _(
                    "Many pay and receive nothing: %(n)s of 100 families in a usual year. "
                    "That is how the pot can help those who are hit."
                )
                % counted
            )
        if n >= 1:
            return (
                _(
                    "Some pay and receive nothing: %(n)s of 100 families in a usual year. "
                    "That is how the pot can help those who are hit."
                )
                % counted
            )
        return _(
            "Nearly every family receives something in a usual year: much of the money goes round, and less "
            "is left for those who are hit hard."
        )
