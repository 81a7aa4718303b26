"""What a stranger may know of a package: frozen words and figures for a page that hangs on a notice board.

No note, no comment, no person, no id: only what a member needs to decide, what is left out first.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.case import case_hash
from calculator.cautions import chance_over_years, pays_nothing
from calculator.models import SignOff
from calculator.package_page import PackagePage
from calculator.reviews import Statement
from calculator.sure import Known
from simulation.engine import ENGINE_VERSION
from simulation.engine.families import LARGE_FAMILY_FROM
from simulation.engine.package import Benefit
from simulation.engine.terms import CostTerms, WageTerms
from simulation.models import BenefitRisk

EXAMPLES = (0.4, 1.0, 3.0)
"""A small, a usual and a large bill, as multiples of the average one."""


def public_content(page: PackagePage, *, known: Known | None, signed: SignOff | None) -> dict[str, Any]:
    """The page as it is frozen at publishing; every figure comes from the package's own page."""
    scheme, package = page.scheme, page.line.package
    return {
        "title": package.name,
        "scheme": scheme.name,
        "place": scheme.place,
        "owner": str(scheme.organisation),
        "unit": _("%(units)s a person a year") % {"units": scheme.money.units},
        "price": {
            "total": page.say.money(page.quote.premium.total),
            "month": page.say.money(page.quote.premium.total / 12),
            "sign": scheme.money.sign,
            "tariffs": _tariffs(page),
            "families": [
                {"size": row["size"], "year": row["year"], "month": row["month"]} for row in page.families
            ],
        },
        "not_covered": _not_covered(page),
        "covered": _covered(page),
        "caps": _caps(page),
        "short_year": _short_year(page, known) if known else "",
        "warning": _warning(page),
        "provenance": _provenance(page, signed),
    }


def _pairs(page: PackagePage) -> list[tuple[BenefitRisk, Benefit, str]]:
    risks = page.line.package.assumption_set.risks.all()
    benefits = page.quote.case.package.benefits
    return [
        (risk, benefit, row["words"]) for risk, benefit, row in zip(risks, benefits, page.terms, strict=True)
    ]


def _tariffs(page: PackagePage) -> list[dict[str, str]]:
    """What a person pays in a smaller and in a larger family, where that is not the same."""
    premium = page.quote.premium
    if not premium.loadings.large_family_discount:
        return []
    return [
        {
            "whose": _("in a family of up to %(n)s") % {"n": LARGE_FAMILY_FROM - 1},
            "total": page.say.money(premium.small_family),
        },
        {
            "whose": _("in a family of %(n)s and more") % {"n": LARGE_FAMILY_FROM},
            "total": page.say.money(premium.large_family),
        },
    ]


def _pays(benefit: Benefit) -> bool:
    """A row that is ticked, but whose cap, amount or rate is 0, pays nobody anything."""
    return benefit.covered and not pays_nothing(benefit.terms)


def _not_covered(page: PackagePage) -> list[str]:
    """What the scheme does not pay at all, by name; then what it does not pay of what it covers."""
    left_out = [benefit.name for _risk, benefit, _words in _pairs(page) if not _pays(benefit)]
    lines = [_("Nothing is paid for: %(names)s.") % {"names": ", ".join(left_out)}] if left_out else []
    lines.append(_("Anything that does not stand below is not covered."))
    lines.append(_("What a bill comes to above the limits below, the family pays itself."))
    return lines


def _covered(page: PackagePage) -> list[dict[str, Any]]:
    return [
        {
            "name": benefit.name,
            "pictogram": risk.pictogram,
            "words": words,
            "examples": _examples(benefit, risk, page),
            "examples_of": _("Days of work lost")
            if isinstance(benefit.terms, WageTerms)
            else _("If the bill is"),
        }
        for risk, benefit, words in _pairs(page)
        if _pays(benefit)
    ]


def _examples(benefit: Benefit, risk: BenefitRisk, page: PackagePage) -> list[dict[str, str]]:
    """What would be paid for a small, a usual and a large bill, and what is left to the family."""
    if isinstance(benefit.terms, WageTerms):
        return _day_examples(benefit.terms, page)
    mean = risk.mean_cost
    if not isinstance(benefit.terms, CostTerms) or not mean:
        return []
    bills = sorted({_round_bill(mean * factor) for factor in EXAMPLES})
    paid = benefit.terms.payout(np.array(bills))
    return [
        _example(page.say.money(bill), float(pays), bill - float(pays), page)
        for bill, pays in zip(bills, paid, strict=True)
    ]


def _example(event: str, pays: float, left: float, page: PackagePage) -> dict[str, str]:
    return {"event": event, "pays": page.say.money(pays), "left": page.say.money(left)}


def _day_examples(terms: WageTerms, page: PackagePage) -> list[dict[str, str]]:
    days = sorted({terms.start_day, terms.start_day + 2, terms.last_day + 2})
    paid = terms.payout(np.array(days, dtype=float))
    return [
        {"event": _("%(n)s days") % {"n": day}, "pays": page.say.money(float(pays)), "left": ""}
        for day, pays in zip(days, paid, strict=True)
    ]


def _round_bill(value: float) -> float:
    """A bill somebody could have, with one leading figure: 18,000 becomes 20,000, 7,200 becomes 7,000."""
    step = 10 ** math.floor(math.log10(value))
    return max(round(value / step) * step, step)


def _caps(page: PackagePage) -> str:
    cap = page.line.package.family_cap
    if cap is None:
        return ""
    return _("All benefits together: at most %(cap)s a family a year.") % {"cap": page.say.money(float(cap))}


def _provenance(page: PackagePage, signed: SignOff | None) -> list[str]:
    package = page.line.package
    today = date_format(timezone.localdate(), "j F Y")
    lines = [
        _(
            "Prices as of %(day)s: version %(n)s of the package, version %(a)s of the assumptions, engine "
            "%(e)s."
        )
        % {"day": today, "n": package.version, "a": package.assumption_set.number, "e": ENGINE_VERSION},
        _("Case %(case)s.") % {"case": case_hash(page.line.case)[:16]},
    ]
    if signed is not None and signed.statement != Statement.NOT_ACCEPTED:
        day = date_format(timezone.localtime(signed.created_at), "j F Y")
        lines.append(_("A reviewer has signed this version on %(day)s.") % {"day": day})
    return lines


def _warning(page: PackagePage) -> str:
    if not page.example_names:
        return ""
    return _("Example figures stand behind %(names)s: this is not a price to charge yet.") % {
        "names": ", ".join(page.example_names)
    }


def _short_year(page: PackagePage, known: Known) -> str:
    """The true chance that a year's payouts exceed what was collected for them, as somebody would say it."""
    chance = known.chance.survey.chance if known.chance.survey else known.chance.skewness
    return _(
        "Yes. About %(year)s years in 100 cost more than what was collected for them. In ten years that "
        "happens at least once with a chance of %(ten)s, if nothing is kept back from good years."
    ) % {
        "year": page.say.number(100 * chance, 0 if chance >= 0.01 else 2),
        "ten": page.say.share(chance_over_years(chance, years=10), 0),
    }
