"""`make messages`: puts the messages of the source into the catalogues, compiles them, lists what is missing.

A translation that exists is never lost: one whose message left the source stays at the end of its file (`#~`)
and comes back with the message. Nothing is guessed from similar sentences.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from extraction import ROOT, Key, messages

LOCALE = ROOT / "locale"
LANGUAGES = ("hi", "ne", "or")
HEADER = (
    "# The words of the site. Translations are to be read by native speakers before a scheme relies on them."
)
# A single percent sign ("10 % of the income") makes no format of a sentence, whatever letter follows it.
PLACE = re.compile(r"%\(\w+\)[sdf]|(?<!%)%[sd](?![a-z])")


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def key_of(message: Message) -> Key:
    return (message.context, tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id)  # type: ignore[return-value]


def is_whole(message: Message) -> bool:
    """Whether every form of it is translated."""
    return all(texts_of(message.string)) and bool(message.string)


def texts_of(text: str | list[str] | tuple[str, ...]) -> list[str]:
    """One text, or those of one and of many."""
    return [text] if isinstance(text, str) else list(text)


def merged(language: str, source: dict[Key, list[str]], known: dict[Key, Message]) -> Catalog:
    """The catalogue of the source, with the translations that are known."""
    fresh = Catalog(locale=language, project="CBHI Premiums", charset="utf-8", header_comment=HEADER)
    for (context, text), places in source.items():
        old = known.get((context, text))
        fresh.add(
            text,
            string=old.string if old else "",
            context=context,
            locations=[(place, 0) for place in places],
            user_comments=old.user_comments if old else [],
        )
    for message in fresh:
        if message.id:
            _flag(message)
    for key, old in sorted(known.items(), key=lambda pair: (str(pair[0][1]), pair[0][0] or "")):
        if key not in source:
            fresh.obsolete[key] = old  # type: ignore[index]
    return fresh


def known_translations(catalogue: Catalog) -> dict[Key, Message]:
    """What the file translates, what it keeps for later too."""
    every = [*catalogue.obsolete.values(), *(message for message in catalogue if message.id)]
    return {key_of(message): message for message in every if is_whole(message)}


def po_bytes(catalogue: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalogue, width=110, sort_output=True, omit_header=True, include_lineno=False)
    head = (
        f"{HEADER}\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    return head.encode() + written.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Compiled: the same words make the same bytes."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def missing(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id and not is_whole(message))


def _flag(message: Message) -> None:
    texts = texts_of(message.id)
    message.flags.discard("python-format")
    if any(PLACE.search(text) for text in texts):
        message.flags.add("python-format")
    elif any("%" in text for text in texts):
        message.flags.add("no-python-format")


def main() -> int:
    source = messages()
    lacking = 0
    for language in LANGUAGES:
        path = path_of(language)
        path.write_bytes(po_bytes(merged(language, source, known_translations(read(language)))))
        path.with_suffix(".mo").write_bytes(mo_bytes(read(language)))
        for message in missing(read(language)):
            lacking += 1
            sys.stdout.write(f"{language}: not translated: {texts_of(message.id)[0]!r}\n")
    sys.stdout.write(f"{len(source)} messages, {lacking} translations missing\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
