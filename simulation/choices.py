"""The codes assumptions are made of, with the words a person chooses by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    COST = "cost", _("A cost: bills up to caps")
    FIXED = "fixed", _("A fixed amount for each event")
    WAGE_DAYS = "wage_days", _("Days of work lost")


class FrequencyLaw(models.TextChoices):
    POISSON = "poisson", _("Poisson: events come one by one")
    NEGATIVE_BINOMIAL = "negative_binomial", _("Negative binomial: some persons again and again")
    BERNOULLI = "bernoulli", _("At most once a year")


class SeverityLaw(models.TextChoices):
    LOGNORMAL = "lognormal", _("Lognormal: many small bills, a few very large")
    GAMMA = "gamma", _("Gamma: a lighter tail")
    WEIBULL = "weibull", _("Weibull: a tail in between")
    LOMAX = "lomax", _("Lomax (Pareto): the heaviest tail")
    CONSTANT = "constant", _("Every event costs the same")
    EMPIRICAL = "empirical", _("My own list of bills or days")
    DAYS = "negative_binomial_days", _("Whole days, spread around a mean")


class Pictogram(models.TextChoices):
    HOSPITAL = "hospital", _("Hospital bed")
    INJURY = "injury", _("Arm in a sling")
    LAB = "lab", _("Test tube")
    IMAGING = "imaging", _("X-ray picture")
    TRANSPORT = "transport", _("Ambulance")
    CAESAREAN = "caesarean", _("Mother and child")
    WAGE = "wage", _("A day's wage")
    OPD = "opd", _("Stethoscope")
    FAMILY = "family", _("Family")
    DAY = "day", _("Calendar day")
    RUPEE = "rupee", _("Coin")


COST_LAWS = frozenset(
    {
        SeverityLaw.LOGNORMAL,
        SeverityLaw.GAMMA,
        SeverityLaw.WEIBULL,
        SeverityLaw.LOMAX,
        SeverityLaw.CONSTANT,
        SeverityLaw.EMPIRICAL,
    }
)
DAY_LAWS = frozenset({SeverityLaw.DAYS, SeverityLaw.EMPIRICAL})
