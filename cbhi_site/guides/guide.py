"""The guides for field staff and for facilitators: what to do, in order, with pictures of the real pages.

`make guides` takes the pictures again (`tests/guides/pictures.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cbhi_site.guides.guide_of_facilitators import FACILITATORS
from cbhi_site.guides.guide_of_field_staff import FIELD_STAFF
from cbhi_site.guides.guide_parts import Guide

GUIDES: Mapping[str, Guide] = {
    "field-staff": Guide(
        key="field-staff",
        title=_("Guide for field staff"),
        short=_("From the questionnaire to a saved package, and claims every month."),
        lead=_(
            "From the first household to the price that you bring to the village. Print it and take it along."
        ),
        parts=FIELD_STAFF,
    ),
    "facilitators": Guide(
        key="facilitators",
        title=_("Guide for facilitators"),
        short=_("From the shortlist to the signed resolution."),
        lead=_("How a community chooses its own package in one day. Print it and keep it beside you."),
        parts=FACILITATORS,
    ),
}
