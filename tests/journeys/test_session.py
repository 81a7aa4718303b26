"""Votes on a phone while the tally hangs on the wall."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import NARROW, violations
from tests.makers import every
from tests.workshop.session_rows import make_group, make_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TARGET = 44


def test_taps_on_a_phone_move_the_bars_on_the_wall(quiet_site, page: Page):
    scheme = every(Scheme).select_related("organisation").get(name="Slide example")
    session = make_session(scheme)
    group = make_group(session)
    sign_in(page, quiet_site)
    wall = page.context.new_page()
    wall.goto(f"{quiet_site}/sessions/{session.pk}/tally/?show=wall")
    expect(wall.get_by_text("No vote yet")).to_be_visible()
    page.set_viewport_size({"width": NARROW, "height": 740})
    page.goto(f"{quiet_site}/groups/{group.pk}/individual/")
    taps = page.locator("#taps")
    for button in taps.locator("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET
        assert box["y"] + box["height"] <= 740
    for number, counted in ((3, 1), (3, 2), (1, 3)):
        page.locator(f"#tap-{number}").click()
        expect(taps).to_contain_text(f"{counted} of 5 have voted")
    taps.get_by_role("button", name="Hospital only").last.click()
    expect(taps).to_contain_text("second 2 Hospital only")
    assert violations(page) == []
    taps.get_by_role("button", name="Take it back").click()
    expect(taps).to_contain_text("2 of 5 have voted")
    expect(wall.locator("#tally")).to_contain_text("2 of 5 people")
    expect(wall.locator("#tally")).to_contain_text("How far people differ: 0.00")
