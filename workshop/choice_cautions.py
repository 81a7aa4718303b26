"""What somebody should know before they choose a package: who looked at it, and how sure its figures are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from calculator.models import Package
from calculator.package_page import PackagePage
from calculator.review_queries import sign_off_states
from calculator.reviews import Statement


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One thing that speaks for waiting; `kind` names it for the frozen record."""

    kind: str
    text: str


def cautions_of(page: PackagePage) -> list[Caution]:
    """What is open about a package, the gravest first; nothing here forbids choosing it."""
    found = [
        (_examples(page), "examples"),
        (_checks(page), "checks"),
        (_simulation(page), "simulation"),
        (_outdated(page), "outdated"),
        (_unsigned(page.line.package), "unsigned"),
    ]
    return [Caution(kind=kind, text=text) for text, kind in found if text]


def signed_words(package: Package) -> str:
    """Who signed this version of the package; empty where `cautions_of` says that nobody did."""
    return "" if _unsigned(package) else sign_off_states([package])[package.pk].sentence


def _examples(page: PackagePage) -> str:
    if not page.example_names:
        return ""
    return _("Example figures stand behind %(names)s: this is not a price to charge yet.") % {
        "names": ", ".join(page.example_names)
    }


def _checks(page: PackagePage) -> str:
    if page.failed_checks:
        return _("A check of the exact calculation failed: %(checks)s.") % {"checks": page.failed_checks}
    if not page.quote.engines_agree:
        return _("The simulation and the exact calculation disagree. Ask a reviewer before choosing.")
    return ""


def _simulation(page: PackagePage) -> str:
    if page.quote.simulated is not None:
        return ""
    return _("It is not simulated yet: nothing checks the exact calculation. Wait for the simulation.")


def _outdated(page: PackagePage) -> str:
    if not page.is_outdated:
        return ""
    return _("Its price stands on version %(n)s of the assumptions; there is a newer one.") % {
        "n": page.line.package.assumption_set.number
    }


def _unsigned(package: Package) -> str:
    state = sign_off_states([package])[package.pk]
    if state.newest is None:
        return _("No reviewer has signed its model dossier.")
    if state.for_older_version:
        return state.sentence
    if state.newest.statement == Statement.NOT_ACCEPTED:
        return _("A reviewer has not accepted its model dossier.")
    return ""
