"""A backup holds every row as it is, and a restore gives back exactly that or changes nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Organisation
from cbhi_site.backup import restoring
from cbhi_site.backup.restoring import NotRestoredError, restore
from cbhi_site.backup.values import way_of
from cbhi_site.backup.writing import KIND, back_up, forget_old, kept_models, write
from cbhi_site.checked_zip import DamagedFileError, checked
from cbhi_site.management.commands.example import make_example
from cbhi_site.models import BackupMade
from schemes.models import Scheme
from tests.makers import every, make_organisation, make_scheme


@pytest.fixture
def work():
    return make_scheme(make_organisation())


def parts(path):
    with checked(path, kind=KIND) as file:
        return file.about["parts"]


@pytest.mark.django_db
def test_what_is_restored_is_what_was_backed_up_to_the_last_bit(tmp_path):
    """One restore, looked at from every side: migrating a database anew takes seconds."""
    # Two tables that point to each other against the order of their names.
    call_command("create_organisation", "Invited", admin="a@example.org", stdout=io.StringIO())
    make_example()  # people, schemes, packages, simulations that wait, lines of the audit trail
    first = back_up(tmp_path / "one")
    assert first.path.stat().st_mode & 0o777 == 0o600
    every(Scheme).update(place="changed since")
    make_scheme(make_organisation("Came since"))
    with pytest.raises(NotRestoredError, match="holds rows already"):
        restore(first.path, replace=False)
    assert every(Scheme).filter(place="changed since").exists()

    assert restore(first.path, replace=True) == []
    again = tmp_path / "again.zip"
    assert write(again) == first.rows
    assert parts(again) == parts(first.path)
    assert not Organisation.objects.filter(name="Came since").exists()
    # Whole, and alive: the trail still holds, refuses changes, and new rows get new numbers.
    call_command("check_trail", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'audit_entry%'")
        assert {name for (name,) in cursor.fetchall()} == {"audit_entry_is_final", "audit_entry_is_kept"}
    numbered = [model for model in kept_models() if isinstance(model._meta.pk, models.AutoField)]
    for model in numbered:
        highest = models.QuerySet(model).aggregate(highest=models.Max("pk"))["highest"]
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, model._meta.pk.column])
            assert cursor.fetchone()[0] > (highest or 0), table


def harmed(whole):
    middle = whole.index(b"schemes_scheme.jsonl") + 60
    yield whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    yield whole[: len(whole) // 2]
    yield b""
    for without, more in ({"rows/schemes_scheme.jsonl"}, {}), (set(), {"rows/more.jsonl": "[]"}):
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(other := io.BytesIO(), "w") as new:
            for name in set(old.namelist()) - without:
                new.writestr(name, old.read(name))
            for name, text in more.items():
                new.writestr(name, text)
        yield other.getvalue()


@pytest.mark.django_db
def test_a_damaged_backup_is_refused_before_anything_is_touched(tmp_path, work):
    """A flipped bit, an end that is missing, nothing at all, a part too few, a part too many."""
    path = back_up(tmp_path).path
    for number, wrong in enumerate(harmed(path.read_bytes())):
        path.write_bytes(wrong)
        with pytest.raises(DamagedFileError):
            restore(path, replace=True)
        assert every(Scheme).exists(), number


@pytest.mark.django_db
def test_what_fails_half_way_leaves_everything_as_it_was(tmp_path, work, monkeypatch):
    path = back_up(tmp_path).path
    before = parts(path)

    def fails(_file, _steps):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE half (n int)")
        raise ArithmeticError

    monkeypatch.setattr(restoring, "_load", fails)
    with pytest.raises(ArithmeticError):
        restore(path, replace=True)
    again = tmp_path / "again.zip"
    write(again)
    assert parts(again) == before


@pytest.mark.django_db
def test_a_database_that_others_use_too_is_never_emptied(tmp_path, work):
    path = back_up(tmp_path).path
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (n int)")
    with pytest.raises(NotRestoredError, match="somebody_elses"):
        restore(path, replace=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "said"),
    [({"format": 99}, "newer version"), ({"migrations": [["schemes", "9999_tomorrow"]]}, "9999_tomorrow")],
)
def test_a_backup_of_a_newer_version_is_refused(tmp_path, work, changed, said):
    path = back_up(tmp_path).path
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, json.dumps(json.loads(text) | changed) if name == "manifest.json" else text)
    with pytest.raises(NotRestoredError, match=said):
        restore(newer, replace=True)


def test_every_column_of_every_table_can_travel():
    assert len(kept_models()) > 30
    for model in kept_models():
        for field in model._meta.concrete_fields:
            assert way_of(field)
            assert not isinstance(field, models.FileField), "backups hold the database only"


def test_a_kind_of_column_that_nobody_thought_about_is_refused():
    with pytest.raises(TypeError, match="DurationField"):
        way_of(models.DurationField())


moments = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  a bound
VALUES = [
    (models.BinaryField(), st.binary(max_size=50)),
    (models.DecimalField(), st.decimals(allow_nan=False, allow_infinity=False, places=6)),
    (models.UUIDField(), st.uuids()),
    (models.DateField(), st.dates()),
    (models.DateTimeField(), moments),
    (models.FloatField(), st.floats(allow_nan=False)),
    (models.TextField(), st.text(max_size=50)),
    (models.JSONField(), st.recursive(st.none() | st.floats(allow_nan=False) | st.text(), st.lists)),
]


@pytest.mark.parametrize(("field", "values"), VALUES, ids=lambda each: type(each).__name__)
def test_values_come_back_as_they_went(field, values):
    way = way_of(field)

    @hypothesis_settings(max_examples=30)
    @given(values)
    def back_and_forth(value):
        there = json.loads(json.dumps(way.there(value)))
        back = way.back(there)
        assert back == value
        assert type(back) is type(value)

    back_and_forth()


def test_values_keep_their_kind():
    assert way_of(models.DecimalField()).there(Decimal("1.20")) == "1.20"
    assert way_of(models.DateField()).there(date(2026, 1, 2)) == "2026-01-02"
    assert way_of(models.UUIDField()).back("00000000-0000-4000-8000-000000000000").__class__ is UUID


def test_old_backups_go_and_the_newest_stays_whatever_its_age(tmp_path):
    now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    for days in (0, 13, 15, 400):
        (tmp_path / (now - timedelta(days=days)).strftime("cbhi-%Y%m%d-%H%M%S.zip")).touch()
    gone = forget_old(tmp_path, days=14, now=now)
    assert len(gone) == 2
    assert len(list(tmp_path.iterdir())) == 2
    forget_old(tmp_path, days=14, now=now + timedelta(days=900))
    assert [path.name for path in tmp_path.iterdir()] == [now.strftime("cbhi-%Y%m%d-%H%M%S.zip")]


@pytest.mark.django_db
def test_the_command_says_what_it_made_and_keeps_note_of_it(tmp_path, work):
    told = io.StringIO()
    (tmp_path / ".cbhi-20200101-000000.zip.part").touch()
    call_command("backup", folder=tmp_path, stdout=told)
    (path,) = tmp_path.iterdir()
    assert str(path) in told.getvalue()
    made = BackupMade.objects.get()
    assert (made.file, made.bytes) == (path.name, path.stat().st_size)


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_named(tmp_path, work):
    (tmp_path / "a file").touch()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("backup", folder=tmp_path / "a file", stdout=io.StringIO())
    assert not BackupMade.objects.exists()


@pytest.mark.django_db
def test_a_restore_that_was_refused_says_that_nothing_was_changed(tmp_path, work):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", tmp_path / "none.zip")
    path = back_up(tmp_path).path
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", path)
