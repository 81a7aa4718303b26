"""Saved packages: priced, frozen, opened, copied, taken away as files, never overwritten unseen."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from calculator import actions
from calculator.actions import free_name
from calculator.case import answer_case, read_case
from calculator.models import BenefitTerms, Draft, Package, Premium
from jobs.models import Job, Reason, Status
from simulation.models import AssumptionSet, BenefitRisk
from tests.calculator.pages import boxes, words
from tests.calculator.test_sheet import change, url
from tests.makers import every

pytestmark = pytest.mark.django_db


def at(package, name):
    return reverse(f"calculator:{name}", args=[package.pk])


def test_saving_keeps_the_terms_freezes_the_assumptions_and_starts_the_simulation(signed_in, slide):
    page = change(signed_in, slide, do="save-copy", name="Higher cap", hospitalisation__event_cap="5,000")
    assert "Saved: Higher cap" in words(page)
    saved = every(Package).get(name="Higher cap")
    assert saved.terms.get(benefit_risk__key="hospitalisation").event_cap == 5000
    assert saved.simulation is not None
    assert saved.assumption_set.is_frozen
    premium = every(Premium).get(package=saved)
    assert premium.answer["premium"]["total"] > 461


def test_who_presses_save_twice_reads_the_answer_twice_and_has_one_package(signed_in, slide):
    data = boxes(signed_in.get(url(slide)), form="calc-form") | {"name": "Everyday care", "do": "save-copy"}
    for _press in range(2):
        page = signed_in.post(url(slide), data, headers={"HX-Request": "true"})
        assert words(page).count("Saved: Everyday care 2") == 1
        assert '<b id="opened" hx-swap-oob="true">Everyday care 2</b>' in page.content.decode()
        assert boxes(page, form="calc-form")["name"] == "Everyday care 2"
    assert every(Package).filter(scheme=slide).count() == 2


def test_without_script_a_save_leads_back_to_where_it_was_pressed(signed_in, slide):
    data = boxes(signed_in.get(url(slide)), form="calc-form") | {"name": "By hand", "do": "save-copy"}
    assert signed_in.post(url(slide), data).url == f"{url(slide)}#save"
    said = signed_in.get(url(slide)).content.decode()
    assert said.index('id="save"') < said.index("Saved: By hand") < said.index('id="do-save"')


def test_a_note_stays_with_its_package_unless_it_was_written_for_the_new_one(signed_in, slide, package):
    note = package.note
    assert note
    for do in ("save-copy", "close"):
        signed_in.post(at(package, "open"))
        page = change(signed_in, slide, do=do, name=f"By {do}")
        assert boxes(page, form="calc-form")["note"] == ""
    signed_in.post(at(package, "copy"))
    assert every(Draft).get(scheme=slide).typed["note"] == ""
    signed_in.post(at(package, "open"))
    change(signed_in, slide, do="save-copy", name="Written", note="The mothers asked")
    assert every(Package).get(name="By save-copy").note == ""
    assert every(Package).get(name="Written").note == "The mothers asked"
    assert every(Package).get(pk=package.pk).note == note


def test_the_stored_case_reproduces_the_stored_premium(package):
    premium = every(Premium).get(package=package)
    case = read_case({**premium.case, "simulation": None})
    again = answer_case(case)["premium"]
    assert again == pytest.approx(premium.answer["premium"], rel=1e-12)
    rounded = {name: round(again[name]) for name in ("pure", "risk_loading", "with_risk", "admin", "total")}
    assert rounded == {"pure": 368, "risk_loading": 17, "with_risk": 384, "admin": 77, "total": 461}


def test_the_same_package_again_runs_nothing_new(signed_in, slide):
    before = every(Job).count()
    change(signed_in, slide, do="save-copy", name="The same again")
    assert every(Job).count() == before


def test_an_edited_package_keeps_its_id_and_grows_its_version(signed_in, slide, package):
    change(signed_in, slide, do="save", admin_rate="25")
    after = every(Package).get(pk=package.pk)
    assert after.version == package.version + 1
    assert after.admin_rate == 0.25
    assert every(Premium).filter(package=package).count() == 2


def test_who_saves_second_sees_both_and_loses_nothing(signed_in, slide, package):
    signed_in.get(url(slide))
    every(Package).filter(pk=package.pk).update(version=package.version + 1, admin_rate=0.3)
    page = change(signed_in, slide, do="save", htmx=False, admin_rate="22")
    assert page.status_code == 409
    text = words(page)
    assert "Somebody else saved “Everyday care” first" in text
    assert "Admin cost 22 % 30 % Before: 20 %" in text
    assert every(Package).get(pk=package.pk).admin_rate == 0.3

    kept = signed_in.post(url(slide), {"do": "keep-copy", "kept": "1"}, follow=True)
    assert every(Package).get(name="Everyday care 2").admin_rate == 0.22
    assert boxes(kept)["admin_rate"] == "22"


def test_the_saved_one_can_be_taken_instead(signed_in, slide, package):
    signed_in.get(url(slide))
    every(Package).filter(pk=package.pk).update(version=package.version + 1, admin_rate=0.3)
    change(signed_in, slide, do="save", htmx=False, admin_rate="22")
    page = signed_in.post(url(slide), {"do": "take-theirs", "kept": "1"}, follow=True)
    assert boxes(page)["admin_rate"] == "30"
    change(signed_in, slide, do="save", admin_rate="31")
    assert every(Package).get(pk=package.pk).admin_rate == 0.31


def test_a_name_that_is_taken_is_refused_and_kept(signed_in, slide):
    change(signed_in, slide, do="clear")
    page = change(signed_in, slide, do="save", name="Everyday care")
    assert "This scheme has a package of this name already" in words(page)
    assert boxes(page, form="calc-form")["name"] == "Everyday care"


def test_a_package_without_a_name_is_refused(signed_in, slide):
    page = change(signed_in, slide, do="save", name=" ")
    assert "Name: Type a name, so that the package can be found again." in words(page)
    assert every(Package).filter(scheme=slide).count() == 1


def test_deleted_packages_come_back(signed_in, slide, package):
    page = signed_in.post(at(package, "delete"), follow=True)
    assert "Deleted: Everyday care" in words(page)
    assert signed_in.get(at(package, "package")).status_code == 404
    page = signed_in.post(at(package, "restore"), follow=True)
    assert "Everyday care is back" in words(page)
    assert signed_in.get(at(package, "package")).status_code == 200


def test_a_copy_lies_on_the_sheet_under_a_name_of_its_own(signed_in, slide, package):
    page = signed_in.post(at(package, "copy"), follow=True)
    assert boxes(page)["name"] == "Everyday care 2"
    assert free_name(scheme=slide, wanted="New") == "New"


def test_the_paper_page_holds_every_input_and_every_line(signed_in, package):
    text = words(signed_in.get(at(package, "package")))
    for line in (
        "The whole bill, at most ₹ 3,000 for one event. At most ₹ 10,000 a family a year.",
        "4.2 in 100 a year, 18,000 each",
        "₹ 1,000 for each event: Transport.",
        "Risk loading 1.645 × 713 / √5,000 17",
        "Total premium payable PPPY 461",
        "1: 29 %, 2: 27 %, 3: 25 %, 4: 12 %, 5: 4.5 %, 6: 1.5 %, 7: 1 %",
        "version 1",
        "20180802",
    ):
        assert line in text, line


def test_the_case_file_gives_the_same_figures_through_the_command(signed_in, package, capsys, tmp_path):
    from django.core.management import call_command

    response = signed_in.get(at(package, "case"))
    case = json.loads(response.content)
    assert "attachment" in response["Content-Disposition"]
    del case["simulation"]
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    call_command("price", str(file))
    answer = json.loads(capsys.readouterr().out)
    assert answer["premium"] == pytest.approx(
        every(Premium).get(package=package).answer["premium"], rel=1e-12
    )


def test_the_csv_file_holds_the_lines_and_runs_nothing_in_a_spreadsheet(signed_in, slide, package):
    change(signed_in, slide, do="save", hospitalisation__label="=1+1")
    response = signed_in.get(at(package, "csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["Total premium payable PPPY", "", "461"] in rows
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
    assert "'=1+1" in [row[0] for row in rows]


def test_a_changed_assumption_does_not_move_a_saved_package(signed_in, slide, package):
    from simulation.actions import change_risk

    def paper():
        text = words(signed_in.get(at(package, "package")))
        return text[text.index("Benefits and their terms") :]

    before = paper()
    risk = (
        every(BenefitRisk)
        .select_related("assumption_set")
        .get(assumption_set__scheme=slide, key="hospitalisation")
    )
    assert change_risk(risk=risk, seen_version=risk.version, values={"incidence": 0.08}).new_version
    assert paper() == before
    sheet = words(signed_in.get(url(slide)))
    assert "PREMIUM PPPY" in sheet
    assert every(AssumptionSet).filter(scheme=slide).count() == 2


@pytest.mark.parametrize("name", ["package", "package_sure", "case", "csv", "run", "progress"])
def test_another_organisation_reads_nothing(client, package, name):
    stranger = User.objects.create_user("stranger", password="a long password")
    Membership.objects.create(user=stranger, organisation=Organisation.objects.create(name="Another"))
    client.force_login(stranger)
    assert client.get(at(package, name)).status_code == 404


def while_it_saves(monkeypatch, then):
    """Let something happen between the writing of a package and its opening on the sheet."""
    save = actions.save_package

    def slow(**values):
        saved = save(**values)
        monkeypatch.undo()
        then()
        return saved

    monkeypatch.setattr(actions, "save_package", slow)


def test_a_copy_made_while_another_one_is_saved_is_saved_as_a_package_of_its_own(
    signed_in, slide, package, monkeypatch
):
    signed_in.post(at(package, "copy"))
    while_it_saves(monkeypatch, lambda: signed_in.post(at(package, "copy")))
    change(signed_in, slide, do="save", name="Hospital 5000")
    draft = every(Draft).get(scheme=slide)
    assert draft.package is None
    assert draft.typed["name"] == "Everyday care 2"
    change(signed_in, slide, do="save", name="Hospital 10000", hospitalisation__event_cap="10,000")
    names = {saved.name: saved.version for saved in every(Package).filter(scheme=slide)}
    assert names == {"Everyday care": 1, "Hospital 5000": 1, "Hospital 10000": 1}


def test_what_is_typed_while_the_sheet_is_saved_stays_on_the_saved_packages_sheet(
    signed_in, slide, package, monkeypatch
):
    signed_in.post(at(package, "copy"))
    while_it_saves(monkeypatch, lambda: change(signed_in, slide, name="Mine", admin_rate="31"))
    change(signed_in, slide, do="save", name="Mine")
    draft = every(Draft).get(scheme=slide)
    assert (draft.package.name, draft.typed["admin_rate"], draft.started["admin_rate"]) == (
        "Mine",
        "31",
        "20",
    )


@pytest.mark.parametrize("name", ["open", "copy", "delete", "restore", "cancel", "retry"])
def test_another_organisation_does_nothing(client, package, name):
    stranger = User.objects.create_user("stranger", password="a long password")
    Membership.objects.create(user=stranger, organisation=Organisation.objects.create(name="Another"))
    client.force_login(stranger)
    assert client.post(at(package, name)).status_code == 404
    assert every(Package).get(pk=package.pk).deleted_at is None


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Package, {"name": ""}),
        (Package, {"chance_of_bankruptcy": 0.0}),
        (Package, {"chance_of_bankruptcy": 1.0}),
        (Package, {"persons": 0}),
        (Package, {"large_family_discount": 1.0}),
        (Package, {"admin_rate": -0.1}),
        (BenefitTerms, {"copay": 1.5}),
        (BenefitTerms, {"last_day": 1, "start_day": 4}),
        (BenefitTerms, {"threshold": -1}),
        (BenefitTerms, {"event_cap": -1}),
    ],
)
def test_the_database_refuses_what_can_never_be(package, model, values):
    rows = every(Package).filter(pk=package.pk) if model is Package else package.terms.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)


def test_an_opened_package_stays_on_its_assumptions_until_asked(signed_in, slide, package):
    from simulation.actions import change_risk

    assert "PREMIUM PPPY 461" in words(signed_in.get(url(slide)))
    risk = (
        every(BenefitRisk)
        .select_related("assumption_set")
        .get(assumption_set__scheme=slide, key="hospitalisation")
    )
    change_risk(risk=risk, seen_version=risk.version, values={"incidence": 0.08})
    text = words(signed_in.get(url(slide)))
    assert "PREMIUM PPPY 461" in text
    assert "Assumptions have changed" in text
    assert "Assumptions have changed since" in words(signed_in.get(at(package, "package")))
    assert "older assumptions" in words(signed_in.get(url(slide, "packages")))
    text = words(change(signed_in, slide, do="newest"))
    assert "PREMIUM PPPY 461" not in text
    assert "Assumptions have changed" not in text


def test_example_figures_are_named_on_the_sheet_and_on_paper(signed_in, slide, package):
    for page in (signed_in.get(url(slide)), signed_in.get(at(package, "package"))):
        assert "Example figures stand behind Hospitalisation, Injury, Imaging" in words(page)


def test_two_windows_of_one_person_do_not_overwrite_each_other_unseen(signed_in, slide, package):
    stale = boxes(signed_in.get(url(slide)))
    change(signed_in, slide, do="save", admin_rate="25")
    page = signed_in.post(
        url(slide), {**stale, "admin_rate": "31", "do": "save"}, headers={"HX-Request": "true"}
    )
    assert "opened or saved in another window meanwhile" in words(page)
    assert every(Package).get(pk=package.pk).admin_rate == 0.25
    assert boxes(page)["admin_rate"] == "31"


def test_a_package_deleted_meanwhile_can_still_be_saved_as_a_new_one(signed_in, slide, package):
    signed_in.get(url(slide))
    from calculator.actions import delete_package

    delete_package(package=package)
    page = change(signed_in, slide, do="save", htmx=False, admin_rate="22")
    assert "“Everyday care” was deleted meanwhile" in words(page)
    change(signed_in, slide, do="save")
    assert every(Package).kept().get(scheme=slide).admin_rate == 0.22


def test_a_cancelled_simulation_is_not_called_simulated(slide, package):
    from calculator.stage import newest_packages, simulation_states
    from jobs.actions import cancel

    cancel(job=package.simulation)
    state = simulation_states(newest_packages([slide]))[slide.pk]
    assert (state.state, state.sentence) == ("idle", "1 simulation was cancelled.")


def test_cancelling_a_run_that_two_packages_wait_for_leaves_it_to_the_other_one(signed_in, slide, package):
    every(Job).delete()
    every(Package).filter(pk=package.pk).update(simulation=None)
    signed_in.post(at(package, "retry"))
    change(signed_in, slide, do="save-copy", name="The same again")
    package.refresh_from_db()
    twin, run = every(Package).get(name="The same again"), package.simulation
    assert run is not None
    assert twin.simulation == run
    first = signed_in.post(at(package, "cancel"), follow=True)
    assert "Another package waits for the same simulation" in words(first)
    run.refresh_from_db()
    package.refresh_from_db()
    assert (run.status, package.simulation) == (Status.QUEUED, None)
    second = signed_in.post(at(twin, "cancel"), follow=True)
    assert "Cancelled. The exact figure stays." in words(second)
    run.refresh_from_db()
    assert run.status == Status.CANCELLED


def test_run_that_was_refused_is_asked_anew_when_tried_again(signed_in, package):
    every(Job).delete()
    signed_in.post(at(package, "retry"))
    refused = every(Job).get()
    every(Job).update(status=Status.NEEDS_ATTENTION, reason=Reason.REFUSED, detail="Asked of engine 0.")
    signed_in.post(at(package, "retry"))
    package.refresh_from_db()
    assert package.simulation != refused
    assert package.simulation.status == Status.QUEUED
