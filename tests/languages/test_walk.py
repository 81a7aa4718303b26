"""Every page in each language on a phone: nothing too wide or cut off; what stayed English is told.

Pictures and the list of what stayed English are left in the folder for temporary files, `cbhi-languages/`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User
from tests.journeys.conftest import landed_site, sign_in
from tests.journeys.test_every_page import NARROW, addresses, settled

__all__ = ["landed_site"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

FOLDER = Path(gettempdir()) / "cbhi-languages"
"""Not under test-results/, which every run of the tests empties."""
LANGUAGES = ("en", "hi", "ne", "or")
PATIENCE = 120_000
LOOK = r"""(narrow) => {
  const said = (element) => (element.innerText || '').trim().replace(/\s+/g, ' ').slice(0, 80);
  const seen = (element) => element.checkVisibility() && getComputedStyle(element).clipPath === 'none'
    && !element.closest('.vh, .skip, [hidden]');
  const cut = [];
  const scrolls = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true;
    return false;
  };
  const read = 'button, a, h1, h2, h3, th, td, label, .chip, .btn, p, summary, li, dt, dd';
  for (const element of document.querySelectorAll(read)) {
    if (!seen(element) || !said(element)) continue;
    const box = element.getBoundingClientRect();
    const hides = /hidden|clip/.test(getComputedStyle(element).overflowX);
    if (hides && element.scrollWidth > element.clientWidth + 1 && !element.closest('.top__scheme'))
      cut.push(`cut off: ${element.tagName} ${said(element)}`);
    if ((box.right > narrow + 1 || box.left < -1) && !scrolls(element))
      cut.push(`outside: ${element.tagName} ${said(element)}`);
  }
  const english = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (!around || around.closest('script, style, code, pre, .lang, [lang=en], textarea')) continue;
    if (!around.checkVisibility()) continue;
    const text = walker.currentNode.textContent.trim().replace(/\s+/g, ' ');
    const several = /[A-Za-z]{3,}[ ,]+[A-Za-z]{2,}/, one = /^[A-Z]?[a-z]{3,}[.:]?$/;
    if (several.test(text) || one.test(text)) english.add(text.slice(0, 160));
  }
  return { width: document.documentElement.scrollWidth, cut, english: [...english] };
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_a_phone_in_every_language(language, landed_site, page: Page):
    folder = FOLDER / language
    page.set_default_navigation_timeout(PATIENCE)
    page.set_viewport_size({"width": NARROW, "height": 800})
    sign_in(page, landed_site)
    User.objects.filter(username="demo").update(language=language)
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    english: Counter[str] = Counter()
    for number, address in enumerate(addresses()):
        page.goto(landed_site + address)
        settled(page)
        found: dict[str, Any] = page.evaluate(LOOK, NARROW)
        if found["width"] > NARROW:
            wrong.append(f"{address}: {found['width']} px wide")
        wrong += [f"{address}: {one}" for one in found["cut"]]
        english.update(found["english"])
        page.screenshot(path=folder / f"{number:03d}.png", full_page=True)
        assert page.evaluate("document.documentElement.lang") == language, address
    if language == "en":
        english.clear()
    lines = [f"{count:3d}  {text}" for text, count in english.most_common()]
    (folder / "english.txt").write_text("\n".join(lines), encoding="utf-8")
    (folder / "wrong.txt").write_text("\n".join(wrong), encoding="utf-8")
    assert wrong == []
