"""The script that changes parts of a page comes with every page that has such parts."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Their part is worked out already; the fragment that they share would fetch it elsewhere.
# Its form's boxes, written in Python, ask for their part.
BY_ITS_FORM = {"simulation/benefit.html"}
WORKED_OUT = {"calculator/movers.html", "calculator/sure.html"}


def whole(path: Path, seen: set[Path]) -> str:
    """A template's text with that of everything it includes."""
    if path in seen or not path.exists():
        return ""
    seen.add(path)
    text = path.read_text(encoding="utf-8")
    return text + "".join(whole(TEMPLATES / name, seen) for name in re.findall(r'include "([^"]+)"', text))


def test_every_page_with_parts_that_change_has_the_script_and_no_other_page():
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = whole(path, set())
        name = path.relative_to(TEMPLATES).as_posix()
        has_parts = re.search(r"hx-(get|post)=", text) is not None or name in BY_ITS_FORM
        has_script = "htmx-2.min.js" in text
        if "{% extends" in text and has_parts != has_script and name not in WORKED_OUT:
            wrong.append(name)
    assert wrong == []
