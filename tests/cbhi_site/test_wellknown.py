"""Whom to tell about a hole."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cbhi_site.apps import security_contact

pytestmark = pytest.mark.django_db


def fields_of(response):
    return [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]


def test_security_txt_has_what_the_standard_asks_for(settings):
    settings.SECURITY_CONTACT = ["mailto:security@premiums.example", "https://premiums.example/report"]
    response = Client().get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = fields_of(response)
    names = [name for name, _ in fields]
    assert [value for name, value in fields if name == "Contact"] == settings.SECURITY_CONTACT
    assert names.count("Expires") == names.count("Preferred-Languages") == names.count("Canonical") == 1
    expires = datetime.fromisoformat(dict(fields)["Expires"])
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert dict(fields)["Canonical"] == "http://testserver/.well-known/security.txt"


def test_the_policy_it_names_can_be_read(settings):
    settings.SECURITY_CONTACT = ["mailto:security@premiums.example"]
    address = dict(fields_of(Client().get("/.well-known/security.txt")))["Policy"]
    response = Client().get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    assert "within 90 days" in response.content.decode()


def test_without_a_contact_there_is_no_file_and_check_deploy_says_so(settings):
    settings.SECURITY_CONTACT = []
    assert Client().get("/.well-known/security.txt").status_code == 404
    assert [problem.id for problem in security_contact()] == ["cbhi_site.W001"]


@pytest.mark.parametrize(
    ("contacts", "problems"), [(["mailto:a@b.example"], 0), (["https://b.example"], 0), (["a@b.example"], 1)]
)
def test_a_contact_is_an_address_a_program_can_follow(settings, contacts, problems):
    settings.SECURITY_CONTACT = contacts
    assert len(security_contact()) == problems
