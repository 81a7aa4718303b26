"""A page's numbers in the digits of its language. Standard library only: usable without a framework.

Only what is read changes, on the screen or aloud: of the attributes those that name a thing or head a cell.
So boxes, addresses and pictures stay as they are, and so does what has a Latin letter in it, such as a code,
a file's name or an address.
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
READ = frozenset(
    {"aria-label", "aria-description", "aria-valuetext", "title", "alt", "data-label", "data-name"}
)
"""The attributes that are read: aloud, while one points, or in a narrow table as the heads of its cells."""

_PIECE = re.compile(r"<!--.*?-->|<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>[^>]*)>|[^<]+|<", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(?P<name>[^\s"'=<>/]+)(?P<is>\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)""")
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
            is_kept = KEPT in piece["rest"]
            if not piece["end"] and (name in AS_IT_IS or is_kept):
                kept, depth = name, 1
            if not is_kept:
                text = _ATTRIBUTE.sub(lambda found: _named(found, digits), text)
        elif not text.startswith("<"):
            text = _written(text, digits)
        yield text


def _named(attribute: re.Match[str], digits: str) -> str:
    is_read = attribute["name"].lower() in READ
    value = _written(attribute["value"], digits) if is_read else attribute["value"]
    return f"{attribute['name']}{attribute['is']}{value}"


def _written(text: str, digits: str) -> str:
    return _WORD.sub(lambda word: word[0] if _is_code(word[0]) else own(word[0], digits), text)


def _is_code(word: str) -> bool:
    return word.startswith("&") or bool(_LETTER.search(word))
