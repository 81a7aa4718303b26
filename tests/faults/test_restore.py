"""The server is gone: fifty packages come back on an empty machine, to the last digit of their premiums."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from calculator import actions
from calculator.cases import chosen_of
from calculator.models import Package
from calculator.queries import packages_of
from cbhi_site.backup.writing import KIND, back_up
from cbhi_site.checked_zip import checked
from cbhi_site.management.commands.example import make_example
from schemes.models import Scheme
from tests.makers import every

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PACKAGES = 50
PRICED = """
import json
from calculator.case import answer_case
from calculator.models import Package
from cbhi_site.scheme_file import _case
rows = Package.objects.across_organisations(reason="a drill").select_related("scheme")
answers = {str(row.pk): answer_case(_case(row)) for row in rows.order_by("pk")}
print("ANSWERS", json.dumps(answers))
"""


def timeless(answers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Everything but how long it took."""
    for answer in answers.values():
        assert answer["provenance"].pop("elapsed_seconds") > 0
    return answers


def elsewhere(folder: Path, *command: str) -> str:
    """What a command says on a machine with a laptop's settings and nothing on it but the key."""
    ours = ("DATABASE_URL", "REDIS_URL")
    environ = {name: value for name, value in os.environ.items() if name not in ours}
    environ |= {"CBHI_VAR": str(folder), "SECRET_KEY": settings.SECRET_KEY}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environ,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_f19_fifty_packages_are_restored_on_an_empty_machine(tmp_path, figure):
    from calculator.case import answer_case
    from cbhi_site.scheme_file import _case

    make_example()
    scheme = every(Scheme).get(name="Slide example, linked")
    model = packages_of(scheme=scheme).get()
    for number in range(every(Package).count(), PACKAGES):
        chosen = chosen_of(model)
        terms = {
            key: replace(each, copay=number / 100, family_cap=7000.0 + 100 * number)
            if key == "hospitalisation"
            else each
            for key, each in chosen.terms.items()
        }
        actions.save_package(
            scheme=scheme,
            assumption_set=model.assumption_set,
            chosen=replace(chosen, terms=terms),
            name=f"Package {number}",
            note="",
            user=None,
        )
    expected = {
        str(row.pk): answer_case(_case(row)) for row in every(Package).select_related("scheme").order_by("pk")
    }
    assert len(expected) == PACKAGES
    assert len({json.dumps(each) for each in expected.values()}) > PACKAGES - 3

    made = back_up(tmp_path / "backups")
    started = time.perf_counter()
    elsewhere(tmp_path / "new", "restore", str(made.path))
    seconds = time.perf_counter() - started
    told = elsewhere(tmp_path / "new", "shell", "-v", "0", "-c", PRICED)
    found = json.loads(told.split("ANSWERS ", 1)[1])
    assert timeless(found) == timeless(json.loads(json.dumps(expected)))

    elsewhere(tmp_path / "new", "check_trail")
    elsewhere(tmp_path / "new", "backup")
    (again,) = (tmp_path / "new" / "backups").glob("cbhi-*.zip")
    with checked(made.path, kind=KIND) as before, checked(again, kind=KIND) as after:
        assert after.about["parts"] == before.about["parts"]
    figure(
        "F19",
        f"{PACKAGES} packages: backup of {made.rows} rows in {made.seconds:.1f} s, from PostgreSQL into an "
        f"empty SQLite in {seconds:.1f} s; every row and every premium the same",
    )
