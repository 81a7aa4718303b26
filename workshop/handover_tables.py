"""Everything of a scheme that an organisation takes with it, as plain tables without anybody's name.

A table names its columns one by one: what is not named stays here. Whoever adds a kind of row adds it to
`TABLES`, or to `LEFT_OUT` with the reason; an app above this one calls `add_table` when the site starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schemes.models import Scheme


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of row: its model's label, the way from it to its scheme, and the columns taken along."""

    model: str
    name: str
    to_scheme: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ("created_at", "id")
    only: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, scheme: Scheme) -> list[tuple[Any, ...]]:
        rows = apps.get_model(self.model)._default_manager.beside(scheme)
        rows = rows.filter(**{self.to_scheme: scheme.pk}, **self.only)
        return list(rows.order_by(*self.order).values_list(*self.columns))


_LOADINGS = ("chance_of_bankruptcy", "admin_rate", "large_family_discount", "further_loadings", "risk_basis")

TABLES: list[Table] = [
    Table(
        model="schemes.Scheme",
        name="scheme",
        to_scheme="pk",
        columns=(
            *("id", "name", "place", "currency", "inhabitants", "expected_take_up", "family_sizes"),
            *("share_in_large_families", *_LOADINGS, "created_at", "changed_at"),
        ),
    ),
    Table(
        model="simulation.AssumptionSet",
        name="assumption-versions",
        to_scheme="scheme",
        columns=("number", "is_current", "frozen_at", "note", "created_at"),
        order=("number",),
    ),
    Table(
        model="simulation.BenefitRisk",
        name="assumptions",
        to_scheme="assumption_set__scheme",
        columns=(
            *("assumption_set__number", "key", "name", "remark", "kind", "frequency_law", "incidence"),
            *("variance_to_mean", "severity_law", "severity_mean", "severity_sigma", "severity_cv"),
            *("severity_alpha", "severity_variance_to_mean", "linked_to__key", "link_probability"),
            *("survey_person_years", "source_note", "is_example"),
        ),
        order=("assumption_set__number", "position", "id"),
    ),
    Table(
        model="calculator.Package",
        name="packages",
        to_scheme="scheme",
        columns=(
            *("id", "version", "name", "note", "assumption_set__number", "persons", "family_sizes"),
            *("share_in_large", *_LOADINGS, "carried_from", "family_cap", "created_at", "changed_at"),
        ),
        only={"deleted_at": None},
    ),
    Table(
        model="calculator.BenefitTerms",
        name="terms",
        to_scheme="package__scheme",
        columns=(
            *("package__name", "benefit_risk__key", "benefit_risk__name", "label", "covered", "threshold"),
            *("copay", "event_cap", "cap_basis", "family_cap", "fixed_amount", "rate", "start_day"),
            "last_day",
        ),
        order=("package__created_at", "package_id", "benefit_risk__position", "id"),
        only={"package__deleted_at": None},
    ),
    Table(
        model="calculator.Premium",
        name="prices",
        to_scheme="package__scheme",
        columns=(
            *("package__name", "package_version", "answer", "content_hash", "engine_version", "created_at"),
        ),
        only={"package__deleted_at": None},
    ),
    Table(
        model="workshop.ShortlistEntry",
        name="shortlist",
        to_scheme="scheme",
        columns=("position", "package__name", "package_id", "created_at"),
        order=("position", "created_at"),
        only={"position__isnull": False, "package__deleted_at": None},
    ),
    Table(
        model="workshop.ChosenPackage",
        name="choices",
        to_scheme="scheme",
        columns=(
            *("name", "package_id", "package_version", "premium_per_person", "period", "starts_on"),
            *("ends_on", "agreed_ends_on", "meeting_on", "meeting_place", "reason", "second_reason"),
            *("is_withdrawn", "closed_at", "closed_reason", "content_hash"),
        ),
        order=("starts_on", "created_at"),
    ),
    Table(
        model="workshop.SchemeRules",
        name="rules",
        to_scheme="scheme",
        columns=(
            *("host", "host_name", "partner", "quorum", "decision_days", "waiting_days", "collection"),
            *("shortfall", "claim_rules", "same_for_all"),
        ),
    ),
    Table(
        model="workshop.WorkshopSession",
        name="sessions",
        to_scheme="scheme",
        columns=("id", "held_on", "place"),
        order=("held_on", "created_at"),
        only={"deleted_at": None},
    ),
    Table(
        model="workshop.SessionPackage",
        name="session-packages",
        to_scheme="session__scheme",
        columns=("session_id", "position", "name", "package_id", "package_version", "price"),
        order=("session__held_on", "session_id", "position"),
        only={"session__deleted_at": None},
    ),
    Table(
        model="workshop.SessionGroup",
        name="session-groups",
        to_scheme="session__scheme",
        columns=("session_id", "id", "name", "kind", "people"),
        order=("session__held_on", "session_id", "created_at"),
        only={"session__deleted_at": None, "deleted_at": None},
    ),
    Table(
        model="workshop.Tally",
        name="tallies",
        to_scheme="group__session__scheme",
        columns=("group__session_id", "group_id", "id", "round", "first_counts", "second_counts", "reasons"),
        order=("group__session__held_on", "group_id", "round"),
        only={"group__session__deleted_at": None, "group__deleted_at": None},
    ),
    Table(
        model="workshop.Vote",
        name="votes",
        to_scheme="session__scheme",
        columns=("session_id", "tally__group_id", "tally__round", "first__position", "second__position"),
        # Sorted by what was chosen: the order of the hands would tell who sat where.
        order=("session_id", "tally_id", "first__position", "second__position"),
        only={"session__deleted_at": None, "tally__group__deleted_at": None, "undone_at": None},
    ),
]

LEFT_OUT: dict[str, str | Promise] = {
    "workshop.FrozenSheet": _("member sheets, which print again from the choice"),
    "calculator.Draft": _("one person’s sheet that nobody saved"),
    "calculator.Comment": _("what a named person wrote"),
    "calculator.SignOff": _("signatures of named persons; the dossier itself is a file of its own"),
    "calculator.PublicPage": _("links that are open to strangers"),
    "calculator.OldSheetFile": _("an uploaded file, which the organisation has"),
    "simulation.RemovedBenefit": _("what was deleted"),
    "simulation.Moments": _("working figures that a run makes again"),
    "survey.Survey": _("a survey of households"),
    "survey.SurveyFile": _("a survey of households"),
    "survey.Blob": _("a survey of households"),
    "survey.SurveyProblem": _("rows of households"),
    "survey.SurveyCorrection": _("rows of households"),
    "survey.SavedMapping": _("how columns of survey files are read"),
    "survey.EstimateSet": _("estimates on their way; those taken over are among the assumptions"),
    "survey.Adoption": _("estimates on their way; those taken over are among the assumptions"),
    "survey.SurveyErrorAnswer": _("working figures that a run makes again"),
}
"""Kinds of rows that stay here, and why."""


def leave_out(model: str, reason: str | Promise) -> None:
    """Say of a later room's rows why they stay."""
    LEFT_OUT[model] = reason


def add_table(table: Table) -> None:
    """Take along one more kind of row."""
    if all(known.model != table.model for known in TABLES):
        TABLES.append(table)


def everything_of(scheme: Scheme) -> dict[str, dict[str, Any]]:
    """Each table's columns and rows, by its name; one query for each."""
    return {table.name: {"columns": list(table.columns), "rows": table.rows(scheme)} for table in TABLES}


def plain(value: Any) -> Any:
    """A value as JSON writes it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, UUID) else value
