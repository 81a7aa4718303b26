"""A long choice can be read to its end on a phone."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Organisation
from simulation.models import BenefitRisk
from tests.journeys.conftest import sign_in
from tests.makers import every, make_scheme

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

CUT = """
[...document.querySelectorAll('.box > select')].filter((select) => {
  const words = document.createElement('span');
  words.textContent = select.selectedOptions[0].textContent;
  words.style.font = getComputedStyle(select).font;
  words.style.whiteSpace = 'nowrap';
  document.body.append(words);
  const wide = words.getBoundingClientRect().width > select.clientWidth - 30;
  words.remove();
  const fits = select.scrollWidth <= select.clientWidth + 1;
  return !fits || (wide && getComputedStyle(select).whiteSpace === 'nowrap');
}).map((select) => select.selectedOptions[0].textContent)
"""


def test_no_choice_of_a_benefit_is_cut_off_on_a_phone(quiet_site, page: Page):
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, quiet_site)
    risk = every(BenefitRisk).first()
    page.goto(f"{quiet_site}/benefits/{risk.pk}/")
    assert page.locator(".box > select").count() > 0
    assert page.evaluate(CUT) == []


def test_what_two_people_saved_differently_can_be_read_on_a_phone(quiet_site, page: Page):
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, quiet_site)
    scheme = make_scheme(Organisation.objects.get())
    risk = every(BenefitRisk).get(assumption_set__scheme=scheme, key="injury")
    page.goto(f"{quiet_site}/benefits/{risk.pk}/")
    every(BenefitRisk).filter(pk=risk.pk).update(version=risk.version + 1, remark="From the block hospital")
    page.locator("[name=remark]").fill("From the health centre")
    page.get_by_role("button", name="Save").first.click()
    name = page.locator("#conflict tbody th").first
    expect(name).to_have_text("Remark beside the name")
    # in one line across the card, not syllable under syllable
    assert name.bounding_box()["height"] < 60
