"""Next year's figures from this year's claims, as the page says them and as they are taken over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculator.figures import Figures
from calculator.premium import Community, Loadings
from experience.benefit_watch import watch_benefits
from experience.credibility import Blend
from experience.months import month_share
from experience.rerate import Change, Evidence, Rerated, as_seen, change_of, rerate
from experience.watching import Watching
from schemes.models import Scheme
from schemes.numbers import format_share
from simulation.choices import Kind, SeverityLaw
from simulation.engine.families import FamilySizes
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set, risks_of

WHY: dict[str, Promise] = {
    "nobody_asked": gettext_lazy(
        "nobody was asked: without the person-years behind the assumption nothing can be weighed"
    ),
    "never_paid": gettext_lazy("the terms pay nothing, so claims say nothing"),
    "linked": gettext_lazy("it is paid on the events of another benefit"),
    "no_bills": gettext_lazy("the bills handed in are not entered"),
    "no_cost": gettext_lazy("it has no bill: days or a fixed amount"),
    "no_spread": gettext_lazy("the assumed costs have no spread, or an endless one"),
    "odd_bills": gettext_lazy(
        "the average bill does not fit bills above the threshold: check what was billed and how many claims"
    ),
}
STEP_NAMES: tuple[Promise, ...] = (
    gettext_lazy("This year’s premium, as priced"),
    gettext_lazy("Experience: how often and how dear claims were"),
    gettext_lazy("Cost trend: bills dearer next year"),
    gettext_lazy("Family sizes: who the families are now"),
    gettext_lazy("Loading: members, safety, running costs"),
)


WORTH_SAYING = 0.1
"""What was paid differs by so much from what the terms give: worth saying."""


@dataclass
class RatePage:
    """`trend` a year; `persons` expected next year."""

    watching: Watching
    trend: float
    persons: int

    @property
    def scheme(self) -> Scheme:
        return self.watching.year.scheme

    @cached_property
    def say(self) -> Figures:
        assert self.watching.priced is not None
        return Figures(self.scheme, scale=self.watching.priced.premium.total)

    # ---- weighed figures -----------------------------------------------------------------------------------
    @cached_property
    def evidence(self) -> list[Evidence]:
        """Claims of the months that are over, benefit by benefit."""
        watching = self.watching
        if watching.priced is None or not watching.paid_months or not watching.figures.insured:
            return []
        covered = {one.name for one in watching.priced.case.package.benefits if one.covered}
        months = len(watching.paid_months)
        found = []
        for key, name in watching.priced.names.items():
            lines = [
                one for one in watching.figures.claims if one.benefit == key and 1 <= one.month <= months
            ]
            if name not in covered or not lines or any(one.count is None for one in lines):
                continue
            bills = [one.billed for one in lines]
            found.append(
                Evidence(
                    benefit=name,
                    claims=sum(one.settled or 0 for one in lines),
                    handed_in=sum(one.count or 0 for one in lines),
                    billed=None if None in bills else sum(bill or 0.0 for bill in bills),
                    person_years=watching.figures.insured * months / 12,
                )
            )
        return found

    @cached_property
    def rerated(self) -> tuple[Rerated, ...]:
        assert self.watching.priced is not None
        case = self.watching.priced.case
        names = [one.name for one in case.package.benefits]
        exposures = dict(zip(names, case.exposures, strict=True)) if case.exposures else {}
        return rerate(case.package, exposures=exposures, evidence=self.evidence)

    @property
    def has_news(self) -> bool:
        return any(one.frequency is not None or one.severity is not None for one in self.rerated)

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        """One card a figure: survey, experience, the mark between them, and a sentence."""
        rows = []
        for one in self.rerated:
            often = _("%(benefit)s: events a person a year") % {"benefit": one.benefit}
            dear = _("%(benefit)s: cost of an event") % {"benefit": one.benefit}
            row = self._figure(often, one.frequency, one.why_frequency, self._events, self._asked(one))
            rows.append(row | {"costs_unseen": one.costs_unseen})
            rows.append(self._figure(dear, one.severity, one.why_severity, self.say.money, ""))
        return rows

    @cached_property
    def unlike_terms(self) -> list[str]:
        """Benefits of which more or less was paid a claim than the terms give for the year's own bills."""
        watching = self.watching
        assert watching.priced is not None
        seen = [one for one in watching.seen if one.count > 0]
        if not seen or not self.evidence:
            return []
        found = watch_benefits(
            as_seen(watching.priced.case.package, self.rerated),
            persons=watching.persons,
            share=month_share(len(watching.paid_months)),
            seen=seen,
        )
        return [
            _("%(benefit)s: %(paid)s was paid a claim; the terms give about %(expected)s.")
            % {
                "benefit": one.benefit,
                "paid": self.say.money(one.severity.actual or 0.0),
                "expected": self.say.money(one.severity.expected),
            }
            for one in found
            if one.severity.side != "within" and abs((one.severity.ratio or 0.0) - 1.0) > WORTH_SAYING
        ]

    def _figure(self, name: str, found: Blend | None, why: str, say: Any, asked: str) -> dict[str, Any]:
        if found is None:
            return {"name": name, "stays": WHY[why]}
        survey, experience = found.survey, found.experience
        values = {
            "weight": format_share(found.weight, places=0),
            "survey": say(survey.mean),
            "experience": say(experience.mean),
            "mean": say(found.mean),
            "asked": asked,
        }
        return {
            "name": name,
            **values,
            "error": say(found.standard_error),
            "bar": _bar(found),
            "sentence": _(
                "The survey said %(survey)s, this year’s claims say %(experience)s. Each is believed as far "
                "as it is sure: the year by %(weight)s, the survey by the rest. That makes %(mean)s."
            )
            % values,
        }

    def _events(self, value: float) -> str:
        return self.say.number(value, 4)

    def _asked(self, one: Rerated) -> str:
        if not one.asked:
            return ""
        return _("%(asked)s person-years asked about, %(seen)s seen") % {
            "asked": self.say.whole(one.asked),
            "seen": self.say.whole(one.seen),
        }

    # ---- the premium ---------------------------------------------------------------------------------------
    @cached_property
    def change(self) -> Change:
        assert self.watching.priced is not None
        scheme, case = self.scheme, self.watching.priced.case
        families = FamilySizes({int(size): share for size, share in scheme.family_sizes.items()})
        return change_of(
            case,
            rerated=self.rerated,
            trend=self.trend,
            community=Community(
                persons=self.persons, families=families, share_in_large=scheme.share_in_large_families
            ),
            loadings=Loadings(
                chance_of_bankruptcy=scheme.chance_of_bankruptcy,
                admin=scheme.admin_rate,
                large_family_discount=scheme.large_family_discount,
                risk_basis=case.loadings.risk_basis,
                further=tuple((row["name"], row["rate"]) for row in scheme.further_loadings),
            ),
        )

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Shown so that the lines add up to the last figure: each is a difference of what is shown."""
        places = self.say.places + 2
        step = Decimal(1).scaleb(-places)
        shown = [Decimal(repr(total)).quantize(step, ROUND_HALF_UP) for total in self.change.totals]
        lines = [
            {"name": STEP_NAMES[0], "amount": self.say.number(float(shown[0]), places), "is_total": True}
        ]
        for name, before, after in zip(STEP_NAMES[1:], shown, shown[1:], strict=False):
            part = self.say.number(float(after - before), places)
            lines.append({"name": name, "amount": f"+{part}" if after > before else part, "is_total": False})
        lines.append(
            {
                "name": _("Next year’s premium"),
                "amount": self.say.number(float(shown[-1]), places),
                "is_total": True,
            }
        )
        return lines

    @property
    def total(self) -> str:
        return self.say.money(self.change.totals[-1])

    @property
    def change_words(self) -> str:
        before, after = self.change.totals[0], self.change.totals[-1]
        if not before:
            return ""
        share = format_share(abs(after / before - 1.0), places=1)
        if abs(after / before - 1.0) < 0.0005:
            return _("the same as this year")
        return (
            _("%(share)s more than this year") if after > before else _("%(share)s less than this year")
        ) % {"share": share}

    # ---- taking over ---------------------------------------------------------------------------------------
    @cached_property
    def current(self) -> AssumptionSet:
        return current_set(scheme=self.scheme)

    @property
    def has_moved(self) -> bool:
        """The assumptions are not those that the year was priced on any more."""
        assert self.watching.priced is not None
        return self.current.pk != self.watching.priced.package.assumption_set_id

    def new_values(self) -> list[tuple[str, dict[str, Any]]]:
        """Fields of the current assumptions that change, by key of the benefit."""
        assert self.watching.priced is not None
        keys = {name: key for key, name in self.watching.priced.names.items()}
        found = {keys[one.benefit]: one for one in self.rerated if one.frequency or one.severity}
        changed = []
        for risk in risks_of(assumption_set=self.current):
            values = self._values(risk, found.get(risk.key))
            if values:
                changed.append((risk.key, values))
        return changed

    def _values(self, risk: BenefitRisk, found: Rerated | None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        factor = 1.0
        if risk.kind == Kind.COST:
            factor = 1.0 + self.trend
        if found is not None and found.frequency is not None and risk.incidence is not None:
            values["incidence"] = found.frequency.mean
            values["survey_person_years"] = (found.asked or 0.0) + found.seen
        if found is not None and found.severity is not None:
            factor *= found.severity.mean / found.severity.survey.mean
        if factor != 1.0:
            values |= _dearer(risk, found, factor)
        if values:
            values["source_note"] = self.source
        return values

    @property
    def source(self) -> str:
        note = _("Survey and claims of %(year)s weighed; cost trend %(trend)s") % {
            "year": self.watching.year.label,
            "trend": format_share(self.trend, places=1),
        }
        return note[:500]


def _dearer(risk: BenefitRisk, found: Rerated | None, factor: float) -> dict[str, Any]:
    """The cost's field: what was weighed where it was, else the figure there is, times the factor."""
    if risk.severity_law == SeverityLaw.EMPIRICAL:
        return {"severity_sample": [value * factor for value in risk.severity_sample or ()]}
    if risk.severity_mean is None:
        return {}
    if found is not None and found.severity is not None:
        return {"severity_mean": found.severity.survey.mean * factor}
    return {"severity_mean": risk.severity_mean * factor}


def _bar(found: Blend) -> dict[str, str]:
    """Survey at one end, experience at the other, the mark where the weight puts it; per cents across."""
    low, high = sorted((found.survey.mean, found.experience.mean))
    room = high - low
    if room == 0.0:
        return {"survey": "50.00", "experience": "50.00", "mark": "50.00", "start": "50.00", "width": "0.00"}

    def at(value: float) -> float:
        return 8.0 + 84.0 * (value - low) / room

    start, mark = at(found.survey.mean), at(found.mean)
    return {
        "survey": f"{start:.2f}",
        "experience": f"{at(found.experience.mean):.2f}",
        "mark": f"{mark:.2f}",
        "start": f"{min(start, mark):.2f}",
        "width": f"{abs(mark - start):.2f}",
    }
