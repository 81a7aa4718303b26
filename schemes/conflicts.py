"""Two people changed the same scheme: what of its form is decided together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.conflicts import Comparison, Part, Texts, parts_of, texts_of, unsealed
from schemes.forms import FAMILY_FIELDS, LOADING_FIELDS, SchemeForm, initial_of
from schemes.models import Scheme

TOGETHER = (
    Part(key="families", label=_("Family sizes"), fields=("sizes_as", *FAMILY_FIELDS.values())),
    Part(
        key="loadings",
        label=_("Further loadings"),
        fields=tuple(name for pair in LOADING_FIELDS for name in pair),
    ),
)


def parts() -> list[Part]:
    return parts_of(SchemeForm().fields, TOGETHER)


def texts_of_scheme(scheme: Scheme) -> dict[str, str]:
    return texts_of(SchemeForm(initial=initial_of(scheme)))


def compared(*, mine: Mapping[str, Any], theirs: Scheme, started: str) -> Comparison:
    """`mine` is what I would save, `started` what my form was opened with."""
    before: Texts = unsealed(started)
    return Comparison(
        fields=SchemeForm(initial=initial_of(theirs)).fields,
        parts=parts(),
        mine=texts_of_scheme(Scheme(organisation=theirs.organisation, **mine)),
        theirs=texts_of_scheme(theirs),
        before=before,
    )
