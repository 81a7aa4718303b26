"""What a person reads on a page, and what a form on it would post."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser


def words(response) -> str:
    """The text of a page, as it is read."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


class _Boxes(HTMLParser):
    def __init__(self, form: str | None) -> None:
        super().__init__()
        self.form, self.inside, self.select = form, False, ""
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form
        mine = found.get("form") == self.form if "form" in found else self.inside
        if tag == "select" and mine:
            self.select = found["name"]
        if tag == "option" and self.select and "selected" in found:
            self.values[self.select] = found.get("value", "")
        if tag != "input" or not mine or "name" not in found:
            return
        box_to_tick = found.get("type") in {"checkbox", "radio"}
        if not box_to_tick or "checked" in found:
            self.values[found["name"]] = found.get("value", "on" if box_to_tick else "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = ""


def boxes(response, form: str | None = "calc-form") -> dict[str, str]:
    """The values that a browser would send with this form as the page stands."""
    return boxes_of(response.content.decode(), form=form)


def boxes_of(page: str, *, form: str | None) -> dict[str, str]:
    """The same of a page's text; a form without an id is None."""
    parser = _Boxes(form)
    parser.feed(page)
    return parser.values
