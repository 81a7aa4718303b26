"""What the calculator page shows: the typed sheet, its price, and everything there is to say about both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.build_up import Bar, build_up
from calculator.cases import TermsRefused, benefit_name, build_case
from calculator.cautions import money_moved, pays_nothing
from calculator.figures import Figures
from calculator.forms import NameForm, RowForm
from calculator.lines import (
    basis_choice,
    failed_checks_in_words,
    family_lines,
    premium_lines,
    take_up_lines,
)
from calculator.models import Draft, Package
from calculator.premium import PremiumBreakdown
from calculator.quotes import Engine, Quote, quote
from calculator.sheet_parts import Notice, Problem, Row
from calculator.typed import TypedSheet
from schemes.models import Scheme
from simulation.describe import assumption_in_words
from simulation.engine import ENGINE_VERSION
from simulation.engine.refusal import Refused
from simulation.models import BenefitRisk, Kind
from simulation.runs import Found, find


@dataclass
class Sheet:
    """One person's sheet for one scheme.

    `typed` is what is in the boxes; `quote` prices it, or the last good sheet while something has to be put
    right; `found` is what is stored of its simulation.
    """

    scheme: Scheme
    draft: Draft
    typed: TypedSheet
    good: TypedSheet | None
    name_errors: bool = False
    notices: list[Notice] = field(default_factory=list)
    found: Found | None = None

    # ---- the price -----------------------------------------------------------------------------------------
    @cached_property
    def _attempt(self) -> tuple[Quote | None, list[Problem]]:
        """The price of what is typed, or what is wrong with it."""
        if not self.typed.is_valid:
            return None, list(self._form_problems())
        return self._priced(self.typed)

    def _priced(self, typed: TypedSheet) -> tuple[Quote | None, list[Problem]]:
        """The price of a sheet whose boxes can be read, or what the engine refuses about it."""
        try:
            return self._quote_of(typed), []
        except TermsRefused as refused:
            return None, [self._terms_problem(refused)]
        except ArithmeticError:
            return None, [_beyond_counting()]
        except Refused as refused:
            return None, [Problem(field_id="risk_basis", where=_("Package"), label="", message=str(refused))]

    def _quote_of(self, typed: TypedSheet) -> Quote:
        case = build_case(
            risks=typed.risks,
            chosen=typed.chosen,
            name=self.typed.typed.get("name") or None,
            currency=self.scheme.currency,
        )
        found = find(organisation=self.scheme.organisation, package=case.package)
        self.found = found
        carried: Engine = "simulated" if typed.chosen.carried_from == "simulated" else "exact"
        return quote(case, simulated=found.moments, carried_from=carried)

    @cached_property
    def quote(self) -> Quote | None:
        """What is typed, or else the last good sheet, priced; None without either or with nothing covered."""
        found, _problems = self._attempt
        if found is None and self.good is not None and self.good.is_valid:
            # Good once; the assumptions may have changed since.
            found, _problems = self._priced(self.good)
        return found if found is not None and found.premium.pure > 0 else None

    @property
    def risks(self) -> tuple[BenefitRisk, ...]:
        return self.typed.risks

    @property
    def is_good(self) -> bool:
        return self._attempt[0] is not None

    # ---- what is wrong -------------------------------------------------------------------------------------
    @cached_property
    def problems(self) -> list[Problem]:
        return self._attempt[1] + list(_problems_of(self.names, where="") if self.name_errors else ())

    def _form_problems(self) -> Iterable[Problem]:
        for form in self.typed.rows:
            if form.is_on():
                yield from _problems_of(form, where=self._name(form.risk))
        yield from _problems_of(self.typed.loadings, where="")

    def _terms_problem(self, refused: TermsRefused) -> Problem:
        risk = next(risk for risk in self.typed.risks if risk.key == refused.key)
        endless = refused.field == "severity.alpha"
        message = (
            _(
                "Bills of this benefit can be without end, so its risk has none either. "
                "Type an event cap or a family cap."
            )
            if endless
            else str(refused)
        )
        box = "event_cap" if endless else refused.field
        label = _("Event cap") if endless else ""
        return Problem(field_id=f"{risk.key}-{box}", where=self._name(risk), label=label, message=message)

    # ---- the benefits --------------------------------------------------------------------------------------
    def _name(self, risk: BenefitRisk) -> str:
        return self.typed.typed.get(f"{risk.key}-label", "").strip() or risk.name

    @cached_property
    def rows(self) -> list[Row]:
        pure = {line.name: line.pure for line in self.quote.premium.lines} if self.quote else {}
        terms = self.typed.chosen.terms if self.typed.is_valid else {}
        return [
            Row(
                form=form,
                risk=form.risk,
                name=self._name(form.risk),
                pure=self.say.amount(pure.get(benefit_name(form.risk, terms), 0.0)),
                assumption=assumption_in_words(form.risk, self.scheme),
                assumption_url=reverse("simulation:edit_benefit", args=[form.risk.pk]),
                warnings=self._warnings(form),
                error_list=[
                    problem for problem in self.problems if problem.field_id.startswith(f"{form.risk.key}-")
                ],
            )
            for form in self.typed.rows
        ]

    def _warnings(self, form: RowForm) -> list[str]:
        if self.quote is None or not self.is_good or not form.is_on():
            return []
        place = self.typed.rows.index(form)
        if pays_nothing(self.quote.case.package.benefits[place].terms):
            return [_pays_nothing(form)]
        return [*self._cap_warning(form), *self._moving_money_warning(self.quote, place)]

    def _cap_warning(self, form: RowForm) -> list[str]:
        values = form.cleaned_data
        event_cap = values.get("event_cap")
        if event_cap is None:
            event_cap = values.get("fixed_amount")
        family_cap = values["family_cap"]
        if event_cap is None or family_cap is None or family_cap >= event_cap:
            return []
        return [
            _(
                "Family cap %(family)s is below %(event)s for one event: a family could never receive one "
                "full payment. Allowed, if you mean it."
            )
            % {"family": self.say.number(float(family_cap), 0), "event": self.say.number(float(event_cap), 0)}
        ]

    def _moving_money_warning(self, quote: Quote, place: int) -> list[str]:
        moved = money_moved(
            package=quote.case.package,
            benefit=quote.case.package.benefits[place],
            moments=quote.exact.benefits[place],
            premium=quote.premium,
        )
        if not moved.mostly_moving_money:
            return []
        return [
            _(
                "%(share)s of families would claim this in a year. Insuring it mostly moves money around: a "
                "family pays %(loadings)s a year in loadings to even out a difference of about %(risk)s from "
                "year to year."
            )
            % {
                "share": self.say.share(moved.chance_of_claim, 0),
                "loadings": self.say.amount(moved.loadings_per_family),
                "risk": self.say.amount(moved.risk_removed),
            }
        ]

    # ---- the lines -----------------------------------------------------------------------------------------
    @property
    def premium(self) -> PremiumBreakdown | None:
        return self.quote.premium if self.quote else None

    @cached_property
    def say(self) -> Figures:
        return Figures(self.scheme, scale=self.premium.total if self.premium else 1000.0)

    @cached_property
    def lines(self) -> dict[str, Any]:
        return premium_lines(self.premium, self.say) if self.premium else {"pure": "0"}

    @cached_property
    def notes(self) -> dict[str, str]:
        notes = {
            "persons": self._persons_note(),
            "discount": self._discount_note(),
            "share_in_large": self._share_note(),
        }
        premium = self.premium
        if premium:
            notes["risk_loading"] = _("of the pure premium: %(z)s × %(sigma)s / √%(persons)s") % {
                "z": self.say.number(premium.z, 3),
                "sigma": self.say.amount(premium.sigma),
                "persons": self.say.whole(premium.persons),
            }
            if premium.persons > self.scheme.inhabitants:
                notes["too_many"] = _(
                    "%(persons)s persons are more than the %(inhabitants)s inhabitants of the scheme. "
                    "Allowed, if you mean it."
                ) % {
                    "persons": self.say.whole(premium.persons),
                    "inhabitants": self.say.whole(self.scheme.inhabitants),
                }
            notes["with_risk"] = _("%(pure)s + %(loading)s; lines are rounded one by one") % {
                "pure": self.say.amount(premium.pure, more=1),
                "loading": self.say.amount(premium.risk_loading, more=1),
            }
            if premium.share_differs and premium.loadings.large_family_discount > 0:
                notes["collected"] = _(
                    "With %(typed)s typed and %(computed)s in the family sizes, the scheme would collect "
                    "%(collected)s a person, not %(total)s."
                ) % {
                    "typed": self.say.share(premium.share_in_large, 1),
                    "computed": self.say.share(premium.share_from_sizes, 1),
                    "collected": self.say.amount(premium.collected, more=1),
                    "total": self.say.amount(premium.total, more=1),
                }
        return notes

    def _persons_note(self) -> str:
        return _("persons who will join; %(take_up)s of %(inhabitants)s inhabitants are %(persons)s") % {
            "inhabitants": self.say.whole(self.scheme.inhabitants),
            "take_up": self.say.share(self.scheme.expected_take_up, 1),
            "persons": self.say.whole(self.scheme.persons),
        }

    def _discount_note(self) -> str:
        if self.premium and self.premium.loadings.large_family_discount > 0:
            return _("Communities do not like an advantage for some: norms should be the same for everybody.")
        return _("0 is usual: norms should be the same for everybody")

    def _share_note(self) -> str:
        return _("empty: taken from the family sizes, %(share)s") % {
            "share": self.say.share(self.scheme.computed_share_in_large_families, 1)
        }

    @property
    def has_discount(self) -> bool:
        return bool(self.premium and self.premium.loadings.large_family_discount > 0)

    @property
    def build_up(self) -> list[Bar]:
        return build_up(self.premium, self.say) if self.premium else []

    @cached_property
    def families(self) -> list[dict[str, Any]]:
        return family_lines(self.quote, self.say) if self.quote else []

    @cached_property
    def take_up(self) -> list[dict[str, str]]:
        return take_up_lines(self.quote, self.scheme, self.say) if self.quote else []

    @cached_property
    def basis(self) -> dict[str, Any]:
        assert self.quote is not None
        return basis_choice(self.quote, self.say)

    # ---- the page ------------------------------------------------------------------------------------------
    @cached_property
    def names(self) -> NameForm:
        return (
            NameForm(dict(self.typed.typed)) if self.name_errors else NameForm(initial=dict(self.typed.typed))
        )

    @property
    def loadings(self) -> forms.Form:
        return self.typed.loadings

    @property
    def package(self) -> Package | None:
        return self.draft.package

    @property
    def opened(self) -> str:
        """Which saved package this page changes, and which version of it: another window may open another."""
        return opened_of(self.draft)

    @property
    def failed_checks(self) -> str:
        """What the exact engine says is wrong with its own answer; empty when all is well."""
        return failed_checks_in_words(self.quote)

    @cached_property
    def example_names(self) -> list[str]:
        """Covered benefits whose figures are still examples."""
        return [row.name for row in self.rows if row.on and row.risk.is_example]

    @property
    def assumptions_url(self) -> str:
        return reverse("simulation:assumptions", args=[self.scheme.pk])

    @property
    def provenance(self) -> str:
        return _("%(scheme)s · assumptions version %(number)s · engine %(engine)s · %(day)s") % {
            "scheme": self.scheme.name,
            "number": self.typed.risks[0].assumption_set.number if self.typed.risks else 0,
            "engine": ENGINE_VERSION,
            "day": date_format(timezone.localtime(), "j F Y, H:i"),
        }

    @property
    def can_undo(self) -> bool:
        return bool(self.draft.undo)

    @property
    def currency_symbol(self) -> str:
        return self.scheme.money.sign

    @property
    def currency_words(self) -> str:
        return str(self.scheme.money.units)

    @property
    def url(self) -> str:
        return reverse("calculator:sheet", args=[self.scheme.pk])

    @property
    def sure_url(self) -> str:
        return reverse("calculator:sure", args=[self.scheme.pk])

    @property
    def movers_url(self) -> str:
        return reverse("calculator:movers", args=[self.scheme.pk])

    @property
    def compare_url(self) -> str:
        return reverse("workshop:compare", args=[self.scheme.pk])

    @property
    def add_benefit_url(self) -> str:
        return f"{reverse('simulation:add_benefit', args=[self.scheme.pk])}?next={self.url}"


def opened_of(draft: Draft) -> str:
    """The saved package on a sheet and its version as it was opened; empty for a new one."""
    return f"{draft.package_id}:{draft.package_version}" if draft.package_id else ""


def _pays_nothing(form: RowForm) -> str:
    if form.risk.kind == Kind.FIXED and not form.cleaned_data["fixed_amount"]:
        return _(
            "No amount is typed, so nothing is paid. Type the amount for each event, or take the tick off."
        )
    return _("With these terms the benefit pays nothing. Change them, or take the tick off.")


def _beyond_counting() -> Problem:
    message = _(
        "The figures are too large or too small to be worked out. Look for a slip in the assumptions: a cost "
        "with too many zeros, or a spread that cannot be."
    )
    return Problem(field_id="calc-form", where=_("Package"), label="", message=message)


def _problems_of(form: forms.Form, *, where: str) -> Iterable[Problem]:
    for name, errors in form.errors.items():
        bound = form[name]
        for error in errors:
            yield Problem(
                field_id=bound.id_for_label,
                where=f"{where}, {bound.label}" if where else str(bound.label),
                label=str(bound.label),
                message=str(error),
            )
