"""A long choice can be read to its end on a phone."""

import pytest
from playwright.sync_api import Page

from simulation.models import BenefitRisk
from tests.journeys.conftest import sign_in
from tests.makers import every

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
