"""The model dossier of a saved package: everything a reviewer puts their name to, as one document.

Every figure comes from the functions that the pages use; nothing is worked out here a second time. The
document is plain JSON, so that it can be frozen, drawn on screen and printed from the same words.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from calculator.blocks import facts
from calculator.case import Case, case_hash, case_to_json
from calculator.dossier_figures import figures_in_full
from calculator.dossier_findings import Finding, findings_of, findings_section
from calculator.dossier_inputs import data_section, fits_section, purpose_section, terms_section
from calculator.dossier_limits import limits_section, provenance_section
from calculator.dossier_results import engines_section, premium_section, ruin_section, sensitivity_section
from calculator.package_page import PackagePage
from calculator.sure import Known, Sure, known_of, sure_of
from jobs.questions import canonical

FORMAT = 1


@dataclass
class Dossier:
    """One package's dossier as it would be signed now.

    `open_comments` is how many comments nobody has settled; a reviewer should know of them.
    """

    page: PackagePage
    open_comments: int = 0

    @property
    def case(self) -> Case:
        return self.page.line.case

    @cached_property
    def case_hash(self) -> str:
        return case_hash(self.case)

    @cached_property
    def known(self) -> Known | None:
        return known_of(self.page.quote, self.page.risks)

    @cached_property
    def sure(self) -> Sure | None:
        return sure_of(self.page)

    @cached_property
    def findings(self) -> list[Finding]:
        return findings_of(self.page, self.known, open_comments=self.open_comments)

    @property
    def needs_exception(self) -> list[Finding]:
        """What stands in the way of a signature unless the reviewer says why it may stand."""
        return [each for each in self.findings if each.blocks and not each.passed]

    @cached_property
    def made_at(self) -> datetime:
        """When the newest of its figures came about."""
        saved = self.page.line.package.changed_at
        simulated = self.page.found.simulated_at
        return max(saved, simulated) if simulated else saved

    @cached_property
    def inputs(self) -> list[dict[str, str]]:
        """What was chosen and assumed, name by name, so that two versions can be told apart."""
        package = self.page.line.package
        rows = [{"name": _("Name"), "value": package.name}]
        for row in self.page.terms:
            rows.append({"name": row["name"], "value": row["words"]})
            rows.append({"name": _("%(name)s: assumed") % {"name": row["name"]}, "value": row["assumption"]})
        rows += self.page.community
        number = str(package.assumption_set.number)
        rows.append({"name": _("Version of the assumptions"), "value": number})
        rows.append({"name": _("Total premium payable PPPY"), "value": self.page.lines["total"]})
        return rows

    @cached_property
    def document(self) -> dict[str, Any]:
        """The words and figures as they are read, section by section."""
        page = self.page
        package, scheme = page.line.package, page.scheme
        where = f"{scheme.name}, {scheme.place}" if scheme.place else scheme.name
        return {
            "format": FORMAT,
            "language": get_language() or "en",
            "title": package.name,
            "subtitle": where,
            "kind_words": _("Model dossier of a package, version %(n)s") % {"n": package.version},
            "foot": _("%(name)s, version %(n)s · %(scheme)s · case %(case)s")
            % {
                "name": package.name,
                "n": package.version,
                "scheme": scheme.name,
                "case": self.case_hash[:16],
            },
            "facts": facts(self._head())["rows"],
            "sections": self._sections(),
        }

    def _head(self) -> list[tuple[str, str]]:
        page = self.page
        sure = self.sure
        head = [
            (
                _("Total premium"),
                _("%(total)s a person a year, %(month)s a month")
                % {"total": page.say.money(page.quote.premium.total), "month": page.lines["month"]},
            ),
            (
                _("Chance of bankruptcy"),
                _("asked for %(asked)s; really %(really)s")
                % {
                    "asked": page.say.share(page.line.package.chance_of_bankruptcy),
                    "really": sure.really if sure else _("not known"),
                },
            ),
        ]
        if sure and sure.survey:
            head.append(
                (
                    _("Survey range"),
                    _("%(low)s to %(high)s") % {"low": sure.survey["low"], "high": sure.survey["high"]},
                )
            )
        head.append((_("Organisation"), scheme_owner(page)))
        return head

    def _sections(self) -> list[dict[str, Any]]:
        page, known = self.page, self.known
        sections = [
            purpose_section(page),
            data_section(page),
            fits_section(page),
            terms_section(page),
            premium_section(page),
            engines_section(page),
            ruin_section(page, self.sure, known),
            sensitivity_section(page),
            limits_section(page),
            provenance_section(page, case=self.case_hash),
            findings_section(self.findings),
        ]
        return [
            {**each, "title": f"{number}. {each['title']}"} for number, each in enumerate(sections, start=1)
        ]

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Every figure unrounded, with the case that reproduces it."""
        return {
            "case": case_to_json(self.case),
            "case_hash": self.case_hash,
            "package_version": self.page.line.package.version,
            **figures_in_full(self.page.quote, self.known),
        }

    @cached_property
    def content(self) -> str:
        """All of it as canonical JSON, the text that is frozen."""
        return canonical({"document": self.document, "figures": self.figures, "inputs": self.inputs})

    @cached_property
    def content_hash(self) -> str:
        """Names the content: whoever signs says by it which dossier they have read."""
        return text_hash(self.content)


def text_hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def scheme_owner(page: PackagePage) -> str:
    return str(page.scheme.organisation)
