"""Numbers on screen: every template writes them through `schemes.numbers`."""

from __future__ import annotations

from django import template

from schemes.models import Scheme
from schemes.numbers import Number, format_exact, format_money, format_number, format_share

register = template.Library()


@register.simple_tag
def number(value: Number | None, scheme: Scheme | None = None, places: int = 0) -> str:
    """A number grouped as the scheme wants it; nothing for None."""
    if value is None:
        return ""
    return format_number(value, places=places, grouping=scheme.number_grouping if scheme else "international")


@register.simple_tag
def money(value: Number | None, scheme: Scheme, places: int = 0) -> str:
    """An amount with the scheme's currency sign; nothing for None."""
    if value is None:
        return ""
    return format_money(value, sign=scheme.money.sign, places=places, grouping=scheme.number_grouping)


@register.filter
def share(value: Number | None, places: int = 2) -> str:
    """0.05 as "5 %" with a space that never breaks."""
    return "" if value is None else format_share(value, places=places)


@register.filter
def exact(value: Number | None) -> str:
    """A number with all its digits, no zeros at the end: what an actuary wants to read."""
    return "" if value is None else format_exact(value, grouping="international")
