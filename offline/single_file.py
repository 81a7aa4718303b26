"""The calculator as one file: page, look, tables and arithmetic in it, for where nothing else can be had.

It is the calculator page's own sheet with the scripts that price it on a phone, and it asks no address for
anything: its own policy forbids that.
"""

from __future__ import annotations

import base64
import gzip
import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

from calculator import queries
from calculator.models import Draft
from calculator.sheet import Sheet
from calculator.typed import TypedSheet, first_sheet
from offline.packs import plan_of
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION

STYLES = ("css/tokens.css", "css/site.css", "css/calculator.css")
SCRIPTS = ("js/numbers.js", "js/offline/premium.js", "js/offline/sheet.js")

PARTS = ("policy", "style", "icons", "pack", "script")
UNSEEN = 'class="vh" width="0" height="0" aria-hidden="true"'


def single_file(scheme: Scheme, *, made_at: datetime) -> str:
    """The whole file."""
    plan = plan_of(scheme)
    risks = queries.risks_tuple(plan.assumption_set)
    typed = first_sheet(scheme, risks)
    draft = Draft(organisation=scheme.organisation, scheme=scheme, typed=typed)
    # Nobody can name a scheme or a benefit so that it stands where a part belongs.
    marks = {part: f"@{part}-{secrets.token_hex(8)}@" for part in PARTS}
    page: str = render_to_string(
        "offline/single.html",
        {
            "sheet": Sheet(scheme=scheme, draft=draft, typed=TypedSheet(scheme, risks, typed), good=None),
            "alone": True,
            "marks": marks,
            "made_at": made_at,
            "number": plan.assumption_set.number,
            "engine": ENGINE_VERSION,
        },
    )
    page = page.replace(f"{staticfiles_storage.url('icons.svg')}#", "#")
    style = "\n".join(_source(name) for name in STYLES)
    script = "\n".join(_source(name) for name in SCRIPTS)
    pack = gzip.decompress(plan.content).decode().replace("<", "\\u003c")
    parts = {
        "policy": f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}",
        "style": style,
        "icons": _source("icons.svg").replace("<svg ", f"<svg {UNSEEN} ", 1),
        "pack": pack,
        "script": script,
    }
    for part, text in parts.items():
        page = page.replace(marks[part], text, 1)
    return page


def _source(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
