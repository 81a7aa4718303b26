"""What travels is compressed where that saves anything, and its length tells nobody what it holds."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from cbhi_site.compression import CompressionMiddleware

ACCEPTING = {"accept-encoding": "gzip, deflate, br"}
WORDS = b"<p>Hospital, transport and wages</p>" * 40


def answer(content_type: str, content: bytes = WORDS) -> HttpResponse:
    middleware = CompressionMiddleware(lambda _request: HttpResponse(content, content_type=content_type))
    return middleware(RequestFactory().get("/", headers=ACCEPTING))


def test_a_page_is_less_than_half_of_its_length_on_the_way():
    plain = Client().get("/sign-in/")
    packed = Client().get("/sign-in/", headers=ACCEPTING)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(packed.content)
    assert "Content-Encoding" not in plain


@pytest.mark.parametrize("content_type", ["application/pdf", "application/zip", "application/octet-stream"])
def test_what_is_packed_already_is_not_packed_again(content_type):
    assert answer(content_type).content == WORDS


def test_a_few_words_are_not_worth_it():
    assert answer("text/html; charset=utf-8", b"<p>no</p>").content == b"<p>no</p>"


def test_the_same_page_has_many_lengths():
    """Who makes somebody's browser ask again and again cannot guess letter by letter what the page holds."""
    assert len({len(answer("text/html").content) for _time in range(40)}) > 5
