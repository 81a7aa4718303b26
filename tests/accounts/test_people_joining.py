"""Invitations: a link that works once, says what it is for, and leads nowhere else."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import AuditEntry, Invitation, Membership, Organisation, Role, User
from accounts.people import InvitationIsOver, MemberAlready, MembershipSwitchedOff
from accounts.trail import What
from tests.accounts.people import is_signed_in, sign_in, text_of
from tests.makers import client_of, every, make_member, make_organisation

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Meera Kerketta",
    "username": "meera.k",
    "email": "",
    "password1": "monsoon lantern cart",
    "password2": "monsoon lantern cart",
}


@pytest.fixture
def organisation():
    return make_organisation("Khunti health circle")


def invite(organisation, role=Role.FACILITATOR, **more):
    return people.invite(organisation=organisation, role=role, **more)


def join_page(token):
    return reverse("accounts:join", args=[token])


def invite_by_page(client, **typed):
    answer = client.post(reverse("accounts:people"), {"role": "facilitator", "email": "", **typed})
    page = client.get(answer["Location"]).content.decode()
    return re.search(r"http://testserver(/join/[\w-]+/)", page)[1]


# ---- inviting ---------------------------------------------------------------------------------------------
def test_an_administrator_gets_a_link_that_is_shown_once_and_kept_nowhere(organisation):
    client = client_of(organisation)
    link = invite_by_page(client)
    token = link.split("/")[2]
    assert len(token) >= 43
    assert token not in client.get(reverse("accounts:people")).content.decode()
    row = every(Invitation).values().get()
    assert token not in str(row)
    assert "Facilitator" in text_of(client.get(reverse("accounts:people")))


def test_the_page_says_which_organisation_and_role_before_anything_is_done(client, organisation):
    _invitation, token = invite(organisation, invited_by=make_member(organisation))
    page = text_of(client.get(join_page(token)))
    assert "Join Khunti health circle" in page
    assert "Facilitator" in page
    assert Membership.objects.filter(organisation=organisation).count() == 1


def test_the_invited_make_an_account_and_are_in(client, organisation):
    _invitation, token = invite(organisation)
    client.post(join_page(token), NEW)
    user = User.objects.get(username="meera.k")
    membership = user.memberships.get()
    assert (membership.organisation, membership.role) == (organisation, Role.FACILITATOR)
    assert "Welcome to Khunti health circle" in text_of(client.get("/"))
    assert client.get("/account/").context["devices"][0].is_this


def test_an_address_given_at_joining_counts_once_it_is_confirmed(client, organisation):
    _invitation, token = invite(organisation, email="meera@example.org")
    assert 'value="meera@example.org"' in client.get(join_page(token)).content.decode()
    client.post(join_page(token), {**NEW, "email": "Meera@example.org"})
    assert User.objects.get(username="meera.k").email == ""
    link = re.search(r"http://testserver(/account/email/\S+/)", mail.outbox[0].body)[1]
    client.post(link)
    assert User.objects.get(username="meera.k").email == "meera@example.org"


def test_who_has_an_account_joins_with_it_and_works_there_next(organisation):
    client = client_of(make_organisation("Home circle"))
    _invitation, token = invite(organisation, Role.REVIEWER)
    assert "You keep this account" in text_of(client.get(join_page(token)))
    page = text_of(client.post(join_page(token), follow=True))
    assert "Welcome to Khunti health circle. Your role: Reviewer." in page
    assert "Khunti health circle" in page


def test_a_link_sent_by_e_mail_goes_out_only_where_the_site_can_send_any(organisation, settings):
    client = client_of(organisation)
    invite_by_page(client, email="new@example.org")
    assert mail.outbox == []
    settings.EMAIL_HOST = "smtp.example.org"
    link = invite_by_page(client, email="new@example.org")
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["new@example.org"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "meera k"}, "no spaces"),
        ({"username": "x@example.org"}, "no @"),
        ({"username": "Taken"}, "Somebody has this user name already"),
        ({"password2": "another"}, "The two passwords differ"),
        ({"password1": "meera.kerketta", "password2": "meera.kerketta"}, "too similar"),
        ({"email": "nonsense"}, "This is no e-mail address"),
        ({"name": ""}, "the name that colleagues know you by"),
    ],
)
def test_a_form_that_cannot_be_saved_says_why_and_uses_nothing_up(client, organisation, wrong, said):
    User.objects.create_user("taken")
    invitation, token = invite(organisation)
    response = client.post(join_page(token), NEW | wrong)
    assert response.status_code == 422
    assert said in text_of(response)
    invitation.refresh_from_db()
    assert invitation.is_open
    assert not User.objects.filter(username="meera.k").exists()


# ---- a link leads nowhere else ----------------------------------------------------------------------------
def test_a_neighbour_of_a_link_is_nothing(client, organisation):
    _invitation, token = invite(organisation)
    for wrong in (
        token[:-1],
        token + "A",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.lower(),
        "x",
    ):
        assert client.get(join_page(wrong)).status_code == 404
        assert client.post(join_page(wrong), NEW).status_code == 404
    assert not User.objects.filter(username="meera.k").exists()


def test_the_hash_of_a_link_is_no_link(client, organisation):
    invitation, _token = invite(organisation)
    assert client.get(join_page(invitation.token_hash)).status_code == 404


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"revoked_at": timezone.now()}, "It was withdrawn"),
        ({"accepted_at": timezone.now()}, "It was used already"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "It was not used in time"),
    ],
)
def test_an_invitation_that_is_over_says_so_and_admits_nobody(client, organisation, over, said):
    invitation, token = invite(organisation)
    every(Invitation).filter(pk=invitation.pk).update(**over)
    for response in (client.get(join_page(token)), client.post(join_page(token), NEW)):
        assert response.status_code == 410
        assert said in text_of(response)
        assert "Khunti" not in text_of(response)
    assert not is_signed_in(client)


def test_who_is_signed_in_is_not_told_to_sign_in_when_an_invitation_is_over(client, organisation):
    invitation, token = invite(organisation)
    every(Invitation).filter(pk=invitation.pk).update(accepted_at=timezone.now())
    assert "simply sign in" in text_of(client.get(join_page(token)))
    sign_in(client, make_member(organisation).username)
    page = text_of(client.get(join_page(token)))
    assert "simply sign in" not in page
    assert "To the schemes" in page


def test_an_invitation_lives_for_fourteen_days(organisation):
    invitation, _token = invite(organisation)
    left = invitation.expires_at - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)


def test_an_invitation_is_withdrawn_by_its_own_organisation_only(organisation):
    invitation, token = invite(organisation)
    stranger = client_of(make_organisation())
    address = reverse("accounts:withdraw", args=[invitation.pk])
    assert stranger.post(address).status_code == 404
    assert Client().get(join_page(token)).status_code == 200
    client_of(organisation).post(address)
    assert Client().get(join_page(token)).status_code == 410


def test_a_member_uses_no_place_up_and_a_switched_off_one_does_not_come_back_by_a_link(organisation):
    invitation, _token = invite(organisation)
    user = make_member(organisation)
    with pytest.raises(MemberAlready):
        people.join(invitation=invitation, user=user)
    Membership.objects.filter(user=user).update(disabled_at=timezone.now())
    with pytest.raises(MembershipSwitchedOff):
        people.join(invitation=invitation, user=user)
    invitation.refresh_from_db()
    assert invitation.is_open


def test_links_of_somebody_who_is_no_longer_administrator_are_closed(organisation):
    admin, other = make_member(organisation), make_member(organisation)
    first, _token = invite(organisation, invited_by=other)
    people.change_role(membership=other.memberships.get(), role="reviewer", seen_version=1, by=admin)
    first.refresh_from_db()
    assert first.revoked_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_the_same_moment_one_gets_the_place():
    organisation = make_organisation()
    invitation, _token = invite(organisation)
    users = [make_member(), make_member(), make_member()]
    together, outcomes = threading.Barrier(3), []

    def use(user):
        try:
            together.wait(10)
            people.join(invitation=invitation, user=user)
            outcomes.append("in")
        except InvitationIsOver:
            outcomes.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["in", "over", "over"]
    assert Membership.objects.filter(organisation=organisation).count() == 1


def test_an_account_is_not_made_when_the_place_was_taken_meanwhile(organisation):
    invitation, _token = invite(organisation)
    people.join(invitation=invitation, user=make_member())
    with pytest.raises(InvitationIsOver):
        people.make_account_and_join(
            invitation=invitation, username="late", name="Late", password="monsoon lantern cart"
        )
    assert not User.objects.filter(username="late").exists()


def test_inviting_and_joining_are_in_the_trail_without_the_link(client, organisation):
    token = invite_by_page(client_of(organisation), email="meera@example.org").split("/")[2]
    client.post(join_page(token), NEW)
    entries = AuditEntry.objects.of(organisation)
    assert {What.INVITED, What.JOINED} <= {entry.what for entry in entries}
    assert token not in str(list(entries.values()))
    assert entries.get(what=What.JOINED).actor_name == "Meera Kerketta"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"role": "king"}, "invitation_role_known"),
        (
            {"accepted_at": timezone.now(), "revoked_at": timezone.now()},
            "invitation_accepted_or_withdrawn",
        ),
    ],
)
def test_the_database_refuses_an_invitation_that_cannot_be(organisation, change, constraint):
    invitation, _token = invite(organisation)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        every(Invitation).filter(pk=invitation.pk).update(**change)


# ---- the first organisation of a server -------------------------------------------------------------------
def test_an_organisation_is_made_from_the_shell_and_its_link_makes_an_administrator(client, capsys):
    call_command("create_organisation", "First circle", "--admin", "asha@example.org")
    link = re.search(r"http://localhost:8000(/join/[\w-]+/)", capsys.readouterr().out)[1]
    client.post(link, NEW)
    membership = User.objects.get(username="meera.k").memberships.get()
    assert (membership.organisation.name, membership.role) == ("First circle", Role.ADMIN)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["  ", "--admin", "a@example.org"], "needs a name"),
        (["New", "--admin", "nonsense"], "is no e-mail address"),
        (["Here already", "--admin", "a@example.org"], "already; nothing made"),
    ],
)
def test_a_shell_command_that_cannot_be_done_makes_nothing(arguments, said):
    make_organisation("Here already")
    with pytest.raises(CommandError, match=said):
        call_command("create_organisation", *arguments)
    assert Organisation.objects.count() == 1


def test_an_invitation_falls_with_whoever_made_it(organisation, client):
    """Made in the moment in which its maker ceased to be an administrator, or their account was closed."""
    demoted, closed = (make_member(organisation, role=Role.ADMIN) for _ in range(2))
    links = [invite(organisation, Role.ADMIN, invited_by=each)[1] for each in (demoted, closed)]
    Membership.objects.filter(user=demoted).update(role=Role.REVIEWER)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for token in links:
        assert client.post(join_page(token), NEW).status_code == 422
    assert not User.objects.filter(username=NEW["username"]).exists()
