"""The pages of the questions: filled from the package, asked by the address, kept as a comment."""

from __future__ import annotations

import pytest
from django.urls import reverse

from calculator.models import Comment
from tests.calculator.pages import words
from tests.makers import every
from whatif.questions import QUESTIONS

SLUGS = [question.slug for question in QUESTIONS]


def at(name, package, *more):
    return reverse(f"whatif:{name}", args=[package.pk, *more])


def test_the_list_leads_to_every_question(signed_in, package):
    page = signed_in.get(at("index", package)).content.decode()
    assert [slug for slug in SLUGS if at("question", package, slug) not in page] == []
    assert at("index", package) in signed_in.get(f"/packages/{package.pk}/").content.decode()


def plain(text: str) -> str:
    return " ".join(text.split())


def test_every_question_is_answered_from_the_package_alone(signed_in, package, subtests):
    for slug in SLUGS:
        with subtests.test(slug):
            response = signed_in.get(at("question", package, slug))
            answer, shown = response.context["answer"], words(response)
            said = [answer.sentence, answer.figure, *(table.caption for table in answer.tables)]
            assert [text for text in said if plain(text) not in shown] == []


def test_every_box_that_cannot_be_says_so_and_keeps_what_was_typed(signed_in, package, subtests):
    for slug in SLUGS:
        asked = at("question", package, slug)
        fields = signed_in.get(asked).context["form"].fields
        for name in (name for name, field in fields.items() if hasattr(field, "read")):
            with subtests.test(f"{slug}: {name}"):
                response = signed_in.get(asked, {name: "a & b"})
                assert (response.status_code, response.context["answer"]) == (422, None)
                assert 'value="a &amp; b"' in response.content.decode()


def test_a_part_of_the_page_is_shown_although_a_box_cannot_be(signed_in, package):
    asked = at("question", package, "subsidy")
    response = signed_in.get(asked, {"share": "200"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "There is no answer to these numbers" in words(response)


def test_an_answer_is_kept_once_as_a_comment_with_its_address(signed_in, package):
    slug = "subsidy"
    page = signed_in.get(at("question", package, slug))
    sentence = page.context["answer"].sentence
    key = page.content.decode().split('name="once" value="')[1].split('"')[0]
    for _again in range(2):
        signed_in.post(at("keep", package, slug), {"once": key, "query": ""})
    kept = every(Comment).get()
    assert kept.package_id == package.pk
    assert sentence in kept.text
    assert at("question", package, slug) in kept.text


def test_the_address_carries_the_numbers(signed_in, package):
    asked = at("question", package, "subsidy")
    response = signed_in.get(asked, {"share": "40", "years": "3"})
    assert response.context["form"].cleaned_data["years"] == 3
    assert float(response.context["form"].cleaned_data["share"]) == pytest.approx(0.4)
    page = response.content.decode()
    assert 'name="query" value="share=40&amp;years=3"' in page
    signed_in.post(at("keep", package, "subsidy"), {"query": "share=40&years=3"})
    assert f"{asked}?share=40&years=3" in every(Comment).get().text


def test_what_cannot_be_answered_is_not_kept(signed_in, package):
    signed_in.post(at("keep", package, "subsidy"), {"query": "share=200"})
    assert not every(Comment).exists()


def test_a_question_that_nobody_asks_is_not_found(signed_in, package):
    assert signed_in.get(at("question", package, "nonsense")).status_code == 404
    assert signed_in.post(at("keep", package, "nonsense")).status_code == 404
