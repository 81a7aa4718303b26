"""Layers two and three in words: a hundred families, and where each hundred of the money goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from explained.hundred import LITTLE, MUCH, SOME
from explained.page import Explained
from simulation.engine.package import Benefit
from simulation.engine.terms import CostTerms
from workshop.cards import largest_remainder
from workshop.years_of_families import FAMILIES, SEED, Estimate

ICONS = {LITTLE: "f-none", SOME: "f-some", MUCH: "f-big"}
MARK = "\0"
FILLS = ("f-1", "f-2", "f-h", "f-d")
"""Solid, middle tone, hatched, dotted: they differ without colour."""
PAPER_FILLS = ("solid", "grey", "hatch", "dots")


def hundred(of: Explained) -> dict[str, Any]:
    """A hundred families without and with the scheme, the same family at the same place."""
    found, say = of.outcomes, of.say
    return {
        "title": _("One hundred families, one year"),
        "pictures": [
            {
                "title": _("Without the scheme"),
                "aside": _("what they pay for their bills"),
                "icons": [ICONS[before] for before, _after in found.hundred],
                "counts": _counts(of, found.counts_without),
            },
            {
                "title": _("With the scheme"),
                "aside": _("what is left to pay, besides a premium of %(amount)s for an average family")
                % {"amount": say.money(of.in_advance)},
                "icons": [ICONS[after] for _before, after in found.hundred],
                "counts": _counts(of, found.counts_with),
            },
        ],
        "says": _says(of),
        "note": _note(of),
    }


def _counts(of: Explained, counts: Sequence[int]) -> list[dict[str, str]]:
    little, much = (of.say.money(amount) for amount in (of.little, of.known.too_much))
    words = (
        _("little or nothing, up to %(amount)s") % {"amount": little},
        _("up to %(amount)s") % {"amount": much},
        _("more than that"),
    )
    return [
        {"icon": ICONS[state], "words": each, "count": of.say.whole(count)}
        for state, each, count in zip(ICONS, words, counts, strict=True)
    ]


def _says(of: Explained) -> list[dict[str, str]]:
    """What the pictures mean: sentences around a number of families."""
    found, much = of.outcomes, {"amount": of.say.money(of.known.too_much)}
    sentences = []
    dearest = _dearest(of)
    if dearest is not None:
        key, benefit = dearest
        sentence = _("%(n)s of 100 families need it at least once: %(name)s.")
        hit = _of_hundred(of, found.at_least_once[key])
        sentences.append(_around(sentence, hit, name=of.name_of(benefit.name)))
    return [
        *sentences,
        _around(
            _("%(n)s of 100 families pay their premium and receive nothing."),
            _of_hundred(of, found.nothing_paid),
        ),
        _around(
            _("%(n)s of 100 families receive more than their premium."), _of_hundred(of, found.more_back)
        ),
        _around(
            _("%(n)s of 100 families still pay more than %(amount)s themselves; without the scheme %(all)s."),
            of.say.whole(found.counts_with[MUCH]),
            all=of.say.whole(found.counts_without[MUCH]),
            **much,
        ),
    ]


def _around(sentence: str, n: str, **values: str) -> dict[str, str]:
    """A sentence around its number of families, so that the number can stand larger than the words."""
    before, _mark, after = (sentence % (values | {"n": MARK})).partition(MARK)
    return {"before": before, "n": n, "after": after}


def _dearest(of: Explained) -> tuple[str, Benefit] | None:
    """What costs most each time among the bills that are covered, with its key; None where no bill is."""
    pairs = zip(of.known.packages[0].benefits, of.line.case.package.benefits, strict=True)
    bills = [
        (keyed.name, named)
        for keyed, named in pairs
        if named.covered and isinstance(named.terms, CostTerms) and named.severity is not None
    ]
    return max(bills, key=lambda pair: pair[1].severity.mean if pair[1].severity else 0.0, default=None)


def _of_hundred(of: Explained, found: Estimate) -> str:
    n = round(100.0 * found.value)
    return of.say.whole(n) if n or found.value == 0.0 else _("fewer than 1")


def _note(of: Explained) -> str:
    found, say = of.outcomes, of.say
    worst = max(found.nothing_paid.error, found.more_back.error, found.with_much.error)
    words = _(
        "The same family stands at the same place in both pictures. The hundred stand for %(families)s "
        "families drawn from this community’s own figures; each count may be off by %(error)s of 100 through "
        "the drawing."
    ) % {"families": say.whole(FAMILIES), "error": say.number(max(200.0 * worst, 0.1), 1)}
    words += " " + _("Bills are those of all benefits in the assumptions, covered or not.")
    unknown = _without_bills(of)
    if unknown:
        words += " " + _("Without bills, because nobody said what they cost: %(names)s.") % {
            "names": ", ".join(unknown)
        }
    return words


def _without_bills(of: Explained) -> list[str]:
    names = {risk.key: risk.name for risk in of.page.risks}
    return [of.name_of(names[key]) for key in of.known.without_bills]


def families_drawn(of: Explained) -> str:
    """How many families, and the seed of their numbers, in the digits that a seed is typed in."""
    return _("%(families)s families, seed %(seed)s") % {
        "families": of.say.figures.whole(FAMILIES),
        "seed": SEED,
    }


# ---- where the money goes ----------------------------------------------------------------------------------
def split(of: Explained) -> dict[str, Any]:
    """Of each hundred that come in: to families, for safety, for running the scheme."""
    premium = of.premium
    named = [
        (_("to families, for what happened to them"), premium.pure),
        (_("kept for safety, for a year worse than usual"), premium.risk_loading),
        (_("for running the scheme"), premium.admin),
        *premium.further,
    ]
    parts = [(words, amount) for words, amount in named if amount > 0.0]
    whole = largest_remainder([100.0 * amount / premium.total for _words, amount in parts], total=100)
    start, rows = 0.0, []
    for place, ((words, amount), count) in enumerate(zip(parts, whole, strict=True)):
        width = 100.0 * amount / premium.total
        rows.append(
            {
                "words": words,
                "n": of.say.whole(count),
                "fill": FILLS[place % len(FILLS)],
                "paper": PAPER_FILLS[place % len(PAPER_FILLS)],
                "x": f"{start:.2f}",
                "width": f"{width:.2f}",
            }
        )
        start += width
    units = {"units": str(of.scheme.money.units)}
    return {
        "title": _("Of each 100 %(units)s that are paid in") % units,
        "rows": rows,
        "total": {"words": _("together"), "n": of.say.whole(100)},
        "note": _(
            "What a good year does not need stays in the pot for a bad one. It is nobody’s profit. Each "
            "share is rounded so that they add up to 100."
        ),
    }
