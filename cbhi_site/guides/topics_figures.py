"""Help on surveys and assumptions: where the figures come from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.topic import Topic, Trouble

TOPICS = (
    Topic(
        key="survey",
        part="survey",
        title=_("Survey"),
        purpose=_(
            "A household survey says how often people fall ill here and what it costs. Its file becomes "
            "the figures of the price."
        ),
        steps=(
            _(
                "No survey yet? Take our questionnaire for Kobo or ODK: its file is read without any "
                "further work."
            ),
            _("Upload the file of your survey app. Say that people agreed, and what it is for."),
            _(
                "If a column was not understood, choose what it holds. The next file of the same form is "
                "then read by itself."
            ),
            _("Look at the problems, then at the estimates, then take them over."),
        ),
        words=("recall", "person-years", "take-over"),
        troubles=(
            Trouble(
                when=_("The file is refused."),
                then=_(
                    "The page says which sheet, row and value, and what it expects. Mend it in the file "
                    "and upload it again."
                ),
            ),
            Trouble(
                when=_("The file holds names or phone numbers."),
                then=_(
                    "Their columns are dropped and erased when the file is read. Look at the list of what "
                    "was dropped."
                ),
            ),
            Trouble(
                when=_("Reading takes long."),
                then=_("You may close the page. The survey is read on the server and waits for you."),
            ),
        ),
        addresses=(
            "survey:surveys",
            "survey:upload",
            "survey:instrument",
            "survey:survey",
            "survey:progress",
            "survey:read_again",
            "survey:stop_reading",
            "survey:discard",
            "survey:columns",
            "survey:mapping",
            "survey:download",
            "survey:forget",
            "survey:keep_longer",
        ),
    ),
    Topic(
        key="survey-problems",
        part="survey",
        title=_("Problems of a survey"),
        purpose=_(
            "Values that cannot be right, or that are doubtful. You see each one with its row, and decide."
        ),
        steps=(
            _("Begin with the problems that drop the most rows."),
            _("Type the right value if you know it, or leave the row out and say why."),
            _(
                "Press Read again at the end. The file itself is never changed, and every correction can "
                "be taken back."
            ),
        ),
        words=("recall",),
        troubles=(
            Trouble(
                when=_("A large bill looks like a typing mistake."),
                then=_(
                    "Ask whoever held the interview. A true large bill must stay: it is what insurance is "
                    "for."
                ),
            ),
            Trouble(
                when=_("There are hundreds of the same problem."),
                then=_(
                    "It is probably a column that was read as the wrong thing. Look at the columns first."
                ),
            ),
        ),
        addresses=("survey:problems", "survey:problems_file", "survey:correct", "survey:undo"),
    ),
    Topic(
        key="estimates",
        part="survey",
        title=_("What the survey says"),
        purpose=_(
            "For every benefit: how often, how dear, and how sure. Choose what to use and take it over "
            "into the assumptions."
        ),
        steps=(
            _("Read the range beside each figure. A wide range means that few people had this event."),
            _(
                "Leave the suggested law of costs as it is, unless the picture shows that it misses the "
                "bills."
            ),
            _(
                "Press Compare with the present assumptions, then Take over. A new version of the "
                "assumptions is made; older packages keep theirs."
            ),
        ),
        words=("law", "lognormal", "range", "standard-error", "take-over"),
        troubles=(
            Trouble(
                when=_("A benefit has fewer than ten events."),
                then=_(
                    "Its figure is weak. Use one from another source for it, or be careful with what you "
                    "promise."
                ),
            ),
            Trouble(
                when=_("Somebody took other figures over meanwhile."),
                then=_("The page shows what stands there now. Compare, then decide again."),
            ),
        ),
        addresses=(
            "survey:estimate",
            "survey:estimates",
            "survey:fitting",
            "survey:stop_fitting",
            "survey:families",
            "survey:take_over",
            "survey:estimates_file",
            "survey:benefit",
        ),
    ),
    Topic(
        key="without-survey",
        part="survey",
        title=_("Figures without a survey"),
        purpose=_(
            "If there is no survey, type the counts of a clinic, of another scheme or of a report: "
            "events, persons, costs."
        ),
        steps=(
            _("Type how many events were counted, among how many persons and over how long."),
            _("Type the mean cost of one event, and its spread if it is known."),
            _("Write down where the figures come from. It stands on every page that uses them."),
        ),
        words=("incidence", "severity", "person-years"),
        troubles=(
            Trouble(
                when=_("The count is from a hospital and not from households."),
                then=_("It misses those who did not come. Plan for more than it says."),
            ),
        ),
        addresses=("survey:typed",),
    ),
    Topic(
        key="assumptions",
        part="assumptions",
        title=_("Assumptions"),
        purpose=_(
            "How often each event happens and what it costs, before any cover. Every price rests on these "
            "figures."
        ),
        steps=(
            _("Replace each figure that is marked as an example by your own, or take a survey over."),
            _("Open a benefit to change how often, how dear, and what it is linked to."),
            _("Say where each figure comes from, so that the next person can trust it."),
        ),
        words=("incidence", "severity", "linked", "version"),
        troubles=(
            Trouble(
                when=_("A package was priced with this version."),
                then=_(
                    "The version is frozen. Your change makes the next one; the package keeps its price "
                    "until you price it again."
                ),
            ),
            Trouble(
                when=_("A benefit was removed by mistake."),
                then=_("Bring it back with the button below the table."),
            ),
            Trouble(
                when=_("Incidence was typed as 4 instead of 4 %."),
                then=_("4 means four events for each person a year. Type 4 %, or 4 in 100."),
            ),
        ),
        addresses=(
            "simulation:assumptions",
            "simulation:version",
            "simulation:use_version",
            "simulation:add_benefit",
            "simulation:edit_benefit",
            "simulation:move_benefit",
            "simulation:bring_back",
            "simulation:remove_benefit",
        ),
    ),
)
