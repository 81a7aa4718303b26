"""The home page, the nine stages, help, and how large a page is drawn."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from cbhi_site.stages import STAGES, Step, Way, ways_of
from cbhi_site.survey_example import start_survey_example
from jobs.models import Job, Status
from schemes.stages import StageState
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_new_organisation_is_told_what_to_do_first():
    page = text_of(client_of(make_organisation()).get("/"))
    assert "Set up the first community" in page
    assert "New scheme" in page
    assert "Nine stages to a fair premium" in page


def test_home_lists_only_ones_own_schemes_with_their_way():
    organisation = make_organisation()
    make_scheme(organisation, name="Mine")
    make_scheme(make_organisation(), name="Somebody elses")
    page = text_of(client_of(organisation).get("/"))
    assert "Mine" in page
    assert "Somebody elses" not in page
    assert "1 of 9: Survey. Upload the file of your household survey, or type your figures" in page


def test_home_asks_as_many_questions_for_twelve_schemes_as_for_one(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    organisation = make_organisation()
    client = client_of(organisation)
    make_scheme(organisation)
    client.get("/")
    with CaptureQueriesContext(connection) as once:
        client.get("/")
    for _ in range(11):
        make_scheme(organisation)
    with django_assert_num_queries(len(once)):
        client.get("/")


def test_the_nine_stages_of_a_new_scheme_cost_few_questions(django_assert_max_num_queries):
    scheme = make_scheme(make_organisation())
    with django_assert_max_num_queries(7):
        ways_of([scheme])


def test_the_saved_packages_are_read_once_for_all_their_stages():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    organisation = make_organisation()
    client = client_of(organisation)
    make_scheme(organisation)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    of_packages = [query for query in asked if 'FROM "calculator_package"' in query["sql"]]
    assert len(of_packages) == 1


def _way(**states):
    steps = tuple(
        Step(
            number=number,
            stage=stage,
            state=StageState(state=states[stage.key], url="/") if stage.key in states else None,
        )
        for number, stage in enumerate(STAGES, start=1)
    )
    return Way(scheme=None, steps=steps, headline=None)


@pytest.mark.parametrize(
    ("states", "at"),
    [
        ({"assumptions": "todo", "premium": "todo"}, "assumptions"),
        ({"assumptions": "done", "simulation": "idle", "premium": "todo"}, "premium"),
        ({"assumptions": "todo", "simulation": "warn", "premium": "todo"}, "simulation"),
        ({"assumptions": "done", "premium": "done", "packages": "done"}, "packages"),
        ({}, "survey"),
    ],
)
def test_one_goes_on_where_an_answer_is_needed_or_at_the_first_open_stage(states, at):
    assert _way(**states).at.stage.key == at


def test_stages_that_are_not_built_are_words_and_not_links():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    page = client_of(organisation).get(reverse("schemes:detail", args=[scheme.pk])).content.decode()
    nav = page[page.index('<nav class="stages"') : page.index("</nav>")]
    for item in re.findall(r"<li.*?</li>", nav, flags=re.S):
        assert ("later" in item) == ("<a " not in item)


def test_help_is_there_before_signing_in(client):
    page = text_of(client.get(reverse("help")))
    assert "What the words mean" in page
    assert "Pure risk premium" in page


def test_a_projector_gets_large_type_until_it_is_taken_away():
    client = client_of(make_organisation())
    assert 'data-view="projector"' in client.get("/?view=projector").content.decode()
    assert 'data-view="projector"' in client.get("/help/").content.decode()
    assert "data-view" not in client.get("/?view=desk").content.decode()
    assert "data-view" not in client.get("/?view=<script>").content.decode()


def test_a_stranger_gets_large_type_for_one_page_and_no_session(client):
    response = client.get("/help/?view=projector")
    assert 'data-view="projector"' in response.content.decode()
    assert "sessionid" not in response.cookies
    assert not Session.objects.exists()
    assert "data-view" not in client.get("/help/").content.decode()


def test_no_page_has_a_script_or_a_style_of_its_own():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    client = client_of(organisation)
    for address in (
        "/",
        reverse("schemes:new"),
        reverse("schemes:detail", args=[scheme.pk]),
        reverse("help"),
    ):
        page = client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), address


def test_a_page_that_is_not_there_says_so():
    response = client_of(make_organisation()).get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here" in text_of(response)


def test_the_example_from_a_survey_says_that_it_is_being_made_and_then_no_more():
    organisation = make_organisation()
    user = make_member(organisation)
    scheme = start_survey_example(organisation=organisation, user=user)
    client = client_of(organisation)
    page = text_of(client.get("/"))
    assert "1 of 9: Survey. Being made from an invented survey" in page
    assert "still examples" not in page
    Job.objects.beside(scheme).update(status=Status.CANCELLED)
    assert "Being made" not in text_of(client.get("/"))


def test_a_new_scheme_begins_with_the_choice_between_a_survey_and_typed_figures():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    page = text_of(client_of(organisation).get(reverse("schemes:detail", args=[scheme.pk])))
    assert "Next, 1 of 9: Survey" in page
    assert "or type your figures under Assumptions" in page


def test_the_page_of_a_scheme_leads_to_all_nine_stages_where_the_way_on_top_has_room_for_three():
    scheme = make_scheme(make_organisation())
    page = client_of(scheme.organisation).get(reverse("schemes:detail", args=[scheme.pk])).content.decode()
    listed = page[page.index('aria-labelledby="allnine"') :].partition("</section>")[0]
    steps = ways_of([scheme])[0].steps
    assert [step.state.url for step in steps] == re.findall(r'<a href="([^"]+)">', listed)
    assert reverse("calculator:sheet", args=[scheme.pk]) in listed
