"""Signing in, choosing an organisation, and belonging to none."""

import re

import pytest
from django.urls import reverse

from accounts.models import Membership
from tests.makers import PASSWORD, client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def member():
    return make_member(make_organisation())


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/sign-in/", {"login": name, "password": password, **more})


def test_a_stranger_is_sent_to_sign_in_and_then_to_the_page_asked_for(client, member):
    asked = reverse("schemes:new")
    assert client.get(asked)["Location"] == f"/sign-in/?next={asked}"
    assert sign_in(client, member.username, next=asked)["Location"] == asked


def test_the_user_name_or_the_e_mail_address_signs_in(client, member):
    for name in (member.username, member.email, member.email.upper(), f"  {member.email} "):
        assert sign_in(client, name)["Location"] == "/"
        client.post(reverse("account_logout"))


def test_an_address_that_two_people_wrote_signs_in_only_who_confirmed_it(client, member):
    other = make_member()
    other.email = member.email
    other.set_password("another horse battery")
    other.save()
    assert sign_in(client, member.email, "another horse battery").status_code == 200
    assert sign_in(client, other.username, "another horse battery")["Location"] == "/"
    client.post(reverse("account_logout"))
    assert sign_in(client, member.email)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, member):
    answers = [
        text_of(sign_in(client, name, "wrong")) for name in (member.username, "stranger", "x@example.org")
    ]
    for answer in answers:
        assert "do not belong together" in answer
        assert "Error:" in answer
    assert "wrong" not in answers[0]


def test_nothing_typed_is_said_beside_the_fields(client):
    page = text_of(sign_in(client, "", ""))
    assert "Type your user name or your e-mail address" in page
    assert "Type your password" in page


def test_sign_in_does_not_lead_to_another_site(client, member):
    assert sign_in(client, member.username, next="https://elsewhere.example/")["Location"] == "/"


def test_signing_out_takes_a_button_not_a_link(client, member):
    client.force_login(member)
    assert client.get(reverse("account_logout")).status_code == 405
    assert client.post(reverse("account_logout"))["Location"] == "/sign-in/"
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_member_of_two_organisations_works_for_one_at_a_time():
    first, second = make_organisation("First"), make_organisation("Second")
    make_scheme(first, name="Scheme of the first")
    make_scheme(second, name="Scheme of the second")
    client = client_of(first)
    user = Membership.objects.get(organisation=first).user
    assert "Change organisation" not in text_of(client.get("/"))
    Membership.objects.create(user=user, organisation=second, role="reviewer")
    home = text_of(client.get("/"))
    assert "Scheme of the first" in home
    assert "Change organisation" in home
    chooser = reverse("accounts:switch_organisation")
    assert "Second" in text_of(client.get(chooser))
    switched = text_of(client.post(chooser, {"organisation": second.pk}, follow=True))
    assert "You now act for Second." in switched
    assert "Scheme of the second" in switched
    assert "Scheme of the first" not in switched


def test_an_organisation_one_does_not_belong_to_does_not_exist():
    client = client_of(make_organisation())
    for chosen in (make_organisation().pk, "nonsense"):
        response = client.post(reverse("accounts:switch_organisation"), {"organisation": chosen})
        assert response.status_code == 404


def test_who_belongs_nowhere_reads_why_on_every_page():
    client = client_of(None)
    scheme = make_scheme(make_organisation())
    for address in ("/", reverse("schemes:new"), reverse("schemes:detail", args=[scheme.pk])):
        response = client.get(address)
        assert response.status_code == 403
        assert "belongs to no organisation" in text_of(response)
    assert client.get(reverse("help")).status_code == 200
