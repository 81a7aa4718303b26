"""The dossier's first half: what the model is for, the data, the laws, the terms."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.blocks import Block, column, facts, items, section, table, warn, words
from calculator.package_page import PackagePage
from calculator.symbols import cost_of, count_of, moments_of, payout_of
from simulation.choices import FrequencyLaw, SeverityLaw
from simulation.models import BenefitRisk
from simulation.words import often_range


def purpose_section(page: PackagePage) -> dict[str, Any]:
    package, scheme, say = page.line.package, page.scheme, page.say
    return section(
        "purpose",
        _("Purpose"),
        words(
            _(
                "To set what members of “%(scheme)s” pay for the package “%(name)s” for one scheme year, if "
                "%(persons)s persons join."
            )
            % {"scheme": scheme.name, "name": package.name, "persons": say.whole(package.persons)}
        ),
        items(
            [
                _("Meant for: comparing packages, choosing one with the community, charging the premium."),
                _(
                    "Not meant for: rating single families or persons, provisions for claims that are open, "
                    "proof of solvency before an authority, other communities than this one."
                ),
            ]
        ),
        facts((fact["name"], fact["value"]) for fact in page.community),
    )


def data_section(page: PackagePage) -> dict[str, Any]:
    chosen = page.line.package.assumption_set
    pairs = [(_("Assumptions"), _("version %(number)s") % {"number": chosen.number})]
    if chosen.frozen_at:
        pairs.append((_("Frozen"), _day(chosen.frozen_at)))
    if chosen.note:
        pairs.append((_("Note"), chosen.note))
    pairs.append((_("Families by size, share of people in families of 4 and more"), _families(page)))
    blocks: list[Block] = [facts(pairs), _data_table(page)]
    if page.example_names:
        blocks.append(
            warn(
                _("Example figures"),
                _("Nobody has replaced the example figures of %(names)s.")
                % {"names": ", ".join(page.example_names)},
            )
        )
    return section("data", _("Data"), *blocks)


def _families(page: PackagePage) -> str:
    premium, say = page.quote.premium, page.say
    return _("%(used)s used, %(sizes)s from the family sizes") % {
        "used": say.share(premium.share_in_large, 1),
        "sizes": say.share(premium.share_from_sizes, 1),
    }


def _data_table(page: PackagePage) -> Block:
    return table(
        caption=_("Where each benefit’s assumption comes from"),
        columns=(
            column(_("Benefit"), share=1.2),
            column(_("Person-years asked"), num=True),
            column(_("Incidence, 19 surveys in 20"), num=True),
            column(_("Source"), share=2.2),
            column(_("Last changed")),
        ),
        rows=[
            (
                risk.name,
                page.say.whole(risk.survey_person_years) if risk.survey_person_years else _("not given"),
                _range(risk),
                _source(risk),
                _day(risk.changed_at),
            )
            for risk in page.line.package.assumption_set.risks.all()
        ],
    )


def _range(risk: BenefitRisk) -> str:
    found = often_range(risk)
    if not found:
        return "–"
    often = (risk.incidence or 0.0) >= 1
    return (_("%(range)s a person") if often else _("%(range)s in 100")) % {"range": found}


def _source(risk: BenefitRisk) -> str:
    example = _("Example figure.") if risk.is_example else ""
    return " ".join(filter(None, (example, risk.source_note))) or _("Typed, no source given.")


def _day(moment: Any) -> str:
    return str(date_format(timezone.localtime(moment), "j M Y"))


def fits_section(page: PackagePage) -> dict[str, Any]:
    """Each benefit's laws in words, in symbols, with the moments that follow."""
    rows = []
    risks = page.line.package.assumption_set.risks.all()
    for risk, benefit in zip(risks, page.quote.case.package.benefits, strict=True):
        law = SeverityLaw(risk.severity_law).label if risk.severity_law else _("A fixed amount")
        count = (
            FrequencyLaw(risk.frequency_law).label if risk.frequency_law else _("Linked to another benefit")
        )
        symbols = ";  ".join(filter(None, (count_of(benefit), cost_of(benefit))))
        rows.append((benefit.name, f"{count}; {law}", symbols, moments_of(benefit)))
    return section(
        "fits",
        _("Laws and their parameters"),
        words(
            _(
                "N counts the events of one person in a year, X is the cost of one event before any cover, D "
                "its days. Money is %(currency)s."
            )
            % {"currency": page.scheme.currency}
        ),
        table(
            columns=(
                column(_("Benefit"), share=1.1),
                column(_("In words"), share=2),
                column(_("In symbols"), share=2.4),
                column(_("Mean; coefficient of variation"), share=1.1),
            ),
            rows=rows,
        ),
    )


def terms_section(page: PackagePage) -> dict[str, Any]:
    benefits = page.quote.case.package.benefits
    return section(
        "terms",
        _("Terms"),
        table(
            columns=(
                column(_("Benefit"), share=1.1),
                column(_("What the scheme pays"), share=2),
                column(_("In symbols, Y paid for one event"), share=2.2),
            ),
            rows=[
                (row["name"], row["words"], payout_of(benefit.terms) if benefit.covered else "Y = 0")
                for row, benefit in zip(page.terms, benefits, strict=True)
            ],
        ),
    )
