"""One benefit's terms as a sentence that a member could repeat."""

from __future__ import annotations

from django.utils.translation import gettext as _

from calculator.cases import ChosenTerms
from calculator.figures import Figures
from calculator.models import CapBasis
from simulation.models import BenefitRisk, Kind


def terms_in_words(risk: BenefitRisk, terms: ChosenTerms, say: Figures) -> str:
    """What the scheme pays for one event and for one family."""
    if not terms.covered:
        return _("Not covered.")
    if risk.kind == Kind.FIXED:
        parts = [_fixed(risk, terms, say)]
    else:
        parts = _wage(terms, say) if risk.kind == Kind.WAGE_DAYS else _cost(terms, say)
    if terms.family_cap is not None:
        parts.append(_("At most %(cap)s a family a year.") % {"cap": say.money(terms.family_cap)})
    return " ".join(parts)


def _fixed(risk: BenefitRisk, terms: ChosenTerms, say: Figures) -> str:
    """The event is named that it is paid on: of the benefit itself, or of the one that causes it."""
    named = {"amount": say.money(terms.fixed_amount), "name": risk.name}
    if risk.linked_to is None:
        return _("%(amount)s for each event: %(name)s.") % named
    named["name"] = risk.linked_to.name
    if risk.link_probability < 1:
        return _("%(amount)s each time it comes with: %(name)s.") % named
    return _("%(amount)s for each event: %(name)s.") % named


def _wage(terms: ChosenTerms, say: Figures) -> list[str]:
    return [
        _("%(rate)s for each day from day %(start)s to day %(last)s.")
        % {"rate": say.money(terms.rate), "start": terms.start_day, "last": terms.last_day}
    ]


def _cost(terms: ChosenTerms, say: Figures) -> list[str]:
    share = say.share(1 - terms.copay)
    if terms.threshold:
        paid = _("%(share)s of the bill above %(threshold)s") % {
            "share": share,
            "threshold": say.money(terms.threshold),
        }
    elif terms.copay:
        paid = _("%(share)s of the bill") % {"share": share}
    else:
        paid = _("The whole bill")
    if terms.event_cap is None:
        return [_("%(paid)s, without a cap for one event.") % {"paid": paid}]
    cap = say.money(terms.event_cap)
    if terms.cap_basis == CapBasis.COST and terms.copay:
        return [_("%(paid)s, counting at most %(cap)s of it for one event.") % {"paid": paid, "cap": cap}]
    return [_("%(paid)s, at most %(cap)s for one event.") % {"paid": paid, "cap": cap}]
