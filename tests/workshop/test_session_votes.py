"""Votes count once however often they are sent, nobody votes twice, nothing typed is overwritten unseen."""

from __future__ import annotations

import json
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.refusals import StaleEdit
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.workshop.session_rows import ballot, make_group, make_session, standing, vote
from workshop.models import SessionPackage, Tally, Vote
from workshop.session_actions import MoreVotesThanPeople, change_group, delete_group
from workshop.session_queries import tallies_of, tallies_of_session
from workshop.vote_actions import (
    Counted,
    VotesStand,
    cast,
    clear_votes,
    save_counts,
    undo_vote,
)
from workshop.vote_forms import MOST_BALLOTS
from workshop.votes import Round


@pytest.fixture
def scheme(db):
    return make_scheme(make_organisation())


@pytest.fixture
def session(scheme):
    return make_session(scheme)


@pytest.fixture
def group(session):
    return make_group(session)


@pytest.fixture
def facilitator(scheme):
    return client_of(scheme.organisation, role=Role.FACILITATOR)


def states(outcomes):
    return [str(one.state) for one in outcomes]


def address(group, round_=Round.INDIVIDUAL, page="votes"):
    return reverse(f"workshop:{page}", args=[group.pk, round_])


# ---- sent again --------------------------------------------------------------------------------------------
def test_a_vote_sent_twice_counts_once_and_another_choice_under_its_key_changes_nothing(session, group):
    first = ballot(group, 1)
    assert states(cast(session=session, ballots=[first, first])) == ["counted", "known"]
    assert states(cast(session=session, ballots=[ballot(group, 2, key=first.client_id)])) == ["known"]
    assert tallies_of_session(session).overall.first == {1: 1}


def test_a_second_choice_that_comes_later_is_filled_in_once_and_never_lost(session, group):
    first = ballot(group, 1)
    cast(session=session, ballots=[first])
    with_second = ballot(group, 1, 3, key=first.client_id)
    assert states(cast(session=session, ballots=[with_second, with_second, first])) == [
        "counted",
        "known",
        "known",
    ]
    assert states(cast(session=session, ballots=[ballot(group, 1, 2, key=first.client_id)])) == ["known"]
    assert tallies_of_session(session).overall.second == {3: 1}


def test_a_vote_taken_back_stays_so_when_it_is_sent_once_more(session, group):
    first = ballot(group, 1)
    cast(session=session, ballots=[first])
    assert undo_vote(session=session, client_id=first.client_id)
    assert not undo_vote(session=session, client_id=first.client_id)
    assert states(cast(session=session, ballots=[first])) == ["taken_back"]
    assert standing() == 0


def test_a_batch_replayed_in_any_order_leaves_the_same_tally(session, group, facilitator):
    sent = [ballot(group, first, second) for first, second in ((1, 2), (2, None), (3, 1))]
    votes = [
        {
            "id": str(one.client_id),
            "group": str(group.pk),
            "round": one.round,
            "first": one.first,
            "second": one.second,
        }
        for one in sent
    ]
    path = reverse("workshop:votes_batch", args=[session.pk])
    for batch in (votes[:2], votes, votes[::-1]):
        answer = facilitator.post(path, json.dumps({"votes": batch}), content_type="application/json")
        assert answer.status_code == 200
    assert [one["state"] for one in answer.json()["votes"]] == ["known"] * 3
    overall = tallies_of_session(session).overall
    assert (overall.first, overall.second) == ({1: 1, 2: 1, 3: 1}, {1: 1, 2: 1})


def test_one_refused_vote_of_a_batch_stops_no_other(session, group):
    good, bad = ballot(group, 1), [ballot(group, 9), ballot(group, 2, 2), ballot(group, 1, 9)]
    outcomes = cast(session=session, ballots=[*bad, good])
    assert states(outcomes) == ["refused"] * 3 + ["counted"]
    assert outcomes[1].why == "The second choice is another package than the first."


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"votes": 3}', '{"votes": [3]}', '{"votes": [{"id": "x"}]}',
     '{"votes": [{"second": []}]}', '{"votes": [' + ",".join(["{}"] * (MOST_BALLOTS + 1)) + "]}"],
)  # fmt: skip
def test_what_are_no_votes_is_answered_and_nothing_counted(session, facilitator, body):
    path = reverse("workshop:votes_batch", args=[session.pk])
    answer = facilitator.post(path, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["problem"]


@pytest.mark.django_db(transaction=True)
def test_ten_posts_of_one_vote_at_the_same_moment_make_one_vote(transactional_db):
    session = make_session(make_scheme(make_organisation()))
    group = make_group(session, people=20)
    one, found = ballot(group, 2), []
    meet = threading.Barrier(10, timeout=60)

    def post():
        try:
            meet.wait()
            found.extend(states(cast(session=session, ballots=[one])))
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _each in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["counted"] + ["known"] * 9
    assert every(Vote).count() == 1


# ---- no more votes than people -----------------------------------------------------------------------------
def test_nobody_votes_after_everybody_has_until_more_people_are_said_to_be_there(session, group):
    assert states(vote(group, 1, 1, 2, 2, 3, 3)) == ["counted"] * 5 + ["refused"]
    change_group(group=group, seen_version=1, values={"people": 6})
    assert states(vote(group, 3)) == ["counted"]
    with pytest.raises(MoreVotesThanPeople, match="6 people of this group have voted"):
        change_group(group=group, seen_version=2, values={"people": 5})


def test_a_group_that_was_deleted_takes_no_votes(session, group):
    delete_group(group=group)
    assert vote(group, 1)[0].why == "This group is not in the session any more."


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({1: 4, 2: 2}, {}, "6 first choices, but 5 people sat there"),
        ({1: 2}, {2: 2, 3: 1}, "3 second choices, but only 2 first choices"),
        ({1: 3, 2: 1}, {1: 2}, "At most 1 can have it second: 3 of 4 chose it first."),
    ],
)
def test_counts_that_cannot_be_are_refused_and_nothing_typed_is_lost(
    group, facilitator, first, second, words
):
    typed = {f"first_{n}": c for n, c in first.items()} | {f"second_{n}": c for n, c in second.items()}
    page = facilitator.post(address(group, page="counts"), {**typed, "in_their_words": "We like it"})
    assert page.status_code == 422
    text = page.content.decode()
    assert words in text
    assert "We like it" in text
    assert all(f'name="{name}" value="{value}"' in text for name, value in typed.items())
    assert not every(Tally).exists()


def test_single_votes_and_counted_hands_do_not_mix(session, group):
    vote(group, 1, 2)
    with pytest.raises(VotesStand):
        save_counts(
            group=group, round_=Round.INDIVIDUAL, seen_version=1, counted=Counted(first={1: 3}, second={})
        )
    assert clear_votes(group=group, round_=Round.INDIVIDUAL) == 2
    assert clear_votes(group=group, round_=Round.GROUP_2) == 0
    save_counts(
        group=group, round_=Round.INDIVIDUAL, seen_version=1, counted=Counted(first={1: 3}, second={2: 1})
    )
    assert "Hands were counted" in vote(group, 1)[0].why
    save_counts(group=group, round_=Round.INDIVIDUAL, seen_version=2, counted=Counted(first={}, second={}))
    assert states(vote(group, 1)) == ["counted"]


def test_reasons_may_be_noted_beside_single_votes(session, group):
    vote(group, 1)
    counted = Counted(first={}, second={}, reasons=["price"], in_their_words="Forty a month is fine")
    save_counts(group=group, round_=Round.INDIVIDUAL, seen_version=1, counted=counted)
    assert tallies_of_session(session).rows[Round.INDIVIDUAL, group.pk].reasons == ["price"]


# ---- two people at once ------------------------------------------------------------------------------------
def test_counts_saved_meanwhile_are_shown_beside_mine_and_not_overwritten(group, facilitator):
    counted = Counted(first={1: 2}, second={}, reasons=["agree"])
    save_counts(group=group, round_=Round.INDIVIDUAL, seen_version=0, counted=counted)
    with pytest.raises(StaleEdit):
        save_counts(group=group, round_=Round.INDIVIDUAL, seen_version=0, counted=counted)
    page = facilitator.post(address(group, page="counts"), {"version": 0, "first_1": 3, "reason_price": "on"})
    assert page.status_code == 409
    assert "1 Everyday care, first choice" in page.content.decode()
    assert every(Tally).get().first_counts == {"1": 2}
    mine = {"version": 2, "first_1": 3, "keep_first_1": "mine", "keep_reasons": "theirs"}
    assert facilitator.post(address(group, page="counts"), mine).status_code == 302
    tally = every(Tally).get()
    assert (tally.first_counts, tally.reasons) == ({"1": 3}, ["agree"])


# ---- what the database refuses -----------------------------------------------------------------------------
def test_the_database_refuses_one_key_twice_and_one_package_as_both_choices(session, group):
    vote(group, 1)
    row, packages = every(Vote).get(), list(session.packages.all())
    more = {
        "organisation": session.organisation,
        "session": session,
        "tally": row.tally,
        "first": packages[0],
    }
    for wrong in ({"client_id": row.client_id}, {"client_id": uuid4(), "second": packages[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(**more, **wrong)
    for wrong in ({"group": group, "round": Round.INDIVIDUAL}, {"group": group, "round": "seventh"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tally.objects.create(organisation=session.organisation, **wrong)
    for position in (1, 5):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionPackage.objects.create(
                organisation=session.organisation, session=session, position=position, package_version=1,
                name="Too much", price=1,
            )  # fmt: skip


# ---- on a phone --------------------------------------------------------------------------------------------
def test_a_tap_counts_without_a_script_and_can_be_taken_back(group, facilitator):
    key = str(uuid4())
    for _twice in range(2):
        page = facilitator.post(address(group), {"vote": key, "first": 2}, follow=True)
    text = page.content.decode()
    assert "1 of 5 have voted" in text
    assert "Last vote: 2 Hospital only" in text
    assert "had arrived already and counts once" in text
    page = facilitator.post(address(group), {"vote": key, "first": 2, "second": 3}, follow=True)
    assert "second 3 Great help" in page.content.decode()
    page = facilitator.post(address(group), {"do": "undo", "vote": key}, follow=True)
    assert "0 of 5 have voted" in page.content.decode()
    assert (
        "Nothing was taken back"
        in facilitator.post(address(group), {"do": "undo"}, follow=True).content.decode()
    )


def test_htmx_gets_the_very_fragment_that_the_page_includes(group, facilitator):
    page = facilitator.get(address(group)).content.decode()
    sent = facilitator.post(address(group), {"do": "clear"}, headers={"HX-Request": "true"}).content.decode()
    start = page.index('<div class="taps"')

    def same(text):
        return [
            line for line in text.strip().splitlines() if 'type="hidden"' not in line and "<form" not in line
        ]

    assert same(page[start:])[: len(same(sent))] == same(sent)


def test_the_page_asks_the_database_as_often_for_sixty_votes_as_for_three(session, facilitator):
    group, asked = make_group(session, "Many", people=400), []
    facilitator.get(address(group))  # whoever comes in is noted down once
    for times in (1, 19):
        vote(group, *[1, 2, 3] * times)
        with CaptureQueriesContext(connection) as queries:
            facilitator.get(address(group))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10


def test_no_round_but_the_five_is_there(group, facilitator):
    assert facilitator.get(address(group, "seventh")).status_code == 404


# ---- what later pages are told -----------------------------------------------------------------------------
def test_the_newest_session_with_votes_tells_every_group_once_by_its_last_round(scheme, session, group):
    assert tallies_of(scheme) is None
    men = make_group(session, "Farmers", people=4, kind="men")
    vote(group, 1, 1, 2)
    vote(group, 3, 3, 3, 3, round_=Round.GROUP_1)
    vote(men, 2, 2)
    make_session(scheme, place="Nobody came", day=21)
    found = tallies_of(scheme)
    assert found.session == session
    assert (found.overall.first, found.overall.people, found.overall.not_voted) == ({2: 2, 3: 4}, 9, 3)
    assert list(found.rounds) == [Round.INDIVIDUAL, Round.GROUP_1]
    assert found.rounds[Round.INDIVIDUAL].unalikeability == pytest.approx(1 - (4 + 9) / 25)
    assert found.not_asked(Round.GROUP_1) == [men]
    assert found.first_choices() == {}


def test_beginning_and_clearing_and_counting_are_in_the_trail_and_no_single_vote_is(scheme, session, group):
    vote(group, 1, 2)
    clear_votes(group=group, round_=Round.INDIVIDUAL)
    counted = Counted(first={1: 3}, second={})
    save_counts(group=group, round_=Round.INDIVIDUAL, seen_version=1, counted=counted)
    entries = AuditEntry.objects.of(scheme.organisation).filter(what__startswith="votes.").order_by("number")
    assert [entry.what for entry in entries] == ["votes.begun", "votes.cleared", "votes.counted"]
    assert {entry.scheme_id for entry in entries} == {scheme.pk}
