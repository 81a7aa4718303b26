"""The premium as bars: what it is built up from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.premium import PremiumBreakdown


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of a bar, in per cent of the picture's width."""

    css: str
    start: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    name: str
    amount: str
    parts: tuple[Part, ...]
    is_total: bool = False
    mark: str = ""


def build_up(premium: PremiumBreakdown, say: Figures) -> list[Bar]:
    """From the pure risk premium to what families pay, each bar starting where the one above ends."""
    widest = max(premium.total, premium.small_family, premium.large_family)
    pieces = [
        (_("Pure risk premium"), premium.pure, "f-1"),
        (_("+ risk loading"), premium.risk_loading, "f-2"),
    ]
    pieces.append((_("+ admin %(rate)s") % {"rate": say.share(premium.loadings.admin)}, premium.admin, "f-h"))
    pieces += [(f"+ {name}", amount, "f-d") for name, amount in premium.further]
    bars, parts, start = [], [], 0.0
    for name, amount, css in pieces:
        part = Part(css=css, start=_percent(start, widest), width=_percent(amount, widest))
        bars.append(Bar(name=name, amount=say.amount(amount), parts=(part,)))
        parts.append(part)
        start += amount
    bars.append(
        Bar(name=_("Total payable"), amount=say.amount(premium.total), parts=tuple(parts), is_total=True)
    )
    if premium.loadings.large_family_discount > 0:
        for name, amount in (
            (_("Families up to 3"), premium.small_family),
            (_("Families of 4 and more"), premium.large_family),
        ):
            whole = Part(css="f-3", start="0", width=_percent(amount, widest))
            bars.append(
                Bar(
                    name=name,
                    amount=say.amount(amount),
                    parts=(whole,),
                    mark=_percent(premium.average, widest),
                )
            )
    return bars


def _percent(amount: float, widest: float) -> str:
    return f"{100 * amount / widest:.2f}"
