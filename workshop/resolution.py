"""The resolution: what the members put their names or thumb prints under, in the language of the print.

All words about the package come from the member sheet that was frozen with the choice; only the rules of the
scheme are as they stand today.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from schemes.models import Scheme
from workshop.choice_rows import ChosenPackage, FrozenSheet
from workshop.print_figures import PrintChoices, Say
from workshop.rules_page import RulesPage

SIGNATURES = (12, 24, 48, 96)
BLANK = "____________________"
WITNESSES = 2
VOTED_BEFORE = 6
"""Packages whose votes are shown; a board shows no more."""


def lines_chosen(asked: str) -> int:
    """How many lines for signatures somebody asked for; the second offered stands for what is not."""
    return int(asked) if asked in {str(each) for each in SIGNATURES} else SIGNATURES[1]


def resolution(
    *, choice: ChosenPackage, sheet: FrozenSheet, rules: RulesPage, choices: PrintChoices, lines: int
) -> dict[str, Any]:
    """The document for the page and for paper. Read while the language of the choices is active."""
    words, scheme = sheet.words, choice.scheme
    say = Say(scheme=scheme, choices=choices, scale=choice.premium_per_person)
    return {
        "title": pgettext("print", "Resolution"),
        "language": choices.language,
        "author": str(scheme.organisation),
        "scheme": scheme.name,
        "package": choice.name,
        "warning": words["warning"],
        "opening": _opening(choice, scheme, say),
        "period": pgettext(
            "print", "Cover starts for everybody on %(first)s and ends for everybody on %(last)s."
        )
        % {"first": say.day(choice.starts_on), "last": say.day(choice.ends_on)},
        "one": _one(choice, words),
        "second": choice.second_reason
        and pgettext("print", "A second package runs beside it, because: %(reason)s")
        % {"reason": choice.second_reason},
        "price": {
            "title": pgettext("print", "What it costs"),
            "person": pgettext("print", "One person: %(year)s, %(month)s")
            % {"year": words["per_person"], "month": words["per_person_month"]},
            "small_large": words["small_large"],
            "families": words["prices"],
        },
        "not_covered_title": words["not_covered_title"],
        "not_covered": words["not_covered"],
        "covered_title": words["covered_title"],
        "covered": words["covered"],
        "together": words["together"],
        "pictures": words["pictures"],
        "votes": _votes(choice, say),
        "rules_title": _rules_title(rules, say),
        "rules": _rules(rules),
        "committee_title": pgettext("print", "Our committee"),
        "committee": rules.committee,
        "witnesses_title": pgettext("print", "Witnesses"),
        "witnesses": [say.whole(number) for number in range(1, WITNESSES + 1)],
        "signatures_title": pgettext("print", "Signatures or thumb prints of the members"),
        "signatures": [say.whole(number) for number in range(1, lines + 1)],
        "labels": {
            "role": pgettext("print", "Role"),
            "name": pgettext("print", "Name"),
            "signature": pgettext("print", "Signature or thumb print"),
        },
        "foot": pgettext("print", "Fingerprint of what was chosen: %(hash)s")
        % {"hash": choice.content_hash[:16]},
    }


def _opening(choice: ChosenPackage, scheme: Scheme, say: Say) -> str:
    return pgettext(
        "print",
        "We, the members of %(scheme)s, met on %(day)s at %(place)s and choose this package: %(package)s.",
    ) % {
        "scheme": scheme.name,
        "day": say.day(choice.meeting_on) if choice.meeting_on else BLANK,
        "place": choice.meeting_place or BLANK,
        "package": choice.name,
    }


def _one(choice: ChosenPackage, words: dict[str, Any]) -> str:
    """Only what is true: not where a second package was let in, and no "one price" under a discount."""
    if choice.is_second or choice.seconds.filter(is_withdrawn=False).exists():
        return ""
    if words["small_large"]:
        return pgettext("print", "There is one package for all of us.")
    return pgettext("print", "There is one package for all of us, and one price.")


def _votes(choice: ChosenPackage, say: Say) -> dict[str, Any]:
    """The votes on the day of the choice, or blank lines to count on."""
    counted = choice.frozen["votes"][:VOTED_BEFORE]
    rows = [
        {"name": row["name"], "first": say.whole(row["first"]), "second": say.whole(row["second"])}
        for row in counted
    ]
    return {
        "title": pgettext("print", "How we voted"),
        "labels": [
            pgettext("print", "Package"),
            pgettext("print", "First choice"),
            pgettext("print", "Second choice"),
        ],
        "rows": rows or [{"name": choice.name, "first": "", "second": ""}],
        "why": choice.reason
        and pgettext("print", "Why this package: %(reason)s") % {"reason": choice.reason},
    }


def _rules_title(page: RulesPage, say: Say) -> str:
    """With their day: unlike the package, the rules may be changed after the choice."""
    if page.rules is None:
        return ""
    day = timezone.localdate(page.rules.changed_at)
    return pgettext("print", "Our rules, as written on %(day)s") % {"day": say.day(day)}


def _rules(page: RulesPage) -> list[str]:
    """Who decides, how one pays, what happens in a bad year; what is paid stands above already."""
    if page.rules is None:
        return []
    document = page.document()
    said = [f"{row['name']}: {row['value']}" for row in document["rows"]]
    return [*said, *filter(None, [document["same"], document["quorum"]])]
