"""Checks the catalogues: compiled as written, nothing fuzzy, every placeholder and every tag kept.

With `--complete` also that they hold the messages of the source, no more and no less, all of them translated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from extraction import messages
from messages import LANGUAGES, is_whole, key_of, missing, mo_bytes, path_of, read, texts_of

KEPT = re.compile(r"%\(\w+\)[sdf]|%[sd](?![a-z])|\{\w*\}|</?[a-zA-Z][^>]*>|&\w+;")


def faults(language: str, *, complete: bool) -> Iterator[str]:
    catalogue = read(language)
    if mo_bytes(catalogue) != path_of(language).with_suffix(".mo").read_bytes():
        yield "the .mo is older than the .po: run make messages"
    for message in catalogue:
        if message.id and message.fuzzy:
            yield f"{texts_of(message.id)[0]!r} is marked fuzzy: confirm the translation or empty it"
        if message.id and is_whole(message):
            yield from differences(message)
    if complete:
        yield from lacks(catalogue)


def differences(message: Message) -> Iterator[str]:
    """What of a translation does not stand as in English. One of a thing may be said without its number."""
    sources, texts = texts_of(message.id), texts_of(message.string)
    for place, (source, text) in enumerate(zip(sources, texts, strict=True)):
        wanted, found = sorted(KEPT.findall(source)), sorted(KEPT.findall(text))
        singular = place < len(sources) - 1
        if found != wanted and not (singular and set(found) <= set(KEPT.findall(sources[-1]))):
            yield f"{source[:60]!r} does not keep {wanted}: it has {found}"


def lacks(catalogue: Catalog) -> Iterator[str]:
    source, held = set(messages()), {key_of(message) for message in catalogue if message.id}
    # gettext finds one of a thing under its plural, too, and a catalogue cannot hold both.
    singular = {(context, text[0]) for context, text in held if isinstance(text, tuple)}
    for _context, text in source - held - singular:
        yield f"{texts_of(text)[0][:60]!r} is not in the catalogue: run make messages"
    for _context, text in held - source:
        yield f"{texts_of(text)[0][:60]!r} left the source: run make messages"
    for message in missing(catalogue):
        yield f"{texts_of(message.id)[0][:60]!r} is not translated"


def main() -> int:
    complete = "--complete" in sys.argv
    found = [
        f"{language}: {fault}" for language in LANGUAGES for fault in faults(language, complete=complete)
    ]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
