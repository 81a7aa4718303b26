"""What is frozen with a choice: the package as it was on that day, and the member sheets in all languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import pgettext

from calculator.case import case_hash, case_to_json
from calculator.dossier_figures import figures_in_full
from calculator.package_page import PackagePage
from calculator.packages import Line
from jobs.questions import canonical
from schemes.own_digits import OWN_DIGITS
from workshop.choice_cautions import Caution
from workshop.member_sheet import board_of, member_sheet
from workshop.print_figures import WORD, PrintChoices

FORMAT = 1


def frozen_content(
    page: PackagePage, *, votes: Sequence[dict[str, Any]], warned: Sequence[Caution], signed: str
) -> str:
    """The package as canonical JSON: its words, its figures unrounded, the case that reproduces them."""
    package, scheme, premium = page.line.package, page.scheme, page.quote.premium
    return canonical(
        {
            "format": FORMAT,
            "day": timezone.localdate().isoformat(),
            "scheme": {"name": scheme.name, "place": scheme.place, "currency": scheme.currency},
            "package": {"id": str(package.pk), "name": package.name, "version": package.version},
            "lines": _lines(page),
            "breakdown": page.breakdown,
            "families": page.families,
            "community": page.community,
            "provenance": page.provenance,
            "total": page.say.money(premium.total),
            "price": {
                "total": premium.total,
                "small_family": premium.small_family,
                "large_family": premium.large_family,
                "pure": premium.pure,
                "persons": premium.persons,
                "currency": scheme.currency,
            },
            "case": case_to_json(page.line.case),
            "case_hash": case_hash(page.line.case),
            "assumptions": package.assumption_set.number,
            "figures": figures_in_full(page.quote, None),
            "signed": signed,
            "warned": [{"kind": each.kind, "text": each.text} for each in warned],
            "votes": list(votes),
        }
    )


def _lines(page: PackagePage) -> list[dict[str, Any]]:
    """Each benefit with its key, its terms in words and what it is expected to cost a person a year."""
    pure = {line.name: line.pure for line in page.quote.premium.lines}
    rows = zip(page.risks, page.line.case.package.benefits, page.terms, strict=True)
    return [
        {
            "key": risk.key,
            "name": benefit.name,
            "covered": benefit.covered,
            "words": row["words"],
            "assumption": row["assumption"],
            "source": row["source"],
            "pure": pure.get(benefit.name, 0.0) if benefit.covered else 0.0,
        }
        for risk, benefit, row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A member sheet ready to be frozen."""

    language: str
    digits: str
    content: str


def frozen_sheets(line: Line, *, starts_on: date, ends_on: date) -> Iterator[Sheet]:
    """The member sheet in every language and its digits, with the days of cover on it."""
    for language, _name in settings.LANGUAGES:
        for digits in ("latin", "own") if language in OWN_DIGITS else ("latin",):
            choices = PrintChoices(language=language, digits=digits)
            with translation.override(language):
                board = board_of(line, choices)
                total = {"amount": board.say.money(board.reference.premium.total)}
                month = {"amount": board.say.money(board.reference.premium.total / 12)}
                words = member_sheet(board) | {
                    "per_person": pgettext(WORD, "%(amount)s a year") % total,
                    "per_person_month": pgettext(WORD, "%(amount)s a month") % month,
                    "starts_on": board.say.day(starts_on),
                    "ends_on": board.say.day(ends_on),
                }
            yield Sheet(language=language, digits=digits, content=canonical(words))
