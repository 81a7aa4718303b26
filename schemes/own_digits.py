"""A page's numbers in the digits of its language. Standard library only: usable without a framework.

Only what is read changes: no attribute, so that boxes, addresses and pictures stay as they are, and nothing
that has a Latin letter in it, such as a code, a file's name or an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

_LATIN = "0123456789"
OWN_DIGITS: Mapping[str, str] = MappingProxyType({"hi": "०१२३४५६७८९", "ne": "०१२३४५६७८९", "or": "୦୧୨୩୪୫୬୭୮୯"})
"""The ten digits of the languages that have their own."""

AS_IT_IS = frozenset({"script", "style", "textarea", "code", "pre", "kbd", "samp"})
KEPT = "data-digits"
"""An element with this attribute keeps its digits, with all that stands in it."""

_PIECE = re.compile(r"<!--.*?-->|<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>[^>]*)>|[^<]+|<", re.DOTALL)
_WORD = re.compile(r"&#?\w+;|[^\s&]+")
_LETTER = re.compile(r"[A-Za-z@]")


def own(text: str, digits: str) -> str:
    """The text with `digits` in the place of 0 to 9."""
    return text.translate(str.maketrans(_LATIN, digits))


def in_own_digits(html: str, digits: str) -> str:
    """The page, or a part of one, with the numbers that are read in `digits`, the ten digits from 0 on."""
    return "".join(_pieces(html, digits))


def _pieces(html: str, digits: str) -> Iterator[str]:
    kept, depth = "", 0
    for piece in _PIECE.finditer(html):
        text, name = piece[0], (piece["name"] or "").lower()
        if depth:
            if name == kept and not piece["rest"].endswith("/"):
                depth += -1 if piece["end"] else 1
        elif name:
            if not piece["end"] and (name in AS_IT_IS or KEPT in piece["rest"]):
                kept, depth = name, 1
        elif not text.startswith("<"):
            text = _WORD.sub(lambda word: _written(word[0], digits), text)
        yield text


def _written(word: str, digits: str) -> str:
    return word if word.startswith("&") or _LETTER.search(word) else own(word, digits)
