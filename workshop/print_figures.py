"""How boards, cards and sheets write figures and names: the scheme's way, in the language of the print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import pgettext, pgettext_lazy

from accounts.languages import NAMES
from calculator.figures import Figures
from schemes.models import Scheme
from schemes.own_digits import OWN_DIGITS, own

SIZES = ("A3", "A2", "A1")
WORD = "print"
"""The context of what is printed for members, which says some words otherwise than the screen does."""


@dataclass(frozen=True, kw_only=True)
class PrintChoices:
    """The language, the digits ("latin" or "own") and the paper that somebody chose."""

    language: str = "en"
    digits: str = "latin"
    size: str = "A3"
    budget: int = 0
    """Number of the package whose price a wheel shares out; 0 for the one in the middle."""

    @classmethod
    def of(cls, asked: Mapping[str, str], *, language: str) -> PrintChoices:
        """From an address; the first offered stands for whatever is not offered."""
        known = [code for code, _name in settings.LANGUAGES]
        wanted = asked.get("lang", language)
        found = wanted if wanted in known else "en"
        own = asked.get("digits") == "own" and found in OWN_DIGITS
        size = asked.get("size", SIZES[0])
        budget = asked.get("budget", "")
        return cls(
            language=found,
            digits="own" if own else "latin",
            size=size if size in SIZES else SIZES[0],
            budget=int(budget) if budget in {"1", "2", "3", "4"} else 0,
        )

    @property
    def query(self) -> str:
        """The same choices as the end of an address."""
        return f"lang={self.language}" + ("&digits=own" if self.digits == "own" else "")

    @property
    def languages(self) -> list[dict[str, Any]]:
        """The languages to choose from, each called as its own speakers call it."""
        return [
            {"code": code, "name": NAMES.get(code, code), "picked": code == self.language}
            for code, _name in settings.LANGUAGES
        ]


@dataclass(frozen=True, kw_only=True)
class Say:
    """Writes one scheme's figures, in the digits chosen."""

    scheme: Scheme
    choices: PrintChoices
    scale: float = 1000.0

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.scheme, scale=self.scale)

    def own(self, text: str) -> str:
        """The text in the digits chosen."""
        return own(text, OWN_DIGITS[self.choices.language]) if self.choices.digits == "own" else text

    def money(self, value: float) -> str:
        return self.own(self.figures.money(value))

    def amount(self, value: float, *, more: int = 0) -> str:
        return self.own(self.figures.amount(value, more=more))

    def whole(self, value: float) -> str:
        return self.own(self.figures.whole(value))

    def number(self, value: float, places: int = 0) -> str:
        return self.own(self.figures.number(value, places))

    def share(self, value: float) -> str:
        return self.own(self.figures.share(value, 0))

    def day(self, value: date) -> str:
        """A day with its month in words: 1 January 2027."""
        return self.own(f"{value.day} {months()[value.month - 1]} {value.year}")

    def often(self, value: float) -> str:
        """A frequency with as many places as it needs: 19, 4.2, 0.3."""
        places = 0 if value >= 10 or value == round(value) else 1 if value >= 0.95 else 2
        return self.number(value, places)


def months() -> tuple[str, ...]:
    """The names of the months: Django knows them in Hindi and Nepali, not in Odia."""
    return (
        pgettext("print", "January"),
        pgettext("print", "February"),
        pgettext("print", "March"),
        pgettext("print", "April"),
        pgettext("print", "May"),
        pgettext("print", "June"),
        pgettext("print", "July"),
        pgettext("print", "August"),
        pgettext("print", "September"),
        pgettext("print", "October"),
        pgettext("print", "November"),
        pgettext("print", "December"),
    )


BENEFIT_NAMES = (
    pgettext_lazy("print", "Hospitalisation"),
    pgettext_lazy("print", "Injury"),
    pgettext_lazy("print", "Lab"),
    pgettext_lazy("print", "Imaging"),
    pgettext_lazy("print", "Transport"),
    pgettext_lazy("print", "Caesarean delivery"),
    pgettext_lazy("print", "Wage loss"),
    pgettext_lazy("print", "OPD"),
)
"""The names that benefits have at first; a scheme may call them otherwise."""


def local_name(name: str) -> str:
    """A benefit's name in the language of the print, where the catalogue knows it."""
    return pgettext(WORD, name)
