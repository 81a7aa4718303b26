"""What the survey says about one benefit, as its page shows it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from survey.benefit_words import LAW_WORDS, pictogram_of
from survey.estimate_pages import FEW_EVENTS, SetPage, cases_of
from survey.how_dear import HowDear
from survey.how_often import HowOften


def lines_of(page: SetPage) -> list[dict[str, Any]]:
    """One line a benefit: how often, how dear, how sure."""
    return [BenefitPage(page, one["key"]).line for one in page.nav]


class BenefitPage(HowOften, HowDear):
    """How often, how dear, and both in one row of the overview."""

    @property
    def line(self) -> dict[str, Any]:
        """One row of the overview."""
        often, link, fit = self.often, self.link, self.chosen_fit
        mean = fit.mean if fit else None
        severity = self.severity
        cases = cases_of(self.found, self.benefit) if self.benefit else None
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
            "few": cases if cases is not None and cases < FEW_EVENTS else None,
            "wide": self.too_wide is not None,
        }
