"""The table of a conflict, as somebody reads it."""

from __future__ import annotations

import html
import re

from tests.calculator.pages import boxes


def form_on(page, ident=None):
    """What the form with this id would send; without one, the forms of the page that have none."""
    return boxes(page, form=ident)


def lines_of(page) -> dict[str, tuple[list[str], str]]:
    """The table of a conflict: for each field its cells, and which side is offered first."""
    found = {}
    rows = r'<tr role="row"><th role="rowheader".*?</tr>'
    for row in re.findall(rows, page.content.decode(), re.DOTALL):
        cells = [
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).replace("\u00a0", " ").split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        offered = re.search(r'value="(mine|theirs)" checked', row).group(1)
        found[cells[0]] = ([cell.removeprefix("Before: ") for cell in cells[1:]], offered)
    return found
