"""An explained price for paper: the same content, with the pictures that its template draws."""

from __future__ import annotations

from typing import Any

from explained.content import content_of
from explained.hundred_words import ICONS
from explained.page import Explained
from workshop.pictures import drawing, pictogram


def print_of(of: Explained) -> dict[str, Any]:
    content = content_of(of)
    if of.pays_nothing:
        return content
    pictures = {row["pictogram"]: pictogram(row["pictogram"]) for row in content["sum"]["benefits"]}
    return content | {"pictures": pictures, "icons": {name: drawing(name) for name in ICONS.values()}}
