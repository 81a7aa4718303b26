"""Who saved the version of each package that there is: nobody signs a package they saved themselves."""

from django.db import migrations


def say_who_saved(apps, schema_editor):
    """Of packages saved so far only the last hand is known: it saved the version there is."""
    premium = apps.get_model("calculator", "Premium")
    package = apps.get_model("calculator", "Package")
    for saved in package.objects.exclude(saved_by=None).iterator():
        premium.objects.filter(package=saved, package_version=saved.version).update(saved_by=saved.saved_by_id)


class Migration(migrations.Migration):

    dependencies = [
        ('calculator', '0002_reviews_and_public_pages'),
    ]

    # A migration of its own: PostgreSQL alters no table whose rows changed in the same transaction.
    operations = [
        migrations.RunPython(say_who_saved, migrations.RunPython.noop, elidable=True),
    ]
