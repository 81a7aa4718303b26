"""What speaks for and against sharing afterwards, on every page that prices it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from whatif.answers import Reading


def trade_offs() -> Reading:
    """What the article of 2019 and the years after it say for and against, with dates and sources."""
    return Reading(
        title=_("For and against sharing afterwards"),
        points=[
            _(
                "Nobody pays before somebody is ill, and nobody holds a fund that could be lost: easy to "
                "begin, easy to trust."
            ),
            _(
                "Every case was listed for all members to see, and members voted on disputed ones: a public "
                "ledger takes the place of an insurer's name."
            ),
            _(
                "Fraud falls on all members alike, so each case needs somebody who checks it; the fee pays "
                "for that."
            ),
            _(
                "The cover is thin beside an insurance policy: a fixed sum for listed illnesses, nothing for "
                "everyday care."
            ),
            _(
                "No regulator stands behind it and no capital: if members leave, those who are ill stay with "
                "the bill."
            ),
            _(
                "China's platforms ended so: Meituan's closed on 31 January 2021 (15.5 million members), "
                "Qingsong's on "
                "24 March 2021, Waterdrop's on 31 March 2021 (43.5 million in 2019, 13.1 million in December "
                "2020), "
                "Xiang Hu Bao on 28 January 2022 (106 million in November 2020, about 75 million at the "
                "end). The "
                "regulator had warned of unlicensed insurance in September 2020. Sources: ggzgc.com, bg3.co, "
                "kr-asia.com."
            ),
        ],
    )
