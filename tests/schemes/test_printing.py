"""Documents on paper: the same data give the same bytes, typed words are never markup, readers can follow."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from schemes import printing
from schemes.printing import render_pdf

DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def data(**changes):
    return {
        "title": "Everyday care",
        "language": "en",
        "kind_words": "Model dossier",
        "subtitle": "A scheme",
        "foot": "foot",
        "unsigned_title": "Not signed",
        "unsigned_words": "Nobody has.",
        "facts": [{"name": "Price", "value": "₹ 461"}],
        "sections": [
            {
                "title": "Lines",
                "blocks": [
                    {"kind": "words", "text": "Some words."},
                    {"kind": "list", "items": ["first", "second"]},
                    {
                        "kind": "table",
                        "caption": "A table",
                        "columns": [{"name": "Line", "num": False}, {"name": "Amount", "num": True}],
                        "rows": [{"cells": ["Pure", "368"], "is_total": False}],
                    },
                ],
            }
        ],
        **changes,
    }


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_same_data_give_the_same_bytes_and_another_day_other_ones():
    assert render_pdf("dossier", data(), made_at=DAY) == render_pdf("dossier", data(), made_at=DAY)
    other = render_pdf("dossier", data(), made_at=DAY + timedelta(days=1))
    assert other != render_pdf("dossier", data(), made_at=DAY)


def test_the_order_of_keys_and_the_zone_of_the_day_change_nothing():
    backwards = dict(reversed(data().items()))
    kathmandu = DAY.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert render_pdf("dossier", backwards, made_at=kathmandu) == render_pdf("dossier", data(), made_at=DAY)


def test_the_day_on_the_document_is_the_one_given():
    reader = PdfReader(io.BytesIO(render_pdf("dossier", data(), made_at=DAY)))
    assert reader.metadata.creation_date == DAY
    assert reader.metadata.title == "Everyday care"


def test_a_screen_reader_can_follow_it():
    reader = PdfReader(io.BytesIO(render_pdf("dossier", data(language="hi"), made_at=DAY)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "hi"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif hasattr(node, "get") and (kind := node.get("/S")):
            kinds.add(str(kind))
        if hasattr(node, "get") and "/K" in node and not isinstance(node["/K"], int):
            walk(node["/K"])

    walk(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI"} <= kinds


@pytest.mark.parametrize(
    "typed",
    ['#panic("x")', "*bold* _it_ `raw`", "$x^2$", '#import "paper.typ": *', "<label> @ref", "= Not a title"],
)
def test_typed_words_come_out_as_they_were_typed(typed):
    text = text_of(render_pdf("dossier", data(subtitle=typed), made_at=DAY))
    assert typed in text


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60))
def test_any_words_at_all_can_be_printed(typed):
    assert render_pdf("dossier", data(subtitle=typed), made_at=DAY).startswith(b"%PDF")


@pytest.mark.parametrize("words", ["क्षत्रज्ञ नमस्ते", "ଘର ଓଡ଼ିଶା କ୍ଷତ୍ରଜ୍ଞ ୧୨୩", "₹ 3,52,500 − 20 % × √ ± ≤"])
def test_the_four_languages_and_the_signs_of_money_need_no_font_of_the_machine(words, monkeypatch):
    used = []
    fonts = printing._fonts
    monkeypatch.setattr(printing, "_fonts", lambda which: used.append(which) or fonts(which))
    pdf = render_pdf("dossier", data(subtitle=words, language="hi"), made_at=DAY)
    assert used == ["packaged"]
    assert words.split()[0] in text_of(pdf)


def test_another_script_is_looked_for_on_the_machine_and_a_sign_nobody_has_becomes_a_box(monkeypatch):
    used = []
    fonts = printing._fonts
    monkeypatch.setattr(printing, "_fonts", lambda which: used.append(which) or fonts(which))
    unassigned = chr(0x0378)
    assert render_pdf("dossier", data(subtitle=unassigned), made_at=DAY).startswith(b"%PDF")
    assert used == ["packaged", "machine", "machine"]


def test_a_document_takes_less_than_a_second():
    rows = [{"cells": [f"line {n}", str(n)], "is_total": False} for n in range(400)]
    document = data()
    document["sections"][0]["blocks"][2]["rows"] = rows
    render_pdf("dossier", document, made_at=DAY)
    started = time.perf_counter()
    render_pdf("dossier", document, made_at=DAY)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("changes", "made_at", "said"),
    [
        ({}, DAY.replace(tzinfo=None), "no time zone"),
        ({"facts": float("nan")}, DAY, "not JSON compliant"),
    ],
)
def test_what_cannot_be_printed_is_refused(changes, made_at, said):
    with pytest.raises(ValueError, match=said):
        render_pdf("dossier", data(**changes), made_at=made_at)


def test_a_document_without_title_or_language_is_refused():
    with pytest.raises(ValueError, match="lack language, title"):
        render_pdf("dossier", {}, made_at=DAY)


def test_a_wrong_template_says_so():
    with pytest.raises(typst.TypstError):
        render_pdf("dossier", {"title": "x", "language": "en"}, made_at=DAY)
