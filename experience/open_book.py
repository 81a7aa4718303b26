"""The open book of a year for the notice board: content without a name, shown now or frozen in a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from experience.figures import YearFigures
from experience.models import SchemeYear
from experience.providers import ProviderDecision
from experience.queries import benefits_of, figures_of, years_of
from experience.small_counts import FEWEST, Told, told
from experience.year_page import YearPage

PUBLIC_BOOK = "open-book"
MOST_PROVIDERS = 40


def decisions_of(scheme: Any) -> Sequence[ProviderDecision]:
    """Providers not accepted, the newest decision first."""
    return list(ProviderDecision.objects.beside(scheme).kept().filter(scheme=scheme))


def open_book(year: SchemeYear) -> dict[str, Any]:
    """What the page shows, as JSON; words in the language of the moment."""
    page, figures, say = YearPage(year), figures_of(year), Figures(year.scheme)
    return {
        "title": _("Open book %(year)s") % {"year": year.label},
        "scheme": year.scheme.name,
        "owner": str(year.organisation),
        "days": _("%(first)s to %(last)s") % {"first": _day(year.starts_on), "last": _day(year.ends_on)},
        "is_running": page.is_running,
        "units": str(year.scheme.money.units),
        "hundred": _hundred(page),
        "bars": page.hundred_bars,
        "money": _money(figures, say),
        "claims": _claims(year, figures, say),
        "providers": [_decision(one) for one in decisions_of(year.scheme)[:MOST_PROVIDERS]],
        "assistance": _assistance(year, say),
    }


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _hundred(page: YearPage) -> list[dict[str, Any]]:
    """Parts with their words; nothing while a figure is missing."""
    found = page.hundred
    if found is None:
        return []
    parts = [
        {"name": "claims", "amount": found.claims, "words": _("paid for members’ claims")},
        {"name": "running", "amount": found.running, "words": _("spent on running the scheme")},
    ]
    if found.saved >= 0:
        left = _("not spent yet: claims are still to come") if page.is_running else _("left, in the reserve")
        return [*parts, {"name": "saved", "amount": found.saved, "words": left}]
    return [*parts, {"name": "out", "amount": -found.saved, "words": _("taken from the reserve")}]


def _money(figures: YearFigures, say: Figures) -> list[tuple[str, str]]:
    """What came in, what went out, what is there; without what is not known."""
    known = (
        (_("Premium collected"), figures.premium),
        (_("Subsidy"), figures.subsidy),
        (_("Interest"), figures.interest),
        (_("Claims paid"), figures.paid),
        (_("Running costs"), figures.running_costs),
        (_("In the reserve on the last day"), figures.reserve),
    )
    return [(name, say.money(value)) for name, value in known if value is not None]


def _claims(year: SchemeYear, figures: YearFigures, say: Figures) -> dict[str, Any]:
    names = benefits_of(year)
    counts: dict[str, int] = {}
    for one in figures.claims:
        name = names.get(one.benefit, one.benefit) if one.benefit else _("All benefits")
        counts[name] = counts.get(name, 0) + (one.settled or 0)
    found = told(counts)
    return {"words": _claim_words(figures, found, say), "benefits": _benefit_lines(found, say)}


def _claim_words(figures: YearFigures, found: Told, say: Figures) -> str:
    if figures.claim_count is None:
        return _("How many claims were paid is not known yet.")
    if found.total is None:
        return _("Fewer than %(n)s claims were paid.") % {"n": FEWEST}
    return ngettext("%(n)s claim was paid.", "%(n)s claims were paid.", found.total) % {
        "n": say.whole(found.total)
    }


def _benefit_lines(found: Told, say: Figures) -> list[tuple[str, str]]:
    lines = [(name, say.whole(count)) for name, count in found.benefits]
    return [*lines, (_("All others together"), say.whole(found.others))] if found.others else lines


def _decision(one: ProviderDecision) -> dict[str, str]:
    again = one.accepted_again_on
    return {
        "facility": one.facility,
        "day": _day(one.decided_on),
        "decision": one.decision,
        "committee": one.committee,
        "again": _("Accepted again from %(day)s.") % {"day": _day(again)} if again else "",
    }


def _assistance(year: SchemeYear, say: Figures) -> dict[str, Any]:
    """One-time help, year by year up to this one: its own line, which is to fall to nothing."""
    known = [
        (one.label, float(one.technical_assistance))
        for one in reversed(years_of(year.scheme))
        if one.technical_assistance is not None and one.starts_on <= year.starts_on
    ]
    amounts = [amount for _label, amount in known]
    most = max(amounts, default=0.0)
    falls = all(after <= before for before, after in pairwise(amounts))
    return {
        "rows": [
            {"year": label, "amount": say.money(amount), "width": f"{100 * amount / most if most else 0:.1f}"}
            for label, amount in known
        ],
        "words": ""
        if len(known) < 2 or falls
        else _("It rose; it is meant to fall from year to year until nothing is needed."),
    }
