"""Scheme years."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExperienceConfig(AppConfig):
    name = "experience"
    verbose_name = _("Years")

    def ready(self) -> None:
        """A scheme's years are among what an organisation takes with it; its open book can be published."""
        from calculator.publish_actions import add_kind  # noqa: PLC0415  after the apps
        from experience.open_book import PUBLIC_BOOK  # noqa: PLC0415
        from workshop.handover_tables import Table, add_table, leave_out  # noqa: PLC0415

        add_table(
            Table(
                model="experience.SchemeYear",
                name="years",
                to_scheme="scheme",
                columns=(
                    *("starts_on", "state", "package__name", "households", "insured", "new_insured"),
                    *("renewed_households", "due_households", "premium", "subsidy", "running_costs"),
                    *(
                        "interest",
                        "reserve",
                        "technical_assistance",
                        "outstanding_claims",
                        "cash",
                        "payables",
                    ),
                    *("liabilities", "reported_premium_per_household", "note"),
                ),
                order=("starts_on", "id"),
            )
        )
        add_table(
            Table(
                model="experience.YearClaims",
                name="claims",
                to_scheme="year__scheme",
                columns=(
                    *("year__starts_on", "benefit", "month", "count", "rejected", "billed", "paid"),
                    "days_to_settle",
                ),
                order=("year__starts_on", "benefit", "month", "id"),
            )
        )
        add_table(
            Table(
                model="experience.ProviderDecision",
                name="providers",
                to_scheme="scheme",
                columns=("facility", "decided_on", "decision", "accepted_again_on"),
                order=("decided_on", "id"),
                only={"deleted_at": None},
            )
        )
        leave_out("experience.DigestWish", _("who wants a letter"))
        add_kind(PUBLIC_BOOK, template="experience/public_book.html")
