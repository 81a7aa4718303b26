"""The guides: every picture is there, light, told in words, and loaded late."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from cbhi_site.guides.guide import GUIDES
from cbhi_site.guides.guide_parts import HEIGHT, WIDTH
from cbhi_site.guides.registry import TOPICS
from tests.calculator.pages import words
from tests.guides.lightness import DOTS, MOST_BYTES

FOLDER = Path(settings.BASE_DIR) / "static" / "guides"
PICTURES = [picture for guide in GUIDES.values() for picture in guide.pictures]


def dots(file: Path) -> tuple[int, int]:
    """Width and height as the head of a WebP file tells them (its VP8X chunk)."""
    head = file.read_bytes()[:30]
    assert (head[:4], head[8:16]) == (b"RIFF", b"WEBPVP8X")
    return tuple(1 + int.from_bytes(head[place : place + 3], "little") for place in (24, 27))


def test_every_picture_of_a_guide_is_there_and_light_and_no_other_is_kept():
    """`make guides` takes them."""
    there = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    assert set(there) == {f"{picture.name}.webp" for picture in PICTURES}
    assert max(there.values()) <= MOST_BYTES
    assert {dots(file) for file in FOLDER.iterdir()} == {(DOTS * WIDTH, DOTS * HEIGHT)}


def test_every_picture_is_told_in_words_of_its_own():
    told = [str(picture.alt) for picture in PICTURES]
    assert len(set(told)) == len(told)
    assert all(len(text.split()) > 5 for text in told)


@pytest.mark.django_db
@pytest.mark.parametrize("guide", GUIDES.values(), ids=lambda guide: guide.key)
def test_a_guide_is_read_by_a_stranger_and_loads_its_pictures_when_they_are_reached(client, guide):
    response = client.get(reverse("guides:guide", args=[guide.key]))
    page, text = response.content.decode(), words(response)
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == len(guide.pictures) > 3
    assert all('loading="lazy"' in each and f'width="{WIDTH}"' in each for each in pictures)
    for part in guide.parts:
        assert str(part.title) in text
        assert all(str(step) in text for step in part.steps)
        assert part.help == "" or part.help in TOPICS


@pytest.mark.django_db
def test_there_is_no_third_guide(client):
    assert client.get(reverse("guides:guide", args=["actuaries"])).status_code == 404
