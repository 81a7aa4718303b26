"""Airplane mode in a real Chromium: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.offline.conftest import cut, keep, shown, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_cap_is_edited_without_a_network_and_the_premium_follows(village, page: Page):
    sign_in(page, village.site)
    keep(page, village.calculator)
    before = shown(page, "[data-banner=total]")
    cut(page.context)
    page.reload()
    expect(page.locator("#net")).to_contain_text("No network. Prices last updated")
    page.wait_for_selector("html[data-prices=here]", state="attached")
    print(before, shown(page, "[data-banner=total]"))
    assert shown(page, "[data-banner=total]") == before
