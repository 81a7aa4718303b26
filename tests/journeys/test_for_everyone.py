"""Nobody is shut out: by the keyboard alone, with thick fingers, at four times the size, in high contrast."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from calculator.models import Package
from schemes.models import Scheme
from tests.experience.years import make_year
from tests.journeys.test_every_page import settled, violations
from tests.journeys.test_light import main_pages
from tests.makers import every
from tests.workshop.session_rows import make_group, make_session
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

TARGET = 44
MOST_STEPS = 150

# What can be pressed and is smaller than a finger. A box counts with its outline, a tick with its label; a
# link within a sentence may be as tall as its line.
SMALL = """target => {
  const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const says = (node) => node.nodeType === 3 && node.textContent.trim().length > 1;
  const inSentence = (one) => one.matches('a') && getComputedStyle(one).display === 'inline'
    && [...one.parentNode.childNodes].some(says);
  const isSmall = (one) => {
    const labels = one.matches('[type=checkbox], [type=radio]') ? one.labels : [];
    const drawn = [one, one.closest('.box'), ...labels].filter(Boolean);
    const sizes = drawn.map((each) => each.getBoundingClientRect());
    const most = (side) => Math.max(...sizes.map((size) => size[side]));
    return sizes[0].height > 0 && Math.min(most('width'), most('height')) < target - .5;
  };
  return [...document.querySelectorAll(pressed)]
    .filter((one) => one.checkVisibility({checkVisibilityCSS: true}) && !one.closest('.vh, .skip'))
    .filter((one) => !inSentence(one) && isSmall(one))
    .map((one) => `${one.tagName} ${one.className} ${(one.innerText || one.name || '').trim()}`);
}"""
# What has the keyboard's attention is drawn around, and nothing that sticks to the screen lies over it.
SEEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const isDrawn = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  };
  const shown = [one, one.closest('.box'), one.labels && one.labels[0]].filter(Boolean).some(isDrawn);
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
  return shown && !!over && (one.contains(over) || over.contains(one) || !!over.closest('label'));
}"""


def reach(page: Page, wanted: Locator) -> None:
    """By Tab alone, as far as it takes; every stop on the way can be seen."""
    for _step in range(MOST_STEPS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
        where = "document.activeElement.outerHTML.slice(0, 200)"
        assert page.evaluate(SEEN), f"{page.url}: cannot be seen: {page.evaluate(where)}"
    raise AssertionError(f"{page.url}: {wanted} is not reached by the keyboard")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def write(page: Page, wanted: Locator, text: str) -> None:
    reach(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name).first


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=name, exact=True).first


def test_by_the_keyboard_alone_from_signing_in_to_a_vote_and_a_month(quiet_site, page: Page):
    scheme = every(Scheme).get(name="Slide example")
    package = every(Package).get(scheme=scheme)
    add_to_shortlist(package=package)
    group = make_group(make_session(scheme))
    year = make_year(scheme, package)

    page.goto(f"{quiet_site}/sign-in/")
    write(page, page.get_by_label("User name"), "demo")
    write(page, page.get_by_label("Password"), "wrong")
    page.keyboard.press("Enter")
    # the refusal is read out, and the keyboard is there
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    expect(page).to_have_title(re.compile("^Error:"))
    assert violations(page) == []
    write(page, page.get_by_label("Password"), "demo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{quiet_site}/")

    press(page, page.get_by_role("link", name="Skip to the content"))
    press(page, link(page, "Slide example"))
    page.wait_for_url("**/schemes/*/")
    page.goto(f"{page.url}calculator/")
    premium = page.locator("#banner dd").nth(2)
    was = premium.inner_text()
    write(page, page.locator("#hospitalisation-event_cap"), "5000")
    page.keyboard.press("Enter")
    expect(premium).not_to_have_text(was)
    write(page, page.get_by_label("Name", exact=True), "By the keyboard")
    # Leaving a box asks for the price again; its answer takes the button's place: no hand is as quick.
    with page.expect_response("**/calculator/"):
        page.keyboard.press("Tab")
    expect(page.locator(".htmx-request")).to_have_count(0)
    press(page, button(page, "Save as a new package"))
    expect(page.get_by_text("Saved: By the keyboard")).to_be_visible()
    page.goto(f"{quiet_site}/schemes/{scheme.pk}/shortlist/")
    press(page, button(page, "Put it on By the keyboard"))
    press(page, page.get_by_role("link", name="Compare").last)
    expect(page.get_by_text("Scheme pays").first).to_be_visible()

    page.goto(f"{quiet_site}/groups/{group.pk}/individual/")
    press(page, page.locator("#tap-1"))
    expect(page.locator("#taps")).to_contain_text("1 of ")

    page.goto(f"{quiet_site}/years/{year.pk}/claims/1/")
    box = page.locator("main input[type=text]:visible").first
    write(page, box, "minus one")
    press(page, button(page, "Save"))
    # what is wrong is said on top and beside the box, and nothing typed is lost
    expect(page.get_by_role("alert")).to_be_visible()
    expect(box).to_have_value("minus one")
    expect(box).to_have_attribute("aria-invalid", "true")
    described = box.get_attribute("aria-describedby")
    assert described
    assert page.locator(f"[id='{described.split()[-1]}']").inner_text()
    assert violations(page) == []


def test_every_main_page_fits_fingers_and_large_type(landed_site, browser):
    """Targets at 360 px; 320 px, as a desk at 400 %; a projector."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{landed_site}/sign-in/")
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    wrong: list[str] = []
    pages = main_pages()
    for name, address in pages.items():
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(landed_site + address)
        wrong += [f"{name}: small: {one}" for one in page.evaluate(SMALL, TARGET)]
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wrong.append(f"{name}: {width} px wide on 320 px")
    page.set_viewport_size({"width": 1280, "height": 720})
    for name in ("calculator", "board", "votes"):
        page.goto(f"{landed_site}{pages[name]}?view=projector")
        settled(page)
        wrong += violations(page)
        page.goto(f"{landed_site}{pages[name]}?view=desk")
    assert wrong == []
    context.close()
