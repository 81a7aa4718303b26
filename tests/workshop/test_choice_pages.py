"""The choice on its pages and on paper: who may, what is typed, what is printed, what strangers see."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEntry, Role
from calculator.models import Package, PublicPage, SignOff
from calculator.review_queries import links_of
from calculator.reviews import Statement
from schemes.printing import render_pdf
from tests.calculator.pages import words
from tests.makers import client_of, every
from tests.workshop.choosing import NEW_YEAR, choose, first, has_words, make_rules, second, voted
from tests.workshop.test_boards_pages import text_of
from workshop.choice_actions import take_back
from workshop.choice_rows import ChosenPackage
from workshop.choice_sheets import frozen_sheet
from workshop.print_figures import PrintChoices
from workshop.resolution import lines_chosen, resolution
from workshop.rules_page import RulesPage
from workshop.rules_words import source_of_choice

__all__ = ["choose", "first", "second", "voted"]

WE = {
    "en": "We, the members of Slide example, linked, met on 5 December 2026 at School yard",
    "hi": "हम, Slide example, linked के सदस्य, 5 दिसंबर 2026 को School yard में मिले",
    "ne": "हामी, Slide example, linked का सदस्यहरू, 5 डिसेम्बर 2026 मा School yard मा भेला भयौं",
    "or": "ଆମେ, Slide example, linked ର ସଦସ୍ୟ, 5 ଡିସେମ୍ବର 2026 ରେ School yard ଠାରେ",
}


def page(name, thing):
    return reverse(f"workshop:{name}", args=[thing.pk])


def typed(package, **more):
    return {"starts_on": "2027-01-01", "seen_version": str(package.version), "once": str(uuid4())} | more


def document(choice, language="en", *, lines=12, digits="latin"):
    choices = PrintChoices(language=language, digits=digits)
    with translation.override(language):
        rules = RulesPage(
            scheme=choice.scheme,
            rules=getattr(choice.scheme, "rules", None),
            source=source_of_choice(choice),
            choices=choices,
        )
        sheet = frozen_sheet(choice, choices)
        return resolution(choice=choice, sheet=sheet, rules=rules, choices=choices, lines=lines)


# ---- who may, and how --------------------------------------------------------------------------------------
def test_everybody_sees_the_choice_and_only_an_administrator_makes_it(first, second, choose):
    client = client_of(first.scheme.organisation, role=Role.FACILITATOR)
    assert "An administrator of your organisation writes the final choice down" in words(
        client.get(page("choice", first.scheme))
    )
    shown = words(client.get(page("choose", first)))
    assert "so that one person answers for it" in shown
    assert "Choose this package" not in shown
    assert client.post(page("choose", first), typed(first)).status_code == 403
    choice = choose(first)
    assert client.get(page("choice_close", choice)).status_code == 403
    assert client.get(page("chosen", choice)).status_code == 200


def test_an_administrator_chooses_for_a_year_and_sending_it_twice_chooses_once(signed_in, first):
    answers = typed(first, meeting_place="School yard", meeting_on="2026-12-05")
    for _ in range(2):
        assert signed_in.post(page("choose", first), answers).status_code == 302
    choice = every(ChosenPackage).get()
    assert (choice.starts_on, choice.ends_on, choice.meeting_place) == (
        NEW_YEAR,
        date(2027, 12, 31),
        "School yard",
    )
    shown = words(signed_in.get(page("choice", first.scheme)))
    assert f"{first.name} is chosen from 1 Jan 2027 to 31 Dec 2027" in shown
    assert "Write the rules" in shown


def test_what_is_typed_wrong_is_said_beside_its_box_and_kept(signed_in, first):
    def answer(**more):
        response = signed_in.post(page("choose", first), typed(first, meeting_place="Under the tree", **more))
        assert response.status_code == 422
        assert 'value="Under the tree"' in response.content.decode()
        return words(response)

    assert "Type the first day of cover" in answer(starts_on="")
    assert "This is no day" in answer(starts_on="tomorrow")
    assert "too far from today" in answer(starts_on="2060-01-01")
    assert "comes after the first" in answer(ends_on="2026-01-01")
    assert "Say why a second package" in answer(second_on="on", second_reason="")
    assert not every(ChosenPackage).exists()


def test_a_second_package_is_refused_with_the_lesson_then_let_in_and_shown_ever_after(
    signed_in, first, second, choose
):
    one = choose(first)
    response = signed_in.post(page("choose", second), typed(second))
    shown = words(response)
    assert response.status_code == 409
    assert f"{first.name} is chosen already, from 1 Jan 2027 to 31 Dec 2027" in shown
    assert "agree on one package for one scheme (lesson 4)" in shown
    let_in = typed(second, second_on="on", second_reason="The mill workers insist.")
    assert signed_in.post(page("choose", second), let_in).status_code == 302
    shown = words(signed_in.get(page("choice", first.scheme)))
    assert f"Two packages in one scheme: Great help beside {first.name}" in shown
    assert "because: The mill workers insist." in shown
    other = one.seconds.get()
    assert "A second package runs beside it, because: The mill workers insist." in text_of(
        render_pdf("resolution", document(other), made_at=timezone.now())
    )
    assert document(one)["one"] == ""


def test_fewer_votes_ask_for_a_reason_in_words(signed_in, first, second, voted):
    shown = words(signed_in.get(page("choice", first.scheme)))
    assert "4 votes, School yard" in shown
    assert "3 first choices (75 %)" in shown
    response = signed_in.post(page("choose", second), typed(second))
    assert response.status_code == 422
    assert "why this package and not the one with most votes" in words(response)
    answers = typed(second, reason="All agreed at the second meeting.")
    assert signed_in.post(page("choose", second), answers).status_code == 302
    assert "Why this package: All agreed at the second meeting." in words(
        signed_in.get(page("choice", first.scheme))
    )


def test_votes_that_came_in_meanwhile_ask_for_a_reason_too(signed_in, first, second, voted, monkeypatch):
    monkeypatch.setattr("workshop.choice_votes.Votes.asks_why", lambda _votes, _key, asked=[]: _later(asked))
    response = signed_in.post(page("choose", second), typed(second))
    assert response.status_code == 409
    assert "Most votes went to another package" in words(response)


def _later(asked):
    """No when the form is read, yes when the choice is written."""
    asked.append(1)
    return len(asked) > 1


def test_a_package_saved_meanwhile_is_shown_again_before_it_is_chosen(signed_in, first):
    every(Package).filter(pk=first.pk).update(version=first.version + 1)
    response = signed_in.post(page("choose", first), typed(first))
    assert response.status_code == 409
    assert "Somebody saved this package while you were reading" in words(response)
    assert f'name="seen_version" value="{first.version + 1}"' in response.content.decode()


def test_whether_a_reviewer_signed_is_said_before_choosing(signed_in, first, second):
    signature = {
        **dict.fromkeys(("case_hash", "content", "content_hash", "pdf_hash"), "0"),
        "package": first,
        "package_version": first.version,
        "statement": Statement.ACCEPTED,
        "name": "A. Rao",
        "title": "Actuary",
        "pdf": b"",
    }
    SignOff.objects.create(organisation=first.organisation, **signature)
    shown = words(signed_in.get(page("choose", first)))
    assert "No reviewer has signed" not in shown
    assert "Example figures stand behind" in shown
    assert "No reviewer has signed its model dossier" in words(signed_in.get(page("choose", second)))


# ---- the end -----------------------------------------------------------------------------------------------
def test_home_shows_the_chosen_price_whatever_is_saved_later(signed_in, first, second, choose):
    assert f"a person a year: {second.name}" in words(signed_in.get("/"))
    choose(first)
    assert f"a person a year, chosen: {first.name}" in words(signed_in.get("/"))


def test_a_choice_is_ended_or_taken_back_with_a_reason(signed_in, first, choose):
    choice = choose(first)
    url = page("choice_close", choice)
    said = words(signed_in.post(url, {"how": "end", "version": "1", "reason": "Too dear."}))
    assert "Type the last day of cover" in said
    late = {"how": "end", "version": "1", "reason": "Too dear.", "last_day": "2028-05-05"}
    response = signed_in.post(url, late)
    assert response.status_code == 422
    assert "Cover runs from 2027-01-01 to 2027-12-31" in words(response)
    stale = {"how": "take_back", "version": "9", "reason": "Typed wrongly."}
    assert signed_in.post(url, stale).status_code == 409
    assert signed_in.post(url, late | {"last_day": "2027-06-30"}).status_code == 302
    shown = words(signed_in.get(page("choice", first.scheme)))
    assert "Agreed until 31 Dec 2027. It ends earlier, because: Too dear." in shown
    response = signed_in.post(url, {"how": "take_back", "version": "2", "reason": "Again."})
    assert response.status_code == 409
    assert "ended or taken back already" in words(response)


def test_what_was_taken_back_stays_in_the_list_and_the_price_of_a_short_time_is_said(
    signed_in, first, choose
):
    gone = choose(first)
    take_back(choice=gone, user=gone.chosen_by, seen_version=1, reason="Typed wrongly.")
    short = choose(first, ends_on=date(2027, 6, 29))
    shown = words(signed_in.get(page("choice", first.scheme)))
    assert "taken back" in shown
    assert "Typed wrongly." in shown
    assert "Cover lasts 180 days; the price is for a year." in shown
    assert "the price is for a year" in words(signed_in.get(page("chosen", short)))
    every(ChosenPackage).filter(pk=short.pk).update(starts_on=timezone.localdate() - timedelta(days=3))
    assert "cover runs" in words(signed_in.get(page("choice", first.scheme)))


# ---- on paper ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", WE)
def test_the_resolution_says_in_every_language_who_chooses_what(second, choose, language):
    make_rules(second.scheme, same_for_all=True)
    choice = choose(second, meeting_on=date(2026, 12, 5), meeting_place="School yard")
    found = document(choice, language)
    assert found["opening"].startswith(WE[language])
    assert "Great help" in found["opening"]
    pdf = render_pdf("resolution", found, made_at=timezone.now())
    said = (found["opening"], found["period"], found["signatures_title"], *found["rules"])
    assert has_words(pdf, " ".join(said))
    assert choice.content_hash[:16] in found["foot"]


def test_the_resolution_leaves_lines_for_what_is_not_known_and_for_as_many_as_sign(signed_in, second, choose):
    choice = choose(second)
    found = document(choice, "hi", lines=48, digits="own")
    assert "____" in found["opening"]
    assert found["signatures"][-1] == "४८"
    assert found["votes"]["rows"] == [{"name": "Great help", "first": "", "second": ""}]
    assert [lines_chosen(asked) for asked in ("96", "", "7")] == [96, 24, 24]
    shown = signed_in.get(page("resolution", choice), {"lines": "12", "lang": "or"})
    assert shown.content.decode().count("<li><span>") == 12 + 2 + 6
    assert "The rules are not written yet" in words(shown)
    sent = signed_in.get(page("resolution_pdf", choice), {"lang": "ne", "lines": "96"})
    assert sent["Content-Disposition"].endswith('great-help-resolution-ne.pdf"')
    assert every(AuditEntry).filter(after_json__contains="resolution.pdf").count() == 1


def test_the_frozen_member_sheet_says_first_what_is_not_paid_and_has_its_days(signed_in, second, choose):
    choice = choose(second)
    shown = words(signed_in.get(page("choice_sheet", choice)))
    order = [
        "What is NOT paid",
        "What is paid",
        "Examples",
        "What it costs",
        "Cover starts on 1 January 2027",
    ]
    assert sorted(order, key=shown.index) == order
    url = page("choice_sheet_pdf", choice)
    sent = signed_in.get(url).content
    text = text_of(sent)
    assert "Cover ends on 31 December 2027" in text
    assert "3 times ₹ 10,000 in a year is ₹ 30,000; the family gets ₹ 20,000" in text
    every(Package).filter(pk=second.pk).update(name="Renamed", version=9)
    assert signed_in.get(url).content == sent
    hindi = signed_in.get(page("choice_sheet", choice), {"lang": "hi", "digits": "own"})
    assert "१ जनवरी २०२७" in words(hindi)


def test_strangers_see_the_frozen_sheet_in_its_language_and_nobody_signs_there(signed_in, second, choose):
    choice = choose(second)
    url = page("publish_choice", choice) + "?lang=ne"
    assert signed_in.post(url, {"last_day": "2000-01-01"}).status_code == 422
    once = {"last_day": "", "once": str(uuid4())}
    assert signed_in.post(url, once)["Location"] == signed_in.post(url, once)["Location"]
    assert every(PublicPage).get().kind == "choice"
    (link,) = links_of(second.scheme)
    signed_in.logout()
    response = signed_in.get(reverse("calculator:public", args=[link.secret]))
    text = words(response)
    assert response["Content-Language"] == "ne"
    assert "1 जनवरी 2027" in text
    assert "सही वा औँठाछाप" not in text
