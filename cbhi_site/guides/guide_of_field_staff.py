"""What the guide for field staff says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.guide_parts import Part, Picture

FIELD_STAFF = (
    Part(
        title=_("Set up the scheme"),
        steps=(
            _("Sign in and press New scheme. One community is one scheme."),
            _(
                "Give the number of inhabitants and how many of 100 will join. Be careful here: fewer "
                "people make the price less safe."
            ),
            _("Count the families by size if there is a list. A guess will do until the survey is in."),
        ),
        picture=Picture(
            name="scheme",
            alt=_("The page of a scheme: the next step on top, then the community and its loadings."),
        ),
        help="schemes",
    ),
    Part(
        title=_("Ask the households"),
        steps=(
            _("Download the questionnaire from the page Survey and load it into Kobo or ODK, or print it."),
            _("Choose the households by lot, not the ones that are near the road or easy to meet."),
            _(
                "Ask for consent. Names and phone numbers are not needed and are erased when the file is "
                "read."
            ),
            _(
                "Ask about hospital stays of the last year and about smaller illness of the last 30 days. "
                "Ask for the whole cost, also what was borrowed."
            ),
            _("Write down also those who were not ill. They are as important as the others."),
        ),
        help="survey",
    ),
    Part(
        title=_("Upload the survey"),
        steps=(
            _("Open Survey, press Upload a survey, choose the file that your app exported."),
            _("You may close the page while it is read."),
            _("Read the list of what was dropped: no name of a person may be left."),
        ),
        picture=Picture(
            name="survey",
            alt=_("The page of a survey that was read: households, persons and events, and what to do next."),
        ),
        help="survey",
    ),
    Part(
        title=_("Mend the problems"),
        steps=(
            _("Open the problems. Each one says the row, the value, and what would be right."),
            _("Correct what you know for sure. Leave a row out only with a reason."),
            _("Never change a large bill because it is large. Ask the person who held the interview."),
        ),
        help="survey-problems",
    ),
    Part(
        title=_("Look at the estimates and take them over"),
        steps=(
            _("Each benefit has a figure and a range. The truth lies in the range, with 95 % confidence."),
            _(
                "Compare with what people here tell. If hospital stays are three times as frequent as "
                "anybody believes, look for a mistake."
            ),
            _(
                "Press Compare with the present assumptions, then Take over. The assumptions now rest on "
                "your survey."
            ),
        ),
        picture=Picture(
            name="estimates",
            alt=_("Estimates: for each benefit how often and how dear, each with its range."),
        ),
        help="estimates",
    ),
    Part(
        title=_("Find a price"),
        steps=(
            _("Open the calculator. White boxes are for typing, the price stands beside or below."),
            _("Begin with hospital stays: how much is paid for one, and at most for a family in a year."),
            _("Switch other benefits on one by one, and watch what each one adds to the price."),
            _("Look at the line on the chance of bankruptcy before you believe a low price."),
        ),
        picture=Picture(
            name="calculator",
            alt=_(
                "The calculator on a phone: boxes for the terms of a benefit, and the price in the line "
                "below."
            ),
        ),
        help="calculator",
    ),
    Part(
        title=_("Save packages that differ"),
        steps=(
            _("Save a cheap one, a middle one and a strong one. Give them names that people understand."),
            _("Open each one and read who pays what. Print it for your supervisor."),
            _("Tell the facilitator that the packages are ready."),
        ),
        picture=Picture(
            name="package",
            alt=_("A saved package: its price, and the lines that the price is made of."),
        ),
        help="packages",
    ),
    Part(
        title=_("In a village without a network"),
        steps=(
            _(
                "Before you leave, open the scheme and the page Without a network on your own phone, and "
                "wait until it says that it is kept."
            ),
            _(
                "The calculator, packages, boards and votes then work without a signal. Surveys and names "
                "of people are never kept on the phone."
            ),
            _("Back at the office, open the site once. What you did is sent by itself, and once only."),
        ),
        help="offline",
    ),
    Part(
        title=_("Every month: claims"),
        steps=(
            _("Open the year and the month. Type for each benefit how many claims were paid and how much."),
            _("No claims is 0. Not known yet is empty."),
            _("Look at Actual against expected. If the line leaves the limits, call the committee now."),
        ),
        picture=Picture(
            name="claims",
            alt=_("Claims of one month: for each benefit a box for how many and a box for how much."),
        ),
        help="years",
    ),
)
