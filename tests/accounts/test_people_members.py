"""Members: roles, switching off at once, one administrator always stays."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import AuditEntry, Membership, Role, User
from accounts.people import LastAdministrator, OwnMembership
from accounts.refusals import StaleEdit
from accounts.trail import What
from tests.accounts.people import text_of
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("Khunti health circle")


@pytest.fixture
def admin(organisation):
    return make_member(organisation)


@pytest.fixture
def asha(organisation):
    return make_member(organisation, role=Role.FIELD_STAFF)


@pytest.fixture
def client(admin):
    browser = Client()
    browser.force_login(admin)
    return browser


def at(name, user):
    return reverse(f"accounts:{name}", args=[user.memberships.get().pk])


# ---- the list ---------------------------------------------------------------------------------------------
def test_the_list_says_who_does_what_and_who_was_seen(client, asha):
    browser = Client()
    browser.force_login(asha)
    browser.get("/")
    page = text_of(client.get(reverse("accounts:people")))
    assert f"{asha.username} · {asha.email} Field staff {timezone.localtime():%-d %b %Y}" in page


def test_the_list_holds_no_member_of_another_organisation(client):
    other = make_member(make_organisation())
    assert other.username not in client.get(reverse("accounts:people")).content.decode()
    for name in ("member", "switch_off", "switch_on"):
        ask = client.get if name == "member" else client.post
        assert ask(at(name, other)).status_code == 404


# ---- roles ------------------------------------------------------------------------------------------------
def test_a_changed_role_counts_from_the_next_request(client, asha, organisation):
    browser = Client()
    browser.force_login(asha)
    assert browser.get(reverse("accounts:people")).status_code == 403
    answer = client.post(at("member", asha), {"role": "admin", "version": 1}, follow=True)
    assert "is now: Administrator." in text_of(answer)
    assert browser.get(reverse("accounts:people")).status_code == 200
    (entry,) = AuditEntry.objects.of(organisation).filter(what=What.ROLE_CHANGED)
    assert (entry.before, entry.after) == ({"role": "field_staff"}, {"role": "admin"})


def test_nobody_changes_their_own_role_or_switches_themselves_off(client, admin, organisation):
    make_member(organisation)
    refused = client.post(at("member", admin), {"role": "reviewer", "version": 1})
    assert refused.status_code == 422
    assert "Nobody changes their own role" in text_of(refused)
    assert "Nobody changes" in text_of(client.post(at("switch_off", admin), follow=True))
    membership = admin.memberships.get()
    assert (membership.role, membership.disabled_at) == (Role.ADMIN, None)


def test_of_two_who_change_a_role_the_second_sees_what_the_first_did(client, asha):
    client.post(at("member", asha), {"role": "facilitator", "version": 1})
    second = client.post(at("member", asha), {"role": "reviewer", "version": 1})
    assert second.status_code == 409
    assert "Reviewer: looks, comments" in text_of(second)
    assert "Facilitator: workshops" in text_of(second)
    assert asha.memberships.get().role == Role.FACILITATOR
    assert 'name="version" value="2"' in second.content.decode()
    client.post(at("member", asha), {"role": "reviewer", "version": 2})
    assert asha.memberships.get().role == Role.REVIEWER


@pytest.mark.parametrize("typed", [{}, {"role": "king", "version": 1}, {"role": "admin", "version": ""}])
def test_a_role_that_is_none_changes_nothing(client, asha, typed):
    assert client.post(at("member", asha), typed).status_code == 422
    assert asha.memberships.get().role == Role.FIELD_STAFF


# ---- switching off ----------------------------------------------------------------------------------------
def test_who_is_switched_off_sees_nothing_from_the_next_request_and_comes_back_with_their_role(
    client, asha, organisation
):
    scheme = make_scheme(organisation)
    browser = Client()
    browser.force_login(asha)
    address = reverse("schemes:detail", args=[scheme.pk])
    assert browser.get(address).status_code == 200
    client.post(at("switch_off", asha))
    assert browser.get(address).status_code == 403
    assert "switched you off" in text_of(browser.get("/"))
    client.post(at("switch_on", asha))
    assert browser.get(address).status_code == 200
    assert asha.memberships.get().role == Role.FIELD_STAFF
    whats = [entry.what for entry in AuditEntry.objects.of(organisation)]
    assert whats[:2] == [What.MEMBER_ENABLED, What.MEMBER_DISABLED]


def test_who_is_switched_off_in_one_organisation_works_on_in_another(client, asha):
    second = make_organisation("Second circle")
    Membership.objects.create(user=asha, organisation=second, role=Role.FIELD_STAFF)
    browser = Client()
    browser.force_login(asha)
    here = Membership.objects.get(user=asha, role=Role.FIELD_STAFF, organisation__name="Khunti health circle")
    client.post(reverse("accounts:switch_off", args=[here.pk]))
    response = browser.get("/")
    assert response.status_code == 200
    assert "Second circle" in text_of(response)


def test_an_account_that_is_switched_off_is_out_at_the_next_request(asha):
    browser = Client()
    browser.force_login(asha)
    assert browser.get("/").status_code == 200
    User.objects.filter(pk=asha.pk).update(is_active=False)
    assert browser.get("/")["Location"].startswith("/sign-in/")


# ---- one administrator always stays -----------------------------------------------------------------------
def test_the_last_administrator_stays(organisation, admin):
    helper = make_member()
    with pytest.raises(LastAdministrator):
        people.switch_off(membership=admin.memberships.get(), by=helper)
    with pytest.raises(LastAdministrator):
        people.change_role(membership=admin.memberships.get(), role="reviewer", seen_version=1, by=helper)


@pytest.mark.parametrize("absent", [{"disabled_at": timezone.now()}, {"role": Role.REVIEWER}])
def test_an_administrator_who_cannot_come_in_does_not_count(organisation, admin, absent):
    other = make_member(organisation)
    Membership.objects.filter(user=other).update(**absent)
    with pytest.raises(LastAdministrator):
        people.switch_off(membership=admin.memberships.get(), by=other)


def test_an_administrator_whose_account_is_off_does_not_count(organisation, admin):
    other = make_member(organisation)
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(LastAdministrator):
        people.switch_off(membership=admin.memberships.get(), by=other)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_role", [True, False])
def test_administrators_who_shut_each_other_out_at_once_leave_one(by_role):
    organisation = make_organisation()
    admins = [make_member(organisation) for _ in range(3)]
    together, outcomes = threading.Barrier(3), []

    def shut_out(by, whom):
        try:
            membership = whom.memberships.get()
            together.wait(10)
            if by_role:
                people.change_role(membership=membership, role="reviewer", seen_version=1, by=by)
            else:
                people.switch_off(membership=membership, by=by)
            outcomes.append("done")
        except (LastAdministrator, StaleEdit, OwnMembership):
            outcomes.append("refused")
        finally:
            connection.close()

    pairs = zip(admins, admins[1:] + admins[:1], strict=True)
    threads = [threading.Thread(target=shut_out, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "done", "refused"]
    assert Membership.objects.enabled().admins().filter(organisation=organisation).count() == 1


# ---- settings of the organisation -------------------------------------------------------------------------
def test_settings_are_saved_and_in_the_trail(client, organisation):
    typed = {"name": "New circle", "security_email": "Safe@Example.org", "version": 1}
    page = text_of(client.post(reverse("accounts:organisation_settings"), typed, follow=True))
    assert "The settings are saved." in page
    organisation.refresh_from_db()
    assert (organisation.name, organisation.security_email) == ("New circle", "safe@example.org")
    (entry,) = AuditEntry.objects.of(organisation).filter(what=What.ORGANISATION_CHANGED)
    assert entry.before["name"] == "Khunti health circle"


def test_settings_that_somebody_else_saved_first_are_shown_and_nothing_is_lost(client, organisation):
    address = reverse("accounts:organisation_settings")
    client.post(address, {"name": "Theirs", "security_email": "", "version": 1})
    page = client.post(address, {"name": "Mine", "security_email": "", "version": 1})
    assert page.status_code == 409
    assert "Somebody else saved “Theirs” first" in text_of(page) or "another window" in text_of(page)
    assert 'name="name" value="Mine"' in page.content.decode()
    organisation.refresh_from_db()
    assert organisation.name == "Theirs"


def test_settings_without_a_name_are_refused(client):
    page = client.post(reverse("accounts:organisation_settings"), {"name": " ", "version": 1})
    assert page.status_code == 422
    assert "Type the name of your organisation" in text_of(page)


# ---- a link into one's other organisation -----------------------------------------------------------------
def test_a_link_into_ones_other_organisation_offers_to_change_over(admin, organisation):
    second = make_organisation("Second circle")
    Membership.objects.create(user=admin, organisation=second, role=Role.REVIEWER)
    scheme = make_scheme(second, name="Far valley")
    browser = Client()
    browser.force_login(admin)
    address = reverse("schemes:detail", args=[scheme.pk])
    offer = browser.get(address)
    assert offer.status_code == 404
    assert "This belongs to Second circle" in text_of(offer)
    assert "Far valley" not in text_of(offer)
    there = browser.post(
        reverse("accounts:switch_organisation"), {"organisation": second.pk, "next": address}, follow=True
    )
    assert "Far valley" in text_of(there)


def test_for_anybody_else_such_a_link_is_like_one_to_nothing():
    scheme = make_scheme(make_organisation("Second circle"))
    nothing = "00000000-0000-4000-8000-000000000000"
    one, two = client_of(make_organisation()), client_of(make_organisation())
    user = User.objects.get(pk=two.session["_auth_user_id"])
    Membership.objects.create(user=user, organisation=make_organisation(), role=Role.ADMIN)
    for browser in (one, two):
        pages = [
            browser.get(reverse("schemes:detail", args=[key])).content.decode()
            for key in (scheme.pk, nothing)
        ]
        fresh = r'(value="\w{64}"|nonce="[^"]+")'
        assert re.sub(fresh, "", pages[0]) == re.sub(fresh, "", pages[1])


def test_a_membership_that_is_off_offers_nothing(admin, organisation):
    second = make_organisation("Second circle")
    third = make_organisation("Third circle")
    Membership.objects.create(user=admin, organisation=third, role=Role.REVIEWER)
    Membership.objects.create(user=admin, organisation=second, disabled_at=timezone.now())
    browser = Client()
    browser.force_login(admin)
    page = browser.get(reverse("schemes:detail", args=[make_scheme(second).pk]))
    assert "Second circle" not in text_of(page)
