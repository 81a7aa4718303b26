"""The glossary on the screen: each word once, and what it means in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Word:
    term: Promise
    meaning: Promise


PRICE: Mapping[str, Word] = {
    "scheme": Word(_("Scheme"), _("One community's insurance: one package, one start date a year.")),
    "benefit": Word(
        _("Benefit"),
        _(
            "One line of cover: hospitalisation, injury, lab, imaging, transport, caesarean delivery, "
            "wage loss, OPD or one of your own."
        ),
    ),
    "package": Word(_("Package"), _("The chosen terms of all benefits together, and their price.")),
    "incidence": Word(_("Incidence"), _("How many events one person has in a year on average.")),
    "severity": Word(
        _("Severity"),
        _("What one event costs before any cover, with its spread: many small bills, a few large ones."),
    ),
    "threshold": Word(
        _("Threshold"), _("The part of each bill that the family bears before the scheme starts to pay.")
    ),
    "copay": Word(_("Copay"), _("The share of the bill above the threshold that the family bears.")),
    "event-cap": Word(_("Event cap"), _("The most the scheme pays for one event.")),
    "family-cap": Word(_("Family cap"), _("The most the scheme pays one family in a year for this benefit.")),
    "fixed": Word(
        _("Fixed amount"),
        _("A set sum for each event, whatever it cost: transport, caesarean delivery."),
    ),
    "wage-loss": Word(
        _("Wage loss"),
        _("A rate for each day of work lost, from the start day to the last day, both counted."),
    ),
    "linked": Word(
        _("Linked benefit"),
        _(
            "Paid on the events of another one, as transport on hospital stays. Bad luck then comes "
            "together, and the risk loading is larger."
        ),
    ),
    "pppy": Word(_("PPPY"), _("Per person per year.")),
    "pure": Word(_("Pure risk premium"), _("What the scheme expects to pay out, per person per year.")),
    "risk-loading": Word(
        _("Risk loading"),
        _(
            "What is added so that a bad year can be paid. The larger the community, the smaller it is "
            "for each person."
        ),
    ),
    "bankruptcy": Word(
        _("Chance of bankruptcy"),
        _(
            "In how many of 100 years the payouts may be more than the pure risk premium and the risk "
            "loading bring in."
        ),
    ),
    "joint": Word(
        _("Joint and independent"),
        _(
            "Two ways to work out the risk loading. Joint counts together what happens together and is "
            "right; independent takes every row for itself, as the Excel calculator did."
        ),
    ),
    "admin": Word(
        _("Admin loading"),
        _("What running the scheme costs, as a share on top of the premium with risk loading."),
    ),
    "take-up": Word(_("Take-up"), _("How many of 100 inhabitants join.")),
    "large-family": Word(
        _("Large family"),
        _("Four or more insured members. A discount for them is paid by the other families."),
    ),
}

SURVEY: Mapping[str, Word] = {
    "recall": Word(
        _("Recall period"),
        _(
            "How far back people were asked: the last year for hospital stays, the last 30 days for "
            "small things."
        ),
    ),
    "take-over": Word(_("Take over"), _("Make the survey's figures the next version of the assumptions.")),
    "version": Word(
        _("Version of the assumptions"),
        _("A numbered set of how often and how dear. One that a package was priced with never changes."),
    ),
    "person-years": Word(
        _("Person-years"),
        _(
            "Persons asked times the years they were asked about. 1,000 persons about the last 30 days "
            "are 82."
        ),
    ),
    "standard-error": Word(
        _("Standard error"),
        _(
            "How far a figure from a sample is off, typically. Twice as much is rare, four times nearly "
            "never."
        ),
    ),
    "law": Word(
        _("Law"),
        _(
            "One way in which costs can spread: how many are small, how many large. It carries what the "
            "survey saw on to bills it did not see."
        ),
    ),
    "lognormal": Word(
        _("Lognormal"), _("Many small bills and a few very large ones: the usual law of hospital bills.")
    ),
    "gamma": Word(_("Gamma and Weibull"), _("Laws with fewer very large bills than the lognormal.")),
    "lomax": Word(
        _("Lomax"),
        _(
            "The law with the most very large bills. With an alpha of 2 or less its spread has no "
            "limit, and only a cap makes it payable."
        ),
    ),
    "range": Word(
        _("95 % range"),
        _("Where the truth lies with 95 % confidence. Of 100 surveys about 95 give a range that holds it."),
    ),
    "aic": Word(
        _("AIC and BIC"),
        _(
            "Marks for how well a law tells the survey, with a fine for each figure it needs. Lower is "
            "better; a difference below 2 says little."
        ),
    ),
    "ad": Word(
        _("AD (Anderson-Darling)"),
        _("How far the survey lies from the law, above all among the smallest and the largest bills."),
    ),
    "ks": Word(_("KS (Kolmogorov-Smirnov)"), _("The largest gap between the survey and the law.")),
    "p": Word(
        _("p"),
        _(
            "Of 100 surveys drawn from the law itself, how many lie as far from it as yours by chance. "
            "Below 5 the law is hardly the right one."
        ),
    ),
}

WORKSHOP: Mapping[str, Word] = {
    "simulation": Word(
        _("Simulation"),
        _(
            "The computer plays ten million family-years and counts what would be paid. It checks the "
            "exact price."
        ),
    ),
    "survey-error": Word(
        _("Survey error"),
        _("How far the price may be off because other people might have been asked."),
    ),
    "sign-off": Word(
        _("Sign-off"),
        _("A reviewer's name under everything that a price rests on. Who saved it cannot sign it."),
    ),
    "shortlist": Word(
        _("Shortlist"),
        _("The few packages worth talking about, in the order in which they stand on the board."),
    ),
    "board": Word(
        _("CHAT board"),
        _("A poster of up to four ready packages with pictures and prices, to choose from together."),
    ),
    "round": Word(
        _("Round"),
        _("One asking. First each person alone, then the group, then the whole community."),
    ),
    "tally": Word(_("Tally"), _("What one group chose in one round, first and second choice, and why.")),
    "unalikeability": Word(
        _("Unalikeability"),
        _("How far people still disagree: 0 when all chose the same. It should fall from round to round."),
    ),
    "choice": Word(
        _("Choice"),
        _("The one package of a scheme, with a first and a last day, frozen as on the day of choosing."),
    ),
    "resolution": Word(
        _("Resolution"),
        _("What the members sign: the package, its price, its days, the votes and the rules."),
    ),
    "subsidy": Word(_("Subsidy"), _("A part of the premium that somebody else pays. It ends one day.")),
    "selection": Word(
        _("Adverse selection"),
        _("Those who expect to be ill join more often. The price then follows their bills."),
    ),
    "stop-loss": Word(
        _("Stop-loss"), _("An insurer pays what a year of the whole scheme costs above a threshold.")
    ),
}

YEARS: Mapping[str, Word] = {
    "claim": Word(_("Claim"), _("One bill that a member brings, and what the scheme pays of it.")),
    "claim-ratio": Word(
        _("Claim ratio"),
        _("Claims paid as a share of the premium collected. Before the year is over it tells little."),
    ),
    "reserve": Word(_("Reserve"), _("Money kept for bad years. It stays with the community.")),
    "limits": Word(
        _("Control limits"),
        _("Between these, payments stay in a good year. Outside them it is more than chance."),
    ),
    "weight": Word(
        _("Weight of a year"),
        _("The part of a new figure that comes from the year's claims. The rest comes from the survey."),
    ),
}

WORDS: Mapping[str, Word] = {**PRICE, **SURVEY, **WORKSHOP, **YEARS}
