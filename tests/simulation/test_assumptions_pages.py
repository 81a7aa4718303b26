# ruff: noqa: RUF001  the look-alikes are what is typed and shown
"""Reading and changing assumptions in the browser."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from simulation import actions
from simulation.queries import current_set
from tests.makers import client_of, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


@pytest.fixture
def browser_of(scheme):
    return client_of(scheme.organisation)


@pytest.fixture
def assumptions(scheme):
    return current_set(scheme=scheme)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def edit_address(assumptions, key):
    return reverse("simulation:edit_benefit", args=[assumptions.risks.get(key=key).pk])


def typed(**changes):
    return {
        "name": "Injury",
        "remark": "",
        "pictogram": "injury",
        "kind": "cost",
        "linked_to": "",
        "frequency_law": "poisson",
        "incidence": "23.49 %",
        "severity_law": "lognormal",
        "severity_mean": "₹ 600",
        "severity_sigma": "0.9",
        "survey_person_years": "",
        "source_note": "Baseline 2017",
        "version": "1",
        "do": "save",
    } | changes


def test_the_list_says_how_often_how_dear_and_where_from(browser_of, scheme):
    page = text_of(browser_of.get(reverse("simulation:assumptions", args=[scheme.pk]))).replace("\u00a0", " ")
    for words in (
        "4.2 in 100 a year",
        "₹ 18,000",
        "lognormal, σ 1.35",
        "₹ 756",
        "with every Hospitalisation",
        "6 days",
        "a fixed amount",
        "3 a year each",
        "Example: replace",
        "Gives back the premium on the slide",
    ):
        assert words in page, words


def test_a_list_of_twenty_benefits_asks_as_many_questions_as_one_of_eight(
    browser_of, scheme, assumptions, django_assert_num_queries
):
    address = reverse("simulation:assumptions", args=[scheme.pk])
    browser_of.get(address)
    with CaptureQueriesContext(connection) as once:
        browser_of.get(address)
    for number in range(12):
        actions.add_risk(
            assumption_set=assumptions,
            values={"name": f"Fixed {number}", "kind": "fixed", "frequency_law": "poisson", "incidence": 0.1},
        )
    with django_assert_num_queries(len(once)):
        browser_of.get(address)


def test_person_years_asked_give_the_incidence_its_range(browser_of, scheme, assumptions):
    browser_of.post(
        edit_address(assumptions, "injury"), typed(incidence="4.2 in 100", survey_person_years="2,445")
    )
    page = text_of(browser_of.get(reverse("simulation:assumptions", args=[scheme.pk])))
    # Exact Poisson limits for 102.69 events: chi-square quantiles over twice the person-years.
    assert "(3.4 to 5.1)" in page
    assert "Counts as much as 2,445 person-years." in page


@pytest.mark.parametrize(
    ("changes", "saved"),
    [
        ({"incidence": "0.3"}, {"incidence": 0.3}),
        ({"incidence": "३० in 100"}, {"incidence": 0.3}),
        ({"severity_mean": "Rs. 1,100/-"}, {"severity_mean": 1100.0}),
        (
            {"severity_law": "gamma", "severity_cv": "1.2"},
            {"severity_law": "gamma", "severity_cv": 1.2, "severity_sigma": None},
        ),
        (
            {"severity_law": "lomax", "severity_alpha": "1.5"},
            {"severity_law": "lomax", "severity_alpha": 1.5},
        ),
        ({"severity_law": "constant"}, {"severity_law": "constant", "severity_sigma": None}),
        (
            {"severity_law": "empirical", "severity_sample": "1,200\n₹ 300\r\n५००"},
            {"severity_law": "empirical", "severity_sample": [1200, 300, 500], "severity_mean": None},
        ),
        ({"kind": "fixed"}, {"kind": "fixed", "severity_law": "", "severity_mean": None}),
        (
            {
                "kind": "wage_days",
                "severity_law": "negative_binomial_days",
                "severity_mean": "6",
                "severity_variance_to_mean": "4",
            },
            {"kind": "wage_days", "severity_law": "negative_binomial_days", "severity_variance_to_mean": 4.0},
        ),
        (
            {"frequency_law": "negative_binomial", "variance_to_mean": "1.5"},
            {"frequency_law": "negative_binomial", "variance_to_mean": 1.5},
        ),
        ({"frequency_law": "bernoulli"}, {"frequency_law": "bernoulli", "variance_to_mean": None}),
        (
            {"name": "Accidents", "pictogram": "day"},
            {"name": "Accidents", "pictogram": "day", "key": "injury"},
        ),
    ],
)
def test_each_law_asks_for_its_own_figures_and_forgets_the_others(browser_of, assumptions, changes, saved):
    response = browser_of.post(edit_address(assumptions, "injury"), typed(**changes))
    assert response.status_code == 302, text_of(response)
    risk = assumptions.risks.get(key="injury")
    assert {name: getattr(risk, name) for name in saved} == saved
    assert (risk.is_example, risk.source_note) == (False, "Baseline 2017")


def test_a_benefit_can_be_paid_on_the_events_of_another(browser_of, assumptions):
    hospital = assumptions.risks.get(key="hospitalisation")
    sent = typed(
        linked_to=str(hospital.pk), link_probability="80 %", incidence="nonsense that is not asked for"
    )
    assert browser_of.post(edit_address(assumptions, "injury"), sent).status_code == 302
    risk = assumptions.risks.get(key="injury")
    assert (risk.linked_to, risk.link_probability, risk.incidence, risk.frequency_law) == (
        hospital,
        0.8,
        None,
        "",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "A benefit needs a name"),
        ({"name": "Hospitalisation"}, "Another benefit has this name already"),
        ({"incidence": "60"}, "60 is more than 50 events per person per year"),
        ({"incidence": "-1"}, "-1 is below 0"),
        ({"incidence": ""}, "This is missing. Type a number."),
        ({"frequency_law": "bernoulli", "incidence": "3"}, "3 is not between 0 and 1"),
        ({"severity_mean": "dear"}, "“dear” is not a number"),
        ({"severity_mean": "0"}, "0 is too little. Type more than 0"),
        ({"severity_sigma": "0"}, "0 is not above 0"),
        ({"severity_law": "lomax", "severity_alpha": "1"}, "the mean itself would be infinite"),
        ({"severity_law": "empirical", "severity_sample": "300\nabc"}, "Value 2: “abc” is not a number"),
        ({"severity_law": "empirical", "severity_sample": ""}, "This is missing"),
        ({"severity_law": "empirical", "severity_sample": "1;" * 2001}, "These are more than 2,000 values"),
        ({"kind": "wage_days"}, "Choose how it spreads"),
        ({"survey_person_years": "0"}, "0 is too little. Type more than 0"),
        ({"linked_to": "00000000-0000-0000-0000-000000000000"}, "Select a valid choice"),
    ],
)
def test_figures_that_cannot_be_are_refused_and_kept(browser_of, assumptions, changes, words):
    response = browser_of.post(edit_address(assumptions, "injury"), typed(**changes))
    assert response.status_code == 422
    assert text_of(response).count(words) >= 2
    kept = next(value for name, value in changes.items() if name != "frequency_law" or len(changes) == 1)
    assert kept == "" or kept[:40] in response.content.decode()
    assert assumptions.risks.get(key="injury").version == 1


def test_choosing_a_law_shows_its_fields_and_saves_nothing(browser_of, assumptions):
    address = edit_address(assumptions, "injury")
    shown = browser_of.post(address, typed(severity_law="lomax", incidence="odd", do="fields"))
    page = shown.content.decode()
    assert shown.status_code == 200
    assert 'name="severity_alpha"' in page
    assert 'name="severity_sigma"' not in page
    assert 'value="odd"' in page
    assert "Error:" not in page
    assert assumptions.risks.get(key="injury").version == 1
    wage = browser_of.post(address, typed(kind="wage_days", do="fields")).content.decode()
    assert "Average days lost in one event" in wage
    assert 'name="severity_variance_to_mean"' in wage


def test_the_fragment_htmx_swaps_is_the_one_the_page_shows(browser_of, assumptions):
    address = edit_address(assumptions, "injury")

    def figures(page):
        text = page.content.decode()
        return text[text.index('id="figures"') : text.index('aria-labelledby="called"')]

    whole = browser_of.get(address)
    sent = {name: whole.context["form"][name].value() for name in whole.context["form"].fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    swapped = browser_of.post(address, sent | {"do": "fields"}, headers={"HX-Request": "true"})
    assert figures(swapped) == figures(whole)


def test_opening_and_saving_a_benefit_changes_no_figure(browser_of, assumptions):
    for key in ("hospitalisation", "injury", "transport", "caesarean", "wage-loss", "opd"):
        before = assumptions.risks.values().get(key=key)
        page = browser_of.get(edit_address(assumptions, key))
        shown = {name: page.context["form"][name].value() for name in page.context["form"].fields}
        sent = {name: "" if value is None else value for name, value in shown.items()}
        assert browser_of.post(edit_address(assumptions, key), sent).status_code == 302
        after = assumptions.risks.values().get(key=key)
        differing = {name for name in before if before[name] != after[name]}
        assert differing == {"version", "changed_at", "is_example", "source_note"}


def test_a_benefit_of_ones_own_is_added(browser_of, scheme, assumptions):
    address = reverse("simulation:add_benefit", args=[scheme.pk])
    assert "A benefit of your own" in text_of(browser_of.get(address))
    page = browser_of.post(address, typed(name="Snake bite", incidence="2 in 1,000"), follow=True)
    assert "Snake bite is added." in text_of(page)
    assert assumptions.risks.get(key="snake-bite").incidence == 0.002


def test_saving_on_a_frozen_version_says_that_it_made_the_next(browser_of, scheme, assumptions):
    actions.freeze(assumption_set=assumptions)
    assert "Version 1 is in use" in text_of(browser_of.get(edit_address(assumptions, "injury")))
    page = browser_of.post(edit_address(assumptions, "injury"), typed(incidence="0.3"), follow=True)
    assert "this is the next version" in text_of(page)
    assert "Assumptions version 2." in text_of(page)


def test_earlier_versions_are_listed_read_and_made_current_again(browser_of, scheme, assumptions):
    actions.freeze(assumption_set=assumptions)
    browser_of.post(edit_address(assumptions, "injury"), typed(incidence="0.3"))
    first = reverse("simulation:version", args=[scheme.pk, 1])
    old = browser_of.get(first)
    assert "An earlier version" in text_of(old)
    assert "23.49 in 100 a year" in text_of(old)
    assert b"btn--icon" not in old.content
    assert browser_of.get(edit_address(assumptions, "injury"))["Location"] == first
    refused = browser_of.post(edit_address(assumptions, "opd"), typed(name="OPD"))
    assert refused.status_code == 409
    browser_of.post(reverse("simulation:use_version", args=[scheme.pk, 1]))
    assert current_set(scheme=scheme).number == 1
    assert browser_of.get(reverse("simulation:version", args=[scheme.pk, 9])).status_code == 404


def test_a_stale_form_shows_both_and_mine_can_be_put_over_it(browser_of, scheme, assumptions):
    hospital = assumptions.risks.get(key="hospitalisation")
    address = edit_address(assumptions, "injury")
    actions.freeze(assumption_set=assumptions)
    browser_of.post(address, typed(incidence="0.5"))
    mine = typed(linked_to=str(hospital.pk), link_probability="50")
    conflict = browser_of.post(address, mine)
    assert conflict.status_code == 409
    shown = text_of(conflict).replace("\u00a0", " ")
    assert "Incidence: 50 %" in shown
    assert "Its events: come with: Hospitalisation" in shown
    page = conflict.content.decode()
    action = re.search(r'<form class="card stack" id="conflict" action="([^"]+)"', page).group(1)
    sent = dict(re.findall(r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)"', page))
    browser_of.post(action, sent | {"do": "save"})
    now = current_set(scheme=scheme)
    saved = now.risks.get(key="injury")
    assert (saved.linked_to, saved.link_probability) == (now.risks.get(key="hospitalisation"), 0.5)


def test_benefits_are_moved_and_removed(browser_of, scheme, assumptions):
    lab = assumptions.risks.get(key="lab")
    browser_of.post(reverse("simulation:move_benefit", args=[lab.pk]), {"to": "up"})
    assert [risk.key for risk in assumptions.risks.all()][:3] == ["hospitalisation", "lab", "injury"]
    remove = reverse("simulation:remove_benefit", args=[lab.pk])
    assert "Remove Lab?" in text_of(browser_of.get(remove))
    assert "Lab is removed." in text_of(browser_of.post(remove, follow=True))
    hospital = assumptions.risks.get(key="hospitalisation")
    refused = browser_of.post(reverse("simulation:remove_benefit", args=[hospital.pk]), follow=True)
    assert "Other benefits are paid on the events of this one" in text_of(refused)
    assert assumptions.risks.filter(key="hospitalisation").exists()


def test_a_tail_without_limit_asks_for_a_cap(browser_of, scheme, assumptions):
    sent = typed(severity_law="lomax", severity_alpha="1.8")
    page = browser_of.post(edit_address(assumptions, "injury"), sent, follow=True)
    assert "Needs an event cap or a family cap" in text_of(page)


def test_another_organisations_assumptions_do_not_exist(scheme, assumptions):
    stranger = client_of(make_organisation())
    risk = assumptions.risks.get(key="injury")
    for name, key in (
        ("assumptions", [scheme.pk]),
        ("version", [scheme.pk, 1]),
        ("use_version", [scheme.pk, 1]),
        ("add_benefit", [scheme.pk]),
        ("edit_benefit", [risk.pk]),
        ("move_benefit", [risk.pk]),
        ("remove_benefit", [risk.pk]),
    ):
        address = reverse(f"simulation:{name}", args=key)
        for response in (stranger.get(address), stranger.post(address, typed())):
            assert response.status_code in {404, 405}, address
    risk.refresh_from_db()
    assert (risk.version, risk.position) == (1, 2)


def test_a_deleted_schemes_assumptions_do_not_exist(browser_of, scheme, assumptions):
    address = edit_address(assumptions, "injury")
    browser_of.post(reverse("schemes:delete", args=[scheme.pk]))
    assert browser_of.get(address).status_code == 404
    assert browser_of.get(reverse("simulation:assumptions", args=[scheme.pk])).status_code == 404


def test_assumptions_lead_to_the_calculator_and_name_their_columns_the_same_on_a_phone():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    page = client_of(organisation).get(f"/schemes/{scheme.pk}/assumptions/").content.decode()
    assert f'<a class="btn" href="/schemes/{scheme.pk}/calculator/">' in page
    assert ">Both<" not in page
