"""A phone that goes from hand to hand: nobody reads or sends what is another's, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Membership, Role, User
from cbhi_site.middleware import DisplayMiddleware
from offline import pack, views
from tests.makers import every, make_member, make_organisation
from tests.offline.conftest import Village, cut, keep, reconnect, until
from workshop.votes import Vote

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

HOSTILE = "$& <img src=x onerror=alert(1)>"
NEWER_IS_THERE = """async () => {
  const { installing, waiting, active } = await navigator.serviceWorker.getRegistration();
  const files = await caches.match('%s');
  return files && !installing && !waiting && active.state === 'activated';
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) if (name.startsWith('pages-')) {
    found.push(...(await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname));
  }
  return found;
}"""


def came_in(context: BrowserContext, village: Village, user: User) -> Client:
    """Signed in as `user`, as on a phone that somebody else handed over."""
    client = Client()
    client.force_login(user)
    session = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    context.clear_cookies()
    context.add_cookies(
        [{"name": site_settings.SESSION_COOKIE_NAME, "value": session, "url": village.site, "httpOnly": True}]
    )
    return client


def demo() -> User:
    return User.objects.get(username="demo")


def kept_paths(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


def tap_without_network(page: Page, village: Village) -> None:
    cut(page.context)
    page.goto(village.votes)
    page.wait_for_selector("#taps[data-shown='0']")
    page.locator("#tap-1").click()
    page.wait_for_selector("#taps[data-shown='1']")


def test_signing_out_without_a_network_holds_when_there_is_one_again(village, page: Page):
    """The next person opens the site before the one who left has any page of it open."""
    came_in(page.context, village, demo())
    keep(page, village.calculator)
    cut(page.context)
    page.reload()
    page.wait_for_selector("html[data-away]", state="attached")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#net")).to_contain_text("What was kept on this phone is deleted.")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(village.calculator)
    expect(page.get_by_role("heading", level=1)).to_have_text("No network")
    expect(page.locator("#kept-pages")).to_contain_text("Nothing yet")
    page.close()
    reconnect(context)
    page = context.new_page()
    page.goto(village.calculator)
    expect(page.get_by_label("User name")).to_be_visible()


def test_what_was_kept_goes_when_the_first_page_for_somebody_else_comes(village, page: Page):
    """Before any script of that page ran; and the page is kept for nobody."""
    came_in(page.context, village, demo())
    keep(page, village.calculator)
    came_in(page.context, village, make_member(village.scheme.organisation, role=Role.FACILITATOR))
    page.route("**/contact/*", lambda route: route.abort())
    page.goto(village.calculator)
    until(page, "caches.keys().then((names) => !names.some((name) => name.startsWith('pages-')))")


def test_votes_wait_for_whoever_tapped_them_and_for_a_word_that_is_not_stale(village, page: Page):
    """The organisation is changed in another window between the phone's asking and its sending."""
    client = came_in(page.context, village, demo())
    keep(page, village.votes)
    other = make_organisation()
    Membership.objects.create(user=demo(), organisation=other, role=Role.ADMIN)
    said = page.evaluate("fetch('/contact/').then((answer) => answer.json())")
    tap_without_network(page, village)

    def once(said: dict[str, Any]) -> None:
        """The next asking is answered by what was true before."""
        page.route("**/contact/*", lambda route: route.fulfill(json=said), times=1)

    client.post("/organisation/", {"organisation": str(other.pk)})
    once(said)
    with page.expect_response(f"**/{village.session.pk}/votes/") as sent:
        reconnect(page.context)
    assert sent.value.status == 412
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Votes")
    page.wait_for_selector("html[data-started]", state="attached")
    assert [vote.get("why") for vote in page.evaluate("cbhi.store.all('votes')")] == [None]
    assert every(Vote).count() == 0

    client.post("/organisation/", {"organisation": str(village.scheme.organisation_id)})
    once({**said, "token": "x" * 64})
    page.goto(village.votes)
    expect(page.locator("#net")).to_contain_text("Votes sent: 1.")
    assert every(Vote).count() == 1


def test_no_name_runs_as_a_script_or_changes_the_words_around_it(village, page: Page):
    village.scheme.name = village.group.name = HOSTILE
    village.scheme.save()
    village.group.save()
    village.session.packages.update(name=HOSTILE)
    came_in(page.context, village, demo())
    keep(page, village.votes)
    tap_without_network(page, village)
    expect(page.locator(".taps__was p")).to_have_text(f"Last vote: 1 {HOSTILE}")
    page.goto(f"{village.site}/nowhere/")
    expect(page.get_by_role("link", name=HOSTILE).first).to_be_visible()
    assert page.locator("img").count() == 0


def test_what_is_kept_follows_the_site_and_outlasts_its_bad_moments(village, page: Page, monkeypatch):
    """An overloaded site takes nothing away; a group that is closed and a newer release do."""
    came_in(page.context, village, demo())
    keep(page, village.calculator)
    before = kept_paths(page)
    assert sum("/groups/" in path for path in before) > 0
    with monkeypatch.context() as patch:
        patch.setattr(DisplayMiddleware, "__call__", lambda *_asked: HttpResponse(status=503))
        assert page.evaluate("cbhi.keep(true)") is False
    assert sorted(kept_paths(page)) == sorted(before)

    village.group.deleted_at = timezone.now()
    village.group.save()
    monkeypatch.setattr(views, "SHELL", (*views.SHELL, "css/trail.css"))
    page.goto(f"{village.site}/help/")
    until(page, NEWER_IS_THERE % staticfiles_storage.url("css/trail.css"))
    releases = [name for name in page.evaluate("caches.keys()") if name.startswith("files-")]
    assert len(releases) == 2  # the kept pages of the older release still have theirs

    page.goto(village.calculator)
    page.wait_for_selector("html[data-started]", state="attached")
    assert page.evaluate("cbhi.keep(true)") is True
    assert not [path for path in kept_paths(page) if "/groups/" in path]
    assert sum(name.startswith("files-") for name in page.evaluate("caches.keys()")) == 1


def test_a_phone_whose_memory_is_full_still_gets_every_file(village, page: Page):
    came_in(page.context, village, demo())
    keep(page, village.calculator)
    memory = page.context.new_cdp_session(page)
    memory.send("Storage.overrideQuotaForOrigin", {"origin": village.site, "quotaSize": 1})
    file = staticfiles_storage.url("css/survey.css")
    assert page.evaluate("(file) => fetch(file).then((answer) => answer.status)", file) == 200


def test_a_pack_of_another_release_is_not_priced_with(village, page: Page, monkeypatch):
    monkeypatch.setattr(pack, "FORMAT", pack.FORMAT + 1)
    cache.clear()
    came_in(page.context, village, demo())
    keep(page, village.calculator)
    cache.clear()
    cut(page.context)
    page.reload()
    expect(page.locator("#net")).to_contain_text("are not kept on this phone")
