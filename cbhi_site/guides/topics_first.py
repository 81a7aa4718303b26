"""Help on schemes, people and the site itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.topic import Topic, Trouble

TOPICS = (
    Topic(
        key="schemes",
        part="start",
        title=_("Schemes"),
        purpose=_(
            "Every community that is to be insured is one scheme. The list says how far each one is and "
            "what to do next."
        ),
        steps=(
            _(
                "Press New scheme. Give it the community's name, how many people live there and how many "
                "will join."
            ),
            _(
                "Say how large the families are. Counts from a list of members are best; a guess will do "
                "at first."
            ),
            _("Open the scheme and press the blue button: it always leads to the next thing to do."),
        ),
        words=("scheme", "take-up", "large-family", "bankruptcy", "admin"),
        troubles=(
            Trouble(
                when=_("The family sizes do not add up to 100 %."),
                then=_("Press the button that scales them, look at the result, and save."),
            ),
            Trouble(
                when=_("A scheme was deleted by mistake."),
                then=_("An administrator brings it back from the end of the list, for 30 days."),
            ),
            Trouble(
                when=_("Somebody else changed the same scheme before you saved."),
                then=_("A page shows both versions side by side. Choose for each field; nothing is lost."),
            ),
        ),
        addresses=(
            "home",
            "schemes:new",
            "schemes:detail",
            "schemes:edit",
            "schemes:delete",
            "schemes:restore",
        ),
    ),
    Topic(
        key="help",
        part="start",
        title=_("Help, guides and the training example"),
        purpose=_("The word Help stands at the top of every page and leads to help on that very page."),
        steps=(
            _("Read what the page is for and do its steps from top to bottom."),
            _("New here? Make a training scheme and walk the nine stages in about 30 minutes."),
            _("Print the guide for your work before you go where there is no network."),
        ),
        troubles=(
            Trouble(
                when=_("A word is not explained."),
                then=_("All words stand together at the end of the first help page."),
            ),
        ),
        addresses=(
            "help",
            "help_topic",
            "words",
            "guides:guide",
            "guides:trainings",
            "guides:new_training",
            "guides:training",
        ),
    ),
    Topic(
        key="sign-in",
        part="people",
        title=_("Sign in"),
        purpose=_(
            "Only members of an organisation see its schemes. You join by a link that an administrator "
            "gives you."
        ),
        steps=(
            _("Open the link of your invitation, choose a name and a password of at least 10 characters."),
            _("Sign in with your user name or your e-mail address."),
            _(
                "On a phone that others use too, tick the box for a shared phone: you are signed out "
                "after 15 quiet minutes."
            ),
        ),
        troubles=(
            Trouble(
                when=_("The password is forgotten."),
                then=_(
                    "Press “Forgotten the password?” on the sign-in page, or ask an administrator for a "
                    "password link."
                ),
            ),
            Trouble(
                when=_("The link of the invitation is over."),
                then=_("It works once and for 14 days. Ask for a new one."),
            ),
            Trouble(
                when=_("The phone with the codes of the second factor is lost."),
                then=_("Use one of the recovery codes that you wrote down, or ask an administrator."),
            ),
        ),
        addresses=(
            "account_login",
            "account_logout",
            "account_inactive",
            "mfa_authenticate",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "account_confirm_email",
            "account_reauthenticate",
            "mfa_reauthenticate",
            "accounts:go_on",
            "accounts:somebody_else",
            "accounts:join",
            "accounts:choose_password",
        ),
    ),
    Topic(
        key="account",
        part="people",
        title=_("My account"),
        purpose=_("Your name, your password, your e-mail address, and where you are signed in."),
        steps=(
            _("Change the password when somebody may have seen it, and end all other sign-ins."),
            _("Set up a second factor and write its recovery codes down on paper."),
            _("If you belong to several organisations, change over before you begin to work."),
        ),
        troubles=(
            Trouble(
                when=_("A sign-in in the list is not yours."),
                then=_("End it, change your password, and tell your administrator."),
            ),
        ),
        addresses=(
            "accounts:account",
            "accounts:end_other_sessions",
            "accounts:end_session",
            "accounts:switch_organisation",
            "accounts:language",
            "account_change_password",
            "account_email",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        ),
    ),
    Topic(
        key="people",
        part="people",
        title=_("People and settings"),
        purpose=_("Who works for the organisation, and what each person may do."),
        steps=(
            _("Invite a person: choose the role and pass the link on. It is shown only once."),
            _(
                "Field staff work on surveys, schemes and packages; facilitators hold workshops; "
                "reviewers look, comment and sign; administrators do all but sign."
            ),
            _(
                "When somebody leaves, switch them off. What they did stays, and so does their name "
                "beside it."
            ),
        ),
        troubles=(
            Trouble(
                when=_("A letter with the link does not arrive."),
                then=_("Copy the link from the page and send it by any messenger."),
            ),
            Trouble(
                when=_("Somebody cannot sign in and has no e-mail."),
                then=_("Open the person's page and make a password link. It works once, for 24 hours."),
            ),
        ),
        addresses=(
            "accounts:people",
            "accounts:member",
            "accounts:switch_off",
            "accounts:switch_on",
            "accounts:password_link",
            "accounts:withdraw",
            "accounts:organisation_settings",
        ),
    ),
    Topic(
        key="trail",
        part="people",
        title=_("Who did what"),
        purpose=_(
            "Every change that matters is written down here: who, when, before and after. Nobody can "
            "change or delete a line."
        ),
        steps=(
            _("Choose a scheme, a person or a kind of change, and press Show."),
            _("Download the lines when an auditor asks for them."),
        ),
        troubles=(
            Trouble(
                when=_("A line seems to be missing."),
                then=_(
                    "Only what changes something or takes a file away is written down. Looking at a page "
                    "is not, except at rows of a survey."
                ),
            ),
        ),
        addresses=("trail", "trail_csv"),
    ),
    Topic(
        key="status",
        part="people",
        title=_("The server's health"),
        purpose=_(
            "Whether the server works: its database, its workers, its last backup, and work that stopped."
        ),
        steps=(
            _("Look for a line that needs an answer. It says what to do."),
            _("Start stopped work again with its button. Doing it twice does no harm."),
        ),
        troubles=(
            Trouble(
                when=_("No worker is seen."),
                then=_("Nothing is lost: work waits. Ask whoever runs the server to start the workers."),
            ),
            Trouble(
                when=_("The last backup is old."),
                then=_("Ask whoever runs the server to look at it today."),
            ),
        ),
        addresses=(
            "status",
            "status_retry",
            "jobs:status",
            "csp_report",
            "security_txt",
            "security_policy",
        ),
    ),
    Topic(
        key="offline",
        part="start",
        title=_("Without a network"),
        purpose=_(
            "In a village without a signal the calculator, saved packages, boards and votes go on working "
            "on your phone."
        ),
        steps=(
            _(
                "Open the scheme’s calculator once where there is a network. The link “Without a network” "
                "below it leads to the page that says when all is kept."
            ),
            _("Work as usual. A grey line says how old the prices are; ≈ marks a price near the exact one."),
            _("Back in the network, open the site. What you typed and counted is sent by itself, once."),
        ),
        troubles=(
            Trouble(
                when=_("Somebody else changed the same thing meanwhile."),
                then=_("Both are shown. Choose which one counts; nothing is overwritten."),
            ),
            Trouble(
                when=_("The page says that this phone cannot keep it."),
                then=_("Take the Excel workbook or the calculator in one file along instead."),
            ),
        ),
        addresses=(
            "offline:worker",
            "offline:manifest",
            "offline:away",
            "offline:contact",
            "offline:kept",
            "offline:keep_list",
            "offline:pack",
            "offline:single",
            "offline:sheet",
            "offline:compare",
        ),
    ),
)
