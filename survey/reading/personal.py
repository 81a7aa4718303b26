"""Columns that tell who people are: found by name and by values, dropped before anything is kept.

Pricing needs none of them. A column is dropped whole; no value of it is kept, not even as a sample.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from survey.reading.vocabulary import words_of

HIDDEN = "…"
LOOKED_THROUGH = 400
"""Characters of a value that are searched; far fewer are shown."""
PERSONAL_IDS = frozenset({"aadhaar", "phone", "email", "name", "other_id"})
"""Reasons for which ids of households are replaced by running numbers."""
ENOUGH = 0.6
"""Share of a column's values that must look alike."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PLACES = _set(
    "village cluster ward district tehsil taluka block state hospital facility "
    "clinic provider scheme form illness disease benefit kind event activity "
    "medicine instance instanceid instancename survey project गाँव गांव गाउँ ग्राम "
    "वार्ड जिला जिल्ला अस्पताल file table sheet parent"
)
_NAMED: tuple[tuple[str, frozenset[str]], ...] = (
    ("aadhaar", _set("aadhaar aadhar adhar adhaar uidai uid आधार")),
    (
        "phone",
        _set("phone mobile telephone tel whatsapp phonenumber cell contactno मोबाइल फोन फ़ोन दूरभाष सम्पर्क"),
    ),
    ("email", _set("email mail ईमेल इमेल")),
    (
        "location",
        _set("gps latitude longitude lat lon lng geopoint geolocation geotrace geoshape altitude अक्षांश"),
    ),
    ("address", _set("address street landmark plot houseno पता ठेगाना")),
    ("device", _set("deviceid subscriberid simserial simid imei username submittedby submitterid")),
    (
        "other_id",
        _set(
            "passport pan voter voterid epic ration rationcard citizenship nagarikta bank "
            "account ifsc नागरिकता राशन खाता licence license"
        ),
    ),
    (
        "name",
        _set(
            "name names naam nam firstname lastname surname fullname respondent enumerator "
            "interviewer surveyor investigator father husband signature नाम थर पति पिता "
            "उत्तरदाता"
        ),
    ),
)
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("device", ("submitted", "by")),
    ("device", ("submitter",)),
    ("device", ("device", "id")),
    ("device", ("sim", "serial")),
    ("phone", ("contact", "no")),
    ("phone", ("contact", "number")),
    ("address", ("house", "no")),
    ("address", ("house", "number")),
    ("other_id", ("date", "of", "birth")),
    ("other_id", ("dob",)),
)
_HEADS = frozenset(
    {
        ("head", "of", "household"),
        ("household", "head"),
        ("head", "of", "family"),
        ("hh", "head"),
        ("head",),
        ("मुखिया",),
        ("घरमूली",),
    }
)
_PHONE = re.compile(r"(?:\+|00)?(?:91|977|0)?[\s-]?(?:9[678]\d{8}|[6-9]\d{4}[\s-]?\d{5})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_GEOPOINT = re.compile(r"-?\d{1,3}\.\d{3,}[,\s]+-?\d{1,3}\.\d{3,}(?:[,\s]+-?[\d.]+){0,2}")
_TWELVE = re.compile(r"[2-9]\d{3}[\s-]?\d{4}[\s-]?\d{4}")
_PHONE_INSIDE = re.compile(rf"(?<!\d){_PHONE.pattern}(?!\d)")
_TWELVE_INSIDE = re.compile(rf"(?<!\d){_TWELVE.pattern}(?!\d)")
_PEOPLE = re.compile(
    r"(?:[A-Z][a-z]+|[A-Z]+\.?)(?:\s+(?:[A-Z][a-z]+|[A-Z]+\.?)){1,3}|[\u0900-\u0963]+(?:\s+[\u0900-\u0963]+){1,3}"
)

_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_TURNS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7), (9, 4, 5, 3, 1, 2, 6, 8, 7, 0), (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5), (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)  # fmt: skip


def verhoeff_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (Verhoeff 1969)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _TIMES[check][_TURNS[place % 8][int(digit)]]
    return check == 0


def is_aadhaar(text: str) -> bool:
    return bool(_TWELVE.fullmatch(text)) and verhoeff_holds(_digits(text))


def is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text))


def personal_name(column: str) -> str:
    """Why a column of this name is dropped; "" when it is not."""
    words = words_of(column)
    for reason, phrase in _PHRASES:
        if any(words[start : start + len(phrase)] == phrase for start in range(len(words))):
            return reason
    if words in _HEADS:
        return "name"
    kept = frozenset(words)
    for reason, telling in _NAMED:
        if kept & telling and not (reason in {"name", "location"} and kept & _PLACES):
            return reason
    return ""


def personal_values(values: Sequence[str], *, has_role: bool) -> str:
    """Why a column with these values is dropped; "" when it is not.

    Names of people look like many other words, so they are looked for only where nothing else is known of the
    column.
    """
    filled = [value for value in values if value]
    if len(filled) < 2:
        return ""
    for reason, test in (
        ("aadhaar", is_aadhaar),
        ("phone", is_phone),
        ("email", _EMAIL.fullmatch),
        ("location", _GEOPOINT.fullmatch),
    ):
        if sum(bool(test(value)) for value in filled) >= ENOUGH * len(filled):
            return reason
    if has_role or len(set(filled)) < 0.5 * len(filled):
        return ""
    return "name" if sum(bool(_PEOPLE.fullmatch(value)) for value in filled) >= ENOUGH * len(filled) else ""


def hide(text: str) -> str:
    """The text for showing in a problem: numbers of people are left out wherever they stray to."""
    # no more is ever shown, and a search through a cell of 100,000 characters would take minutes
    text = text[:LOOKED_THROUGH]
    if is_aadhaar(text) or _PHONE_INSIDE.search(text) or _EMAIL.search(text) or _GEOPOINT.search(text):
        return HIDDEN
    return HIDDEN if any(verhoeff_holds(_digits(found)) for found in _TWELVE_INSIDE.findall(text)) else text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
