"""The lines of a premium, written: shared by the sheet, the package page and the comparison."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.premium import PremiumBreakdown, premiums_at_take_up
from calculator.quotes import Quote
from schemes.models import RiskBasis, Scheme
from simulation.engine.families import LARGE_FAMILY_FROM

TAKE_UPS = (0.25, 0.5, 1.0)
FAMILIES_SHOWN = 6


def premium_lines(premium: PremiumBreakdown, say: Figures) -> dict[str, Any]:
    """Every line of the premium, written."""
    share = premium.risk_loading_share
    return {
        "pure": say.amount(premium.pure),
        "package_cap": "" if premium.package_cap_line is None else say.amount(premium.package_cap_line),
        "chance": say.share(premium.loadings.chance_of_bankruptcy),
        "risk_share": "" if share is None else say.share(share, 0),
        "risk_loading": say.amount(premium.risk_loading),
        "with_risk": say.amount(premium.with_risk),
        "admin": say.amount(premium.admin),
        "further": [
            {"name": name, "rate": say.share(rate), "amount": say.amount(amount)}
            for (name, amount), (_name, rate) in zip(premium.further, premium.loadings.further, strict=True)
        ],
        "total": say.amount(premium.total),
        "month": say.amount(premium.total / 12),
        "small_family": say.amount(premium.small_family),
        "large_family": say.amount(premium.large_family),
        "average": say.amount(premium.average),
    }


def failed_checks_in_words(found: Quote | None) -> str:
    """The exact engine's own checks that failed, by benefit and name; empty when none did."""
    checks = found.exact.failed_checks if found else ()
    return ", ".join(f"{check.about}: {check.name}" if check.about else check.name for check in checks)


def family_lines(found: Quote, say: Figures) -> list[dict[str, Any]]:
    """What families pay, from one member to the largest there are, at least to six."""
    premium = found.premium
    largest = max(FAMILIES_SHOWN, int(found.case.package.families.sizes[-1]))
    return [
        {
            "size": size,
            "year": say.amount(premium.per_family(size=size)),
            "month": say.amount(premium.per_family_month(size=size)),
            "first_large": size == LARGE_FAMILY_FROM and premium.loadings.large_family_discount > 0,
        }
        for size in range(1, largest + 1)
    ]


def take_up_lines(found: Quote, scheme: Scheme, say: Figures) -> list[dict[str, str]]:
    """The premium when a quarter, half and all of the inhabitants join, and as many as are expected."""
    priced = premiums_at_take_up(
        moments=found.moments,
        community=found.case.community,
        loadings=found.case.loadings,
        inhabitants=scheme.inhabitants,
        take_ups=sorted({*TAKE_UPS, scheme.expected_take_up}),
        package_family_cap=found.case.package.family_cap,
    )
    return [
        {
            "of_all": repr(line.take_up),
            "share": say.share(line.take_up, 0),
            "persons": say.whole(line.persons),
            "risk_loading": say.amount(line.premium.risk_loading),
            "total": say.amount(line.premium.total),
        }
        for line in priced
    ]


def basis_choice(found: Quote, say: Figures) -> dict[str, Any]:
    """Both risk bases with their totals, and one sentence on what lies between them."""
    used, other = found.premium, found.other_basis
    totals: dict[str, PremiumBreakdown] = {used.loadings.risk_basis: used}
    if other is not None:
        totals[other.loadings.risk_basis] = other
    choices = [
        {
            "value": value,
            "label": label,
            "picked": value == used.loadings.risk_basis,
            "off": value not in totals,
            "total": say.amount(totals[value].total) if value in totals else "",
        }
        for value, label in RiskBasis.choices
    ]
    return {"choices": choices, "sentence": _basis_sentence(totals, say)}


def _basis_sentence(totals: dict[str, PremiumBreakdown], say: Figures) -> str:
    if len(totals) < 2:
        return _("One cap over all benefits together counts them together: apart is not defined here.")
    joint, apart = totals["joint"], totals["independent"]
    between = joint.total - apart.total
    if abs(between) < 0.5 * 10**-say.places:
        return _(
            "No benefit is paid on another one’s events, so it makes no difference whether the rows are "
            "counted together or apart."
        )
    return _(
        "Benefits paid on the same event come together, so a bad year is worse: counted together the premium "
        "is %(joint)s, apart %(apart)s. The %(between)s between them is what the old sheet left out."
    ) % {
        "joint": say.money(joint.total),
        "apart": say.money(apart.total),
        "between": say.money(between),
    }
