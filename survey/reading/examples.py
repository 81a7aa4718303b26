"""The template's example rows: they are not counted, and nobody should take them for their own."""

from __future__ import annotations

from survey.reading.cells import Cell, is_missing, text_of, yes_no
from survey.reading.sources import Source
from survey.reading.vocabulary import OWN_NAMES, ROLE_PHRASES, last_part, phrase_fit, words_of

WORDS = ("example", "\u0909\u0926\u093e\u0939\u0930\u0923")


def marks_example(text: str) -> bool:
    """Whether the cell says that its row is an example."""
    told = yes_no(text) is True or any(word in text.casefold() for word in WORDS)
    return told and not is_missing(text)


def without_examples(source: Source) -> list[list[Cell]]:
    """The rows of the sample but the examples."""
    places = [place for place, name in enumerate(source.names) if _says_example(name)]
    return [
        cells
        for _number, cells in source.sample
        if not any(place < len(cells) and marks_example(text_of(cells[place])) for place in places)
    ]


def _says_example(name: str) -> bool:
    words = words_of(last_part(name))
    return OWN_NAMES.get(last_part(name)) == "skip" or phrase_fit(words, ROLE_PHRASES["skip"]) >= 1.0
