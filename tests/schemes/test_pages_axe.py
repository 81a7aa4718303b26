"""Pages of schemes, assumptions and accounts in a real browser: no barrier, nothing wider than a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Membership
from schemes.actions import change_scheme, delete_scheme
from simulation import actions
from simulation.queries import current_set
from tests.makers import PASSWORD, make_member, make_organisation, make_scheme

# What the browser does after an answer (focus, title) comes a frame later: every look at it waits.
REFUSED = re.compile("^Error:")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scheme():
    organisation = make_organisation()
    scheme = make_scheme(organisation, name="Kalahandi", share_in_large_families=0.34)
    delete_scheme(scheme=make_scheme(organisation, name="Old trial"))
    assumptions = current_set(scheme=scheme)
    values = {"survey_person_years": 2445.0, "source_note": "Baseline 2017"}
    injury = assumptions.risks.get(key="injury")
    actions.change_risk(risk=injury, seen_version=1, values=values)
    actions.freeze(assumption_set=assumptions)
    actions.change_risk(risk=assumptions.risks.get(key="injury"), seen_version=2, values={"incidence": 0.3})
    return scheme


@pytest.fixture
def addresses(scheme):
    risk = current_set(scheme=scheme).risks.get(key="injury")
    return [
        "/",
        reverse("help"),
        reverse("accounts:switch_organisation"),
        reverse("schemes:new"),
        reverse("schemes:detail", args=[scheme.pk]),
        reverse("schemes:edit", args=[scheme.pk]),
        reverse("schemes:delete", args=[scheme.pk]),
        reverse("simulation:assumptions", args=[scheme.pk]),
        reverse("simulation:version", args=[scheme.pk, 1]),
        reverse("simulation:add_benefit", args=[scheme.pk]),
        reverse("simulation:edit_benefit", args=[risk.pk]),
        reverse("simulation:remove_benefit", args=[risk.pk]),
        "/nowhere/",
    ]


@pytest.fixture
def member(scheme):
    user = make_member(scheme.organisation)
    Membership.objects.create(user=user, organisation=make_organisation(), role="reviewer")
    return user


@pytest.fixture
def signed_in(page, live_server, member):
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("User name or e-mail").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    return page


def barriers(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_no_page_has_a_barrier_or_scrolls_sideways(signed_in, live_server, addresses):
    problems = []
    for address in addresses:
        for width in (320, 768, 1440):
            signed_in.set_viewport_size({"width": width, "height": 800})
            signed_in.goto(live_server.url + address)
            if too_wide(signed_in) > 0:
                problems.append((address, width, "scrolls sideways"))
            if width != 768:
                problems += [(address, width, each) for each in barriers(signed_in)]
    assert problems == []


def test_the_browser_console_stays_silent(signed_in, live_server, addresses):
    said = []
    signed_in.on("console", lambda message: said.append((signed_in.url, message.text)))
    signed_in.on("pageerror", lambda error: said.append((signed_in.url, str(error))))
    for address in addresses[:-1]:
        signed_in.goto(live_server.url + address)
    assert said == []


def test_sign_in_has_no_barrier_when_it_refuses(page, live_server):
    page.goto(f"{live_server.url}/sign-in/")
    assert barriers(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(REFUSED)
    expect(page.locator("#problems")).to_be_focused()
    assert barriers(page) == []


def test_a_refused_form_moves_the_focus_to_its_summary_and_from_there_to_the_field(signed_in, live_server):
    signed_in.goto(live_server.url + reverse("schemes:new"))
    signed_in.get_by_label("Inhabitants").fill("many")
    signed_in.get_by_label("Families of 1", exact=True).fill("30")
    signed_in.get_by_role("button", name="Set up the scheme").click()
    expect(signed_in.locator("#problems")).to_be_focused()
    assert barriers(signed_in) == []
    signed_in.get_by_role("link", name="Inhabitants: “many” is not a number").click()
    expect(signed_in.locator("#id_inhabitants")).to_be_focused()
    signed_in.get_by_role("button", name="Scale to 100 %").click()
    expect(signed_in.get_by_label("Inhabitants")).to_have_value("many")


def test_a_conflict_is_decided_line_by_line_on_a_phone(signed_in, live_server, scheme):
    edit = live_server.url + reverse("schemes:edit", args=[scheme.pk])
    signed_in.set_viewport_size({"width": 320, "height": 700})
    signed_in.goto(edit)
    change_scheme(scheme=scheme, seen_version=1, values={"admin_rate": 0.25, "place": "Dharmagarh"})
    signed_in.get_by_label("Admin loading").fill("30")
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in).to_have_title(REFUSED)
    assert barriers(signed_in) == []
    assert too_wide(signed_in) == 0
    signed_in.get_by_label("Place, theirs: Dharmagarh").check()
    signed_in.get_by_role("button", name="Save what is chosen").click()
    signed_in.wait_for_url(f"**{reverse('schemes:detail', args=[scheme.pk])}")
    scheme.refresh_from_db()
    assert (scheme.admin_rate, scheme.place) == (0.30, "Dharmagarh")


def test_choosing_a_law_swaps_its_fields_at_once_and_keeps_the_focus(signed_in, live_server, scheme):
    signed_in.goto(live_server.url + reverse("simulation:add_benefit", args=[scheme.pk]))
    signed_in.get_by_label("Average cost of one event").fill("4,000")
    signed_in.get_by_label("How it spreads").focus()
    signed_in.get_by_label("How it spreads").select_option("lomax")
    signed_in.get_by_label("Tail index alpha").wait_for()
    expect(signed_in.get_by_label("Sigma of the logarithm")).to_have_count(0)
    expect(signed_in.get_by_label("Average cost of one event")).to_have_value("4,000")
    expect(signed_in.locator("#id_severity_law")).to_be_focused()
    signed_in.get_by_label("Days of work lost").check()
    signed_in.get_by_label("Average days lost in one event").wait_for()
    assert barriers(signed_in) == []


def test_without_scripts_a_button_shows_the_fields(browser, live_server, scheme, member):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/?next={reverse('simulation:add_benefit', args=[scheme.pk])}")
    page.get_by_label("User name or e-mail").fill(member.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name", exact=True).fill("Snake bite")
    page.get_by_label("Incidence").fill("2 in 1,000")
    page.get_by_label("How it spreads").select_option("gamma")
    page.get_by_role("button", name="Show the fields for these choices").click()
    page.get_by_label("Average cost of one event").fill("4,000")
    page.get_by_label("Standard deviation over average").fill("1.2")
    page.get_by_role("button", name="Add this benefit").click()
    expect(page.get_by_text("Snake bite is added.")).to_be_visible()
    context.close()
