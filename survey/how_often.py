"""How often a benefit's events happen, as its page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from schemes.numbers import format_number, format_share
from survey.benefit_part import BenefitPart
from survey.benefit_words import benefit_words
from survey.charts import interval_chart
from survey.estimates import IncidenceEstimate, Interval
from survey.reason_words import all_words
from survey.small_cells import shown_groups
from survey.words import kind_words


class HowOften(BenefitPart):
    @property
    def scale(self) -> float:
        return 1.0 if self.incidence and self.incidence.per_person_year.value >= 1 else 100.0

    def rate(self, value: float) -> str:
        return self.set.short(value * self.scale)

    @property
    def often(self) -> dict[str, Any] | None:
        found = self.incidence
        if found is None:
            return None
        interval = found.per_person_year
        return {
            "value": self.rate(interval.value),
            "low": self.rate(interval.low),
            "high": self.rate(interval.high),
            "unit": _("a person a year") if self.scale == 1 else _("per 100 persons a year"),
            "chart": interval_chart(interval, scale=self.scale, say=self.set.short),
            "none": found.events == 0,
            "facts": self._facts(found),
            "words": self._dispersion_words + all_words(found.reasons, self.set.scheme),
        }

    def _facts(self, found: IncidenceEstimate) -> list[dict[str, str]]:
        summary = self.found.summary
        by = _("whole villages") if summary.resampled_by == "cluster" else _("whole households")
        facts = [
            (kind_words(found.kind).capitalize(), _("%(n)s in %(days)s days") % {
                "n": self.set.number(found.events), "days": self.set.short(found.recall_days)}),
            (_("Persons asked about"), self.set.asked_words),
            (_("Person-years asked"), self.set.number(found.person_years)),
            (_("Counts as much as"), _("%(n)s person-years of people drawn one by one") % {
                "n": self.set.number(found.effective_person_years)}),
            (_("Range from"), _("%(by)s drawn again %(n)s times") % {
                "by": by, "n": self.set.number(summary.resamples)}),
        ]  # fmt: skip
        return [{"name": str(name), "value": value} for name, value in facts]

    @property
    def _dispersion_words(self) -> list[str]:
        found = self.found.dispersion(self.benefit.source_kind) if self.benefit else None
        return [] if found is None else all_words(found.reasons, self.set.scheme)

    @property
    def link(self) -> dict[str, Any] | None:
        """The share of stays on which a linked benefit is paid."""
        found = self.found.link(self.key)
        if found is None:
            return None
        interval = found.probability
        return {
            "value": format_share(interval.value, places=0),
            "low": format_share(interval.low, places=0),
            "high": format_share(interval.high, places=0),
            "parent": benefit_words(found.parent_key),
            "asked": self.set.number(found.asked),
            "found": self.set.number(found.found),
            "chart": interval_chart(
                interval,
                scale=100.0,
                say=lambda value: format_number(min(value, 100), grouping="international"),
            ),
            "words": all_words(found.reasons, self.set.scheme),
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """By age and by family size where that was asked for; small cells are hidden."""
        found = self.incidence
        if found is None:
            return []
        tables = ((_("By age"), _("years"), found.by_age), (_("By family size"), _("members"), found.by_size))
        return [
            {
                "title": title,
                "unit": unit,
                "rows": [
                    {
                        "name": _span(group.low, group.high),
                        "hidden": is_hidden,
                        "persons": self.set.number(group.persons),
                        "events": self.set.number(group.events),
                        "rate": self.rate(group.per_person_year.value),
                        "range": self._range(group.per_person_year),
                    }
                    for group, is_hidden in shown_groups(groups)
                ],
            }
            for title, unit, groups in tables
            if groups
        ]

    def _range(self, interval: Interval) -> str:
        return _("%(low)s to %(high)s") % {"low": self.rate(interval.low), "high": self.rate(interval.high)}


def _span(low: float, high: float | None) -> str:
    if high is None:
        return _("%(low)s and more") % {"low": f"{low:g}"}
    return f"{low:g}" if high <= low else f"{low:g}\u2013{high:g}"
