"""The calculator page: the slide's table with its numbers, every change priced, nothing typed ever lost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from calculator.models import Draft
from tests.calculator.pages import boxes, words
from tests.makers import every

pytestmark = pytest.mark.django_db


def url(scheme, name="sheet"):
    return reverse(f"calculator:{name}", args=[scheme.pk])


def change(client, scheme, *, htmx=True, do="recalculate", **values):
    """Change some boxes of the sheet as it stands, as the page in a browser would."""
    page = client.get(url(scheme))
    data = boxes(page) | {name.replace("__", "-"): value for name, value in values.items()} | {"do": do}
    headers = {"HX-Request": "true"} if htmx else {}
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(url(scheme), data, headers=headers, follow=not htmx)


def money(response, row):
    """The amount at the end of a row of the sheet."""
    found = re.search(
        rf'id="row-{row}".*?<td class="money" role="cell">(.*?)</td>', response.content.decode(), re.DOTALL
    )
    return re.sub(r"<[^>]+>", " ", found.group(1)).split()[0]


# ---- the slide (Majumdar 2018, slide "Premium Calculator"; every cell, to the rupee) -----------------------
def test_the_page_shows_every_number_of_the_slide(signed_in, slide):
    page = signed_in.get(url(slide))
    assert [
        money(page, row) for row in ("hospitalisation", "injury", "imaging", "transport", "wage-loss")
    ] == [
        "111",
        "99",
        "116",
        "42",
        "0",
    ]
    text = words(page)
    for line in (
        "TOTAL pure risk premium + Add a benefit of your own 368",
        "Premium with risk loading 367.5 + 16.6; lines are rounded one by one 384",
        "Total premium payable PPPY per person per year 461",
        "PPPY up to size 3 477 PPPY for size 4+ 429 Average 461",
        "RISK TO THE SCHEME 5 %",
        "PREMIUM PPPY 461",
        "1.645 × 713 / √5,000 17",
    ):
        assert line in text, line
    assert re.search(r"Admin cost .{0,80} 77 ", text)


def test_linked_transport_makes_the_joint_premium_465_and_the_page_says_what_the_old_sheet_left_out(
    signed_in, slide
):
    from simulation.models import BenefitRisk

    transport = every(BenefitRisk).get(assumption_set__scheme=slide, key="transport")
    hospital = every(BenefitRisk).get(assumption_set__scheme=slide, key="hospitalisation")
    every(BenefitRisk).filter(pk=transport.pk).update(linked_to=hospital, frequency_law="", incidence=None)
    text = words(change(signed_in, slide, risk_basis="joint"))
    assert "counted together the premium is ₹ 465, apart ₹ 461" in text
    assert "PREMIUM PPPY 465" in text


def test_a_changed_cap_moves_the_premium_and_undo_brings_it_back(signed_in, slide):
    page = change(signed_in, slide, hospitalisation__event_cap="5,000")
    assert money(page, "hospitalisation") != "111"
    assert int(money(page, "hospitalisation")) > 111
    page = change(signed_in, slide, do="undo")
    assert money(page, "hospitalisation") == "111"
    assert boxes(page)["hospitalisation-event_cap"] == "3,000"


def test_the_answer_to_htmx_is_the_part_that_the_page_includes(signed_in, slide):
    whole = signed_in.get(url(slide)).content.decode()
    part = signed_in.get(url(slide), headers={"HX-Request": "true"}).content.decode()

    def normal(text):
        return re.sub(r'value="[A-Za-z0-9]{64}"|name="once" value="[^"]*"|\s+', " ", text).strip()

    # the line under the title stands outside of that part: its name comes along
    part, opened, name = part.partition('<b id="opened" hx-swap-oob="true">')
    assert opened
    assert normal(f'<b id="opened">{name}') in normal(whole)
    assert normal(part) in normal(whole)


def test_the_same_change_works_without_script(signed_in, slide):
    page = change(signed_in, slide, htmx=False, hospitalisation__event_cap="5000")
    assert page.redirect_chain
    assert int(money(page, "hospitalisation")) > 111


@pytest.mark.parametrize(
    "typed",
    ["3,52,54,537", "₹ 3000", "३५००", "Rs. 3000/-", "३,५००", "3 000"],
)
def test_numbers_are_accepted_as_people_write_them(signed_in, slide, typed):
    page = change(signed_in, slide, hospitalisation__event_cap=typed)
    assert "to put right" not in words(page)
    assert boxes(page)["hospitalisation-event_cap"] == typed


def test_a_percent_sign_in_a_percent_box_is_accepted(signed_in, slide):
    page = change(signed_in, slide, hospitalisation__copay="20 %", admin_rate="25%")
    assert "to put right" not in words(page)
    assert int(money(page, "hospitalisation")) < 111


REFUSALS = [
    ({"hospitalisation__threshold": "lots"}, "Hospitalisation, Threshold: “lots” is not a number"),
    ({"hospitalisation__event_cap": "-5"}, "Hospitalisation, Event cap: -5 is below 0"),
    ({"hospitalisation__event_cap": "nan"}, "“nan” cannot be counted with"),
    ({"hospitalisation__event_cap": "1e400"}, "is not a number"),
    ({"injury__copay": "120"}, "Injury, Copay: 120 is too much. Type 100 % or less"),
    ({"wage-loss__last_day": "3"}, "Day 3 is before the start day 4. Type 4 or later"),
    ({"persons": "0"}, "Community size: 0 is too little"),
    ({"persons": "1,000,000,000"}, "Community size: 1,000,000,000 is too much"),
    ({"persons": "five thousand"}, "“five thousand” is not a number"),
    ({"chance_of_bankruptcy": "0"}, "A chance of 0 % would need an endless premium"),
    ({"chance_of_bankruptcy": "60"}, "Chance of bankruptcy: 60 is too much"),
    ({"admin_rate": "-1"}, "Admin cost: -1 is below 0"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "said"), REFUSALS, ids=[next(iter(values)) for values, _said in REFUSALS])
def test_a_refusal_names_the_box_keeps_what_was_typed_and_the_last_good_premium(
    signed_in, slide, values, said
):
    signed_in.get(url(slide))
    name, typed = next(iter(values.items()))
    page = change(signed_in, slide, **{name.replace("-", "-"): typed})
    text = words(page)
    assert "to put right" in text
    assert said in text
    assert boxes(page)[name.replace("__", "-")] == typed
    assert "The figures below are the last good ones" in text
    assert "PREMIUM PPPY 461" in text
    field = name.replace("__", "-")
    content = page.content.decode()
    assert f'href="#{field}"' in content
    assert f'id="{field}_error"' in content
    assert re.search(
        rf'<input[^>]*id="{field}"[^>]*aria-invalid="true"|<input[^>]*aria-invalid="true"[^>]*id="{field}"',
        content,
    )


def test_a_refused_sheet_asked_for_anew_still_holds_what_was_typed(signed_in, slide):
    change(signed_in, slide, htmx=False, injury__copay="120")
    page = signed_in.get(url(slide))
    assert boxes(page)["injury-copay"] == "120"
    assert "<title>Error:" in page.content.decode()


def test_a_row_that_is_off_cannot_be_wrong(signed_in, slide):
    page = change(signed_in, slide, lab__threshold="nonsense")
    assert "to put right" not in words(page)
    assert "PREMIUM PPPY 461" in words(page)


def test_a_family_cap_below_the_event_cap_is_allowed_and_said(signed_in, slide):
    page = change(signed_in, slide, imaging__family_cap="500")
    assert "Family cap 500 is below 1,000 for one event" in words(page)
    assert "to put right" not in words(page)


def test_an_endless_variance_without_a_cap_asks_for_a_cap(signed_in, slide):
    from simulation.models import BenefitRisk

    every(BenefitRisk).filter(assumption_set__scheme=slide, key="injury").update(
        severity_law="lomax", severity_alpha=1.8, severity_sigma=None
    )
    page = change(signed_in, slide, injury__event_cap="", injury__family_cap="")
    assert "Type an event cap or a family cap" in words(page)
    assert "to put right" not in words(change(signed_in, slide, injury__event_cap="700"))


def test_rows_switch_off_and_are_renamed(signed_in, slide):
    page = change(signed_in, slide, injury__on=None, imaging__label="X-ray")
    assert money(page, "injury") == "–"
    assert "X-ray" in words(page)


def test_two_rows_of_one_name_are_refused(signed_in, slide):
    page = change(signed_in, slide, imaging__label="Injury")
    assert "two benefits have the same name" in words(page)


def test_a_cap_on_the_cost_is_smaller_than_a_cap_on_the_payment(signed_in, slide):
    payment = money(change(signed_in, slide, hospitalisation__copay="20"), "hospitalisation")
    cost = money(change(signed_in, slide, hospitalisation__cap_basis="cost"), "hospitalisation")
    assert int(cost) < int(payment)


def test_opd_that_nearly_everybody_claims_warns_that_it_moves_money_around(signed_in, slide):
    page = change(signed_in, slide, opd__on="on", opd__event_cap="500")
    assert "mostly moves money around" in words(page)


@pytest.mark.parametrize("nought", ["hospitalisation__event_cap", "injury__family_cap"])
def test_a_covered_benefit_whose_terms_pay_nothing_warns(signed_in, slide, nought):
    page = change(signed_in, slide, **{nought: "0"})
    assert "With these terms the benefit pays nothing." in words(page)
    assert "could never receive one full payment" not in words(page)


def test_take_up_table_shows_a_higher_premium_when_fewer_join(signed_in, slide):
    text = words(signed_in.get(url(slide)))
    assert "25 % 1,250 33 481 50 % 2,500 23 469 100 % 5,000 17 461" in text


def test_nothing_covered_asks_to_tick_a_benefit(signed_in, slide):
    rows = ("hospitalisation", "injury", "imaging", "transport", "wage-loss")
    page = change(signed_in, slide, **{f"{row}__on": None for row in rows})
    assert "No premium yet" in words(page)


def test_a_new_scheme_opens_with_a_price(signed_in, demo_user):
    from schemes.actions import create_scheme

    scheme = create_scheme(
        organisation=Organisation.objects.get(),
        values={"name": "Dhading", "inhabitants": 900, "family_sizes": {"4": 1.0}, "currency": "NPR"},
    )
    page = signed_in.get(url(scheme))
    assert "PREMIUM PPPY" in words(page)
    assert every(Draft).filter(scheme=scheme, user=demo_user).count() == 1


# ---- who may -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["sheet", "sure", "movers", "packages", "runs"])
def test_another_organisation_finds_nothing(client, slide, name):
    stranger = User.objects.create_user("stranger", password="a long password")
    Membership.objects.create(user=stranger, organisation=Organisation.objects.create(name="Another"))
    client.force_login(stranger)
    assert client.get(url(slide, name)).status_code == 404


@pytest.mark.parametrize("name", ["sheet", "sure", "movers", "packages", "runs"])
def test_who_is_not_signed_in_is_asked_to(client, slide, name):
    assert client.get(url(slide, name)).status_code == 302


def test_each_person_has_a_sheet_of_their_own(signed_in, slide, client):
    change(signed_in, slide, hospitalisation__event_cap="5000")
    other = User.objects.create_user("other", password="a long password")
    Membership.objects.create(user=other, organisation=slide.organisation)
    client.force_login(other)
    assert boxes(client.get(url(slide)))["hospitalisation-event_cap"] != "5000"


def test_a_sheet_that_pays_nothing_says_so_and_can_be_changed_again(signed_in, slide):
    rows = ("injury", "imaging", "transport", "wage-loss")
    page = change(signed_in, slide, hospitalisation__copay="100", **{f"{row}__on": None for row in rows})
    assert page.status_code == 200
    assert "No premium yet" in words(page)
    assert signed_in.get(url(slide)).status_code == 200
    assert "PREMIUM PPPY" in words(change(signed_in, slide, hospitalisation__copay="0"))


def test_a_check_that_the_exact_engine_fails_is_said_in_red(signed_in, slide, monkeypatch):
    from simulation.engine.moments import Check

    failed = (Check(name="event mean", error=0.01, tolerance=1e-9, about="Injury"),)
    monkeypatch.setattr("simulation.engine.moments.PackageMoments.failed_checks", failed)
    text = words(signed_in.get(url(slide)))
    assert "The exact calculation doubts its own answer Failed: Injury: event mean." in text


def test_a_village_of_more_persons_than_inhabitants_is_questioned(signed_in, slide):
    assert "are more than the 5,000 inhabitants" in words(change(signed_in, slide, persons="20,000"))


def test_many_packages_cost_no_more_queries_than_one(signed_in, slide, package):
    from dataclasses import replace

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from calculator.actions import save_package
    from calculator.cases import chosen_of

    pages = [url(slide, name) for name in ("sheet", "packages", "runs")]
    pages.append(f"/schemes/{slide.pk}/compare/")
    for page in pages:
        signed_in.get(page)

    def counted():
        totals = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                signed_in.get(page)
            totals.append(len(queries))
        return totals

    def save(number):
        chosen = chosen_of(package)
        hospital = replace(chosen.terms["hospitalisation"], event_cap=1000.0 + number)
        save_package(
            scheme=slide,
            assumption_set=package.assumption_set,
            chosen=replace(chosen, terms={**chosen.terms, "hospitalisation": hospital}),
            name=f"Package {number}",
            note="",
            user=None,
        )

    for number in range(2):
        save(number)
    few = counted()
    for number in range(2, 8):
        save(number)
    assert counted() == few
