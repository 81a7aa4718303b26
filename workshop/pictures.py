"""The project's pictograms as drawings of their own, for paper. Pure: no Django."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons.svg"
SHAPES = ("circle", "triangle", "square", "diamond")
"""The mark of each package on a board, in the order of their numerals."""

_SYMBOL = re.compile(
    r'<symbol id="(?P<name>[\w-]+)"(?P<attributes>[^>]*)>(?P<drawing>.*?)</symbol>', re.DOTALL
)


@cache
def drawing(name: str) -> str:
    """A symbol of `static/icons.svg` as a black drawing: `i-hospital`, `s-circle`.

    Raises
    ------
    KeyError
        There is no such symbol.
    """
    return _drawings()[name]


@cache
def _drawings() -> dict[str, str]:
    found = {}
    for symbol in _SYMBOL.finditer(ICONS.read_text(encoding="utf-8")):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"{symbol["attributes"]}>{symbol["drawing"]}</svg>'
        found[symbol["name"]] = svg.replace("currentColor", "#000000")
    return found


def pictogram(name: str) -> str:
    """The pictogram of a benefit."""
    return drawing(f"i-{name}")
