"""One package for one scheme: who wins, what is frozen, and what a second one costs in words."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from accounts.refusals import StaleEdit
from calculator.actions import delete_package, save_package
from calculator.cases import Chosen, ChosenTerms, chosen_of
from calculator.models import Package
from calculator.review_actions import Damaged
from cbhi_site.stages import ways_of
from schemes.models import Scheme
from simulation.queries import current_set
from tests.makers import every, make_member, make_organisation, make_scheme
from tests.workshop.choosing import NEW_YEAR, choose, first, second, voted
from workshop import choice_actions
from workshop.choice_actions import Wish, choose_package, end_choice, take_back
from workshop.choice_page import ChoicePage, newer_words, not_a_year
from workshop.choice_queries import choices_of, frozen_case, frozen_lines, standing_choice, standing_of
from workshop.choice_rows import ChosenPackage, FrozenSheet, whole_year_from
from workshop.choice_sheets import frozen_pdf, frozen_sheet
from workshop.print_figures import PrintChoices
from workshop.shortlist_actions import add_to_shortlist

__all__ = ["choose", "first", "second", "voted"]


def test_a_year_of_cover_ends_the_day_before_the_same_day_next_year():
    assert whole_year_from(NEW_YEAR) == date(2027, 12, 31)
    assert whole_year_from(date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_choice_has_dates_a_price_and_a_line_for_each_benefit(second, choose):
    choice = choose(second)
    assert (choice.starts_on, choice.ends_on) == (NEW_YEAR, date(2027, 12, 31))
    assert standing_choice(second.scheme, on=date(2027, 5, 1)) == choice
    assert choice.premium_per_person == choice.frozen["price"]["total"] > 0
    lines = {line.key: line for line in frozen_lines(choice)}
    assert {key for key, line in lines.items() if line.covered} == {
        *("hospitalisation", "injury", "caesarean", "wage-loss"),
    }
    assert sum(line.pure for line in lines.values()) == pytest.approx(choice.frozen["price"]["pure"])
    assert frozen_case(choice).name == second.name
    entry = every(AuditEntry).first()
    assert (entry.what, entry.package_id, entry.after["starts_on"]) == (
        "package.chosen",
        second.pk,
        "2027-01-01",
    )


# ---- one package, not two ----------------------------------------------------------------------------------
@pytest.mark.parametrize("starts_on", [date(2026, 1, 2), NEW_YEAR, date(2027, 12, 31)])
def test_a_second_package_for_the_same_days_is_refused_with_the_lesson(first, second, choose, starts_on):
    one = choose(first)
    with pytest.raises(choice_actions.SecondPackage, match="families who expect illness") as refused:
        choose(second, starts_on)
    assert refused.value.first == one
    assert choices_of(first.scheme) == [one]


def test_a_second_package_let_in_stands_beside_the_first_with_its_reason_for_ever(first, second, choose):
    one = choose(first)
    other = choose(second, date(2027, 6, 1), second_reason="The mill workers insist.")
    third = choose(second, date(2027, 7, 1), second_reason="So do the potters.")
    assert (other.beside, other.period, third.beside) == (one, one.period, one)
    assert standing_choice(first.scheme, on=date(2027, 8, 1)) == one
    assert "The mill workers insist." in every(AuditEntry).filter(what="package.chosen")[1].after_json
    end_choice(
        choice=other,
        user=other.chosen_by,
        seen_version=1,
        last_day=date(2027, 9, 1),
        reason="Nobody joined.",
    )
    page = ChoicePage(scheme=first.scheme)
    assert [each.second_reason for each in page.seconds] == ["The mill workers insist.", "So do the potters."]


def test_the_next_period_is_a_choice_like_any_other(first, second, choose):
    choose(first)
    after = choose(second, date(2028, 1, 1))
    assert (after.period, after.beside) == (2, None)
    assert standing_choice(first.scheme, on=date(2028, 3, 1)) == after
    assert ChoicePage(scheme=first.scheme).next_start == date(2029, 1, 1)


def test_the_database_lets_one_choice_stand_for_a_scheme_and_period(first, second, choose):
    one = choose(first)
    values = {
        **{name: getattr(one, name) for name in ("organisation", "scheme", "content", "content_hash")},
        **{name: getattr(one, name) for name in ("starts_on", "ends_on", "agreed_ends_on", "period")},
        "package": second,
        "package_version": 1,
        "name": "Other",
        "premium_per_person": 1.0,
    }

    def refused(constraint, **changes):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ChosenPackage.objects.create(**values | changes)

    refused("choice_once_per_scheme_and_period")
    refused("choice_ends_after_it_starts", period=9, ends_on=one.starts_on - timedelta(days=1))
    refused("choice_ends_after_it_starts", period=9, agreed_ends_on=one.starts_on)
    refused("choice_second_with_reason", beside=one)
    refused("choice_second_with_reason", period=9, second_reason="Just so.")
    refused("choice_closed_with_reason", period=9, is_withdrawn=True)
    refused("choice_closed_with_reason", period=9, closed_at=timezone.now())
    refused("choice_premium_not_negative", period=9, premium_per_person=-1.0)
    sheet = one.sheets.first()
    with pytest.raises(IntegrityError, match="frozen_sheet_once"), transaction.atomic():
        FrozenSheet.objects.create(
            organisation=one.organisation, choice=one, language=sheet.language, digits=sheet.digits
        )


def test_who_looked_before_the_other_wrote_is_stopped_by_the_database(first, second, choose, monkeypatch):
    monkeypatch.setattr(choice_actions, "_next_period", lambda _scheme: 1)
    monkeypatch.setattr(choice_actions, "_standing", lambda _scheme: every(ChosenPackage).none())
    one = choose(first)
    with pytest.raises(choice_actions.ChosenMeanwhile, match="Somebody else chose"):
        choose(second)
    assert choices_of(first.scheme) == [one]


@pytest.mark.django_db(transaction=True)
def test_of_two_choices_at_the_same_moment_one_wins():
    organisation = make_organisation()
    scheme, user = make_scheme(organisation), make_member(organisation, role=Role.ADMIN)
    package = save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=Chosen(
            persons=scheme.persons,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=0.05,
            admin_rate=0.2,
            terms={"hospitalisation": ChosenTerms(event_cap=3000.0)},
        ),
        name="Hospital",
        note="",
        user=user,
    )
    wish = Wish(starts_on=NEW_YEAR, ends_on=date(2027, 12, 31), seen_version=package.version)
    meet, told = threading.Barrier(2, timeout=30), []

    def one_of_two():
        try:
            mine = every(Package).select_related("scheme").get(pk=package.pk)
            meet.wait()
            told.append(choose_package(package=mine, user=user, wish=wish).name)
        except choice_actions.SecondPackage:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=one_of_two) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["Hospital", "refused"]
    assert every(ChosenPackage).count() == 1


# ---- what was chosen stays as it was -----------------------------------------------------------------------
def test_a_later_change_of_the_package_changes_nothing_of_what_was_chosen(second, choose):
    choice = choose(second)
    before = (choice.content, {sheet.pk: sheet.content for sheet in choice.sheets.all()})
    hindi = frozen_sheet(choice, PrintChoices(language="hi", digits="own"))
    printed = frozen_pdf(hindi)
    changed = replace(chosen_of(second), terms={"hospitalisation": ChosenTerms(event_cap=99.0)}, persons=77)
    save_package(
        scheme=second.scheme,
        assumption_set=second.assumption_set,
        chosen=changed,
        name="Another name",
        note="",
        user=choice.chosen_by,
        package=second,
        seen_version=second.version,
    )
    again = choices_of(second.scheme)[0]
    assert (again.content, {sheet.pk: sheet.content for sheet in again.sheets.all()}) == before
    assert frozen_pdf(frozen_sheet(again, PrintChoices(language="hi", digits="own"))) == printed
    assert "Version 1 was chosen; the package is at version 2" in newer_words(again)
    delete_package(package=again.package)
    every(Package).filter(pk=second.pk).update(deleted_at=timezone.now() - timedelta(days=400))
    every(Scheme).filter(pk=second.scheme_id).update(deleted_at=timezone.now() - timedelta(days=400))
    call_command("purge_deleted", stdout=io.StringIO())
    kept = choices_of(second.scheme)[0]
    assert kept.name == "Great help"
    assert "was deleted" in newer_words(kept)


def test_what_was_tampered_with_is_not_shown(second, choose, signed_in):
    choice = choose(second)
    every(FrozenSheet).filter(choice=choice).update(content="{}")
    for name in ("resolution", "resolution_pdf", "choice_sheet", "choice_sheet_pdf", "publish_choice"):
        assert signed_in.get(reverse(f"workshop:{name}", args=[choice.pk])).status_code == 500
    every(ChosenPackage).update(content=choice.content.replace("10,000", "90,000"))
    with pytest.raises(Damaged):
        frozen_lines(choices_of(second.scheme)[0])
    assert signed_in.get(reverse("workshop:chosen", args=[choice.pk])).status_code == 500


def test_a_printed_sheet_that_was_exchanged_is_not_handed_out(second, choose):
    sheet = frozen_sheet(choose(second), PrintChoices())
    frozen_pdf(sheet)
    every(FrozenSheet).filter(pk=sheet.pk).update(pdf=b"%PDF-another")
    with pytest.raises(Damaged):
        frozen_pdf(sheet)


# ---- what stands against it --------------------------------------------------------------------------------
def test_a_package_with_fewer_votes_needs_a_reason_and_the_votes_are_frozen(first, second, choose, voted):
    with pytest.raises(choice_actions.NotTheFirst):
        choose(second)
    choice = choose(second, reason="All agreed on it at the second meeting.")
    assert choice.frozen["votes"][:2] == [
        {"name": first.name, "first": 3, "second": 0},
        {"name": second.name, "first": 1, "second": 0},
    ]
    vote_less = choose(first, date(2028, 1, 1))
    assert vote_less.reason == ""


def test_what_is_open_about_a_package_is_said_and_frozen_but_forbids_nothing(second, choose):
    kinds = [each["kind"] for each in choose(second).frozen["warned"]]
    assert kinds == ["examples", "simulation", "unsigned"]


def test_a_package_that_changed_or_went_is_not_chosen(second, choose):
    with pytest.raises(choice_actions.PackageChanged):
        choose(second, seen_version=second.version + 1)
    with pytest.raises(choice_actions.ChoiceRefused, match="two years"):
        choose(second, ends_on=date(2029, 6, 1))
    with pytest.raises(choice_actions.ChoiceRefused, match="before the first"):
        choose(second, ends_on=NEW_YEAR)
    delete_package(package=second)
    with pytest.raises(choice_actions.PackageDeleted):
        choose(second)


# ---- the end -----------------------------------------------------------------------------------------------
def test_cover_ends_early_for_everybody_and_the_next_choice_follows_it(first, second, choose):
    choice = choose(first)
    said = {"choice": choice, "user": choice.chosen_by, "last_day": date(2027, 6, 30)}
    with pytest.raises(choice_actions.ChoiceRefused, match="Say why"):
        end_choice(**said, seen_version=1, reason=" ")
    with pytest.raises(choice_actions.ChoiceRefused, match="take it back"):
        end_choice(**said | {"last_day": date(2026, 6, 30)}, seen_version=1, reason="Too dear.")
    with pytest.raises(StaleEdit):
        end_choice(**said, seen_version=7, reason="Too dear.")
    ended = end_choice(**said, seen_version=1, reason="Too dear.")
    assert (ended.ends_on, ended.agreed_ends_on) == (date(2027, 6, 30), date(2027, 12, 31))
    assert ended.ended_early
    with pytest.raises(choice_actions.ClosedAlready):
        take_back(choice=ended, user=choice.chosen_by, seen_version=2, reason="Again.")
    after = choose(second, date(2027, 7, 1))
    assert (after.beside, standing_choice(first.scheme, on=date(2027, 7, 2))) == (None, after)
    assert "182 days" in not_a_year(choose(first, date(2028, 7, 1), ends_on=date(2028, 12, 29)))


def test_a_choice_taken_back_makes_room_and_stays_readable(first, second, choose):
    choice = choose(first)
    gone = take_back(choice=choice, user=choice.chosen_by, seen_version=1, reason="Wrong package typed.")
    assert (gone.state, standing_choice(first.scheme)) == ("withdrawn", None)
    after = choose(second)
    assert (after.beside, after.period) == (None, 2)
    assert [each.closed_reason for each in choices_of(first.scheme)] == ["", "Wrong package typed."]
    entry = every(AuditEntry).filter(what="choice.closed").get()
    assert (entry.before["is_withdrawn"], entry.after["closed_reason"]) == (False, "Wrong package typed.")


def test_the_choice_that_stands_is_the_one_that_runs_else_the_next(first):
    def row(starts, ends, *, beside=None):
        return ChosenPackage(
            starts_on=date(2027, starts, 1), ends_on=date(2027, ends, 28), beside_id=beside, name=f"{starts}"
        )

    early, late = row(1, 3), row(6, 8)
    second_one = row(2, 8, beside=early.pk)
    rows = [early, second_one, late]
    at = {month: standing_of(rows, on=date(2027, month, 15)) for month in (2, 7, 10)}
    assert at == {2: early, 7: late, 10: None}
    assert standing_of([early, late], on=date(2027, 4, 15)) == late
    assert standing_of(rows, on=date(2027, 5, 15)) == second_one
    assert [early.state_on(date(2027, month, 2)) for month in (1, 4)] == ["running", "over"]
    assert early.state_on(date(2026, 12, 31)) == "coming"


def test_the_stage_says_what_is_chosen_and_asks_for_the_time_after(
    first, choose, django_assert_max_num_queries
):
    def state():
        (way,) = ways_of([first.scheme])
        return next(step.state for step in way.steps if step.stage.key == "choice")

    assert state().state == "idle"
    add_to_shortlist(package=first)
    assert state().state == "todo"
    today = timezone.localdate()
    choice = choose(first, today - timedelta(days=10))
    assert state().state == "done"
    assert f"{first.name} chosen from" in state().sentence
    with django_assert_max_num_queries(8) as asked:
        ways_of([first.scheme])
    for table in ("workshop_chosenpackage", "workshop_shortlistentry", "simulation_assumptionset"):
        assert sum(f'FROM "{table}"' in query["sql"] for query in asked) == 1, f"{table} is read once for all"
    every(ChosenPackage).filter(pk=choice.pk).update(ends_on=today - timedelta(days=1))
    assert state().state == "todo"
    assert "Choose for the time after" in state().sentence
