"""What benefits and laws are called on the pages of estimates."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from simulation.choices import Pictogram
from survey.estimates import CONSTANT, EMPIRICAL

BENEFIT_WORDS: Mapping[str, tuple[Promise, str]] = {
    "hospitalisation": (gettext_lazy("Hospitalisation"), Pictogram.HOSPITAL),
    "injury": (gettext_lazy("Injury"), Pictogram.INJURY),
    "lab": (gettext_lazy("Lab"), Pictogram.LAB),
    "imaging": (gettext_lazy("Imaging"), Pictogram.IMAGING),
    "transport": (gettext_lazy("Transport"), Pictogram.TRANSPORT),
    "caesarean": (gettext_lazy("Caesarean"), Pictogram.CAESAREAN),
    "wage-loss": (gettext_lazy("Wage loss"), Pictogram.WAGE),
    "opd": (gettext_lazy("OPD"), Pictogram.OPD),
    "delivery": (gettext_lazy("Delivery"), Pictogram.CAESAREAN),
    "hospital-days": (gettext_lazy("Days in hospital"), Pictogram.DAY),
}
LAW_WORDS: Mapping[str, Promise] = {
    "lognormal": gettext_lazy("Lognormal"),
    "gamma": gettext_lazy("Gamma"),
    "weibull": gettext_lazy("Weibull"),
    "lomax": gettext_lazy("Lomax"),
    EMPIRICAL: gettext_lazy("The survey’s own"),
    CONSTANT: gettext_lazy("Always the same"),
    "negative_binomial_days": gettext_lazy("Law of days"),
}
LAW_HINTS: Mapping[str, Promise] = {
    "lognormal": gettext_lazy("many small bills, a few very large"),
    "gamma": gettext_lazy("a lighter tail"),
    "weibull": gettext_lazy("a tail in between"),
    "lomax": gettext_lazy("the heaviest tail"),
    EMPIRICAL: gettext_lazy("exactly what people told, nothing beyond"),
}


def benefit_words(key: str) -> str:
    return str(BENEFIT_WORDS[key][0]) if key in BENEFIT_WORDS else key


def pictogram_of(key: str) -> str:
    return str(BENEFIT_WORDS[key][1]) if key in BENEFIT_WORDS else Pictogram.HOSPITAL


def place_of(key: str) -> int:
    """Where a benefit stands in a list: in the order of the table above, unknown ones last."""
    return list(BENEFIT_WORDS).index(key) if key in BENEFIT_WORDS else len(BENEFIT_WORDS)
