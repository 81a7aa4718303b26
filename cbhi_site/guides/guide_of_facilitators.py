"""What the guide for facilitators says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.guide_parts import Part, Picture

FACILITATORS = (
    Part(
        title=_("A week before: the shortlist"),
        steps=(
            _(
                "Look at the saved packages and put about four on the shortlist, different in what "
                "matters to people."
            ),
            _("Compare them on the same families: the price, and what is still left to pay in a bad year."),
            _("Take one off if two are nearly the same."),
        ),
        picture=Picture(
            name="compare",
            alt=_(
                "Packages side by side: prices, and what a family still pays in a light, a middling and a "
                "bad year."
            ),
        ),
        help="compare",
    ),
    Part(
        title=_("The day before: print and pack"),
        steps=(
            _("Print the board in the language of the village, on A3 or larger."),
            _(
                "Print the health-event cards, the tally sheets, and the lesson with its cards. Take "
                "scissors."
            ),
            _("Pack four dice, beans or stones to vote with, and a bowl for the pot."),
            _("Open the scheme on your phone once, so that it works without a network."),
        ),
        picture=Picture(
            name="board",
            alt=_("The CHAT board: packages side by side with pictures, prices and what is in and out."),
        ),
        help="board",
    ),
    Part(
        title=_("Begin with a game, not with a talk"),
        steps=(
            _("Ask: who had to borrow for a hospital bill last year? Do not write names down."),
            _("Play a year: somebody rolls four dice, and a village of 40 families lives through that year."),
            _(
                "Say it plainly: most families pay and get nothing this year. Their money pays for those "
                "who were struck."
            ),
            _("Take the first year that the dice show. Never choose a year that pleases you."),
        ),
        picture=Picture(
            name="play",
            alt=_(
                "A played year: what happened to 40 families, and the village's sums with and without "
                "insurance."
            ),
        ),
        help="play",
    ),
    Part(
        title=_("Explain the board"),
        steps=(
            _("Go from picture to picture. Say what is in and what is not in, beginning with what is not."),
            _("Read one big bill for each package: so much the scheme pays, so much the family still pays."),
            _("Let people repeat it in their own words. If they cannot, explain it again."),
        ),
        help="board",
    ),
    Part(
        title=_("Make the session and the groups"),
        steps=(
            _("Make a session on the phone: place, day, who leads it. The board is frozen now."),
            _("Let women and men sit apart at first: about 15 people make a good group."),
            _("Type how many each group are. No names are kept."),
        ),
        picture=Picture(
            name="session",
            alt=_("A session: its groups, and for each group and round how many votes were entered."),
        ),
        help="sessions",
    ),
    Part(
        title=_("Vote, round by round"),
        steps=(
            _("First each person alone: one bean on the first choice, one on the second. Nobody looks."),
            _(
                "Then the group talks and votes again. Draw event cards: what would your package pay for "
                "this?"
            ),
            _(
                "Then all groups together. Differences become smaller from round to round; that is what "
                "talking is for."
            ),
            _("Enter the votes by taps, or count hands and type the numbers. Write down their reasons."),
        ),
        picture=Picture(
            name="votes",
            alt=_(
                "Entering votes: one large field for each package, to be tapped for a first and a second "
                "choice."
            ),
        ),
        help="votes",
    ),
    Part(
        title=_("Show the tally"),
        steps=(
            _("Show it to all on the wall, or read it out. Ask those who chose otherwise to say why."),
            _("If two packages are equal, vote once more between these two. Do not decide for them."),
        ),
        picture=Picture(
            name="tally",
            alt=_("The tally: votes for each package over all groups, and how far people agree."),
        ),
        help="votes",
    ),
    Part(
        title=_("The choice and the resolution"),
        steps=(
            _(
                "An administrator enters the choice with its first and last day. The package is frozen "
                "from then on."
            ),
            _("Read the rules and the resolution out. The members sign, or put a thumb print."),
            _("Give every family a member sheet. It begins with what is not paid."),
        ),
        picture=Picture(
            name="choice",
            alt=_("The chosen package with its days, and links to the resolution and the member sheet."),
        ),
        help="choice",
    ),
    Part(
        title=_("What not to do"),
        steps=(
            _("Do not promise that everybody gets something back. That is saving, not insurance."),
            _("Do not hide what is not paid. It is found out at the first claim."),
            _("Do not let one loud person decide. The first round is secret for that reason."),
            _("Do not change a price on the board. Make a new package and a new board."),
        ),
        help="choice",
    ),
)
