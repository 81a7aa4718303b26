"""Seals every line of the audit trail with the site's key, and lets nobody empty the table."""

from importlib import import_module

from django.db import migrations, models

from accounts.trail_entry import seal_of

TRAIL = import_module("accounts.migrations.0002_audit_trail")
TABLE = "accounts_auditentry"


def is_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


def let_go(apps, schema_editor):
    if is_postgresql(schema_editor):
        schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_entry_is_final")
    else:
        TRAIL.make_changeable(apps, schema_editor)


def seal(apps, schema_editor):
    entries = apps.get_model("accounts", "AuditEntry")._base_manager.using(schema_editor.connection.alias)
    for key, hash_ in entries.values_list("pk", "hash").iterator(chunk_size=500):
        entries.filter(pk=key).update(seal=seal_of(hash_))


def make_final(apps, schema_editor):
    if is_postgresql(schema_editor):
        schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER audit_entry_is_final")
        schema_editor.execute(
            f"CREATE TRIGGER audit_entry_is_kept BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_final()"
        )
    else:
        # SQLite has built the table anew, without its triggers.
        TRAIL.make_final(apps, schema_editor)


def let_be_emptied(apps, schema_editor):
    if is_postgresql(schema_editor):
        schema_editor.execute(f"DROP TRIGGER audit_entry_is_kept ON {TABLE}")
        schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_entry_is_final")
    else:
        TRAIL.make_changeable(apps, schema_editor)


def make_final_as_before(apps, schema_editor):
    if is_postgresql(schema_editor):
        schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER audit_entry_is_final")
    else:
        TRAIL.make_final(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_forms_sent_once"),
    ]

    operations = [
        migrations.RunPython(let_go, make_final_as_before),
        migrations.AddField(
            model_name="auditentry",
            name="seal",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunPython(make_final, let_be_emptied),
    ]
