"""What the calculator itself can say about a dossier, line by line: the first half of a reviewer's checklist.

The second half is the reviewer's own judgement (`QUESTIONS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calculator.blocks import column, section, table
from calculator.package_page import PackagePage
from calculator.sure import NOTICEABLE, Known

QUESTIONS: Mapping[str, Promise] = {
    "purpose": gettext_lazy("The purpose is the one this package will be used for."),
    "data": gettext_lazy("The data come from people like those who will join, and are recent enough."),
    "laws": gettext_lazy("The laws and their parameters suit the data and what is known elsewhere."),
    "terms": gettext_lazy(
        "The terms are those the community will be told, and a claim can be settled by them."
    ),
    "premium": gettext_lazy("The lines of the premium follow from the figures above them."),
    "error": gettext_lazy("How far the premium may be off is acceptable, or there is a reserve for it."),
    "limits": gettext_lazy("The limits of the model are known to those who decide."),
}
"""What only a person can confirm; an acceptance without remarks confirms every line."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. `blocks`: unless it passed, a signature needs a stated reason."""

    key: str
    name: str
    passed: bool
    words: str
    blocks: bool = False


def findings_of(page: PackagePage, known: Known | None, *, open_comments: int) -> list[Finding]:
    return [*_about_the_engines(page), *_about_the_data(page), _chance(page, known), _comments(open_comments)]


def _about_the_engines(page: PackagePage) -> list[Finding]:
    quote = page.quote
    simulated = quote.simulated is not None
    agree = simulated and quote.engines_agree
    checks = len(quote.exact.checks)
    return [
        Finding(
            key="simulated",
            name=_("The package is simulated"),
            passed=simulated,
            words=str(page.line.run.words),
            blocks=True,
        ),
        Finding(
            key="agree",
            name=_("Both engines agree"),
            passed=agree,
            words=_("On every line within four standard errors.")
            if agree
            else (_("Not on every line.") if simulated else _("There is nothing to compare yet.")),
            blocks=True,
        ),
        Finding(
            key="checks",
            name=_("The exact engine finds no fault with its answer"),
            passed=not page.failed_checks,
            words=page.failed_checks
            or ngettext("%(n)s check passed.", "All %(n)s checks passed.", checks) % {"n": checks},
            blocks=True,
        ),
    ]


def _about_the_data(page: PackagePage) -> list[Finding]:
    covered = {benefit.name for benefit in page.quote.case.package.benefits if benefit.covered}
    unasked = [
        benefit.name
        for benefit, exposure in zip(page.quote.case.package.benefits, page.quote.case.exposures, strict=True)
        if benefit.name in covered and exposure is None and benefit.linked_to is None
    ]
    return [
        Finding(
            key="examples",
            name=_("No example figure is left"),
            passed=not page.example_names,
            words=_("Examples: %(names)s") % {"names": ", ".join(page.example_names)}
            if page.example_names
            else _("All are the scheme’s own."),
        ),
        Finding(
            key="asked",
            name=_("Every covered benefit says how many person-years stand behind it"),
            passed=not unasked,
            words=_("Not said: %(names)s") % {"names": ", ".join(unasked)}
            if unasked
            else _("All do, or are paid on the events of one that does."),
        ),
        Finding(
            key="current",
            name=_("The assumptions are the newest"),
            passed=not page.is_outdated,
            words=_("There is a newer version.") if page.is_outdated else _("They are."),
        ),
        Finding(
            key="families",
            name=_("The share of people in large families is what the family sizes say"),
            passed=not page.quote.premium.share_differs,
            words=_("Typed %(typed)s, the sizes say %(sizes)s.")
            % {
                "typed": page.say.share(page.quote.premium.share_in_large, 1),
                "sizes": page.say.share(page.quote.premium.share_from_sizes, 1),
            },
        ),
    ]


def _chance(page: PackagePage, known: Known | None) -> Finding:
    asked = page.quote.case.loadings.chance_of_bankruptcy
    really = None
    if known is not None:
        really = known.chance.survey.chance if known.chance.survey else known.chance.skewness
    return Finding(
        key="chance",
        name=_("The true chance of bankruptcy is the one asked for"),
        passed=really is not None and really <= asked + NOTICEABLE,
        words=_("It could not be worked out.")
        if really is None
        else _("Asked for %(asked)s, really %(really)s.")
        % {"asked": page.say.share(asked), "really": page.say.share(really, 1)},
    )


def _comments(number: int) -> Finding:
    return Finding(
        key="comments",
        name=_("Every comment is settled"),
        passed=number == 0,
        words=ngettext("%(n)s is open.", "%(n)s are open.", number) % {"n": number}
        if number
        else _("None is open."),
    )


def findings_section(findings: list[Finding]) -> dict[str, Any]:
    return section(
        "findings",
        _("What the calculator found"),
        table(
            columns=(column(_("Looked at"), share=1.6), column(_("Finding"), share=2), column(_("In order"))),
            rows=[
                (each.name, each.words, _("✓ yes") if each.passed else _("✗ no: look at it"))
                for each in findings
            ],
        ),
    )
