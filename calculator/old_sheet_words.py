"""Why a line of an old sheet differs, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from calculator.figures import Figures
from calculator.old_sheet.reasons import Finding

VERDICTS: Mapping[str, Promise] = {
    "same": lazy("same"),
    "follows": lazy("follows from above"),
    "method": lazy("another rule"),
    "assumption": lazy("another assumption"),
    "unexplained": lazy("not explained"),
    "missing": lazy("not compared"),
}

LINE_NAMES: Mapping[str, Promise] = {
    "pure": lazy("Pure risk premium, total"),
    "persons": lazy("Community size"),
    "chance": lazy("Chance of bankruptcy"),
    "risk_loading": lazy("Risk loading"),
    "with_risk": lazy("Premium with risk loading"),
    "admin": lazy("Admin cost"),
    "total": lazy("Total premium payable PPPY"),
    "discount": lazy("Larger family discount"),
    "share": lazy("People in larger families"),
    "small": lazy("PPPY up to size 3"),
    "large": lazy("PPPY for size 4+"),
    "average": lazy("Average"),
}

Words = Callable[[Finding, Figures], str]


def reason_words(finding: Finding, say: Figures) -> str:
    """One or two sentences for one line."""
    return _REASONS[finding.reason](finding, say)


def _rounded(finding: Finding, say: Figures) -> str:
    if finding.ours is None or finding.theirs is None or abs(finding.ours - finding.theirs) < 0.005:
        return _("The same figure.")
    return _("Ours is %(ours)s; theirs shows it rounded.") % {"ours": say.amount(finding.ours, more=2)}


def _carried(finding: Finding, say: Figures) -> str:
    return _(
        "Ours is %(ours)s. The parts as shown add up to %(sum)s, not %(line)s: both sheets carry the parts "
        "unrounded and round each line on its own."
    ) % {
        "ours": say.amount(finding.ours or 0.0, more=2),
        "sum": say.amount(finding.figures["sum"]),
        "line": say.amount(finding.figures["line"]),
    }


def _incidence(finding: Finding, say: Figures) -> str:
    return _(
        "Their incidence is rounded: with %(theirs)s instead of %(ours)s ours would be the same."
    ) % _shares(finding, say)


def _stated(finding: Finding, say: Figures) -> str:
    return _(
        "Their sheet says an incidence of %(theirs)s, our assumptions %(ours)s: that is the difference."
    ) % _shares(finding, say)


def _other(finding: Finding, say: Figures) -> str:
    return _(
        "Another assumption: theirs is %(ratio)s of ours. With all else the same their incidence would be "
        "%(theirs)s instead of %(ours)s; a lower or higher cost does the same."
    ) % (_shares(finding, say) | {"ratio": say.share(finding.figures["ratio"], 0)})


def _shares(finding: Finding, say: Figures) -> dict[str, str]:
    return {name: say.share(finding.figures[name], 2) for name in ("theirs", "ours")}


def _z(finding: Finding, say: Figures) -> str:
    return _("They use z = %(theirs)s; the quantile of the normal law is %(ours)s.") % {
        "theirs": say.number(finding.figures["theirs"], 3),
        "ours": say.number(finding.figures["ours"], 4),
    }


def _apart(_finding: Finding, _say: Figures) -> str:
    return _(
        "Linked benefits: their sheet adds the benefits’ variances as if they had nothing to do with each "
        "other. Counted so, ours is the same."
    )


def _apart_z(finding: Finding, say: Figures) -> str:
    return f"{_apart(finding, say)} {_z(finding, say)}"


def _rate(text: Promise) -> Words:
    return lambda finding, say: str(text) % {"rate": say.share(finding.figures["rate"])}


def _plain(text: Promise) -> Words:
    return lambda _finding, _say: str(text)


def _shares_of(text: Promise) -> Words:
    return lambda finding, say: (
        str(text) % {name: say.share(value, 1) for name, value in finding.figures.items()}
    )


_REASONS: Mapping[str, Words] = {
    "rounded": _rounded,
    "carried_unrounded": _carried,
    "missing": _plain(lazy("Their sheet does not show this line.")),
    "left_out": _plain(lazy("Not a benefit of this scheme, so it is left out of ours.")),
    "unexplained": _plain(
        lazy("No rule that old sheets are known for gives this figure. Look at how the sheet makes it.")
    ),
    "other_incidence": _stated,
    "rounded_incidence": _incidence,
    "other_assumption": _other,
    "cap_on_cost": _plain(
        lazy("Their cap bounds the bill before the copay is taken off; ours bounds what is paid.")
    ),
    "without_copay": _plain(lazy("Their figure comes out if the copay is not taken off.")),
    "without_threshold": _plain(lazy("Their figure comes out if the threshold is not taken off.")),
    "without_family_cap": _plain(lazy("Their figure comes out without the family cap.")),
    "sum_of_rows": _plain(lazy("It is the sum of their rows: the difference begins above.")),
    "not_their_rows": lambda finding, say: (
        _("Their rows add up to %(sum)s, not to %(line)s: a row is missing, or was changed by hand.")
        % {name: say.amount(value) for name, value in finding.figures.items()}
    ),
    "from_above": _plain(lazy("It follows from their lines above by the same rule as ours.")),
    "other_spread": _plain(
        lazy("It rests on the spread of their benefits, which differ above; it cannot be told apart here.")
    ),
    "z": _z,
    "exact_z": _plain(lazy("The same rule and the same z.")),
    "apart_z": _apart_z,
    "apart_exact_z": _apart,
    "share_of_pure": _rate(lazy("Their loading is %(rate)s of the pure premium, not z × sigma / √ persons.")),
    "admin_of_gross": _rate(
        lazy(
            "Their admin cost is %(rate)s of the gross premium; ours is put on top of the premium with risk."
        )
    ),
    "admin_of_pure": _rate(
        lazy("Their admin cost is %(rate)s of the pure premium, without the risk loading.")
    ),
    "discount_not_paid_for": _plain(
        lazy(
            "Small families pay the plain premium: nobody pays for the discount, so too little is collected."
        )
    ),
    "discount_added": _plain(
        lazy("They add discount × share to the premium; to collect as much, divide by 1 − discount × share.")
    ),
    "discount_for_all": _plain(lazy("They raise the premium as if everybody had the discount.")),
    "share_of_families": _shares_of(
        lazy("They take the share of families (%(families)s) where the share of people (%(share)s) is meant.")
    ),
    "share_from_sizes": _shares_of(
        lazy("They take the share that the family sizes give, %(sizes)s, instead of %(share)s.")
    ),
    "discount_off_total": _plain(
        lazy("They take the discount off the plain premium, not off the raised one.")
    ),
    "plain_average": _plain(
        lazy("Theirs is the plain average of the two, not weighted by the people in them.")
    ),
}
