"""Layer four: the sum with this community's numbers; every printed line adds up to the next total."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from calculator.premium import PremiumBreakdown
from explained.page import Explained
from explained.sums import adding_up, rounded
from schemes.numbers import format_exact
from simulation.engine.package import Benefit

MORE_PLACES = 2
"""Than a premium usually has, so that one can follow the sum with a pencil."""
DIGITS = 6


class Sum:
    """The premium's lines as they are printed."""

    def __init__(self, of: Explained) -> None:
        self.of = of
        premium = of.premium
        self.places = of.say.figures.places + MORE_PLACES
        self.total = rounded(premium.total, places=self.places)
        parts = [
            premium.pure,
            premium.risk_loading,
            premium.admin,
            *(amount for _name, amount in premium.further),
        ]
        self.pure, self.loading, self.admin, *self.further = adding_up(
            parts, places=self.places, whole=self.total
        )
        cap = [] if premium.package_cap_line is None else [premium.package_cap_line]
        self.lines = adding_up(
            [*(line.pure for line in premium.lines), *cap], places=self.places, whole=self.pure
        )

    def written(self, value: Decimal | float) -> str:
        return self.of.say.number(float(value), self.places)

    # ---- what is paid for ----------------------------------------------------------------------------------
    def benefits(self) -> list[dict[str, str]]:
        """Events of a hundred persons in a year, what each is paid on average, and their product."""
        package = self.of.line.case.package
        incidences = {one.name: one.frequency.incidence for one in package.benefits if one.frequency}
        rows = []
        shown = self.lines[: len(package.benefits)]
        risks = zip(package.benefits, self.of.page.risks, self.of.premium.lines, shown, strict=True)
        for benefit, risk, line, amount in risks:
            if benefit.covered:
                often = incidences[benefit.linked_to or benefit.name] * benefit.probability
                rows.append(self._row(benefit, risk.pictogram, often=often, pure=line.pure, amount=amount))
        return rows

    def _row(
        self, benefit: Benefit, pictogram: str, *, often: float, pure: float, amount: Decimal
    ) -> dict[str, str]:
        a_hundred = format_exact(
            float(f"{100.0 * often:.{DIGITS}g}"), grouping=self.of.scheme.number_grouping
        )
        return {
            "name": self.of.name_of(benefit.name),
            "pictogram": pictogram,
            "often": self.of.say.own(a_hundred),
            "each": self.written(pure / often) if often > 0.0 else "–",
            "amount": self.written(amount),
        }

    # ---- from there to what is paid ------------------------------------------------------------------------
    def steps(self) -> list[dict[str, Any]]:
        premium, say = self.of.premium, self.of.say
        with_risk = self.written(self.pure + self.loading)
        rows: list[dict[str, Any]] = []
        if premium.package_cap_line is not None:
            rows.append(_step(_("Package cap"), self.written(self.lines[-1])))
        rows += [
            _step(_("Pure risk premium"), self.written(self.pure), is_sum=True),
            _step(
                _("+ Risk loading"),
                self.written(self.loading),
                note=f"{say.number(premium.z, 4)} × {self.written(premium.sigma)}"
                f" / √{say.whole(premium.persons)}",
            ),
            _step(_("Premium with risk loading"), with_risk, is_sum=True),
            _step(
                _("+ Running the scheme"),
                self.written(self.admin),
                note=f"{self.of.share(premium.loadings.admin, 2)} × {with_risk}",
            ),
        ]
        rows += [
            _step(f"+ {name}", self.written(amount), note=f"{self.of.share(rate, 2)} × {with_risk}")
            for (name, rate), amount in zip(premium.loadings.further, self.further, strict=True)
        ]
        rows.append(_step(_("One person, one year"), self.written(self.total), is_sum=True, is_total=True))
        return rows + self._families(premium)

    def _families(self, premium: PremiumBreakdown) -> list[dict[str, Any]]:
        """What large and small families pay each, where they differ."""
        discount, large_share = premium.loadings.large_family_discount, premium.share_in_large
        if discount == 0.0:
            return []
        small, large = self.written(premium.small_family), self.written(premium.large_family)
        shares = [self.of.share(one, 2) for one in (1.0 - large_share, large_share)]
        return [
            _step(
                _("Each person in families of up to 3"),
                small,
                note=f"{self.written(self.total)} / (1 − {self.of.share(discount, 2)} × {shares[1]})",
            ),
            _step(
                _("Each person in families of 4 and more"),
                large,
                note=f"{small} × (1 − {self.of.share(discount, 2)})",
            ),
            _step(
                _("Over all persons"),
                self.written(premium.average),
                note=f"{shares[0]} × {small} + {shares[1]} × {large}",
                is_sum=True,
            ),
        ]


def _step(
    name: str, amount: str, *, note: str = "", is_sum: bool = False, is_total: bool = False
) -> dict[str, Any]:
    return {"name": name, "amount": amount, "note": note, "is_sum": is_sum, "is_total": is_total}


def the_sum(of: Explained) -> dict[str, Any]:
    found, premium, say = Sum(of), of.premium, of.say
    return {
        "title": _("The sum, with this community’s numbers"),
        "labels": {
            "benefit": _("Benefit"),
            "often": _("Times a year among 100 persons"),
            "each": _("Paid each time, on average"),
            "amount": _("A person a year"),
            "line": _("Line"),
            "how": _("How"),
        },
        "benefits_title": _("What families are paid: times × payment / 100"),
        "steps_title": _("From there to what each person pays"),
        "benefits": found.benefits(),
        "steps": found.steps(),
        "notes": [
            _(
                "%(z)s is the safety factor of a chance of bankruptcy of %(chance)s; %(sigma)s is how much "
                "a person’s payments scatter from year to year; %(persons)s persons share it. The more join, "
                "the smaller this line."
            )
            % {
                "z": say.number(premium.z, 4),
                "chance": of.share(premium.loadings.chance_of_bankruptcy, 2),
                "sigma": found.written(premium.sigma),
                "persons": say.whole(premium.persons),
            },
            _(
                "Printed lines add up to the printed sums: where rounding would leave a gap, the last digit "
                "of a line is moved by one. What is charged is rounded: %(total)s."
            )
            % {"total": say.money(premium.total)},
        ],
    }
