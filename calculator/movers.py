"""Which input moves the premium most, as bars around today's premium."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.quotes import Quote
from calculator.sensitivity import Swing, sensitivity
from schemes.models import Scheme


def movers(quote: Quote, scheme: Scheme, say: Figures) -> list[dict[str, Any]]:
    """One bar for each input, the widest first."""
    swings = sensitivity(case=quote.case, moments=quote.exact, inhabitants=scheme.inhabitants)
    today = quote.exact_premium.total
    ends = [end for swing in swings for end in (swing.at_low, swing.at_high)]
    left, right = min(today, *ends), max(today, *ends)
    span = right - left or 1.0

    def at(value: float) -> float:
        return 100 * (value - left) / span

    return [
        {
            "name": _names()[swing.what],
            "range": _range(swing, say),
            "low": say.amount(min(swing.at_low, swing.at_high)),
            "high": say.amount(max(swing.at_low, swing.at_high)),
            "start": f"{at(min(swing.at_low, swing.at_high, today)):.2f}",
            "to_middle": f"{at(today) - at(min(swing.at_low, swing.at_high, today)):.2f}",
            "middle": f"{at(today):.2f}",
            "from_middle": f"{at(max(swing.at_low, swing.at_high, today)) - at(today):.2f}",
        }
        for swing in swings
    ]


def _names() -> dict[str, str]:
    return {
        "incidence": _("How often (incidence)"),
        "cost": _("How dear (average cost)"),
        "caps": _("Caps"),
        "take_up": _("How many join"),
        "chance_of_bankruptcy": _("Chance of bankruptcy"),
    }


def _range(swing: Swing, say: Figures) -> str:
    """From what to what the input was moved."""
    if swing.what in {"take_up", "chance_of_bankruptcy"}:
        return _("%(low)s to %(high)s") % {"low": say.share(swing.low), "high": say.share(swing.high)}
    return _("%(low)s of today to %(high)s") % {"low": say.share(swing.low), "high": say.share(swing.high)}
