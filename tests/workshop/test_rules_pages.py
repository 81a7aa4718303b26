"""The rules of a scheme: prepared out of the package, the same for everybody, in four languages."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEntry, Role
from accounts.refusals import StaleEdit
from schemes.printing import render_pdf
from simulation.engine.discrete_severity import DayLaw
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.calculator.pages import words
from tests.makers import client_of, every
from tests.workshop.choosing import choose, first, has_words, second, voted
from tests.workshop.test_boards_pages import plain
from workshop import rules_actions
from workshop.print_figures import PrintChoices, Say
from workshop.rules_actions import rules_of, save_rules
from workshop.rules_check import too_complex
from workshop.rules_forms import RulesForm, first_answers, initial_of
from workshop.rules_page import RulesPage
from workshop.rules_rows import Host, SchemeRules
from workshop.rules_words import claim_rule, source_of, warnings_of
from workshop.shortlist_actions import add_to_shortlist

__all__ = ["choose", "first", "second", "voted"]

LANGUAGES = {
    "en": "The rules of our scheme",
    "hi": "हमारी योजना के नियम",
    "ne": "हाम्रो योजनाका नियम",
    "or": "ଆମ ଯୋଜନାର ନିୟମ",
}


def page_of(scheme, **choices):
    return RulesPage(
        scheme=scheme,
        rules=rules_of(scheme),
        source=source_of(scheme),
        choices=PrintChoices(**choices),
    )


def posted(scheme, **typed):
    """What the form sends when only `typed` is changed on it."""
    page = page_of(scheme)
    form = RulesForm(lines=page.from_terms(), initial=initial_of(page.rules, page.from_terms()))
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False} | typed


def values_of(**changes):
    answers = {name: value for name, value in first_answers().items() if name != "version"}
    return {**answers, "host": Host.COOPERATIVE, "claim_rules": {}, **changes}


def laws_for(terms):
    """Any laws that go with such terms."""
    laws = {"frequency": Poisson(incidence=0.04)}
    if isinstance(terms, CostTerms):
        return laws | {"severity": Lognormal(mean=500.0, sigma=1.0)}
    return laws | (
        {"severity": DayLaw(mean=6.0, variance_to_mean=4.0)} if isinstance(terms, WageTerms) else {}
    )


# ---- one sentence a benefit --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("terms", "sentence", "simple"),
    [
        (CostTerms(), "we pay the whole bill, when it is shown.", True),
        (CostTerms(event_cap=3000.0), "we pay the bill up to ₹ 3,000, when it is shown.", True),
        (CostTerms(threshold=50.0), "we pay the bill above ₹ 50, when it is shown.", True),
        (CostTerms(copay=0.2), "we pay 80 % of the bill, when it is shown.", True),
        (
            CostTerms(threshold=50.0, event_cap=700.0),
            "we pay the bill above ₹ 50, up to ₹ 700, when it is shown.",
            True,
        ),
        (
            CostTerms(copay=0.2, event_cap=700.0, family_cap=3000.0),
            "we pay 80 % of the bill, up to ₹ 700, when it is shown. A family gets ₹ 3,000 a year at most.",
            False,
        ),
        (CostTerms(threshold=50.0, copay=0.2), "we pay 80 % of the bill above ₹ 50, when it is shown.", True),
        (
            CostTerms(threshold=50.0, copay=0.2, event_cap=700.0),
            "we pay 80 % of the bill above ₹ 50, up to ₹ 700, when it is shown.",
            False,
        ),
        (FixedTerms(amount=1000.0), "we pay ₹ 1,000 each time, when the paper is shown.", True),
        (WageTerms(rate=150.0, start_day=1, last_day=10), "we pay ₹ 150 a day, for 10 days at most.", True),
        (
            WageTerms(rate=150.0, start_day=4, last_day=13),
            "we pay ₹ 150 a day from day 4 to day 13.",
            False,
        ),
    ],
)
def test_each_kind_of_terms_makes_a_plain_sentence(linked, terms, sentence, simple):
    benefit = Benefit(name="Stay", terms=terms, **laws_for(terms))
    found = plain(claim_rule(benefit, Say(scheme=linked, choices=PrintChoices())))
    assert found == f"Stay: {sentence}"
    assert (too_complex(found) == ()) is simple


def test_every_warning_says_what_to_do():
    bad = (
        "Room rent max 1% of SI a day, if admitted for 24 hours and only if the 3 leaders sign " + "it " * 20
    )
    said = warnings_of(bad)
    assert len(said) == 6
    for part in ("say less", "leave one out", "keep one", "as they would", "the same rule hold"):
        assert any(part in line for line in said)


# ---- the sheet ---------------------------------------------------------------------------------------------
def test_the_sheet_is_prepared_from_the_package_and_follows_the_chosen_one(signed_in, first, second, choose):
    add_to_shortlist(package=first)
    url = reverse("workshop:rules_edit", args=[first.scheme_id])
    assert f"Prepared from the terms of “{first.name}”" in words(signed_in.get(url))
    choose(second)
    page = words(signed_in.get(url))
    assert "Prepared from the terms of “Great help”" in page
    assert "3 numbers (150, 4, 13)" in page
    assert "Nobody keeps more than two in mind" in page


def test_a_line_left_as_it_is_is_printed_in_every_language_and_ones_own_as_written(signed_in, second, choose):
    choose(second)
    own = "Birth by operation: 5,000, at once."
    typed = posted(second.scheme, host="shg", host_name="Ujala federation", rule_caesarean=own)
    response = signed_in.post(reverse("workshop:rules_edit", args=[second.scheme_id]), typed)
    assert response.status_code == 302
    rules = rules_of(second.scheme)
    assert rules.claim_rules == {"caesarean": own}
    assert (rules.version, rules.committee[3]) == (1, {"role": "Members", "members": 4})
    for language, title in LANGUAGES.items():
        with translation.override(language):
            document = page_of(second.scheme, language=language).document()
            assert document["title"] == title
            assert own in document["claims"]
        assert has_words(render_pdf("rules", document, made_at=timezone.now()), title)
        page = signed_in.get(reverse("workshop:rules", args=[second.scheme_id]), {"lang": language})
        assert title in words(page)
    hindi = page_of(second.scheme, language="hi")
    with translation.override("hi"):
        assert hindi.document()["claims"][0].startswith("अस्पताल में भर्ती: बिल दिखाने पर")
        assert hindi.committee[0]["role"] == "अध्यक्ष"
    response = signed_in.get(reverse("workshop:rules_pdf", args=[second.scheme_id]), {"lang": "ne"})
    assert response["Content-Type"] == "application/pdf"
    assert every(AuditEntry).filter(after_json__contains="rules.pdf").count() == 1


def test_exceptions_and_a_discount_are_warned_of_and_not_hidden_in_print(signed_in, first):
    save_rules(
        scheme=first.scheme,
        seen_version=0,
        values=values_of(collection="Committee members pay half.", same_for_all=True),
    )
    page = words(signed_in.get(reverse("workshop:rules", args=[first.scheme_id])))
    assert "This seems to make an exception (committee members)" in page
    assert "gives larger families a discount" in page
    assert page_of(first.scheme).document()["same"] == "The same rules hold for everybody."


def test_what_cannot_be_a_committee_is_said_beside_its_box(signed_in, first):
    url = reverse("workshop:rules_edit", args=[first.scheme_id])
    typed = posted(
        first.scheme, host="shg", quorum="९", role_5="", members_5="2", role_6="Guard", partner="Nidan"
    )
    response = signed_in.post(url, typed)
    page = words(response)
    assert response.status_code == 422
    assert "Name the role of these members" in page
    assert "Say how many have this role" in page
    assert 'value="Nidan"' in response.content.decode()
    nobody = {f"{what}_{n}": "" for n in range(1, 7) for what in ("role", "members")}
    page = words(signed_in.post(url, posted(first.scheme, host="shg") | nobody))
    assert "A committee has somebody in it" in page
    page = words(signed_in.post(url, posted(first.scheme, host="shg", quorum="9")))
    assert "The committee has 7 members only" in page
    assert rules_of(first.scheme) is None


def test_two_who_write_at_once_see_both_and_choose(signed_in, first):
    url = reverse("workshop:rules_edit", args=[first.scheme_id])
    mine = posted(first.scheme, host="shg", partner="Mine")
    save_rules(scheme=first.scheme, seen_version=0, values=values_of(partner="Theirs"))
    with pytest.raises(StaleEdit):
        save_rules(scheme=first.scheme, seen_version=7, values=values_of())
    response = signed_in.post(url, mine)
    assert response.status_code == 409
    assert "Theirs" in words(response)
    merged = mine | {"version": "1", "keep_partner": "theirs", "keep_host": "mine"}
    assert signed_in.post(url, merged).status_code == 302
    rules = rules_of(first.scheme)
    assert (rules.partner, rules.host, rules.version) == ("Theirs", Host.SELF_HELP_GROUPS, 2)
    assert every(AuditEntry).first().what == "rules.saved"


def test_who_started_on_an_empty_sheet_with_somebody_else_is_told(first, monkeypatch):
    save_rules(scheme=first.scheme, seen_version=0, values=values_of())
    real, asked = rules_actions.rules_of, []

    def not_there_yet(scheme):
        asked.append(scheme)
        return None if len(asked) == 1 else real(scheme)

    monkeypatch.setattr(rules_actions, "rules_of", not_there_yet)
    with pytest.raises(StaleEdit) as stale:
        save_rules(scheme=first.scheme, seen_version=0, values=values_of(partner="Late"))
    assert stale.value.theirs.version == 1


def test_the_database_refuses_rules_that_cannot_be(linked):
    values = values_of(organisation=linked.organisation, scheme=linked)
    for constraint, change in {
        "rules_host_known": {"host": "club"},
        "rules_decision_days_plausible": {"decision_days": 0},
        "rules_waiting_days_plausible": {"waiting_days": 999},
        "rules_quorum_is_somebody": {"quorum": 0},
    }.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SchemeRules.objects.create(**values | change)


def test_field_staff_read_the_rules_and_write_none(first):
    client = client_of(first.scheme.organisation, role=Role.FIELD_STAFF)
    page = words(client.get(reverse("workshop:rules", args=[first.scheme_id])))
    assert "may not run workshops" in page
    assert client.post(reverse("workshop:rules_edit", args=[first.scheme_id])).status_code == 403
    assert client.get(reverse("workshop:rules_pdf", args=[first.scheme_id])).status_code == 403


def test_a_scheme_without_a_package_has_rules_without_claims(signed_in, linked):
    linked.packages.update(deleted_at=timezone.now())
    assert "the claim rules come with it" in words(
        signed_in.get(reverse("workshop:rules_edit", args=[linked.pk]))
    )
    assert signed_in.get(reverse("workshop:rules_pdf", args=[linked.pk])).status_code == 404
