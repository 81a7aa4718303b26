"""The language of pages, of letters, and the digits of who wants their own."""

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.languages import speaking_to
from accounts.page_left import may_be_read
from schemes.own_digits import OWN_DIGITS, in_own_digits
from tests.accounts.expected import EXPECTED
from tests.accounts.world import addresses
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db
SWITCH = "/language/"


@pytest.fixture(autouse=True)
def spoken_afterwards():
    """A request leaves its language behind in the test's own thread."""
    with translation.override("en"):
        yield


def page_of(client, address="/", **headers):
    response = client.get(address, headers=headers)
    return response, response.content.decode()


def test_every_page_offers_the_four_languages_in_their_own_letters():
    for client, address in ((Client(), "/sign-in/"), (client_of(make_organisation()), "/")):
        _response, page = page_of(client, address)
        for code, name in {"en": "English", "hi": "हिन्दी", "ne": "नेपाली", "or": "ଓଡ଼ିଆ"}.items():
            assert f'value="{code}" lang="{code}"' in page
            assert name in page


def test_a_stranger_chooses_and_the_browser_keeps_it():
    client = Client()
    response = client.post(SWITCH, {"language": "or"}, headers={"referer": "http://testserver/sign-in/"})
    assert response["Location"] == "/sign-in/"
    response, page = page_of(client, "/sign-in/")
    assert '<html lang="or"' in page
    assert response["Content-Language"] == "or"
    cookie = client.cookies["language"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_what_a_person_chose_goes_with_them_to_every_device_and_beats_the_browser():
    user = make_member(make_organisation())
    here, elsewhere = Client(), Client()
    here.force_login(user)
    elsewhere.force_login(user)
    here.post(SWITCH, {"language": "ne"})
    _response, page = page_of(elsewhere, "/account/", accept_language="hi")
    assert '<html lang="ne"' in page
    assert "मेरो खाता" in page


def test_who_has_not_chosen_is_answered_as_the_browser_asks():
    client = client_of(make_organisation())
    assert '<html lang="hi"' in page_of(client, "/", accept_language="hi-IN,en;q=0.5")[1]
    assert '<html lang="en"' in page_of(client, "/", accept_language="de")[1]


def test_the_switch_leads_back_to_the_page_with_what_was_asked_of_it():
    there = "http://testserver/schemes/?of=2&view=desk#top"
    assert Client().post(SWITCH, {"language": "hi"}, headers={"referer": there})["Location"] == (
        "/schemes/?of=2&view=desk"
    )


def test_after_a_refused_form_the_switch_leads_to_a_page_that_can_be_read():
    """What such a form is sent to answers no reader; the page it stands on does."""
    organisation = make_organisation()
    client, scheme = client_of(organisation), make_scheme(organisation)
    for refusing, page in {
        f"/schemes/{scheme.pk}/restore/?again=1": f"/schemes/{scheme.pk}/",
        "/training/new/": "/training/",
        "/language/": "/",
    }.items():
        assert client.get(refusing).status_code == 405
        back = client.post(SWITCH, {"language": "hi"}, headers={"referer": f"http://testserver{refusing}"})
        assert back["Location"] == page
        assert client.get(page).status_code == 200


def test_every_address_says_whether_it_can_be_read():
    for name, pattern in addresses().items():
        assert may_be_read(pattern.callback) == ("405" not in EXPECTED[name][0]), name


@pytest.mark.parametrize(
    "there",
    ["https://elsewhere.example/", "//elsewhere.example/", "http://testserver//elsewhere.example/", ""],
)
def test_the_switch_leads_to_no_other_host(there):
    assert Client().post(SWITCH, {"language": "hi"}, headers={"referer": there})["Location"] == "/"


def test_a_language_that_is_not_spoken_here_changes_nothing():
    user = make_member(make_organisation())
    client = Client()
    client.force_login(user)
    client.post(SWITCH, {"language": "xx"})
    user.refresh_from_db()
    assert user.language == ""
    assert "language" not in client.cookies


def test_letters_speak_to_their_reader_and_not_to_who_caused_them():
    user = make_member(make_organisation())
    user.email, user.language = "mira@example.org", "hi"
    user.save()
    Client(headers={"accept-language": "en"}).post(
        reverse("account_reset_password"), {"email": "mira@example.org"}
    )
    assert "पासवर्ड" in mail.outbox[0].subject


def test_without_a_choice_a_letter_speaks_the_language_of_the_moment():
    user = make_member(make_organisation())
    with translation.override("ne"), speaking_to(user):
        assert translation.get_language() == "ne"


def test_own_digits_are_read_on_the_page_and_never_in_a_box():
    user = make_member(make_organisation())
    client = Client()
    client.force_login(user)
    client.post(SWITCH, {"language": "hi", "digits": "own"})
    page = page_of(client, "/account/")[1]
    assert "२०" in page
    assert 'data-digits="latin"' in page
    assert ">1 2 3</button>" in page
    client.post(SWITCH, {"digits": "latin"})
    assert "२०" not in page_of(client, "/account/")[1]


def test_a_print_lets_its_digits_be_chosen_by_their_own_looks():
    page = in_own_digits(render_to_string("workshop/_print_language.html"), OWN_DIGITS["hi"])
    assert ">1 2 3</option>" in page


def test_a_message_that_nobody_translated_yet_is_said_in_english():
    for language in ("hi", "ne", "or"):
        with translation.override(language):
            assert translation.gettext("A sentence of tomorrow") == "A sentence of tomorrow"


def test_a_file_speaks_the_language_asked_for_and_the_page_goes_on_in_its_own(rf):
    from django.http import HttpResponse

    from accounts.languages import in_asked_language

    @in_asked_language
    def file(request):
        return HttpResponse(translation.gettext("Save"))

    assert file(rf.get("/", {"lang": "hi"})).content.decode() == "सहेजें"
    assert file(rf.get("/", {"lang": "xx"})).content.decode() == "Save"
    assert translation.get_language() == "en"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", 'Language · <span lang="hi">भाषा</span> · <span lang="or">ଭାଷା</span>'),
        ("hi", 'भाषा · <span lang="en">Language</span> · <span lang="or">ଭାଷା</span>'),
        ("or", 'ଭାଷା · <span lang="en">Language</span> · <span lang="hi">भाषा</span>'),
    ],
)
def test_the_switch_says_its_word_once_in_each_language_and_names_that_language(client, language, words):
    client.cookies["language"] = language
    page = client.get(reverse("account_login")).content.decode()
    assert f'<span class="vh">{words}</span>' in page
