"""A survey's error in money, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from calculator.package_page import PackagePage

SHOCKS = (0.0, 0.1, 0.15, 0.2, 0.3)


@dataclass
class SurveyErrorPage:
    """One answer in words and bars. `answer` is what `calculator.survey_error_job` keeps."""

    package: PackagePage
    answer: dict[str, Any]
    shock: float

    @property
    def say(self) -> Figures:
        return self.package.say

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = self.answer["error"]
        return found

    @property
    def low(self) -> str:
        return self.say.amount(self.error["total_low"])

    @property
    def high(self) -> str:
        return self.say.amount(self.error["total_high"])

    @property
    def total(self) -> str:
        return self.say.amount(self.package.quote.exact_premium.total)

    @property
    def really(self) -> str:
        return self.say.share(self.error["chances"]["together"], 1)

    @property
    def asked(self) -> str:
        return self.say.share(self.error["chances"]["nominal"])

    @property
    def is_worse(self) -> bool:
        chances = self.error["chances"]
        return bool(chances["together"] > chances["nominal"] + 0.005)

    @property
    def benefits(self) -> list[dict[str, str]]:
        """Each benefit's pure premium with its range, on one axis; and the package's."""
        rows = [*self.error["benefits"]]
        widest = max([self.error["pure_high"], *(row["high"] for row in rows)]) or 1.0
        found = [self._range(row, widest, _sources()[row["source"]]) for row in rows]
        whole = {
            "name": _("Pure risk premium"),
            "pure": self.error["pure"],
            "low": self.error["pure_low"],
            "high": self.error["pure_high"],
            "standard_error": self.error["pure_standard_error"],
        }
        return [*found, self._range(whole, widest, "") | {"total": "yes"}]

    @property
    def certain_words(self) -> str:
        """What the range leaves out: figures that nobody says how sure they are."""
        names = [row["name"] for row in self.error["benefits"] if row["source"] == "known"]
        if not names:
            return ""
        return _(
            "Taken as certain, since nobody says how many were asked: %(names)s. The true range is wider."
        ) % {"names": ", ".join(names)}

    def _range(self, row: dict[str, Any], widest: float, source: str) -> dict[str, str]:
        def at(value: float) -> str:
            return f"{100 * value / widest:.2f}"

        return {
            "name": row["name"],
            "pure": self.say.amount(row["pure"]),
            "low": self.say.amount(row["low"]),
            "high": self.say.amount(row["high"]),
            "error": self.say.amount(row["standard_error"], more=1),
            "start": at(row["low"]),
            "width": f"{100 * (row['high'] - row['low']) / widest:.2f}",
            "mark": at(row["pure"]),
            "source": source,
            "total": "",
        }

    @property
    def causes(self) -> list[dict[str, Any]]:
        """One cause after the other, from what was asked for to what it really is."""
        chances = self.error["chances"]
        rows = [
            (_("Asked for"), chances["nominal"], False),
            (_("a few large payouts"), chances["skewness"], False),
            (_("and the survey’s error"), chances["survey"], not self.shock),
        ]
        if self.shock:
            rows += [
                (_("large payouts and bad years, without the survey’s error"), chances["shock"], False),
                (_("all of it together"), chances["together"], True),
            ]
        widest = max(value for _name, value, _total in rows) * 1.2 or 1.0
        nominal = chances["nominal"]
        return [
            {
                "name": name,
                "amount": self.say.share(value, 1),
                "asked": f"{100 * min(value, nominal) / widest:.2f}",
                "extra": f"{100 * (value - nominal) / widest:.2f}" if value > nominal else "",
                "is_total": is_total,
            }
            for name, value, is_total in rows
        ]

    @property
    def remedies(self) -> list[dict[str, str]]:
        """Premiums that allow for it."""
        error = self.error
        return [
            {
                "name": _("The premium as it is"),
                "total": self.total,
                "chance": self.really,
            },
            {
                "name": _("With a loading for the survey’s error too (prediction loading)"),
                "total": self.say.amount(error["prediction_total"]),
                "chance": self.say.share(error["chances"]["with_prediction_loading"], 1),
            },
            {
                "name": _("So that it is truly %(asked)s") % {"asked": self.asked},
                "total": self.say.amount(error["restoring_total"]),
                "chance": self.asked,
            },
        ]

    @property
    def loading_words(self) -> str:
        error, premium = self.error, self.package.quote.exact_premium
        return _(
            "The formula’s loading is %(formula)s; with the survey’s error in the root it is "
            "%(prediction)s: a year’s chance gives ± %(process)s, the survey ± %(survey)s, both together "
            "± %(both)s."
        ) % {
            "formula": self.say.amount(premium.risk_loading, more=1),
            "prediction": self.say.amount(error["prediction_loading"], more=1),
            "process": self.say.amount(error["process_deviation"], more=1),
            "survey": self.say.amount(error["pure_standard_error"], more=1),
            "both": self.say.amount(error["prediction_deviation"], more=1),
        }

    @property
    def more(self) -> list[dict[str, str]]:
        """What asking more households would do; the first row is the survey as it is."""
        if not self.answer["more"]:
            return []
        now = {
            "households": 0,
            "chance": self.error["chances"]["together"],
            "pure_standard_error": self.error["pure_standard_error"],
        }
        return [
            {
                "households": self.say.whole(row["households"]),
                "chance": self.say.share(row["chance"], 1),
                "error": self.say.amount(row["pure_standard_error"], more=1),
            }
            for row in (now, *self.answer["more"])
        ]

    @property
    def needed_words(self) -> str:
        """How many households it would take, in a sentence."""
        needed, asked = self.answer["needed"], self.error.get("asked")
        if needed is None or not asked:
            return ""
        chance = self.say.share(needed["chance"], 1)
        households = float(f"{needed['households']:.2g}")
        if not needed["reachable"]:
            return _(
                "No survey, however large, would bring it near: a higher premium or a reserve is the way."
            )
        if not needed["households"]:
            return _("The survey is large enough: its error hardly matters.")
        words = ngettext(
            "Asking %(n)s more household would bring it to %(chance)s (%(asked)s were asked).",
            "Asking %(n)s more households would bring it to %(chance)s (%(asked)s were asked).",
            int(households),
        ) % {"n": self.say.whole(households), "chance": chance, "asked": self.say.whole(asked)}
        families = self.package.line.package.persons / self.package.scheme.mean_family_size
        if households > families:
            words += " " + _(
                "That is more families than the scheme has: a higher premium, or a reserve, is the way."
            )
        return words

    @property
    def surveys(self) -> str:
        return self.say.whole(self.error["surveys"])

    @property
    def shocks(self) -> list[dict[str, Any]]:
        return [
            {
                "value": f"{100 * shock:.0f}",
                "label": _("none") if not shock else self.say.share(shock),
                "picked": abs(shock - self.shock) < 1e-9,
            }
            for shock in SHOCKS
        ]


def _sources() -> dict[str, str]:
    return {
        "resamples": _("the survey itself"),
        "person-years": _("its person-years"),
        "known": _("taken as certain"),
    }
