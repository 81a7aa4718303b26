"""Who may: rules the database keeps, rows seen by their organisation only, and no silent overwrite."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.http import HttpResponse

from accounts.actions import save_if_unchanged
from accounts.middleware import SESSION_KEY, OrganisationMiddleware
from accounts.models import Membership, Organisation, Role, User
from accounts.refusals import NoOrganisation, StaleEdit
from schemes.models import Scheme
from tests.makers import every


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(name="Health circle")


@pytest.fixture
def asha(db):
    return User.objects.create_user("asha")


@pytest.fixture
def scheme(organisation):
    return Scheme.objects.create(
        organisation=organisation, name="Valley", inhabitants=5000, family_sizes={"1": 0.5, "4": 0.5}
    )


# ---- rules of the database --------------------------------------------------------------------------------


def test_keys_cannot_be_guessed(organisation, asha):
    assert isinstance(organisation.pk, uuid.UUID)
    assert isinstance(asha.pk, uuid.UUID)


@pytest.mark.django_db
def test_organisation_has_a_name():
    with pytest.raises(IntegrityError, match="organisation_has_name"), transaction.atomic():
        Organisation.objects.create(name="")


def test_a_name_that_another_organisation_uses_is_nobodys_business(organisation):
    second = Organisation.objects.create(name=organisation.name)
    second.full_clean()


def test_person_is_a_member_once(organisation, asha):
    Membership.objects.create(user=asha, organisation=organisation)
    with pytest.raises(IntegrityError, match="membership_once_per_organisation"), transaction.atomic():
        Membership.objects.create(user=asha, organisation=organisation, role=Role.ADMIN)


def test_role_is_one_of_four(organisation, asha):
    with pytest.raises(IntegrityError, match="membership_role_known"), transaction.atomic():
        Membership.objects.create(user=asha, organisation=organisation, role="king")


def test_organisation_with_rows_cannot_be_deleted_by_accident(scheme):
    with pytest.raises(ProtectedError):
        scheme.organisation.delete()


# ---- whose rows -------------------------------------------------------------------------------------------


def test_rows_are_seen_by_their_own_organisation_only(scheme):
    other = Organisation.objects.create(name="Another circle")
    assert list(Scheme.objects.of(scheme.organisation)) == [scheme]
    assert list(Scheme.objects.of(other)) == []


def test_nobody_without_an_organisation_sees_rows(scheme):
    with pytest.raises(NoOrganisation):
        Scheme.objects.of(None)


def seen_by(rf, user, **session):
    request = rf.get("/")
    request.user, request.session = user, session
    OrganisationMiddleware(lambda _request: HttpResponse())(request)
    return request.organisation, request.membership


def test_stranger_acts_for_no_organisation(rf):
    assert seen_by(rf, AnonymousUser()) == (None, None)


def test_member_of_nothing_acts_for_no_organisation(rf, asha):
    assert seen_by(rf, asha) == (None, None)


def test_member_acts_for_the_organisation_chosen_and_only_for_one_of_their_own(rf, asha, organisation):
    second = Organisation.objects.create(name="Second circle")
    foreign = Organisation.objects.create(name="Foreign circle")
    first_membership = Membership.objects.create(user=asha, organisation=organisation)
    second_membership = Membership.objects.create(user=asha, organisation=second)
    assert seen_by(rf, asha) == (organisation, first_membership)
    assert seen_by(rf, asha, **{SESSION_KEY: str(second.pk)}) == (second, second_membership)
    assert seen_by(rf, asha, **{SESSION_KEY: str(foreign.pk)}) == (organisation, first_membership)


def test_membership_taken_away_counts_from_the_next_request(rf, asha, organisation):
    Membership.objects.create(user=asha, organisation=organisation).delete()
    assert seen_by(rf, asha, **{SESSION_KEY: str(organisation.pk)}) == (None, None)


# ---- no silent overwrite ----------------------------------------------------------------------------------


def test_save_of_what_nobody_changed_grows_the_version(scheme):
    before = scheme.changed_at
    saved = save_if_unchanged(row=scheme, seen_version=1, changes={"name": "High valley"})
    assert (saved.name, saved.version) == ("High valley", 2)
    assert saved.changed_at > before


def test_stale_edit_writes_nothing_and_shows_theirs(scheme):
    save_if_unchanged(row=scheme, seen_version=1, changes={"name": "Theirs"})
    with pytest.raises(StaleEdit) as refusal:
        save_if_unchanged(row=scheme, seen_version=1, changes={"name": "Mine", "inhabitants": 1})
    assert refusal.value.theirs.name == "Theirs"
    assert every(Scheme).get().inhabitants == 5000


def test_edit_of_a_row_deleted_meanwhile_says_so(scheme):
    every(Scheme).all().delete()
    with pytest.raises(StaleEdit, match="deleted this") as refusal:
        save_if_unchanged(row=scheme, seen_version=1, changes={"name": "Mine"})
    assert refusal.value.theirs is None


@pytest.mark.django_db(transaction=True)
def test_of_ten_people_saving_at_the_same_moment_one_wins_and_nine_are_told(scheme):
    together = threading.Barrier(10)
    told, won = [], []

    def save(number):
        mine = every(Scheme).get(pk=scheme.pk)
        try:
            together.wait(10)
            save_if_unchanged(row=mine, seen_version=1, changes={"name": f"By {number}"})
            won.append(f"By {number}")
        except StaleEdit as refusal:
            told.append(refusal.theirs.name)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(won) == 1
    assert told == won * 9
    assert every(Scheme).get().name == won[0]
