"""One scheme as a file that another organisation, here or elsewhere, can take in: same figures, new keys.

In it: the scheme, all versions of its assumptions, its packages with their terms and the premiums they were
saved at, and what was simulated for them. Not in it: who did anything, surveys and what was estimated from
them, comments, signatures, workshops, years. Lists of bills that a benefit's law is made of are figures that
premiums need, so they are in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.trail import What, record
from calculator.actions import start_simulation
from calculator.case import Case
from calculator.case_value import case_hash
from calculator.cases import build_case, chosen_of
from calculator.models import BenefitTerms, Package, Premium
from calculator.queries import packages_of
from cbhi_site.backup.restoring import insert
from cbhi_site.backup.values import way_of
from cbhi_site.checked_zip import Checked, DamagedFileError, checked, written
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION
from simulation.models import AssumptionSet, BenefitRisk, Moments
from simulation.questions import questions
from simulation.runs import SEED

KIND = "scheme"
FORMAT = 1
MOST_BYTES = 200_000_000
# Each one's rows point to rows of those before it, or of its own.
MODELS: tuple[type[models.Model], ...] = (
    *(Scheme, AssumptionSet, BenefitRisk, Package),
    *(BenefitTerms, Premium, Moments),
)


class NotImportedError(Exception):
    """Says why nothing was taken in."""


# ---- writing -----------------------------------------------------------------------------------------------


@transaction.atomic
def export_scheme(*, scheme: Scheme, target: Path | IO[bytes]) -> None:
    about = {"kind": KIND, "format": FORMAT, "engine": ENGINE_VERSION, "made_at": timezone.now().isoformat()}
    with written(target, about=about) as file:
        for model, rows in _rows(scheme).items():
            file.add(_part(model), _lines(model, rows))
    record(what=What.SCHEME_EXPORTED, subject=scheme, label=scheme.name, scheme=scheme)


def _part(model: type[models.Model]) -> str:
    return f"rows/{model._meta.label}.jsonl"


def _rows(scheme: Scheme) -> dict[type[models.Model], Iterable[models.Model]]:
    packages = list(packages_of(scheme=scheme))
    risks = {group.risk_hash for package in packages for group in _groups(package)}
    return {
        Scheme: [scheme],
        AssumptionSet: AssumptionSet.objects.beside(scheme).filter(scheme=scheme).order_by("number"),
        BenefitRisk: BenefitRisk.objects.beside(scheme).filter(assumption_set__scheme=scheme),
        Package: packages,
        BenefitTerms: BenefitTerms.objects.beside(scheme).filter(package__in=packages),
        Premium: Premium.objects.beside(scheme).filter(package__in=packages).order_by("created_at"),
        Moments: Moments.objects.beside(scheme).filter(risk_hash__in=risks),
    }


def _groups(package: Package) -> Iterable[Any]:
    return questions(_case(package).package, seed=SEED)


def _case(package: Package) -> Case:
    case = build_case(
        risks=list(package.assumption_set.risks.select_related("linked_to")),
        chosen=chosen_of(package),
        name=package.name,
        currency=package.scheme.currency,
    )
    return replace(case, simulation=None)


def _fields(model: type[models.Model]) -> list[Any]:
    """Without whose it is, and without who and what of the old site it points to."""
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.ForeignKey) or field.related_model in MODELS
    ]


def _lines(model: type[models.Model], rows: Iterable[models.Model]) -> Iterator[bytes]:
    fields = _fields(model)
    ways = [way_of(field) for field in fields]
    for row in rows:
        values = (getattr(row, field.attname) for field in fields)
        said = {
            field.column: None if value is None else way.there(value)
            for field, way, value in zip(fields, ways, values, strict=True)
        }
        yield (json.dumps(said, separators=(",", ":")) + "\n").encode()


# ---- reading -----------------------------------------------------------------------------------------------


def import_scheme(
    *, organisation: Organisation, source: Path | IO[bytes], user: User | None = None
) -> Scheme:
    """A file's scheme as a new one of this organisation: whole, with the same premiums, or not at all."""
    try:
        with checked(source, kind=KIND, most_bytes=MOST_BYTES) as file, transaction.atomic():
            return _imported(file, organisation, user)
    except DamagedFileError as problem:
        raise NotImportedError(str(problem)) from None
    except (ValidationError, IntegrityError, KeyError, TypeError, ValueError) as problem:
        raise NotImportedError(
            f"The file holds what no scheme can have ({type(problem).__name__})."
        ) from None


def _imported(file: Checked, organisation: Organisation, user: User | None) -> Scheme:
    if file.about.get("format") != FORMAT:
        raise NotImportedError("The file was made by a newer version of the site.")
    if file.names() != sorted(_part(model) for model in MODELS):
        raise NotImportedError("The file does not hold the parts of a scheme.")
    said = {model: [json.loads(line) for line in file.lines(_part(model))] for model in MODELS}
    keys = {row["id"]: uuid4() for rows in said.values() for row in rows}
    made = {model: [_instance(model, row, keys, organisation) for row in said[model]] for model in MODELS}
    (scheme,) = made[Scheme]
    assert isinstance(scheme, Scheme)
    scheme.name = free_name(scheme.name, organisation)
    made[Moments] = _unknown(made[Moments], organisation)
    for model in MODELS:
        insert(model, list(model._meta.concrete_fields), made[model])
    scheme = Scheme.objects.of(organisation).get(pk=scheme.pk)
    _check_premiums(scheme)
    record(what=What.SCHEME_IMPORTED, subject=scheme, label=scheme.name, scheme=scheme, actor=user)
    for package in packages_of(scheme=scheme):
        start_simulation(package=package, user=user)
    return scheme


def _instance(
    model: type[models.Model],
    said: Mapping[str, Any],
    keys: Mapping[str, UUID],
    organisation: Organisation,
) -> models.Model:
    """A row with keys of its own; columns that an older site did not have take what is usual."""
    by_column = {field.column: field for field in _fields(model)}
    unknown = set(said) - set(by_column)
    if unknown:
        raise NotImportedError(f"The file was made by a newer version of the site: {min(unknown)}.")
    values: dict[str, Any] = {"organisation_id": organisation.pk}
    for column, value in said.items():
        field = by_column[column]
        if field.primary_key or isinstance(field, models.ForeignKey):
            values[field.attname] = None if value is None else keys[value]
        else:
            values[field.attname] = None if value is None else way_of(field).back(value)
    row = model(**values)
    links = {field.name for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}
    row.clean_fields(exclude=links)
    return row


def free_name(name: str, organisation: Organisation) -> str:
    """The name, with a number behind it if a scheme of this organisation has it already."""
    taken = {each.lower() for each in Scheme.objects.of(organisation).live().values_list("name", flat=True)}
    wanted, number = name, 2
    while wanted.lower() in taken:
        wanted, number = f"{name} ({number})", number + 1
    return wanted


def _unknown(found: list[Any], organisation: Organisation) -> list[Any]:
    """What this organisation has not simulated itself; both would be the same bits."""
    if any(row.is_damaged for row in found):
        raise NotImportedError("What was simulated is not what its checksum says.")
    asked = ("risk_hash", "asked_hash", "root_seed", "families")
    mine = Moments.objects.of(organisation).filter(risk_hash__in={row.risk_hash for row in found})
    known = set(mine.values_list(*asked))
    return [row for row in found if tuple(getattr(row, name) for name in asked) not in known]


def _check_premiums(scheme: Scheme) -> None:
    """What was priced with the engine that runs here has the same hash here, or nothing is taken in."""
    for package in packages_of(scheme=scheme):
        saved = package.premiums.filter(package_version=package.version).first()
        if saved is None or saved.engine_version != ENGINE_VERSION:
            continue
        if case_hash(_case(package)) != saved.content_hash:
            raise NotImportedError(f"The package {package.name} would not cost the same here.")
