"""Uploading an old calculator: every format, what is refused, what is said, what is taken over."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from accounts.trail_entry import AuditEntry
from calculator.old_sheets import OldSheetFile
from tests.calculator.old_sheets import as_csv, as_ods, as_xlsx, changed, slide_cells, zip_bomb
from tests.calculator.pages import boxes, words
from tests.makers import client_of, make_organisation

pytestmark = pytest.mark.django_db


def upload(client, scheme, content: bytes, name: str = "calculator.xlsx"):
    return client.post(f"/schemes/{scheme.pk}/old-sheet/", {"file": SimpleUploadedFile(name, content)})


def page_of(client, scheme, content: bytes, name: str = "calculator.xlsx"):
    response = upload(client, scheme, content, name)
    assert response.status_code == 302, words(response)
    return client.get(response["Location"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("old.xlsx", as_xlsx()),
        ("old.csv", as_csv(slide_cells())),
        ("old.ods", as_ods(slide_cells())),
        ("second-sheet.xlsx", as_xlsx(slide_cells())),
    ],
)
def test_the_slides_sheet_comes_out_the_same_in_every_format(signed_in, slide, name, content):
    said = words(page_of(signed_in, slide, content, name))
    for line in ("368", "17", "384", "77", "461", "477", "429"):
        assert line in said
    assert "16 of 16 lines are the same." in said
    assert "add up to 385, not 384" in said


def test_a_linked_scheme_says_what_the_old_sheet_left_out(signed_in, linked):
    said = words(page_of(signed_in, linked, as_xlsx()))
    assert "adds the benefits’ variances as if they had nothing to do with each other" in said
    assert "Counted together the total is 464.9, apart 461.0" in said


def test_the_sample_can_be_taken_away_and_uploaded(signed_in, slide):
    sample = signed_in.get("/old-sheets/sample.xlsx")
    assert sample.status_code == 200
    assert "16 of 16" in words(page_of(signed_in, slide, sample.content))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("bomb.xlsx", zip_bomb(), "unpack"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "picture"),
        ("macro.xlsm", as_xlsx(), "macro"),
        ("empty.csv", b"", "empty"),
        ("list.csv", b"Name,Age\nA,4\n", "No sheet in this file looks like a premium calculator"),
        ("big.csv", b"a,b\n" * 1_400_000, "5 MB"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 400, "damaged"),
        ("../../etc/passwd", b"x", "passwd"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_plain_words(signed_in, slide, name, content, says):
    response = upload(signed_in, slide, content, name)
    assert response.status_code == 422
    assert says.lower() in words(response).lower()
    assert OldSheetFile.objects.of(slide.organisation).count() == 0


def test_nothing_chosen_is_said_too(signed_in, slide):
    response = signed_in.post(f"/schemes/{slide.pk}/old-sheet/")
    assert response.status_code == 422
    assert "Choose a file first." in words(response)


def test_its_terms_are_taken_to_the_calculator_and_come_back_by_undo(signed_in, slide):
    cells = changed(slide_cells(), "Injury", 2, 900)
    found = page_of(signed_in, slide, as_xlsx(cells))
    before = boxes(signed_in.get(f"/schemes/{slide.pk}/calculator/"))
    response = signed_in.post(found.request["PATH_INFO"], {"do": "take"})
    assert response["Location"] == f"/schemes/{slide.pk}/calculator/"
    typed = boxes(signed_in.get(response["Location"]))
    assert (typed["injury-event_cap"], typed["hospitalisation-family_cap"]) == ("900", "10,000")
    assert (typed["transport-fixed_amount"], typed["transport-on"]) == ("1,000", "on")
    assert (typed["persons"], typed["share_in_large"], typed["large_family_discount"]) == (
        "5,000",
        "34",
        "10",
    )
    assert "lab-on" not in typed
    for _twice in range(2):
        signed_in.post(f"/schemes/{slide.pk}/calculator/", {"do": "undo"})
    again = boxes(signed_in.get(f"/schemes/{slide.pk}/calculator/"))
    assert again["hospitalisation-event_cap"] == before["hospitalisation-event_cap"]


def test_a_label_that_is_not_sure_is_placed_by_a_person(signed_in, slide):
    cells = slide_cells()
    for row in cells:
        if row[0] == "Admin cost":
            row[0] = "Adm. costs etc"
    found = page_of(signed_in, slide, as_xlsx(cells))
    assert "not sure" in words(found)
    text = html.unescape(found.content.decode())
    name = text.split('<label for="')[1].split('"')[0]
    assert "Adm. costs etc" in text.split(f'<label for="{name}">')[1][:60]
    response = signed_in.post(found.request["PATH_INFO"], {"do": "place", name: "admin"})
    said = words(signed_in.get(response["Location"]))
    assert "16 of 16 lines are the same." in said
    assert "not sure" not in said


def test_a_choice_that_was_not_on_offer_is_left_out(signed_in, slide):
    found = page_of(signed_in, slide, as_xlsx())
    response = signed_in.post(
        found.request["PATH_INFO"], {"do": "place", "benefit-0": "../etc", "line-0": "x"}
    )
    said = words(signed_in.get(response["Location"]))
    assert "Not a benefit of this scheme" in said


def test_another_organisation_finds_nothing(signed_in, slide):
    found = page_of(signed_in, slide, as_xlsx())
    stranger = client_of(make_organisation())
    assert stranger.get(found.request["PATH_INFO"]).status_code == 404
    assert stranger.post(found.request["PATH_INFO"], {"do": "take"}).status_code == 404
    assert stranger.get(f"/schemes/{slide.pk}/old-sheet/").status_code == 404
    for name in ("calculator.xlsx", "old-sheet/"):
        assert stranger.get(f"/schemes/{slide.pk}/{name}").status_code == 404
    assert stranger.get(f"/packages/{slide.packages.get().pk}/calculator.xlsx").status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_try_an_old_sheet_on_its_own_calculator(slide, role):
    client = client_of(slide.organisation, role=role)
    assert page_of(client, slide, as_xlsx()).status_code == 200
    assert client.get(f"/schemes/{slide.pk}/calculator.xlsx").status_code == 200


def test_an_upload_is_on_the_trail_and_the_oldest_go(signed_in, slide):
    for number in range(22):
        upload(signed_in, slide, as_csv(slide_cells()), f"{number}.csv")
    kept = OldSheetFile.objects.of(slide.organisation)
    assert kept.count() == 20
    assert not kept.filter(name="0.csv").exists()
    assert AuditEntry.objects.of(slide.organisation).filter(what="sheet.uploaded").count() == 22
