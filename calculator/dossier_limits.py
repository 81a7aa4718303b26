"""What the model leaves out and where it should not be trusted; and where its figures come from."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.blocks import Block, facts, items, section, warn, words
from calculator.cautions import money_moved
from calculator.code_version import code_hash, libraries
from calculator.package_page import PackagePage
from simulation.engine import ENGINE_VERSION
from simulation.engine.discrete_severity import Empirical
from simulation.engine.severity import Lomax
from simulation.runs import SEED, families_asked_for

FEW_PERSONS = 1_000
"""Below this, one or two large payouts a year decide; the normal curve in the loading is at its weakest."""


def limits_section(page: PackagePage) -> dict[str, Any]:
    blocks: list[Block] = [
        words(_("Taken for granted:")),
        items(taken_for_granted()),
        words(_("Not modelled:")),
        items(_not_modelled()),
    ]
    where = _where_not_to_trust(page)
    if where:
        blocks.append(warn(_("Where to be careful with this package"), " ".join(where)))
    return section("limits", _("Limits of the model"), *blocks)


def taken_for_granted() -> list[str]:
    """What no figure here counts: said wherever somebody might rely on it."""
    return [
        _(
            "Families do not influence each other. An epidemic, a flood or a bus accident that strikes many "
            "at once is not in the spread."
        ),
        _("Everyone has the same incidence: no age, sex or illness tells members apart."),
        _(
            "Benefits are independent of each other unless one is linked to the other’s events; what an "
            "event costs does not depend on how many there are."
        ),
        _("Those who join are like those who were asked, at any take-up."),
        _("Events and costs of the scheme year are those of the year asked about: no trend, no inflation."),
        _("Beyond the dearest bill seen, costs follow the law that was chosen."),
        _("The terms are applied to every claim as they are written."),
    ]


def _not_modelled() -> list[str]:
    return [
        _("People who use more care because they are insured, or who join because they are ill."),
        _("Fraud, wrong decisions on claims, claims that are settled after the year."),
        _("Reinsurance, interest, what is kept back from good years, members who stop paying."),
        _(
            "Admin costs that differ from the loading: the chance of bankruptcy holds payouts against the "
            "premium with risk loading only."
        ),
        _(
            "Of the survey’s error: forgetting, misunderstanding, families asked together in one village. "
            "Only the chance of having asked other people is counted."
        ),
    ]


def _where_not_to_trust(page: PackagePage) -> list[str]:
    quote, say, found = page.quote, page.say, []
    if quote.premium.persons < FEW_PERSONS:
        found.append(
            _("Fewer than %(n)s persons: a few large payouts decide the year.")
            % {"n": say.whole(FEW_PERSONS)}
        )
    for place, benefit in enumerate(quote.case.package.benefits):
        if not benefit.covered:
            continue
        moved = money_moved(
            package=quote.case.package,
            benefit=benefit,
            moments=quote.exact.benefits[place],
            premium=quote.premium,
        )
        if moved.mostly_moving_money:
            found.append(
                _(
                    "%(name)s: %(share)s of families claim it every year; insuring it mostly moves money "
                    "around."
                )
                % {"name": benefit.name, "share": say.share(moved.chance_of_claim, 0)}
            )
        if isinstance(benefit.severity, Lomax):
            found.append(
                _("%(name)s: with so heavy a tail, the price hangs on the caps.") % {"name": benefit.name}
            )
        if isinstance(benefit.severity, Empirical):
            found.append(
                _("%(name)s: priced on a list of bills; no bill can be dearer than the dearest on it.")
                % {"name": benefit.name}
            )
    return found


def provenance_section(page: PackagePage, *, case: str) -> dict[str, Any]:
    package = page.line.package
    found = page.found
    at = found.simulated_at
    pairs = [
        (_("Package"), _("%(name)s, version %(n)s") % {"name": package.name, "n": package.version}),
        *((fact["name"], fact["value"]) for fact in page.provenance if fact["name"] == _("Saved")),
        (_("Case, SHA-256"), case),
        (_("Engine"), ENGINE_VERSION),
        (_("Code of the calculation, SHA-256"), code_hash()),
        (_("Libraries"), libraries()),
        (_("Seed"), str(SEED)),
        (_("Family-years simulated"), page.say.whole(families_asked_for())),
        (_("Simulated"), date_format(timezone.localtime(at), "j F Y, H:i") if at else _("not yet")),
        (_("Questions put to the simulation"), _questions(page)),
        (_("Page of the package"), page.url),
    ]
    return section(
        "provenance",
        _("Where the figures come from"),
        facts(pairs),
        words(
            _(
                "The case file of the package holds every input; “manage.py price” works out the same "
                "figures from it to the last digit, on any machine with the same code and libraries."
            )
        ),
    )


def _questions(page: PackagePage) -> str:
    return ", ".join(f"{group.risk_hash[:12]}/{group.terms_hash[:12]}" for group in page.found.asked) or "–"
