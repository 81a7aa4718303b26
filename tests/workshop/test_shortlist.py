"""The shortlist: six at most, in an order, never two at one place, never overwritten unseen."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, Role
from accounts.refusals import StaleEdit
from calculator.actions import delete_package, restore_package
from calculator.cases import ChosenTerms
from cbhi_site.stages import ways_of
from tests.calculator.pages import words
from tests.makers import client_of, every
from workshop.models import ShortlistEntry
from workshop.queries import shortlist_of
from workshop.shortlist_actions import (
    PackageIsDeleted,
    ShortlistIsFull,
    add_to_shortlist,
    move_on_shortlist,
    remove_from_shortlist,
)

HOSPITAL = ChosenTerms(event_cap=5000.0)


@pytest.fixture
def packages(package, make_package):
    return [package, *(make_package(package, f"Package {n}", hospitalisation=HOSPITAL) for n in range(2, 9))]


@pytest.fixture
def three(packages):
    return [add_to_shortlist(package=one) for one in packages[:3]]


def names(scheme):
    return [str(entry) for entry in shortlist_of(scheme=scheme)]


def places(scheme):
    return list(shortlist_of(scheme=scheme).values_list("position", flat=True))


def test_packages_stand_in_the_order_in_which_they_were_added_and_each_once(slide, packages, three):
    assert add_to_shortlist(package=packages[0]).pk == three[0].pk
    assert names(slide) == ["Everyday care", "Package 2", "Package 3"]
    assert places(slide) == [1, 2, 3]


def test_a_seventh_is_refused_by_name_and_by_the_database(slide, packages):
    for one in packages[:6]:
        add_to_shortlist(package=one)
    with pytest.raises(ShortlistIsFull, match="at most six"):
        add_to_shortlist(package=packages[6])
    for place in (6, 7):
        with pytest.raises(IntegrityError), transaction.atomic():
            ShortlistEntry.objects.create(
                organisation=slide.organisation, scheme=slide, package=packages[6], position=place
            )
    assert len(names(slide)) == 6


def test_a_package_moves_up_and_down_and_stays_at_the_ends(slide, three):
    move_on_shortlist(entry=three[2], seen_version=1, up=True)
    assert names(slide) == ["Everyday care", "Package 3", "Package 2"]
    last = shortlist_of(scheme=slide)[2]
    move_on_shortlist(entry=last, seen_version=last.version, up=False)
    first = shortlist_of(scheme=slide)[0]
    move_on_shortlist(entry=first, seen_version=first.version, up=True)
    assert names(slide) == ["Everyday care", "Package 3", "Package 2"]
    assert places(slide) == [1, 2, 3]


def test_what_is_taken_off_leaves_no_gap_and_comes_back_at_the_end(slide, packages, three):
    remove_from_shortlist(entry=three[0], seen_version=1)
    assert (names(slide), places(slide)) == (["Package 2", "Package 3"], [1, 2])
    add_to_shortlist(package=packages[0])
    assert names(slide) == ["Package 2", "Package 3", "Everyday care"]
    assert every(ShortlistEntry).count() == 3


def test_who_saw_an_older_list_changes_nothing(slide, three):
    move_on_shortlist(entry=three[1], seen_version=1, up=True)
    for late in (
        lambda: move_on_shortlist(entry=three[1], seen_version=1, up=False),
        lambda: remove_from_shortlist(entry=three[1], seen_version=1),
    ):
        with pytest.raises(StaleEdit):
            late()
    assert names(slide) == ["Package 2", "Everyday care", "Package 3"]


def test_a_deleted_package_leaves_the_list_and_makes_room(slide, packages, three):
    delete_package(package=packages[1])
    assert names(slide) == ["Everyday care", "Package 3"]
    with pytest.raises(PackageIsDeleted):
        add_to_shortlist(package=packages[1])
    for one in packages[3:7]:
        add_to_shortlist(package=one)
    assert len(names(slide)) == 6
    assert places(slide) == [1, 2, 3, 4, 5, 6]
    restore_package(package=packages[1])
    assert len(names(slide)) == 6


def test_every_change_is_in_the_trail(slide, three):
    move_on_shortlist(entry=three[1], seen_version=1, up=True)
    remove_from_shortlist(entry=three[2], seen_version=1)
    entries = AuditEntry.objects.of(slide.organisation).filter(what__startswith="shortlist.")
    done = [(one.what, one.subject_label, one.after) for one in entries]
    assert done[:2] == [
        ("shortlist.removed", "Package 3", {}),
        ("shortlist.moved", "Package 2", {"position": 1}),
    ]
    assert [one[0] for one in done[2:]] == ["shortlist.added"] * 3


# ---- the page ----------------------------------------------------------------------------------------------
def test_a_facilitator_makes_the_list_without_a_script(signed_in, slide, packages):
    page = reverse("workshop:shortlist", args=[slide.pk])
    assert "Nothing is on it yet" in words(signed_in.get(page))
    for one in packages[:2]:
        answer = signed_in.post(reverse("workshop:shortlist_add", args=[one.pk]), follow=True)
        assert f"{one.name} is on the shortlist." in words(answer)
    second = shortlist_of(scheme=slide)[1]
    move = reverse("workshop:shortlist_move", args=[second.pk])
    signed_in.post(move, {"to": "up", "version": second.version})
    assert names(slide) == ["Package 2", "Everyday care"]
    late = signed_in.post(move, {"to": "down", "version": second.version}, follow=True)
    assert "Somebody else changed the shortlist meanwhile" in words(late)
    first = shortlist_of(scheme=slide)[0]
    remove = reverse("workshop:shortlist_remove", args=[first.pk])
    unseen = signed_in.post(remove, {"version": "x"}, follow=True)
    assert "Somebody else changed" in words(unseen)
    taken = signed_in.post(remove, {"version": first.version}, follow=True)
    assert "Taken off last: Package 2." in words(taken)


def test_who_only_reads_sees_the_list_and_no_buttons(slide, three):
    reader = client_of(slide.organisation, role=Role.REVIEWER)
    page = reader.get(reverse("workshop:shortlist", args=[slide.pk]))
    assert "Package 3" in words(page)
    assert "Take off" not in words(page)
    assert "Put it on" not in words(page)


def test_the_stage_says_how_many_are_listed(slide, packages):
    def state():
        return next(step.state for step in ways_of([slide])[0].steps if step.stage.key == "shortlist")

    assert state().state == "todo"
    add_to_shortlist(package=packages[0])
    assert (state().state, state().sentence) == ("todo", "1 package is on it.")
    add_to_shortlist(package=packages[1])
    assert (state().state, state().sentence) == ("done", "2 packages are on it.")


def test_the_price_beside_the_next_step_is_that_of_the_shortlists_first(slide, packages, three):
    def named():
        return ways_of([slide])[0].headline.words

    packages[5].name = "Saved last"
    packages[5].save()
    assert "Saved last" not in named()
    assert named().endswith(f": {three[0].package.name}")
    for entry in reversed(shortlist_of(scheme=slide)):
        remove_from_shortlist(entry=entry, seen_version=entry.version)
    assert named().endswith(": Saved last")


def test_the_board_says_whether_its_packages_are_those_of_the_shortlist(signed_in, slide, package):
    def text():
        return words(signed_in.get(reverse("workshop:board", args=[slide.pk])))

    assert "Nothing is on the shortlist yet: the 4 packages saved first stand on it" in text()
    add_to_shortlist(package=package)
    assert "The first 4 of the shortlist stand on it." in text()


def test_the_stage_waits_while_no_package_is_saved(slide, package):
    delete_package(package=package)
    state = next(step.state for step in ways_of([slide])[0].steps if step.stage.key == "shortlist")
    assert state.state == "idle"
