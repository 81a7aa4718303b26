"""The files of a hand-over: one for each format, and all of a scheme in one archive."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from calculator.figures import Figures
from schemes.exports import csv_text
from schemes.models import Scheme
from workshop.handover import HandedPackage, Mapped
from workshop.handover_fhir import insurance_plan
from workshop.handover_openimis import product_document
from workshop.handover_queries import Offer
from workshop.handover_tables import LEFT_OUT, TABLES, everything_of, plain
from workshop.handover_words import in_words

SERVICE_COLUMNS = (
    *("code", "name", "type", "level", "price", "category", "care_type", "frequency"),
    *("male_cat", "female_cat", "adult_cat", "minor_cat"),
)
"""Columns of openIMIS's own upload of services."""


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def services_csv(package: HandedPackage) -> str:
    """The package's benefits as a list of services to upload to openIMIS before the product."""
    services = product_document(package).document["services"]
    rows = [[*(service[name] for name in SERVICE_COLUMNS[:8]), 1, 1, 1, 1] for service in services]
    return csv_text([SERVICE_COLUMNS, *rows])


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One file of one package."""

    name: str
    content_type: str
    text: Callable[[HandedPackage], str]


def _document(mapping: Callable[[HandedPackage], Mapped]) -> Callable[[HandedPackage], str]:
    return lambda package: json_text(mapping(package).document)


KINDS: Mapping[str, Kind] = {
    "openimis-product": Kind(
        name="openimis-product.json", content_type="application/json", text=_document(product_document)
    ),
    "openimis-services": Kind(name="openimis-services.csv", content_type="text/csv", text=services_csv),
    "insurance-plan": Kind(
        name="fhir-insurance-plan.json",
        content_type="application/fhir+json",
        text=_document(insurance_plan),
    ),
}
MAPPINGS: Mapping[str, Callable[[HandedPackage], Mapped]] = {
    "openIMIS": product_document,
    "FHIR R4": insurance_plan,
}


def archive(scheme: Scheme, offers: Sequence[Offer], *, made_at: datetime) -> bytes:
    """Everything of a scheme as one ZIP file: tables as CSV and JSON, each package in every format."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", compression=zipfile.ZIP_DEFLATED) as bundle:
        for name, text in _files(scheme, offers, made_at):
            entry = zipfile.ZipInfo(name, date_time=made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, text)
    return found.getvalue()


def _files(scheme: Scheme, offers: Sequence[Offer], made_at: datetime) -> Iterator[tuple[str, str]]:
    tables = everything_of(scheme)
    yield "README.txt", _readme(scheme, made_at)
    yield "everything.json", json_text(_as_json(scheme, tables, made_at))
    for name, table in tables.items():
        yield f"tables/{name}.csv", csv_text([table["columns"], *_cells(table["rows"])])
    for place, offer in enumerate(offers, start=1):
        folder = f"packages/{place:02d}-{slugify(offer.package.name) or 'package'}"
        handed, say = offer.handed, offer.line.say
        for kind in KINDS.values():
            yield f"{folder}/{kind.name}", kind.text(handed)
        yield f"{folder}/{_('not-carried')}.txt", _not_carried(handed, say)


def _cells(rows: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    """Rows for a spreadsheet: lists and tables of figures as JSON."""
    for row in rows:
        yield [
            json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else plain(value)
            for value in row
        ]


def _as_json(scheme: Scheme, tables: Mapping[str, Any], made_at: datetime) -> dict[str, Any]:
    return {
        "format": "CBHI scheme, everything but people",
        "made_at": made_at.isoformat(),
        "scheme": scheme.name,
        "tables": {
            name: [dict(zip(table["columns"], map(plain, row), strict=True)) for row in table["rows"]]
            for name, table in tables.items()
        },
        "left_out": {label: str(reason) for label, reason in LEFT_OUT.items()},
    }


def _not_carried(handed: HandedPackage, say: Figures) -> str:
    lines = []
    for name, mapping in MAPPINGS.items():
        lines.append(_("What %(format)s does not carry of this package:") % {"format": name})
        lines += [
            f"- {row['benefit']}: {row['words']}" if row["benefit"] else f"- {row['words']}"
            for row in in_words(mapping(handed).gaps, say)
        ]
        lines.append("")
    return "\n".join(lines)


def _readme(scheme: Scheme, made_at: datetime) -> str:
    lines = [
        _("%(scheme)s: everything, as of %(day)s")
        % {"scheme": scheme.name, "day": made_at.date().isoformat()},
        "",
        _("everything.json: all tables in one file, for a program."),
        _("tables/: the same tables one by one, for a spreadsheet:"),
        *[f"  {table.name}.csv" for table in TABLES],
        _("packages/: each saved package for openIMIS and as FHIR R4 InsurancePlan."),
        "",
        _("Nobody’s name is in these files, but notes stand as typed: read them before passing on."),
        _("Left out:"),
        *[f"  {label}: {reason}" for label, reason in LEFT_OUT.items()],
    ]
    return "\n".join(lines) + "\n"
