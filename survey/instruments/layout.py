"""The sheets of the template and their columns, in order; names are those of `survey.reading.vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from survey.tables import KINDS

RECALL_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "outpatient": 30,
        "laboratory": 30,
        "imaging": 30,
        "injury": 30,
        "hospital": 365,
        "delivery": 365,
        "caesarean": 365,
    }
)
SHORT_RECALL_CHOICES = (15, 30)
YES_NO = ("yes", "no")
SEXES = ("female", "male", "other")
Value = str | int | float
Rule = Literal["", "whole", "money", "days", "positive", "date", "yes_no", "sex", "kind"]


@dataclass(frozen=True, kw_only=True)
class TemplateColumn:
    """One column: its name, what belongs in it, and what the example row shows."""

    name: str
    note: str
    example: Value = ""
    rule: Rule = ""
    width: int = 16


@dataclass(frozen=True, kw_only=True)
class TemplateSheet:
    """One sheet of the template."""

    name: str
    note: str
    columns: tuple[TemplateColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


EXAMPLE = TemplateColumn(
    name="example",
    note="“yes” marks an example row; it is never counted. Leave it empty in your own rows.",
    example="yes",
    rule="yes_no",
    width=10,
)

HOUSEHOLDS = TemplateSheet(
    name="households",
    note="One row for each household that was asked, also those in which nobody fell ill.",
    columns=(
        TemplateColumn(
            name="household_id",
            note="A number of your own for the household. Not a name, phone or Aadhaar number.",
            example="V01-001",
        ),
        TemplateColumn(name="cluster", note="Village or ward.", example="V01"),
        TemplateColumn(
            name="weight",
            note="Design weight; 1 for all when every household had the same chance of being asked.",
            example=1,
            rule="positive",
        ),
        TemplateColumn(
            name="household_size",
            note="Persons living in the household. May stay empty when the sheet “members” lists them.",
            example=5,
            rule="whole",
        ),
        TemplateColumn(
            name="interview_date", note="Day of the interview.", example="2026-03-15", rule="date"
        ),
        TemplateColumn(
            name="consent", note="“yes” when the household agreed to take part.", example="yes", rule="yes_no"
        ),
        TemplateColumn(
            name="food_spending_month", note="Spent on food in a month, money.", example=4200, rule="money"
        ),
        TemplateColumn(
            name="total_spending_month", note="Spent in all in a month, money.", example=9500, rule="money"
        ),
        TemplateColumn(
            name="willing_to_pay_year",
            note="The most the household would pay a year to insure all its members, money.",
            example=1500,
            rule="money",
        ),
        EXAMPLE,
    ),
)

MEMBERS = TemplateSheet(
    name="members",
    note="One row for each person who lives in the household, ill or not. No names.",
    columns=(
        TemplateColumn(name="household_id", note="As on the sheet “households”.", example="V01-001"),
        TemplateColumn(name="person_no", note="1, 2, 3, … within the household.", example=1, rule="whole"),
        TemplateColumn(name="age", note="In completed years; 0 for babies.", example=34, rule="money"),
        TemplateColumn(name="sex", note="female, male or other.", example="female", rule="sex"),
        EXAMPLE,
    ),
)

EVENTS = TemplateSheet(
    name="events",
    note="One row for each event within its recall period. Nothing happened: no row.",
    columns=(
        TemplateColumn(name="household_id", note="As on the sheet “households”.", example="V01-001"),
        TemplateColumn(
            name="person_no", note="As on the sheet “members”; may stay empty.", example=1, rule="whole"
        ),
        TemplateColumn(
            name="event_kind",
            note="outpatient, laboratory, imaging, injury, hospital, delivery or caesarean. "
            "A caesarean is not entered as a delivery again.",
            example="hospital",
            rule="kind",
        ),
        TemplateColumn(
            name="event_date", note="First day, when it is known.", example="2025-11-02", rule="date"
        ),
        TemplateColumn(
            name="bill",
            note="All that was paid for the care itself, money. 0 when it was free; empty when not known.",
            example=7200,
            rule="money",
        ),
        TemplateColumn(
            name="days_in_hospital", note="Nights spent in hospital, for stays.", example=4, rule="days"
        ),
        TemplateColumn(
            name="transport_cost",
            note="Paid to get there and back; 0 when nothing.",
            example=600,
            rule="money",
        ),
        TemplateColumn(
            name="work_days_lost", note="Days of work the ill person missed.", example=9, rule="days"
        ),
        TemplateColumn(
            name="still_ongoing",
            note="“yes” when the person was still in hospital or in treatment on the day of the interview.",
            example="no",
            rule="yes_no",
        ),
        EXAMPLE,
    ),
)

RECALL = TemplateSheet(
    name="recall",
    note="Over how many days people were asked about each kind. Delete the kinds that were not asked about.",
    columns=(
        TemplateColumn(name="event_kind", note="The kind of event.", rule="kind"),
        TemplateColumn(name="recall_days", note="15, 30 or 365 days as a rule.", rule="whole"),
    ),
)

SHEETS = (HOUSEHOLDS, MEMBERS, EVENTS, RECALL)
NOTES_NAME = "notes"

if set(RECALL_DAYS) != set(KINDS):  # pragma: no cover  a kind without a recall period must not go unseen
    raise AssertionError("every kind has a recall period")
