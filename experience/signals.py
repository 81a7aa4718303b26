"""Early warnings in plain sentences, each with what to do. Pure: codes and values; the pages translate.

A sentence is worded for whoever keeps the scheme's books, not for an actuary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from experience.benefit_watch import BenefitWatch
from experience.figures import MONTHS
from experience.maturity import Maturity
from experience.monitor import Crossing, Outlook
from schemes.numbers import gettext_noop

Level = Literal["ok", "look", "act"]
LIKELY_SHORT = 0.20
POSSIBLY_SHORT = 0.10
LOOKS_CHEAP = 0.05
"""The adjusted ratio is so much above the plain one: worth saying."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is wrong, and what to do; English with %(name)s for values."""

    sentence: str
    to_do: str


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "claims_above": Words(
            sentence=gettext_noop("Claims up to the end of %(month)s are higher than chance explains."),
            to_do=gettext_noop(
                "Look below whether people fall ill more often or bills have grown. Check the dearest claims "
                "with the claims committee. Keep the reserve untouched until then."
            ),
        ),
        "claims_below": Words(
            sentence=gettext_noop("Claims up to the end of %(month)s are lower than chance explains."),
            to_do=gettext_noop(
                "Ask members whether they know what is covered and how to claim. Check that no month’s "
                "claims were forgotten here."
            ),
        ),
        "short_likely": Words(
            sentence=gettext_noop("The year ends short with a chance of %(chance)s."),
            to_do=gettext_noop(
                "Tell the governing committee now. Find out what the reserve, the network or a reinsurer can "
                "lend, and price next year again before members renew."
            ),
        ),
        "ended_short": Words(
            sentence=gettext_noop("The year ended short: claims cost more than there was for them."),
            to_do=gettext_noop(
                "Tell the governing committee how much is missing and what fills the gap. Price next year "
                "again before members renew."
            ),
        ),
        "short_possible": Words(
            sentence=gettext_noop("The year may end short: the chance is %(chance)s."),
            to_do=gettext_noop(
                "Enter claims every month and look here again. Spend nothing from the reserve."
            ),
        ),
        "more_often": Words(
            sentence=gettext_noop("%(benefit)s: claims come %(ratio)s times as often as priced."),
            to_do=gettext_noop(
                "Ask the claims committee why: an outbreak passes, a village that joined because it is ill "
                "does not. Look for one provider or one family behind many claims."
            ),
        ),
        "less_often": Words(
            sentence=gettext_noop("%(benefit)s: claims come %(ratio)s times as often as priced."),
            to_do=gettext_noop("Ask whether members know of this benefit and can reach a provider."),
        ),
        "dearer": Words(
            sentence=gettext_noop("%(benefit)s: a claim costs %(ratio)s times what was priced."),
            to_do=gettext_noop(
                "Compare the bills by provider. A provider that overcharges is asked about it, and refused "
                "if it goes on; prices that rose everywhere go into next year’s premium."
            ),
        ),
        "cheaper": Words(
            sentence=gettext_noop("%(benefit)s: a claim costs %(ratio)s times what was priced."),
            to_do=gettext_noop(
                "Check that bills are entered as they were billed and that members were paid all they were "
                "due."
            ),
        ),
        "young_pool": Words(
            sentence=gettext_noop(
                "The claim ratio looks like %(raw)s, but that of what can have been paid by now is "
                "%(adjusted)s."
            ),
            to_do=gettext_noop("Do not count the difference as a surplus: those claims are on their way."),
        ),
        "all_well": Words(
            sentence=gettext_noop("Claims are within what chance explains."),
            to_do=gettext_noop("Nothing to do. Enter next month’s claims when the month is over."),
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One warning.

    Attributes
    ----------
    code : str
        Of ``WORDS``.
    level : {"ok", "look", "act"}
    values : mapping of name to value
        For the sentence: numbers as numbers (the page writes them), ``benefit`` as its name.
    """

    code: str
    level: Level
    values: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in WORDS:
            raise ValueError(f"{self.code} is no signal")

    @property
    def words(self) -> Words:
        return WORDS[self.code]


def signals(
    *,
    crossed: Sequence[Crossing] = (),
    outlook: Outlook | None = None,
    benefits: Sequence[BenefitWatch] = (),
    ratio: Maturity | None = None,
) -> tuple[Signal, ...]:
    """All warnings, the most pressing first; "all is well" where there is none."""
    found = [*_of_outlook(outlook), *_of_crossings(crossed)]
    for watch in benefits:
        found += _of_benefit(watch)
    if ratio is not None and ratio.adjusted is not None and ratio.adjusted - ratio.raw > LOOKS_CHEAP:
        found.append(
            Signal(code="young_pool", level="look", values={"raw": ratio.raw, "adjusted": ratio.adjusted})
        )
    order: tuple[Level, ...] = ("act", "look", "ok")
    found.sort(key=lambda signal: order.index(signal.level))
    return tuple(found) or (Signal(code="all_well", level="ok"),)


def _of_outlook(outlook: Outlook | None) -> list[Signal]:
    if outlook is None or outlook.chance_short < POSSIBLY_SHORT:
        return []
    if outlook.passed == MONTHS:
        return [Signal(code="ended_short", level="act")]
    values = {"chance": outlook.chance_short}
    if outlook.chance_short >= LIKELY_SHORT:
        return [Signal(code="short_likely", level="act", values=values)]
    return [Signal(code="short_possible", level="look", values=values)]


def _of_crossings(crossed: Sequence[Crossing]) -> list[Signal]:
    """Of the last month that crossed each side."""
    last = {crossing.side: crossing.month for crossing in crossed}
    return [
        Signal(
            code=f"claims_{side}",
            level="act" if side == "above" else "look",
            values={"month": month},
        )
        for side, month in last.items()
    ]


def _of_benefit(watch: BenefitWatch) -> list[Signal]:
    codes = {
        ("frequency", "above"): "more_often",
        ("frequency", "below"): "less_often",
        ("severity", "above"): "dearer",
        ("severity", "below"): "cheaper",
    }
    found = []
    for what, compared in (("frequency", watch.frequency), ("severity", watch.severity)):
        code, ratio = codes.get((what, compared.side)), compared.ratio
        if code is not None and ratio is not None:
            level: Level = "act" if compared.side == "above" else "look"
            found.append(Signal(code=code, level=level, values={"benefit": watch.benefit, "ratio": ratio}))
    return found
