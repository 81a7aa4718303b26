"""The reader's sentences and codes in the language of who looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.numbers import Grouping, format_number
from survey.problem_rows import SurveyProblem
from survey.reading.words import PROBLEM_WORDS, QUESTION_WORDS, REFUSAL_WORDS, ROLE_WORDS
from survey.tables import KINDS

KIND_WORDS = {
    "outpatient": gettext_lazy("visits to a doctor"),
    "laboratory": gettext_lazy("laboratory tests"),
    "imaging": gettext_lazy("X-rays and scans"),
    "injury": gettext_lazy("injuries"),
    "hospital": gettext_lazy("hospital stays"),
    "delivery": gettext_lazy("deliveries"),
    "caesarean": gettext_lazy("caesareans"),
}
HOLDS_WORDS = {
    "households": gettext_lazy("one row for each household"),
    "persons": gettext_lazy("one row for each person"),
    "events": gettext_lazy("one row for each illness, stay or bill"),
    "recall": gettext_lazy("how many days back people were asked about"),
    "nothing": gettext_lazy("nothing that is needed"),
}
SHAPE_WORDS = {
    "events_and_roster": gettext_lazy("a list of events and a list of people"),
    "persons_with_counts": gettext_lazy("one row for each person, with counts and costs"),
    "repeat_groups": gettext_lazy("an export of a survey app, with a sheet for each group"),
    "blocks": gettext_lazy("blocks of a national survey"),
    "unknown": gettext_lazy("a layout that is not known"),
}
SPENDING_WORDS = {
    "food_spending": gettext_lazy("spending on food"),
    "total_spending": gettext_lazy("spending in all"),
    "willingness_to_pay": gettext_lazy("what a household is willing to pay"),
}
PERIOD_WORDS = {
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "year": gettext_lazy("a year"),
}
ANSWER_WORDS = {
    "dmy": gettext_lazy("Day first: 31/12/2025"),
    "mdy": gettext_lazy("Month first: 12/31/2025"),
    "ymd": gettext_lazy("Year first: 2025-12-31"),
    "point": gettext_lazy("A point: 1,200.50"),
    "comma": gettext_lazy("A comma: 1.200,50"),
    "1900": gettext_lazy("From 1900 (Windows)"),
    "1904": gettext_lazy("From 1904 (older Macs)"),
    **PERIOD_WORDS,
}
DROPPED_WORDS = {
    "name": gettext_lazy("a name"),
    "phone": gettext_lazy("a phone number"),
    "aadhaar": gettext_lazy("an Aadhaar number"),
    "email": gettext_lazy("an e-mail address"),
    "location": gettext_lazy("a place on the map"),
    "address": gettext_lazy("an address"),
    "device": gettext_lazy("a device"),
    "other_id": gettext_lazy("the number of a document"),
}
# In one line, for lists and filters; the whole sentence stands with each problem.
CODE_WORDS = {
    "no_households": gettext_lazy("No list of households"),
    "no_events": gettext_lazy("No events found"),
    "no_kinds": gettext_lazy("No kind of event known"),
    "excluded": gettext_lazy("Left out by a person"),
    "unknown_household": gettext_lazy("Household not in the list"),
    "unknown_kind": gettext_lazy("Kind of event not known"),
    "not_a_number": gettext_lazy("Not a number"),
    "negative": gettext_lazy("Below 0"),
    "absurd": gettext_lazy("Far too large"),
    "outlier": gettext_lazy("Far from the others"),
    "bill_missing": gettext_lazy("No cost given"),
    "bill_zero": gettext_lazy("Cost of 0"),
    "duplicate_row": gettext_lazy("Row there twice"),
    "duplicate_household": gettext_lazy("Household there twice"),
    "duplicate_person": gettext_lazy("Person there twice"),
    "row_of_other_file": gettext_lazy("Row of another file"),
    "number_in_two_villages": gettext_lazy("Number used in two villages"),
    "villages_differ": gettext_lazy("Listed in two villages"),
    "household_dropped": gettext_lazy("Household does not count"),
    "cost_without_event": gettext_lazy("Cost without an event"),
    "outside_recall": gettext_lazy("Outside the days asked about"),
    "days_above_recall": gettext_lazy("Longer than the days asked about"),
    "size_differs": gettext_lazy("Number of members differs"),
    "total_row": gettext_lazy("Row of totals"),
    "example_row": gettext_lazy("Example row of the template"),
    "age_absurd": gettext_lazy("Impossible age"),
    "bad_date": gettext_lazy("Not a date"),
    "days_missing": gettext_lazy("Days of the stay missing"),
    "no_consent": gettext_lazy("Did not agree"),
    "formula_like_text": gettext_lazy("Text like a formula"),
    "recall_assumed": gettext_lazy("Days asked about were assumed"),
    "numbers_by_village": gettext_lazy("Household numbers start anew in each village"),
    "mapping_not_used": gettext_lazy("Column names of another form, not used"),
    "same_file": gettext_lazy("The same file twice"),
}


def kind_words(kind: str) -> str:
    return str(KIND_WORDS.get(kind, kind))


def role_words(role: str) -> str:
    """What a column is for: "cost", or "cost of hospital stays" where a sheet has one for each kind."""
    part, _point, kind = role.partition(".")
    words = _(ROLE_WORDS[part]) if part in ROLE_WORDS else part
    if kind in KINDS:
        return _("%(what)s: %(kind)s") % {"what": words, "kind": kind_words(kind)}
    return words


READ_AS_NUMBERS = frozenset({"outlier", "absurd"})
"""Problems whose value was read as a number, so that it is shown as one."""


def problem_words(problem: SurveyProblem, *, grouping: Grouping) -> str:
    """What was found and what was expected."""
    is_number = problem.code in READ_AS_NUMBERS
    values: Mapping[str, Any] = {
        "value": _grouped(problem.value, grouping) if is_number else problem.value,
        "column": problem.column,
        "row": problem.row,
        "sheet": problem.sheet or problem.file,
        **_told(problem.params),
        **{
            name: _grouped(problem.params[name], grouping)
            for name in ("median", "most")
            if name in problem.params
        },
    }
    return _(PROBLEM_WORDS[problem.code]) % values


def _grouped(value: Any, grouping: Grouping) -> str:
    """A number with its digits grouped; whatever is none as it stands."""
    try:
        return format_number(float(value), grouping=grouping)
    except ValueError:
        return str(value)


def _told(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: kind_words(value) if name == "kind" and isinstance(value, str) else value
        for name, value in params.items()
    }


def code_words(code: str) -> str:
    """A problem's kind in a few words."""
    return str(CODE_WORDS.get(code, code.replace("_", " ").capitalize()))


def question_words(code: str) -> str:
    return _(QUESTION_WORDS[code])


def refusal_of(refusal: Mapping[str, Any]) -> str:
    """Why the files were refused; empty when they were not."""
    if not refusal:
        return ""
    return _(REFUSAL_WORDS[refusal["code"]]) % refusal["params"]
