"""Letters of other alphabets that nobody can tell from Latin ones, so that no name passes for another.

Small letters only: user names are held against each other without regard to capitals. From the letters that
Unicode's list of confusable characters (UTS 39) gives a Latin prototype, those of the alphabets that have
enough of them to write a whole name.
"""

from __future__ import annotations

import unicodedata

LATIN_BY_LETTER = {
    # Cyrillic
    **dict(zip("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455", "aeopcyxijs", strict=True)),
    **dict(zip("\u04bb\u04cf\u0501\u051b\u051d\u0475\u04af\u0433", "hldqwvyr", strict=True)),
    # Greek
    **dict(zip("\u03b1\u03bf\u03c1\u03bd\u03b9\u03c5\u03c7\u03f2\u03f3\u03ba", "aopviuxcjk", strict=True)),
    # Armenian
    **dict(zip("\u0585\u057d\u0570\u0578\u0566\u0563\u0581", "ouhnqqg", strict=True)),
    # Latin letters of phonetic writing and of Turkish, which look like the common ones
    **dict(zip("\u0251\u0261\u0131\u0269\u028b\u1d0f\u1d04\u1d1c\u1d20\u1d22", "agiivocuvz", strict=True)),
}
_LATIN = str.maketrans(LATIN_BY_LETTER)


def scripts_of(text: str) -> set[str]:
    """LATIN, CYRILLIC, DEVANAGARI …: whose letters these are."""
    return {unicodedata.name(letter, "unknown").split()[0] for letter in text if letter.isalpha()}


def looks_latin(name: str) -> bool:
    """Whether a name is none of plain Latin letters, and every letter of it looks like one."""
    small = name.lower()
    return not small.isascii() and small.translate(_LATIN).isascii()
