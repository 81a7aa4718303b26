"""What a format cannot carry of a package, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calculator.figures import Figures
from workshop.handover import Gap

MONEY = frozenset(
    {"amount", "average", "pure", "risk", "admin", "cap", "threshold", "rate", "small", "large",
     "ded_ip_treatment", "ded_op_treatment"}
)  # fmt: skip
SHARES = frozenset({"chance"})

WORDS: Mapping[str, str | Promise] = {
    "assumptions": _(
        "How often each of the %(benefits)s benefits is needed and what it costs: the figures behind the "
        "price. They are in the file of everything."
    ),
    "persons": _(
        "The number of people the price holds for: %(persons)s. With fewer members the risk loading is too "
        "small."
    ),
    "loadings": _(
        "What the price of %(average)s is made of: %(pure)s pure risk premium, %(risk)s risk loading for a "
        "chance of bankruptcy of %(chance)s, %(admin)s admin cost and other loadings. Only the sum goes."
    ),
    "no_days": _(
        "The first and the last day of cover: the community has not chosen this package yet. Type them in "
        "before you load the file."
    ),
    "location": _(
        "The place (%(place)s): openIMIS knows places by its own list. Choose the district there; a product "
        "cannot be tied to a village."
    ),
    "waiting_days": _(
        "The waiting time of %(days)s days: openIMIS waits in whole months, so it stands there as %(months)s."
    ),
    "linked": _(
        "That it is paid on an event of %(paid_on)s: in openIMIS it is a service of its own. Claim it apart, "
        "or the limits of the other bill count it too."
    ),
    "wage_days": _(
        "Wage loss by the day of the illness, from day %(first)s to day %(last)s: openIMIS pays %(rate)s a "
        "day for %(days)s days a year at most, not for each illness. The days before day %(first)s must be "
        "taken off before the claim is entered."
    ),
    "event_cap": _(
        "The event cap of %(cap)s together with what the family bears: the line carries the copay alone. "
        "Whoever enters the claim has to cut it at the cap."
    ),
    "threshold": _(
        "The threshold of %(threshold)s for each event: openIMIS takes one for all stays in hospital and one "
        "for everything else, and here they differ."
    ),
    "family_cap": _(
        "The family cap of %(cap)s a year: openIMIS takes one for stays in hospital and one for everything "
        "else, and here more than one benefit has its own, or it is not known which of the two this one is."
    ),
    "family_cap_beside_package": _(
        "The family cap of %(cap)s a year: openIMIS does not look at it once the whole package has a cap."
    ),
    "two_products": _(
        "One package with two prices: it became two products, %(small)s a person for families of up to three "
        "and %(large)s for four and more. openIMIS does not stop a small family from taking the cheaper one."
    ),
    "deductible_by_hand": _(
        "The threshold beside a cap for each family: the web service takes only one of the two. The cap is "
        "sent; type the threshold in on the product’s page."
    ),
    "swapped_ceilings": _(
        "The caps for hospital and for other care: one version of openIMIS exchanged them when it was sent "
        "both. Look at the Ceilings tab of the product after loading it."
    ),
    "day_stay": _(
        "A stay that begins and ends on the same day: openIMIS counts it as care without a stay, with the "
        "limits of that."
    ),
    "own_codes": _(
        "Words for caps, fixed amounts and days: FHIR R4 has none of its own, so the file uses codes of this "
        "site (%(system)s). Whoever reads it must be told what they mean."
    ),
    "waiting_in_words": _("The waiting time of %(days)s days: it stands there in words only."),
    "package_cap": _(
        "The cap of %(cap)s a family a year over all benefits: it stands there as a benefit called “All "
        "benefits together”, which a computer may take for one more benefit."
    ),
    "linked_in_words": _("That it is paid on an event of %(paid_on)s: it stands there in words only."),
    "wage_in_words": _(
        "From day %(first)s to day %(last)s: the first day stands there in words only; a computer sees an "
        "amount a day and a number of days."
    ),
    "fixed_as_limit": _(
        "That %(amount)s is paid whatever the bill: it stands there as a limit, which a computer may take "
        "for the most that is paid."
    ),
    "larger_families": _(
        "Prices of families larger than %(largest)s: the file lists a price for each size up to there."
    ),
}


def in_words(gaps: Sequence[Gap], say: Figures) -> list[dict[str, str]]:
    """One sentence for each gap, with the benefit that it is about."""
    return [
        {"benefit": gap.benefit, "words": str(WORDS[gap.code]) % {
            name: _written(name, value, say) for name, value in gap.values.items()
        }}
        for gap in gaps
    ]  # fmt: skip


def _written(name: str, value: float | str, say: Figures) -> str:
    if isinstance(value, str):
        return value or "–"
    if name in MONEY:
        return say.money(value)
    return say.share(value, 1) if name in SHARES else say.whole(value)
