"""Who belongs to several organisations and has two windows open does nothing in the wrong one."""

import re

import pytest

from accounts.models import AuditEntry, Invitation, Membership, Role
from tests.makers import client_of, every, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def both():
    """An administrator of two organisations, acting for the first."""
    first, second = make_organisation("First circle"), make_organisation("Second circle")
    client = client_of(first)
    user = Membership.objects.get(organisation=first).user
    Membership.objects.create(user=user, organisation=second, role=Role.ADMIN)
    return client, first, second


def opened_for(client):
    page = client.get("/people/").content.decode()
    return re.search(r'name="acting_for" type="hidden" value="([^"]+)"', page)[1]


def test_an_invitation_opened_for_one_organisation_is_not_made_in_another(both):
    client, first, second = both
    sent = {"role": "admin", "acting_for": opened_for(client)}
    client.post("/organisation/", {"organisation": second.pk})
    response = client.post("/people/", sent)
    assert response.status_code == 409
    assert not every(Invitation).exists()
    assert (
        not AuditEntry.objects.across_organisations(reason="a test looks at all there is")
        .filter(what="member.invited")
        .exists()
    )
    text = response.content.decode()
    assert "Act for First circle and open it again" in text
    assert "Second circle" in text
    client.post("/organisation/", {"organisation": first.pk})
    assert client.post("/people/", sent).status_code == 302
    assert every(Invitation).get().organisation == first


def test_the_refusal_tells_nothing_of_an_organisation_that_is_not_ones_own(both):
    client, _first, _second = both
    stranger = make_organisation("Hidden circle")
    answers = [
        client.post("/people/", {"role": "admin", "acting_for": named})
        for named in (stranger.pk, "00000000-0000-4000-8000-000000000000", "x")
    ]
    assert [each.status_code for each in answers] == [409] * 3
    assert all("Hidden circle" not in each.content.decode() for each in answers)
    assert all("open it again" not in each.content.decode() for each in answers)


def test_a_page_open_to_all_reads_what_it_was_sent_itself(both):
    client, _first, _second = both
    answer = client.post("/csp-report/", b"{}", content_type="application/csp-report")
    assert answer.status_code == 204
    assert client.post("/csp-report/", {"acting_for": "x"}).status_code == 204
