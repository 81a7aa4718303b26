"""Names that cannot pass for another: on one line, in the letters of one alphabet."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.people_forms import NewAccountForm, OrganisationSettingsForm
from tests.accounts.people import text_of
from tests.accounts.test_people_joining import NEW
from tests.makers import PASSWORD, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


def test_an_organisations_name_stands_on_one_line():
    form = OrganisationSettingsForm(
        {"name": " Health\r\n circle\u2028Khunti ", "security_email": "", "version": 1}
    )
    form.is_valid()
    assert form.cleaned_data["name"] == "Health circle Khunti"
    empty = OrganisationSettingsForm({"name": "\u2028", "security_email": "", "version": 1})
    assert "name" in empty.errors


@pytest.mark.parametrize("typed", ["\u0430sha", "ash\u03b1", "asha.\u043a"])
def test_a_user_name_of_several_alphabets_is_refused(typed):
    form = NewAccountForm({**NEW, "username": typed})
    assert "several alphabets" in str(form.errors["username"])


@pytest.mark.parametrize(
    "typed", ["\u0440\u0430\u0443\u0440\u0430", "\u0405\u0410\u0421\u041e", "\u03b1\u03bf", "\u0251sha"]
)
def test_a_user_name_of_one_alphabet_that_reads_as_latin_is_refused(typed):
    form = NewAccountForm({**NEW, "username": typed})
    assert "looks like a Latin one" in str(form.errors["username"])


def test_full_width_letters_are_the_letters_they_look_like():
    user = make_member(make_organisation())
    user.username = "asha"
    user.save()
    form = NewAccountForm({**NEW, "username": "\uff41\uff53\uff48\uff41"})
    assert "has this user name already" in str(form.errors["username"])


@pytest.mark.parametrize("typed", ["meera.k", "мира", "मर", "asha_2"])
def test_a_user_name_of_one_alphabet_is_taken(typed):
    form = NewAccountForm({**NEW, "username": typed})
    assert form.is_valid(), form.errors


def test_a_sixth_file_is_refused_in_plain_words():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    user = make_member(organisation)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert client.login(username=user.username, password=PASSWORD)
    files = [SimpleUploadedFile(f"{n}.csv", b"a,b\n1,2\n") for n in range(6)]
    address = reverse("survey:upload", args=[scheme.pk])
    page = client.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    answer = client.post(address, {"csrfmiddlewaretoken": token, "uploads": files})
    assert answer.status_code == 413
    assert "more files than the site takes at a time" in text_of(answer)
