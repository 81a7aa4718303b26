"""Making, reading, changing, deleting and bringing back schemes in the browser."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from schemes.forms import FAMILY_FIELDS
from schemes.models import LONGEST_UNDO, Scheme
from tests.calculator.pages import boxes
from tests.makers import client_of, every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def browser_of(organisation):
    return client_of(organisation)


def typed(**changes):
    """What the form sends when somebody fills it in as a field worker would."""
    start = {
        "name": "Kalahandi",
        "place": "Odisha",
        "currency": "INR",
        "grouping": "indian",
        "inhabitants": "12,400",
        "expected_take_up": "40 %",
        "sizes_as": "percent",
        **dict(zip(FAMILY_FIELDS.values(), ["29", "27", "25", "12", "4.5", "1.5", "1"], strict=False)),
        "share_in_large_families": "",
        "chance_of_bankruptcy": "5",
        "admin_rate": "20",
        "large_family_discount": "0",
        "risk_basis": "joint",
        "do": "save",
    }
    return start | changes


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def value_in(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found.group(1) if found else None


def test_a_scheme_is_made_from_numbers_as_people_write_them(browser_of, organisation):
    sent = typed(
        inhabitants="१२,४००", expected_take_up="40", loading_name_1="Reinsurance", loading_rate_1="5 %"
    )
    response = browser_of.post(reverse("schemes:new"), sent, follow=True)
    scheme = Scheme.objects.of(organisation).get()
    assert response.redirect_chain[-1][0] == reverse("schemes:detail", args=[scheme.pk])
    assert (scheme.inhabitants, scheme.expected_take_up, scheme.persons) == (12_400, 0.4, 4960)
    assert scheme.family_sizes == {
        "1": 0.29,
        "2": 0.27,
        "3": 0.25,
        "4": 0.12,
        "5": 0.045,
        "6": 0.015,
        "7": 0.01,
    }
    assert scheme.further_loadings == [{"name": "Reinsurance", "rate": 0.05}]
    assert scheme.large_family_discount == 0
    assert "4,960 of 12,400 inhabitants join" in text_of(response)


def test_family_sizes_may_be_counts_and_come_back_as_counts(browser_of, organisation):
    blank = dict.fromkeys(FAMILY_FIELDS.values(), "")
    sent = typed(sizes_as="counts", **blank | {"family_1": "300", "family_5": "100"})
    browser_of.post(reverse("schemes:new"), sent)
    scheme = Scheme.objects.of(organisation).get()
    assert scheme.family_sizes == {"1": 0.75, "5": 0.25}
    assert scheme.family_counts == {"1": 300, "5": 100}
    page = browser_of.get(reverse("schemes:edit", args=[scheme.pk]))
    assert value_in(page, "family_1") == "300"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "A scheme needs a name"),
        ({"inhabitants": "five thousand"}, "inhabitants", "“five thousand” is not a number"),
        ({"inhabitants": "0"}, "inhabitants", "0 is too little. Type 1 or more"),
        ({"inhabitants": "1000000000"}, "inhabitants", "1000000000 is too much. Type 5,00,00,000 or less"),
        ({"inhabitants": "-5"}, "inhabitants", "-5 is below 0"),
        ({"inhabitants": "NaN"}, "inhabitants", "“NaN” cannot be counted with"),
        ({"inhabitants": "3.000,5"}, "inhabitants", "can be read in two ways"),
        ({"inhabitants": ""}, "inhabitants", "Nothing was typed"),
        ({"inhabitants": "10", "expected_take_up": "1"}, "expected_take_up", "not one person joins"),
        ({"expected_take_up": "0"}, "expected_take_up", "0 is too little"),
        ({"expected_take_up": "140"}, "expected_take_up", "140 is too much"),
        ({"chance_of_bankruptcy": "0"}, "chance_of_bankruptcy", "0 is too little"),
        ({"chance_of_bankruptcy": "60"}, "chance_of_bankruptcy", "60 is too much. Type 50 % or less"),
        ({"large_family_discount": "95"}, "large_family_discount", "95 is too much"),
        ({"family_1": "28"}, "sizes_as", "These add up to 99 %, not 100 %"),
        ({"family_1": "abc"}, "family_1", "“abc” is not a number"),
        ({"sizes_as": "counts"}, "sizes_as", "Numbers of families are whole"),
        ({**dict.fromkeys(FAMILY_FIELDS.values(), "")}, "sizes_as", "No family size was typed"),
        ({"loading_name_1": "Reserve"}, "loading_rate_1", "“Reserve” has no rate"),
        ({"loading_rate_1": "5"}, "loading_name_1", "This loading has no name"),
    ],
)
def test_a_refused_form_says_what_is_wrong_beside_the_field_and_above(
    browser_of, organisation, changes, field, words
):
    response = browser_of.post(reverse("schemes:new"), typed(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert text_of(response).count(words) >= 2
    assert f'href="#id_{field}' in page
    assert "<title>Error:" in re.sub(r"\s+", " ", page)
    assert not Scheme.objects.of(organisation).exists()


def test_a_refused_form_keeps_everything_that_was_typed(browser_of):
    sent = typed(inhabitants="five thousand", expected_take_up="40,00 %", place="Village <b>A</b>")
    response = browser_of.post(reverse("schemes:new"), sent)
    assert value_in(response, "inhabitants") == "five thousand"
    assert value_in(response, "expected_take_up") == "40,00 %"
    assert value_in(response, "place") == "Village &lt;b&gt;A&lt;/b&gt;"
    assert value_in(response, "family_5") == "4.5"


def test_shares_that_do_not_add_up_can_be_scaled_and_nothing_else_changes(browser_of, organisation):
    refused = browser_of.post(reverse("schemes:new"), typed(family_1="30", family_2="30"))
    assert 'value="scale"' in refused.content.decode()
    scaled = browser_of.post(reverse("schemes:new"), typed(family_1="30", family_2="30", do="scale"))
    assert "scaled to 100 %" in text_of(scaled)
    shares = [value_in(scaled, name) for name in FAMILY_FIELDS.values()]
    assert sum(float(share) for share in shares if share) == pytest.approx(100)
    assert value_in(scaled, "name") == "Kalahandi"
    assert value_in(scaled, "inhabitants") == "12,400"
    assert not Scheme.objects.of(organisation).exists()


def test_scaling_nonsense_refuses_it_instead(browser_of):
    response = browser_of.post(reverse("schemes:new"), typed(family_1="abc", do="scale"))
    assert response.status_code == 422
    assert value_in(response, "family_1") == "abc"


def test_the_lesson_about_equal_norms_stands_beside_the_discount(browser_of):
    page = text_of(browser_of.get(reverse("schemes:new")))
    assert "The same norms for everybody" in page
    assert "lesson 6" in page


def test_a_name_that_is_taken_is_refused_with_a_way_out(browser_of, organisation):
    make_scheme(organisation, name="kalahandi")
    response = browser_of.post(reverse("schemes:new"), typed())
    assert response.status_code == 422
    assert "There is a scheme of this name already. Choose another name." in text_of(response)


def test_a_changed_scheme_is_saved_with_the_share_typed_by_hand(browser_of, organisation):
    scheme = make_scheme(organisation)
    sent = typed(share_in_large_families="34", version=scheme.version)
    browser_of.post(reverse("schemes:edit", args=[scheme.pk]), sent)
    scheme.refresh_from_db()
    assert (scheme.name, scheme.share_in_large_families, scheme.version) == ("Kalahandi", 0.34, 2)
    page = text_of(browser_of.get(reverse("schemes:detail", args=[scheme.pk])))
    assert "34 % was typed by hand; the family sizes say 35.4 %." in page.replace("\u00a0", " ")


def test_opening_and_saving_a_form_changes_no_figure(browser_of, organisation):
    scheme = make_scheme(
        organisation,
        family_sizes={"1": 1 / 3, "2": 2 / 3},
        family_counts={"1": 100, "2": 200},
        admin_rate=0.123456,
    )
    before = every(Scheme).values().get(pk=scheme.pk)
    page = browser_of.get(reverse("schemes:edit", args=[scheme.pk]))
    sent = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    shown = {name: "" if value is None else value for name, value in sent.items()}
    browser_of.post(reverse("schemes:edit", args=[scheme.pk]), shown)
    after = every(Scheme).values().get(pk=scheme.pk)
    assert after.pop("version") == before.pop("version") + 1
    for same in (before, after):
        same.pop("changed_at")
    assert after == before


def test_shares_with_more_digits_than_anybody_types_can_be_saved_again(browser_of, organisation):
    shares = {"1": 0.055875102711585876, "3": 1 - 0.055875102711585876}
    scheme = make_scheme(organisation, family_sizes=shares)
    edit = reverse("schemes:edit", args=[scheme.pk])
    sent = boxes(browser_of.get(edit), form=None) | {"admin_rate": "25", "do": "save"}
    assert sent["family_1"] == "5.5875"
    assert browser_of.post(edit, sent).status_code == 302
    scheme.refresh_from_db()
    assert scheme.admin_rate == 0.25
    assert scheme.family_sizes["1"] == pytest.approx(shares["1"], abs=1e-6)


def test_a_stale_form_shows_both_and_saves_what_is_chosen_line_by_line(browser_of, organisation):
    scheme = make_scheme(organisation, name="Before")
    edit = reverse("schemes:edit", args=[scheme.pk])
    browser_of.post(edit, typed(name="Theirs", admin_rate="25", version=1))
    conflict = browser_of.post(edit, typed(name="Mine", admin_rate="30", version=1))
    assert conflict.status_code == 409
    shown = text_of(conflict).replace("\u00a0", " ")
    for words in ("Mine", "Theirs", "30 %", "25 %"):
        assert words in shown
    scheme.refresh_from_db()
    assert scheme.name == "Theirs"
    choice = {"version": 2, "keep_name": "mine", "keep_admin_rate": "theirs"}
    browser_of.post(edit, typed(name="Mine", admin_rate="30") | choice)
    scheme.refresh_from_db()
    assert (scheme.name, scheme.admin_rate, scheme.version) == ("Mine", 0.25, 3)


def test_a_deleted_scheme_leaves_the_list_and_can_be_brought_back(browser_of, organisation):
    scheme = make_scheme(organisation, name="Old trial")
    assert "Old trial" in text_of(browser_of.get(reverse("schemes:delete", args=[scheme.pk])))
    page = browser_of.post(reverse("schemes:delete", args=[scheme.pk]), follow=True)
    assert "Deleted in the last 30 days" in text_of(page)
    assert browser_of.get(reverse("schemes:detail", args=[scheme.pk])).status_code == 404
    browser_of.post(reverse("schemes:restore", args=[scheme.pk]))
    assert browser_of.get(reverse("schemes:detail", args=[scheme.pk])).status_code == 200


def test_a_scheme_deleted_too_long_ago_cannot_be_brought_back(browser_of, organisation):
    scheme = make_scheme(organisation)
    every(Scheme).filter(pk=scheme.pk).update(deleted_at=timezone.now() - LONGEST_UNDO)
    assert browser_of.post(reverse("schemes:restore", args=[scheme.pk])).status_code == 404


def test_bringing_back_a_name_that_is_taken_by_now_says_so(browser_of, organisation):
    old = make_scheme(organisation, name="Dhading")
    browser_of.post(reverse("schemes:delete", args=[old.pk]))
    make_scheme(organisation, name="Dhading")
    page = browser_of.post(reverse("schemes:restore", args=[old.pk]), follow=True)
    assert "Rename one of them first" in text_of(page)
    old.refresh_from_db()
    assert old.deleted_at is not None


@pytest.mark.parametrize("name", ["detail", "edit", "delete", "restore"])
def test_another_organisations_scheme_does_not_exist(browser_of, name):
    theirs = make_scheme(make_organisation())
    address = reverse(f"schemes:{name}", args=[theirs.pk])
    assert browser_of.post(address, typed(version=1)).status_code in {404, 405}
    assert browser_of.get(address).status_code in {404, 405}
    theirs.refresh_from_db()
    assert theirs.deleted_at is None
    assert theirs.version == 1


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({}, "4 % × ₹ 18,000 = ₹ 720"),
        ({"incidence": "4 in 100", "cost": "Rs. 18000/-"}, "= ₹ 720"),
        ({"expenditure": "3,52,54,537", "persons": "1,45,173"}, "E / N = ₹ 243"),
    ],
)
def test_the_quick_estimate_gives_the_methods_own_first_examples(browser_of, organisation, asked, answer):
    scheme = make_scheme(organisation)
    page = browser_of.get(reverse("schemes:detail", args=[scheme.pk]), asked)
    assert answer in text_of(page).replace("\u00a0", " ")


def test_a_quick_estimate_of_nonsense_is_refused_beside_the_field(browser_of, organisation):
    scheme = make_scheme(organisation)
    page = browser_of.get(
        reverse("schemes:detail", args=[scheme.pk]), {"incidence": "often", "cost": "18000", "persons": "0"}
    )
    assert "“often” is not a number" in text_of(page)
    assert value_in(page, "incidence") == "often"


def test_numbers_are_grouped_as_the_scheme_wants(browser_of, organisation):
    for grouping, shown in (("indian", "12,34,567"), ("international", "1,234,567")):
        scheme = make_scheme(organisation, inhabitants=1_234_567, grouping=grouping)
        assert shown in text_of(browser_of.get(reverse("schemes:detail", args=[scheme.pk])))
        assert value_in(browser_of.get(reverse("schemes:edit", args=[scheme.pk])), "inhabitants") == shown
