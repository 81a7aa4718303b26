"""The hand-over's page and files: for members only, on the record, without anybody's name."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import AuditEntry, OrganisationOwned
from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from schemes.models import Scheme
from simulation.models import BenefitRisk
from tests.makers import every, make_organisation, make_scheme
from tests.workshop.choosing import NEW_YEAR, choose, first, second, voted
from tests.workshop.fhir_r4 import problems
from workshop.handover_tables import LEFT_OUT, TABLES, Table, add_table
from workshop.shortlist_actions import add_to_shortlist

ROOMS = ("schemes", "simulation", "survey", "calculator", "workshop", "experience")


__all__ = ["choose", "first", "second", "voted"]


def file_of(package, kind):
    return reverse("workshop:handover_file", args=[package.pk, kind])


def bundle(client, scheme):
    answer = client.get(reverse("workshop:everything", args=[scheme.pk]))
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_every_kind_of_row_is_taken_along_or_left_out_for_a_reason():
    known = {table.model for table in TABLES} | set(LEFT_OUT)
    there = {
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, OrganisationOwned) and model._meta.app_label in ROOMS
    }
    assert there - known == set(), (
        "add it to workshop/handover_tables.py: TABLES, or LEFT_OUT with the reason"
    )


def test_the_page_says_what_each_file_is_for_and_what_this_package_loses(signed_in, linked):
    page = signed_in.get(reverse("workshop:handover", args=[linked.pk])).content.decode()
    assert "Nobody has chosen this package yet" in page
    assert "from day 4 to day 13" in page
    assert "Without" not in page.split('id="lost"')[1].split('id="all"')[0]
    for kind in ("openimis-product", "openimis-services", "insurance-plan"):
        assert file_of(every(Package).get(scheme=linked), kind) in page


def test_another_package_is_picked_by_its_key_and_nonsense_is_not(signed_in, linked, make_package):
    like = every(Package).get(scheme=linked)
    other = make_package(like, "Opd only", opd=ChosenTerms(event_cap=200))
    url = reverse("workshop:handover", args=[linked.pk])
    assert "from day 4" not in signed_in.get(url, {"package": other.pk}).content.decode()
    assert signed_in.get(url, {"package": "x'"}).status_code == 200


def test_a_scheme_without_packages_says_what_to_do(signed_in, demo_user):
    scheme = make_scheme(every(Scheme).get(name="Slide example").organisation)
    page = signed_in.get(reverse("workshop:handover", args=[scheme.pk])).content.decode()
    assert "No package is saved yet" in page


def test_what_was_chosen_is_handed_over_whatever_was_changed_since(signed_in, first, choose, demo_user):
    chosen = choose(first)
    before = signed_in.get(file_of(first, "openimis-product")).json()
    terms = {key: ChosenTerms(covered=False) for key in chosen_of(first).terms}
    save_package(
        scheme=first.scheme,
        assumption_set=first.assumption_set,
        chosen=type(chosen_of(first))(
            **{**vars(chosen_of(first)), "terms": terms | {"opd": ChosenTerms(event_cap=50)}}
        ),
        name=first.name,
        note="",
        user=demo_user,
        package=first,
        seen_version=first.version,
    )
    first.refresh_from_db()
    after = signed_in.get(file_of(first, "openimis-product")).json()
    assert after == before
    fields = after["products"][0]["product"]
    assert (fields["date_from"], fields["premium_adult"]) == (
        NEW_YEAR.isoformat(), round(chosen.frozen["price"]["small_family"], 2),
    )  # fmt: skip
    plan = signed_in.get(file_of(first, "insurance-plan"))
    assert plan["Content-Type"] == "application/fhir+json"
    assert plan.json()["status"] == "active"
    assert problems(plan.json()) == []


def test_each_file_is_on_the_record_and_an_unknown_kind_is_not_found(signed_in, package):
    text = signed_in.get(file_of(package, "openimis-services")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["code"] for row in rows}) == len(rows) > 1
    assert all(len(row["code"]) <= 6 for row in rows)
    entry = every(AuditEntry).filter(what="file.exported").first()
    assert entry.after == {"file": "openimis-services.csv"}
    assert signed_in.get(file_of(package, "excel")).status_code == 404


def test_everything_holds_tables_formats_and_no_names(signed_in, linked, demo_user):
    package = every(Package).get(scheme=linked)
    package.note = "=cmd()"
    package.save()
    add_to_shortlist(package=package)
    demo_user.first_name, demo_user.last_name = "Ramkali", "Devi"
    demo_user.save()
    package.saved_by = demo_user
    package.save()
    found = bundle(signed_in, linked)
    names = set(found.namelist())
    assert {f"tables/{table.name}.csv" for table in TABLES} | {"README.txt", "everything.json"} <= names
    everything = json.loads(found.read("everything.json"))["tables"]
    risks = every(BenefitRisk).filter(assumption_set__scheme=linked)
    assert [row["key"] for row in everything["assumptions"]] == [risk.key for risk in risks]
    assert everything["shortlist"][0]["package__name"] == package.name
    assert everything["prices"][0]["answer"]["premium"]["total"] > 0
    rows = list(csv.reader(io.StringIO(found.read("tables/packages.csv").decode("utf-8-sig"))))
    assert "'=cmd()" in rows[1]
    (plan,) = [name for name in names if name.endswith("fhir-insurance-plan.json")]
    assert problems(json.loads(found.read(plan))) == []
    whole = b"".join(found.read(name) for name in names).decode()
    assert "Ramkali" not in whole
    assert str(demo_user.pk) not in whole
    assert every(AuditEntry).filter(what="file.exported", scheme_id=linked.pk).exists()


def test_votes_and_the_choice_are_taken_along_and_the_facilitator_is_not(
    signed_in, linked, second, choose, voted
):
    voted.facilitator, voted.notes = "Ramkali Devi", "Ramkali spoke first"
    voted.save()
    choose(second, reason="Most hands went up for it.")
    found = bundle(signed_in, linked)
    tables = json.loads(found.read("everything.json"))["tables"]
    assert [row["first__position"] for row in tables["votes"]] == [1, 1, 1, 2]
    assert [row["place"] for row in tables["sessions"]] == ["School yard"]
    assert tables["session-groups"][0]["people"] == 5
    (choice,) = tables["choices"]
    assert (choice["name"], choice["starts_on"]) == ("Great help", NEW_YEAR.isoformat())
    (product,) = [name for name in found.namelist() if name.endswith("great-help/openimis-product.json")]
    assert product.startswith("packages/01-")
    assert "Ramkali" not in b"".join(found.read(name) for name in found.namelist()).decode()


def test_everything_is_of_this_scheme_alone(signed_in, linked, slide):
    add_to_shortlist(package=every(Package).get(scheme=slide))
    everything = json.loads(bundle(signed_in, linked).read("everything.json"))
    assert everything["tables"]["shortlist"] == []
    assert [row["name"] for row in everything["tables"]["scheme"]] == ["Slide example, linked"]
    stranger = make_scheme(make_organisation())
    assert signed_in.get(reverse("workshop:everything", args=[stranger.pk])).status_code == 404


def test_a_later_room_adds_its_table_once(monkeypatch):
    monkeypatch.setattr("workshop.handover_tables.TABLES", list(TABLES))
    more = Table(model="jobs.Job", name="jobs", to_scheme="x", columns=("kind",))
    add_table(more)
    add_table(more)
    from workshop import handover_tables

    assert handover_tables.TABLES.count(more) == 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_table_names_a_column_about_people(table):
    for column in table.columns:
        field = column.split("__")[-1]
        assert not field.endswith(("_by", "user", "email", "author", "committee", "severity_sample"))
