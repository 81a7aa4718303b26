"""A phone's sheet and the sheet here were both changed: mine, theirs, and what the phone started from."""

from __future__ import annotations

import json

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.conflicts import KEEP, Comparison, conflict_page, merged, parts_of
from accounts.requests import SiteRequest
from calculator import queries
from calculator.forms import NameForm
from calculator.models import Draft
from calculator.typed import Typed, TypedSheet, typed_from_post
from offline.sheets import SentSheet, boxes_of
from schemes.fields import NumberField


def _fields(draft: Draft) -> dict[str, forms.Field]:
    """Every box of the sheet under its own name, said so that it can be found: "Injury: Copay"."""
    risks = queries.risks_tuple(queries.assumptions_for(draft))
    both = TypedSheet(draft.scheme, risks, {})
    found: dict[str, forms.Field] = dict(NameForm().fields)
    for form in both.rows:
        for name, field in form.fields.items():
            field.label = f"{form.risk.name}: {field.label}"
            found[form.add_prefix(name)] = field
    found |= both.loadings.fields
    for field in found.values():
        if isinstance(field, NumberField):
            field.grouping = draft.scheme.number_grouping
    return found


def clash_page(request: SiteRequest, *, draft: Draft, sent: SentSheet) -> HttpResponse:
    fields = _fields(draft)
    theirs = {name: draft.typed.get(name, "") for name in fields}
    compared = Comparison(
        fields=fields,
        parts=parts_of(fields),
        mine=theirs | sent.typed,
        theirs=theirs,
        before=theirs | sent.base,
    )
    body = {"id": str(sent.id), "typed": sent.typed, "base": sent.base, "opened": sent.opened}
    return conflict_page(
        request,
        row=draft,
        name=_("your sheet"),
        version=draft.package_version or 0,
        action=reverse("offline:compare", args=[draft.scheme_id]),
        leave=reverse("calculator:sheet", args=[draft.scheme_id]),
        compared=compared,
        do="merge",
        context={
            "scheme": draft.scheme,
            "stage": "premium",
            "heading": _("Your sheet was changed in two places"),
            "lead": _(
                "On this phone while it had no network, and on the site meanwhile. Nothing is lost: choose "
                "line by line. “Mine” is this phone’s, “theirs” the site’s."
            ),
            "carried": {"sheet": json.dumps(body)},
        },
    )


def merged_of(post: QueryDict, *, draft: Draft, sent: SentSheet) -> Typed:
    """The sheet that was chosen: this phone's, with the site's wherever that was taken."""
    fields = _fields(draft)
    theirs = {name: draft.typed.get(name, "") for name in fields}
    mine = QueryDict(mutable=True)
    mine.update(theirs | {name: text for name, text in sent.typed.items() if name in boxes_of(draft)})
    mine.update({name: str(post[name]) for name in post if name.startswith(KEEP)})
    risks = queries.risks_tuple(queries.assumptions_for(draft))
    return typed_from_post(merged(mine, parts=parts_of(fields), theirs=theirs), risks)
