"""Two people changed the same scheme: what differs, and one form out of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.forms import FAMILY_FIELDS, LOADING_FIELDS, SchemeForm, initial_of
from schemes.models import Scheme
from schemes.numbers import format_number, format_share

THEIRS = "theirs"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is decided together: a field, or all family sizes, or all further loadings."""

    key: str
    label: Promise
    fields: tuple[str, ...]
    words: Callable[[Scheme], str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    part: Part
    mine: str
    theirs: str

    @property
    def field_name(self) -> str:
        return f"keep_{self.part.key}"


def _families_words(scheme: Scheme) -> str:
    sizes = sorted(scheme.family_sizes.items(), key=lambda item: int(item[0]))
    return ", ".join(f"{size}: {format_share(share)}" for size, share in sizes)


def _loadings_words(scheme: Scheme) -> str:
    rows = [f"{row['name']} {format_share(row['rate'])}" for row in scheme.further_loadings]
    return ", ".join(rows) or _("none")


def _share_words(name: str) -> Callable[[Scheme], str]:
    def words(scheme: Scheme) -> str:
        value = getattr(scheme, name)
        return _("as the family sizes say") if value is None else format_share(value)

    return words


PARTS = (
    Part(key="name", label=gettext_lazy("Name"), fields=("name",), words=lambda scheme: scheme.name),
    Part(key="place", label=gettext_lazy("Place"), fields=("place",), words=lambda scheme: scheme.place),
    Part(
        key="currency",
        label=gettext_lazy("Currency"),
        fields=("currency",),
        words=lambda scheme: str(scheme.money.name),
    ),
    Part(
        key="grouping",
        label=gettext_lazy("Large numbers"),
        fields=("grouping",),
        words=lambda scheme: str(scheme.get_grouping_display()),
    ),
    Part(
        key="inhabitants",
        label=gettext_lazy("Inhabitants"),
        fields=("inhabitants",),
        words=lambda scheme: format_number(scheme.inhabitants, grouping=scheme.number_grouping),
    ),
    Part(
        key="take_up",
        label=gettext_lazy("Expected take-up"),
        fields=("expected_take_up",),
        words=_share_words("expected_take_up"),
    ),
    Part(
        key="families",
        label=gettext_lazy("Family sizes"),
        fields=("sizes_as", *FAMILY_FIELDS.values()),
        words=_families_words,
    ),
    Part(
        key="large",
        label=gettext_lazy("Share of people in large families"),
        fields=("share_in_large_families",),
        words=_share_words("share_in_large_families"),
    ),
    Part(
        key="chance",
        label=gettext_lazy("Chance of bankruptcy"),
        fields=("chance_of_bankruptcy",),
        words=_share_words("chance_of_bankruptcy"),
    ),
    Part(
        key="admin",
        label=gettext_lazy("Admin loading"),
        fields=("admin_rate",),
        words=_share_words("admin_rate"),
    ),
    Part(
        key="loadings",
        label=gettext_lazy("Further loadings"),
        fields=tuple(name for pair in LOADING_FIELDS for name in pair),
        words=_loadings_words,
    ),
    Part(
        key="discount",
        label=gettext_lazy("Large-family discount"),
        fields=("large_family_discount",),
        words=_share_words("large_family_discount"),
    ),
    Part(
        key="basis",
        label=gettext_lazy("Risk basis"),
        fields=("risk_basis",),
        words=lambda scheme: str(scheme.get_risk_basis_display()),
    ),
)


def differences(*, mine: Mapping[str, Any], theirs: Scheme) -> list[Difference]:
    """What I would save and what somebody else saved, part by part, where the two are not the same."""
    as_mine = Scheme(organisation=theirs.organisation, **mine)
    found = [Difference(part=part, mine=part.words(as_mine), theirs=part.words(theirs)) for part in PARTS]
    return [each for each in found if each.mine != each.theirs]


def merged(data: QueryDict, *, theirs: Scheme) -> QueryDict:
    """My form with their values wherever I chose theirs."""
    form = SchemeForm(initial=initial_of(theirs))
    result = data.copy()
    for part in PARTS:
        if data.get(f"keep_{part.key}") == THEIRS:
            for name in part.fields:
                shown = form[name].value()
                result[name] = "" if shown is None else str(shown)
    return result
