"""What one event of a benefit costs, or how long it lasts, as its page shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from schemes.numbers import format_share
from survey.benefit_part import BenefitPart
from survey.benefit_words import LAW_HINTS, LAW_WORDS
from survey.charts import histogram, quantile_plot
from survey.estimate_actions import is_wide
from survey.estimates import CONSTANT, EMPIRICAL, Interval, LawFit
from survey.queries import problems_of
from survey.reason_words import all_words, p_words, reason_words

SPEAK_AGAINST = frozenset(
    {"limited_means_differ", "none_passes_ad", "none_passes_ad_few", "no_law_fits", "too_few_costs"}
    | {"days_law_rejected"}
)
LARGE_PART = 0.3
FEWEST_TO_COMPARE = 5
"""Of fewer bills each makes a large part of all."""


class HowDear(BenefitPart):
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
        if self.set.fewest or not whole or not LARGE_PART * whole < largest:
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
        drawn = histogram(self.severity, self._drawn, say=self.amount, fewest=self.set.fewest)
        if drawn is not None:
            drawn["names"] = [str(LAW_WORDS[law]) for law in drawn["laws"]]
            for line in drawn["lines"]:
                line["name"] = str(LAW_WORDS[line["law"]])
        return drawn

    @cached_property
    def quantiles(self) -> dict[str, Any] | None:
        if self.severity is None or not self._drawn:
            return None
        plot = quantile_plot(self.severity, self._drawn[0], say=self.amount, fewest=self.set.fewest)
        law = self._drawn[0].law
        # The survey's own costs against themselves would be a straight line that says nothing.
        return None if plot is None or law == EMPIRICAL else plot | {"law": str(LAW_WORDS[law])}

    @cached_property
    def limited(self) -> dict[str, Any] | None:
        """The average paid under each cap, by the survey's own costs and by each law."""
        severity = self.severity
        if severity is None or not severity.data_limited_means or severity.events < self.set.fewest:
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


def _is(shown: str, bill: float) -> bool:
    try:
        return abs(float(shown) - bill) <= 1e-6 * bill
    except ValueError:
        return False


def _or_dash(value: float | None, say: Any) -> str:
    return "–" if value is None else str(say(value))
