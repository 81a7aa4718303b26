"""Documents for paper: a Typst template and plain data in, the bytes of a PDF out. Pure: no Django.

How to print something else (a board, a card, a leaflet):

1. Put a template into `templates/print/`, `NAME.typ`. `#import "paper.typ": *` brings the page, the tables
   and `data`, the dictionary that was handed in. Paper of another size is set in the template.
2. Call ``render_pdf("NAME", data, made_at=...)``. `data` is anything JSON can write; text in it is printed as
   it stands and never read as Typst's markup. It needs `title`, `language` ("en", "hi", "ne", "or").
3. Write all words into `data`, translated and with their numbers formatted: a template has none of its own.
   A picture is a string of SVG in `data` (``image(bytes(data.picture), format: "svg", alt: data.alt)``).

The same data at the same `made_at` give the same bytes on every machine as long as the letters are in Noto
Sans, which comes with the site for Latin, Greek, Cyrillic, Arabic and every large script of South Asia. A
name in another script is set in a font of this machine; where none has a letter, a box stands in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "print"
FONT_PACKAGE = "manimgx_fonts"

Fonts = Literal["packaged", "machine"]


def render_pdf(template: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The document as a PDF that screen readers can follow (PDF/UA-1).

    Parameters
    ----------
    template : str
        Name of a file in `templates/print/`, without its ending.
    data : mapping
        What JSON can write; at least `title` and `language`.
    made_at : aware datetime
        The day on the document and the only time in it.

    Raises
    ------
    ValueError
        The data cannot be written as JSON, miss a key, or `made_at` has no time zone.
    typst.TypstError
        The template is wrong.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at has no time zone")
    if missing := {"title", "language"} - set(data):
        raise ValueError(f"the data of a document lack {', '.join(sorted(missing))}")
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True)
    try:
        return _compiled(template, written, made_at, fonts="packaged")
    except typst.TypstError as refused:
        if not _is_about_letters(refused):
            raise
    try:
        return _compiled(template, written, made_at, fonts="machine")
    except typst.TypstError as refused:
        if not _is_about_letters(refused):
            raise
    # PDF/UA forbids a letter that no font has; a document with a box in it is better than none.
    return _compiled(template, written, made_at, fonts="machine", accessible=False)


def _is_about_letters(refused: typst.TypstError) -> bool:
    return "could not be displayed" in str(refused)


def _compiled(
    template: str, written: str, made_at: datetime, *, fonts: Fonts, accessible: bool = True
) -> bytes:
    compiler = typst.Compiler(
        input=(TEMPLATES / f"{template}.typ").read_bytes(),
        root=TEMPLATES,
        font_paths=_fonts(fonts),
        sys_inputs={"data": written},
    )
    found = compiler.compile(
        format="pdf", pdf_standards=["ua-1"] if accessible else [], timestamp=int(made_at.timestamp())
    )
    assert isinstance(found, bytes)
    return found


@cache
def _fonts(which: Fonts) -> typst.Fonts:
    folder = Path(str(files(FONT_PACKAGE)))
    return typst.Fonts(include_system_fonts=which == "machine", font_paths=[folder])
