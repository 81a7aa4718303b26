"""The page about an insurer above the scheme, and the one about a small group."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(signed_in, package):
    def asked(slug="insurer", **numbers):
        return signed_in.get(reverse("whatif:question", args=[package.pk, slug]), numbers)

    return asked


@pytest.mark.parametrize(
    "numbers", [{}, {"by": "family", "amount": "5000"}, {"by": "event", "amount": "1000"}]
)
def test_every_kind_of_threshold_is_answered_with_a_smaller_chance_of_ruin(ask, numbers):
    answer = ask(**numbers).context["answer"]
    before, after = (float(part.split()[0]) for part in answer.figure.split(" → "))
    assert after >= 0
    assert 4 < before < 8  # the slide's 5 % with the skewness
    rows = {row.name: row.cells for row in answer.tables[0].rows}
    assert rows["What it pays on to the insurer"][0] == "₹\u00a00"
    assert any(row.is_pick for row in answer.tables[1].rows)


def test_the_sentence_says_whether_the_cover_pays(ask):
    fair = {"expenses": "0", "schemes": "10000"}
    assert ask(**fair).context["answer"].sentence.endswith("That is cheaper than carrying it alone.")
    assert "no cheaper than" in ask(part="150").context["answer"].sentence
    dear = ask(by="event", amount="1000", expenses="200").context["answer"]
    assert "costs more than the bad years it takes away" in dear.sentence


def test_a_threshold_that_no_benefit_reaches_is_refused_beside_its_box(ask):
    response = ask(by="event", amount="999999")
    assert response.status_code == 422
    assert "no benefit pays more than that for an event" in words(response)


def test_the_small_group_page_tells_the_published_case(ask):
    page = words(ask("priced-too-low", persons="100", priced="10", true="20"))
    assert "89.7 %" in page


def test_the_small_group_page_says_what_the_truth_would_have_cost_by_counting_too(ask):
    """n = 100, money for 14.9 events: P(15 or more) is 7.3 % at 10 % and 54.3 % at 15 %; priced for 5 %."""
    sentence = (
        ask("priced-too-low", persons="100", priced="10", true="15", chance="5").context["answer"].sentence
    )
    assert "54.3\u00a0% of years" in sentence
    assert "Told the truth it would in 7.3\u00a0%" in sentence


@pytest.mark.parametrize(
    ("slug", "work", "moved"),
    [("insurer", "whatif.hybrid.layers", {}), ("sharing", "whatif.sharing._Size.of", {"fee": "3"})],
)
def test_what_was_worked_out_is_kept_until_a_box_moves_it(ask, monkeypatch, slug, work, moved):
    first = ask(slug).context["answer"]
    monkeypatch.setattr(work, None)
    assert ask(slug).context["answer"].tables == first.tables
    assert ask(slug, **moved).status_code == 200
