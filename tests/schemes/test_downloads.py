"""A file is called after its thing in any script, says its type, and is kept by nobody on the way."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from schemes.downloads import download, stored_file


@pytest.mark.parametrize(
    ("called", "ending", "name"),
    [
        ("Great help!", "-dossier.pdf", 'attachment; filename="great-help-dossier.pdf"'),
        ("शिविर ग", ".csv", f"attachment; filename*=utf-8''{quote('शिविर-ग.csv')}"),
        ("../…/", ".zip", 'attachment; filename="file.zip"'),
    ],
)
def test_a_file_is_called_after_its_thing_in_any_script(called, ending, name):
    answer = download(b"x", called=called, ending=ending)
    assert answer["Content-Disposition"] == name
    assert answer["Cache-Control"] == "private, no-store"


def test_its_type_is_that_of_its_name_unless_said():
    assert download("a", called="a", ending="-b.json")["Content-Type"] == "application/json; charset=utf-8"
    assert download("a", called="a", ending=".json", kind="application/fhir+json")["Content-Type"] == (
        "application/fhir+json"
    )
    with pytest.raises(KeyError):
        download("a", called="a", ending=".exe")


def test_a_stored_file_keeps_its_own_name_and_is_opened_by_no_browser():
    answer = stored_file([b"a", b"b"], name='of "Asha".xlsx', size=2)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Length"] == "2"
    assert answer["Content-Disposition"] == 'attachment; filename="of \\"Asha\\".xlsx"'
    broken = stored_file([b"a"], name="a\r\nSet-Cookie: a", size=1)["Content-Disposition"]
    assert "\r" not in broken
    assert "\n" not in broken
