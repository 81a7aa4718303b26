"""Help at the same place on every page leads to help on that very page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cbhi_site.guides.registry import BY_ADDRESS, PARTS, TOPICS, topics_of
from cbhi_site.guides.words import WORDS
from tests.accounts.world import addresses
from tests.calculator.pages import words
from tests.makers import client_of, make_organisation, make_scheme

HELP_LINK = re.compile(r'<a href="(/help/[^"]*)">')


def help_of(response) -> str:
    return HELP_LINK.search(response.content.decode()).group(1)


def test_every_address_has_a_help_topic():
    lacking = sorted(set(addresses()) - set(BY_ADDRESS))
    assert not lacking, f"name them in the `addresses` of a topic in cbhi_site/guides/topics_*.py: {lacking}"
    gone = sorted(set(BY_ADDRESS) - set(addresses()))
    assert not gone, f"help on addresses that are not there any more: {gone}"


def test_no_address_has_two_topics():
    named = [name for topic in TOPICS.values() for name in topic.addresses]
    assert len(named) == len(set(named))


def test_topics_use_words_that_the_glossary_has_and_stand_in_a_part_of_the_index():
    for topic in TOPICS.values():
        assert set(topic.words) <= set(WORDS), topic.key
        assert topic.part in PARTS, topic.key
    assert sum(len(topics_of(part)) for part in PARTS) == len(TOPICS)


def test_every_stage_has_help():
    assert all(topics_of(part) for part in PARTS)


@pytest.mark.django_db
def test_every_topic_can_be_read_by_a_stranger(client):
    for topic in TOPICS.values():
        page = words(client.get(reverse("help_topic", args=[topic.key])))
        said = [topic.title, topic.purpose, *topic.steps, *(each.then for each in topic.troubles)]
        assert all(str(each) in page for each in said), topic.key
    assert client.get(reverse("help_topic", args=["nothing"])).status_code == 404


@pytest.mark.django_db
def test_help_leads_to_the_page_it_stands_on():
    organisation = make_organisation()
    client, scheme = client_of(organisation), make_scheme(organisation)
    for name, key in {
        "schemes:detail": "schemes",
        "calculator:sheet": "calculator",
        "simulation:assumptions": "assumptions",
        "workshop:shortlist": "shortlist",
        "workshop:choice": "choice",
        "experience:years": "years",
        "survey:surveys": "survey",
    }.items():
        page = client.get(reverse(name, args=[scheme.pk]))
        assert help_of(page) == reverse("help_topic", args=[key])
    assert help_of(client.get("/")) == reverse("help_topic", args=["schemes"])
    assert help_of(client.get("/people/")) == reverse("help_topic", args=["people"])
    assert help_of(Client().get("/sign-in/")) == reverse("help_topic", args=["sign-in"])
    assert help_of(client.get("/nowhere/")) == reverse("help")


@pytest.mark.django_db
def test_the_help_leads_back_to_the_page_that_was_left_and_never_to_another_site(client):
    path = reverse("help_topic", args=["calculator"])
    back = client.get(path, headers={"Referer": "http://testserver/schemes/1/calculator/?of=2"})
    assert 'href="/schemes/1/calculator/?of=2">Back to the page' in back.content.decode()
    for elsewhere in ("https://evil.example/x", "javascript:alert(1)", "http://testserver/help/", ""):
        page = client.get(path, headers={"Referer": elsewhere}).content.decode()
        assert "Back to the page" not in page


@pytest.mark.django_db
def test_the_index_lists_every_topic_every_word_and_both_guides(client):
    page = client.get(reverse("help")).content.decode()
    for topic in TOPICS.values():
        assert reverse("help_topic", args=[topic.key]) in page
    with translation.override("en"):
        assert page.count("<dt>") == len(WORDS) + len(PARTS)
    for key in ("field-staff", "facilitators"):
        assert reverse("guides:guide", args=[key]) in page
    assert reverse("guides:trainings") not in page
