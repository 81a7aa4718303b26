"""Help on shortlists, boards, sessions, votes and the choice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.topic import Topic, Trouble

TOPICS = (
    Topic(
        key="shortlist",
        part="shortlist",
        title=_("Shortlist"),
        purpose=_("The packages that people may choose from, about four. The first four stand on the board."),
        steps=(
            _("Add packages that differ in what matters to people: price, hospital, small bills, wages."),
            _("Move them into the order in which they should stand on the board."),
            _("Compare them, then print the board."),
        ),
        words=("shortlist", "board", "package"),
        troubles=(
            Trouble(
                when=_("Two packages are nearly the same."),
                then=_("Take one off. People choose badly between things that hardly differ."),
            ),
            Trouble(
                when=_("There are more than four."),
                then=_(
                    "The others stay on the list, but only four fit on a board that one can read from "
                    "three metres."
                ),
            ),
        ),
        addresses=(
            "workshop:shortlist",
            "workshop:shortlist_add",
            "workshop:shortlist_move",
            "workshop:shortlist_remove",
        ),
    ),
    Topic(
        key="compare",
        part="shortlist",
        title=_("Compare packages"),
        purpose=_(
            "Packages side by side on the same families: what each costs, and what a family still pays in "
            "a light, a middling and a bad year."
        ),
        steps=(
            _("Read the rows from top to bottom. What is better than in the first column is marked."),
            _("Look at the bad year: that is what insurance is for."),
            _(
                "Type what is too much for a family here, and see how many families each package keeps "
                "below it."
            ),
        ),
        words=("package", "pppy"),
        troubles=(
            Trouble(
                when=_("A package cannot be compared."),
                then=_(
                    "It rests on other assumptions or other family sizes. Price it again on the present ones."
                ),
            ),
        ),
        addresses=("workshop:compare",),
    ),
    Topic(
        key="pay",
        part="shortlist",
        title=_("What can we pay?"),
        purpose=_(
            "Backwards: say what people can pay, and the site searches the packages that give the most "
            "for it."
        ),
        steps=(
            _("Type the amount that one person can pay a year, or let it follow from what the survey says."),
            _("Say what matters: the largest bills, or all bills alike."),
            _("Take the package that suits you onto your sheet, round its caps, and save it."),
        ),
        words=("event-cap", "family-cap", "threshold"),
        troubles=(
            Trouble(
                when=_("Nothing is found for this amount."),
                then=_(
                    "The page says what the cheapest package costs. Cover fewer benefits, or look for a "
                    "subsidy."
                ),
            ),
        ),
        addresses=("workshop:pay", "workshop:pay_take"),
    ),
    Topic(
        key="board",
        part="board",
        title=_("CHAT board and prints"),
        purpose=_(
            "The poster that people choose from, and everything else for the workshop on paper: cards, "
            "the pot game, tally sheets, member sheets."
        ),
        steps=(
            _("Choose the language and the digits that people read here."),
            _(
                "Print the board on A3 or larger, the cards and tally sheets on A4. Black and white is "
                "enough."
            ),
            _("No printer? Show the board on the wall with a projector."),
        ),
        words=("board", "shortlist"),
        troubles=(
            Trouble(
                when=_("Boxes are printed in place of letters."),
                then=_("The server lacks a font for this language. The page says which one to install."),
            ),
            Trouble(
                when=_("A price on the board is not the one in the list."),
                then=_(
                    "The package changed after printing. Print the board again; a session keeps the board "
                    "of its day."
                ),
            ),
        ),
        addresses=(
            "workshop:board",
            "workshop:wheel",
            "workshop:publish_board",
            "workshop:board_pdf",
            "workshop:member_sheet",
            "workshop:member_sheet_pdf",
        ),
    ),
    Topic(
        key="sessions",
        part="board",
        title=_("Workshop sessions"),
        purpose=_(
            "One meeting at one place on one day. Its board is frozen, so that everybody votes on the "
            "same prices."
        ),
        steps=(
            _("Make a session on the day itself: place, day, who leads it."),
            _("Add the groups: women, men, or both, and how many they are. No names are kept."),
            _("Ask round by round: each person alone, then the group, then all together."),
        ),
        words=("round", "board", "tally"),
        troubles=(
            Trouble(
                when=_("A price is wrong on the frozen board."),
                then=_(
                    "Put the session away and make a new one. Its votes would not belong to the new prices."
                ),
            ),
        ),
        addresses=(
            "workshop:sessions",
            "workshop:session_new",
            "workshop:session",
            "workshop:session_edit",
            "workshop:session_put_away",
            "workshop:group",
            "workshop:group_put_away",
        ),
    ),
    Topic(
        key="votes",
        part="board",
        title=_("Votes and tally"),
        purpose=_("Enter what each group chose, by taps or by counting hands, and see it together."),
        steps=(
            _("Tap one vote for each person, or type how many hands were raised."),
            _("Write down in a few words why they chose so. It helps next year."),
            _("Show the tally on the wall and talk about it before the next round."),
        ),
        words=("round", "tally", "unalikeability"),
        troubles=(
            Trouble(
                when=_("More votes than people."),
                then=_("Correct how many the group are, or take the extra taps back."),
            ),
            Trouble(
                when=_("The network is away."),
                then=_(
                    "Go on tapping. The votes wait on the phone and are sent once, when the network is back."
                ),
            ),
        ),
        addresses=(
            "workshop:votes",
            "workshop:votes_batch",
            "workshop:counts",
            "workshop:tally",
            "workshop:tally_live",
            "workshop:tally_csv",
            "workshop:tally_pdf",
        ),
    ),
    Topic(
        key="play",
        part="board",
        title=_("Play a year, and the lesson"),
        purpose=_(
            "A village of 40 families lives through one year, without insurance and with each package. "
            "The lesson for schools and groups is built on it."
        ),
        steps=(
            _("Let somebody roll four dice and type what they show."),
            _("Ask: who paid in and got nothing? Who would have had to borrow?"),
            _(
                "For a class, print the lesson: a plan of 45 minutes, and cards with good years, bad "
                "years and a bad season."
            ),
        ),
        words=("package", "reserve"),
        troubles=(
            Trouble(
                when=_("The year is so good that nobody needs the scheme."),
                then=_("Say so: that happens. Then roll again. Never show only the years that please you."),
            ),
            Trouble(
                when=_("The pot does not last."),
                then=_(
                    "That is the lesson: a small village alone cannot carry every year. Ask what could help."
                ),
            ),
        ),
        addresses=("workshop:play", "workshop:lesson", "workshop:lesson_pdf"),
    ),
    Topic(
        key="choice",
        part="choice",
        title=_("The choice"),
        purpose=_(
            "One package for the whole scheme, from a first to a last day. Terms, price and member sheets "
            "are frozen as on the day of choosing."
        ),
        steps=(
            _("An administrator opens the package that people chose and presses Choose."),
            _("Set the first and the last day, and write down why."),
            _("Print the resolution and the member sheets."),
        ),
        words=("choice", "resolution"),
        troubles=(
            Trouble(
                when=_("The days overlap with another choice."),
                then=_(
                    "End the older one, or begin after its last day. Two packages at once need a reason "
                    "that everybody sees."
                ),
            ),
            Trouble(
                when=_("The wrong package was chosen."),
                then=_("Take the choice back on its page. It stays in the list, with the reason."),
            ),
        ),
        addresses=(
            "workshop:choice",
            "workshop:choose",
            "workshop:chosen",
            "workshop:choice_close",
            "workshop:choice_sheet",
            "workshop:choice_sheet_pdf",
            "workshop:publish_choice",
        ),
    ),
    Topic(
        key="resolution",
        part="choice",
        title=_("Rules and resolution"),
        purpose=_("Who decides a claim and how fast, how one pays, and the paper that the members sign."),
        steps=(
            _("Answer the questions on the rules together with the committee."),
            _("Read the claim rules out: one sentence for each benefit, that every member can repeat."),
            _("Print the resolution and have it signed or thumb-printed."),
        ),
        words=("resolution", "claim"),
        troubles=(
            Trouble(
                when=_("A rule and the package say different things."),
                then=_("The page warns of it. Change the one that is wrong before anybody signs."),
            ),
        ),
        addresses=(
            "workshop:resolution",
            "workshop:resolution_pdf",
            "workshop:rules",
            "workshop:rules_edit",
            "workshop:rules_pdf",
        ),
    ),
    Topic(
        key="hand-over",
        part="choice",
        title=_("Hand-over"),
        purpose=_(
            "Files that carry a package to other software, and everything of a scheme for its owner to keep."
        ),
        steps=(
            _("Choose the file that the other software reads: openIMIS or FHIR."),
            _("Read the list of what this file cannot carry, and enter that by hand over there."),
            _("Download everything once a year and keep it in a safe place."),
        ),
        troubles=(
            Trouble(
                when=_("The other software refuses the file."),
                then=_("Send both the file and the list of what it lacks to whoever runs that software."),
            ),
        ),
        addresses=("workshop:handover", "workshop:everything", "workshop:handover_file"),
    ),
)
