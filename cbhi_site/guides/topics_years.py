"""Help on the years of a scheme: claims, indicators, what is watched, and next year's price."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.topic import Topic, Trouble

TOPICS = (
    Topic(
        key="years",
        part="years",
        title=_("Years and claims"),
        purpose=_(
            "Twelve months of the scheme: who joined, what came in, what was paid. Enter claims every month."
        ),
        steps=(
            _("Open the year on its first day and say which package it runs on."),
            _(
                "Each month type the number of claims and what was paid for every benefit, or paste them "
                "from Excel."
            ),
            _("Close the year when all its claims are paid."),
        ),
        words=("claim", "claim-ratio", "reserve"),
        troubles=(
            Trouble(
                when=_("The claims of a month are not known yet."),
                then=_("Leave it empty. Empty is “not known”; 0 is “there were none”."),
            ),
            Trouble(
                when=_("A figure of a closed year was wrong."),
                then=_("An administrator opens the year again, and the trail says so."),
            ),
            Trouble(
                when=_("An imported file has unknown columns."),
                then=_("The page names them and what it expects. Nothing is taken in by halves."),
            ),
        ),
        addresses=(
            "experience:years",
            "experience:open_year",
            "experience:import",
            "experience:figures",
            "experience:claims",
            "experience:claims_csv",
            "experience:paste",
            "experience:close",
            "experience:history",
        ),
    ),
    Topic(
        key="indicators",
        part="years",
        title=_("Indicators"),
        purpose=_(
            "How a year stands in a few figures, each with what is usual and how sure it is; and all "
            "schemes side by side."
        ),
        steps=(
            _("Look at the figures that carry a warning first. Each says what to do."),
            _("Compare years, not months: a single month says little."),
        ),
        words=("claim-ratio", "reserve", "take-up"),
        troubles=(
            Trouble(
                when=_("A young year looks very cheap."),
                then=_(
                    "Claims come late and waiting times are not over. Look at the figure that allows for it."
                ),
            ),
        ),
        addresses=("experience:year", "experience:portfolio"),
    ),
    Topic(
        key="watch",
        part="years",
        title=_("Actual against expected"),
        purpose=_(
            "Are claims what they were priced at, or is it more than chance? Trouble is seen here first."
        ),
        steps=(
            _("Look whether the line stays between the limits. Between them it is chance."),
            _("Outside: see which benefit does it, and whether events are more frequent or dearer."),
            _("Ask for the monthly letter, and warnings come to you by e-mail."),
        ),
        words=("limits", "claim"),
        troubles=(
            Trouble(
                when=_("The line is above the upper limit."),
                then=_(
                    "Ask what happened: an epidemic, one hospital, a mistake in typing. Talk to the "
                    "committee now, not at the end of the year."
                ),
            ),
            Trouble(
                when=_("The line is below the lower limit."),
                then=_(
                    "Perhaps claims were not entered, or members do not know what they may claim. Go and ask."
                ),
            ),
        ),
        addresses=("experience:watch", "experience:watch_progress", "experience:letter"),
    ),
    Topic(
        key="next-year",
        part="years",
        title=_("Next year's price"),
        purpose=_(
            "This year's claims and the survey are weighed against each other, and the new price follows, "
            "step by step."
        ),
        steps=(
            _("Read how much weight the year has. A small scheme's year weighs little, and that is right."),
            _("Type by how much bills rise a year, if you know."),
            _(
                "Take the new figures over. A new version of the assumptions is made; then price the "
                "package again."
            ),
        ),
        words=("weight", "version", "incidence"),
        troubles=(
            Trouble(
                when=_("The page says that there is nothing to start from."),
                then=_("Name the package that the year ran on, then come back."),
            ),
            Trouble(
                when=_("Members say that the price rises although they had no claim."),
                then=_(
                    "Show the steps: each says what it adds. One family's year says nothing, all "
                    "families' years do."
                ),
            ),
        ),
        addresses=("experience:next_year", "experience:adopt"),
    ),
    Topic(
        key="projection",
        part="years",
        title=_("The reserve over years"),
        purpose=_(
            "Thousands of possible futures of the money that is kept for bad years: how often it runs "
            "out, and what start-up money would prevent it."
        ),
        steps=(
            _("Type what the reserve is now and how many years to look ahead."),
            _("Read in how many of 100 futures it is gone at the end of some year."),
            _(
                "Change one thing: more start-up money, an insurer, a larger loading. See which one helps "
                "most."
            ),
        ),
        words=("reserve", "bankruptcy", "stop-loss"),
        troubles=(
            Trouble(
                when=_("The chance of 5 % a year becomes much more over ten years."),
                then=_("That is so: each year is a new risk. Only a reserve that grows brings it down."),
            ),
        ),
        addresses=("experience:projection",),
    ),
    Topic(
        key="open-book",
        part="years",
        title=_("Open book"),
        purpose=_(
            "A page for the notice board: of each 100, what was paid for claims, what running cost, what "
            "is kept. No names."
        ),
        steps=(
            _("Read it through with the committee."),
            _("Print it and hang it up, or publish it with a link."),
        ),
        words=("reserve", "claim"),
        troubles=(
            Trouble(
                when=_("So few had an event that everybody knows who it was."),
                then=_("Small counts are not shown, on purpose. Do not add them by hand."),
            ),
        ),
        addresses=("experience:open_book", "experience:publish_book"),
    ),
    Topic(
        key="providers",
        part="years",
        title=_("Providers not accepted"),
        purpose=_(
            "Facilities whose bills the committee no longer accepts after fraud, each with the day and "
            "the decision."
        ),
        steps=(
            _("Enter the facility, never a person, with what was found and who decided."),
            _("Tell the members in good time, before somebody goes there."),
        ),
        troubles=(
            Trouble(
                when=_("The decision was wrong."),
                then=_("An administrator deletes it. It can be brought back for 30 days."),
            ),
        ),
        addresses=(
            "experience:providers",
            "experience:provider",
            "experience:delete_provider",
            "experience:restore_provider",
        ),
    ),
)
