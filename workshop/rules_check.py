"""Whether a claim rule is simple enough to be said in one breath, and whether it is the same for all. Pure.

A community can manage its insurance as long as its rules are simple: "hospitalisation: up to Rs 5,000 against
the bill" and not "room rent at most 1 % of the sum insured, surgeon's fee at most 25 %" (Majumdar 2018,
lesson 2); and norms are the same for everybody (lesson 6). Words are looked for in English, Hindi, Nepali and
Odia. What is found is a warning, never a refusal: people know their own words better.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

MOST_WORDS = 25
MOST_NUMBERS = 2
MOST_CONDITIONS = 1

Kind = Literal["long", "numbers", "conditions", "layers", "hard_words", "exceptions"]

CONDITIONS = (
    *("if", "when", "unless", "only", "provided", "provided that", "subject to", "as long as", "whichever"),
    *("within", "except", "but", "after", "not more than once"),
    *("अगर", "यदि", "जब", "केवल", "सिर्फ़", "सिर्फ", "बशर्ते", "लेकिन", "भने", "मात्र", "तर"),
    *("ଯଦି", "କେବଳ", "କିନ୍ତୁ", "ହେଲେ"),
)
A_DAY = (
    *("a day", "per day", "each day", "every day", "daily"),
    *("रोज़", "रोज", "प्रतिदिन", "प्रति दिन", "दिनको", "ଦିନକୁ", "ପ୍ରତିଦିନ"),
)
AT_MOST = (
    *("at most", "up to", "max", "maximum", "no more than", "not more than", "limited to"),
    *("तक", "अधिकतम", "सम्म", "बढीमा", "ପର୍ଯ୍ୟନ୍ତ", "ସର୍ବାଧିକ"),
)
A_SHARE = ("%", "percent", "per cent", "half", "copay", "co pay", "प्रतिशत", "ପ୍ରତିଶତ")
HARD_WORDS = (
    *("si", "sum insured", "sub limit", "sub limits", "sublimit", "room rent", "deductible", "copay"),
    *("co pay", "copayment", "co payment", "coinsurance", "pro rata", "indemnity", "pre existing", "rider"),
)
EXCEPTIONS = (
    *("except", "exempt", "exempted", "exemption", "free for", "free of charge", "waived", "waiver"),
    *("discount", "concession", "leaders", "committee members", "relatives", "poor families", "bpl"),
    *("छूट", "माफ़", "माफ", "मुफ़्त", "मुफ्त", "निःशुल्क", "छोड़कर", "बाहेक", "ଛାଡ଼", "ଛାଡ଼ି", "ରିହାତି", "ମାଗଣା"),
)

_NUMBER = re.compile(r"\d[\d,.]*")
_APART = re.compile(r"[^\w%\u0900-\u0963\u0b00-\u0b63]+")


@dataclass(frozen=True, kw_only=True)
class Found:
    """One reason to make a rule simpler: its kind, how much of it there is, the words that say so."""

    kind: Kind
    number: int
    words: tuple[str, ...] = ()


def too_complex(text: str) -> tuple[Found, ...]:
    """What makes this claim rule hard to remember and to decide by; empty when it is simple.

    Parameters
    ----------
    text : str
        One rule, as members would hear it.
    """
    spaced = _spaced(text)
    found = []
    words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
    if len(words) > MOST_WORDS:
        found.append(Found(kind="long", number=len(words)))
    numbers = tuple(number.rstrip(",.") for number in _NUMBER.findall(text))
    if len(numbers) > MOST_NUMBERS:
        found.append(Found(kind="numbers", number=len(numbers), words=numbers))
    conditions = _counted(spaced, CONDITIONS)
    if len(conditions) > MOST_CONDITIONS:
        found.append(Found(kind="conditions", number=len(conditions), words=conditions))
    layers = tuple(named[0] for group in (A_DAY, AT_MOST, A_SHARE) if (named := _named(spaced, group)))
    if len(layers) == 3:  # an amount a day, a cap and a share at once
        found.append(Found(kind="layers", number=3, words=layers))
    if hard := _named(spaced, HARD_WORDS):
        found.append(Found(kind="hard_words", number=len(hard), words=hard))
    return tuple(found)


def exceptions_in(text: str) -> tuple[str, ...]:
    """Words that name somebody for whom another rule holds."""
    return _named(_spaced(text), EXCEPTIONS)


def _spaced(text: str) -> str:
    """The words in small letters with one space around each, so that whole words are found."""
    return f" {' '.join(_APART.split(_plain(text).replace('%', ' % ')))} "


def _plain(text: str) -> str:
    """One spelling for letters that can be typed as one sign or as two (ड़)."""
    return unicodedata.normalize("NFC", text.lower())


def _named(spaced: str, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if f" {_plain(word)} " in spaced))


def _counted(spaced: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Every time one of these is said, the longer ones first, so that none counts twice."""
    found: list[str] = []
    rest = spaced
    for word in sorted(words, key=len, reverse=True):
        said = f" {_plain(word)} "
        found += [word] * rest.count(said)
        rest = rest.replace(said, "  |  ")
    return tuple(found)
