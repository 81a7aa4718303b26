"""A session from its board to its tally: pages that work without a script, and nothing for strangers."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from accounts.models import AuditEntry, Role
from calculator.actions import delete_package
from calculator.cases import ChosenTerms
from calculator.models import Package
from schemes.printing import render_pdf
from tests.calculator.pages import words
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.workshop.session_rows import ballot, make_group, make_session, vote
from workshop.models import SessionGroup, SessionPackage, WorkshopSession
from workshop.print_figures import PrintChoices
from workshop.session_actions import (
    NotAChoice,
    create_session,
    delete_group,
    delete_session,
    restore_group,
)
from workshop.session_prints import tally_sheets
from workshop.session_queries import tallies_of_session
from workshop.shortlist_actions import add_to_shortlist
from workshop.tally_page import TallyPage
from workshop.vote_actions import Counted, cast, save_counts
from workshop.votes import Round


@pytest.fixture
def scheme(db):
    return make_scheme(make_organisation(), place="Odisha")


@pytest.fixture
def session(scheme):
    return make_session(scheme)


@pytest.fixture
def facilitator(scheme):
    return client_of(scheme.organisation, role=Role.FACILITATOR)


def page(name, *args):
    return reverse(f"workshop:{name}", args=args)


# ---- the board of the day ----------------------------------------------------------------------------------
def test_a_session_freezes_the_board_as_it_is_that_day(signed_in, slide, package, make_package):
    second = make_package(package, "Hospital only", hospitalisation=ChosenTerms(event_cap=5000))
    assert "Put them on the shortlist first" in words(signed_in.get(page("session_new", slide.pk)))
    for one in (package, second):
        add_to_shortlist(package=one)
    form = signed_in.get(page("session_new", slide.pk))
    sent = {
        "once": str(uuid4()),
        "held_on": "2026-11-20",
        "place": "Kalahandi",
        "packages": [str(package.pk), str(second.pk)],
    }
    assert "Hospital only" in words(form)
    made = [signed_in.post(page("session_new", slide.pk), sent)["Location"] for _twice in range(2)]
    assert made[0] == made[1]
    session = every(WorkshopSession).get()
    shown = list(session.packages.all())
    assert [(one.name, one.package_version) for one in shown] == [("Everyday care", 1), ("Hospital only", 1)]
    assert shown[0].price == pytest.approx(461, abs=0.5)
    assert shown[1].pictograms == ["hospital"]
    vote(make_group(session), 2, 2)
    assert tallies_of_session(session).first_choices() == {package.pk: 0, second.pk: 2}
    every(Package).filter(pk=second.pk).update(name="Renamed", version=2)
    delete_package(package=package)
    assert "Hospital only" in words(signed_in.get(made[0]))
    every(Package).filter(pk=second.pk).delete()
    assert every(SessionPackage).get(position=2).package_id is None
    with pytest.raises(NotAChoice):
        create_session(scheme=slide, values={"held_on": date(2026, 1, 1), "place": "x"}, lines=[])


def test_what_is_missing_is_said_beside_its_box_and_nothing_typed_is_lost(scheme, facilitator, session):
    answer = facilitator.post(page("session_edit", session.pk), {"held_on": "soon", "notes": "Rain"})
    assert answer.status_code == 422
    text = words(answer)
    assert "This is not a day" in text
    assert "Type the village or place" in text
    assert "Rain" in text
    answer = facilitator.post(page("session", session.pk), {"name": "Ujala", "people": "none"})
    assert answer.status_code == 422
    assert 'value="Ujala"' in answer.content.decode()
    assert "Women, men, or both?" in words(answer)


# ---- groups ------------------------------------------------------------------------------------------------
def test_a_group_is_added_once_changed_deleted_and_brought_back(session, facilitator):
    sent = {"once": str(uuid4()), "name": "Ujala", "kind": "women", "people": "१५"}
    for _twice in range(2):
        facilitator.post(page("session", session.pk), sent)
    group = every(SessionGroup).get()
    assert (group.people, group.kind) == (15, "women")
    again = facilitator.post(page("session", session.pk), {**sent, "once": str(uuid4()), "name": "UJALA"})
    assert "a group of this name already" in words(again)
    change = {"name": "Ujala", "kind": "mixed", "people": 16, "version": 1}
    assert facilitator.post(page("group", group.pk), change).status_code == 302
    stale = facilitator.post(page("group", group.pk), {**change, "people": 17})
    assert stale.status_code == 409
    assert "Mine" in words(stale)
    vote(group, 1, 2)
    fewer = facilitator.post(page("group", group.pk), {**change, "people": 1, "version": 2})
    assert "2 people of this group have voted" in words(fewer)
    facilitator.post(page("group_put_away", group.pk))
    assert "Deleted: Ujala." in words(facilitator.get(page("session", session.pk)))
    assert tallies_of_session(session).overall.votes == 0
    facilitator.post(page("group_put_away", group.pk), {"back": ""})
    assert tallies_of_session(session).overall.votes == 2


def test_a_deleted_group_does_not_come_back_under_a_name_that_is_taken(session, facilitator):
    first = make_group(session)
    delete_group(group=first)
    make_group(session)
    refused = facilitator.post(page("group_put_away", first.pk), {"back": ""}, follow=True)
    assert "Rename that one first" in words(refused)
    first.name = "Other"
    first.save()
    restore_group(group=first)
    assert every(SessionGroup).kept().count() == 2


def test_the_database_refuses_groups_of_nobody_and_sessions_nowhere(session):
    for wrong in ({"people": 0}, {"people": 100_001}, {"kind": "children"}, {"name": ""}):
        values = {"name": "New", "kind": "men", "people": 3, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionGroup.objects.create(organisation=session.organisation, session=session, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        every(WorkshopSession).update(place="")


# ---- away and back -----------------------------------------------------------------------------------------
def test_a_session_is_deleted_and_brought_back_with_its_votes(scheme, session, facilitator):
    vote(make_group(session), 1)
    facilitator.post(page("session_put_away", session.pk))
    facilitator.post(page("session_put_away", session.pk))
    assert facilitator.get(page("session", session.pk)).status_code == 404
    assert "Deleted in the last 30 days" in words(facilitator.get(page("sessions", scheme.pk)))
    facilitator.post(page("session_put_away", session.pk), {"back": ""})
    assert "1 of 5" in words(facilitator.get(page("session", session.pk)))
    entries = AuditEntry.objects.of(scheme.organisation).filter(what__startswith="session.")
    assert [entry.what for entry in entries] == ["session.restored", "session.deleted"]


def test_two_edits_of_one_session_are_shown_side_by_side(session, facilitator):
    sent = {"held_on": "2026-11-20", "place": "Kalahandi", "facilitator": "Sunita", "version": 1}
    assert facilitator.post(page("session_edit", session.pk), sent).status_code == 302
    late = facilitator.post(page("session_edit", session.pk), {**sent, "facilitator": "Ravi"})
    assert late.status_code == 409
    assert "Ravi" in words(late)
    assert every(WorkshopSession).get().facilitator == "Sunita"


def test_who_only_reads_sees_the_tally_and_no_buttons(scheme, session):
    group = make_group(session)
    vote(group, 1)
    reader = client_of(scheme.organisation, role=Role.REVIEWER)
    text = words(reader.get(page("session", session.pk)))
    assert "1 of 5" in text
    assert "Add a group" not in text
    assert reader.get(page("tally", session.pk)).status_code == 200
    for name in ("votes", "counts"):
        assert reader.get(page(name, group.pk, "individual")).status_code == 403
    stranger = client_of(make_organisation(), role=Role.ADMIN)
    for address in (
        page("session", session.pk),
        page("votes", group.pk, "individual"),
        page("tally", session.pk),
    ):
        assert stranger.get(address).status_code == 404


# ---- the tally ---------------------------------------------------------------------------------------------
@pytest.fixture
def voted(session):
    """Women disagree alone and agree together; the men counted hands."""
    women, men = make_group(session), make_group(session, "Farmers", people=4, kind="men")
    cast(
        session=session,
        ballots=[ballot(women, 1, 2), ballot(women, 2, 3), ballot(women, 3), ballot(women, 3, 1)],
    )
    vote(women, 3, 3, 3, 3, 3, round_=Round.GROUP_1)
    counted = Counted(first={3: 3}, second={1: 2}, reasons=["agree", "price"], in_their_words="=Enough")
    save_counts(group=men, round_=Round.INDIVIDUAL, seen_version=0, counted=counted)
    session.refresh_from_db()
    return session


def test_the_tally_says_in_words_what_its_bars_show(voted, facilitator):
    text = words(facilitator.get(page("tally", voted.pk)))
    assert "8 of 9 people" in text
    assert "3 Great help 8 100 % second: 0" in text
    assert "How far people differ: 0.00 not compared with the round before: other groups took part" in text
    assert "0.67: all 3 packages were chosen equally often" in text
    assert "Still to vote: Ujala: 1 · Farmers: 1" in text
    assert "Not asked in this round: Farmers" in text
    assert "To agree with the others: 1 group" in text
    assert "=Enough" in text
    wall = facilitator.get(page("tally", voted.pk), {"show": "wall"}).content.decode()
    assert 'data-view="projector"' in wall


def test_rounds_that_drift_apart_or_stay_say_so(session):
    group = make_group(session)
    vote(group, 1, 1, 1)
    vote(group, 1, 1, 2, round_=Round.GROUP_1)
    vote(group, 1, 1, 2, round_=Round.GROUP_2)
    vote(make_group(session, "Farmers"), 2, 2, 2, round_=Round.COMMUNITY)
    vote(group, 1, 1, 1, round_=Round.COMMUNITY)
    changes = [part.change for part in TallyPage(tallies_of_session(session)).rounds]
    apart = "not compared with the round before: other groups took part"
    assert changes == ["", "up from 0.00: further apart", "as in the round before", apart]


def test_a_poll_costs_few_bytes_while_nothing_changes_and_backs_off(voted, facilitator):
    live, pauses = page("tally_live", voted.pk), []
    pause = "2"
    for _each in range(4):
        answer = facilitator.get(live, {"seen": voted.activity, "pause": pause})
        assert len(answer.content) <= 300
        assert "no-store" in answer["Cache-Control"]
        pause = answer.content.decode().split("pause=")[1].split('"')[0]
        pauses.append(pause)
    assert pauses == ["5", "10", "10", "10"]
    vote(voted.groups.first(), 1, round_=Round.GROUP_2)
    changed = facilitator.get(live, {"seen": voted.activity, "pause": "10"}).content.decode()
    assert 'hx-swap-oob="true"' in changed
    assert f"seen={voted.activity + 1}&amp;pause=2" in changed
    assert "Group, second time" in changed
    whole = facilitator.get(page("tally", voted.pk)).content.decode()
    start = changed.index('<section class="card tally"')
    assert changed[start:].rstrip() in whole


def test_the_tally_leaves_as_a_spreadsheet_without_persons(voted, facilitator):
    answer = facilitator.get(page("tally_csv", voted.pk))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    last = [row for row in rows if row["round"] == "last round of each group"]
    assert [(row["package"], row["first_choices"]) for row in last] == [
        ("Everyday care", "0"),
        ("Hospital only", "0"),
        ("Great help", "8"),
    ]
    alone = [row for row in rows if row["round"] == "individual" and row["group"] == "all groups"]
    assert sum(int(row["first_choices"]) for row in alone) == 7
    assert {row["unalikeability"] for row in alone} == {"0.449"}
    assert AuditEntry.objects.of(voted.organisation).first().after == {"file": "tally.csv"}


def test_tally_sheets_carry_the_packages_place_and_day(session):
    choices = PrintChoices(language="en")
    with translation.override("en"):
        data = tally_sheets(session, choices=choices)
    sheets = PdfReader(io.BytesIO(render_pdf("board_tally", data, made_at=timezone.now()))).pages
    assert len(sheets) == 5
    text = sheets[0].extract_text()
    for each in ("Kalahandi", "20 Nov 2026", "2 = Hospital only"):
        assert each in text


def test_before_the_first_vote_the_tally_says_what_will_happen(session, facilitator):
    assert "No vote yet" in words(facilitator.get(page("tally", session.pk)))
    delete_session(session=session)
    assert facilitator.get(page("tally_live", session.pk)).status_code == 404
