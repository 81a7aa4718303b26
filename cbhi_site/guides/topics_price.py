"""Help on the calculator, packages, runs and what stands behind a price."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.topic import Topic, Trouble

TOPICS = (
    Topic(
        key="calculator",
        part="premium",
        title=_("Calculator"),
        purpose=_(
            "Type what the scheme pays for each benefit on the left and read what one person pays a year "
            "on the right."
        ),
        steps=(
            _("Set a threshold, a copay and caps for each benefit, or switch the benefit off."),
            _("Read the premium, and below it the true chance that a year costs more than came in."),
            _("Press Save package when it is worth talking about. Save several, to compare."),
        ),
        words=(
            "threshold",
            "copay",
            "event-cap",
            "family-cap",
            "fixed",
            "wage-loss",
            "pure",
            "risk-loading",
            "bankruptcy",
            "admin",
        ),
        troubles=(
            Trouble(
                when=_("The family cap is smaller than the event cap."),
                then=_(
                    "No family could ever get one full event paid. Raise the family cap or lower the "
                    "event cap."
                ),
            ),
            Trouble(
                when=_("The price is far too high."),
                then=_(
                    "Lower the caps first, then raise the threshold. Or ask “What can we pay?” and let "
                    "the site search."
                ),
            ),
            Trouble(
                when=_("The chance of bankruptcy is 21 % although you asked for 5 %."),
                then=_(
                    "Few large bills break the simple rule of the sheet. Add a reserve, lower the caps, "
                    "or let more people join."
                ),
            ),
            Trouble(
                when=_("You typed something wrong."),
                then=_(
                    "Press Undo, up to 50 times. A refused value stands there with the reason; nothing "
                    "else is lost."
                ),
            ),
        ),
        addresses=("calculator:sheet", "calculator:sure", "calculator:movers"),
    ),
    Topic(
        key="packages",
        part="packages",
        title=_("Saved packages"),
        purpose=_("Packages worth talking about, each with its terms, its price and how sure it is."),
        steps=(
            _("Open a package to see its price line by line, and print it on one sheet."),
            _("Press Copy to make another one like it, and change one thing at a time."),
            _("Put the best ones on the shortlist. Leave a comment where somebody should look again."),
        ),
        words=("package", "pppy", "pure", "risk-loading", "admin"),
        troubles=(
            Trouble(
                when=_("The package says that the assumptions have changed."),
                then=_("Its price rests on older figures. Price it again before anybody chooses it."),
            ),
            Trouble(
                when=_("A package was deleted by mistake."),
                then=_("Bring it back from the end of the list, for 30 days."),
            ),
        ),
        addresses=(
            "calculator:packages",
            "calculator:package",
            "calculator:package_sure",
            "calculator:open",
            "calculator:copy",
            "calculator:delete",
            "calculator:restore",
            "calculator:case",
            "calculator:csv",
            "calculator:comments",
            "calculator:change_comment",
            "calculator:settle_comment",
            "calculator:delete_comment",
            "calculator:restore_comment",
        ),
    ),
    Topic(
        key="survey-error",
        part="premium",
        title=_("How far the survey may be off"),
        purpose=_(
            "The same price, worked out on hundreds of surveys that might have been. Their spread is the "
            "doubt that comes from asking only some people."
        ),
        steps=(
            _("Read the range: so much the price may move because other people might have been asked."),
            _("Look which benefit makes most of the doubt. Ask more people about that one."),
            _("If you want to be safe against this doubt too, price the package with the larger loading."),
        ),
        words=("survey-error", "standard-error", "range"),
        troubles=(
            Trouble(
                when=_("The page says that there is no survey behind the figures."),
                then=_(
                    "Figures typed by hand have no range. Take a survey over, or be careful with what you "
                    "promise."
                ),
            ),
        ),
        addresses=("calculator:survey_error", "calculator:survey_error_progress", "calculator:reprice"),
    ),
    Topic(
        key="explained",
        part="packages",
        title=_("The price explained"),
        purpose=_(
            "For everybody who pays it: the price in one spoken sentence, in 100 families, in one rupee, "
            "in its sum, and in where it comes from."
        ),
        steps=(
            _("Read the first sentence aloud. It is enough for most people."),
            _(
                "Go one layer deeper when somebody asks why. Show the families: many pay and get nothing "
                "back."
            ),
            _("Print it in the language of the village and leave it there."),
        ),
        words=("pure", "risk-loading", "admin", "bankruptcy"),
        troubles=(
            Trouble(
                when=_("People say that the scheme keeps their money."),
                then=_(
                    "Show what one rupee is made of: most goes to the sick, some runs the scheme, some is "
                    "kept for bad years."
                ),
            ),
        ),
        addresses=("explained:package", "explained:package_pdf"),
    ),
    Topic(
        key="runs",
        part="simulation",
        title=_("Simulation"),
        purpose=_(
            "The computer plays ten million years of families with your package and checks the price that "
            "stands on the page."
        ),
        steps=(
            _("You need not do anything: a run starts when a package is saved. You may close the page."),
            _("Come back and read whether both ways of reckoning agree."),
        ),
        words=("simulation", "standard-error"),
        troubles=(
            Trouble(
                when=_("A run stopped."),
                then=_("Press Try again. It goes on from where it was."),
            ),
            Trouble(
                when=_("A run waits for long."),
                then=_("Others are before it. The exact price already serves; nothing depends on the run."),
            ),
        ),
        addresses=(
            "calculator:runs",
            "calculator:run",
            "calculator:progress",
            "calculator:cancel",
            "calculator:retry",
        ),
    ),
    Topic(
        key="workbook",
        part="premium",
        title=_("Excel workbook and old calculators"),
        purpose=_(
            "Take the calculator along as an Excel file, or lay an old calculator beside ours and see "
            "every difference."
        ),
        steps=(
            _(
                "Download the workbook of the scheme or of one package. Change the terms in it: the price "
                "follows without a network."
            ),
            _(
                "Upload an old Excel calculator: each of its lines stands beside ours, with the reason "
                "why they differ."
            ),
        ),
        words=("joint", "pure", "risk-loading"),
        troubles=(
            Trouble(
                when=_("A value that you want cannot be chosen in the workbook."),
                then=_("It knows the steps of its menu only. The site knows every value."),
            ),
            Trouble(
                when=_("The old file is not understood."),
                then=_("It needs a row of headings and one row for each benefit. Look at the sample file."),
            ),
        ),
        addresses=(
            "calculator:package_excel",
            "calculator:scheme_excel",
            "calculator:old_sheet",
            "calculator:old_sheet_found",
            "calculator:old_sheet_sample",
        ),
    ),
    Topic(
        key="dossier",
        part="packages",
        title=_("Dossier and sign-off"),
        purpose=_(
            "Everything that a price rests on, on one page: data, figures, terms, both reckonings, "
            "limits. A reviewer signs it."
        ),
        steps=(
            _("Read it from top to bottom. What is missing or doubtful stands in a box."),
            _(
                "A reviewer who did not save the package signs it, or writes a comment with what has to "
                "change."
            ),
            _("Print the signed dossier and keep it with the scheme's papers."),
        ),
        words=("sign-off", "survey-error", "simulation"),
        troubles=(
            Trouble(
                when=_("Signing is refused."),
                then=_("Whoever saved a package cannot sign it. Invite a second person as reviewer."),
            ),
            Trouble(
                when=_("The package changed after it was signed."),
                then=_("The signature belongs to the older version. The new one has to be signed again."),
            ),
        ),
        addresses=(
            "calculator:dossier",
            "calculator:dossier_pdf",
            "calculator:sign",
            "calculator:sign_off",
            "calculator:sign_off_pdf",
            "calculator:sign_off_json",
            "calculator:withdraw",
        ),
    ),
    Topic(
        key="public-links",
        part="packages",
        title=_("Public links"),
        purpose=_(
            "A link that nobody can guess shows a package, a board, a choice or a year to people without "
            "an account, as it was on the day it was opened."
        ),
        steps=(
            _(
                "An administrator looks at the page that strangers will see, chooses its last day, and "
                "opens it."
            ),
            _("Pass the link on. Close it again when it is no longer needed."),
        ),
        troubles=(
            Trouble(
                when=_("The page shows old figures."),
                then=_("It stays as it was. Open a new one and close the old one."),
            ),
        ),
        addresses=("calculator:public_links", "calculator:publish", "calculator:revoke", "calculator:public"),
    ),
    Topic(
        key="what-if",
        part="packages",
        title=_("What if?"),
        purpose=_(
            "Questions about a saved package: what a subsidy does, who joins, what an insurer could take, "
            "how a bad law of joining ends."
        ),
        steps=(
            _("Choose a question and move its boxes. The answer follows in words, figures and a table."),
            _(
                "Nothing of the package changes. The address of the page keeps your answer: send it to "
                "others."
            ),
            _("Keep an answer as a comment on the package if others should see it there."),
        ),
        words=("subsidy", "selection", "stop-loss"),
        troubles=(
            Trouble(
                when=_("An answer surprises you."),
                then=_(
                    "Read the line on what it assumes. Then change one box at a time and see which one "
                    "makes it."
                ),
            ),
        ),
        addresses=("whatif:index", "whatif:question", "whatif:keep"),
    ),
)
