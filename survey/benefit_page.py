"""What the survey says about one benefit, as its page shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from schemes.numbers import format_number, format_share
from survey.benefit_words import LAW_HINTS, LAW_WORDS, benefit_words, pictogram_of
from survey.charts import histogram, interval_chart, quantile_plot
from survey.estimate_actions import is_wide
from survey.estimate_pages import FEW_EVENTS, SetPage
from survey.estimates import (
    CONSTANT,
    EMPIRICAL,
    BenefitEstimate,
    Estimates,
    IncidenceEstimate,
    Interval,
    LawFit,
    SeverityEstimate,
)
from survey.queries import problems_of
from survey.reason_words import all_words, p_words, reason_words
from survey.small_cells import shown_groups
from survey.words import kind_words

SPEAK_AGAINST = frozenset(
    {"limited_means_differ", "none_passes_ad", "none_passes_ad_few", "no_law_fits", "too_few_costs"}
    | {"days_law_rejected"}
)
LARGE_PART = 0.3
FEWEST_TO_COMPARE = 5
"""Of fewer bills each makes a large part of all."""


def lines_of(page: SetPage) -> list[dict[str, Any]]:
    """One line a benefit: how often, how dear, how sure."""
    return [BenefitPage(page, one["key"]).line for one in page.nav]


class BenefitPage:
    """One benefit of a set."""

    def __init__(self, page: SetPage, key: str) -> None:
        self.set = page
        self.key = key
        assert page.found is not None
        self.found: Estimates = page.found

    @property
    def name(self) -> str:
        return benefit_words(self.key)

    @cached_property
    def benefit(self) -> BenefitEstimate | None:
        return self.found.benefit(self.key)

    @cached_property
    def incidence(self) -> IncidenceEstimate | None:
        """Of the events it is paid on; None for a linked benefit, which has a share instead."""
        if self.benefit is None or self.benefit.linked_to:
            return None
        return self.found.incidence(self.benefit.source_kind)

    @cached_property
    def severity(self) -> SeverityEstimate | None:
        return self.found.severity(self.key)

    @property
    def is_days(self) -> bool:
        return self.severity is not None and self.severity.unit == "days"

    @property
    def choice(self) -> dict[str, Any]:
        return self.set.choice(self.key)

    @property
    def law(self) -> str:
        """What is taken over as things stand."""
        chosen = self.choice["law"]
        return str(chosen or (self.severity.suggested_law if self.severity else ""))

    def amount(self, value: float) -> str:
        return self.set.short(value) if self.is_days else self.set.money(value)

    # ---- how often

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

    # ---- how dear

    @property
    def suggestion(self) -> list[dict[str, Any]]:
        """Why this law; what speaks against it is marked as a warning."""
        if self.severity is None:
            return []
        return [
            {"words": reason_words(one, self.set.scheme), "bad": one.code in SPEAK_AGAINST}
            for one in self.severity.suggestion
        ]

    @property
    def too_wide(self) -> dict[str, str] | None:
        """The law that stands now, where it hardly knows its average."""
        fit = self.chosen_fit
        if self.severity is None or fit is None or fit.mean is None or not is_wide(self.severity, self.law):
            return None
        return {
            "law": str(LAW_WORDS.get(self.law, self.law)),
            "low": self.amount(fit.mean.low),
            "high": self.amount(fit.mean.high),
        }

    @cached_property
    def dearest(self) -> dict[str, str] | None:
        """A bill that alone makes a large part of all costs, and where the file has it."""
        severity = self.severity
        if severity is None or severity.unit != "money" or severity.events < FEWEST_TO_COMPARE:
            return None
        largest = severity.bin_edges[-1] if severity.bin_edges else 0.0
        whole = severity.data_mean.value * severity.events
        if not whole or not LARGE_PART * whole < largest:
            return None
        words = {"value": self.amount(largest), "share": format_share(min(largest / whole, 1.0), places=0)}
        return words | self._row_of(largest)

    def _row_of(self, bill: float) -> dict[str, str]:
        """Where the list of problems has this bill; nothing where it is not in the list any more."""
        survey = self.set.estimates.survey
        if survey is None or survey.is_forgotten or self.benefit is None:
            return {}
        far = problems_of(survey=survey, code="outlier").filter(params__kind=self.benefit.source_kind)
        found = next((one for one in far if _is(one.value, bill)), None)
        if found is None:
            return {"url": reverse("survey:problems", args=[survey.pk])}
        url = reverse("survey:problems", args=[survey.pk]) + "?code=outlier"
        return {"url": url, "row": str(found.row), "sheet": found.sheet or found.file}

    @property
    def data_words(self) -> list[str]:
        return [] if self.severity is None else all_words(self.severity.reasons, self.set.scheme)

    @property
    def suggested(self) -> str:
        law = self.severity.suggested_law if self.severity else ""
        return str(LAW_WORDS.get(law, law))

    @property
    def laws(self) -> list[dict[str, Any]]:
        """The laws that can be chosen."""
        if self.severity is None:
            return []
        names = list(self.severity.usable_laws)
        if self.severity.suggested_law == CONSTANT:
            names = [CONSTANT, *names]
        return [
            {
                "law": law,
                "name": str(LAW_WORDS.get(law, law)),
                "hint": str(LAW_HINTS.get(law, "")),
                "suggested": law == self.severity.suggested_law,
                "picked": law == self.law,
                "warnings": all_words(fit.reasons, self.set.scheme)
                if (fit := self.severity.fit(law))
                else [],
            }
            for law in names
        ]

    @property
    def chosen_fit(self) -> LawFit | None:
        return self.severity.fit(self.law) if self.severity else None

    @property
    def data_mean(self) -> dict[str, str] | None:
        if self.severity is None or not self.severity.events:
            return None
        mean = self.severity.data_mean
        return {
            "value": self.amount(mean.value),
            "low": self.amount(mean.low),
            "high": self.amount(mean.high),
        }

    @property
    def fitted_words(self) -> str:
        fit = self.chosen_fit
        if fit is None or not fit.parameters:
            return ""
        named = [
            f"{name.replace('_', ' ')} {self._parameter(name, value)}"
            for name, value in fit.parameters.items()
        ]
        return ", ".join(named)

    def _parameter(self, name: str, value: float) -> str:
        return self.amount(value) if name == "mean" else self.set.short(value)

    @property
    def _drawn(self) -> list[LawFit]:
        """The chosen law first, then the best of the others."""
        assert self.severity is not None
        parametric = [one for one in self.severity.fits if one.usable and one.density]
        parametric.sort(key=lambda one: (one.law != self.law, one.bic if one.bic is not None else 1e300))
        return parametric[:2]

    @cached_property
    def histogram(self) -> dict[str, Any] | None:
        if self.severity is None or not self.severity.events:
            return None
        drawn = histogram(self.severity, self._drawn, say=self.amount)
        if drawn is not None:
            drawn["names"] = [str(LAW_WORDS[law]) for law in drawn["laws"]]
            for line in drawn["lines"]:
                line["name"] = str(LAW_WORDS[line["law"]])
        return drawn

    @cached_property
    def quantiles(self) -> dict[str, Any] | None:
        if self.severity is None or not self._drawn:
            return None
        plot = quantile_plot(self.severity, self._drawn[0], say=self.amount)
        law = self._drawn[0].law
        # The survey's own costs against themselves would be a straight line that says nothing.
        return None if plot is None or law == EMPIRICAL else plot | {"law": str(LAW_WORDS[law])}

    @cached_property
    def limited(self) -> dict[str, Any] | None:
        """The average paid under each cap, by the survey's own costs and by each law."""
        severity = self.severity
        if severity is None or not severity.data_limited_means:
            return None
        fits = [one for one in severity.fits if one.usable and one.limited_means and one.law != EMPIRICAL]
        rows = [
            self._under(self.amount(cap), own, [self._beside(one.limited_means[place], own) for one in fits])
            for place, (cap, own) in enumerate(zip(severity.caps, severity.data_limited_means, strict=True))
        ]
        whole = severity.data_mean
        without = [self._beside(one.mean.value if one.mean else None, whole) for one in fits]
        rows.append(self._under(_("none"), whole, without))
        return {
            "laws": [{"name": str(LAW_WORDS[one.law]), "picked": one.law == self.law} for one in fits],
            "rows": rows,
        }

    def _under(self, cap: str, own: Interval, laws: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "cap": cap,
            "own": self.amount(own.value),
            "low": self.amount(own.low),
            "high": self.amount(own.high),
            "laws": laws,
        }

    def _beside(self, value: float | None, own: Interval) -> dict[str, Any]:
        if value is None:
            return {"text": "–", "off": False}
        return {"text": self.amount(value), "off": not own.low <= value <= own.high}

    @property
    def tests(self) -> list[dict[str, str]]:
        """How well each law fits."""
        if self.severity is None:
            return []
        return [
            {
                "name": str(LAW_WORDS[one.law]),
                "aic": _or_dash(one.aic, self.set.number),
                "bic": _or_dash(one.bic, self.set.number),
                "ad": _or_dash(one.anderson_darling, self.set.short),
                "ad_p": _or_dash(one.anderson_darling_p, p_words),
                "ks": _or_dash(one.kolmogorov, self.set.short),
                "ks_p": _or_dash(one.kolmogorov_p, p_words),
                "picked": "yes" if one.law == self.law else "",
                "warnings": " ".join(all_words(one.reasons, self.set.scheme)),
            }
            for one in self.severity.fits
            if one.law != EMPIRICAL
        ]

    @property
    def line(self) -> dict[str, Any]:
        """One row of the overview."""
        often, link, fit = self.often, self.link, self.chosen_fit
        mean = fit.mean if fit else None
        severity = self.severity
        incidence = self.found.incidence(self.benefit.source_kind) if self.benefit else None
        return {
            "key": self.key,
            "name": self.name,
            "icon": pictogram_of(self.key),
            "url": reverse("survey:benefit", args=[self.set.estimates.pk, self.key]),
            "often": often or link,
            "is_link": often is None,
            "law": str(LAW_WORDS.get(self.law, _("no law"))),
            "mean": self.amount(mean.value) if mean else (self.data_mean or {}).get("value", ""),
            "low": self.amount(mean.low) if mean else (self.data_mean or {}).get("low", ""),
            "high": self.amount(mean.high) if mean else (self.data_mean or {}).get("high", ""),
            "is_days": self.is_days,
            "use": self.choice["use"],
            "can": bool(severity and self.laws) or self.benefit is not None,
            "few": incidence.events if incidence and incidence.events < FEW_EVENTS else None,
            "wide": self.too_wide is not None,
        }


def _is(shown: str, bill: float) -> bool:
    try:
        return abs(float(shown) - bill) <= 1e-6 * bill
    except ValueError:
        return False


def _span(low: float, high: float | None) -> str:
    if high is None:
        return _("%(low)s and more") % {"low": f"{low:g}"}
    return f"{low:g}" if high <= low else f"{low:g}\u2013{high:g}"


def _or_dash(value: float | None, say: Any) -> str:
    return "–" if value is None else str(say(value))
