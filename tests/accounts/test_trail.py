"""The audit trail: added to, never changed, one unbroken chain an organisation."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from accounts.models import AuditEntry
from accounts.trail import TrailMiddleware, What, record, record_reading, short_address, snapshot
from accounts.trail_entry import TrailIsFinalError
from tests.makers import make_member, make_organisation, make_scheme

FINAL = "added to, never changed"


def check_trail() -> str:
    said = io.StringIO()
    call_command("check_trail", stdout=said)
    return said.getvalue()


def entries(organisation):
    return list(AuditEntry.objects.of(organisation).order_by("number"))


@pytest.fixture
def organisation(db):
    return make_organisation("Health circle")


def some(organisation, count=3):
    for number in range(count):
        with transaction.atomic():
            record(what=What.EXPORTED, organisation=organisation, after={"file": f"{number}.csv"})


def test_an_entry_says_who_what_when_and_what_differs(organisation):
    asha = make_member(organisation)
    asha.first_name, asha.last_name = "Asha", "Rao"

    def answer(request):
        request.user = asha
        return record(
            what=What.SCHEME_CHANGED,
            organisation=organisation,
            before={"name": "Valley", "admin_rate": 0.2, "cap": None},
            after={"name": "Valley", "admin_rate": 0.25, "cap": Decimal("3000.00")},
        )

    entry = TrailMiddleware(answer)(RequestFactory().get("/", REMOTE_ADDR="203.0.113.77"))
    entry = AuditEntry.objects.of(organisation).get(pk=entry.pk)
    assert (entry.actor_id, entry.actor_name, entry.address) == (asha.pk, "Asha Rao", "203.0.113.0/24")
    assert entry.before == {"admin_rate": 0.2, "cap": None}
    assert entry.after == {"admin_rate": 0.25, "cap": "3000.00"}
    assert entry.what_label == "Scheme changed"


def test_without_a_request_nobody_is_named(organisation):
    entry = record(what=What.SCHEME_PURGED, organisation=organisation)
    assert (entry.actor_id, entry.actor_name, entry.address) == (None, "", "")


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_is_shortened(address, short):
    assert short_address(address) == short


def test_secrets_and_unlisted_rows_are_refused(organisation):
    with pytest.raises(ValueError, match="not for the trail"):
        record(what=What.ACCOUNT_CHANGED, organisation=organisation, after={"password": "x"})
    with pytest.raises(TypeError, match="trail_fields"):
        snapshot(make_member(organisation))
    assert entries(organisation) == []


def test_an_entry_is_written_with_its_change_or_not_at_all(organisation):
    with transaction.atomic():
        record(what=What.EXPORTED, organisation=organisation)
        transaction.set_rollback(True)
    assert entries(organisation) == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    organisation = make_organisation()
    with pytest.raises(transaction.TransactionManagementError, match="one transaction"):
        record(what=What.EXPORTED, organisation=organisation)
    assert record_reading(what=What.EXPORTED, organisation=organisation).number == 1


def test_the_code_cannot_change_or_remove_an_entry(organisation):
    some(organisation, 1)
    (entry,) = entries(organisation)
    rows = AuditEntry.objects.of(organisation)
    for attempt in (
        entry.save,
        entry.delete,
        rows.delete,
        lambda: rows.update(what="x"),
        lambda: rows.bulk_update([entry], ["what"]),
    ):
        with pytest.raises(TrailIsFinalError):
            attempt()


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET what = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(organisation, statement):
    some(organisation, 1)
    with pytest.raises(DatabaseError, match=FINAL), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_empty_the_trail(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER audit_entry_is_kept")
        with pytest.raises(DatabaseError, match=FINAL), transaction.atomic():
            cursor.execute("TRUNCATE accounts_auditentry")
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER audit_entry_is_kept")


def test_sqlite_refuses_too(tmp_path):
    script = """
import django; django.setup()
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
call_command("migrate", verbosity=0)
from accounts.models import Organisation
from accounts.trail import What, record
organisation = Organisation.objects.create(name="A")
with transaction.atomic():
    record(what=What.EXPORTED, organisation=organisation, after={"rate": 1e22, "name": "Zoë"})
for statement in ("UPDATE accounts_auditentry SET what = 'x'", "DELETE FROM accounts_auditentry"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as refused:
        print(refused)
call_command("check_trail")
"""
    environment = {
        "CBHI_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cbhi_site.settings",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(FINAL) == 2
    assert "1 entries" in done.stdout


# ---- the chain ---------------------------------------------------------------------------------------------


def behind_its_back(statement):
    """What somebody with the keys of the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_an_untouched_chain_is_whole(organisation):
    some(organisation)
    first, second, third = entries(organisation)
    assert [entry.number for entry in (first, second, third)] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert f"3 entries, last {third.hash}" in check_trail()


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE accounts_auditentry SET actor_name = 'Somebody' WHERE number = 2", "entry 2 .* was changed"),
        ("UPDATE accounts_auditentry SET after_json = '{}' WHERE number = 3", "entry 3 .* was changed"),
        ("DELETE FROM accounts_auditentry WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM accounts_auditentry WHERE number = 1", "entry 1 is missing"),
        (
            "UPDATE accounts_auditentry SET previous_hash = repeat('a', 64) WHERE number = 3",
            "entry 3 .* does not follow",
        ),
        ("UPDATE accounts_auditentry SET seal = '' WHERE number = 2", "entry 2 .* without the site's key"),
    ],
)
def test_tampering_is_found_and_its_place_named(organisation, tampering, found):
    some(organisation)
    behind_its_back(tampering)
    with pytest.raises(CommandError, match=found):
        check_trail()


def test_a_chain_worked_out_anew_without_the_sites_key_is_found(organisation):
    some(organisation, 1)
    (entry,) = entries(organisation)
    entry.actor_name = "Somebody else"
    said = f"actor_name = 'Somebody else', hash = '{entry.computed_hash()}'"
    behind_its_back(f"UPDATE accounts_auditentry SET {said} WHERE number = 1")
    with pytest.raises(CommandError, match=r"entry 1 .* seal is not this site's"):
        check_trail()


def test_after_a_change_of_the_sites_key_the_old_one_still_opens_the_trail(organisation, settings):
    some(organisation, 1)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as it takes to be one " * 2
    some(organisation, 1)
    with pytest.raises(CommandError, match=r"entry 1 .* SECRET_KEY_FALLBACKS"):
        check_trail()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert "2 entries" in check_trail()


def test_organisations_have_chains_of_their_own(organisation):
    other = make_organisation()
    some(organisation, 2)
    some(other, 1)
    some(organisation, 1)
    assert [entry.number for entry in entries(organisation)] == [1, 2, 3]
    assert [entry.number for entry in entries(other)] == [1]
    check_trail()


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_make_one_chain():
    organisation = make_organisation()
    problems = []

    def write(number):
        try:
            for turn in range(10):
                with transaction.atomic():
                    # a row that names the organisation first, as every change has
                    make_scheme(organisation, name=f"Scheme {number} {turn}")
                    record(what=What.EXPORTED, organisation=organisation)
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
        finally:
            connection.close()

    before = len(entries(organisation))
    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    written = entries(organisation)
    assert len(written) - before >= 60
    assert [entry.number for entry in written] == list(range(1, len(written) + 1))
    check_trail()
