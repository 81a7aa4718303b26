"""A scheme travels in a file: other keys, the same figures, nothing of who made it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from calculator.case_value import case_hash
from calculator.models import BenefitTerms, Package, Premium
from calculator.queries import packages_of
from cbhi_site import scheme_file
from cbhi_site.checked_zip import written
from cbhi_site.management.commands.example import make_example
from cbhi_site.scheme_file import MODELS, NotImportedError, export_scheme, import_scheme
from schemes.models import Scheme
from simulation.models import BenefitRisk, Moments
from simulation.questions import questions
from simulation.runs import SEED, find
from tests.makers import every, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def exported(django_db_setup, django_db_blocker):
    """A scheme of links, wage days and caps, with moments that were simulated for one of its groups."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        make_example()
        scheme = every(Scheme).get(name="Slide example, linked")
        package = packages_of(scheme=scheme).get()
        import numpy as np

        group = questions(scheme_file._case(package).package, seed=SEED)[0]
        Moments.objects.create(
            organisation=scheme.organisation,
            risk_hash=group.risk_hash,
            asked_hash=group.terms_hash,
            engine_version="x",
            root_seed=str(SEED),
            families=1000,
            **Moments.packed(np.arange(6.0).reshape(1, 2, 3) / 7),
        )
        file = io.BytesIO()
        export_scheme(scheme=scheme, target=file)
        premium = package.premiums.get()
        told = {
            "hash": premium.content_hash,
            "answer": premium.answer,
            "groups": [(each.risk_hash, each.terms_hash) for each in find_groups(package)],
            "keys": {str(row.pk) for model in MODELS for row in every(model).all()},
            "trail": AuditEntry.objects.of(scheme.organisation).filter(what="scheme.exported").count(),
        }
        transaction.set_rollback(True)
    return file.getvalue(), told


def find_groups(package):
    return questions(scheme_file._case(package).package, seed=SEED)


def changed(content, **rows):
    """The file with other rows of one model, and checksums that fit."""
    other = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        about = json.loads(old.read("manifest.json"))
        parts = about.pop("parts")
        about |= rows.pop("about", {})
        with written(other, about=about) as new:
            for name in parts:
                lines = [json.loads(line) for line in old.read(name).splitlines()]
                model = name.split(".")[1]
                if model in rows:
                    lines = rows[model](lines)
                new.add(name, [(json.dumps(line) + "\n").encode() for line in lines])
    return other.getvalue()


def test_an_imported_scheme_has_other_keys_and_the_same_premiums_and_hashes(exported):
    content, told = exported
    home = make_organisation("Elsewhere")
    scheme = import_scheme(organisation=home, source=io.BytesIO(content))
    assert scheme.organisation == home
    assert told["trail"] == 1
    package = packages_of(scheme=scheme).get()
    premium = package.premiums.get()
    assert (premium.content_hash, premium.answer) == (told["hash"], told["answer"])
    assert case_hash(scheme_file._case(package)) == told["hash"]
    assert [(each.risk_hash, each.terms_hash) for each in find_groups(package)] == told["groups"]
    for model in MODELS:
        rows = list(every(model).filter(organisation=home))
        assert rows, model
        assert not {str(row.pk) for row in rows} & told["keys"]
    assert package.saved_by is None
    stored = Moments.objects.of(home).get(families=1000)
    assert stored.figures[0, 1, 2] == 5 / 7
    # What was not simulated yet is asked for, as if the package had just been saved here.
    assert package.simulation is not None
    assert not find(organisation=home, package=scheme_file._case(package).package).is_complete
    assert AuditEntry.objects.of(home).filter(what="scheme.imported").exists()


def test_a_second_import_is_a_second_scheme_under_a_name_of_its_own(exported):
    home = make_organisation()
    names = [import_scheme(organisation=home, source=io.BytesIO(exported[0])).name for _time in range(3)]
    start = "Slide example, linked"
    assert names == [start, f"{start} (2)", f"{start} (3)"]
    assert Moments.objects.of(home).filter(families=1000).count() == 1


def test_nothing_tells_who_made_it(exported):
    with zipfile.ZipFile(io.BytesIO(exported[0])) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    for word in (b"Meera", b"demo", b"Demo organisation", b"saved_by", b"organisation"):
        assert word not in everything


def another_price(rows):
    return [row | {"copay": 0.5} for row in rows]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"BenefitTerms": another_price}, "would not cost the same"),
        ({"Scheme": lambda _rows: []}, "no scheme can have"),
        ({"Scheme": lambda rows: [row | {"currency": "XXX"} for row in rows]}, "no scheme can have"),
        ({"Scheme": lambda rows: [row | {"colour": "red"} for row in rows]}, "newer version"),
        ({"BenefitRisk": lambda rows: [row | {"assumption_set_id": "?"} for row in rows]}, "no scheme can"),
        ({"Moments": lambda rows: [row | {"checksum": "0" * 64} for row in rows]}, "checksum"),
        ({"about": {"format": 2}}, "newer version"),
        ({"about": {"kind": "backup"}}, "is no scheme"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_whole(exported, change, said):
    home = make_organisation()
    with pytest.raises(NotImportedError, match=said):
        import_scheme(organisation=home, source=io.BytesIO(changed(exported[0], **change)))
    for model in (Scheme, BenefitRisk, Package, BenefitTerms, Premium, Moments):
        assert not every(model).filter(organisation=home).exists()


def test_a_file_that_would_fill_the_disk_is_refused(exported, monkeypatch):
    monkeypatch.setattr(scheme_file, "MOST_BYTES", 1000)
    with pytest.raises(NotImportedError, match="more than 0 MB"):
        import_scheme(organisation=make_organisation(), source=io.BytesIO(exported[0]))


def test_the_commands_say_what_they_made_or_why_not(exported, tmp_path):
    home, file = make_organisation("Elsewhere"), tmp_path / "a.zip"
    file.write_bytes(exported[0])
    told = io.StringIO()
    call_command("import_scheme", file, organisation="Elsewhere", stdout=told)
    assert "with the same premiums" in told.getvalue()
    scheme = Scheme.objects.of(home).get()
    call_command("export_scheme", scheme.pk, tmp_path / "b.zip", stdout=told)
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    for command, arguments, said in (
        ("export_scheme", [scheme.pk, tmp_path / "b.zip"], "is there already"),
        ("export_scheme", [home.pk, tmp_path / "c.zip"], "There is no scheme"),
        ("import_scheme", [file, "--organisation", "Nobody"], "no organisation called"),
        ("import_scheme", [tmp_path / "none.zip", "--organisation", "Elsewhere"], "There is no file"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command(command, *arguments)
    file.write_bytes(b"no zip")
    with pytest.raises(CommandError, match="Nothing was taken in"):
        call_command("import_scheme", file, "--organisation", "Elsewhere")
