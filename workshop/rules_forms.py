"""The rules of a scheme as they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.conflicts import Comparison, Part, StartedForm, parts_of, texts_of, unsealed
from schemes.fields import WholeField
from workshop.rules_rows import (
    LONGEST_ANSWER,
    LONGEST_RULE,
    MOST_DECISION_DAYS,
    MOST_WAITING_DAYS,
    Host,
    SchemeRules,
)

ROLES = 6
MOST_MEMBERS = 50
COMMITTEE_FIELDS = [(f"role_{n}", f"members_{n}") for n in range(1, ROLES + 1)]
RULE = "rule_"


def first_answers() -> dict[str, Any]:
    """What a new sheet starts from: in words that the prints know in every language."""
    with translation.override("en"):
        committee = (
            (pgettext("print", "Chairperson"), 1),
            (pgettext("print", "Secretary"), 1),
            (pgettext("print", "Treasurer"), 1),
            (pgettext("print", "Members"), 4),
        )
        answers = {
            "quorum": 4,
            "decides": pgettext("print", "The committee, by majority, with the bill on the table."),
            "decision_days": 14,
            "waiting_days": 0,
            "collection": pgettext(
                "print", "Every family pays the whole premium before the first day of cover."
            ),
            "shortfall": pgettext(
                "print",
                "Claims are paid in the order in which they came in. A meeting of all members decides about "
                "the rest.",
            ),
            "version": 0,
        }
    return answers | {"committee": [{"role": role, "members": members} for role, members in committee]}


class RulesForm(StartedForm):
    """`lines` are the benefits that are paid: their keys, names, and the sentence that their terms make."""

    host = forms.ChoiceField(
        label=gettext_lazy("Host group"),
        help_text=gettext_lazy("A scheme that leans on a group people trust already is easier to run."),
        choices=Host.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of group carries the scheme.")},
    )
    host_name = forms.CharField(label=gettext_lazy("Name of the host group"), max_length=160, required=False)
    partner = forms.CharField(
        label=gettext_lazy("Local partner"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Who helps and is trusted: an organisation, not a person."),
    )
    quorum = WholeField(
        label=gettext_lazy("How many must be there to decide"),
        lowest=1,
        highest=ROLES * MOST_MEMBERS,
    )
    decides = forms.CharField(
        label=gettext_lazy("Who decides a claim"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Say who decides, for example: the committee, by majority.")
        },
    )
    decision_days = WholeField(
        label=gettext_lazy("Within how many days"), lowest=1, highest=MOST_DECISION_DAYS
    )
    waiting_days = WholeField(
        label=gettext_lazy("Waiting days"),
        lowest=0,
        highest=MOST_WAITING_DAYS,
        help_text=gettext_lazy(
            "How long a new member waits before the first claim is paid. 0: nobody waits."
        ),
    )
    collection = forms.CharField(
        label=gettext_lazy("How and when the premium is collected"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The same way and the same day for every family."),
        error_messages={"required": gettext_lazy("Say how and by which day every family pays.")},
    )
    shortfall = forms.CharField(
        label=gettext_lazy("What happens when the money runs short"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Some years cost more than was collected. Say what happens then.")
        },
    )
    same_for_all = forms.BooleanField(
        label=gettext_lazy("The same norms hold for everybody: nobody pays less, nobody gets more."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, lines: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for place, (role, members) in enumerate(COMMITTEE_FIELDS, start=1):
            self.fields[role] = forms.CharField(
                label=_("Committee: role %(n)s") % {"n": place}, max_length=60, required=False
            )
            self.fields[members] = WholeField(
                label=_("How many in role %(n)s") % {"n": place},
                lowest=1,
                highest=MOST_MEMBERS,
                required=False,
            )
        for key, name, _sentence in lines:
            self.fields[RULE + key] = forms.CharField(
                label=name,
                max_length=LONGEST_RULE,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def committee_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[role], self[members]) for role, members in COMMITTEE_FIELDS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for role, members in COMMITTEE_FIELDS:
            if data.get(members) and not data.get(role):
                self.add_error(role, _("Name the role of these members, for example Treasurer."))
            if data.get(role) and not data.get(members) and members not in self.errors:
                self.add_error(members, _("Say how many have this role, for example 1."))
        seats = sum(data.get(members) or 0 for _role, members in COMMITTEE_FIELDS)
        if not seats and not any(members in self.errors for _role, members in COMMITTEE_FIELDS):
            self.add_error(
                COMMITTEE_FIELDS[0][0], _("A committee has somebody in it. Name one role at least.")
            )
        elif seats and (data.get("quorum") or 0) > seats:
            self.add_error(
                "quorum",
                ValidationError(
                    _("The committee has %(n)s members only. Type %(n)s or less."), params={"n": seats}
                ),
            )
        return data

    def values(self) -> dict[str, Any]:
        """As the model keeps it: a rule that says what the terms say is not kept, it follows them."""
        data = self.cleaned_data
        plain = ("host", "host_name", "partner", "decides", "collection", "shortfall", "same_for_all")
        whole = ("quorum", "decision_days", "waiting_days")
        return {
            **{name: data[name] for name in plain},
            **{name: int(data[name]) for name in whole},
            "committee": [
                {"role": data[role], "members": int(data[members])}
                for role, members in COMMITTEE_FIELDS
                if data[role]
            ],
            "claim_rules": {
                key: typed
                for key, _name, sentence in self.lines
                if (typed := " ".join(data[RULE + key].split())) and typed != " ".join(sentence.split())
            },
        }


def initial_of(rules: SchemeRules | None, lines: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What the boxes hold: the saved rules, or what most schemes start from."""
    saved = rules.claim_rules if rules else {}
    first: dict[str, Any] = {
        RULE + key: saved.get(key) or " ".join(sentence.split()) for key, _name, sentence in lines
    }
    start = first_answers() if rules is None else {name: getattr(rules, name) for name in KEPT}
    for (role, members), row in zip(COMMITTEE_FIELDS, start.pop("committee"), strict=False):
        first |= {role: row["role"], members: row["members"]}
    return first | start


KEPT = (
    *("host", "host_name", "partner", "committee", "quorum", "decides", "decision_days", "waiting_days"),
    *("collection", "shortfall", "same_for_all", "version"),
)


# ---- two people at once ------------------------------------------------------------------------------------
def parts(lines: Sequence[tuple[str, str, str]]) -> list[Part]:
    committee = Part(
        key="committee",
        label=gettext_lazy("Committee"),
        fields=tuple(name for pair in COMMITTEE_FIELDS for name in pair),
    )
    return parts_of(RulesForm(lines=lines).fields, (committee,))


def texts_of_rules(rules: SchemeRules | None, lines: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    return texts_of(RulesForm(lines=lines, initial=initial_of(rules, lines)))


def compared(
    *,
    mine: Mapping[str, Any],
    theirs: SchemeRules,
    started: str,
    lines: Sequence[tuple[str, str, str]],
) -> Comparison:
    """`mine` is what I would save, `started` what my form was opened with."""
    own = SchemeRules(organisation=theirs.organisation, scheme=theirs.scheme, **mine)
    return Comparison(
        fields=RulesForm(lines=lines).fields,
        parts=parts(lines),
        mine=texts_of_rules(own, lines),
        theirs=texts_of_rules(theirs, lines),
        before=unsealed(started),
    )
