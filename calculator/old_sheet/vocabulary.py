"""The labels that calculators are written with, and how alike a label is to one of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

SURE = 0.86
"""Likeness from which a label is taken for what it looks like without asking."""
PERHAPS = 0.6
"""Likeness below which a label is not taken for anything."""

COLUMNS: Mapping[str, Sequence[str]] = {
    "benefit": ("benefit", "benefits", "event type", "coverage", "type of benefit"),
    "threshold": ("threshold", "deductible", "excess"),
    "copay": ("copay", "co pay", "co payment", "coinsurance"),
    "event_cap": ("event", "event cap", "cap per event", "per event", "per event cap", "event limit", "cap"),
    "family_cap": ("family", "family cap", "cap per family", "per family", "annual cap", "annual limit",
                   "family limit"),
    "incidence": ("incidence", "incidence rate", "frequency", "events per person per year"),
    "average": ("average cost", "mean cost", "severity", "cost per event"),
    "pppy": ("pure risk premium", "risk premium", "pppy", "premium", "pure premium", "burning cost"),
}  # fmt: skip

LINES: Mapping[str, Sequence[str]] = {
    "pure": ("total", "total pure risk premium", "pure risk premium", "total risk premium", "sum"),
    "persons": ("community size", "number of persons", "insured persons", "members", "population",
                "group size"),
    "chance": ("chance of bankruptcy", "ruin probability", "probability of ruin",
               "probability of bankruptcy"),
    "risk_loading": ("risk loading", "safety loading", "security loading"),
    "with_risk": ("premium with risk loading", "premium incl risk loading", "loaded risk premium"),
    "admin": ("admin cost", "administration cost", "admin loading", "admin", "expense loading", "expenses"),
    "total": ("total premium payable pppy", "total premium payable", "gross premium", "total premium",
              "premium payable"),
    "discount": ("larger 4 family size discount", "larger family discount", "large family discount",
                 "discount"),
    "share": ("proportion of people belonging to larger families", "proportion of people belonging to larger",
              "people in larger families", "share of people in large families"),
    "small": ("pppy upto size 3", "pppy up to size 3", "premium up to size 3", "small family premium"),
    "large": ("pppy for size 4", "pppy size 4", "premium for size 4", "large family premium"),
    "average": ("average", "average premium", "average pppy"),
}  # fmt: skip

BENEFITS: Mapping[str, Sequence[str]] = {
    "hospitalisation": ("hospitalisation", "hospitalization", "hospital", "ipd", "inpatient", "in patient"),
    "injury": ("injury", "injuries", "accident"),
    "lab": ("lab", "lab tests", "laboratory", "pathology"),
    "imaging": ("imaging", "x ray", "xray", "ultrasound", "radiology"),
    "transport": ("transport", "transportation", "ambulance"),
    "caesarean": ("caesarean delivery", "caesarean", "cesarean", "c section", "maternity"),
    "wage-loss": ("wageloss", "wage loss", "loss of wages", "hospital cash", "daily cash"),
    "opd": ("opd", "outpatient", "out patient", "consultation"),
}
"""By the keys of the benefits that a new scheme starts from; other benefits are known by their own names."""

WAGE = {"start day": "start_day", "last day": "last_day", "rate": "rate", "rate a day": "rate",
        "end day": "last_day"}  # fmt: skip


def plain(label: str) -> str:
    """A label as it is compared: small letters, no marks, no digits' signs, nothing in brackets."""
    text = unicodedata.normalize("NFKC", label).lower()
    text = re.sub(r"\((?![^)]*\d)[^)]*\)?", " ", text)
    text = re.sub(r"\bfixed\b", " ", text)
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


def likeness(label: str, words: Sequence[str]) -> float:
    """How alike a label is to the nearest of some words, 0 to 1."""
    text = plain(label)
    if not text:
        return 0.0
    return max(SequenceMatcher(None, text, word, autojunk=False).ratio() for word in words)


def best(label: str, among: Mapping[str, Sequence[str]]) -> tuple[str, float]:
    """The key whose words are nearest to a label, and how near; no key below ``PERHAPS``."""
    found = max(((likeness(label, words), key) for key, words in among.items()), default=(0.0, ""))
    return (found[1], found[0]) if found[0] >= PERHAPS else ("", found[0])
