"""The rules sheet as it is read and printed, in the language of the print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from schemes.models import Scheme
from workshop.print_figures import PrintChoices, Say, local_name
from workshop.rules_rows import Host, SchemeRules
from workshop.rules_words import RuleSource, claim_rule, exception_warnings, warnings_of


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One benefit's claim rule; `is_own` when somebody wrote it by hand, else it follows the terms."""

    key: str
    name: str
    text: str
    is_own: bool

    @property
    def warnings(self) -> list[str]:
        return warnings_of(self.text)


@dataclass(frozen=True, kw_only=True)
class RulesPage:
    """Everything on the sheet. Read its words while the language of the choices is active."""

    scheme: Scheme
    rules: SchemeRules | None
    source: RuleSource | None
    choices: PrintChoices

    @cached_property
    def say(self) -> Say:
        return Say(
            scheme=self.scheme,
            choices=self.choices,
            scale=self.source.scale if self.source else 1000.0,
        )

    @cached_property
    def lines(self) -> list[RuleLine]:
        own = self.rules.claim_rules if self.rules else {}
        return [
            RuleLine(
                key=key,
                name=local_name(benefit.name),
                text=own.get(key) or claim_rule(benefit, self.say),
                is_own=bool(own.get(key)),
            )
            for key, benefit in (self.source.paid if self.source else [])
        ]

    def from_terms(self) -> list[tuple[str, str, str]]:
        """Key, name and the sentence out of the terms, for the form."""
        paid = self.source.paid if self.source else []
        return [(key, benefit.name, claim_rule(benefit, self.say)) for key, benefit in paid]

    @property
    def exceptions(self) -> list[str]:
        """Where the price or the other answers make an exception for somebody."""
        found = []
        if self.has_discount:
            found.append(
                _(
                    "The package gives larger families a discount, and the others pay for it. Communities "
                    "did not like that: think about leaving it out."
                )
            )
        if self.rules is not None:
            found += exception_warnings(f"{self.rules.collection} {self.rules.shortfall}")
        return found

    @property
    def has_discount(self) -> bool:
        return self.source is not None and self.source.discount > 0.0

    def _same(self, rules: SchemeRules) -> str:
        if not rules.same_for_all:
            return ""
        if self.has_discount:
            return pgettext("print", "The same rules hold for everybody.")
        return pgettext("print", "The same rules hold for everybody: nobody pays less, nobody gets more.")

    @cached_property
    def committee(self) -> list[dict[str, Any]]:
        """Roles with as many blank lines as there are members."""
        if self.rules is None:
            return []
        return [
            {
                "role": local_name(row["role"]),
                "seats": [self.say.whole(seat) for seat in range(1, row["members"] + 1)],
            }
            for row in self.rules.committee
        ]

    def document(self) -> dict[str, Any]:
        """The sheet for paper. Only where rules are saved."""
        rules, say = self.rules, self.say
        assert rules is not None
        return {
            "title": pgettext("print", "The rules of our scheme"),
            "language": self.choices.language,
            "author": str(self.scheme.organisation),
            "scheme": self.scheme.name,
            "package": self.source.name if self.source else "",
            "warning": "",
            "rows": self._rows(rules),
            "same": self._same(rules),
            "claims_title": pgettext("print", "What we pay, and how a claim is decided"),
            "claims": [line.text for line in self.lines],
            "committee_title": pgettext("print", "Our committee"),
            "committee": self.committee,
            "quorum": pgettext("print", "To decide, %(n)s of them must be there.")
            % {"n": say.whole(rules.quorum)},
            "labels": {
                "role": pgettext("print", "Role"),
                "name": pgettext("print", "Name"),
                "signature": pgettext("print", "Signature or thumb print"),
            },
            "read_out": pgettext("print", "These rules were read out to all members on"),
        }

    def _rows(self, rules: SchemeRules) -> list[dict[str, str]]:
        say = self.say
        waits = (
            pgettext("print", "The first %(n)s days after joining nothing is paid.")
            % {"n": say.whole(rules.waiting_days)}
            if rules.waiting_days
            else pgettext("print", "Nobody waits: cover starts on the first day.")
        )
        decided = pgettext("print", "within %(n)s days") % {"n": say.whole(rules.decision_days)}
        host = ", ".join(filter(None, (host_words(rules.host), rules.host_name)))
        rows = [
            (pgettext("print", "Our group"), host),
            (pgettext("print", "Local partner"), rules.partner),
            (pgettext("print", "Who decides a claim"), f"{local_name(rules.decides)} ({decided})"),
            (pgettext("print", "Waiting time"), waits),
            (pgettext("print", "How the premium is paid"), local_name(rules.collection)),
            (pgettext("print", "When the money runs short"), local_name(rules.shortfall)),
        ]
        return [{"name": name, "value": value} for name, value in rows if value]


def host_words(host: str) -> str:
    return {
        Host.SELF_HELP_GROUPS: pgettext("print", "Self-help groups"),
        Host.COOPERATIVE: pgettext("print", "Cooperative"),
        Host.FARMERS: pgettext("print", "Farmers' association"),
        Host.OTHER: "",
    }[Host(host)]
