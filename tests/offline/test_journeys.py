"""Airplane mode in a real Chromium: nothing is lost, nothing is counted twice, nothing is anybody else's."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, User
from calculator.models import Draft
from offline.packs import plan_of
from tests.conftest import PATIENCE_MS
from tests.journeys.test_every_page import NARROW, violations
from tests.makers import PASSWORD, every, make_member
from tests.offline.conftest import cut, keep, reconnect, shown, sign_in, until
from tests.workshop.session_rows import make_group, make_session
from workshop.votes import Round, Vote

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PRICED_HERE = "html[data-prices=here]"
DOUBLE_TAP_MS = 650
IS_KEPT = "(page) => caches.match(page).then((found) => !!found)"
KEPT_PAGES = "caches.keys().then((names) => names.filter((name) => name.startsWith('pages-')).length === %d)"


def looked_at(page: Page) -> None:
    """Without a network, too, a page is open to everybody and no wider than a phone."""
    assert violations(page) == []
    page.wait_for_function("(most) => document.documentElement.scrollWidth <= most", arg=NARROW)


def tap(page: Page, number: int, expected: int) -> None:
    page.locator(f"#tap-{number}").click()
    page.wait_for_selector(f"#taps[data-shown='{expected}']")


def test_a_cap_and_fifty_votes_survive_without_a_network_and_arrive_once(village, page: Page):
    """Edit a cap, see the premium, record 50 votes, close, open again, reconnect: all there, once."""
    page.set_viewport_size({"width": NARROW, "height": 800})
    sign_in(page, village.site)
    keep(page, village.calculator)
    before = shown(page, "[data-banner=total]")
    cut(page.context)
    page.reload()
    expect(page.locator("#net")).to_contain_text("No network. Prices last updated")
    page.wait_for_selector(PRICED_HERE, state="attached")
    expect(page.locator("[data-banner=total]")).to_have_text(before)
    page.locator("#hospitalisation-event_cap").fill("5000")
    page.locator("#hospitalisation-event_cap").press("Tab")
    expect(page.locator("[data-banner=total]")).not_to_have_text(before)
    after = shown(page, "[data-banner=total]")
    looked_at(page)
    page.goto(f"{village.site}/nowhere/")
    expect(page.locator("#kept-pages li")).not_to_have_count(0)
    looked_at(page)

    page.goto(village.votes)
    page.wait_for_selector("#taps[data-shown='0']")
    for n in range(1, 51):
        tap(page, 1 if n % 2 else 2, n)
    page.locator(".taps__second button[value='3']").click()
    expect(page.locator(".taps__was")).to_contain_text("second 3")
    assert every(Vote).count() == 0
    looked_at(page)

    context = page.context
    page.close()
    page = context.new_page()
    page.goto(village.votes)
    page.wait_for_selector("#taps[data-shown='50']")
    reconnect(context)
    expect(page.locator(".taps__count")).to_contain_text("50")
    page.wait_for_selector("html:not([data-away])", state="attached")
    page.wait_for_selector("#net", state="hidden")
    votes = every(Vote).select_related("first", "second")
    assert Counter(vote.first.position for vote in votes) == {1: 25, 2: 25}
    assert [vote.second.position for vote in votes if vote.second] == [3]
    assert every(Draft).get(scheme=village.scheme).typed["hospitalisation-event_cap"] == "5000"

    page.goto(village.calculator)
    expect(page.locator("[data-banner=total]")).to_have_text(after)
    page.goto(village.votes)
    expect(page.locator(".taps__count")).to_contain_text("50")
    assert every(Vote).count() == 50


def test_a_session_made_later_is_kept_when_it_is_looked_at_and_a_double_tap_is_one_vote(village, page: Page):
    """The scheme was kept a moment before; nothing waits for the next time to keep."""
    sign_in(page, village.site)
    keep(page, village.calculator)
    group = make_group(make_session(village.scheme, place="Khariar", day=2), people=30)
    votes = f"{village.site}/groups/{group.pk}/"
    page.goto(f"{village.site}/schemes/{village.scheme.pk}/sessions/")
    until(page, IS_KEPT, f"{votes}individual/")
    until(page, IS_KEPT, f"{votes}{Round.GROUP_2}/")
    cut(page.context)
    page.goto(f"{votes}individual/")
    page.wait_for_selector("#taps[data-shown='0']")
    page.locator("#tap-1").dblclick()
    page.wait_for_selector("#taps[data-shown='1']")
    tap(page, 2, 2)
    page.locator(".taps__was button").dblclick()
    page.wait_for_selector("#taps[data-shown='1']")
    page.wait_for_timeout(DOUBLE_TAP_MS)
    expect(page.locator("#taps")).to_have_attribute("data-shown", "1")
    tap(page, 1, 2)


def test_a_vote_that_arrived_without_an_answer_counts_once(village, page: Page):
    sign_in(page, village.site)
    keep(page, village.votes)
    lost = []

    def answer_is_lost(route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route(
        "**/individual/",
        lambda route: answer_is_lost(route) if route.request.method == "POST" else route.continue_(),
    )
    cut_off = {"times": 0}

    def nobody_there(route) -> None:
        cut_off["times"] += 1
        route.abort()

    page.route("**/contact/*", nobody_there)
    page.locator("#tap-1").click()
    page.wait_for_selector("#taps[data-shown='1']")
    assert lost == [200]
    page.unroute("**/contact/*")
    page.unroute("**/individual/")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#net", state="hidden")
    assert every(Vote).count() == 1


def test_a_sheet_changed_in_two_places_is_shown_and_never_overwritten(village, page: Page):
    sign_in(page, village.site)
    keep(page, village.calculator)
    cut(page.context)
    page.reload()
    page.wait_for_selector(PRICED_HERE, state="attached")
    page.locator("#injury-copay").fill("10")
    page.locator("#injury-copay").press("Tab")
    expect(page.locator("#net")).to_contain_text("changed sheet")
    page.locator("#do-save-copy").click()
    expect(page.locator("#do-save-copy")).to_have_text("Save as a new package")
    expect(page.locator("p:has(#do-save) + p")).to_contain_text("Saving needs a network.")
    draft = every(Draft).get(scheme=village.scheme)
    draft.typed = {**draft.typed, "injury-copay": "30", "admin_rate": "25"}
    draft.save()
    page.locator("body").click(position={"x": 5, "y": 5})
    reconnect(page.context)
    page.get_by_role("button", name="Compare both").click(timeout=20_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("changed in two places")
    assert every(Draft).get(pk=draft.pk).typed["injury-copay"] == "30"
    page.get_by_role("button", name="Save what is chosen").click()
    page.wait_for_url(village.calculator)
    typed = every(Draft).get(pk=draft.pk).typed
    assert (typed["injury-copay"], typed["admin_rate"]) == ("10", "25")
    expect(page.locator("#net")).to_contain_text("on the site now")


def test_what_is_kept_goes_with_whoever_it_was_kept_for(village, page: Page):
    """On signing out, on somebody else's signing in, and when somebody was switched off."""
    sign_in(page, village.site)
    keep(page, village.calculator)
    until(page, KEPT_PAGES % 1)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    until(page, KEPT_PAGES % 0)

    sign_in(page, village.site)
    keep(page, village.calculator)
    Membership.objects.filter(user=User.objects.get(username="demo")).delete()
    page.goto(f"{village.site}/help/")
    page.wait_for_selector("html[data-started]", state="attached")
    until(page, KEPT_PAGES % 0)

    other = make_member(village.scheme.organisation, role=Role.FACILITATOR)
    page.context.clear_cookies()
    page.goto(f"{village.site}/sign-in/")
    page.get_by_label("User name").fill(other.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{village.site}/")
    keep(page, village.calculator)
    cut(page.context)
    page.goto(f"{village.site}/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No network")
    expect(page.locator("#kept-pages li")).not_to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("demo")


def test_the_single_file_prices_by_itself(village, page: Page, tmp_path):
    sign_in(page, village.site)
    page.goto(f"{village.site}/schemes/{village.scheme.pk}/offline/")
    # The tables take seconds of a busy machine, and the phone's keeping asks for them at the same moment.
    assert plan_of(village.scheme).content
    with page.expect_download(timeout=2 * PATIENCE_MS) as waiting:
        page.get_by_role("link", name="Calculator in one file").click()
    file = tmp_path / "calculator.html"
    waiting.value.save_as(file)
    page.context.set_offline(True)
    refused = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector(PRICED_HERE, state="attached")
    first = shown(page, "[data-banner=total]")
    page.locator("#hospitalisation-event_cap").fill("3000")
    page.locator("#hospitalisation-event_cap").press("Tab")
    expect(page.locator("[data-banner=total]")).not_to_have_text(first)
    page.wait_for_function("document.getElementById('calc').dataset.priced > 0")
    assert "≈" not in shown(page, ".banner")
    page.locator("#hospitalisation-event_cap").fill("3210")
    page.locator("#hospitalisation-event_cap").press("Tab")
    expect(page.locator("[data-banner=total]")).to_contain_text("≈")
    expect(page.locator("[data-banner=month]")).to_contain_text("near the exact figure")
    assert refused == []
