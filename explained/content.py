"""All five layers of an explained price, as plain data for a template, screen or paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from explained.hundred_words import hundred, split
from explained.page import Explained
from explained.sources import sources
from explained.sum_words import the_sum
from explained.years_words import ruin, ten_years
from workshop.print_figures import Say

DRAWN = ("icon", "icons", "pictogram", "fill", "paper", "x", "y", "middle", "width", "height", "text_at")
AS_THEY_ARE = frozenset((*DRAWN, "ground", "years_at", "facts", "source"))
"""A drawing's parts; the method's facts, as a seed or a hash is copied as it stands; what somebody typed."""


def content_of(of: Explained) -> dict[str, Any]:
    """Words in the language of the moment; without its layers where the package pays for nothing."""
    content: dict[str, Any] = {
        "title": of.title,
        "language": of.choices.language,
        "author": str(of.scheme.organisation),
        "scheme": of.scheme.name,
        "package": str(of.line.package.name),
        "unit": _("one person, one year"),
        "pays_nothing": of.pays_nothing,
        "warning": pgettext("print", "For practice only: example figures stand behind these prices.")
        if of.page.example_names
        else "",
    }
    if of.pays_nothing:
        return content | {"nothing": _("This package pays for nothing, so there is no price to explain.")}
    layers = {
        "numerals": [of.say.whole(number) for number in range(1, 6)],
        "spoken": of.spoken,
        "many": of.many,
        "hundred": hundred(of),
        "split": split(of),
        "sum": the_sum(of),
        "ten": ten_years(of),
        "ruin": ruin(of),
        "sources": sources(of),
    }
    return content | {name: _in_digits(layer, of.say) for name, layer in layers.items()}


def _in_digits(layer: Any, say: Say) -> Any:
    """The same with the digits of its sentences ("of 100") as the print has them; drawings are left alone."""
    if isinstance(layer, str):
        return say.own(layer)
    if isinstance(layer, list):
        return [_in_digits(each, say) for each in layer]
    if isinstance(layer, dict):
        return {key: each if key in AS_THEY_ARE else _in_digits(each, say) for key, each in layer.items()}
    return layer
