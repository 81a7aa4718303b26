"""A saved package as one page of paper: every input, every line, and where the figures come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.case import case_hash
from calculator.cases import ChosenTerms, benefit_name, chosen_of
from calculator.figures import Figures
from calculator.lines import failed_checks_in_words, family_lines, premium_lines, take_up_lines
from calculator.packages import Line
from calculator.quotes import Quote
from calculator.terms_in_words import terms_in_words
from schemes.models import Scheme
from simulation.describe import assumption_in_words
from simulation.engine import ENGINE_VERSION
from simulation.models import BenefitRisk
from simulation.runs import SEED, Found, families_asked_for


@dataclass
class PackagePage:
    """What the package page, its print, its CSV and the comparison show."""

    line: Line

    @property
    def scheme(self) -> Scheme:
        return self.line.package.scheme

    @property
    def quote(self) -> Quote:
        return self.line.quote

    @property
    def say(self) -> Figures:
        return self.line.say

    @property
    def found(self) -> Found:
        return self.line.run.found

    @cached_property
    def risks(self) -> list[BenefitRisk]:
        """The assumptions behind the case's benefits, in its order."""
        return list(self.line.package.assumption_set.risks.all())

    @property
    def survey_error_url(self) -> str:
        return reverse("calculator:survey_error", args=[self.line.package.pk])

    @property
    def url(self) -> str:
        return self.line.url

    @property
    def sure_url(self) -> str:
        return self.line.urls["package_sure"]

    @property
    def currency_symbol(self) -> str:
        return self.scheme.money.sign

    @cached_property
    def lines(self) -> dict[str, Any]:
        return premium_lines(self.quote.premium, self.say)

    @cached_property
    def families(self) -> list[dict[str, Any]]:
        return family_lines(self.quote, self.say)

    @cached_property
    def take_up(self) -> list[dict[str, str]]:
        return take_up_lines(self.quote, self.scheme, self.say)

    @cached_property
    def terms(self) -> list[dict[str, str]]:
        """Each benefit with its terms in words, the assumption behind it and its pure premium."""
        chosen = chosen_of(self.line.package)
        pure = {line.name: line.pure for line in self.quote.premium.lines}
        rows = []
        for risk in self.line.package.assumption_set.risks.all():
            terms = chosen.terms.get(risk.key, ChosenTerms(covered=False))
            name = benefit_name(risk, chosen.terms)
            rows.append(
                {
                    "name": name,
                    "words": terms_in_words(risk, terms, self.say),
                    "assumption": assumption_in_words(risk, self.scheme),
                    "source": risk.source_note,
                    "pure": self.say.amount(pure[name]) if terms.covered else "–",
                }
            )
        return rows

    @cached_property
    def breakdown(self) -> list[dict[str, Any]]:
        """From the pure premium to what each family pays, with the arithmetic beside each line."""
        premium, lines, say = self.quote.premium, self.lines, self.say
        z, sigma, persons = say.number(premium.z, 3), say.amount(premium.sigma), say.whole(premium.persons)
        rows = []
        if premium.package_cap_line is not None:
            rows.append({"name": _("Package cap"), "amount": lines["package_cap"]})
        rows += [
            {"name": _("Pure risk premium"), "amount": lines["pure"]},
            {
                "name": _("Risk loading"),
                "amount": lines["risk_loading"],
                "note": f"{z} × {sigma} / √{persons}",
            },
            {"name": _("Premium with risk loading"), "amount": lines["with_risk"]},
            {"name": _("Admin cost"), "amount": lines["admin"], "note": say.share(premium.loadings.admin)},
        ]
        rows += [
            {"name": row["name"], "amount": row["amount"], "note": row["rate"]} for row in lines["further"]
        ]
        rows += [
            {"name": _("Total premium payable PPPY"), "amount": lines["total"], "is_total": True},
            {"name": _("PPPY up to size 3"), "amount": lines["small_family"]},
            {"name": _("PPPY for size 4+"), "amount": lines["large_family"]},
            {"name": _("Average"), "amount": lines["average"]},
        ]
        return rows

    @cached_property
    def community(self) -> list[dict[str, str]]:
        package, say = self.line.package, self.say
        sizes = ", ".join(
            f"{size}:\u00a0{say.share(share, 1)}"
            for size, share in sorted(package.family_sizes.items(), key=lambda item: int(item[0]))
        )
        facts = [
            (_("Community size, persons"), say.whole(package.persons)),
            (_("Families by number of members"), sizes),
            (_("People in larger families"), say.share(self.quote.premium.share_in_large, 1)),
            (_("Chance of bankruptcy asked for"), say.share(package.chance_of_bankruptcy)),
            (_("Risk basis"), package.get_risk_basis_display()),
            (_("Admin cost"), say.share(package.admin_rate)),
            (_("Larger family discount"), say.share(package.large_family_discount)),
            (_("Premium carried from"), package.get_carried_from_display()),
        ]
        if package.family_cap is not None:
            facts.append((_("Package cap, a family a year"), say.money(float(package.family_cap))))
        return [{"name": str(name), "value": str(value)} for name, value in facts]

    @property
    def failed_checks(self) -> str:
        """What the exact engine says is wrong with its own answer; empty when all is well."""
        return failed_checks_in_words(self.quote)

    @cached_property
    def example_names(self) -> list[str]:
        """Covered benefits whose figures are examples that nobody replaced."""
        chosen = chosen_of(self.line.package)
        return [
            benefit_name(risk, chosen.terms)
            for risk in self.line.package.assumption_set.risks.all()
            if risk.is_example and chosen.terms.get(risk.key, ChosenTerms(covered=False)).covered
        ]

    @property
    def assumptions_url(self) -> str:
        return reverse("simulation:assumptions", args=[self.scheme.pk])

    @property
    def is_outdated(self) -> bool:
        """Whether the assumptions have moved on since the package was saved."""
        return not self.line.package.assumption_set.is_current

    @cached_property
    def provenance(self) -> list[dict[str, str]]:
        package = self.line.package
        at = date_format(timezone.localtime(package.changed_at), "j F Y, H:i")
        by = _("%(at)s by %(who)s") % {"at": at, "who": package.saved_by} if package.saved_by else at
        facts = [
            (_("Saved"), by),
            (_("Assumptions"), _("version %(number)s") % {"number": package.assumption_set.number}),
            (_("Engine"), ENGINE_VERSION),
            (_("Simulation"), f"{self.line.run.words}"),
            (_("Family-years, seed"), f"{self.say.whole(families_asked_for())}, {SEED}"),
            (_("Case"), case_hash(self.line.case)),
        ]
        return [{"name": str(name), "value": str(value)} for name, value in facts]


def csv_lines(page: PackagePage) -> list[list[str]]:
    """The same page as rows of a table: what, words, amount."""
    rows = [[page.scheme.name, page.line.package.name, page.scheme.currency]]
    rows.append([_("Benefit"), _("What the scheme pays; how often and how dear; source"), _("PPPY")])
    rows += [
        [row["name"], f"{row['words']} {row['assumption']}. {row['source']}".strip(), row["pure"]]
        for row in page.terms
    ]
    rows.append([_("Line"), _("Note"), _("PPPY")])
    rows += [[row["name"], row.get("note", ""), row["amount"]] for row in page.breakdown]
    rows += [
        [_("Family of %(size)s, a year, a month") % {"size": row["size"]}, row["year"], row["month"]]
        for row in page.families
    ]
    rows += [[fact["name"], fact["value"], ""] for fact in (*page.community, *page.provenance)]
    return rows
