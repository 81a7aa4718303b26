"""Checks every message catalogue: it parses, keeps the placeholders of the English text, is not fuzzy."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems_of(path: Path) -> list[str]:
    found = []
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    for message in catalogue:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        place = f"{path.relative_to(LOCALE.parent)}: {sources[0][:60]!r}"
        if message.fuzzy:
            found.append(f"{place} is marked fuzzy: confirm the translation or empty it")
        wanted = set(PLACEHOLDER.findall(sources[-1]))
        if any(set(PLACEHOLDER.findall(text)) != wanted for text in texts if text):
            found.append(f"{place} does not keep its placeholders {sorted(wanted)}")
    return found


def main() -> int:
    problems = [line for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) for line in problems_of(path)]
    print("\n".join(problems))  # noqa: T201
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
